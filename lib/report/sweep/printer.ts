/** How a sweep is printed: rows as they come, so that a table may be longer than memory. */
import { builtIn } from '../../kernel/kernels.js';
import { counted } from '../../model/count.js';
import { endText } from '../../model/end.js';
import type { Trouble } from '../../model/result.js';
import type { End } from '../../model/trace.js';
import type { SweepRow, SweepTable, SweepTotals } from '../../search/sweep-table.js';
import { visible } from '../text/escape.js';

export interface SweepPrinter {
  readonly head: string;
  /** `nth` of the rows that are printed, from 0. */
  row(row: SweepRow, nth: number): string;
  /** `trouble`: why there are no more rows, though the sweep is not at its end. */
  foot(totals: SweepTotals, exit: number, trouble: Trouble | null): string;
}

/** The names of the columns: what a row is told apart by, then kernels. */
export function headings({ axes, columns }: SweepTable): readonly string[] {
  const kernels = columns.map(({ kernel, wants }) => {
    const own = builtIn(kernel)?.wants;
    return wants === null || wants === own ? kernel : `${kernel} wants ${wants}`;
  });
  return ['MACHINE', 'RMM', ...axes.flatMap(axis => axis.places), ...kernels];
}

export function cellsOf({ machine, rmm, values, cells }: SweepRow): readonly string[] {
  return [machine, rmm, ...values, ...cells.map(endText)];
}

/**
 * Of each kernel the RMMs that it goes on with, where a sweep has RMMs alone: `v13 goes on with tf-rmm-0.9, not with
 * tf-rmm-0.8`. `rows` are all of it.
 */
export function summaryLines(table: SweepTable, rows: readonly SweepRow[]): readonly string[] {
  if (table.axes.length > 0 || table.machines.length > 1 || rows.length < 2) return [];
  const does = table.scope === 'init' ? 'has realms with' : 'goes on with';
  return headings(table)
    .slice(-table.columns.length)
    .map((kernel, at) => {
      const [yes, no] = [true, false].map(wanted =>
        rows.filter(({ cells }) => goesOn(cells[at]) === wanted).map(({ rmm }) => rmm),
      );
      if (yes?.length === 0) return `${kernel} ${does} none of them`;
      if (no?.length === 0) return `${kernel} ${does} all of them`;
      return `${kernel} ${does} ${yes?.join(', ')}, not with ${no?.join(', ')}`;
    })
    .map(visible);
}

function goesOn(end: End | undefined): boolean {
  return end?.class === 'accepted' && end.realms?.available !== false;
}

/** `24 rows, 2 kernels: 3 rows differ`, then how often each kernel came to what. */
export function totalLines(table: SweepTable, totals: SweepTotals): readonly string[] {
  const several = table.columns.length > 1;
  const differ = several
    ? `: ${counted(totals.differ, 'row')} ${totals.differ === 1 ? 'differs' : 'differ'}`
    : '';
  const names = headings(table).slice(-table.columns.length);
  return [
    `${counted(totals.rows, 'row')}, ${counted(table.columns.length, 'kernel')}${differ}`,
    ...totals.columns.map((counts, at) => {
      const parts = [...counts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, n]) => `${n} ${key}`);
      return `${names[at]}: ${parts.join(', ') || 'nothing'}`;
    }),
  ];
}

/** Of each column the first row in which C crashed or did not come back, with the reason that it gives. */
export interface Faults {
  add(row: SweepRow): void;
  lines(): readonly string[];
}

export function newFaults(table: SweepTable): Faults {
  const first = new Map<number, string>();
  const names = headings(table).slice(-table.columns.length);
  return {
    add({ row, cells, whys = [] }) {
      for (const [at, why] of whys.entries()) {
        const end = cells[at];
        if (why === null || end === undefined || first.has(at)) continue;
        const where = table.rows === 1 ? '' : `first in row ${row}, `;
        first.set(at, `${names[at]}: ${where}${endText(end)}: ${why}`);
      }
    },
    lines: () => [...first].sort(([a], [b]) => a - b).map(([, line]) => visible(line)),
  };
}
