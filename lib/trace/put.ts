/** Puts text into a file that is either whole or not there: by way of a partial file, which is renamed in the end. */
import { write as writeToFd } from 'node:fs';
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { pipeline, Readable } from 'node:stream';
import { setTimeout } from 'node:timers/promises';
import { promisify } from 'node:util';
import { createGzip } from 'node:zlib';
import { bad, good, type Result, trouble } from '../model/result.js';
import { systemError } from '../model/system-error.js';
import { spoolTrouble } from './spool.js';
import type { Target } from './target.js';

/** Text of a trace in pieces, or the bytes of it. */
export type Pieces = Iterable<string> | AsyncIterable<Uint8Array>;

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

/** Adds the text to what a file holds; compressed where the name of the file says so. */
export async function put(handle: FileHandle, path: string, text: Pieces): Promise<void> {
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

type FileTarget = Extract<Target, { kind: 'file' }>;

/** Fills the partial file, and puts it in its place once it is whole and on disk; on trouble it goes. */
export async function throughPartial<T>(
  { path, mode }: FileTarget,
  fill: (handle: FileHandle) => Promise<Result<T>>,
): Promise<Result<T>> {
  const partial = `${path}.partial`;
  // ax: never through a link that somebody else left there, and never into another run's partial.
  const handle = await open(partial, 'ax', mode === null ? 0o666 : 0o600);
  try {
    let filled: Result<T>;
    try {
      filled = await fill(handle);
      if (mode !== null) await handle.chmod(mode);
      await handle.sync();
    } finally {
      await handle.close();
    }
    if (filled.ok) await rename(partial, path);
    else await rm(partial, { force: true });
    return filled;
  } catch (error) {
    await rm(partial, { force: true });
    throw error;
  }
}

export async function writeTo(target: Target, text: Pieces): Promise<Result<void>> {
  switch (target.kind) {
    case 'file':
      return throughPartial(target, async handle => good(await put(handle, target.path, text)));
    case 'special':
      return good(await writeThrough(target.path, text));
    case 'descriptor':
      return good(await writeInto(target.fd, text));
  }
}

const NEXT: ReadonlyMap<string, string> = new Map([
  ['ENOENT', 'make the folder first, or name another file'],
  ['ENOTDIR', 'name another file: a part of this path is not a folder'],
  ['EISDIR', 'this is a folder: name a file in it'],
  ['EEXIST', 'another run may be writing the .partial file; if none is, remove it'],
  ['ENOSPC', 'free some space, or write elsewhere'],
]);

/** What `write` gives; what the system says against it is trouble (`unwritable`). */
export async function unwritable<T>(path: string, write: () => Promise<Result<T>>): Promise<Result<T>> {
  try {
    return await write();
  } catch (error) {
    const unkept = spoolTrouble(error);
    if (unkept !== null) return bad(unkept);
    const system = systemError(error);
    if (system === null) throw error;
    const next = NEXT.get(system.code) ?? 'check the permissions of the folder, or write elsewhere';
    const text = system.code === 'EEXIST' ? 'its .partial file exists already' : system.text;
    return bad(trouble('unwritable', `the trace cannot be written: ${text}`, { file: path }, next));
  }
}
