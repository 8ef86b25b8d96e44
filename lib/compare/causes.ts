/**
 * Cause and effect. An input that differs is a cause where its own request is equal; the answer to an altered request
 * is an effect, and so is every action of the kernel after a cause. If an action differs before any cause, the kernel
 * itself is the cause.
 */

import { returnedIn } from '../abi/smccc.js';
import { selectorName } from '../edit/call-selector.js';
import { QUERIES } from '../kernel/revisions/queries.js';
import type { TraceEvent } from '../model/events.js';
import type { Numbered } from '../model/gaps.js';
import { answerKey, type InputKey } from '../model/input-key.js';
import { type Alignment, align, type Pair } from './align.js';
import type { Match } from './common.js';
import {
  type Action,
  answerDifferences,
  type FlowEvent,
  flowOfTrace,
  type PlaceDifference,
  type StateEvent,
  stateDifferences,
  stateOfTrace,
} from './events.js';
import { type Ignore, NOTHING } from './ignore.js';

/** State, or an answer, that was not the same on both sides. `null`: that side does not have it. */
export type InputDifference = (
  | { readonly kind: 'state'; readonly key: InputKey }
  /** The call's event number on side a. */
  | { readonly kind: 'answer'; readonly event: number }
) & {
  readonly a: Numbered<StateEvent | FlowEvent> | null;
  readonly b: Numbered<StateEvent | FlowEvent> | null;
  readonly differs: readonly PlaceDifference[];
  /** The edit that made it differ, if one did. */
  readonly edit: string | null;
};

export interface Comparison {
  /** Both flows beside each other, in order. */
  readonly pairs: readonly Pair[];
  /** From where on the alignment was cut short; `null` where it was not. */
  readonly cutShort: Alignment['cutShort'];
  /** Actions that differ, in order. */
  readonly actions: readonly Pair[];
  readonly causes: readonly InputDifference[];
  /** Answers to altered requests that differ. */
  readonly effects: readonly InputDifference[];
  /** State that one side alone records: nobody knows whether it differs. */
  readonly oneSided: readonly InputDifference[];
  /** Whether the first action that differs has no input before it that does. */
  readonly kernelIsCause: boolean;
  /** Inputs of both sides that nobody saw on one of them, and that a check looks at: they may differ. */
  readonly unseen: readonly InputKey[];
}

/** What a report calls it: the key of state, the event number of an answer. */
export function inputName(input: InputDifference): string {
  return input.kind === 'state' ? input.key : String(input.event);
}

/** How flows are compared that are too long for their events to be. */
export interface LongWay {
  /** What side a did, where that is known shorter than by its events. */
  readonly flow: readonly Action[] | null;
  /** As of `align`. */
  readonly together?: readonly Match[];
  /** What is made of the pairs. */
  shortened(pairs: readonly Pair[]): readonly Pair[];
}

/**
 * Compares a, the recorded or first trace, with b. `shows`: whether a pair that is not the same is a difference; `ignore`:
 * what somebody does not want to be one; `long`: where it is not to be compared event by event.
 */
export function compareEvents(
  a: readonly TraceEvent[],
  b: readonly TraceEvent[],
  shows: (pair: Pair) => boolean = () => true,
  ignore: Ignore = NOTHING,
  long: LongWay | null = null,
): Comparison {
  const asked = { a: queriesIn(a), b: queriesIn(b) };
  const counts = (pair: Pair) => !isQueryOfOne(pair, asked) && shows(pair) && !ignore.pair(pair);
  const { pairs: all, cutShort } = align(long?.flow ?? flowOfTrace(a), flowOfTrace(b), long?.together);
  const pairs = long?.shortened(all) ?? all;
  const state = [...stateCauses(a, b)].flatMap(input => ignore.input(input) ?? []);
  const oneSided = state.filter(input => input.a === null || input.b === null);
  const causes = state.filter(input => input.a !== null && input.b !== null);
  const effects: InputDifference[] = [];
  let kernelIsCause = false;
  let seenAction = false;
  for (const pair of pairs) {
    if (pair.relation !== 'same' && counts(pair)) {
      kernelIsCause ||= !seenAction && causes.length === 0;
      seenAction = true;
    }
    const differs = answerDifference(pair);
    const answer = differs === null ? null : ignore.input(differs);
    if (answer === null) continue;
    if (pair.relation === 'same') causes.push(answer);
    else effects.push(answer);
  }
  const actions = pairs.filter(pair => pair.relation !== 'same' && counts(pair));
  const unseen = [...unseenState(a, b), ...pairs.flatMap(unseenIn)];
  return { pairs, cutShort, actions, causes, effects, oneSided, kernelIsCause, unseen };
}

/** The queries that a run answered; all of them where it stopped early, since it may have come to them. */
function queriesIn(events: readonly TraceEvent[]): ReadonlySet<string> {
  if (events.some(({ type }) => type === 'fault')) return new Set(QUERIES);
  return new Set(events.filter(event => event.type === 'return').map(({ of }) => of));
}

/** A query that one side's kernel does not have is no difference between what the two kernels do. */
function isQueryOfOne(
  { a, b }: Pair,
  asked: { readonly a: ReadonlySet<string>; readonly b: ReadonlySet<string> },
): boolean {
  const [only, other] = a === null ? [b, asked.a] : [a, asked.b];
  if ((a !== null && b !== null) || only?.event.type !== 'return') return false;
  return QUERIES.includes(only.event.of) && !other.has(only.event.of);
}

function* stateCauses(a: readonly TraceEvent[], b: readonly TraceEvent[]): Generator<InputDifference> {
  const [left, right] = [stateOfTrace(a), stateOfTrace(b)];
  for (const key of new Set([...left.keys(), ...right.keys()])) {
    const [was, is] = [left.get(key) ?? null, right.get(key) ?? null];
    const differs = was === null || is === null ? [] : stateDifferences(was.event, is.event);
    const oneSided = was === null || is === null;
    if (!oneSided && differs.length === 0) continue;
    yield { kind: 'state', key, a: was, b: is, differs, edit: null };
  }
}

function unseenState(a: readonly TraceEvent[], b: readonly TraceEvent[]): readonly InputKey[] {
  const [left, right] = [stateOfTrace(a), stateOfTrace(b)];
  return [...left.keys()].filter(key =>
    [left.get(key)?.event, right.get(key)?.event].some(event => event !== undefined && event.value === null),
  );
}

/** Of an answer, what a check looks at: x0 to x2. */
function unseenIn({ a, b, relation }: Pair): readonly InputKey[] {
  const [left, right] = [a?.event, b?.event];
  if (relation !== 'same' || left?.type !== 'smc' || right?.type !== 'smc') return [];
  if (left.res === null || right.res === null) return [];
  return [0, 1, 2]
    .filter(x => returnedIn(left, x) === null || returnedIn(right, x) === null)
    .map(x => answerKey(selectorName(left.fid), x));
}

function answerDifference(pair: Pair): InputDifference | null {
  const { a, b, relation } = pair;
  if (a?.event.type !== 'smc' || b?.event.type !== 'smc') return null;
  // If nobody answered the altered request, there are no two answers to compare.
  if (relation !== 'same' && (a.event.res === null || b.event.res === null)) return null;
  const differs = answerDifferences(a.event, b.event);
  if (differs.length === 0) return null;
  return { kind: 'answer', event: a.number, a, b, differs, edit: b.event.rule ?? null };
}
