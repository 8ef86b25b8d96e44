/**
 * What is held of two long traces. Of events that are alike on both sides it is the first and the last of a kind; state and
 * what else tells something by itself is held as it is, as long as it is not too much of it.
 */
import type { AlikeLine, Line, LongPair, LongSide, SkimmedLine } from '../trace/line-pair.js';
import { ASIDE, LOG, STATE } from '../trace/telling-line.js';
import type { Match } from './common.js';
import { type HeldSide, newHeldSide } from './held-side.js';

export interface Held {
  readonly a: HeldSide;
  readonly b: HeldSide;
  /** Takes the next line of both sides, which is alike; `near`: it is held in any case. */
  alike(line: AlikeLine, near: boolean): void;
  /** The next line of one side, where it differs, or is not compared: `aside`. */
  one(side: 'a' | 'b', line: Line, aside: boolean): void;
  /** Whether so many of the last events are held. */
  hasLast(count: number): boolean;
  /** The last of what was passed over of both sides, as it is. */
  restore(a: readonly Line[], b: readonly Line[]): void;
  /** Ends what is alike. */
  end(): void;
  /** The numbers of events from which on, on both sides, some that are alike are not held. */
  together(): readonly Match[];
}

const MOST_KINDS = 8192;
/** State is one event a register and CPU: so many times what else tells something. */
const STATES = 16;

/** The last of its kind on one side. */
interface Last {
  number: number;
  log: number;
  place: number;
}

/** By what lines are told; `null` for one that is held as it is: so many of those that tell something, `telling`, are. */
function newKinds(telling: number) {
  let [told, states] = [0, 0];
  return ({ kind, shape }: AlikeLine | SkimmedLine): number | null => {
    if (kind >= 0) return kind;
    if (kind === STATE ? states++ < STATES * telling : kind !== ASIDE && told++ < telling) return null;
    // Below all kinds of calls.
    return -1 - shape();
  };
}

function setLast(last: Last, side: HeldSide, place: number): void {
  last.number = side.count();
  last.log = side.logs();
  last.place = place;
}

function newLast(side: HeldSide, place: number): Last {
  return { number: side.count(), log: side.logs(), place };
}

export function newHeld(pair: LongPair, telling: number): Held {
  const sides = { a: newHeldSide(), b: newHeldSide() };
  const { a, b } = sides;
  const kindOf = newKinds(telling);
  const lasts = new Map<number, { readonly a: Last; readonly b: Last }>();
  const asides = { a: new Set<number>(), b: new Set<number>() };
  const together: Match[] = [];
  /** How many events of either side are held since the last that is not. */
  let pushed = 1;

  function push(line: AlikeLine): void {
    const [left, right] = line.events();
    a.push(line.kind, left);
    b.push(line.kind, right);
    pushed += 1;
  }

  function pass(line: AlikeLine): void {
    a.pass(line.kind);
    b.pass(line.kind);
    if (pushed > 0) together.push([a.count(), b.count()]);
    pushed = 0;
  }

  return {
    a,
    b,
    alike(line, near) {
      const kind = kindOf(line);
      const known = kind === null ? undefined : lasts.get(kind);
      const isFirst = kind !== null && known === undefined && lasts.size < MOST_KINDS;
      if (near || kind === null || isFirst) push(line);
      else pass(line);
      if (known !== undefined) {
        setLast(known.a, a, line.a);
        setLast(known.b, b, line.b);
      } else if (isFirst) lasts.set(kind, { a: newLast(a, line.a), b: newLast(b, line.b) });
    },
    one(side, line, aside) {
      const shape = aside ? line.shape() : null;
      pushed = Math.max(1, pushed);
      const seen = asides[side];
      if (shape !== null && (seen.has(shape) || seen.size >= MOST_KINDS)) return sides[side].pass(line.kind);
      if (shape !== null) seen.add(shape);
      sides[side].push(line.kind, line.event());
    },
    hasLast: count => pushed >= count,
    restore(left, right) {
      keepLast(a, left);
      keepLast(b, right);
    },
    together: () => together,
    end() {
      for (const last of lasts.values()) {
        a.keep(last.a.number, pair.a.eventAt(last.a.place), last.a.log);
        b.keep(last.b.number, pair.b.eventAt(last.b.place), last.b.log);
      }
    },
  };
}

function keepLast(side: HeldSide, lines: readonly Line[]): void {
  let [number, log] = [side.count(), side.logs()];
  for (const line of lines.toReversed()) {
    side.keep(number, line.event(), log);
    number -= 1;
    if (line.kind === LOG) log -= 1;
  }
}

/** What comes after a cut: what tells something by itself, and the last of each kind. Yields now and then. */
export function* skimInto(held: HeldSide, side: LongSide, telling: number): Generator<void, void> {
  const kindOf = newKinds(telling);
  const lasts = new Map<number, Last>();
  const note = (line: SkimmedLine): void => {
    const kind = kindOf(line);
    const known = kind === null ? undefined : lasts.get(kind);
    const isFirst = kind !== null && known === undefined && lasts.size < MOST_KINDS;
    if (kind === null || (isFirst && kind < 0)) held.push(line.kind, line.event());
    else held.pass(line.kind);
    if (known !== undefined) setLast(known, held, line.place);
    else if (isFirst) lasts.set(kind, newLast(held, line.place));
  };
  while (side.skim(note)) yield;
  for (const { number, log, place } of lasts.values()) held.keep(number, side.eventAt(place), log);
}
