/** Two traces in memory beside each other, as two files are (lib/trace/line-pair.ts). */
import type { TraceEvent } from '../model/events.js';
import { canonicalLine } from '../trace/layout.js';
import type { Line, LongPair, LongSide } from '../trace/line-pair.js';
import { lineKind } from '../trace/telling-line.js';

/** So many events are passed over at a time. */
const AT_A_TIME = 1024;

export function eventPair(a: readonly TraceEvent[], b: readonly TraceEvent[]): LongPair {
  const [left, right] = [sideOf(a), sideOf(b)];
  return {
    a: left,
    b: right,
    alike(note) {
      for (let count = 0; count < AT_A_TIME; count++) {
        const [one, other] = [left.at(), right.at()];
        // The last line of a file has no comma, and so is like no other.
        const isSame = (one === a.length - 1) === (other === b.length - 1);
        const [event] = a.slice(one, one + 1);
        if (event === undefined || !isSame || one >= a.length || other >= b.length) return false;
        const line = lineOf(event);
        if (line.text !== right.next(1)[0]?.text) return false;
        note(line.kind, one, line.event);
        left.pass(1);
        right.pass(1);
      }
      return true;
    },
    eventAt(place) {
      const event = a[place];
      if (event === undefined) throw new Error(`there is no event ${place}`);
      return event;
    },
  };
}

interface EventSide extends LongSide {
  at(): number;
}

function sideOf(events: readonly TraceEvent[]): EventSide {
  let at = 0;
  return {
    count: events.length,
    next: count => events.slice(at, at + count).map(lineOf),
    before: count => events.slice(Math.max(0, at - count), at).map(lineOf),
    pass(count) {
      at += count;
    },
    at: () => at,
  };
}

function lineOf(event: TraceEvent): Line {
  const text = canonicalLine(event);
  const bytes = Buffer.from(text);
  return { text, kind: lineKind(bytes, 0, bytes.length), event: () => event };
}
