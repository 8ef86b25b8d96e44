/** Where a trace's bytes come from. They may be asked for twice: the quick reader gives up on any layout but the canonical. */
import { closeSync, createReadStream, openSync, readFileSync, readSync, statSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { bad, good, type Result } from '../model/result.js';
import { systemError } from '../model/system-error.js';
import type { ReadLimits } from './limits.js';
import { newSpool, spoolTrouble } from './spool.js';
import { mebibytes, readTrouble } from './troubles.js';

/** `name` is what messages call it. `limits`: how much is read of it, where others than usual hold. */
export type TraceSource = {
  readonly name: string;
  readonly limits?: Partial<ReadLimits>;
  /** Told now and then how many bytes of a file were read, from its beginning each time that it is read. */
  readonly onRead?: (bytes: number) => void;
} & (
  | { readonly path: string }
  | { readonly bytes: Uint8Array }
  | { readonly stream: AsyncIterable<Uint8Array> }
  /** Opened already: whoever opened it closes it. */
  | { readonly opened: Opened }
);

/** A source that was opened already. */
export type OpenedSource = Extract<TraceSource, { readonly opened: Opened }>;

export type Chunks = AsyncIterable<Uint8Array>;

export interface Opened {
  /** Where the bytes are those of a file, its path: it can be read at any place. */
  readonly path?: string;
  /** The bytes from the beginning, each time. A chunk lives until the next one is asked for. */
  chunks(): Chunks;
  /** Whether there are more bytes than that; of a pipe, so many are waited for. */
  exceeds(bytes: number): Promise<boolean>;
  close(): Promise<void>;
}

const CHUNK = 1 << 16;

/** Something that can be read once only: what was read is kept for the second time. */
function remembered(stream: Chunks): Opened {
  const kept = newSpool();
  const rest = stream[Symbol.asyncIterator]();
  /** What stopped it, for whoever reads as far. */
  let failure: { readonly error: unknown } | null = null;
  async function* further(): AsyncGenerator<Uint8Array, void, undefined> {
    try {
      for (let next = await rest.next(); next.done !== true; next = await rest.next()) {
        kept.put(next.value);
        yield next.value;
      }
    } catch (error) {
      failure = { error };
      throw error;
    }
  }
  return {
    async *chunks() {
      yield* kept.chunks();
      if (failure !== null) throw failure.error;
      yield* further();
    },
    async exceeds(bytes) {
      try {
        while (kept.size() <= bytes) if ((await further().next()).done === true) return false;
      } catch {
        // Whoever reads as far is told.
      }
      return true;
    },
    async close() {
      kept.close();
      await rest.return?.();
    },
  };
}

/** The same, for a reader that goes through it once: nothing is kept. */
function passing(stream: Chunks): Opened {
  return { chunks: () => stream, exceeds: async () => true, close: async () => {} };
}

/** After so many chunks signals are let in: a file is read without waiting, which takes a third of the time. */
const TURN = 64;

async function* ofFile(
  path: string,
  onRead: TraceSource['onRead'],
): AsyncGenerator<Uint8Array, void, undefined> {
  const file = openSync(path, 'r');
  try {
    const chunk = Buffer.allocUnsafe(CHUNK);
    for (let turn = 1; ; turn++) {
      const length = readSync(file, chunk, 0, CHUNK, null);
      if (length === 0) return;
      yield chunk.subarray(0, length);
      if (turn % TURN > 0) continue;
      onRead?.(turn * CHUNK);
      await setImmediate();
    }
  } finally {
    closeSync(file);
  }
}

const reopened = (chunks: () => Chunks, size: number, path?: string): Opened => ({
  ...(path === undefined ? {} : { path }),
  chunks,
  exceeds: async bytes => size > bytes,
  close: async () => {},
});

async function* inPieces(bytes: Uint8Array): AsyncGenerator<Uint8Array, void, undefined> {
  for (let at = 0; at < bytes.length; at += CHUNK) yield bytes.subarray(at, at + CHUNK);
}

/**
 * `most` bytes are read of a file; `times`: how often its bytes will be asked for. Troubles: `not-found`, `unreadable`,
 * `too-large`.
 */
export async function openSource(
  source: TraceSource,
  most: number,
  times: 'once' | 'again' = 'again',
): Promise<Result<Opened>> {
  const piped = times === 'once' ? passing : remembered;
  if ('opened' in source) return good({ ...source.opened, close: async () => {} });
  if ('bytes' in source) return good(reopened(() => inPieces(source.bytes), source.bytes.length));
  if ('stream' in source) return good(piped(source.stream));
  const { path } = source;
  try {
    const found = statSync(path);
    if (found.isFile() && found.size > most) {
      const what = `the file is larger than ${most} bytes (${mebibytes(most)})`;
      return bad(readTrouble('too-large', what, { file: source.name }));
    }
    if (found.isFile() && found.size > 0 && found.size <= CHUNK) {
      // A handshake is a few KiB: read at once it costs a third of what a stream costs.
      const bytes = readFileSync(path);
      return good(reopened(() => inPieces(bytes), bytes.length, path));
    }
    // A file of /proc has no size, and gives bytes all the same.
    if (found.isFile())
      return good(reopened(() => ofFile(path, source.onRead), found.size, found.size > 0 ? path : undefined));
    // A pipe or a device gives its bytes once.
    if (!found.isDirectory()) return good(piped(createReadStream(path, { highWaterMark: CHUNK })));
    return bad(readTrouble('unreadable', 'the trace cannot be read: it is a folder', { file: source.name }));
  } catch (error) {
    return unreadable(error, source.name);
  }
}

/** A system error as trouble; `unwritable` of a temporary file. Any other error is a bug and is thrown again. */
export function unreadable(error: unknown, file: string): Result<never> {
  const unkept = spoolTrouble(error);
  if (unkept !== null) return bad(unkept);
  const system = systemError(error);
  if (system === null) throw error;
  const code = system.missing ? 'not-found' : 'unreadable';
  return bad(readTrouble(code, `the trace cannot be read: ${system.text}`, { file }));
}
