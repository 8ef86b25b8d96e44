/** Fields that the file and the program spell alike, and those that they do not: x- keys stand apart in the program. */
import type { Decoration } from '../model/events.js';

export type XKey = `x-${string}`;

export const isXKey = (key: string): key is XKey => key.startsWith('x-');

const NOTHING = Object.freeze({});

/** `{ [key]: value }`, or nothing where there is no value: an absent field stays absent. */
export function given<K extends string, V>(key: K, value: V | undefined): { [P in K]?: V } {
  return value === undefined ? NOTHING : ({ [key]: value } as { [P in K]: V });
}

/** The x- keys of a wire object, in their order. */
export function extraOf(wire: object): { extra?: ReadonlyMap<string, unknown> } {
  let extra: Map<string, unknown> | undefined;
  for (const [key, value] of Object.entries(wire)) {
    if (!isXKey(key)) continue;
    extra ??= new Map();
    extra.set(key, value);
  }
  return given('extra', extra);
}

export function extraWire(extra: ReadonlyMap<string, unknown> | undefined): Record<XKey, unknown> {
  return Object.fromEntries(extra ?? []) as Record<XKey, unknown>;
}

type Plain = Omit<Decoration, 'cpu' | 'extra'>;

/**
 * Copies what any event may carry, in the schema's order, onto an object that is still being made. One assignment each:
 * spreading them into every event, where they mostly are absent, took half of the time of a reading.
 */
export function copyDecoration(from: Plain, to: { -readonly [K in keyof Plain]: Plain[K] }): void {
  if (from.src !== undefined) to.src = from.src;
  if (from.t !== undefined) to.t = from.t;
  if (from.line !== undefined) to.line = from.line;
  if (from.inferred !== undefined) to.inferred = from.inferred;
  if (from.rule !== undefined) to.rule = from.rule;
}
