/**
 * Which ends of each kernel's check a set of traces reaches; and, for each that it does not, a replay of one of them that
 * would. Found by trying: what is proposed was run, and needs each of its edits.
 */

import { parseEdit, type Rule } from '../edit/parse.js';
import { ownKernel } from '../kernel/kernels.js';
import { standInFor } from '../machine/stand-in.js';
import type { AsyncKernel } from '../model/port.js';
import type { Result } from '../model/result.js';
import type { Trace } from '../model/trace.js';
import { type Replay, replay } from '../replay/replay.js';
import { profileNamed } from '../rmm/profiles.js';
import { type Candidate, candidates } from './candidates.js';
import type { Covered } from './outcome-coverage-result.js';
import { SWEEP_MAX_STEPS } from './plan.js';
import { type Cell, cellKey } from './sweep-table.js';

/** The ends that the check of one revision or another comes to; `crashed` is a compiled kernel's alone. */
const ENDS: readonly string[] = [
  'accepted',
  'refused',
  'quiet (no-rme)',
  'quiet (rme-hidden-by-cpuN)',
  'quiet (not-supported)',
  'quiet (no-conduit)',
  'quiet (page-size)',
  'quiet (not-in-hyp)',
  'not-reached (el1-entry)',
  'not-reached (kvm-disabled)',
  'did-not-return',
  'unanswered',
  'undetermined',
];

export interface Played {
  readonly name: string;
  readonly replay: Replay;
}

/** The kernel that a trace is replayed on. */
export type KernelOf = (trace: Trace) => Result<AsyncKernel>;

/**
 * `all` are replays of traces, each on the kernel that `kernelOf` gives. In the order of the kernels' first traces, then
 * of the ends.
 */
export async function coverage(
  all: readonly Played[],
  kernelOf: KernelOf = ownKernel,
): Promise<readonly Covered[]> {
  const kernels = new Map<string, Played[]>();
  for (const played of all) {
    const { name, wants } = played.replay.kernel.replayed;
    if (name === 'recorded') continue;
    const key = `${name} ${wants}`;
    kernels.set(key, [...(kernels.get(key) ?? []), played]);
  }
  const covered: Covered[] = [];
  for (const own of kernels.values()) covered.push(...(await coverageOf(own, kernelOf)));
  return covered;
}

async function coverageOf(all: readonly Played[], kernelOf: KernelOf): Promise<readonly Covered[]> {
  const reached = new Map<string, Played>();
  for (const played of all) {
    const end = endKey(played.replay.outcomes.replayed);
    if (!reached.has(end)) reached.set(end, played);
  }
  const { name: kernel = '', wants = null } = all[0]?.replay.kernel.replayed ?? {};
  const ends = [...new Set([...ENDS, ...reached.keys()])];
  const missing = new Set(ends.filter(end => !reached.has(end)));
  // Traces that come to the same end are as good as each other to begin with.
  const found = await proposals([...reached.values()], wants, missing, kernelOf);
  return ends.map(end => {
    const proposed = found.get(end);
    return {
      kernel,
      wants,
      end,
      reachedBy: reached.get(end)?.name ?? null,
      edit: proposed === undefined ? null : { trace: proposed.played.name, ...proposed.candidate },
    };
  });
}

interface Proposed {
  readonly played: Played;
  readonly candidate: Candidate;
}

/** For each end of `missing` the first candidate that reaches it, without the edits that it does not need. */
async function proposals(
  from: readonly Played[],
  wants: string | null,
  missing: ReadonlySet<string>,
  kernelOf: KernelOf,
): Promise<ReadonlyMap<string, Proposed>> {
  const found = new Map<string, Proposed>();
  const lists = from.map(played => ({
    played,
    list: [...candidates(wants, cpusOf(played.replay.recorded))],
  }));
  const longest = Math.max(0, ...lists.map(({ list }) => list.length));
  for (let at = 0; at < longest && found.size < missing.size; at++) {
    for (const { played, list } of lists) {
      const candidate = list[at];
      const end = candidate === undefined ? null : await endOf(played.replay.recorded, candidate, kernelOf);
      if (candidate === undefined || end === null || !missing.has(end) || found.has(end)) continue;
      found.set(end, { played, candidate: await needed(played.replay.recorded, candidate, end, kernelOf) });
    }
  }
  return found;
}

/** The candidate without those edits that it comes to the same end without. */
async function needed(
  trace: Trace,
  candidate: Candidate,
  end: string,
  kernelOf: KernelOf,
): Promise<Candidate> {
  let left = candidate;
  for (const edit of candidate.set) {
    const fewer = { ...left, set: left.set.filter(other => other !== edit) };
    if ((await endOf(trace, fewer, kernelOf)) === end) left = fewer;
  }
  return left;
}

/** The end that a replay comes to; `null` where it cannot be made, or an edit never fires. */
async function endOf(trace: Trace, { rmm, set }: Candidate, kernelOf: KernelOf): Promise<string | null> {
  const kernel = kernelOf(trace);
  const rules = rulesOf(set);
  const profile = rmm === null ? null : profileNamed(rmm);
  if (!kernel.ok || rules === null || profile?.ok === false) return null;
  const played = await replay(trace, kernel.value, {
    rules,
    maxSteps: SWEEP_MAX_STEPS,
    ...(profile === null ? {} : { rmm: standInFor(trace, profile.value) }),
  });
  return played.ok ? endKey(played.value.outcomes.replayed) : null;
}

function rulesOf(set: readonly string[]): readonly Rule[] | null {
  const rules: Rule[] = [];
  for (const text of set) {
    const rule = parseEdit(text);
    if (!rule.ok || 'number' in rule.value) return null;
    rules.push(rule.value);
  }
  return rules;
}

/** Whichever CPU it is that has no RME. */
function endKey(cell: Cell): string {
  return cellKey(cell).replace(/by-cpu\d+/, 'by-cpuN');
}

function cpusOf({ events }: Trace): number {
  return 1 + Math.max(0, ...events.map(event => (event.type === 'mrs' ? event.cpu : 0)));
}
