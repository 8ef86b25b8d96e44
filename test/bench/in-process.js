/**
 * How many runs a second of processor time, in this process. What else the machine does still shows, so each figure is the
 * best of several rounds that take turns, and stands beside a loop of plain 64-bit arithmetic measured with it.
 */
import {
  kernelNamed,
  machineNamed,
  planSweep,
  profileNamed,
  record,
  sweepRows,
  u64,
} from '../../dist/lib/index.js';
import { outcomeOf } from '../../dist/lib/kernel/outcome.js';
import { emulate } from '../../dist/lib/machine/emulated.js';
import { runSync } from '../../dist/lib/run.js';
import { quickCheck } from '../../dist/lib/search/fast-check.js';
import { randomAxis } from '../../dist/lib/search/random.js';
import { rememberedReplies } from '../../dist/lib/search/reply-cache.js';

const ROUNDS = 3;
const ROUND_MS = 200;

const must = result => {
  if (!result.ok) throw new Error(JSON.stringify(result.trouble));
  return result.value;
};

const kernel = must(kernelNamed('v13'));
const machine = must(machineNamed('fvp'));
const rmm = must(profileNamed('tf-rmm-0.8'));
/** The whole series, on an RMM on which it comes to realms. */
const series = must(kernelNamed('v13', undefined, 'init'));
const active = must(profileNamed('tf-rmm-0.9'));
const check = quickCheck(kernel, emulate(machine, rmm).state);
const boot = rememberedReplies(() => emulate(machine, rmm));
const plan = must(
  planSweep({ kernels: [kernel], machines: [machine], rmms: null, axes: [randomAxis(999_999_999, u64(1n))] }),
);
let row = 0;

/** Each does `count` of its things. */
const BENCHES = [
  {
    name: 'baseline: a 64-bit multiplication',
    run(count) {
      let z = 1n;
      for (let i = 0; i < count; i++) z = BigInt.asUintN(64, z * 0x9e3779b97f4a7c15n);
      return z;
    },
  },
  {
    name: 'the check alone, its class',
    run(count) {
      for (let i = 0; i < count; i++) if (check(boot())?.class !== 'refused') throw new Error('not refused');
    },
  },
  {
    name: 'a row of a sweep, a random answer',
    run(count) {
      for (const _ of sweepRows(plan, row, row + count));
      row += count;
    },
  },
  {
    name: 'a whole boot, its outcome',
    run(count) {
      for (let i = 0; i < count; i++) {
        if (outcomeOf(runSync(kernel, emulate(machine, rmm))).class !== 'refused')
          throw new Error('not refused');
      }
    },
  },
  {
    name: 'a whole boot of scope init',
    run(count) {
      for (let i = 0; i < count; i++) {
        if (
          outcomeOf(runSync(series, emulate(machine, active, { scope: 'init' }))).realms?.available !== true
        )
          throw new Error('no realms');
      }
    },
  },
  {
    name: 'record',
    async run(count) {
      for (let i = 0; i < count; i++) must(await record(kernel, machine, { rmm: rmm.name }));
    },
  },
];

/** Things a second in one round: as many as fill it, by doubling. */
async function rate({ run }, ms) {
  for (let count = 64; ; count *= 2) {
    const begin = process.cpuUsage();
    await run(count);
    const { user, system } = process.cpuUsage(begin);
    const took = (user + system) / 1000;
    if (took >= ms) return (count / took) * 1000;
  }
}

/** `{ name, rate }` for each, in runs a second; the first is the baseline. */
export async function benchInProcess(rounds = ROUNDS, ms = ROUND_MS) {
  const best = BENCHES.map(() => 0);
  for (let round = 0; round < rounds; round++) {
    for (const [at, bench] of BENCHES.entries()) best[at] = Math.max(best[at], await rate(bench, ms));
  }
  return BENCHES.map(({ name }, at) => ({ name, rate: best[at] }));
}
