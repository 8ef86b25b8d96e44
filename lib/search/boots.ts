/**
 * The boots of a sweep, one cell each. Where kernel and RMM are built in, the quick way; C, or an RMM behind a pipe, takes
 * a whole boot for each.
 */
import { applyEdits, editedMachine } from '../edit/apply.js';
import type { Edit } from '../edit/parse.js';
import { endOf, faultBehind } from '../kernel/outcome.js';
import { stateOf } from '../machine/description.js';
import { emulate, emulateBefore } from '../machine/emulated.js';
import { isSameEnd } from '../model/end.js';
import type { TraceEvent } from '../model/events.js';
import type { AsyncKernel, AsyncMachine, Kernel, MachineState } from '../model/port.js';
import { bad, good, type Result } from '../model/result.js';
import type { End } from '../model/trace.js';
import type { U64 } from '../model/u64.js';
import { FILLS } from '../replay/unknowns.js';
import { machineFailure } from '../rmm/pipe/client.js';
import type { RmmProfile } from '../rmm/profile.js';
import { runAsync } from '../run.js';
import { isUnknown, machinesOf } from './machine-cache.js';
import type { AnyPlan, Combination, SweptPipe } from './plan.js';

export interface Booted {
  readonly cell: End;
  /** Why C crashed or did not come back; `null` of any other boot. */
  readonly why: string | null;
  /** The edits of this row that changed nothing. */
  readonly unfired: () => readonly Edit[];
}

type AnyCombination = Combination<RmmProfile | SweptPipe>;

/** Trouble `rmm-failed`: what a kernel does without an answer is no cell. */
export type Boots = (
  combination: AnyCombination,
  kernel: AsyncKernel,
  column: number,
) => Result<Booted> | Promise<Result<Booted>>;

export function bootsOf(plan: AnyPlan): Boots {
  const shared = machinesOf(plan);
  return (combination, kernel, column) => {
    if (!isBuiltIn(kernel) || !isEmulated(combination)) return wholeBoot(plan, combination, kernel);
    const on = shared(combination);
    const { cell, unfired } = on.run(kernel, column, combination.answers);
    return good({ cell, why: null, unfired: () => [...on.unfired, ...unfired()] });
  };
}

/** What is not compiled answers at once. */
function isBuiltIn(kernel: AsyncKernel): kernel is Kernel {
  return kernel.compiled === undefined;
}

function isEmulated(combination: AnyCombination): combination is Combination {
  return !('piped' in combination.rmm);
}

async function wholeBoot(
  plan: AnyPlan,
  combination: AnyCombination,
  kernel: AsyncKernel,
): Promise<Result<Booted>> {
  const run = (unknown: U64) => ran(plan, combination, kernel, unknown);
  const { events, unfired } = await run(FILLS[0]);
  const failed = machineFailure(events);
  if (failed !== null) return bad(failed);
  const cell = endOf(events);
  const why = kernel.compiled === undefined ? null : faultBehind(cell, events);
  if (!events.some(isUnknown)) return good({ cell, why, unfired });
  for (const fill of FILLS.slice(1)) {
    const other = await run(fill);
    const failed = machineFailure(other.events);
    if (failed !== null) return bad(failed);
    if (!isSameEnd(cell, endOf(other.events)))
      return good({ cell: { class: 'undetermined' }, why: null, unfired });
  }
  return good({ cell, why, unfired });
}

async function ran(
  { table }: AnyPlan,
  { machine, rmm, state, answers }: AnyCombination,
  kernel: AsyncKernel,
  unknown: U64,
): Promise<{ readonly events: readonly TraceEvent[]; readonly unfired: () => readonly Edit[] }> {
  const applied = applyEdits([...state.edits, ...answers]);
  const on = (edited: MachineState): AsyncMachine =>
    'piped' in rmm
      ? emulateBefore(machine, rmm.piped.boot(), { state: edited })
      : emulate(machine, rmm, { state: edited });
  const booted = editedMachine(stateOf(machine, kernel.scope), on, applied);
  const events = await runAsync(kernel, booted, { maxSteps: table.maxSteps, unknown });
  return { events, unfired: () => applied.unfired().map(({ edit }) => edit) };
}
