/** Bytes that come once and are read again: the first of them in memory, the others in a file that has no name. */
import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Spool {
  put(bytes: Uint8Array): void;
  /** How many bytes there are. */
  size(): number;
  /** What was put there, from the beginning; a chunk lives until the next one is asked for. */
  chunks(): Generator<Uint8Array, void, undefined>;
  close(): void;
}

/** A trace of a boot stays far below. */
const IN_MEMORY = 2 ** 24;
const CHUNK = 2 ** 16;

export function newSpool(): Spool {
  const kept: Uint8Array[] = [];
  let size = 0;
  let file: number | null = null;
  let written = 0;
  return {
    put(bytes) {
      size += bytes.length;
      if (size <= IN_MEMORY) {
        kept.push(Uint8Array.from(bytes));
        return;
      }
      file ??= namelessFile();
      for (let from = 0; from < bytes.length; ) from += writeSync(file, bytes, from, bytes.length - from);
      written += bytes.length;
    },
    size: () => size,
    *chunks() {
      yield* kept;
      if (file === null) return;
      const chunk = Buffer.allocUnsafe(CHUNK);
      for (let at = 0; at < written; ) {
        const length = readSync(file, chunk, 0, CHUNK, at);
        at += length;
        yield chunk.subarray(0, length);
      }
    },
    close() {
      if (file !== null) closeSync(file);
      file = null;
    },
  };
}

function namelessFile(): number {
  const folder = mkdtempSync(join(tmpdir(), 'rmitrace-'));
  try {
    return openSync(join(folder, 'input'), 'wx+', 0o600);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
