/** Bytes that come once and are read again: the first of them in memory, the others in a file that has no name. */
import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Trouble, trouble } from '../model/result.js';
import { systemError } from '../model/system-error.js';
import type { Store } from './store.js';

export interface Spool extends Store {
  /** Throws what `spoolTrouble` knows, where the temporary folder does not take them. */
  put(bytes: Uint8Array): void;
  /** What was put there, from the beginning; a chunk lives until the next one is asked for. */
  chunks(): Generator<Uint8Array, void, undefined>;
}

/** Bytes: a trace of a boot stays far below, and needs no file. */
const IN_MEMORY = 2 ** 22;
const CHUNK = 2 ** 16;

export function newSpool(): Spool {
  const kept: Uint8Array[] = [];
  /** Where each of them begins. */
  const starts: number[] = [];
  let inMemory = 0;
  let file: number | null = null;
  let written = 0;

  /** Of the pieces in memory the one that has the byte at a place. */
  function pieceAt(at: number): number {
    let [low, high] = [0, starts.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((starts[middle] ?? 0) <= at) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  return {
    put(bytes) {
      if (file === null && inMemory + bytes.length <= IN_MEMORY) {
        starts.push(inMemory);
        kept.push(Uint8Array.from(bytes));
        inMemory += bytes.length;
        return;
      }
      try {
        file ??= namelessFile();
        for (let from = 0; from < bytes.length; ) from += writeSync(file, bytes, from, bytes.length - from);
      } catch (error) {
        throw Object.assign(Object(error), { temporary: tmpdir() });
      }
      written += bytes.length;
    },
    size: () => inMemory + written,
    read(into, start, length, at) {
      if (at >= inMemory) return file === null ? 0 : readSync(file, into, start, length, at - inMemory);
      const piece = pieceAt(at);
      const from = at - (starts[piece] ?? 0);
      const bytes = kept[piece]?.subarray(from, from + length) ?? new Uint8Array();
      into.set(bytes, start);
      return bytes.length;
    },
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
    hasChanged: () => false,
    close() {
      if (file !== null) closeSync(file);
      file = null;
    },
  };
}

/** What the system said against a temporary file (`unwritable`); `null` for any other exception. */
export function spoolTrouble(error: unknown): Trouble | null {
  const system = systemError(error);
  if (system === null || !(error instanceof Error)) return null;
  if (!('temporary' in error) || typeof error.temporary !== 'string') return null;
  const what = `a temporary file cannot be written: ${system.text}`;
  return trouble('unwritable', what, { file: error.temporary }, 'set TMPDIR to a folder that has room');
}

function namelessFile(): number {
  const folder = mkdtempSync(join(tmpdir(), 'rmitrace-'));
  try {
    return openSync(join(folder, 'input'), 'wx+', 0o600);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
