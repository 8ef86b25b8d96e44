/** What `list` prints. */
import type { List } from '../lists.js';
import { columns, page } from './layout.js';

export function listText({ columns: heads, rows, notes, inLine = 4 }: List): string {
  const lines = columns([heads.map(({ head }) => head), ...rows].map(row => row.slice(0, inLine)));
  const [first = '', ...others] = lines;
  return page([
    first,
    ...rows.flatMap((row, at) => [others[at] ?? '', ...below(row.slice(inLine))]),
    ...(notes.length === 0 ? [] : ['', ...notes]),
  ]);
}

function below(row: readonly string[]): readonly string[] {
  return row.filter(cell => cell !== '-').map(cell => `    ${cell}`);
}
