/** A sweep as JSON lines: a line a cell, flat, as databases read it. Totals are left to whoever reads it. */
import { endJson } from '../../model/end.js';
import type { SweepTable } from '../../search/sweep-table.js';
import type { SweepPrinter } from './printer.js';

export function sweepJsonl({ axes, columns }: SweepTable): SweepPrinter {
  const places = axes.flatMap(axis => axis.places);
  return {
    head: '',
    row({ row, machine, rmm, values, cells }) {
      const set = Object.fromEntries(places.map((place, at) => [place, values[at]]));
      return cells
        .map((cell, at) => {
          const about = { row, machine, rmm, ...(places.length === 0 ? {} : { set }), ...columns[at] };
          return `${JSON.stringify({ ...about, ...endJson(cell) })}\n`;
        })
        .join('');
    },
    foot: () => '',
  };
}
