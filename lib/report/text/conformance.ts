/** What conformance found, as text: each finding with its rule, and what broke it below. */
import type { Conformance } from '../../conformance/findings.js';
import { SEVERITIES } from '../../conformance/rule.js';
import { type ConformanceTotals, conformanceTotals } from '../../conformance/totals.js';
import { counted } from '../../model/count.js';
import { visible } from './escape.js';
import { block, columns, page } from './layout.js';
import type { Paint } from './paint.js';

/** A block of its own, below a report. */
export function conformanceBlock(found: Conformance, paint: Paint): string[] {
  return block(paint.bold('conformance'), [
    `  ${conformanceText(conformanceTotals(found))}`,
    ...findingLines(found, paint),
  ]);
}

/** The same as text. */
export function conformancePage(found: Conformance, paint: Paint): string {
  return page(conformanceBlock(found, paint));
}

/** Two lines a finding; a line for those of a rule that are not listed. */
export function findingLines({ findings, more = [] }: Conformance, paint: Paint): string[] {
  const colours = { error: paint.bad, warning: paint.warn, note: paint.dim };
  const rows = columns(
    findings.map(({ severity, id, event, register, sentence }) => [
      `  ${severity}`,
      id,
      `event ${event}${register === null ? '' : ` ${register}`}`,
      sentence,
    ]),
  );
  return [
    ...findings.flatMap(({ severity, what, rule }, at) => [
      colours[severity](rows[at] ?? ''),
      `      ${visible(what)}${rule === null ? '' : `  [edited: ${visible(rule)}]`}`,
    ]),
    ...more.map(({ severity, id, count }) => colours[severity](`  ${severity}  ${id}  and ${count} more`)),
  ];
}

/** `3 answers checked: 1 error, 2 warnings`. */
export function conformanceText({ answers, findings }: ConformanceTotals): string {
  const counts = SEVERITIES.flatMap(severity => {
    const count = findings.get(severity) ?? 0;
    return count === 0 ? [] : [counted(count, severity)];
  });
  const nothing = answers === 0 ? 'nothing to check' : 'nothing found';
  const checked = answers === 0 ? 'no answer of an RMM' : `${counted(answers, 'answer')} checked`;
  return `${checked}: ${counts.length === 0 ? nothing : counts.join(', ')}`;
}
