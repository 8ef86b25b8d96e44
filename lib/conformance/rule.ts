/** What a conformance rule is: a row of a table. */
import type { CheckedCall, Implemented } from './calls.js';

/** `error`: a kernel may go wrong by it. `warning`: a later draft may allow it. `note`: there is nothing to check. */
export type Severity = 'error' | 'warning' | 'note';

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
  /** Nobody was found to quote the specification for it: implementations agree on it, or one does so. */
  readonly unverified?: true;
  /** The places of an answer that break it; `known` are all revisions that the RMM is known to implement. */
  check(call: CheckedCall, known: readonly Implemented[]): Iterable<Breach>;
}
