/** What was found in the answers of a trace. */
import type { ConformanceRule, Severity } from './rule.js';

export interface Conformance {
  /** How many answers of an RMM there were to check: EL3's NOT_SUPPORTED and a hypervisor's answers are none. */
  readonly answers: number;
  /** In the order of the events, and for each in the order of the rules; of each rule the first hundred. */
  readonly findings: readonly ConformanceFinding[];
  /** How many more there are of a rule, where it is broken so often. */
  readonly more?: readonly MoreFindings[];
}

export interface MoreFindings extends Pick<ConformanceRule, 'id' | 'severity'> {
  readonly count: number;
}

export interface ConformanceFinding extends Pick<ConformanceRule, 'id' | 'severity' | 'sentence'> {
  /** The call, as `show` counts. */
  readonly event: number;
  /** `x0`…; `null` where the call never came back. */
  readonly register: string | null;
  /** What stands there, and what it should have been. */
  readonly what: string;
  /** The edit that made the answer, if one did. */
  readonly rule: string | null;
}

/** Whether a rule of that severity is broken. */
export function hasFinding({ findings }: Conformance, severity: Severity): boolean {
  return findings.some(finding => finding.severity === severity);
}
