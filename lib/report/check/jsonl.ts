/** A check as JSON lines: a line a trace, as it comes, each of them the same as in the report in JSON; and nothing else. */
import { rowJson } from './json.js';
import type { CheckPrinter } from './printer.js';

export function checkJsonl(): CheckPrinter {
  return { head: '', trace: row => `${rowJson(row)}\n`, foot: () => '' };
}
