/** A check as text: a line a trace, in columns that are as wide as any verdict and the longest name; then totals. */
import { firstDivergence } from '../../compare/first.js';
import { counted } from '../../model/count.js';
import type { Trouble } from '../../model/result.js';
import { CHECK_VERDICTS, type Checked } from '../../replay/check.js';
import type { CheckTotals } from '../../replay/check-totals.js';
import type { Replay } from '../../replay/replay.js';
import { replaySentence } from '../sentences.js';
import { conformanceText, findingLines } from '../text/conformance.js';
import { visible } from '../text/escape.js';
import { page } from '../text/layout.js';
import { linesReachedText } from '../text/line-coverage.js';
import { coverageText } from '../text/outcome-coverage.js';
import type { Paint } from '../text/paint.js';
import { troubleText } from '../text/trouble.js';
import type { CheckPrinter } from './printer.js';

const VERDICT_WIDTH = Math.max(...CHECK_VERDICTS.map(verdict => verdict.length));

/** `names` are those of all traces: the columns do not wait for the last one. `kernel`: the options that name it. */
export function checkText(
  names: Iterable<string>,
  paint: Paint,
  kernel: readonly string[] = [],
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
    head: '',
    trace(checked) {
      const { verdict, name } = checked;
      const cells = [verdict.padEnd(VERDICT_WIDTH), visible(name).padEnd(nameWidth), textOf(checked)];
      return page([
        colours[verdict](cells.join('  ')),
        ...(checked.verdict === 'trouble' ? [] : findingLines(checked.conformance?.findings ?? [], paint)),
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

function textOf(checked: Checked): string {
  if (checked.verdict === 'trouble')
    return troubleText({ ...checked.trouble, where: withoutFile(checked.trouble) });
  return visible(`${replaySentence(checked.replay)}${registers(checked.replay)}`);
}

/** Which registers of which answer came otherwise from an RMM that stood in: that is what it was asked for. */
function registers({ rmm, weighed, comparison }: Replay): string {
  const first = rmm === null ? null : firstDivergence(comparison, weighed.divergences);
  if (first?.kind !== 'input') return '';
  const { differs, a } = first.input;
  const places = differs.map(({ place, a: was, b: is }) => `${place} recorded ${was}, now ${is}`);
  return ` Event ${a?.number}: ${places.join('; ')}.`;
}

/** `3 traces: 2 same, 1 diverged`. */
function totalsText({ traces, verdicts }: CheckTotals): string {
  const parts = [...verdicts].map(([verdict, count]) => `${count} ${verdict}`);
  return `${counted(traces, 'trace')}: ${parts.join(', ')}`;
}

/** The line begins with the file's name already. */
function withoutFile({ where: { file: _, ...place } }: Trouble): Trouble['where'] {
  return place;
}
