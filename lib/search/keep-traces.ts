/** One trace for each kind of outcome that a sweep finds, of each kernel: the first row that comes to it. */
import type { Edit } from '../edit/parse.js';
import { endKey } from '../model/end.js';
import type { AsyncKernel } from '../model/port.js';
import type { End, Trace } from '../model/trace.js';
import { record } from '../record.js';
import { type Boots, bootsOf } from './boots.js';
import type { AnyPlan } from './plan.js';
import type { SweepRow } from './sweep-table.js';

/** A boot that is kept. */
export interface Kept {
  /** The parts of a file's name: kernel, the revision where that is a column of its own, class, reason. */
  readonly name: readonly string[];
  readonly trace: Trace;
}

/**
 * Is given every row, and gives the boots that are the first of their kind. One on an answer that nobody knows (of a
 * silent RMM, edited in part) cannot be recorded; then the next of its kind is kept.
 */
export function newKeeper(plan: AnyPlan): (row: SweepRow) => Promise<readonly Kept[]> {
  const seen = new Set<string>();
  const boots = bootsOf(plan);
  return async row => {
    const kept: Kept[] = [];
    for (const [column, cell] of row.cells.entries()) {
      const key = `${column} ${endKey(cell)}`;
      const kernel = plan.kernels[column];
      if (seen.has(key) || kernel === undefined) continue;
      const { trace, repeats } = await recorded(plan, boots, row, column, kernel);
      if (trace === null) continue;
      const isOther = trace.outcome !== null && endKey(trace.outcome) !== endKey(cell);
      // A real RMM, or C, may do otherwise when it is asked again.
      if (isOther && !repeats) continue;
      if (isOther && trace.outcome !== null)
        throw new Error(`row ${row.row} came to ${endKey(trace.outcome)} when it was recorded, not ${key}`);
      seen.add(key);
      kept.push({ name: nameOf(plan, column, cell), trace });
    }
    return kept;
  };
}

function nameOf({ table }: AnyPlan, column: number, end: End): readonly string[] {
  const { kernel = '', wants = null } = table.columns[column] ?? {};
  const twice = table.columns.filter(other => other.kernel === kernel).length > 1;
  return [kernel, ...(twice && wants !== null ? ['wants', wants] : []), ...partsOf(end)];
}

/** Class and reason; where the whole init was run and the revision agreed on, what came of realms. */
function partsOf({ class: outcomeClass, reason, realms }: End): readonly string[] {
  const parts: readonly (string | undefined)[] =
    outcomeClass === 'accepted' && realms !== undefined
      ? [realms.available ? 'realms' : 'no-realms', realms.call ?? realms.why, realms.status]
      : [outcomeClass, reason];
  return parts.filter(part => part !== undefined);
}

/** The whole boot as `record` makes it, with those edits that fire in it; whether it is sure to come to the same. */
async function recorded(
  plan: AnyPlan,
  boots: Boots,
  row: SweepRow,
  column: number,
  kernel: AsyncKernel,
): Promise<{ readonly trace: Trace | null; readonly repeats: boolean }> {
  const combination = plan.at(row.row - 1);
  const { machine, rmm, state, answers } = combination;
  const repeats = kernel.compiled === undefined && !('piped' in rmm);
  const booted = await boots(combination, kernel, column);
  if (!booted.ok) return { trace: null, repeats };
  const unfired = new Set<Edit>(booted.value.unfired());
  const edits = [...state.edits, ...answers].filter(edit => !unfired.has(edit));
  const who = 'piped' in rmm ? rmm.piped : rmm.name;
  const made = await record(kernel, machine, { edits, rmm: who, maxSteps: plan.table.maxSteps });
  return { trace: made.ok ? made.value : null, repeats };
}
