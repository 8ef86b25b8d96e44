/** Every rule that answers are held against, in the order in which the findings of one answer stand. */
import { RMI_FEATURES } from '../abi/rmi-commands.js';
import { callId } from '../abi/smccc.js';
import type { CheckedCall, Evidence } from './calls.js';
import { FEATURE_RULES } from './feature-rules.js';
import { LIFE_RULES } from './life-rules.js';
import type { ConformanceRule } from './rule.js';
import { STATUS_RULES } from './status-rules.js';
import { VERSION_RULES } from './version-rules.js';

interface RuleGroup {
  readonly rules: readonly ConformanceRule[];
  /** Whether one of them may be broken; most calls concern few of the rules. */
  concerns(call: CheckedCall, evidence: Evidence): boolean;
}

/** An x0 of zero is success in any revision, and what stands beside the outputs is a matter of 1.0. */
const isPlainSuccess = ({ x0, revision, version }: CheckedCall): boolean =>
  x0 === 0n && revision !== '1.0' && version === null;

export const RULE_GROUPS: readonly RuleGroup[] = [
  { rules: STATUS_RULES, concerns: call => !isPlainSuccess(call) },
  { rules: VERSION_RULES, concerns: ({ version }) => version !== null },
  { rules: FEATURE_RULES, concerns: ({ event }) => callId(event.fid) === RMI_FEATURES },
  { rules: LIFE_RULES, concerns: (_, { life }) => life.length > 0 },
];

export const RULES: readonly ConformanceRule[] = RULE_GROUPS.flatMap(({ rules }) => rules);
