/** Compares two traces: any difference counts, input or output. */
import { outcomeIn } from '../kernel/outcome.js';
import type { TraceEvent } from '../model/events.js';
import type { Outcome, Trace } from '../model/trace.js';
import type { Pair } from './align.js';
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
  const comparison = compareEvents(a.events, b.events, pair => isShown(pair, a, b));
  const { actions, causes, effects } = comparison;
  const outcomes = { a: outcomeIn(a), b: outcomeIn(b) };
  return {
    verdict: actions.length + causes.length + effects.length === 0 ? 'same' : 'different',
    a,
    b,
    outcomes,
    comparison,
    twoCauses: causes.length > 0 && kernelOf(a) !== kernelOf(b),
  };
}

/** A log shows of a boot what its consoles print: of what it shows nothing at all, nothing is missing in it. */
function isShown({ a, b }: Pair, first: Trace, second: Trace): boolean {
  const [lacks, other] = a === null ? [first, b] : [second, a];
  if ((a !== null && b !== null) || other === null || lacks.header.machine.via !== 'imported') return true;
  const kind = kindOf(other.event);
  return lacks.events.some(event => kindOf(event) === kind);
}

/** Of returns a log may show this one and not that. */
function kindOf(event: TraceEvent): string {
  return event.type === 'return' ? `return of ${event.of}` : event.type;
}

function kernelOf({ header }: Trace): string {
  return `${header.kernel.name} ${header.kernel.wants ?? ''}`;
}
