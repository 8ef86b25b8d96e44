/** From bytes to text: decompresses gzip, checks UTF-8, keeps sizes within their limits. */
import { isUtf8 } from 'node:buffer';
import { pipeline, Readable } from 'node:stream';
import { TextDecoder } from 'node:util';
import { constants, createGunzip } from 'node:zlib';
import { bad, good, type Result, type Trouble } from '../model/result.js';
import type { ReadLimits } from './limits.js';
import { type Chunks, type Opened, unreadable } from './open.js';
import { mebibytes, readTrouble } from './troubles.js';

/** Takes the next piece of text; `false` when no more is wanted. */
export type TakeText = (text: string) => boolean;

export interface TextEnd {
  /** Nothing but white space. */
  readonly blank: boolean;
  /** The bytes end inside a character. */
  readonly torn: boolean;
}

/** Bytes with how many packed ones they came from; `null` where they were not packed. */
export interface Unpacked {
  readonly bytes: Uint8Array;
  readonly packed: number | null;
}

/** Each chunk in memory of its own: a stream keeps more than one. */
async function* copied(chunks: Chunks): AsyncGenerator<Uint8Array, void, undefined> {
  for await (const chunk of chunks) yield Uint8Array.from(chunk);
}

/** What becomes of gzip that was cut off: it gives what it holds, or it is damaged. */
type CutOff = 'kept' | 'damaged';

async function* gunzipped(chunks: Chunks, cutOff: CutOff): AsyncGenerator<Unpacked, void, undefined> {
  // Z_SYNC_FLUSH: a file that was cut off gives what it holds, and is then found to be cut off as any other.
  const gunzip = createGunzip(cutOff === 'kept' ? { finishFlush: constants.Z_SYNC_FLUSH } : {});
  pipeline(Readable.from(copied(chunks)), gunzip, () => {});
  for await (const bytes of gunzip as AsyncIterable<Uint8Array>) yield { bytes, packed: gunzip.bytesWritten };
}

async function* after(
  first: Uint8Array,
  rest: AsyncIterator<Uint8Array>,
): AsyncGenerator<Uint8Array, void, undefined> {
  yield first;
  for (let next = await rest.next(); next.done !== true; next = await rest.next()) yield next.value;
}

/** Told by the first two bytes, not by a name: it may come through a pipe. */
export function isGzip([first, second]: Uint8Array): boolean {
  return first === 0x1f && second === 0x8b;
}

/** The bytes, decompressed where they are gzip. Throws on damaged gzip: `isDamage`. */
export async function* unpacked(
  chunks: Chunks,
  cutOff: CutOff = 'kept',
): AsyncGenerator<Unpacked, void, undefined> {
  const all = chunks[Symbol.asyncIterator]();
  let first: Uint8Array = new Uint8Array();
  while (first.length < 2) {
    const next = await all.next();
    if (next.done === true) break;
    first = Buffer.concat([first, next.value]);
  }
  try {
    if (isGzip(first)) yield* gunzipped(after(first, all), cutOff);
    else for await (const bytes of after(first, all)) yield { bytes, packed: null };
  } finally {
    await all.return?.();
  }
}

/** The bytes alone. */
export async function* bytesOf(pieces: AsyncIterable<Unpacked>): AsyncGenerator<Uint8Array, void, undefined> {
  for await (const { bytes } of pieces) yield bytes;
}

function tooLarge({ packed }: Unpacked, total: number, limits: ReadLimits, file: string): Trouble | null {
  if (total > limits.bytes) {
    return readTrouble(
      'too-large',
      `the trace is larger than ${limits.bytes} bytes (${mebibytes(limits.bytes)})`,
      { file },
    );
  }
  if (packed === null || total <= limits.unpackFreely || total <= packed * limits.ratio) return null;
  return readTrouble('too-large', `the gzip data unpacks to more than ${limits.ratio} times its size`, {
    file,
  });
}

/** The line, from 1 within these bytes, of the first that is no UTF-8; the last where a character runs over the end. */
function badLine(bytes: Uint8Array): number {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let line = 1;
  for (
    let from = 0, to = buffer.indexOf(10);
    to >= 0;
    from = to + 1, to = buffer.indexOf(10, from), line += 1
  ) {
    if (!isUtf8(buffer.subarray(from, to))) return line;
  }
  return line;
}

const hasCode = (error: unknown, code: RegExp): boolean =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' && code.test(error.code);

/** Whether an error says that gzip data is damaged. */
export const isDamage = (error: unknown): boolean => hasCode(error, /^Z_/);

function decode(decoder: TextDecoder, bytes?: Uint8Array): string | null {
  try {
    return bytes === undefined ? decoder.decode() : decoder.decode(bytes, { stream: true });
  } catch (error) {
    if (hasCode(error, /^ERR_ENCODING_INVALID_ENCODED_DATA$/)) return null;
    throw error;
  }
}

const BYTE_ORDER_MARK = '\ufeff';

/** The first piece of a text without its byte order mark. */
export const withoutMark = (text: string): string =>
  text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text;

function countLines(text: string): number {
  let count = 0;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) count += 1;
  return count;
}

/**
 * Each chunk of the unpacked bytes; it lives no longer than the call, which ends the reading with `false`. Troubles:
 * `not-found`, `unreadable`, `too-large`, `not-json` (damaged gzip).
 */
export async function eachChunk(
  opened: Opened,
  file: string,
  limits: ReadLimits,
  take: (bytes: Uint8Array) => boolean | Trouble,
): Promise<Result<void>> {
  let total = 0;
  try {
    for await (const piece of unpacked(opened.chunks())) {
      total += piece.bytes.length;
      const large = tooLarge(piece, total, limits, file);
      if (large !== null) return bad(large);
      const taken = take(piece.bytes);
      if (taken === false) return good(undefined);
      if (taken !== true) return bad(taken);
    }
    return good(undefined);
  } catch (error) {
    if (!isDamage(error)) return unreadable(error, file);
    return bad(readTrouble('not-json', 'the gzip data is damaged', { file }));
  }
}

/** Troubles: those of `eachChunk`, and `not-json` (no UTF-8). */
export async function eachText(
  opened: Opened,
  file: string,
  limits: ReadLimits,
  take: TakeText,
): Promise<Result<TextEnd>> {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  let lines = 1;
  let blank = true;
  const read = await eachChunk(opened, file, limits, bytes => {
    const text = decode(decoder, bytes);
    if (text === null) {
      const line = lines + badLine(bytes) - 1;
      return readTrouble('not-json', 'the file is not UTF-8 text', { file, line });
    }
    lines += countLines(text);
    blank &&= !/[^ \t\r\n\ufeff]/.test(text);
    return text === '' || take(text);
  });
  return read.ok ? good({ blank, torn: decode(decoder) === null }) : read;
}
