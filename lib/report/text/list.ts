/** What `list` prints. */
import type { List } from '../lists.js';
import { columns, page } from './layout.js';

/** How many columns stand in a line; the others stand below it, since they would not fit a terminal. */
const IN_LINE = 4;

export function listText({ columns: heads, rows, notes }: List): string {
  const lines = columns([heads.map(({ head }) => head), ...rows].map(row => row.slice(0, IN_LINE)));
  const [first = '', ...others] = lines;
  return page([
    first,
    ...rows.flatMap((row, at) => [others[at] ?? '', ...below(row)]),
    ...(notes.length === 0 ? [] : ['', ...notes]),
  ]);
}

function below(row: readonly string[]): readonly string[] {
  return row
    .slice(IN_LINE)
    .filter(cell => cell !== '-')
    .map(cell => `    ${cell}`);
}
