/** What differs first, in the order in which a boot goes: state, then calls with their answers, and output. */
import type { Pair } from './align.js';
import type { Comparison, InputDifference } from './causes.js';
import type { FlowEvent, Numbered } from './steps.js';

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

/** The last call or output before `first` that both sides have alike; `null` where there is none. */
export function lastAgreed(comparison: Comparison, first: First | null): Numbered<FlowEvent> | null {
  let agreed: Numbered<FlowEvent> | null = null;
  for (const pair of comparison.pairs) {
    const differs = pair.relation !== 'same' || comparison.causes.some(({ a }) => a !== null && a === pair.a);
    if (differs || (first?.kind === 'input' && first.input.kind === 'state')) return agreed;
    agreed = pair.a;
  }
  return agreed;
}
