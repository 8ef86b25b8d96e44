/** One trace for each kind of outcome that a sweep finds, of each kernel: the first row that comes to it. */
import type { Edit } from '../edit/parse.js';
import { endKey } from '../model/end.js';
import type { Kernel } from '../model/port.js';
import type { End, Trace } from '../model/trace.js';
import { record } from '../record.js';
import { machinesOf, type OnMachine } from './machine-cache.js';
import type { Combination, SweepPlan } from './plan.js';
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
export function newKeeper(plan: SweepPlan): (row: SweepRow) => Promise<readonly Kept[]> {
  const seen = new Set<string>();
  const machine = machinesOf(plan);
  return async row => {
    const kept: Kept[] = [];
    for (const [column, cell] of row.cells.entries()) {
      const key = `${column} ${endKey(cell)}`;
      const kernel = plan.kernels[column];
      if (seen.has(key) || kernel === undefined) continue;
      const combination = plan.at(row.row - 1);
      const trace = await recorded(plan, machine(combination), combination, column, kernel);
      if (trace === null) continue;
      if (trace.outcome !== null && endKey(trace.outcome) !== endKey(cell))
        throw new Error(`row ${row.row} came to ${endKey(trace.outcome)} when it was recorded, not ${key}`);
      seen.add(key);
      kept.push({ name: nameOf(plan, column, cell), trace });
    }
    return kept;
  };
}

function nameOf(
  { table }: SweepPlan,
  column: number,
  { class: outcomeClass, reason }: End,
): readonly string[] {
  const { kernel = '', wants = null } = table.columns[column] ?? {};
  const twice = table.columns.filter(other => other.kernel === kernel).length > 1;
  return [
    kernel,
    ...(twice && wants !== null ? ['wants', wants] : []),
    outcomeClass,
    ...(reason === undefined ? [] : [reason]),
  ];
}

/** The whole boot as `record` makes it, with those edits that fire in it. */
async function recorded(
  plan: SweepPlan,
  on: OnMachine,
  { machine, rmm, state, answers }: Combination,
  column: number,
  kernel: Kernel,
): Promise<Trace | null> {
  const unfired = new Set<Edit>([...on.unfired, ...on.run(kernel, column, answers).unfired()]);
  const edits = [...state.edits, ...answers].filter(edit => !unfired.has(edit));
  const made = await record(kernel, machine, { edits, rmm: rmm.name, maxSteps: plan.table.maxSteps });
  return made.ok ? made.value : null;
}
