/** Writes traces: as text, as lines, or to a file that is either whole or not there. */
import { write as writeToFd } from 'node:fs';
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { pipeline, Readable } from 'node:stream';
import { setTimeout } from 'node:timers/promises';
import { promisify } from 'node:util';
import { createGzip } from 'node:zlib';
import type { TraceEvent } from '../model/events.js';
import { bad, good, type Result, type Trouble, trouble } from '../model/result.js';
import { systemError } from '../model/system-error.js';
import type { Trace } from '../model/trace.js';
import { checkEvent, checkFrame, type SchemaResult } from '../schema/validate.js';
import { digester } from './digest.js';
import type { LargeTrace } from './large.js';
import { CLOSE, EVENTS_CLOSE, headerLines, outcomeLine, sealLine } from './layout.js';
import { type Target, targetOf } from './target.js';
import { wireOf } from './wire.js';
import { headerWire, outcomeWire } from './wire-frame.js';

/** A trace that cannot be read back is a bug of its maker: better no file than such a file. */
function readable<T>(checked: SchemaResult<T>, place: string): T {
  if (checked.ok) return checked.value;
  throw new Error(`a trace that could not be read back: ${place}${checked.pointer} ${checked.message}`);
}

function lineOf(event: TraceEvent, number: number): string {
  return JSON.stringify(readable(checkEvent(wireOf(event)), `event ${number}: `));
}

/** The canonical lines of a trace, each with its line feed, sealed with count and digest. */
export function* traceLines({ header, events, outcome }: Trace): Generator<string, void, undefined> {
  readable(checkFrame({ ...headerWire(header), outcome: outcomeWire(outcome) }), 'header: ');
  const digest = digester(header);
  for (const line of headerLines(header)) yield `${line}\n`;
  for (const [index, event] of events.entries()) {
    const line = lineOf(event, index + 1);
    digest.event(line);
    yield index + 1 < events.length ? `${line},\n` : `${line}\n`;
  }
  yield `${EVENTS_CLOSE}\n${outcomeLine(outcome)}\n`;
  yield `${sealLine(events.length, digest.digest(outcome))}\n${CLOSE}\n`;
}

export function traceText(trace: Trace): string {
  return [...traceLines(trace)].join('');
}

const BATCH = 1 << 16;

function* batches(lines: Iterable<string>): Generator<string, void, undefined> {
  let batch = '';
  for (const line of lines) {
    batch += line;
    if (batch.length < BATCH) continue;
    yield batch;
    batch = '';
  }
  if (batch !== '') yield batch;
}

/** Text of a trace in pieces, or the bytes of it. */
type Pieces = Iterable<string> | AsyncIterable<Uint8Array>;

/** A stream keeps more than one piece, and bytes live only until the next is asked for. */
async function* owned(text: Pieces): AsyncGenerator<string | Uint8Array, void, undefined> {
  for await (const piece of text) yield typeof piece === 'string' ? piece : Uint8Array.from(piece);
}

async function* gzipped(text: Pieces): AsyncGenerator<Uint8Array, void, undefined> {
  const gzip = createGzip();
  // An error on either side ends both, and is thrown by the loop that reads.
  pipeline(Readable.from(owned(text)), gzip, () => {});
  yield* gzip as AsyncIterable<Uint8Array>;
}

async function put(handle: FileHandle, path: string, text: Pieces): Promise<void> {
  for await (const piece of path.endsWith('.gz') ? gzipped(text) : text) await handle.appendFile(piece);
}

async function writeThrough(path: string, text: Pieces): Promise<void> {
  const handle = await open(path, 'w');
  try {
    await put(handle, path, text);
  } finally {
    await handle.close();
  }
}

const write = promisify(writeToFd);
const FULL_MS = 5;

/** Goes on where whoever shares the descriptor has stopped, and leaves it open. */
async function writeInto(fd: number, text: Pieces): Promise<void> {
  for await (const piece of text) {
    const bytes = typeof piece === 'string' ? Buffer.from(piece) : piece;
    for (let at = 0; at < bytes.length; ) {
      try {
        at += (await write(fd, bytes, at)).bytesWritten;
      } catch (error) {
        // A pipe that does not wait is full.
        if (systemError(error)?.code !== 'EAGAIN') throw error;
        await setTimeout(FULL_MS);
      }
    }
  }
}

async function writeWhole({ path, mode }: Extract<Target, { kind: 'file' }>, text: Pieces): Promise<void> {
  const partial = `${path}.partial`;
  // wx: never through a link that somebody else left there, and never into another run's partial.
  const handle = await open(partial, 'wx', mode === null ? 0o666 : 0o600);
  try {
    try {
      await put(handle, path, text);
      if (mode !== null) await handle.chmod(mode);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(partial, path);
  } catch (error) {
    await rm(partial, { force: true });
    throw error;
  }
}

async function writeTo(target: Target, text: Pieces): Promise<void> {
  switch (target.kind) {
    case 'file':
      return writeWhole(target, text);
    case 'special':
      return writeThrough(target.path, text);
    case 'descriptor':
      return writeInto(target.fd, text);
  }
}

const NEXT: ReadonlyMap<string, string> = new Map([
  ['ENOENT', 'make the folder first, or name another file'],
  ['ENOTDIR', 'name another file: a part of this path is not a folder'],
  ['EISDIR', 'this is a folder: name a file in it'],
  ['EEXIST', 'another run may be writing the .partial file; if none is, remove it'],
  ['ENOSPC', 'free some space, or write elsewhere'],
]);

/**
 * Writes a trace by way of NAME.partial in the same folder; a name ending in .gz is compressed. A link is followed; a
 * file that is replaced keeps its mode; a device or a pipe is written to. On trouble (`unwritable`) the partial file is
 * removed, and a file that was there before is untouched.
 */
export function writeTrace(path: string, trace: Trace): Promise<Result<void>> {
  return writePieces(path, batches(traceLines(trace)));
}

/** The same of a trace that is read and written piece by piece. Troubles: `unwritable`, and those of reading it. */
export async function writeLarge(path: string, trace: LargeTrace): Promise<Result<void>> {
  let failed: Trouble | null = null;
  async function* text(): AsyncGenerator<Uint8Array, void> {
    for await (const piece of trace.text()) {
      if (piece.ok) yield piece.value;
      else failed = piece.trouble;
    }
    if (failed !== null) throw UNREAD;
  }
  const written = await writePieces(path, text());
  return failed === null ? written : bad(failed);
}

/** Ends the writing of what cannot be read. */
const UNREAD = Object.assign(new Error('the trace cannot be read'), {
  code: 'ECANCELED',
  syscall: 'read',
});

async function writePieces(path: string, text: Pieces): Promise<Result<void>> {
  try {
    await writeTo(await targetOf(path), text);
    return good(undefined);
  } catch (error) {
    const system = systemError(error);
    if (system === null) throw error;
    const next = NEXT.get(system.code) ?? 'check the permissions of the folder, or write elsewhere';
    const text = system.code === 'EEXIST' ? 'its .partial file exists already' : system.text;
    return bad(trouble('unwritable', `the trace cannot be written: ${text}`, { file: path }, next));
  }
}
