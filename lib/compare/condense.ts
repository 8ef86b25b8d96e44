/**
 * Two long traces made as short as what differs between them. Where they are alike there are gaps (lib/model/gaps.ts), but
 * for events that tell something (lib/trace/telling-line.ts), and for some around each place that differs. So each event
 * keeps its number, and the two compare as they would if they were whole.
 */
import type { TraceEvent } from '../model/events.js';
import { newPartBuilder, type PartBuilder } from '../model/gaps.js';
import type { Line, LongPair, LongSide, NoteAlike } from '../trace/line-pair.js';
import { TELLS } from '../trace/telling-line.js';
import { commonOf } from './common.js';

export interface Condensed {
  readonly a: readonly TraceEvent[];
  readonly b: readonly TraceEvent[];
  /** The numbers from which on nothing is compared, since more events differ than was asked for; `null`: to the end. */
  readonly cut: { readonly a: number; readonly b: number } | null;
}

export interface CondenseLimits {
  /** How many events of one side may stand in places that differ. */
  readonly most: number;
  /** How many events of each side are looked at first where they part, and how many at last. */
  readonly first: number;
  readonly last: number;
}

export const CONDENSE_LIMITS: CondenseLimits = { most: 10_000, first: 64, last: 2 ** 15 };

/** With room for as many events that differ. */
export function withMost(most: number): CondenseLimits {
  return { ...CONDENSE_LIMITS, most, last: Math.max(CONDENSE_LIMITS.last, 4 * most) };
}

/** Shorter traces are compared as they are. */
export const LONG = 10_000;

/** So many events stay on each side of what differs. */
const AROUND = 3;
const GROWTH = 8;
/** What does not decide whether two lines are alike. */
const STAMPS = /,"(?:t":"[^"]*"|line":\d+)(?=[,}])/g;

/** Yields now and then, so that signals are heard; at its end gives what it made. */
export function* condense(pair: LongPair, limits: CondenseLimits): Generator<void, Condensed> {
  const [a, b] = [newPartBuilder(), newPartBuilder()];
  const calls = new Map<number, Last>();
  let differing = 0;

  const note: NoteAlike = (kind, place, event) => {
    const known = calls.get(kind);
    if (known !== undefined) {
      pass(a, b);
      [known.a, known.b, known.events] = [a.length, b.length, place];
      return;
    }
    const stays = event();
    a.push(stays);
    b.push(stays);
    if (kind !== TELLS) calls.set(kind, { a: a.length, b: b.length, events: place });
  };

  for (;;) {
    while (pair.alike(note)) yield;
    const parted = windows(pair, limits);
    if (parted.a.length === 0 && parted.b.length === 0) break;
    restore(a, pair.a.before(AROUND));
    restore(b, pair.b.before(AROUND));
    put(a, b, parted, calls);
    pair.a.pass(parted.a.length);
    pair.b.pass(parted.b.length);
    differing += Math.max(parted.a.length, parted.b.length) - parted.matches.length;
    yield;
    if (differing <= limits.most) continue;
    setLasts(a, b, calls, pair);
    const cut = { a: a.length + 1, b: b.length + 1 };
    yield* rest(pair.a, a);
    yield* rest(pair.b, b);
    return { a: a.events(), b: b.events(), cut };
  }
  setLasts(a, b, calls, pair);
  return { a: a.events(), b: b.events(), cut: null };
}

function pass(a: PartBuilder, b: PartBuilder): void {
  a.pass(1);
  b.pass(1);
}

/** The last call of its FID that is alike on both sides: its number in each, and both lines or the place of one. */
interface Last {
  a: number;
  b: number;
  events: readonly [Line, Line] | number;
}

function setLasts(a: PartBuilder, b: PartBuilder, calls: ReadonlyMap<number, Last>, pair: LongPair): void {
  for (const last of calls.values()) {
    const { events } = last;
    a.keep(last.a, typeof events === 'number' ? pair.eventAt(events) : events[0].event());
    b.keep(last.b, typeof events === 'number' ? pair.eventAt(events) : events[1].event());
  }
}

