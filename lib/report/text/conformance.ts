/** What conformance found, as text: each finding with its rule, and what broke it below. */
import type { Conformance, ConformanceFinding } from '../../conformance/check.js';
import { SEVERITIES } from '../../conformance/rule.js';
import { type ConformanceTotals, conformanceTotals } from '../../conformance/totals.js';
import { counted } from '../../model/count.js';
import { visible } from './escape.js';
import { block, columns } from './layout.js';
import type { Paint } from './paint.js';

/** A block of its own, below a report. */
export function conformanceBlock(found: Conformance, paint: Paint): string[] {
  return block(paint.bold('conformance'), [
    `  ${conformanceText(conformanceTotals(found))}`,
    ...findingLines(found.findings, paint),
  ]);
}

/** Two lines a finding. */
export function findingLines(findings: readonly ConformanceFinding[], paint: Paint): string[] {
  const colours = { error: paint.bad, warning: paint.warn, note: paint.dim };
  const rows = columns(
    findings.map(({ severity, id, event, register, sentence }) => [
      `  ${severity}`,
      id,
      `event ${event}${register === null ? '' : ` ${register}`}`,
      sentence,
    ]),
  );
  return findings.flatMap(({ severity, what, rule }, at) => [
    colours[severity](rows[at] ?? ''),
    `      ${visible(what)}${rule === null ? '' : `  [edited: ${visible(rule)}]`}`,
  ]);
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
