/** Two traces in memory beside each other, as two files are (lib/trace/file-pair.ts). */
import type { TraceEvent } from '../model/events.js';
import { comparedPart } from '../trace/compared-part.js';
import { canonicalLine } from '../trace/layout.js';
import type { AlikeLine, Line, LongPair, LongSide } from '../trace/line-pair.js';
import { ASIDE, lineKind, lineShape } from '../trace/telling-line.js';

/** So many events are passed over at a time. */
const AT_A_TIME = 1024;

export function eventPair(a: readonly TraceEvent[], b: readonly TraceEvent[]): LongPair {
  const [left, right] = [sideOf(a), sideOf(b)];
  return {
    a: left,
    b: right,
    alike(note) {
      for (let count = 0; count < AT_A_TIME; count++) {
        const [[one], [other]] = [left.next(1), right.next(1)];
        if (one === undefined || other === undefined || !areAlike(one, other)) return count > 0;
        note(asAlike(one, other));
        left.pass(1);
        right.pass(1);
      }
      return true;
    },
  };
}

function areAlike(one: Line, other: Line): boolean {
  if (one.text === other.text || (one.kind === ASIDE && other.kind === ASIDE)) return true;
  return comparedPart(one.text) === comparedPart(other.text);
}

function asAlike(one: Line, other: Line): AlikeLine {
  const { kind, place, shape, event } = one;
  return { kind, a: place, b: other.place, shape, events: () => [event(), other.event()] };
}

function sideOf(events: readonly TraceEvent[]): LongSide {
  let at = 0;
  const linesIn = (from: number, to: number): readonly Line[] =>
    events.slice(from, to).map((event, index) => lineOf(event, from + index));
  return {
    count: events.length,
    next: count => linesIn(at, at + count),
    before: count => linesIn(Math.max(0, at - count), at),
    pass(count) {
      at += count;
    },
    skim(note) {
      const lines = linesIn(at, at + AT_A_TIME);
      for (const line of lines) note(line);
      at += lines.length;
      return lines.length > 0;
    },
    eventAt(place) {
      const event = events[place];
      if (event === undefined) throw new Error(`there is no event ${place}`);
      return event;
    },
  };
}

function lineOf(event: TraceEvent, place: number): Line {
  const text = canonicalLine(event);
  const bytes = Buffer.from(text);
  return {
    text,
    place,
    kind: lineKind(bytes, 0, bytes.length),
    shape: () => lineShape(bytes, 0, bytes.length),
    event: () => event,
  };
}
