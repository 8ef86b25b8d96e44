/**
 * A trace that is held in part. Where some of its events are not held, one event stands for all of them: a gap. So what is
 * held does not grow with the trace, and every other event keeps its number.
 */
import type { ForeignEvent, TraceEvent } from './events.js';

/** An event and the number that `show` gives it, from 1. */
export interface Numbered<E> {
  readonly number: number;
  readonly event: E;
}

/** A trace in a file cannot have it: it may have a type of that name. */
const LENGTH = Symbol('events of a gap');

interface Gap extends ForeignEvent {
  readonly [LENGTH]: number;
}

/** `length` events that are not held; it compares and tells nothing. */
function gap(length: number): Gap {
  return { type: 'x-gap', [LENGTH]: length };
}

/** Whether it stands for events that are not held. */
export function isGap(event: TraceEvent): boolean {
  return event.type === 'x-gap' && LENGTH in event;
}

/** How many events of the trace this one is: of those that are held, each is one. */
export function lengthOf(event: TraceEvent): number {
  return event.type === 'x-gap' && LENGTH in event ? (event as Gap)[LENGTH] : 1;
}

/** How many events a trace has, with those that are not held. */
export function countOf(events: readonly TraceEvent[]): number {
  let count = 0;
  for (const event of events) count += lengthOf(event);
  return count;
}

/** The events that are held, by their numbers. */
export function* numbered(events: readonly TraceEvent[]): Generator<Numbered<TraceEvent>, void> {
  let number = 1;
  for (const event of events) {
    const length = lengthOf(event);
    if (length === 1) yield { number, event };
    number += length;
  }
}

/** Where event `number` stands among those that are held; negative where it is not held, or there is none. */
export function placeOf(events: readonly TraceEvent[], number: number): number {
  let next = 1;
  for (const [place, event] of events.entries()) {
    if (next === number && lengthOf(event) === 1) return place;
    next += lengthOf(event);
    if (next > number) return -1;
  }
  return -1;
}

/** The event of this number; `undefined` where it is not held, or there is none. */
export function eventAt(events: readonly TraceEvent[], number: number): TraceEvent | undefined {
  const place = placeOf(events, number);
  return place < 0 ? undefined : events[place];
}

/** Makes a trace of which a part is held. */
export interface PartBuilder {
  /** How many events there are so far. */
  readonly length: number;
  /** The next event, which is held. */
  push(event: TraceEvent): void;
  /** So many that are not. */
  pass(count: number): void;
  /** Holds one of those so far, by its number; it may be held already. */
  keep(number: number, event: TraceEvent): void;
  /** All of them, at the end. */
  events(): readonly TraceEvent[];
}

export function newPartBuilder(): PartBuilder {
  const held = new Map<number, TraceEvent>();
  let length = 0;
  return {
    get length() {
      return length;
    },
    push(event) {
      length += 1;
      held.set(length, event);
    },
    pass(count) {
      length += count;
    },
    keep(number, event) {
      held.set(number, event);
    },
    events() {
      const events: TraceEvent[] = [];
      let last = 0;
      const passTo = (number: number) => {
        if (number - last > 1) events.push(gap(number - last - 1));
        last = number;
      };
      for (const [number, event] of [...held].sort(([a], [b]) => a - b)) {
        passTo(number);
        events.push(event);
      }
      passTo(length + 1);
      return events;
    },
  };
}
