/** Where two long traces part: what comes next on each side up to where they go together again. */
import { isKernelCall, isRmi } from '../abi/background.js';
import { fromInt } from '../model/u64.js';
import { isCallLine } from '../trace/call-line.js';
import { comparedPart } from '../trace/compared-part.js';
import type { Line, LongPair } from '../trace/line-pair.js';
import { ASIDE } from '../trace/telling-line.js';
import { commonOf, type Match } from './common.js';
import { isSameAsKnown } from './events.js';

export interface Parted {
  readonly a: readonly Line[];
  readonly b: readonly Line[];
  /** Places in both of lines that are alike. */
  readonly matches: readonly Match[];
}

export interface WindowLimits {
  /** How many events of each side are looked at first where they part, and how many at last. */
  readonly first: number;
  readonly last: number;
}

/** How much larger a window is than the one before: few are aligned twice, and none is far too large. */
const GROWTH = 8;

/** Whether a line is not compared. It says so of lines that are canonical. */
export type IsAside = (line: Line) => boolean;

export function newIsAside(): IsAside {
  const ofRmi = new Map<number, boolean>();
  const isOfRmi = (fid: number): boolean => {
    const known = ofRmi.get(fid) ?? isRmi(fromInt(fid));
    ofRmi.set(fid, known);
    return known;
  };
  return line => {
    if (line.kind === ASIDE) return true;
    if (line.kind >= 0 && !isOfRmi(line.kind)) return true;
    if (!isCallLine(line.text) || (line.text.includes(NS) && !line.text.includes(BY))) return false;
    const event = line.event();
    return event.type === 'smc' && !isKernelCall(event);
  };
}

const NS = '"from":"ns"';
const BY = '"by":"firmware"';

/**
 * Growing windows, until what both have in them shows how they go on. `isLevel`: both have as many events left, so that in a
 * loop a line is rather another than one more.
 */
export function partedOf(
  pair: LongPair,
  { first, last }: WindowLimits,
  isAside: IsAside,
  isLevel: boolean,
): Parted {
  for (let size = first; ; size *= GROWTH) {
    const [a, b] = [pair.a.next(size), pair.b.next(size)];
    const [left, right] = [comparedIn(a, isAside), comparedIn(b, isAside)];
    if (left.length === 0 && a.length > 0) return { a, b: [], matches: [] };
    if (right.length === 0 && b.length > 0) return { a: [], b, matches: [] };
    const isWhole = a.length < size && b.length < size;
    const matches = alikeIn(a, b, left, right, isWhole || isLevel ? 'known' : 'open');
    const placed = matches.map(([x, y]): Match => [left[x] ?? 0, right[y] ?? 0]);
    if (isWhole) return { a, b, matches: placed };
    // At the end of a window it is not known what goes with what comes behind it.
    const within = placed.filter(([x, y]) => x < (size * 3) / 4 && y < (size * 3) / 4);
    const [x = 0, y = 0] = matches[within.length - 1] ?? [];
    const end = within.at(-1);
    // In the smallest, what is alike may be so by chance.
    const least = size === first ? 2 : 4;
    if (end !== undefined && within.length * least >= Math.min(x, y))
      return { a: a.slice(0, end[0] + 1), b: b.slice(0, end[1] + 1), matches: within };
    if (size * GROWTH > last) return { a: a.slice(0, size >> 1), b: b.slice(0, size >> 1), matches: [] };
  }
}

/** The places of the lines that are compared. */
function comparedIn(lines: readonly Line[], isAside: IsAside): readonly number[] {
  return lines.flatMap((line, at) => (isAside(line) ? [] : [at]));
}

function alikeIn(
  a: readonly Line[],
  b: readonly Line[],
  placesA: readonly number[],
  placesB: readonly number[],
  end: 'known' | 'open',
): readonly Match[] {
  const numbers = new Map<string, number>();
  const numberOf = (line: Line | undefined): number => {
    const part = line === undefined ? '' : comparedPart(line.text);
    const number = numbers.get(part) ?? numbers.size;
    numbers.set(part, number);
    return number;
  };
  const isSame = (x: number, y: number): boolean => {
    const [one, other] = [a[placesA[x] ?? -1], b[placesB[y] ?? -1]];
    if (one === undefined || other === undefined || one.kind !== other.kind) return false;
    return isSameAsKnown(one.event(), other.event());
  };
  // What comes next on both sides goes together if it can.
  let same = 0;
  while (isSame(same, same)) same += 1;
  const [left, right] = [placesA, placesB].map((places, side) =>
    places.slice(same).map(at => numberOf((side === 0 ? a : b)[at])),
  );
  const { matches } = commonOf(left ?? [], right ?? [], end);
  const later = matches.map(([x, y]): Match => [same + x, same + y]);
  const first = Array.from({ length: same }, (_, at): Match => [at, at]);
  return [...withKnown([...first, ...later], placesA.length, placesB.length, isSame)];
}

/** Between matches, what stands in the same place and is the same as far as it is known. */
function* withKnown(
  matches: readonly Match[],
  endA: number,
  endB: number,
  isSame: (a: number, b: number) => boolean,
): Generator<Match, void> {
  let [fromA, fromB] = [0, 0];
  for (const match of [...matches, [endA, endB] as const]) {
    const [atA, atB] = match;
    for (; fromA < atA && fromB < atB; fromA++, fromB++) if (isSame(fromA, fromB)) yield [fromA, fromB];
    if (atA < endA && atB < endB) yield match;
    [fromA, fromB] = [atA + 1, atB + 1];
  }
}