interface Parted {
  readonly a: readonly Line[];
  readonly b: readonly Line[];
  readonly matches: readonly (readonly [number, number])[];
}

/** What comes next on each side up to where the two go together again, as far as windows that grow show it. */
function windows(pair: LongPair, { first, last }: CondenseLimits): Parted {
  for (let size = first; ; size *= GROWTH) {
    const [a, b] = [pair.a.next(size), pair.b.next(size)];
    const matches = matchesOf(a, b);
    if (a.length < size && b.length < size) return { a, b, matches };
    // At the end of a window it is not known what goes with what comes behind it.
    const within = matches.filter(([x, y]) => x < (size * 3) / 4 && y < (size * 3) / 4);
    const end = within.at(-1);
    if (end !== undefined && within.length * 4 >= Math.min(end[0], end[1]))
      return { a: a.slice(0, end[0] + 1), b: b.slice(0, end[1] + 1), matches: within };
    if (size * GROWTH > last) return { a: a.slice(0, size >> 1), b: b.slice(0, size >> 1), matches: [] };
  }
}

function matchesOf(a: readonly Line[], b: readonly Line[]): Parted['matches'] {
  const numbers = new Map<string, number>();
  const numberOf = ({ text }: Line): number => {
    const known = text.replace(STAMPS, '');
    const number = numbers.get(known) ?? numbers.size;
    numbers.set(known, number);
    return number;
  };
  return commonOf(a.map(numberOf), b.map(numberOf)).matches;
}

/** Puts lines on both sides: as they are those that match none and some around them, and those that tell something. */
function put(a: PartBuilder, b: PartBuilder, parted: Parted, calls: Map<number, Last>): void {
  let [fromA, fromB] = [0, 0];
  const ends = [...parted.matches, [parted.a.length, parted.b.length] as const];
  /** How many lines ago one stood that matches none. */
  let since = Number.POSITIVE_INFINITY;
  for (const [at, [atA, atB]] of ends.entries()) {
    if (fromA < atA || fromB < atB) since = 0;
    for (const line of parted.a.slice(fromA, atA)) a.push(line.event());
    for (const line of parted.b.slice(fromB, atB)) b.push(line.event());
    const [left, right] = [parted.a[atA], parted.b[atB]];
    if (left === undefined || right === undefined) break;
    const near = since < AROUND || isNear(ends, at);
    const known = calls.get(left.kind);
    const stays = near || left.kind === TELLS || known === undefined;
    if (stays) {
      a.push(left.event());
      b.push(right.event());
    } else pass(a, b);
    if (left.kind !== TELLS) calls.set(left.kind, { a: a.length, b: b.length, events: [left, right] });
    since += 1;
    [fromA, fromB] = [atA + 1, atB + 1];
  }
}

/** Whether one of the next lines after a match matches none. */
function isNear(ends: readonly (readonly [number, number])[], at: number): boolean {
  const [a = 0, b = 0] = ends[at] ?? [];
  const [nextA = 0, nextB = 0] = ends[Math.min(at + AROUND, ends.length - 1)] ?? [];
  const steps = Math.min(AROUND, ends.length - 1 - at);
  return nextA - a > steps || nextB - b > steps;
}

/** The last of the events as they are. */
function restore(events: PartBuilder, lines: readonly Line[]): void {
  for (const [at, line] of lines.entries()) events.keep(events.length - lines.length + at + 1, line.event());
}

/** What comes after the cut: what tells something by itself, and the last call of each FID. */
function* rest(side: LongSide, events: PartBuilder): Generator<void, void> {
  const lasts = new Map<number, { readonly line: Line; readonly number: number }>();
  for (let lines = side.next(BATCH); lines.length > 0; lines = side.next(BATCH)) {
    for (const line of lines) {
      if (line.kind === TELLS) events.push(line.event());
      else events.pass(1);
      if (line.kind !== TELLS) lasts.set(line.kind, { line, number: events.length });
    }
    side.pass(lines.length);
    yield;
  }
  for (const { line, number } of lasts.values()) events.keep(number, line.event());
}

const BATCH = 1024;
