/** Bytes that can be read at any place: those of a file, or what a spool keeps. */
import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs';

export interface Store {
  size(): number;
  /** Reads at most `length` bytes from the place `at` into `into`, from `start` on; gives how many, 0 at the end. */
  read(into: Uint8Array, start: number, length: number, at: number): number;
  /** Whether it is not what it was when it was opened. */
  hasChanged(): boolean;
  close(): void;
}

/** Throws what the system says. */
export function fileStore(path: string): Store {
  const file = openSync(path, 'r');
  const was = fstatSync(file);
  return {
    size: () => was.size,
    read: (into, start, length, at) => readSync(file, into, start, length, at),
    hasChanged() {
      const is = fstatSync(file);
      if (is.size !== was.size || is.mtimeMs !== was.mtimeMs) return true;
      // Another file of this name; one that was deleted is what it was.
      const named = statSync(path, { throwIfNoEntry: false });
      return named !== undefined && (named.ino !== was.ino || named.dev !== was.dev);
    },
    close: () => closeSync(file),
  };
}

/** As many of the bytes from a place on as there are, at most `length`. */
export function bytesAt(store: Store, at: number, length: number): Buffer {
  const bytes = Buffer.allocUnsafe(Math.max(0, Math.min(length, store.size() - at)));
  let have = 0;
  while (have < bytes.length) {
    const got = store.read(bytes, have, bytes.length - have, at + have);
    // It became shorter while it was read.
    if (got === 0) return bytes.subarray(0, have);
    have += got;
  }
  return bytes;
}
