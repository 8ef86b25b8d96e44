/** A sweep as CSV (RFC 4180, but for LF): a header, then a record a row; totals are left to whoever reads it. */
import type { SweepTable } from '../../search/sweep-table.js';
import { visible } from '../text/escape.js';
import { cellsOf, headings, type SweepPrinter } from './printer.js';

export function sweepCsv(table: SweepTable): SweepPrinter {
  return {
    head: record(['ROW', ...headings(table), 'DIFFERS']),
    row: row => record([String(row.row), ...cellsOf(row), row.differs ? 'yes' : 'no']),
    foot: () => '',
  };
}

function record(fields: readonly string[]): string {
  return `${fields.map(quoted).join(',')}\n`;
}

/**
 * What begins like a formula would be one in a spreadsheet: no cell of ours does but a name or a value such as -1. Where
 * cells end at a semicolon, as they do in some countries, one may begin behind it.
 */
function quoted(text: string): string {
  const safe = visible(text).replace(/(^|;)(?=\s*(?:[=+@]|-(?!\d+(?:;|$))))/g, "$1'");
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
