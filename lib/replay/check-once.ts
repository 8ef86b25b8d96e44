/**
 * Many traces, of which many may be the same boot: each digest is replayed once. What is kept of a replay is the caller's
 * to say, so that memory holds something small for each digest, and no trace.
 */
import { setImmediate } from 'node:timers/promises';
import type { Result } from '../model/result.js';
import type { Trace } from '../model/trace.js';
import type { TraceSource } from '../trace/open.js';
import { type Extent, type ReadToReplay, readToReplay } from './read.js';

/** What replays came to, by digest. */
export interface Known<Kept> {
  /** `null`: nobody has replayed it, and whoever asked does, and settles it. */
  claim(digest: string): Promise<Kept | null>;
  settle(digest: string, kept: Kept): void;
}

export interface CheckedOnce<Kept> {
  readonly name: string;
  readonly read: Result<ReadToReplay>;
  readonly kept: Kept;
}

/** One result for each source, in their order; `play` makes that of a trace that was read, or could not be; `extentFor`: of `readToReplay`. */
export async function* checkOnce<Kept>(
  sources: Iterable<TraceSource> | AsyncIterable<TraceSource>,
  play: (name: string, read: Result<ReadToReplay>) => Promise<Kept>,
  known: Known<Kept> | null = null,
  extentFor?: (part: Trace) => Extent,
): AsyncGenerator<CheckedOnce<Kept>, void, undefined> {
  for await (const source of sources) {
    const { name } = source;
    const read = await readToReplay(source, extentFor);
    const digest = read.ok && known !== null ? read.value.digest : null;
    const before = digest === null ? null : ((await known?.claim(digest)) ?? null);
    const kept = before ?? (await play(name, read));
    if (digest !== null && before === null) known?.settle(digest, kept);
    if (read.ok) await read.value.close();
    yield { name, read, kept };
    await setImmediate();
  }
}

/** Holds something of every digest. */
export function newKnown<Kept>(): Known<Kept> {
  const all = new Map<string, { readonly kept: Promise<Kept>; settle(kept: Kept): void }>();
  return {
    async claim(digest) {
      const there = all.get(digest);
      if (there !== undefined) return there.kept;
      let settle: (kept: Kept) => void = () => {};
      const kept = new Promise<Kept>(resolve => {
        settle = resolve;
      });
      all.set(digest, { kept, settle: one => settle(one) });
      return null;
    },
    settle: (digest, kept) => all.get(digest)?.settle(kept),
  };
}
