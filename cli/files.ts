/** What a command finds in the file system besides traces: small texts, folders, and whether two names are one file. */
import { isUtf8 } from 'node:buffer';
import { createReadStream, type Dirent } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pipeline, Readable } from 'node:stream';
import { createGunzip, gunzipSync } from 'node:zlib';
import { bad, good, type Result, systemError, type Trouble, trouble } from '../lib/cli.js';

/** Tells a path from a misspelt name by its looks alone. */
function looksLikePath(text: string): boolean {
  return text.includes('/') || /\.(json|json\.gz|c|patch|diff|mbox|eml|txt)$/.test(text);
}

/** Whether a word that is no built-in name means a file or folder: it looks like a path, or there is one of that name. */
export async function meansPath(text: string): Promise<boolean> {
  return looksLikePath(text) || (await isThere(text));
}

export async function isThere(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null)) !== null;
}

/** In bytes; `null` where it is not a file, or is compressed, so that nobody knows how much comes out of it. */
export async function sizeOf(path: string): Promise<number | null> {
  const found = await stat(path).catch(() => null);
  return found?.isFile() === true && !path.endsWith('.gz') ? found.size : null;
}

/** More than any file of edits or machine description needs. */
const MOST_BYTES = 1 << 20;

function tooLarge(name: string): Result<never> {
  return bad(trouble('too-large', 'the file is larger than 1 MiB', { file: name }, 'name another file'));
}

function notUtf8(name: string): Result<never> {
  return bad(trouble('unreadable', 'the file is not UTF-8 text', { file: name }, 'name a text file'));
}

function textOf(chunks: readonly Uint8Array[], name: string): Result<string> {
  const unpacked = unpack(Buffer.concat(chunks), name);
  if (!unpacked.ok) return unpacked;
  return isUtf8(unpacked.value) ? good(unpacked.value.toString('utf8')) : notUtf8(name);
}

/** Whether it is gzip is told by its first two bytes, as it is of a trace. */
function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

function unpack(bytes: Buffer, name: string): Result<Buffer> {
  if (!isGzip(bytes)) return good(bytes);
  try {
    return good(gunzipSync(bytes, { maxOutputLength: MOST_BYTES }));
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE' ? tooLarge(name) : damaged(name);
  }
}

function damaged(name: string): Result<never> {
  return bad(trouble('unreadable', 'the gzip data is damaged', { file: name }, 'compress the file again'));
}

/** The same of what comes through a pipe, which `name` names in messages. Troubles: `unreadable`, `too-large`. */
export async function readPipe(input: AsyncIterable<Uint8Array>, name: string): Promise<Result<string>> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of input) {
    size += chunk.length;
    if (size > MOST_BYTES) return tooLarge(name);
    chunks.push(chunk);
  }
  return textOf(chunks, name);
}

/** Troubles: `not-found`, `unreadable`, `too-large`. */
export async function readText(path: string): Promise<Result<string>> {
  try {
    const { size } = await stat(path);
    return size > MOST_BYTES ? tooLarge(path) : textOf([await readFile(path)], path);
  } catch (error) {
    return bad(systemTrouble(error, path));
  }
}

/** The bytes of a file, unpacked where it is gzip. */
async function* unpacked(stream: AsyncIterable<Buffer>): AsyncGenerator<Uint8Array, void> {
  const chunks = stream[Symbol.asyncIterator]();
  const first = await chunks.next();
  if (first.done === true) return;
  async function* all(): AsyncGenerator<Buffer, void> {
    yield first.value;
    yield* { [Symbol.asyncIterator]: () => chunks };
  }
  if (!isGzip(first.value)) return yield* all();
  yield* pipeline(Readable.from(all()), createGunzip(), () => {}) as AsyncIterable<Uint8Array>;
}

/** The lines of a file of any length, one after another. Trouble in place of a line: `not-found`, `unreadable`. */
export async function* linesOf(path: string): AsyncGenerator<Result<string>, void> {
  const stream = createReadStream(path);
  try {
    const input = Readable.from(unpacked(stream), { objectMode: false }).setEncoding('latin1');
    for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
      // Each byte is a character so far.
      const bytes = Buffer.from(line, 'latin1');
      if (!isUtf8(bytes)) return yield notUtf8(path);
      yield good(bytes.toString('utf8'));
    }
  } catch (error) {
    yield /^Z_/.test((error as NodeJS.ErrnoException).code ?? '')
      ? damaged(path)
      : bad(systemTrouble(error, path));
  } finally {
    stream.destroy();
  }
}

/** What a project takes where the command line says nothing; it lies beside traces, and is none. */
export const CONFIG_FILE = 'rmitrace.json';

/**
 * The traces of a folder and of its folders, but for hidden ones, in the order of their names. A pipe or a device there
 * is none: reading it could wait for ever, and nobody named it.
 */
export async function tracesIn(folder: string): Promise<Result<readonly string[]>> {
  const found: string[] = [];
  const folders = [folder];
  for (let inside = folders.pop(); inside !== undefined; inside = folders.pop()) {
    try {
      for (const entry of await readdir(inside, { withFileTypes: true })) {
        const path = join(inside, entry.name);
        if (entry.name.startsWith('.') || entry.name === CONFIG_FILE) continue;
        if (entry.isDirectory()) folders.push(path);
        else if (/\.json(\.gz)?$/.test(entry.name) && (await mayBeFile(entry, path))) found.push(path);
      }
    } catch (error) {
      return bad(systemTrouble(error, inside));
    }
  }
  // Array.prototype.sort goes by code unit: the same everywhere.
  return good(found.sort());
}

/** A link that leads nowhere may be one: reading it says so, where leaving it out would hide it. */
async function mayBeFile(entry: Dirent, path: string): Promise<boolean> {
  if (!entry.isSymbolicLink()) return entry.isFile();
  const found = await stat(path).catch(() => null);
  return found === null || found.isFile();
}

export async function isFolder(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => null);
  return found?.isDirectory() === true;
}

/** Whether both names lead to one file that exists; a device or a pipe is none. */
export async function sameFile(one: string, other: string): Promise<boolean> {
  const [a, b] = await Promise.all([one, other].map(path => stat(path).catch(() => null)));
  return a?.isFile() === true && a.dev === b?.dev && a.ino === b.ino;
}

/** A system error as trouble. Any other error is a bug and is thrown again. */
export function systemTrouble(error: unknown, file: string): Trouble {
  const system = systemError(error);
  if (system === null) throw error;
  return trouble(system.missing ? 'not-found' : 'unreadable', system.text, { file }, 'check the name');
}
