/** Holds answers against the rules, one after another. */
import { NOT_SUPPORTED_64 } from '../abi/smccc.js';
import type { CheckedCall, Evidence } from './calls.js';
import type { Gathered } from './evidence.js';
import type { Conformance, ConformanceFinding } from './findings.js';
import type { ConformanceRule } from './rule.js';
import { RULE_GROUPS, RULES } from './rules.js';

export interface Judge {
  /** The calls in their order; `wanted`: whether its answer is checked. */
  take(call: CheckedCall, wanted: boolean): void;
  end(): Conformance;
}

/** Of one rule; the others are counted. */
export const MOST_LISTED = 100;

export function newJudge({ evidence, follower }: Gathered, most: number = MOST_LISTED): Judge {
  const findings: ConformanceFinding[] = [];
  const counts = new Map<ConformanceRule, number>();
  let answers = 0;
  const check = (rule: ConformanceRule, call: CheckedCall, known: Evidence): void => {
    for (const { register, what } of rule.check(call, known)) {
      const count = (counts.get(rule) ?? 0) + 1;
      counts.set(rule, count);
      if (count > most) continue;
      const { id, severity, sentence } = rule;
      const {
        number: event,
        event: { rule: edit = null },
      } = call;
      findings.push({ id, severity, sentence, event, register, what, rule: edit });
    }
  };
  return {
    take(call, wanted) {
      const life = follower.take(call);
      if (!wanted) return;
      // EL3 says NOT_SUPPORTED, and so does an RMM of a call that it does not have.
      if (call.x0 !== undefined && call.x0 !== NOT_SUPPORTED_64) answers += 1;
      const known = life.length === 0 ? evidence : { ...evidence, life };
      for (const { rules, concerns } of RULE_GROUPS) {
        if (concerns(call, known)) for (const rule of rules) check(rule, call, known);
      }
    },
    end() {
      const more = RULES.flatMap(rule => {
        const count = (counts.get(rule) ?? 0) - most;
        return count > 0 ? [{ id: rule.id, severity: rule.severity, count }] : [];
      });
      return { answers, findings, ...(more.length === 0 ? {} : { more }) };
    },
  };
}
