/** What a page shows in order: the events of one trace, or those of two beside each other, with what differs marked. */
import type { Pair, Relation } from '../../compare/align.js';
import type { Comparison, InputDifference } from '../../compare/causes.js';
import type { PlaceDifference } from '../../compare/events.js';
import { versionCall } from '../../compare/handshake.js';
import type { TraceEvent } from '../../model/events.js';
import { countOf, type Numbered, numbered } from '../../model/gaps.js';
import { factKey, registerKey } from '../../model/input-key.js';
import type { Trace } from '../../model/trace.js';
import { wireOf } from '../../trace/wire.js';

/** `decides`: the answer that the check goes by. `derived`: it differs since an input does. `one-sided`: only one records it. */
export type Mark = Relation | 'decides' | 'cause' | 'derived' | 'one-sided';

export interface Step {
  /** What links to it: `a13`, `b12`. */
  readonly id: string;
  readonly mark: Mark;
  readonly a: Numbered<TraceEvent> | null;
  /** `null` too where there is one trace alone. */
  readonly b: Numbered<TraceEvent> | null;
  readonly differs: readonly PlaceDifference[];
}

/** The first events of one trace, and the one that decides. */
export function stepsOf({ events }: Trace, first: readonly TraceEvent[]): readonly Step[] {
  const decides = versionCall(events);
  const call = [...numbered(events)].find(({ event }) => event === decides);
  const shown = first.map((event, at) => ({ number: at + 1, event }));
  if (call !== undefined && call.number > shown.length) shown.push(call);
  return shown.map(each => step(each.number === call?.number ? 'decides' : 'same', each, null));
}

/** Two traces, as they were compared. `counts`: an action that differs and does not count is shown as the same. */
export function stepsOfTwo(
  a: readonly TraceEvent[],
  b: readonly TraceEvent[],
  comparison: Comparison,
  counts: (pair: Pair) => boolean = () => true,
): readonly Step[] {
  const inputs = inputsByNumber(comparison);
  const [flowA, flowB] = [new Set<number>(), new Set<number>()];
  for (const pair of comparison.pairs) {
    if (pair.a !== null) flowA.add(pair.a.number);
    if (pair.b !== null) flowB.add(pair.b.number);
  }
  const restA = restOf(a, flowA);
  const restB = restOf(b, flowB);
  const steps: Step[] = [];
  for (const pair of comparison.pairs) {
    // A line that moved stands where the second trace has it.
    const upToA = pair.relation === 'reordered' ? 0 : (pair.a?.number ?? 0);
    for (const each of beside(restA.upTo(upToA), restB.upTo(pair.b?.number ?? 0), inputs)) steps.push(each);
    const mark = pair.relation !== 'same' && !counts(pair) ? 'same' : pair.relation;
    const cause = pair.a === null ? undefined : inputs.get(`a${pair.a.number}`);
    const isCause = mark === 'same' && cause !== undefined;
    steps.push(step(isCause ? 'cause' : mark, pair.a, pair.b, isCause ? cause.differs : pair.differs));
  }
  return [...steps, ...beside(restA.upTo(countOf(a) + 1), restB.upTo(countOf(b) + 1), inputs)];
}

function step(
  mark: Mark,
  a: Numbered<TraceEvent> | null,
  b: Numbered<TraceEvent> | null,
  differs: readonly PlaceDifference[] = [],
): Step {
  return { id: a === null ? `b${b?.number}` : `a${a.number}`, mark, a, b, differs };
}

function inputsByNumber({ causes, oneSided }: Comparison): ReadonlyMap<string, InputDifference> {
  const inputs = new Map<string, InputDifference>();
  for (const input of [...oneSided, ...causes]) {
    if (input.a !== null) inputs.set(`a${input.a.number}`, input);
    if (input.b !== null) inputs.set(`b${input.b.number}`, input);
  }
  return inputs;
}

/** What is no action and no answer: state, consoles, background calls; handed out in order. */
function restOf(events: readonly TraceEvent[], flow: ReadonlySet<number>) {
  const rest = [...numbered(events)].filter(({ number }) => !flow.has(number));
  let from = 0;
  return {
    upTo(number: number): readonly Numbered<TraceEvent>[] {
      let to = from;
      while (to < rest.length && (rest[to]?.number ?? 0) < number) to++;
      const part = rest.slice(from, to);
      from = to;
      return part;
    },
  };
}

/** The rest of two sides between two actions: what both have stands once. */
function* beside(
  a: readonly Numbered<TraceEvent>[],
  b: readonly Numbered<TraceEvent>[],
  inputs: ReadonlyMap<string, InputDifference>,
): Generator<Step> {
  // The last of each first, so that those that are behind are dropped from the end.
  const places = new Map<string, number[]>();
  for (const [at, { event }] of [...b.entries()].reverse()) {
    const slot = slotOf(event);
    const of = places.get(slot);
    if (of === undefined) places.set(slot, [at]);
    else of.push(at);
  }
  let next = 0;
  for (const left of a) {
    const of = places.get(slotOf(left.event)) ?? [];
    while ((of.at(-1) ?? next) < next) of.pop();
    const at = of.at(-1);
    const right = at === undefined ? undefined : b[at];
    if (at === undefined || right === undefined) {
      yield lone(left, null, inputs.get(`a${left.number}`));
      continue;
    }
    for (const each of b.slice(next, at)) yield lone(null, each, inputs.get(`b${each.number}`));
    next = at + 1;
    const input = inputs.get(`a${left.number}`);
    if (input !== undefined) yield step('cause', left, right, input.differs);
    else yield step(isSame(left.event, right.event) ? 'same' : 'derived', left, right);
  }
  for (const each of b.slice(next)) yield lone(null, each, inputs.get(`b${each.number}`));
}

/** What one side alone has is compared only where it is state. */
function lone(
  a: Numbered<TraceEvent> | null,
  b: Numbered<TraceEvent> | null,
  input: InputDifference | undefined,
): Step {
  const mark = input === undefined ? 'same' : input.edit === null ? 'one-sided' : 'cause';
  return step(mark, a, b, input?.differs);
}

/** What may stand for the same on both sides: a place of state, whatever it holds; anything else only as it is. */
function slotOf(event: TraceEvent): string {
  switch (event.type) {
    case 'mrs':
      return `mrs ${registerKey(event.reg, event.cpu)}`;
    case 'ftr':
      return `ftr ${event.reg}`;
    case 'fact':
      return `fact ${factKey(event.name)}`;
    default:
      return JSON.stringify(wireOf(event));
  }
}

function isSame(a: TraceEvent, b: TraceEvent): boolean {
  return JSON.stringify(wireOf(a)) === JSON.stringify(wireOf(b));
}
