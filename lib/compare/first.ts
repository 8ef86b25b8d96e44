/** What differs first, in the order in which a boot goes: state, then calls with their answers, and output. */
import type { TraceEvent } from '../model/events.js';
import type { Pair } from './align.js';
import type { Comparison, InputDifference } from './causes.js';
import type { FlowEvent, Numbered, StateEvent } from './steps.js';

export type First =
  | { readonly kind: 'input'; readonly input: InputDifference }
  | { readonly kind: 'deed'; readonly deed: Pair };

/** The first difference among those given; `null` where there is none. */
export function firstDifference(
  comparison: Comparison,
  deeds: readonly Pair[] = comparison.deeds,
): First | null {
  const inputs = [...comparison.causes, ...comparison.effects];
  const state = inputs.find(input => input.kind === 'state');
  if (state !== undefined) return { kind: 'input', input: state };
  for (const pair of comparison.pairs) {
    // A call that was asked otherwise differs before its answer does.
    if (deeds.includes(pair)) return { kind: 'deed', deed: pair };
    const input = inputs.find(({ a, b }) => pair.a !== null && a === pair.a && b === pair.b);
    if (input !== undefined) return { kind: 'input', input };
  }
  return null;
}

/**
 * The last event before `first` that both sides have alike: a call or output, or else the last of the state that the
 * kernel had been given by then. Its number is side a's; `null` where there is none.
 */
export function lastAgreed(
  comparison: Comparison,
  first: First | null,
  a: readonly TraceEvent[],
): Numbered<FlowEvent | StateEvent> | null {
  if (first?.kind === 'input' && first.input.kind === 'state') return null;
  let agreed: Numbered<FlowEvent | StateEvent> | null = null;
  for (const pair of comparison.pairs) {
    const differs = pair.relation !== 'same' || comparison.causes.some(cause => cause.a === pair.a);
    if (differs) break;
    agreed = pair.a;
  }
  return agreed ?? lastGiven(a);
}

/** The last of the state before the first call or output. */
function lastGiven(events: readonly TraceEvent[]): Numbered<StateEvent> | null {
  let given: Numbered<StateEvent> | null = null;
  for (const [at, event] of events.entries()) {
    if (event.type === 'smc' || event.type === 'log' || event.type === 'return') break;
    if (event.type === 'mrs' || event.type === 'fact' || event.type === 'ftr')
      given = { number: at + 1, event };
  }
  return given;
}
