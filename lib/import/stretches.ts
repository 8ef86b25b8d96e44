/**
 * A log as stretches of whole lines, in constant memory, with some lines kept from the stretch before and some held back
 * for the next, so that a reader may look at the lines around one. They stay bytes: a line becomes text when it is wanted.
 */
import { utf8Of } from './encodings.js';

/** It lives until the next one is asked for. */
export interface Stretch {
  /** They begin where a word of memory begins. */
  readonly bytes: Buffer;
  /** Offsets: the lines that are to be read now begin at `from` and end before `to`. */
  readonly from: number;
  readonly to: number;
  /** The newlines that the log does not have, each before a piece of a line that is too long. */
  readonly cuts: readonly number[];
  /** The log ends with this stretch; `torn`: without a newline. */
  readonly last: boolean;
  readonly torn: boolean;
}

/** So many lines around a line may be looked at. */
export const AROUND = 64;
/** A longer line is read in pieces, between which no record is put together. */
const LONGEST = 1 << 16;
/** A stretch is no shorter, unless the log ends. */
const SHORTEST = 1 << 15;
const ROOM = 1 << 18;
/** Begins a piece of a line that is none of its own; a noncharacter, so that no text has it. */
export const PIECE = '\ufdd0';

const LF = 10;
/** What is put between two pieces. */
const CUT = Buffer.from(`\n${PIECE}`);

export async function* stretches(
  chunks: AsyncIterable<Uint8Array>,
): AsyncGenerator<Stretch, void, undefined> {
  let room = Buffer.from(new ArrayBuffer(ROOM));
  let size = 0;
  let from = 0;
  /** Where the last line begins, and what of it is looked through for its end. */
  let line = 0;
  let cuts: number[] = [];
  let least = SHORTEST;

  const roomFor = (more: number): void => {
    if (size + more <= room.length) return;
    const larger = Buffer.from(new ArrayBuffer(2 * (size + more)));
    room.copy(larger, 0, 0, size);
    room = larger;
  };
  /** Cuts the last line where it is too long, at the beginning of a character. */
  const cut = (): void => {
    for (let end = lineEnd(room, line, size); end - line > LONGEST; end = lineEnd(room, line, size)) {
      let at = line + LONGEST;
      while (((room[at] ?? 0) & 0xc0) === 0x80 && at > line + LONGEST - 4) at -= 1;
      roomFor(CUT.length);
      room.copyWithin(at + CUT.length, at, size);
      room.set(CUT, at);
      size += CUT.length;
      cuts.push(at);
      line = at + 1;
    }
  };
  const put = (bytes: Uint8Array): void => {
    roomFor(bytes.length);
    room.set(bytes, size);
    size += bytes.length;
    cut();
    line = Math.max(line, room.lastIndexOf(LF, size - 1) + 1);
  };

  for await (const chunk of utf8Of(chunks)) {
    // Of a longer chunk a line within it might be too long.
    for (let at = 0; at < chunk.length; at += LONGEST) put(chunk.subarray(at, at + LONGEST));
    // What is kept is moved each time: where lines are long, that is worth a longer stretch.
    if (size - from < Math.max(least, from)) continue;
    const bytes = room.subarray(0, size);
    const to = linesUp(bytes, bytes.lastIndexOf(LF), AROUND);
    if (to <= from) {
      least = size - from + SHORTEST;
      continue;
    }
    least = SHORTEST;
    yield { bytes, from, to, cuts, last: false, torn: false };
    const start = linesUp(bytes, to - 1, AROUND);
    room.copyWithin(0, start, size);
    size -= start;
    line -= start;
    from = to - start;
    cuts = cuts.filter(at => at >= start).map(at => at - start);
  }
  const torn = size > 0 && room[size - 1] !== LF;
  yield { bytes: room.subarray(0, size), from, to: size, cuts, last: true, torn };
}

function lineEnd(bytes: Buffer, from: number, size: number): number {
  const newline = bytes.indexOf(LF, from);
  return newline < 0 || newline >= size ? size : newline;
}

/** The offset behind the newline that is so many lines above one; a piece of a long line has none above it to look at. */
function linesUp(bytes: Buffer, newline: number, lines: number): number {
  let at = newline;
  for (let left = lines; left > 0 && at > 0 && !isCut(bytes, at); left -= 1)
    at = bytes.lastIndexOf(LF, at - 1);
  return at + 1;
}

function isCut(bytes: Buffer, at: number): boolean {
  return bytes[at + 1] === CUT[1] && bytes[at + 2] === CUT[2] && bytes[at + 3] === CUT[3];
}
