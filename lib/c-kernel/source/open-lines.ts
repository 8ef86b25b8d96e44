/**
 * The lines of a file while hunks go into it, split at the place of the last hunk: a patch goes from top to bottom, so all of
 * it passes each line once. One array would be copied for every hunk.
 */
import type { Origin } from './types.js';

export interface OpenLine {
  readonly text: string;
  readonly origin: Origin;
}

export interface OpenLines {
  count(): number;
  /** Line `at`, from 0. */
  at(at: number): OpenLine | undefined;
  /** Takes `count` lines out, from line `at` on. */
  take(at: number, count: number): readonly OpenLine[];
  /** Puts lines where the last were taken out. */
  put(lines: readonly OpenLine[]): void;
  all(): readonly OpenLine[];
}

export function openLines(lines: readonly string[], origins: readonly Origin[]): OpenLines {
  const above: OpenLine[] = [];
  /** The next one last. */
  const below: OpenLine[] = [];
  for (const [at, text] of lines.entries()) {
    const origin = origins[at];
    if (origin !== undefined) below.push({ text, origin });
  }
  below.reverse();

  const move = (from: OpenLine[], to: OpenLine[]): void => {
    const line = from.pop();
    if (line !== undefined) to.push(line);
  };
  return {
    count: () => above.length + below.length,
    at: at => (at < above.length ? above[at] : below[below.length - 1 - (at - above.length)]),
    take(at, count) {
      while (above.length > at) move(above, below);
      while (above.length < at && below.length > 0) move(below, above);
      return below.splice(Math.max(0, below.length - count)).reverse();
    },
    put: taken => {
      for (const line of taken) above.push(line);
    },
    all: () => [...above, ...below.toReversed()],
  };
}
