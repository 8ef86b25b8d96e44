/**
 * A sweep as JSON (schemas/report.schema.json). A row stands on a line of its own, so that `sweep --merge` reads it, and
 * any tool may, without holding all of them.
 */
import { endJson } from '../../model/end.js';
import type { Shard, SweepRow, SweepTable } from '../../search/sweep-table.js';
import { reportOpening } from '../json.js';
import type { SweepPrinter } from './printer.js';

export function sweepJson(table: SweepTable, shard: Shard | null, differ: boolean): SweepPrinter {
  return {
    head: [
      reportOpening('sweep'),
      `"table":${JSON.stringify(table)},`,
      `"shard":${JSON.stringify(shard)},`,
      `"only":${JSON.stringify(differ ? 'differ' : 'all')},`,
      '"rows":[',
    ].join('\n'),
    row: (row, nth) => `${nth === 0 ? '' : ','}\n${JSON.stringify(rowJson(row))}`,
    foot: (totals, exit, trouble) => {
      const columns = totals.columns.map(counts => Object.fromEntries([...counts].sort(byKey)));
      const sums = { rows: totals.rows, differ: totals.differ, columns };
      const ended = trouble === null ? '' : `,\n"trouble":${JSON.stringify(trouble)}`;
      return `\n],\n"totals":${JSON.stringify(sums)}${ended}\n},"exit":${exit}}\n`;
    },
  };
}

function rowJson({ row, machine, rmm, values, cells, whys, differs }: SweepRow): SweepRow {
  const faults = whys === undefined ? {} : { whys };
  return { row, machine, rmm, values, cells: cells.map(endJson), ...faults, differs };
}

function byKey([a]: [string, number], [b]: [string, number]): number {
  return a < b ? -1 : 1;
}
