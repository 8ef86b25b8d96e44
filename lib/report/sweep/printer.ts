/** How a sweep is printed: rows as they come, so that a table may be longer than memory. */
import { builtIn } from '../../kernel/kernels.js';
import { counted } from '../../model/count.js';
import { endText } from '../../model/end.js';
import type { Trouble } from '../../model/result.js';
import type { SweepRow, SweepTable, SweepTotals } from '../../search/sweep-table.js';

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
