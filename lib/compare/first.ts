/** What differs first, in the order in which a boot goes: state, then calls with their answers, and output. */
import type { TraceEvent } from '../model/events.js';
import { type Numbered, numbered } from '../model/gaps.js';
import type { Pair } from './align.js';
import type { Comparison, InputDifference } from './causes.js';
import type { FlowEvent, StateEvent } from './events.js';

export type First =
  | { readonly kind: 'input'; readonly input: InputDifference }
  | { readonly kind: 'action'; readonly action: Pair };

/** The first difference between two traces; `null` where there is none. */
export function firstDifference(comparison: Comparison): First | null {
  return firstOf(comparison, [...comparison.causes, ...comparison.effects], comparison.actions);
}

/** The first divergence of a replay, among the actions that count: an edited input is a cause, and none. */
export function firstDivergence(comparison: Comparison, actions: readonly Pair[]): First | null {
  const inputs = [...comparison.causes, ...comparison.effects];
  return firstOf(
    comparison,
    inputs.filter(({ edit }) => edit === null),
    actions,
  );
}

function firstOf(
  comparison: Comparison,
  inputs: readonly InputDifference[],
  actions: readonly Pair[],
): First | null {
  const state = inputs.find(input => input.kind === 'state');
  if (state !== undefined) return { kind: 'input', input: state };
  const counted = new Set(actions);
  const inputOf = new Map(inputs.map(input => [input.a, input]));
  for (const pair of comparison.pairs) {
    // A call that was asked otherwise differs before its answer does.
    if (counted.has(pair)) return { kind: 'action', action: pair };
    const input = pair.a === null ? undefined : inputOf.get(pair.a);
    if (input !== undefined) return { kind: 'input', input };
  }
  return null;
}

/**
 * The last event before `first` that both sides have alike. Where the first difference is one of state, that is what the
 * kernel was given before it; else a call or output, or the last of the state before them. Its number is side a's; `null`
 * where there is none.
 */
export function lastAgreed(
  first: First,
  comparison: Comparison,
  a: readonly TraceEvent[],
): Numbered<FlowEvent | StateEvent> | null {
  if (first.kind === 'input' && first.input.kind === 'state') {
    const { a: differs } = first.input;
    return differs === null ? null : lastGiven(a, differs.number);
  }
  const causes = new Set(comparison.causes.map(({ a }) => a));
  let agreed: Numbered<FlowEvent | StateEvent> | null = null;
  for (const pair of comparison.pairs) {
    if (pair.relation !== 'same' || causes.has(pair.a)) break;
    agreed = pair.a;
  }
  return agreed ?? (comparison.causes.some(({ kind }) => kind === 'state') ? null : lastGiven(a));
}

/** The last of the state before the first call or output, and before the event `end`. */
function lastGiven(
  events: readonly TraceEvent[],
  end = Number.POSITIVE_INFINITY,
): Numbered<StateEvent> | null {
  let given: Numbered<StateEvent> | null = null;
  for (const { number, event } of numbered(events)) {
    if (number >= end || event.type === 'smc' || event.type === 'log' || event.type === 'return') break;
    if (event.type === 'mrs' || event.type === 'fact' || event.type === 'ftr') given = { number, event };
  }
  return given;
}
