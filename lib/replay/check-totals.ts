/** Totals over the replays of many traces, counted one by one. */
import { type ConformanceTotals, conformanceTotals } from '../conformance/totals.js';
import type { Unfired } from '../edit/apply.js';
import type { Edit } from '../edit/parse.js';
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

/** Holds a number for each verdict and severity, and a line for each edit. */
export function newCheckTotals(): { add(checked: Checked): void; sum(): CheckTotals } {
  const verdicts = new Map<Checked['verdict'], number>();
  const fired = newNeverFired();
  let traces = 0;
  let found: ConformanceTotals | undefined;
  return {
    add(checked) {
      traces++;
      verdicts.set(checked.verdict, (verdicts.get(checked.verdict) ?? 0) + 1);
      if (checked.verdict === 'trouble') return;
      fired.add(checked.replay);
      if (checked.conformance !== null) found = conformanceTotals(checked.conformance, found);
    },
    sum: () => ({ traces, verdicts, conformance: found ?? null, neverFired: fired.list() }),
  };
}

/**
 * The edits that fire in none of the replays, all of which were given the same ones. Why is said where it is the same
 * everywhere. None where there was no replay: then nothing was asked.
 */
export function newNeverFired(): { add(replay: Pick<Replay, 'unfired'>): void; list(): readonly Unfired[] } {
  let never: Map<Edit, string> | null = null;
  return {
    add({ unfired }) {
      const here = new Map(unfired.map(({ edit, why }) => [edit, why]));
      if (never === null) never = here;
      for (const [edit, why] of never) {
        if (!here.has(edit)) never.delete(edit);
        else if (here.get(edit) !== why) never.set(edit, 'the reasons differ between traces');
      }
    },
    list: () => [...(never ?? [])].map(([edit, why]) => ({ edit, why })),
  };
}
