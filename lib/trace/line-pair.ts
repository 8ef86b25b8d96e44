/** Two canonical traces in files beside each other: what is alike is passed over at the speed of memory. */
import type { TraceEvent } from '../model/events.js';
import type { ReadLimits } from './limits.js';
import { type LineFile, textOf, withoutComma } from './line-file.js';
import { readEvent } from './read-canonical.js';
import { lineKind } from './telling-line.js';

/** Two long traces, gone through side by side. */
export interface LongPair {
  readonly a: LongSide;
  readonly b: LongSide;
  /** Passes both over events that are alike, some at a time; `false` where they are alike no further. */
  alike(note: NoteAlike): boolean;
  /** The event that `alike` noted at a place. */
  eventAt(place: number): TraceEvent;
}

/** `kind`: as of lib/trace/telling-line.ts. `event` is to be asked at once, if at all. */
export type NoteAlike = (kind: number, place: number, event: () => TraceEvent) => void;

export interface LongSide {
  /** How many events there should be. */
  readonly count: number;
  /** As many of the events that come next, or all. */
  next(count: number): readonly Line[];
  /** At most so many of those passed over last. */
  before(count: number): readonly Line[];
  /** Passes over so many of those that `next` gave. */
  pass(count: number): void;
}

export interface Line {
  /** Canonical, without its comma. */
  readonly text: string;
  /** Whether it tells something by itself: lib/trace/telling-line.ts. */
  readonly kind: number;
  event(): TraceEvent;
}

/** What ends the comparison of two files as such: one is not canonical. */
export const NOT_CANONICAL = Symbol('not canonical');

const CHUNK = 2 ** 18;
const LINE_FEED = 10;
const COMMA = 44;

export function filePair(a: LineFile, b: LineFile, limits: ReadLimits): LongPair {
  const read = (line: string): TraceEvent => {
    const event = readEvent(line, limits);
    if (event === null) throw NOT_CANONICAL;
    return event;
  };
  const [left, right] = [fileSide(a, read), fileSide(b, read)];
  return {
    a: left,
    b: right,
    alike(note) {
      let [one, other] = [a.bytes(CHUNK), b.bytes(CHUNK)];
      let same = sameLength(one, other);
      // A line that is longer than a chunk.
      for (let size = CHUNK; same >= size && !one.subarray(0, same).includes(LINE_FEED); ) {
        size *= 4;
        [one, other] = [a.bytes(size), b.bytes(size)];
        same = sameLength(one, other);
      }
      const end = same === 0 ? 0 : one.lastIndexOf(LINE_FEED, same - 1) + 1;
      const begin = a.place();
      let count = 0;
      for (let from = 0, to = 0; from < end; from = to + 1) {
        to = one.indexOf(LINE_FEED, from);
        note(lineKind(one, from, to), begin + from, () => read(withoutComma(textOf(one.subarray(from, to)))));
        count += 1;
      }
      left.passBytes(end, count);
      right.passBytes(end, count);
      return end > 0 && same === Math.min(one.length, other.length);
    },
    eventAt: place => read(a.lineAt(place)),
  };
}

interface FileSide extends LongSide {
  passBytes(bytes: number, count: number): void;
}

function fileSide(file: LineFile, read: (line: string) => TraceEvent): FileSide {
  let passed = 0;
  /** Where the lines of the last `next` end, each from the place of the file. */
  let ends: readonly number[] = [];
  const asLine = (text: string): Line => {
    const bytes = Buffer.from(text);
    return { text, kind: lineKind(bytes, 0, bytes.length), event: () => read(text) };
  };
  /** A comma stands after every line but the last. */
  const lineIn = (bytes: Buffer, from: number, end: number): Line => {
    const hasComma = bytes[end - 2] === COMMA;
    if (hasComma === (file.place() + end === file.end)) throw NOT_CANONICAL;
    return asLine(textOf(bytes.subarray(from, end - (hasComma ? 2 : 1))));
  };
  return {
    // What a footer says may be wrong: an event takes twenty bytes at least.
    count: Math.min(file.found.count ?? 0, Math.ceil(file.end / 20)),
    next(count) {
      const found: number[] = [];
      for (let least = CHUNK; ; least *= 2) {
        const bytes = file.bytes(least);
        for (let from = found.at(-1) ?? 0; found.length < count; from = found.at(-1) ?? 0) {
          const to = bytes.indexOf(LINE_FEED, from);
          if (to < 0) break;
          found.push(to + 1);
        }
        if (found.length < count && bytes.length >= least) continue;
        ends = found;
        return found.map((end, at) => lineIn(bytes, found[at - 1] ?? 0, end));
      }
    },
    before: count => file.before(Math.min(count, passed)).map(asLine),
    pass(count) {
      file.pass(ends[count - 1] ?? 0);
      passed += count;
    },
    passBytes(bytes, count) {
      file.pass(bytes);
      passed += count;
    },
  };
}

/** How many bytes both begin with. */
function sameLength(a: Buffer, b: Buffer): number {
  const isSame = (from: number, to: number): boolean => a.compare(b, from, to, from, to) === 0;
  const most = Math.min(a.length, b.length);
  if (isSame(0, most)) return most;
  let [same, differs] = [0, most];
  while (differs - same > 1) {
    const middle = (same + differs) >> 1;
    if (isSame(same, middle)) same = middle;
    else differs = middle;
  }
  return same;
}
