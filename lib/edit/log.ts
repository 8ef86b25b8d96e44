/** What rules write down as they are applied: that they fired, or why they did not. */
import { hex, type Seen } from '../model/u64.js';
import type { Rule } from './edit.js';

/** One value that a rule changed: of which call or state, and how. */
export interface Change {
  readonly rule: string;
  /** `RMI_VERSION.x1`-like: what was changed, without counting. */
  readonly place: string;
  readonly before: string;
  readonly after: string;
  /** The recorded event that it was, where playback knows. */
  readonly event: number | null;
}

/** A rule that has not fired, and what it came by last. */
export interface Unfired {
  readonly rule: Rule;
  readonly why: string;
}

export interface Diary {
  readonly changes: readonly Change[];
  fired(rule: Rule, change: Omit<Change, 'rule'>): void;
  missed(rule: Rule, why: string): void;
  /** `never` says why of a rule that came by nothing at all. */
  unfired(rules: readonly Rule[], never: (rule: Rule) => string): readonly Unfired[];
}

export const TAKEN = 'a rule before it has that place, and the first rule wins';

export function newDiary(): Diary {
  const fired = new Set<Rule>();
  const misses = new Map<Rule, string>();
  const changes: Change[] = [];
  return {
    changes,
    fired(rule, change) {
      fired.add(rule);
      changes.push({ rule: rule.text, ...change });
    },
    missed: (rule, why) => void misses.set(rule, why),
    unfired: (rules, never) =>
      rules.filter(rule => !fired.has(rule)).map(rule => ({ rule, why: misses.get(rule) ?? never(rule) })),
  };
}

/** A register's value as a change spells it. */
export function spelt(value: Seen): string {
  return value === null ? 'unknown' : hex(value);
}
