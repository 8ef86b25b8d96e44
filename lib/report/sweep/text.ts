/** A sweep as text, in columns as wide as the first rows need; a longer cell further down pushes its line aside. */
import type { SweepRow, SweepTable } from '../../search/sweep-table.js';
import { visible } from '../text/escape.js';
import { page } from '../text/layout.js';
import type { Paint } from '../text/paint.js';
import { cellsOf, headings, type SweepPrinter, totalLines } from './printer.js';

/** `first` are the rows by which the columns are laid out: the same ones for a whole sweep and for its merged parts. */
export function sweepText(table: SweepTable, first: readonly SweepRow[], paint: Paint): SweepPrinter {
  const heads = headings(table).map(visible);
  const widths = heads.map(head => head.length);
  for (const row of first) {
    for (const [at, cell] of cellsOf(row).map(visible).entries())
      widths[at] = Math.max(widths[at] ?? 0, cell.length);
  }
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, at) => cell.padEnd(widths[at] ?? 0))
      .join('  ')
      .trimEnd();

  return {
    head: page([paint.bold(line(heads))]),
    row(row) {
      const text = line(cellsOf(row).map(visible));
      return page([row.differs ? paint.warn(text) : text]);
    },
    foot: totals => page(['', ...totalLines(table, totals)]),
  };
}
