/** A sweep as a Markdown table (GitHub's), with the totals below. */
import type { SweepTable } from '../../search/sweep-table.js';
import { visible } from '../text/escape.js';
import { page } from '../text/layout.js';
import { cellsOf, headings, type SweepPrinter, totalLines } from './printer.js';

export function sweepMarkdown(table: SweepTable): SweepPrinter {
  const heads = headings(table);
  return {
    head: page([line(heads), line(heads.map(() => '---'))]),
    row: row => page([line(cellsOf(row))]),
    foot: totals => page(['', ...totalLines(table, totals).map(text => `- ${plain(text)}`)]),
  };
}

function line(cells: readonly string[]): string {
  return `| ${cells.map(cell => (cell === '---' ? cell : plain(cell))).join(' | ')} |`;
}

/**
 * Text that stays text: no cell ends early, and nothing in it is markup. A backslash does not stop GitHub from making
 * links of names, numbers and addresses, or formulas of what stands between dollars: a comment in the middle does.
 */
function plain(text: string): string {
  return visible(text)
    .replace(/[\\`*_{}[\]<>#|~&!]/g, '\\$&')
    .replace(/[@#]|:(?=\/\/)|\bwww(?=\.)/gi, '$&<!-- -->')
    .replaceAll('$', '<span>$</span>');
}
