/**
 * A log as stretches of whole lines, in constant memory: bytes to text, whatever their encoding, with some lines kept
 * from the stretch before and some held back for the next, so that a reader may look at the lines around one.
 */
import { isAscii } from 'node:buffer';
import { TextDecoder } from 'node:util';

export interface Stretch {
  readonly text: string;
  /** The number of the first line in `text`. */
  readonly first: number;
  /** Offsets in `text`: the lines that are to be read now begin at `from` and end before `to`. */
  readonly from: number;
  readonly to: number;
  /** The log ends with this stretch; `torn`: without a newline. */
  readonly last: boolean;
  readonly torn: boolean;
}

/** So many lines around a line may be looked at. */
export const AROUND = 64;
/** A longer line is read in pieces, between which no record is put together. */
const LONGEST = 1 << 16;
/** A stretch is no shorter, unless the log ends. */
const SHORTEST = 1 << 18;
/** Begins a piece of a line that is none of its own; a noncharacter, so that no text has it. */
export const PIECE = '\ufdd0';

export async function* stretches(
  chunks: AsyncIterable<Uint8Array>,
): AsyncGenerator<Stretch, void, undefined> {
  const decode = newDecoder();
  let kept = '';
  let first = 1;
  let from = 0;
  let pieces: string[] = [];
  let size = 0;
  let sinceNewline = 0;

  const cut = (text: string): string => {
    const open =
      sinceNewline + text.indexOf('\n') >= LONGEST ||
      (sinceNewline > 0 && !text.includes('\n') && sinceNewline + text.length >= LONGEST);
    const whole = longestIn(text) < LONGEST ? text : inPieces(text);
    const newline = text.lastIndexOf('\n');
    sinceNewline = newline >= 0 ? text.length - newline - 1 : open ? text.length : sinceNewline + text.length;
    return open ? `\n${PIECE}${whole}` : whole;
  };

  for await (const chunk of chunks) {
    const text = cut(decode(chunk));
    if (text === '') continue;
    pieces.push(text);
    size += text.length;
    if (size < SHORTEST) continue;
    const whole = kept + pieces.join('');
    pieces = [];
    size = 0;
    const to = before(whole, AROUND);
    if (to > from) {
      yield { text: whole, first, from, to, last: false, torn: false };
      const start = back(whole, to, AROUND);
      first += newlines(whole, 0, start);
      from = to - start;
      kept = whole.slice(start);
    } else {
      kept = whole;
    }
  }
  const whole = kept + pieces.join('') + decode();
  yield {
    text: whole,
    first,
    from,
    to: whole.length,
    last: true,
    torn: whole !== '' && !whole.endsWith('\n'),
  };
}

/** How many lines of its own begin after a newline between two offsets. */
export function newlines(text: string, from: number, to: number): number {
  let count = 0;
  for (let at = text.indexOf('\n', from); at >= 0 && at < to; at = text.indexOf('\n', at + 1)) {
    if (text[at + 1] !== PIECE) count += 1;
  }
  return count;
}

/** The offset behind which only `lines` whole lines are left, and what follows the last newline. */
function before(text: string, lines: number): number {
  return linesUp(text, text.lastIndexOf('\n'), lines);
}

/** The offset at which the line begins that is `lines` above the one at `offset`. */
function back(text: string, offset: number, lines: number): number {
  return linesUp(text, offset - 1, lines);
}

/** From the newline at an offset; a piece of a long line has none above it to look at. */
function linesUp(text: string, newline: number, lines: number): number {
  let at = newline;
  for (let left = lines; left > 0 && at > 0 && text[at + 1] !== PIECE; left -= 1)
    at = text.lastIndexOf('\n', at - 1);
  return at + 1;
}

function longestIn(text: string): number {
  let longest = 0;
  let start = 0;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', start)) {
    longest = Math.max(longest, at - start);
    start = at + 1;
  }
  return Math.max(longest, text.length - start);
}

function inPieces(text: string): string {
  return text
    .split('\n')
    .map(line => {
      const parts: string[] = [];
      for (let at = 0; at < line.length; at += LONGEST) parts.push(line.slice(at, at + LONGEST));
      return parts.join(`\n${PIECE}`);
    })
    .join('\n');
}

/** UTF-8, or UTF-16 by its byte order mark; bytes that are neither become U+FFFD. Without bytes: the end. */
function newDecoder(): (bytes?: Uint8Array) => string {
  const decode = newTextDecoder();
  let returns: boolean | null = null;
  return bytes => {
    const text = decode(bytes);
    // A serial line that ends its lines with CR alone has no other in its beginning.
    if (text !== '') returns ??= text.includes('\r') && !text.includes('\n');
    return returns === true ? text.replaceAll('\r', '\n') : text;
  };
}

function newTextDecoder(): (bytes?: Uint8Array) => string {
  let decoder: TextDecoder | null = null;
  let pending = false;
  return bytes => {
    if (bytes === undefined) return decoder === null ? '' : decoder.decode();
    if (decoder === null) decoder = new TextDecoder(encodingOf(bytes));
    if (!pending && decoder.encoding === 'utf-8' && isAscii(bytes))
      return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
    // Only a character that runs over the end is waited for.
    pending = (bytes.at(-1) ?? 0) >= 0x80;
    return decoder.decode(bytes, { stream: true });
  };
}

function encodingOf(bytes: Uint8Array): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  return 'utf-8';
}
