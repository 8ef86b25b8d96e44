/** A check as text: a line a trace, in columns that are as wide as any verdict and the longest name; then totals. */
import type { Trouble } from '../../model/result.js';
import { CHECK_VERDICTS, type Checked } from '../../replay/check.js';
import { ignoredLines } from '../ignored.js';
import { conformanceText, findingLines } from '../text/conformance.js';
import { visible } from '../text/escape.js';
import { page } from '../text/layout.js';
import { linesReachedText } from '../text/line-coverage.js';
import { coverageText } from '../text/outcome-coverage.js';
import type { Paint } from '../text/paint.js';
import { troubleText } from '../text/trouble.js';
import { type CheckPrinter, totalsText } from './printer.js';
import type { CheckRow } from './row.js';

const VERDICT_WIDTH = Math.max(...CHECK_VERDICTS.map(verdict => verdict.length));

/** `names` are those of all traces: the columns do not wait for the last one. `kernel`: the options that name it. */
export function checkText(
  names: Iterable<string>,
  paint: Paint,
  kernel: readonly string[] = [],
  ignored: readonly string[] = [],
): CheckPrinter {
  let nameWidth = 0;
  for (const name of names) nameWidth = Math.max(nameWidth, visible(name).length);
  const colours: Readonly<Record<Checked['verdict'], (text: string) => string>> = {
    same: paint.good,
    diverged: paint.bad,
    unanswered: paint.warn,
    undetermined: paint.warn,
    trouble: paint.warn,
  };
  return {
    head: page(ignoredLines(ignored)),
    trace(row) {
      const { verdict, name, conformance } = row;
      const cells = [verdict.padEnd(VERDICT_WIDTH), visible(name).padEnd(nameWidth), textOf(row)];
      return page([
        colours[verdict](cells.join('  ')),
        ...(conformance === null ? [] : findingLines(conformance, paint)),
      ]);
    },
    foot({ totals, coverage, lines }) {
      const { conformance } = totals;
      const ends = coverage === null ? '' : coverageText(coverage, paint, kernel);
      const sums = [
        totalsText(totals),
        ...(conformance === null ? [] : [`conformance: ${conformanceText(conformance)}`]),
      ];
      return page(sums) + ends + linesReachedText(lines ?? [], paint);
    },
  };
}

function textOf({ trouble, sentence, more }: CheckRow): string {
  if (trouble !== null) return troubleText({ ...trouble, where: withoutFile(trouble) });
  return visible(`${sentence}${more}`);
}

/** The line begins with the file's name already. */
function withoutFile({ where: { file: _, ...place } }: Trouble): Trouble['where'] {
  return place;
}
