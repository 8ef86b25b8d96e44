/** Two long traces beside each other, of which what is alike is passed over. */
import type { TraceEvent } from '../model/events.js';

export interface LongPair {
  readonly a: LongSide;
  readonly b: LongSide;
  /** Passes both over lines that are alike, some at a time; `false` where they are alike no further. */
  alike(note: (line: AlikeLine) => void): boolean;
}

/** A line that is alike on both sides: in what is compared (lib/trace/compared-part.ts). It lives no longer than the call. */
export interface AlikeLine {
  /** As of lib/trace/telling-line.ts. */
  readonly kind: number;
  /** Where it stands on each side: `LongSide.eventAt`. */
  readonly a: number;
  readonly b: number;
  /** As of lib/trace/telling-line.ts. */
  shape(): number;
  events(): readonly [a: TraceEvent, b: TraceEvent];
}

/** A line of one side. It lives no longer than the call. */
export interface SkimmedLine {
  readonly kind: number;
  readonly place: number;
  shape(): number;
  event(): TraceEvent;
}

export interface LongSide {
  /** How many events there are in all. */
  readonly count: number;
  /** As many of the events that come next, or all. */
  next(count: number): readonly Line[];
  /** At most so many of those passed over last. */
  before(count: number): readonly Line[];
  /** Passes over so many of those that `next` gave. */
  pass(count: number): void;
  /** Passes over what comes next, some at a time; `false` at the end. */
  skim(note: (line: SkimmedLine) => void): boolean;
  eventAt(place: number): TraceEvent;
}

export interface Line {
  /** Canonical, without its comma. */
  readonly text: string;
  readonly place: number;
  readonly kind: number;
  shape(): number;
  event(): TraceEvent;
}
