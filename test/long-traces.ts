/** What tests of long traces share: traces that are long, or are made so. */
import { readFileSync } from 'node:fs';
import type { TraceEvent } from '../lib/model/events.js';
import type { Trace } from '../lib/model/trace.js';
import { u64 } from '../lib/model/u64.js';
import { type LargeTrace, largeTrace } from '../lib/trace/large.js';
import { type OpenedSource, openSource } from '../lib/trace/open.js';
import { readTrace } from '../lib/trace/read.js';
import { traceText } from '../lib/trace/write.js';
import { must } from './boots.js';

export const SEED = { seed: 20_261_126 };

export const GOLDEN = ['accepted', 'refused-rmm-too-old', 'no-rme', 'no-rmm', 'kvm-init-fails'].map(name =>
  readFileSync(`traces/${name}.json`),
);

export async function golden(): Promise<readonly Trace[]> {
  return Promise.all(GOLDEN.map(async bytes => must(await readTrace({ name: 'golden', bytes })).trace));
}

export const call = (n: number, over: Partial<Extract<TraceEvent, { type: 'smc' }>> = {}): TraceEvent => ({
  type: 'smc',
  cpu: 0,
  from: 'ns',
  via: 'smc',
  cc: '1.2',
  fid: u64(0xc400_0151n),
  args: [u64(BigInt(4096 * (n + 1)))],
  res: [u64(0n)],
  ...over,
});

export const MANY = Array.from({ length: 4200 }, (_, n) =>
  n % 3 === 0 ? call(n) : call(n, { fid: u64(0xc400_015cn) }),
);

export async function largeOf(source: OpenedSource): Promise<LargeTrace> {
  const large = must(await largeTrace(source, 0));
  if (large === null) throw new Error('it is a trace');
  return large;
}

/** A trace as the commands take it where it is large, whatever its size. */
export async function asLarge(trace: Trace): Promise<LargeTrace> {
  const source = { name: 'large.json', bytes: Buffer.from(traceText(trace)) };
  const opened = must(await openSource(source, Number.POSITIVE_INFINITY));
  return largeOf({ name: source.name, opened });
}
