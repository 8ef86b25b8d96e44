/** What a command finds in the file system besides traces: small texts, folders, and whether two names are one file. */
import { isUtf8 } from 'node:buffer';
import { createReadStream, type Dirent } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import {
  bad,
  bytesOf,
  good,
  isDamage,
  type Result,
  systemError,
  type Trouble,
  trouble,
  unpacked,
} from '../lib/cli.js';

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

async function textOf(chunks: readonly Uint8Array[], name: string): Promise<Result<string>> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const { bytes } of unpacked(Readable.from(chunks), 'damaged')) {
      size += bytes.length;
      if (size > MOST_BYTES) return tooLarge(name);
      pieces.push(bytes);
    }
  } catch (error) {
    if (isDamage(error)) return damaged(name);
    throw error;
  }
  const bytes = Buffer.concat(pieces);
  return isUtf8(bytes) ? good(bytes.toString('utf8')) : notUtf8(name);
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
    return size > MOST_BYTES ? tooLarge(path) : await textOf([await readFile(path)], path);
  } catch (error) {
    return bad(systemTrouble(error, path));
  }
}

/** The lines of a file of any length, one after another. Trouble in place of a line: `not-found`, `unreadable`. */
export async function* linesOf(path: string): AsyncGenerator<Result<string>, void> {
  const stream = createReadStream(path);
  try {
    const input = Readable.from(bytesOf(unpacked(stream, 'damaged')), { objectMode: false }).setEncoding(
      'latin1',
    );
    for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
      // Each byte is a character so far.
      const bytes = Buffer.from(line, 'latin1');
      if (!isUtf8(bytes)) return yield notUtf8(path);
      yield good(bytes.toString('utf8'));
    }
  } catch (error) {
    yield isDamage(error) ? damaged(path) : bad(systemTrouble(error, path));
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
