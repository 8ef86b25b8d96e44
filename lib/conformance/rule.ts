/** What a conformance rule is: a row of a table. */
import type { CheckedCall, Evidence } from './calls.js';

/** `error`: a kernel may go wrong by it. `warning`: a later draft may allow it. `note`: there is nothing to check, or RMMs do otherwise and no harm comes of it. */
export const SEVERITIES = ['error', 'warning', 'note'] as const;
export type Severity = (typeof SEVERITIES)[number];

export interface Breach {
  readonly register: string | null;
  readonly what: string;
}

export interface ConformanceRule {
  /** Stable: never given to another rule. */
  readonly id: string;
  readonly severity: Severity;
  /** The rule. */
  readonly sentence: string;
  /** Where it was read. */
  readonly source: string;
  /** Neither read in the specification nor quoted from it: implementations agree on it, or one does so. */
  readonly unverified?: true;
  /** The places of an answer that break it. */
  check(call: CheckedCall, evidence: Evidence): Iterable<Breach>;
}
