/** Compares two traces: any difference counts, input or output. */
import { outcomeIn } from '../kernel/outcome.js';
import type { TraceEvent } from '../model/events.js';
import type { Outcome, Trace } from '../model/trace.js';
import type { LongPair } from '../trace/line-pair.js';
import type { Pair } from './align.js';
import { withCallers } from './callers.js';
import { type Comparison, compareEvents, type InputDifference } from './causes.js';
import type { Match } from './common.js';
import { CONDENSE_LIMITS, type CondenseLimits, condense, LONG } from './condense.js';
import { eventPair } from './event-pair.js';
import { type Ignore, NOTHING } from './ignore.js';

export interface Difference {
  readonly verdict: 'same' | 'different';
  readonly a: Trace;
  readonly b: Trace;
  readonly outcomes: { readonly a: Outcome; readonly b: Outcome };
  readonly comparison: Comparison;
  /** Whether kernel and machine both differ: then neither trace says which of the two it was. */
  readonly twoCauses: boolean;
  /** What was left out, as `Ignore.rules` has it. */
  readonly ignored: readonly string[];
  /** Where a trace is held in part, of each of its log lines that is held, in order, the how manieth of all it is. */
  readonly logs?: { readonly a: readonly number[]; readonly b: readonly number[] };
}

/** Headers are shown, not compared: the same events are the same boot. */
export function diff(
  first: Trace,
  second: Trace,
  limits: CondenseLimits = CONDENSE_LIMITS,
  ignore: Ignore = NOTHING,
): Difference {
  if (Math.max(first.events.length, second.events.length) <= LONG)
    return difference(first, second, null, ignore);
  const steps = diffLong(first, second, eventPair(first.events, second.events), limits, ignore);
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

/** The same of two long traces, `pair`, of which only what differs is looked at. Yields now and then. */
export function* diffLong(
  first: Omit<Trace, 'events'>,
  second: Omit<Trace, 'events'>,
  pair: LongPair,
  limits: CondenseLimits = CONDENSE_LIMITS,
  ignore: Ignore = NOTHING,
): Generator<void, Difference> {
  const { a, b, cut, together } = yield* condense(pair, limits);
  const [one, other] = [
    { ...first, events: a.events },
    { ...second, events: b.events },
  ];
  const held = difference(one, other, cut, ignore, together);
  return { ...held, logs: { a: a.logs, b: b.logs } };
}

function difference(
  first: Trace,
  second: Trace,
  cut: Cut | null,
  ignore: Ignore,
  together: readonly Match[] = [],
): Difference {
  const [a, b] = [withCallers(first), withCallers(second)];
  const shows = (pair: Pair): boolean => isShown(pair, a, b) && isBefore(pair, cut);
  const whole = compareEvents(a.events, b.events, shows, ignore, {
    flow: null,
    together,
    shortened: pairs => pairs,
  });
  const comparison = cut === null ? whole : cutAt(whole, cut);
  const { actions, causes, effects } = comparison;
  const outcomes = { a: outcomeIn(a), b: outcomeIn(b) };
  return {
    verdict: actions.length + causes.length + effects.length === 0 ? 'same' : 'different',
    a,
    b,
    outcomes,
    comparison,
    twoCauses: causes.length > 0 && kernelOf(a) !== kernelOf(b),
    ignored: ignore.rules,
  };
}

type Cut = NonNullable<Comparison['cutShort']>;

/** Without what stands behind a cut, where no event is known for another. */
function cutAt(comparison: Comparison, cut: Cut): Comparison {
  const { causes, effects, cutShort } = comparison;
  const before = (input: InputDifference) => input.kind === 'state' || isBefore(input, cut);
  return {
    ...comparison,
    cutShort: cutShort ?? cut,
    causes: causes.filter(before),
    effects: effects.filter(before),
  };
}

function isBefore({ a, b }: Pick<Pair | InputDifference, 'a' | 'b'>, cut: Cut | null): boolean {
  return cut === null || ((a === null || a.number < cut.a) && (b === null || b.number < cut.b));
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
