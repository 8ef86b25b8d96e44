/** A check in Markdown (GitHub's): totals, a row for each trace that does not pass, and what diverged first, folded. */
import { unfiredText } from '../../edit/apply.js';
import { ignoredLines } from '../ignored.js';
import { markdownText } from '../markdown.js';
import { page } from '../text/layout.js';
import { troubleText } from '../text/trouble.js';
import { type CheckPrinter, conformanceLines, totalsText } from './printer.js';
import type { CheckRow } from './row.js';

/** More rows make no one wiser, and a comment or a job's summary has its limit. */
const MOST = 50;

/** The totals stand first: the rows of what does not pass wait for them. */
export function checkMarkdown(ignored: readonly string[] = []): CheckPrinter {
  const failed: CheckRow[] = [];
  let more = 0;
  return {
    head: '',
    trace(row) {
      if (!row.passes && failed.length < MOST) failed.push(row);
      else if (!row.passes) more++;
      return '';
    },
    foot({ totals, trouble }) {
      const troubles = [
        ...totals.neverFired.map(unfiredText),
        ...(trouble === null ? [] : [troubleText(trouble)]),
      ];
      return page([
        `**rmitrace check**: ${markdownText(totalsText(totals))}`,
        ...ignoredLines(ignored).flatMap(line => ['', markdownText(line)]),
        ...troubles.flatMap(text => ['', `**trouble**: ${markdownText(text)}`]),
        ...table(failed),
        ...(more === 0 ? [] : ['', `${more} more do not pass.`]),
        ...failed.flatMap(row => folded(row)),
      ]);
    },
  };
}

function table(rows: readonly CheckRow[]): readonly string[] {
  if (rows.length === 0) return [];
  const cells = rows.map(({ verdict, name, sentence, more, trouble }) => [
    verdict,
    name,
    trouble === null ? `${sentence}${more}` : troubleText(trouble),
  ]);
  return [
    '',
    '| verdict | trace | what happened |',
    '| --- | --- | --- |',
    ...cells.map(row => `| ${row.map(markdownText).join(' | ')} |`),
  ];
}

/** The code block is indented: no text can end it. */
function folded(row: CheckRow): readonly string[] {
  const { name, detail, conformance } = row;
  const lines = [...detail, ...(conformance === null ? [] : conformanceLines(conformance))];
  return [
    '',
    `<details><summary>${markdownText(name)}</summary>`,
    '',
    ...[...lines, `again: ${row.again}`].map(line => `    ${line}`),
    '',
    '</details>',
  ];
}
