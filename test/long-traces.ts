/** What tests of long traces share: traces that are long, or are made so. */
import { readFileSync } from 'node:fs';
import type { TraceEvent } from '../lib/model/events.js';
import type { Trace } from '../lib/model/trace.js';
import { u64 } from '../lib/model/u64.js';
import { readTrace } from '../lib/trace/read.js';
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
