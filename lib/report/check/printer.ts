/** How a check is printed: a trace as soon as it is known, so that there may be more of them than memory holds. */
import type { FileReached } from '../../c-kernel/compile/line-coverage.js';
import type { Conformance } from '../../conformance/findings.js';
import { counted } from '../../model/count.js';
import type { Trouble } from '../../model/result.js';
import type { CheckTotals } from '../../replay/check-totals.js';
import type { Covered } from '../../search/outcome-coverage-result.js';
import { findingLines } from '../text/conformance.js';
import { PLAIN } from '../text/paint.js';
import type { CheckRow } from './row.js';

export interface CheckPrinter {
  readonly head: string;
  /** `nth` of the traces, from 0. */
  trace(row: CheckRow, nth: number): string;
  foot(end: CheckEnd): string;
}

/** What is known when all traces are. */
export interface CheckEnd {
  readonly totals: CheckTotals;
  /** What --coverage found: the ends of kernels, and the lines of C. `null`: nobody asked, or there is no C. */
  readonly coverage: readonly Covered[] | null;
  readonly lines: readonly FileReached[] | null;
  /** Why the lines of C are not known, though they were asked for. */
  readonly trouble: Trouble | null;
  readonly exit: number;
}

/** `3 traces: 2 same, 1 diverged`. */
export function totalsText({ traces, verdicts }: CheckTotals): string {
  const parts = [...verdicts].map(([verdict, count]) => `${count} ${verdict}`);
  return `${counted(traces, 'trace')}: ${parts.join(', ')}`;
}

/** What broke the specification, two lines a finding. */
export function conformanceLines(found: Conformance): readonly string[] {
  return findingLines(found, PLAIN);
}
