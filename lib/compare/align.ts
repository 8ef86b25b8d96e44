/**
 * Aligns two flows. Actions that both sides share are found first (common.ts). Of those between, one that can be another
 * altered is paired with it: a call of the same FID, a line, the same function. One that both sides have elsewhere is
 * reordered.
 */
import { type Common, commonOf, type Match } from './common.js';
import { type Action, actionDifferences, type PlaceDifference } from './events.js';
import { actionKinds, slotKinds } from './kinds.js';

/** `missing`: only in a. `extra`: only in b. `reordered`: in both, elsewhere. */
export type Relation = 'same' | 'altered' | 'missing' | 'extra' | 'reordered';

export interface Pair {
  readonly relation: Relation;
  readonly a: Action | null;
  readonly b: Action | null;
  /** Where the kernel's side of the two differs. */
  readonly differs: readonly PlaceDifference[];
}

export interface Alignment {
  readonly pairs: readonly Pair[];
  /** The event numbers from which on the alignment was cut short; `null` where it was not. */
  readonly cutShort: { readonly a: number; readonly b: number } | null;
}

type Flow = readonly Action[];

/**
 * `together`: numbers of events, rising on both sides, up to which the two go together: where both have events between the
 * same two numbers that are not held, since they are alike, no event before them goes with one behind them.
 */
export function align(a: Flow, b: Flow, together: readonly Match[] = []): Alignment {
  const { kindsA, kindsB } = actionKinds(a, b);
  const common = commonIn(a, b, kindsA, kindsB, together);
  const pairs: Pair[] = [];
  let [fromA, fromB] = [0, 0];
  for (const [atA, atB] of [...common.matches, [a.length, b.length] as const]) {
    if (fromA < atA || fromB < atB)
      for (const pair of gap(a.slice(fromA, atA), b.slice(fromB, atB))) pairs.push(pair);
    const pair = pairOf(a[atA], b[atB]);
    if (pair !== null) pairs.push(pair);
    [fromA, fromB] = [atA + 1, atB + 1];
  }
  return { pairs: reordered(pairs, a, b, kindsA, kindsB), cutShort: numbersAt(common, a, b) };
}

/** What the two have in common, part by part. */
function commonIn(
  a: Flow,
  b: Flow,
  kindsA: readonly number[],
  kindsB: readonly number[],
  together: readonly Match[],
): Common {
  const matches: Match[] = [];
  let cutShort: Match | null = null;
  let [fromA, fromB] = [0, 0];
  for (const [numberA, numberB] of [
    ...together,
    [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY] as const,
  ]) {
    const [endA, endB] = [endOf(a, fromA, numberA), endOf(b, fromB, numberB)];
    const part = commonOf(kindsA.slice(fromA, endA), kindsB.slice(fromB, endB));
    for (const [x, y] of part.matches) matches.push([fromA + x, fromB + y]);
    if (part.cutShort !== null) cutShort ??= [fromA + part.cutShort[0], fromB + part.cutShort[1]];
    [fromA, fromB] = [endA, endB];
  }
  return { matches, cutShort };
}

/** Where the first event above a number stands, from a place on. */
function endOf(flow: Flow, from: number, number: number): number {
  let end = from;
  while (end < flow.length && (flow[end]?.number ?? 0) <= number) end += 1;
  return end;
}

function numbersAt({ cutShort }: Common, a: Flow, b: Flow): Alignment['cutShort'] {
  if (cutShort === null) return null;
  const [atA, atB] = cutShort;
  return { a: a[atA]?.number ?? 1, b: b[atB]?.number ?? 1 };
}

/** Between two agreements: of each action the next on the other side that can be the same one altered. */
function gap(a: Flow, b: Flow): readonly Pair[] {
  const pairs: Pair[] = [];
  let [fromA, fromB] = [0, 0];
  const { kindsA, kindsB } = slotKinds(a, b);
  const altered: readonly Match[] = a.length === 0 || b.length === 0 ? [] : commonOf(kindsA, kindsB).matches;
  for (const [atA, atB] of [...altered, [a.length, b.length] as const]) {
    for (const left of a.slice(fromA, atA))
      pairs.push({ relation: 'missing', a: left, b: null, differs: [] });
    for (const right of b.slice(fromB, atB))
      pairs.push({ relation: 'extra', a: null, b: right, differs: [] });
    const pair = pairOf(a[atA], b[atB]);
    if (pair !== null) pairs.push(pair);
    [fromA, fromB] = [atA + 1, atB + 1];
  }
  return pairs;
}

function pairOf(a: Action | undefined, b: Action | undefined): Pair | null {
  if (a === undefined || b === undefined) return null;
  const differs = actionDifferences(a.event, b.event);
  return { relation: differs.length === 0 ? 'same' : 'altered', a, b, differs };
}

/** An action that is missing here and extra there was reordered. Its place is that of b. */
function reordered(
  pairs: readonly Pair[],
  a: Flow,
  b: Flow,
  kindsA: readonly number[],
  kindsB: readonly number[],
): readonly Pair[] {
  const [kindOfA, kindOfB] = [kindsByEvent(a, kindsA), kindsByEvent(b, kindsB)];
  const missing = new Map<number, Pair[]>();
  for (const pair of pairs.toReversed()) {
    const kind = pair.relation === 'missing' && pair.a !== null ? kindOfA.get(pair.a) : undefined;
    if (kind === undefined) continue;
    const alike = missing.get(kind);
    if (alike === undefined) missing.set(kind, [pair]);
    else alike.push(pair);
  }
  const sources = new Set<Pair>();
  const moved = pairs.map(pair => {
    const kind = pair.relation === 'extra' && pair.b !== null ? kindOfB.get(pair.b) : undefined;
    const source = kind === undefined ? undefined : missing.get(kind)?.pop();
    if (source === undefined) return pair;
    sources.add(source);
    return { ...pair, relation: 'reordered', a: source.a } as const;
  });
  return moved.filter(pair => !sources.has(pair));
}

function kindsByEvent(flow: Flow, kinds: readonly number[]): ReadonlyMap<Action, number> {
  return new Map(flow.map((event, at) => [event, kinds[at] ?? -1]));
}
