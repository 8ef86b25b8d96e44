/**
 * Header, footer and single events of the canonical layout. What is read passes when writing it gives the same lines again,
 * which leaves no room for duplicate keys, other spellings or lost digits; what does not pass is left to the reader of any
 * layout, which alone says what is wrong.
 */
import type { TraceEvent } from '../model/events.js';
import type { Header, Outcome } from '../model/trace.js';
import { checkEvent, checkFrame, type EventWire, type FrameWire } from '../schema/validate.js';
import { CLOSE, canonicalLine, headerLines, outcomeLine, sealLine } from './layout.js';
import type { ReadLimits } from './limits.js';
import { isForbidden } from './limits.js';
import { eventOf } from './wire.js';
import { isXKey } from './wire-fields.js';
import { FORMAT, headerOf, outcomeFromWire, VERSION } from './wire-frame.js';

/** What the end of a file says of what stands before it. */
export interface Footer {
  readonly outcome: Outcome | null;
  readonly found: { readonly count: number | null; readonly digest: string | null };
}

/** What a reader of either kind makes of a whole file. */
export interface ReadWhole extends Footer {
  readonly header: Header;
  readonly events: readonly TraceEvent[];
  readonly lines: readonly number[];
  /** What the digest should be. */
  readonly digest: string;
}

/** Whether a value of somebody else's is as harmless as the schema makes all others. Never goes deeper than `depth`. */
function isPlain(value: unknown, depth: number, limits: ReadLimits): boolean {
  if (typeof value === 'string') return value.length <= limits.text;
  if (typeof value !== 'object' || value === null) return true;
  if (depth === 0) return false;
  return Object.entries(value).every(
    ([key, child]) => key.length <= limits.text && !isForbidden(key) && isPlain(child, depth - 1, limits),
  );
}

/** The only places whose keys the schema leaves open. */
function isHarmless(wire: object, limits: ReadLimits): boolean {
  return Object.entries(wire).every(
    ([key, value]) =>
      !(isXKey(key) || key === 'inferred') ||
      (key.length <= limits.text && isPlain(value, limits.depth - 3, limits)),
  );
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The event of a line without its comma; `null` where the line is not canonical. */
export function readEvent(line: string, limits: ReadLimits): TraceEvent | null {
  const checked = checkEvent(parsed(line));
  if (!checked.ok || !isHarmless(checked.value, limits)) return null;
  const event = eventOf(checked.value);
  return canonicalLine(event) === line ? event : null;
}

/**
 * The object of JSON without white space and not too deep; `null` where writing it again would give another text, but for
 * escapes: a key that stands twice, a number that loses digits or is spelt otherwise.
 */
export function readSpelt(json: string): Readonly<Record<string, unknown>> | null {
  const value = parsed(json);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
  const written = JSON.stringify(value);
  const isSame = written === json || (json.includes(BACKSLASH) && written === withOwnEscapes(json));
  return isSame ? (value as Record<string, unknown>) : null;
}

const BACKSLASH = '\\';
/** Both halves of a character, a unit of UTF-16, or one of the short ones. */
const ESCAPE = /\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|[^u])/g;

/** With each escape as JSON.stringify writes what it stands for: many programs escape all that is not ASCII. */
function withOwnEscapes(json: string): string {
  return json.replace(ESCAPE, spelt => JSON.stringify(JSON.parse(`"${spelt}"`)).slice(1, -1));
}

/** The event of such an object, in whatever order its members stand; `null` where it is none. */
export function readWire(wire: object, limits: ReadLimits): TraceEvent | null {
  const checked = checkEvent(wire);
  return checked.ok && isHarmless(checked.value, limits) ? eventOf(checked.value) : null;
}

/** The event of a line that has its shape (lib/trace/line-patterns.ts). */
export function readMatched(line: string): TraceEvent {
  return eventOf(JSON.parse(line) as EventWire);
}

function readFrame(text: string, limits: ReadLimits): FrameWire | null {
  const checked = checkFrame(parsed(text));
  if (!checked.ok || !isHarmless(checked.value, limits)) return null;
  return checked.value.format === FORMAT && checked.value.version === VERSION ? checked.value : null;
}

/** Of all lines up to the one that opens the events. */
export function readHeader(lines: readonly string[], limits: ReadLimits): Header | null {
  const members = lines.slice(1, -1).join('').replace(/,$/, '');
  const frame = readFrame(`{${members}}`, limits);
  if (frame === null || frame.outcome !== undefined || frame.count !== undefined) return null;
  const header = headerOf(frame, 1);
  return headerLines(header).join('\n') === lines.join('\n') ? header : null;
}

/** Of all lines after the one that closes the events. */
export function readFooter(
  lines: readonly string[],
  header: readonly string[],
  limits: ReadLimits,
): Footer | null {
  const [outcomeText, sealText, close] = lines;
  if (lines.length !== 3 || close !== CLOSE || outcomeText === undefined || sealText === undefined)
    return null;
  const frame = readFrame(`{${header.slice(1, -1).join('')}${outcomeText}${sealText}}`, limits);
  if (frame?.outcome === undefined || frame.count === undefined || frame.digest === undefined) return null;
  const { count, digest } = frame;
  const outcome = outcomeFromWire(frame.outcome);
  if (outcomeLine(outcome) !== outcomeText || sealLine(count, digest) !== sealText) return null;
  return { outcome, found: { count, digest } };
}
