/**
 * The canonical layout: header members one a line, one event a line, then the footer. Valid JSON for every tool; it
 * greps, diffs in git, streams, and shows at once when it was cut off.
 */
import type { TraceEvent } from '../model/events.js';
import type { Header, Outcome } from '../model/trace.js';
import { wireOf } from './wire.js';
import { headerWire, outcomeWire } from './wire-frame.js';

export const OPEN = '{';
export const EVENTS_OPEN = '"events": [';
export const EVENTS_CLOSE = '],';
export const CLOSE = '}';
/** How the line of an event begins, and no other line. */
export const EVENT_START = '{"type":"';

const member = (key: string, value: unknown): string => `${JSON.stringify(key)}: ${JSON.stringify(value)}`;

/** The lines before the first event, without their line feeds. */
export function headerLines(header: Header): string[] {
  const members = Object.entries(headerWire(header)).map(([key, value]) => `${member(key, value)},`);
  return [OPEN, ...members, EVENTS_OPEN];
}

/** An event's line, without the comma that stands after every one but the last. */
export function canonicalLine(event: TraceEvent): string {
  return JSON.stringify(wireOf(event));
}

/** An event's line as it stands in a file, without its comma. */
export function withoutComma(line: string): string {
  return line.endsWith(',') ? line.slice(0, -1) : line;
}

export function outcomeLine(outcome: Outcome | null): string {
  return `${member('outcome', outcomeWire(outcome))},`;
}

export function sealLine(count: number, digest: string): string {
  return `${member('count', count)}, ${member('digest', digest)}`;
}
