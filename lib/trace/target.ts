/** Where what is written to a path goes: through links to what they lead to, and never over a device or a pipe. */
import { lstat, readlink, realpath, stat } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import { parseCount } from '../model/count.js';

export type Target =
  /** A file, which is replaced once the new one is whole. `mode` is that of the one that is there, else `null`. */
  | { readonly kind: 'file'; readonly path: string; readonly mode: number | null }
  /** A device, a FIFO or a socket, which is written to. */
  | { readonly kind: 'special'; readonly path: string }
  /** What this process has open, as /dev/stdout: its place in it is shared with whoever opened it. */
  | { readonly kind: 'descriptor'; readonly fd: number };

/** As many links as Linux follows. */
const MOST_LINKS = 40;
const PERMISSIONS = 0o7777;

/** Throws what the system says of links that lead in a circle, or of folders that may not be read. */
export async function targetOf(path: string): Promise<Target> {
  let at = path;
  for (let links = 0; links < MOST_LINKS; links++) {
    const fd = await descriptorOf(at);
    if (fd !== null) return { kind: 'descriptor', fd };
    const found = await lstat(at).catch(() => null);
    if (found?.isSymbolicLink() !== true) break;
    at = resolve(dirname(at), await readlink(at));
  }
  // Of a circle, this throws ELOOP.
  const found = await stat(at).catch(error => {
    if (codeOf(error) === 'ELOOP') throw error;
    return null;
  });
  if (found !== null && !found.isFile() && !found.isDirectory()) return { kind: 'special', path: at };
  return { kind: 'file', path: at, mode: found === null ? null : found.mode & PERMISSIONS };
}

/** The file that is written first, and then put in its place; `null` where nothing is replaced. */
export function partialOf(target: Target): string | null {
  return target.kind === 'file' ? `${target.path}.partial` : null;
}

/** N of /proc/self/fd/N and of the names that lead into that folder, as /dev/fd/N does. */
async function descriptorOf(path: string): Promise<number | null> {
  const fd = parseCount(basename(path));
  if (fd === null) return null;
  const folder = await realpath(dirname(path)).catch(() => null);
  const own = await realpath('/proc/self/fd').catch(() => null);
  return folder !== null && folder === own ? fd : null;
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : null;
}
