/** Which of the unknown inputs decide what the kernel does: linear in the length of the trace, whatever is unknown. */

import { outcomeOf } from '../kernel/outcome.js';
import { playback } from '../machine/playback.js';
import type { TraceEvent } from '../model/events.js';
import { countOf } from '../model/gaps.js';
import type { AsyncKernel } from '../model/port.js';
import type { U64 } from '../model/u64.js';
import { MAX_STEPS, runAsync } from '../run.js';
import {
  FILLS,
  groupsOf,
  type LimitOf,
  partingEvent,
  type Unknown,
  type UnknownsFinding,
  unknownsOf,
  withKnown,
} from './unknowns.js';

/** What a run with one value for every unknown came to. */
interface FilledRun {
  readonly fill: U64;
  readonly events: readonly TraceEvent[];
}

/** Of a group that decides, so many unknowns are weighed one by one too. */
const MOST_ALONE = 8;

/** Whether the runs differ, and if so which unknowns alone make them differ. */
export async function weighUnknowns(
  kernel: AsyncKernel,
  maxSteps: number | undefined,
  runs: readonly FilledRun[],
  limit: LimitOf,
): Promise<UnknownsFinding | null> {
  const [first] = runs;
  const unknowns = unknownsOf(first?.events ?? []);
  if (first === undefined || unknowns.length === 0) return null;
  const partings = runs.map(({ events }) => partingEvent(first.events, events)).filter(at => at !== null);
  const decide = (group: readonly Unknown[]) => decides(group, first, kernel, limit, maxSteps);
  const deciding: Unknown[] = [];
  for (const group of (partings.length === 0 ? null : groupsOf(unknowns)) ?? []) {
    if (!(await decide(group))) continue;
    const alone: Unknown[] = [];
    if (group.length > 1 && group.length <= MOST_ALONE)
      for (const unknown of group) if (await decide([unknown])) alone.push(unknown);
    for (const unknown of alone.length > 0 ? alone : group) deciding.push(unknown);
  }
  return {
    unknowns,
    more: 0,
    places: null,
    matter: partings.length > 0,
    limited: unknowns.some(({ edit }) => limit(edit) !== undefined),
    deciding,
    partAt: partings.length === 0 ? null : Math.min(...partings),
    runs: runs.map(({ fill, events }) => ({ fill, outcome: outcomeOf(events) })),
  };
}

/** Whether these unknowns alone change what the kernel does, all others staying 0 as in the first run. */
async function decides(
  group: readonly Unknown[],
  first: FilledRun,
  kernel: AsyncKernel,
  limit: LimitOf,
  maxSteps = stepsFor(first.events),
): Promise<boolean> {
  for (const fill of FILLS.slice(1)) {
    // Edits and stand-in are in the first run's events already.
    const machine = playback(withKnown(first.events, group, fill, limit));
    if (partingEvent(first.events, await runAsync(kernel, machine, { maxSteps })) !== null) return true;
  }
  return false;
}

/** As many steps as the recording can have taken, each event being one or two, and never fewer than a run is given. */
export function stepsFor(events: readonly TraceEvent[]): number {
  return Math.max(MAX_STEPS, 4 * countOf(events));
}
