/**
 * From the bytes of a trace in any layout to its events without white space, and to what stands around them. It looks at
 * brackets, strings and white space alone, and gives up on what it does not expect: whoever takes the events finds out whether
 * they are JSON.
 */

import {
  ARRAY,
  ARRAY_END,
  BACKSLASH,
  COLON,
  COMMA,
  LINE_FEED,
  OBJECT,
  OBJECT_END,
  QUOTE,
} from './json-bytes.js';
import { longestLine, type ReadLimits } from './limits.js';

export interface Compactor {
  /** `false` once it gave up, or nothing more is wanted. */
  take(chunk: Uint8Array): boolean;
  /** All but the events, in whose place stands an empty list; `null` where it gave up, or the bytes ended early. */
  end(): Uint8Array | null;
}

/**
 * Takes events, each with a comma and a line feed behind it, and where each of them ends; `false` where no more are wanted. The
 * bytes live no longer than the call.
 */
export type TakeEvents = (bytes: Buffer, ends: readonly number[]) => boolean;

/** What a byte is outside of a string. */
const WORD = 0;
const SPACE = 1;
const PUNCTUATION = 2;
const KINDS = Uint8Array.from({ length: 256 }, (_, byte) => {
  if ([0x20, 0x09, LINE_FEED, 0x0d].includes(byte)) return SPACE;
  return [QUOTE, COMMA, COLON, ARRAY, ARRAY_END, OBJECT, OBJECT_END].includes(byte) ? PUNCTUATION : WORD;
});

const BATCH = 2 ** 16;
/** Nobody writes a header or a footer of more. */
const MOST_AROUND = 2 ** 20;
/** Within the object that the file is, and the list. */
const DEPTH_OF_EVENTS = 2;
/** At the bracket of a list that is a member of that object: its key. */
const EVENTS = /[{,][ \t\r\n]*"events"[ \t\r\n]*:[ \t\r\n]*\[$/;
/** Bytes of that key with some white space: with more of it the thorough reader takes over. */
const TAIL = 256;

/** An event of more bytes, or nested deeper, is not expected. */
export function newCompactor(limits: ReadLimits, takeEvents: TakeEvents): Compactor {
  const longest = longestLine(limits);
  const around: number[] = [];
  let out = Buffer.allocUnsafe(2 * BATCH);
  let length = 0;
  let ends: number[] = [];
  let wanted = true;
  let depth = 0;
  let inString = false;
  let escaped = false;
  /** Within the list of events: what must come next. `null` outside of it. */
  let next: 'event or end' | 'event' | 'comma or end' | null = null;
  let inEvent = false;
  let hasEvents = false;
  /** In an event: what stood there last, and whether white space follows it. */
  let last = PUNCTUATION;
  let gap = false;

  /** Goes on with an event; gives where it ends, or the chunk. */
  function takeEvent(bytes: Uint8Array, from: number): number {
    room(bytes.length - from + 2);
    for (let at = from; at < bytes.length; at++) {
      const byte = bytes[at] ?? 0;
      if (inString) {
        out[length++] = byte;
        if (escaped) escaped = false;
        else if (byte === BACKSLASH) escaped = true;
        else if (byte === QUOTE) inString = false;
        continue;
      }
      const kind = KINDS[byte] ?? WORD;
      if (kind === SPACE) {
        gap = true;
        continue;
      }
      // Two words with white space between them must not become one.
      if (kind === WORD && gap && last === WORD) wanted = false;
      out[length++] = byte;
      last = kind;
      gap = false;
      if (kind === WORD) continue;
      if (byte === QUOTE) inString = true;
      else if (byte === OBJECT || byte === ARRAY) {
        depth += 1;
        wanted &&= depth <= limits.depth;
      } else if (byte === OBJECT_END || byte === ARRAY_END) {
        depth -= 1;
        if (depth > DEPTH_OF_EVENTS) continue;
        endEvent();
        return at + 1;
      }
    }
    wanted &&= length - (ends.at(-1) ?? 0) <= longest;
    return bytes.length;
  }

  function room(bytes: number): void {
    if (length + bytes <= out.length) return;
    const larger = Buffer.allocUnsafe(2 * (length + bytes));
    out.copy(larger, 0, 0, length);
    out = larger;
  }

  function endEvent(): void {
    wanted &&= length - (ends.at(-1) ?? 0) <= longest;
    out[length++] = COMMA;
    out[length++] = LINE_FEED;
    ends.push(length);
    inEvent = false;
    next = 'comma or end';
    if (length >= BATCH) flush();
  }

  function flush(): void {
    wanted &&= takeEvents(out.subarray(0, length), ends);
    length = 0;
    ends = [];
  }

  /** A byte between two events, or before the first. */
  function takeBetween(byte: number): void {
    if (KINDS[byte] === SPACE) return;
    if (byte === OBJECT && next !== 'comma or end') inEvent = true;
    else if (byte === COMMA && next === 'comma or end') next = 'event';
    else if (byte === ARRAY_END && next !== 'event') {
      next = null;
      depth -= 1;
      around.push(byte);
      if (length > 0) flush();
    } else wanted = false;
  }

  function takeAround(byte: number): void {
    around.push(byte);
    wanted &&= around.length <= MOST_AROUND;
    if (inString) {
      if (escaped) escaped = false;
      else if (byte === BACKSLASH) escaped = true;
      else if (byte === QUOTE) inString = false;
    } else if (byte === QUOTE) inString = true;
    else if (byte === OBJECT || byte === ARRAY) {
      depth += 1;
      if (byte !== ARRAY || depth !== DEPTH_OF_EVENTS || hasEvents || !isEvents()) return;
      hasEvents = true;
      next = 'event or end';
    } else if (byte === OBJECT_END || byte === ARRAY_END) depth -= 1;
  }

  const isEvents = (): boolean => EVENTS.test(Buffer.from(around.slice(-TAIL)).toString('latin1'));

  return {
    take(chunk) {
      for (let at = 0; at < chunk.length && wanted; ) {
        if (inEvent) at = takeEvent(chunk, at);
        else {
          const byte = chunk[at] ?? 0;
          if (next === null) takeAround(byte);
          else takeBetween(byte);
          // The bracket that an event begins with is of the event.
          if (!inEvent) at += 1;
        }
      }
      return wanted;
    },
    end: () => (wanted && hasEvents && next === null ? Uint8Array.from(around) : null),
  };
}
