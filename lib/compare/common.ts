/**
 * What two sequences share, in near-linear time. Equal elements are equal numbers. Ends that are alike go first; then
 * elements that stand once on each side are anchors (patience diff); the diff package searches between two anchors, and
 * only so far. Beyond that the n-th of a kind goes with the n-th of the other side: all that is paired is still alike,
 * but more could have been.
 */
import { diffArrays } from 'diff';

/** Positions in a and b that hold the same element; both rise from one to the next. */
export type Match = readonly [a: number, b: number];

export interface Common {
  readonly matches: readonly Match[];
  /** Where the search was cut short first, as positions in a and b; `null` where the alignment is the shortest found. */
  readonly cutShort: Match | null;
}

/** More edits than this between two anchors are not searched: jsdiff takes time and memory with their square. */
const MOST_EDITS = 1000;
/** Nor are more elements times edits than this, some seconds of work. */
const MOST_WORK = 20_000_000;

interface Stretch {
  readonly a: number;
  readonly endA: number;
  readonly b: number;
  readonly endB: number;
}

/**
 * `end`: whether both end here. Where they go on beyond what is known of them, that both end alike so far says nothing: in a
 * loop it would put what is missing somewhere else.
 */
export function commonOf(
  a: readonly number[],
  b: readonly number[],
  end: 'known' | 'open' = 'known',
): Common {
  const matches: Match[] = [];
  let cutShort: Match | null = null;
  const stretches: Stretch[] = [{ a: 0, endA: a.length, b: 0, endB: b.length }];
  // Depth first, the left part last in: the matches come in order but for ends, which are sorted below.
  for (let next = stretches.pop(); next !== undefined; next = stretches.pop()) {
    const isOpen = end === 'open' && next.endA === a.length && next.endB === b.length;
    const inner = withoutEnds(a, b, next, matches, isOpen);
    if (inner.a === inner.endA || inner.b === inner.endB) continue;
    const anchors = risingPairs(oncePairs(a, b, inner));
    if (anchors.length > 0) {
      for (const stretch of between(inner, anchors)) stretches.push(stretch);
      for (const anchor of anchors) matches.push(anchor);
      continue;
    }
    const searched = shortest(a, b, inner);
    for (const match of searched ?? risingPairs(countedPairs(a, b, inner))) matches.push(match);
    if (searched === null && (cutShort === null || inner.a < cutShort[0])) cutShort = [inner.a, inner.b];
  }
  return { matches: matches.sort(([x], [y]) => x - y), cutShort };
}

/** Takes what both ends share into `matches`, and gives what is left. */
function withoutEnds(
  a: readonly number[],
  b: readonly number[],
  of: Stretch,
  matches: Match[],
  isOpen: boolean,
): Stretch {
  let { a: fromA, endA, b: fromB, endB } = of;
  while (fromA < endA && fromB < endB && a[fromA] === b[fromB]) matches.push([fromA++, fromB++]);
  if (isOpen) return { a: fromA, endA, b: fromB, endB };
  while (fromA < endA && fromB < endB && a[endA - 1] === b[endB - 1]) matches.push([--endA, --endB]);
  return { a: fromA, endA, b: fromB, endB };
}

/** What stands exactly once on each side, in the order of a. */
function oncePairs(
  a: readonly number[],
  b: readonly number[],
  { a: fromA, endA, b: fromB, endB }: Stretch,
): Match[] {
  const [inA, inB] = [new Map<number, number | null>(), new Map<number, number | null>()];
  for (let at = fromA; at < endA; at++) note(inA, a[at], at);
  for (let at = fromB; at < endB; at++) note(inB, b[at], at);
  const pairs: Match[] = [];
  for (const [kind, at] of inA) {
    const other = inB.get(kind) ?? null;
    if (at !== null && other !== null) pairs.push([at, other]);
  }
  return pairs;
}

/** `null` marks a kind that stands more than once. */
function note(places: Map<number, number | null>, kind: number | undefined, at: number): void {
  if (kind !== undefined) places.set(kind, places.has(kind) ? null : at);
}

/** The n-th of each kind in a with the n-th in b, in the order of a. */
function countedPairs(
  a: readonly number[],
  b: readonly number[],
  { a: fromA, endA, b: fromB, endB }: Stretch,
): Match[] {
  const places = new Map<number, number[]>();
  for (let at = endB - 1; at >= fromB; at--) {
    const kind = b[at];
    if (kind === undefined) continue;
    const of = places.get(kind);
    if (of === undefined) places.set(kind, [at]);
    else of.push(at);
  }
  const pairs: Match[] = [];
  for (let at = fromA; at < endA; at++) {
    const other = places.get(a[at] ?? -1)?.pop();
    if (other !== undefined) pairs.push([at, other]);
  }
  return pairs;
}

/** The longest part of `pairs` in which b rises as a does (patience sorting, O(n log n)). */
function risingPairs(pairs: readonly Match[]): readonly Match[] {
  const before: number[] = [];
  const tops: number[] = [];
  for (const [at, [, b]] of pairs.entries()) {
    let [low, high] = [0, tops.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((pairs[tops[middle] ?? 0]?.[1] ?? 0) < b) low = middle + 1;
      else high = middle;
    }
    before[at] = low === 0 ? -1 : (tops[low - 1] ?? -1);
    tops[low] = at;
  }
  const rising: Match[] = [];
  for (let at = tops.at(-1) ?? -1; at >= 0; at = before[at] ?? -1) {
    const pair = pairs[at];
    if (pair !== undefined) rising.push(pair);
  }
  return rising.reverse();
}

/** What lies before, between and behind the anchors. */
function between({ a, endA, b, endB }: Stretch, anchors: readonly Match[]): Stretch[] {
  const parts: Stretch[] = [];
  let [fromA, fromB] = [a, b];
  for (const [atA, atB] of [...anchors, [endA, endB] as const]) {
    parts.push({ a: fromA, endA: atA, b: fromB, endB: atB });
    [fromA, fromB] = [atA + 1, atB + 1];
  }
  return parts;
}

/** The longest that both share, by the diff package; `null` where that would take too long. */
function shortest(a: readonly number[], b: readonly number[], of: Stretch): readonly Match[] | null {
  // What stands on one side alone is an edit anyway, and need not be searched for.
  const [inA, inB] = [new Set(a.slice(of.a, of.endA)), new Set(b.slice(of.b, of.endB))];
  const left = placesOf(a, of.a, of.endA, inB);
  const right = placesOf(b, of.b, of.endB, inA);
  if (left.length === 0) return [];
  const kinds = (places: readonly number[], list: readonly number[]) => places.map(at => list[at] ?? -1);
  const most = Math.min(MOST_EDITS, Math.floor(MOST_WORK / (left.length + right.length)));
  const changes = diffArrays(kinds(left, a), kinds(right, b), { maxEditLength: most });
  if (changes === undefined) return null;
  const matches: Match[] = [];
  let [atA, atB] = [0, 0];
  for (const { added, removed, count } of changes) {
    if (removed) atA += count;
    else if (added) atB += count;
    else for (let n = 0; n < count; n++) matches.push([left[atA++] ?? -1, right[atB++] ?? -1]);
  }
  return matches;
}

/** Where in `list` kinds stand that the other side has, too. */
function placesOf(
  list: readonly number[],
  from: number,
  end: number,
  shared: ReadonlySet<number>,
): readonly number[] {
  const places: number[] = [];
  for (let at = from; at < end; at++) if (shared.has(list[at] ?? -1)) places.push(at);
  return places;
}
