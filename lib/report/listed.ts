/** How much of a replay its report lists: what differs may do so a million times. */
import type { Replay } from '../replay/replay.js';

/** How many a report of a replay lists of what may be without end. */
export const MOST_LISTED = 10_000;

export const listed = <Item>(all: readonly Item[]): readonly Item[] => all.slice(0, MOST_LISTED);

/** What is beyond that, and lines that others stand for. */
export function notListed({ comparison, weighed, unanswered, unknowns, notHeld }: Replay): {
  readonly notListed?: Readonly<Record<string, number>>;
} {
  const beyond = {
    causes: comparison.causes.length + notHeld,
    answers: comparison.effects.length,
    deeds: weighed.divergences.length,
    unanswered: unanswered.length,
    lines: weighed.notModelled.length,
    unknowns: (unknowns?.unknowns.length ?? 0) + (unknowns?.more ?? 0),
    deciding: unknowns?.deciding.length ?? 0,
  };
  const left = Object.entries(beyond)
    .map(([of, count]) => {
      const others = of === 'lines' ? weighed.notListed : 0;
      return [of, Math.max(0, count - MOST_LISTED) + others] as const;
    })
    .filter(([, count]) => count > 0);
  return left.length === 0 ? {} : { notListed: Object.fromEntries(left) };
}
