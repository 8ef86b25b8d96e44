/** How many answers were checked, and what was found in them: of one trace, or of many. */
import type { Conformance } from './findings.js';
import type { Severity } from './rule.js';

export interface ConformanceTotals {
  readonly answers: number;
  readonly findings: ReadonlyMap<Severity, number>;
}

/** The totals of `found`, on top of those `before`. */
export function conformanceTotals(
  { answers, findings, more = [] }: Conformance,
  before: ConformanceTotals = { answers: 0, findings: new Map() },
): ConformanceTotals {
  const counts = new Map(before.findings);
  for (const { severity } of findings) counts.set(severity, (counts.get(severity) ?? 0) + 1);
  for (const { severity, count } of more) counts.set(severity, (counts.get(severity) ?? 0) + count);
  return { answers: before.answers + answers, findings: counts };
}
