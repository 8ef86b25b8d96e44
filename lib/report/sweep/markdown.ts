/** A sweep as a Markdown table (GitHub's), with the totals below. */
import type { SweepTable } from '../../search/sweep-table.js';
import { markdownText } from '../markdown.js';
import { page } from '../text/layout.js';
import { cellsOf, headings, type SweepPrinter, totalLines } from './printer.js';

export function sweepMarkdown(table: SweepTable): SweepPrinter {
  const heads = headings(table);
  return {
    head: page([line(heads), line(heads.map(() => '---'))]),
    row: row => page([line(cellsOf(row))]),
    foot: totals => page(['', ...totalLines(table, totals).map(text => `- ${markdownText(text)}`)]),
  };
}

function line(cells: readonly string[]): string {
  return `| ${cells.map(cell => (cell === '---' ? cell : markdownText(cell))).join(' | ')} |`;
}
