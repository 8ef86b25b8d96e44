/**
 * Two long traces made as short as what differs between them. Where they are alike there are gaps (lib/model/gaps.ts), but
 * for what lib/compare/held.ts holds, and for some events around each place that differs. So each event keeps its number,
 * and the two compare as they would if they were whole.
 */
import type { AlikeLine, Line, LongPair, LongSide } from '../trace/line-pair.js';
import { STATE } from '../trace/telling-line.js';
import type { Match } from './common.js';
import { type Held, newHeld, skimInto } from './held.js';
import type { HeldEvents, HeldSide } from './held-side.js';
import { type IsAside, newIsAside, type Parted, partedOf, type WindowLimits } from './windows.js';

export interface Condensed {
  readonly a: HeldEvents;
  readonly b: HeldEvents;
  /** The numbers from which on nothing is compared, since more events differ than was asked for; `null`: to the end. */
  readonly cut: { readonly a: number; readonly b: number } | null;
  /** As of `align`. */
  readonly together: readonly Match[];
}

export interface CondenseLimits extends WindowLimits {
  /** How many events of one side may stand in places that differ. */
  readonly most: number;
  /** So many events that tell something by themselves are held as they are. */
  readonly telling: number;
}

export const CONDENSE_LIMITS: CondenseLimits = { most: 10_000, first: 8, last: 2 ** 15, telling: 4096 };

/** With room for as many events that differ. */
export function withMost(most: number): CondenseLimits {
  return { ...CONDENSE_LIMITS, most, last: Math.max(CONDENSE_LIMITS.last, 4 * most) };
}

/** Shorter traces are compared as they are. */
export const LONG = 10_000;

/** So many events stay on each side of what differs. */
const AROUND = 3;

/** Yields now and then, so that signals are heard; at its end gives what it made. */
export function* condense(pair: LongPair, limits: CondenseLimits): Generator<void, Condensed> {
  const held = newHeld(pair, limits.telling);
  const isAside = newIsAside();
  const alike = (line: AlikeLine): void => held.alike(line, false);
  let differing = 0;
  for (;;) {
    while (pair.alike(alike)) yield;
    const parted = partedOf(pair, limits, isAside, left(pair.a, held.a) === left(pair.b, held.b));
    if (parted.a.length === 0 && parted.b.length === 0) break;
    differing += put(held, pair, parted, isAside);
    pair.a.pass(parted.a.length);
    pair.b.pass(parted.b.length);
    yield;
    if (differing <= limits.most) continue;
    held.end();
    const [countA, countB] = [held.a.count(), held.b.count()];
    const together = [...held.together(), [countA, countB] as const];
    const cut = { a: countA + 1, b: countB + 1 };
    yield* skimInto(held.a, pair.a, limits.telling);
    yield* skimInto(held.b, pair.b, limits.telling);
    return { a: held.a.end(), b: held.b.end(), cut, together };
  }
  held.end();
  return { a: held.a.end(), b: held.b.end(), cut: null, together: held.together() };
}

function left({ count }: LongSide, held: HeldSide): number {
  return count - held.count();
}

/**
 * Puts lines on both sides: as they are those that match none and are compared, and some around them. Gives how many of the
 * longer side differ.
 */
function put(held: Held, pair: LongPair, parted: Parted, isAside: IsAside): number {
  const { a, b } = parted;
  const ends = [...parted.matches, [a.length, b.length] as const];
  const differs = ends.map((end, at) => differingBefore(parted, ends[at - 1] ?? [-1, -1], end, isAside));
  const isNear = (at: number): boolean =>
    differs.slice(Math.max(0, at - AROUND + 1), at + AROUND + 1).some(([left, right]) => left + right > 0);
  if (!held.hasLast(AROUND) && differs.some(([left, right]) => left + right > 0))
    held.restore(pair.a.before(AROUND), pair.b.before(AROUND));
  let [fromA, fromB] = [0, 0];
  for (const [at, [atA, atB]] of ends.entries()) {
    for (const line of a.slice(fromA, atA)) held.one('a', line, isAside(line));
    for (const line of b.slice(fromB, atB)) held.one('b', line, isAside(line));
    const [left, right] = [a[atA], b[atB]];
    if (left !== undefined && right !== undefined) held.alike(asAlike(left, right), isNear(at));
    [fromA, fromB] = [atA + 1, atB + 1];
  }
  return Math.max(...([0, 1] as const).map(side => differs.reduce((sum, each) => sum + each[side], 0)));
}

/** How many lines that are compared in their order, as state is not, stand between two matches on each side. */
function differingBefore({ a, b }: Parted, before: Match, end: Match, isAside: IsAside): Match {
  const compared = (lines: readonly Line[]) =>
    lines.filter(line => line.kind !== STATE && !isAside(line)).length;
  return [compared(a.slice(before[0] + 1, end[0])), compared(b.slice(before[1] + 1, end[1]))];
}

function asAlike(left: Line, right: Line): AlikeLine {
  return {
    kind: left.kind,
    a: left.place,
    b: right.place,
    shape: left.shape,
    events() {
      const event = left.event();
      return [event, left.text === right.text ? event : right.event()];
    },
  };
}
