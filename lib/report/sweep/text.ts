/**
 * A sweep as text: a table in columns as wide as the first rows need, or, where that is wider than a terminal, a block a
 * row with a line for each end and the kernels that come to it.
 */
import { endText } from '../../model/end.js';
import type { End } from '../../model/trace.js';
import type { SweepRow, SweepTable } from '../../search/sweep-table.js';
import { visible } from '../text/escape.js';
import { COLUMNS, page } from '../text/layout.js';
import type { Paint } from '../text/paint.js';
import { cellsOf, headings, newFaults, type SweepPrinter, summaryLines, totalLines } from './printer.js';

const GAP = '  ';

/** `first` are the rows by which the columns are laid out: the same ones for a whole sweep and for its merged parts. */
export function sweepText(table: SweepTable, first: readonly SweepRow[], paint: Paint): SweepPrinter {
  const heads = headings(table).map(visible);
  const widths = heads.map(head => head.length);
  for (const row of first) {
    for (const [at, cell] of cellsOf(row).map(visible).entries())
      widths[at] = Math.max(widths[at] ?? 0, cell.length);
  }
  const width = widths.reduce((sum, each) => sum + each + GAP.length, -GAP.length);
  const turned = width > COLUMNS && table.columns.length > 1;
  const summary = first.length === table.rows ? summaryLines(table, first) : [];
  const { row } = turned ? blocks(table, heads, first, paint) : lines(heads, widths, paint);
  const faults = newFaults(table);
  return {
    row(each, nth) {
      faults.add(each);
      return row(each, nth);
    },
    head: page([
      ...(summary.length === 0 ? [] : [...summary.map(line => paint.bold(line)), '']),
      ...(turned ? [] : [paint.bold(padded(heads, widths))]),
    ]),
    foot: totals => page(['', ...totalLines(table, totals), ...faults.lines()]),
  };
}

function padded(cells: readonly string[], widths: readonly number[]): string {
  return cells
    .map((cell, at) => cell.padEnd(widths[at] ?? 0))
    .join(GAP)
    .trimEnd();
}

function lines(heads: readonly string[], widths: readonly number[], paint: Paint): Pick<SweepPrinter, 'row'> {
  return {
    row(row) {
      const cells = cellsOf(row).map(visible);
      const kernels = heads.length - row.cells.length;
      const painted = cells.map((cell, at) => {
        const end = row.cells[at - kernels];
        const colour = end === undefined ? (row.differs ? paint.bold : as) : colourOf(end, paint);
        // Behind the last one no blanks stand.
        return `${colour(cell)}${at + 1 === cells.length ? '' : ' '.repeat(Math.max(0, (widths[at] ?? 0) - cell.length))}`;
      });
      return page([painted.join(GAP)]);
    },
  };
}

/** The row's name, then for each end the kernels that come to it, in the order of the columns. */
function blocks(
  table: SweepTable,
  heads: readonly string[],
  first: readonly SweepRow[],
  paint: Paint,
): Pick<SweepPrinter, 'row'> {
  const kernels = heads.slice(-table.columns.length);
  const places = heads.slice(2, -table.columns.length);
  const width = Math.max(...first.flatMap(({ cells }) => cells.map(end => visible(endText(end)).length)));
  return {
    row({ machine, rmm, values, cells, differs }) {
      const ends = new Map<string, { readonly end: End; readonly kernels: string[] }>();
      for (const [at, end] of cells.entries()) {
        const text = visible(endText(end));
        const same = ends.get(text) ?? { end, kernels: [] };
        ends.set(text, same);
        same.kernels.push(kernels[at] ?? '');
      }
      const edited = values.map((value, at) => `${places[at]}=${value}`);
      const name = [machine, rmm, ...edited].map(visible).join(GAP);
      return page([
        differs ? paint.bold(name) : name,
        ...[...ends].map(
          ([text, same]) =>
            `${GAP}${colourOf(same.end, paint)(text.padEnd(width))}${GAP}${same.kernels.join(' ')}`,
        ),
      ]);
    },
  };
}

const as = (text: string): string => text;

/** By what came of the boot: realms, none that anybody was told of, or no answer to that. */
function colourOf({ class: outcome, realms }: End, paint: Paint): (text: string) => string {
  if (outcome === 'accepted') return realms === undefined || realms.available ? paint.good : paint.warn;
  return outcome === 'undetermined' || outcome === 'unanswered' ? paint.dim : paint.bad;
}
