/**
 * The quick reader: takes the canonical layout and nothing else. A line passes when writing what it says gives the same
 * line again, which leaves no room for duplicate keys, other spellings or lost digits; whatever does not pass is left to
 * the reader of any layout, which alone says what is wrong. So both readers agree on every file.
 */
import type { TraceEvent } from '../model/events.js';
import type { Header, Outcome } from '../model/trace.js';
import { checkEvent, checkFrame, type FrameWire } from '../schema/validate.js';
import { type Digester, digester } from './digest.js';
import {
  CLOSE,
  canonicalLine,
  EVENT_START,
  EVENTS_CLOSE,
  EVENTS_OPEN,
  headerLines,
  OPEN,
  outcomeLine,
  sealLine,
} from './layout.js';
import type { ReadLimits } from './limits.js';
import { isForbidden } from './limits.js';
import { eventOf } from './wire.js';
import { isXKey } from './wire-fields.js';
import { FORMAT, headerOf, outcomeFromWire, VERSION } from './wire-frame.js';

/** What a reader of either kind makes of a whole file. */
export interface ReadWhole {
  readonly header: Header;
  readonly events: readonly TraceEvent[];
  readonly outcome: Outcome | null;
  readonly lines: readonly number[];
  /** What the file says of itself. */
  readonly found: { readonly count: number | null; readonly digest: string | null };
  /** What is so. */
  readonly digest: string;
}

export interface CanonicalReader {
  take(text: string): boolean;
  /** `null` where the text was not canonical from its first byte to its last. */
  end(): ReadWhole | null;
}

/** A header or footer is a few short lines; an event holds a text of 64 Ki characters, or memory. */
const LINE_LENGTH = 2 ** 22;
const FRAME_LINES = 64;

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

function readEvent(line: string, limits: ReadLimits): TraceEvent | null {
  const checked = checkEvent(parsed(line));
  if (!checked.ok || !isHarmless(checked.value, limits)) return null;
  const event = eventOf(checked.value);
  return canonicalLine(event) === line ? event : null;
}

function readFrame(text: string, limits: ReadLimits): FrameWire | null {
  const checked = checkFrame(parsed(text));
  if (!checked.ok || !isHarmless(checked.value, limits)) return null;
  return checked.value.format === FORMAT && checked.value.version === VERSION ? checked.value : null;
}

function readHeader(lines: readonly string[], limits: ReadLimits): Header | null {
  const members = lines.slice(1, -1).join('').replace(/,$/, '');
  const frame = readFrame(`{${members}}`, limits);
  if (frame === null || frame.outcome !== undefined || frame.count !== undefined) return null;
  const header = headerOf(frame, []);
  return headerLines(header).join('\n') === lines.join('\n') ? header : null;
}

type Footer = Pick<ReadWhole, 'outcome' | 'found'>;

function readFooter(lines: readonly string[], header: readonly string[], limits: ReadLimits): Footer | null {
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

export function canonicalReader(limits: ReadLimits): CanonicalReader {
  // A line as long as this may have more values than an event may.
  const longest = Math.min(LINE_LENGTH, 2 * limits.values);
  const headerText: string[] = [];
  const footerText: string[] = [];
  const events: TraceEvent[] = [];
  const lines: number[] = [];
  let header: Header | null = null;
  let digest: Digester | null = null;
  let state: 'header' | 'events' | 'last-event' | 'footer' = 'header';
  let rest = '';

  function headerLine(line: string): boolean {
    headerText.push(line);
    if (headerText.length > FRAME_LINES || (headerText.length === 1 && line !== OPEN)) return false;
    if (line !== EVENTS_OPEN) return true;
    header = readHeader(headerText, limits);
    if (header === null) return false;
    digest = digester(header);
    state = 'events';
    return true;
  }

  function bodyLine(line: string): boolean {
    if (line === EVENTS_CLOSE) {
      // A comma after the last event is no JSON.
      if (state === 'events' && events.length > 0) return false;
      state = 'footer';
      return true;
    }
    if (state === 'last-event' || !line.startsWith(EVENT_START) || events.length >= limits.events)
      return false;
    const hasComma = line.endsWith(',');
    const text = hasComma ? line.slice(0, -1) : line;
    const event = readEvent(text, limits);
    if (event === null) return false;
    if (!hasComma) state = 'last-event';
    digest?.event(text);
    lines.push(headerText.length + events.length + 1);
    events.push(event);
    return true;
  }

  function line(text: string): boolean {
    if (state === 'header') return headerLine(text);
    if (state !== 'footer') return bodyLine(text);
    footerText.push(text);
    return footerText.length <= 3;
  }

  let canonical = true;
  return {
    take(text) {
      rest += text;
      let from = 0;
      for (let to = rest.indexOf('\n'); canonical && to >= 0; to = rest.indexOf('\n', from)) {
        canonical = to - from <= longest && line(rest.slice(from, to));
        from = to + 1;
      }
      rest = rest.slice(from);
      canonical &&= rest.length <= longest;
      return canonical;
    },
    end() {
      if (!canonical || rest !== '' || header === null || digest === null) return null;
      const footer = readFooter(footerText, headerText, limits);
      return footer === null
        ? null
        : { header, events, lines, ...footer, digest: digest.digest(footer.outcome) };
    },
  };
}
