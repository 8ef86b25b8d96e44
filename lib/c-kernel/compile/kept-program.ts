/**
 * Programs that were built, kept for the next time. They are run with the user's rights: what another user could have put
 * there is never taken, and what was damaged is built again.
 */
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { chmod, type FileHandle, lstat, open, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bad, good, type Result, trouble } from '../../model/result.js';
import { atExit, ownUser } from '../../pipe/owner.js';
import { makeFolder } from './make-folder.js';

/** In the folder of a build: the program, and the SHA-256 of it. */
export const PROGRAM = 'kernel';
const DIGEST = 'kernel.sha256';
const OWN_MODE = 0o700;
const OTHERS = 0o077;

/** Makes the folder, for this user alone. Trouble: `unwritable`, where it is somebody else's. */
export async function ownFolder(path: string): Promise<Result<void>> {
  await makeFolder(path, OWN_MODE);
  const found = await lstat(path);
  if (!found.isDirectory() || found.uid !== ownUser()) {
    const what = 'the build cannot be cached: the folder belongs to another user';
    return bad(
      trouble('unwritable', what, { file: path }, 'set XDG_CACHE_HOME to a writable folder of your own'),
    );
  }
  if ((found.mode & OTHERS) !== 0) await chmod(path, OWN_MODE);
  return good(undefined);
}

/** Whether a whole program of this user is in the folder. Nothing else of that name may stay: it is removed. */
export async function isKept(folder: string): Promise<boolean> {
  const found = await lstat(folder).catch(() => null);
  if (found === null) return false;
  const own = found.isDirectory() && found.uid === ownUser() && (found.mode & OTHERS) === 0;
  if (own && (await digestIn(folder)) === (await programDigest(folder))) return true;
  await forget(folder);
  return false;
}

export async function forget(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
}

/** Puts what was made in `making` at `folder`, once it is on the disk. */
export async function keep(making: string, folder: string): Promise<void> {
  await writeFile(join(making, DIGEST), `${await programDigest(making)}`);
  for (const name of [PROGRAM, DIGEST, '']) await synced(await open(join(making, name), 'r'));
  // Somebody else may have made the same meanwhile: theirs is as good.
  await rename(making, folder).catch(() => forget(making));
}

/** A new folder in `cache`, and a function that lets go of it: until then it is removed when this process ends. */
export function makingFolder(cache: string): { readonly path: string; letGo(): void } {
  // At once: a signal between the two would leave the folder.
  const path = mkdtempSync(join(cache, 'making-'));
  const remove = (): void => rmSync(path, { recursive: true, force: true });
  return { path, letGo: atExit(remove) };
}

async function synced(handle: FileHandle): Promise<void> {
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function digestIn(folder: string): Promise<string | null> {
  return readFile(join(folder, DIGEST), 'utf8').catch(() => null);
}

async function programDigest(folder: string): Promise<string> {
  const bytes = await readFile(join(folder, PROGRAM)).catch(() => '');
  return createHash('sha256').update(bytes).digest('hex');
}
