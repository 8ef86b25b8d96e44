/** How much a reader accepts before `too-large` or `too-deep`. Traces come from strangers. */

export interface ReadLimits {
  /** Bytes of text, after decompression. */
  readonly bytes: number;
  readonly events: number;
  /** Nested objects and arrays. A trace without x- keys needs 6. */
  readonly depth: number;
  /** Characters of one string. The schema allows 65536 at most, x- values have no other limit. */
  readonly text: number;
  /** Values in one event, and in all members besides the events. A page of memory has some 1500. */
  readonly values: number;
  /** Bytes of text for one byte of gzip, counted once there are `unpackFreely` of them. Traces stay below 50. */
  readonly ratio: number;
  readonly unpackFreely: number;
}

export const READ_LIMITS: ReadLimits = {
  bytes: 2 ** 30,
  events: 10_000_000,
  depth: 32,
  text: 2 ** 20,
  values: 2 ** 18,
  ratio: 200,
  unpackFreely: 2 ** 24,
};

/** A header or footer is a few short lines; an event holds a text of 64 Ki characters, or memory. */
const LINE_LENGTH = 2 ** 22;

/** Bytes of a line for the quick readers: a longer one may have more values than an event may. */
export const longestLine = ({ values }: ReadLimits): number => Math.min(LINE_LENGTH, 2 * values);

/** The strings that the schema limits, and the depth of a trace without x- keys. A header without them has few values. */
const AMPLE = { text: 2 ** 16, depth: 6, values: 2 ** 12 };

/** Whether nothing but x- members, and lines that are too long, can be more than these limits allow. */
export function isAmple({ text, depth, values }: ReadLimits): boolean {
  return text >= AMPLE.text && depth >= AMPLE.depth && values >= AMPLE.values;
}

const FORBIDDEN: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

export const isForbidden = (key: string): boolean => FORBIDDEN.has(key);
