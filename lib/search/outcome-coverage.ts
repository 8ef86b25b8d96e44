/**
 * Which outcomes of each kernel's check a set of traces reaches; and, for each other one, a replay of one of them that
 * reaches it. Found by trying: each proposal was run, and needs all of its edits.
 */

import { type Edit, parseEdit } from '../edit/parse.js';
import { ownKernel } from '../kernel/kernels.js';
import { standInFor } from '../machine/stand-in.js';
import { endKey } from '../model/end.js';
import type { End, Trace } from '../model/trace.js';
import type { KernelOf } from '../replay/check.js';
import { type Replay, replay } from '../replay/replay.js';
import { profileNamed } from '../rmm/profiles.js';
import { type Candidate, candidates } from './candidates.js';
import type { Covered } from './outcome-coverage-result.js';
import { SWEEP_MAX_STEPS } from './plan.js';

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

/** Ends of a test that only some kernels have: they count for a kernel that a trace or an edit brings there. */
const OF_SOME: ReadonlySet<string> = new Set(['quiet (page-size)', 'quiet (not-in-hyp)']);

/** A replay, and what its trace is called. */
export interface Played {
  readonly name: string;
  readonly replay: Pick<Replay, 'kernel' | 'outcomes' | 'recorded'>;
}

export interface OutcomeCoverage {
  add(played: Played): void;
  /** In the order of the kernels' first traces, then of the ends. */
  covered(): Promise<readonly Covered[]>;
}

/**
 * Counts replays of traces, each on the kernel that `kernelOf` gives. Of each kernel and end the first trace is kept:
 * traces that come to the same end are as good as each other to begin with.
 */
export function newCoverage(kernelOf: KernelOf = ownKernel): OutcomeCoverage {
  const kernels = new Map<string, ReachedOf>();
  return {
    add({ name: trace, replay: { kernel, outcomes, recorded } }) {
      const { name, wants } = kernel.replayed;
      if (name === 'recorded') return;
      const key = `${name} ${wants}`;
      const of = kernels.get(key) ?? { kernel: name, wants, reached: new Map<string, Reached>() };
      kernels.set(key, of);
      const end = anyCpuKey(outcomes.replayed);
      if (!of.reached.has(end)) of.reached.set(end, { name: trace, trace: recorded });
    },
    async covered() {
      const all: Covered[] = [];
      for (const of of kernels.values()) all.push(...(await coveredBy(of, kernelOf)));
      return all;
    },
  };
}

/** The first trace of those that come to an end. */
interface Reached {
  readonly name: string;
  readonly trace: Trace;
}

interface ReachedOf {
  readonly kernel: string;
  readonly wants: string | null;
  readonly reached: Map<string, Reached>;
}

async function coveredBy(
  { kernel, wants, reached }: ReachedOf,
  kernelOf: KernelOf,
): Promise<readonly Covered[]> {
  const ends = [...new Set([...ENDS, ...reached.keys()])];
  const missing = new Set(ends.filter(end => !reached.has(end)));
  const found = await proposals([...reached.values()], wants, missing, kernelOf);
  const own = ends.filter(end => !OF_SOME.has(end) || reached.has(end) || found.has(end));
  return own.map(end => {
    const proposed = found.get(end);
    return {
      kernel,
      wants,
      end,
      reachedBy: reached.get(end)?.name ?? null,
      edit: proposed === undefined ? null : { trace: proposed.from.name, ...proposed.candidate },
    };
  });
}

interface Proposed {
  readonly from: Reached;
  readonly candidate: Candidate;
}

/** For each end of `missing` the first candidate that reaches it, without the edits that it does not need. */
async function proposals(
  all: readonly Reached[],
  wants: string | null,
  missing: ReadonlySet<string>,
  kernelOf: KernelOf,
): Promise<ReadonlyMap<string, Proposed>> {
  const found = new Map<string, Proposed>();
  const lists = all.map(from => ({ from, list: [...candidates(wants, cpusOf(from.trace))] }));
  const longest = Math.max(0, ...lists.map(({ list }) => list.length));
  for (let at = 0; at < longest && found.size < missing.size; at++) {
    for (const { from, list } of lists) {
      const candidate = list[at];
      const end = candidate === undefined ? null : await endOf(from.trace, candidate, kernelOf);
      if (candidate === undefined || end === null || !missing.has(end) || found.has(end)) continue;
      found.set(end, { from, candidate: await needed(from.trace, candidate, end, kernelOf) });
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
  const edits = editsOf(set);
  const profile = rmm === null ? null : profileNamed(rmm);
  if (!kernel.ok || edits === null || profile?.ok === false) return null;
  const played = await replay(trace, kernel.value, {
    edits,
    maxSteps: SWEEP_MAX_STEPS,
    rmm: profile === null ? null : standInFor(trace, profile.value),
  });
  return played.ok ? anyCpuKey(played.value.outcomes.replayed) : null;
}

function editsOf(set: readonly string[]): readonly Edit[] | null {
  const edits: Edit[] = [];
  for (const text of set) {
    const edit = parseEdit(text);
    if (!edit.ok || edit.value.kind === 'numbered') return null;
    edits.push(edit.value);
  }
  return edits;
}

/** Whichever CPU it is that has no RME. */
function anyCpuKey(end: End): string {
  return endKey(end).replace(/by-cpu\d+/, 'by-cpuN');
}

function cpusOf({ events }: Trace): number {
  return 1 + Math.max(0, ...events.map(event => (event.type === 'mrs' ? event.cpu : 0)));
}
