/** What replays of many traces under the same rules come to together. */
import type { Unfired } from '../edit/apply.js';
import type { Replay } from './replay.js';

/**
 * The rules that fired in none of the replays, all of which were given the same ones. Why is said where it is the same
 * everywhere. Empty where there is no replay: then nothing was asked.
 */
export function neverFired(replays: readonly Replay[]): readonly Unfired[] {
  const [first, ...others] = replays.map(
    ({ unfired }) => new Map(unfired.map(({ rule, why }) => [rule, why])),
  );
  const never = [...(first ?? [])].filter(([rule]) => others.every(unfired => unfired.has(rule)));
  return never.map(([rule, why]) => ({
    rule,
    why: others.every(unfired => unfired.get(rule) === why) ? why : 'each trace for a reason of its own',
  }));
}
