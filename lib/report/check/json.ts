/** A check as JSON (schemas/report.schema.json). A trace stands on a line of its own, as a row of a sweep does. */
import { firstDivergence } from '../../compare/first.js';
import type { Checked } from '../../replay/check.js';
import { conformanceJson, firstJson, patchesJson, reportOpening } from '../json.js';
import { replaySentence } from '../sentences.js';
import type { CheckPrinter } from './printer.js';

export function checkJson(): CheckPrinter {
  return {
    head: `${reportOpening('check')}\n"traces":[`,
    trace: (checked, nth) => `${nth === 0 ? '' : ','}\n${JSON.stringify(checkedJson(checked))}`,
    foot({ totals, coverage, lines, trouble, exit }) {
      const neverFired = totals.neverFired.map(({ edit, why }) => ({ edit: edit.text, why }));
      const rest = Object.entries({
        ...(neverFired.length === 0 ? {} : { neverFired }),
        ...(lines === null ? {} : { lines }),
        ...(coverage === null ? {} : { coverage }),
        ...(trouble === null ? {} : { trouble }),
      });
      const members = rest.map(([name, value]) => `,\n${JSON.stringify(name)}:${JSON.stringify(value)}`);
      return `\n]${members.join('')}\n},"exit":${exit}}\n`;
    },
  };
}

function checkedJson(checked: Checked): Readonly<Record<string, unknown>> {
  const { name, verdict } = checked;
  if (checked.verdict === 'trouble') return { name, verdict, trouble: checked.trouble };
  const { outcomes, comparison, weighed } = checked.replay;
  return {
    name,
    verdict,
    sentence: replaySentence(checked.replay),
    outcomes,
    first: firstJson(firstDivergence(comparison, weighed.divergences)),
    ...patchesJson(checked.replay),
    ...conformanceJson(checked.conformance),
  };
}
