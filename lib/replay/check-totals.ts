/** Totals over the replays of many traces, counted one by one. */
import type { Conformance } from '../conformance/findings.js';
import { type ConformanceTotals, conformanceTotals } from '../conformance/totals.js';
import type { Unfired } from '../edit/apply.js';
import type { Checked } from './check.js';
import type { Replay } from './replay.js';

export interface CheckTotals {
  readonly traces: number;
  /** How many had each verdict, in the order in which the verdicts first came. */
  readonly verdicts: ReadonlyMap<Checked['verdict'], number>;
  /** `null` if no answers were checked against the specification. */
  readonly conformance: ConformanceTotals | null;
  /** The edits that fired in no replay. */
  readonly neverFired: readonly Unfired[];
}

/** What of a trace is counted. */
export interface Countable {
  readonly verdict: Checked['verdict'];
  /** `null`: there was no replay. */
  readonly unfired: readonly Unfired[] | null;
  readonly conformance: Conformance | null;
}

/** Holds a number for each verdict and severity, and a line for each edit. */
export function newCheckTotals(): {
  add(checked: Checked): void;
  count(row: Countable): void;
  sum(): CheckTotals;
} {
  const verdicts = new Map<Checked['verdict'], number>();
  const fired = newNeverFired();
  let traces = 0;
  let found: ConformanceTotals | undefined;
  const count = ({ verdict, unfired, conformance }: Countable): void => {
    traces++;
    verdicts.set(verdict, (verdicts.get(verdict) ?? 0) + 1);
    if (unfired !== null) fired.add({ unfired });
    if (conformance !== null) found = conformanceTotals(conformance, found);
  };
  return {
    count,
    add: checked => count(countable(checked)),
    sum: () => ({ traces, verdicts, conformance: found ?? null, neverFired: fired.list() }),
  };
}

/** What of `checked` is counted. */
export function countable(checked: Checked): Countable {
  const { verdict } = checked;
  if (checked.verdict === 'trouble') return { verdict, unfired: null, conformance: null };
  return { verdict, unfired: checked.replay.unfired, conformance: checked.conformance };
}

/**
 * The edits that fire in none of the replays, all of which were given the same ones. Why is said where it is the same
 * everywhere. None where there was no replay: then nothing was asked.
 */
export function newNeverFired(): { add(replay: Pick<Replay, 'unfired'>): void; list(): readonly Unfired[] } {
  let never: Map<string, Unfired> | null = null;
  return {
    add({ unfired }) {
      const here = new Map(unfired.map(each => [each.edit.text, each]));
      if (never === null) never = here;
      for (const [text, each] of never) {
        const again = here.get(text);
        if (again === undefined) never.delete(text);
        else if (again.why !== each.why)
          never.set(text, { ...each, why: 'the reasons differ between traces' });
      }
    },
    list: () => [...(never ?? []).values()],
  };
}
