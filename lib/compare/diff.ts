/** Compares two traces: any difference counts, input or output. */
import { outcomeOf } from '../kernel/outcome.js';
import type { Outcome, Trace } from '../model/trace.js';
import { withCallers } from './callers.js';
import { type Comparison, compareEvents } from './causes.js';

export interface Difference {
  readonly verdict: 'same' | 'different';
  readonly a: Trace;
  readonly b: Trace;
  readonly outcomes: { readonly a: Outcome; readonly b: Outcome };
  readonly comparison: Comparison;
  /** Whether kernel and machine both differ: then neither trace says which of the two it was. */
  readonly twoCauses: boolean;
}

/** Headers are shown, not compared: the same events are the same boot. */
export function diff(first: Trace, second: Trace): Difference {
  const [a, b] = [withCallers(first), withCallers(second)];
  const comparison = compareEvents(a.events, b.events);
  const { actions, causes, effects } = comparison;
  const outcomes = { a: outcomeOf(a.events), b: outcomeOf(b.events) };
  return {
    verdict: actions.length + causes.length + effects.length === 0 ? 'same' : 'different',
    a,
    b,
    outcomes,
    comparison,
    twoCauses: causes.length > 0 && kernelOf(a) !== kernelOf(b),
  };
}

function kernelOf({ header }: Trace): string {
  return `${header.kernel.name} ${header.kernel.wants ?? ''}`;
}
