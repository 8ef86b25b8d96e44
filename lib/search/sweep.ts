/** Runs the rows of a sweep, one after another; nothing of a row is kept but what later rows on its machine share. */

import { endKey, isSameEnd } from '../model/end.js';
import { newLoopTurn } from '../model/loop-turn.js';
import { bad, good, type Result, trouble } from '../model/result.js';
import type { End } from '../model/trace.js';
import type { RmmProfile } from '../rmm/profile.js';
import { bootsOf } from './boots.js';
import { machinesOf } from './machine-cache.js';
import type { AnyPlan, Combination, SweepPlan, SweptPipe } from './plan.js';
import type { SweepRow, SweepTotals } from './sweep-table.js';

/** Rows `from` up to, but without, `to`, counted from 0. */
export function* sweepRows(plan: SweepPlan, from: number, to: number): Generator<SweepRow> {
  const shared = machinesOf(plan);
  for (let index = from; index < to; index++) {
    const combination = plan.at(index);
    const on = shared(combination);
    const cells = plan.kernels.map((kernel, column) => on.run(kernel, column, combination.answers).cell);
    yield rowOf(index, combination, cells);
  }
}

/** The same where C or an RMM behind a pipe takes part. Trouble `rmm-failed` ends the sweep. */
export async function* anySweepRows(
  plan: AnyPlan,
  from: number,
  to: number,
): AsyncGenerator<Result<SweepRow>> {
  const boots = bootsOf(plan);
  for (let index = from; index < to; index++) {
    const combination = plan.at(index);
    const cells: End[] = [];
    const whys: (string | null)[] = [];
    for (const [column, kernel] of plan.kernels.entries()) {
      const booted = boots(combination, kernel, column);
      const done = booted instanceof Promise ? await booted : booted;
      if (!done.ok) return yield done;
      cells.push(done.value.cell);
      whys.push(done.value.why);
    }
    const row = rowOf(index, combination, cells);
    yield good(whys.some(why => why !== null) ? { ...row, whys } : row);
  }
}

function rowOf(
  index: number,
  { machine, rmm, edits }: Combination<RmmProfile | SweptPipe>,
  cells: readonly End[],
): SweepRow {
  return {
    row: index + 1,
    machine: machine.name,
    rmm: rmm.name,
    values: edits.map(({ value }) => value),
    cells,
    differs: cells.some(cell => !isSameEnd(cell, cells[0])),
  };
}

/** Each row runs every kernel. */
const ROWS_A_TURN = 16;

/** Troubles: `edit-never-fired`, of some place no edit fires in any row; `rmm-failed`. Looks no further than it must. */
export async function everyEditFires(plan: AnyPlan): Promise<Result<void>> {
  const places = plan.table.axes.flatMap(axis => axis.places);
  const waiting = new Set(places);
  const boots = bootsOf(plan);
  const loopTurn = newLoopTurn(ROWS_A_TURN);
  for (let index = 0; index < plan.table.rows && waiting.size > 0; index++) {
    await loopTurn();
    const combination = plan.at(index);
    for (const [column, kernel] of plan.kernels.entries()) {
      const ran = await boots(combination, kernel, column);
      if (!ran.ok) return ran;
      const unfired = new Set(ran.value.unfired());
      for (const [at, { edit }] of combination.edits.entries())
        if (!unfired.has(edit)) waiting.delete(places[at] ?? '');
    }
  }
  const [never] = waiting;
  if (never === undefined) return good(undefined);
  const next = 'look with `rmitrace record` at what a boot asks for, or leave the edit out';
  return bad(
    trouble('edit-never-fired', `no row of the sweep uses the edit ${JSON.stringify(never)}`, {}, next),
  );
}

export interface Totals {
  add(row: SweepRow): void;
  sum(): SweepTotals;
}

/** Counts rows; in memory there is one number for each kind of outcome of each column. */
export function newTotals(columns: number): Totals {
  const counts = Array.from({ length: columns }, () => new Map<string, number>());
  let rows = 0;
  let differ = 0;
  return {
    add(row) {
      rows++;
      if (row.differs) differ++;
      for (const [column, cell] of row.cells.entries()) {
        const key = endKey(cell);
        counts[column]?.set(key, (counts[column].get(key) ?? 0) + 1);
      }
    },
    sum: () => ({ rows, differ, columns: counts }),
  };
}
