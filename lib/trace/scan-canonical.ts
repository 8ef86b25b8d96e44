/**
 * The quick reader: goes through the canonical layout and nothing else, and keeps nothing. Most lines have the shape of
 * their type and are not looked at further; the others are parsed, checked and written again (read-canonical.ts). So this reader and that
 * of any layout agree on every file.
 */
import { isAscii, isUtf8 } from 'node:buffer';
import { createHash } from 'node:crypto';
import type { TraceEvent } from '../model/events.js';
import type { Header } from '../model/trace.js';
import { COMMA } from './json-bytes.js';
import { EVENT_START, EVENTS_CLOSE, EVENTS_OPEN, OPEN } from './layout.js';
import { isAmple, longestLine, type ReadLimits } from './limits.js';
import { anyEvent, type LineEnd, soundEvent } from './line-patterns.js';
import { newLines } from './lines.js';
import { type Footer, readEvent, readFooter, readHeader, readMatched } from './read-canonical.js';
import { isState, stateReader } from './read-state.js';

/** Who goes through a trace, and what of it is wanted. */
export type Visitor = EventVisitor | LineVisitor;

export interface EventVisitor {
  /**
   * Every event, or only those against which something may be said (lib/trace/consistency.ts): state among them as far as it
   * is judged, without what any event may carry.
   */
  readonly wants: 'events' | 'doubtful events';
  /** Before any event. */
  begin(header: Header): void;
  /** `number` and `line` from 1. */
  event(event: TraceEvent, number: number, line: number): void;
}

/** Wants to know alone whether a trace is canonical, and what stands around its events. */
export const PASSER: EventVisitor = { wants: 'doubtful events', begin() {}, event() {} };

export interface LineVisitor {
  readonly wants: 'lines';
  /** The line of each event, without its comma. */
  line(text: string, number: number): void;
}

export interface Scanned extends Footer {
  readonly header: Header;
  /** How many events there are. */
  readonly count: number;
  /** What the digest should be. */
  readonly digest: string;
}

export interface CanonicalScan {
  take(chunk: Uint8Array): boolean;
  /** `null` where the text was not canonical from its first byte to its last. */
  end(): Scanned | null;
}

/** A header has a line a member; longer ones are for the thorough reader. */
const FRAME_LINES = 1024;
const FOOTER_LINES = 3;
/** To compile the patterns costs as much as to read so many lines without it. */
const MATCH_FROM = 100;
/** Where the digest begins, and how many lines of the footer it covers. */
const DIGEST_FROM = '"format"';

const NOT_ASCII = /[\x80-\xff]/;

/** Whole lines. */
interface Block {
  readonly bytes: Buffer;
  /** Of one byte a character. */
  readonly text: string;
  readonly isAscii: boolean;
}

export function scanCanonical(limits: ReadLimits, visitor: Visitor): CanonicalScan {
  const longest = longestLine(limits);
  // With less, each string and value is counted, which the reader of any layout does.
  const ample = isAmple(limits);
  const hash = createHash('sha256');
  const readState = stateReader();
  const headerText: string[] = [];
  const footerText: string[] = [];
  let state: 'header' | 'events' | 'last-event' | 'footer' = 'header';
  let header: Header | null = null;
  let lineEnd: LineEnd | null = null;
  let count = 0;
  /** From where in the block the digest covers what is read; negative where it does not. */
  let covered = -1;

  function headerLine(line: string): boolean {
    headerText.push(line);
    if (!ample || headerText.length > FRAME_LINES || (headerText.length === 1 && line !== OPEN)) return false;
    if (line !== EVENTS_OPEN) return true;
    header = readHeader(headerText, limits);
    if (header === null) return false;
    if (visitor.wants !== 'lines') visitor.begin(header);
    state = 'events';
    return true;
  }

  function footerLine(line: string): boolean {
    footerText.push(line);
    return footerText.length <= FOOTER_LINES;
  }

  /** A line as text; `null` where it is none. */
  function textOf(bytes: Buffer): string | null {
    return isUtf8(bytes) ? bytes.toString('utf8') : null;
  }

  function bodyLine(line: string): boolean {
    if (line === EVENTS_CLOSE) {
      // A comma after the last event is no JSON.
      if (state === 'events' && count > 0) return false;
      state = 'footer';
      return true;
    }
    if (state === 'last-event' || !line.startsWith(EVENT_START) || count >= limits.events) return false;
    const hasComma = line.endsWith(',');
    const text = hasComma ? line.slice(0, -1) : line;
    const event = readEvent(text, limits);
    if (event === null) return false;
    if (!hasComma) state = 'last-event';
    count += 1;
    if (visitor.wants === 'lines') visitor.line(text, count);
    else visitor.event(event, count, headerText.length + count);
    if (count === MATCH_FROM && header !== null)
      lineEnd =
        visitor.wants === 'doubtful events' ? soundEvent(header.machine.cpus, limits) : anyEvent(limits);
    return true;
  }

  /** Where the line at `from` ends that has its shape; `from` where none has. */
  function matched({ text, bytes, isAscii }: Block, from: number): number {
    if (lineEnd === null || state !== 'events' || count >= limits.events) return from;
    const end = lineEnd(text, from);
    if (end < 0 || end - from > longest) return from;
    const hasComma = text.charCodeAt(end - 2) === COMMA;
    if (!hasComma) state = 'last-event';
    count += 1;
    if (visitor.wants === 'doubtful events' && !isState(text, from)) return end;
    const to = end - (hasComma ? 2 : 1);
    const part = text.slice(from, to);
    const own = isAscii || !NOT_ASCII.test(part) ? part : bytes.toString('utf8', from, to);
    if (visitor.wants === 'lines') visitor.line(own, count);
    else {
      const event = visitor.wants === 'events' ? readMatched(own) : readState(own);
      visitor.event(event, count, headerText.length + count);
    }
    return end;
  }

  function line(bytes: Buffer, from: number, to: number): boolean {
    if (to - from > longest) return false;
    const text = textOf(bytes.subarray(from, to));
    if (text === null) return false;
    if (state === 'header') {
      if (text.startsWith(DIGEST_FROM)) covered = from;
      return headerLine(text);
    }
    if (state !== 'footer') return bodyLine(text);
    if (footerText.length === 0) cover(bytes, to + 1, false);
    return footerLine(text);
  }

  /** Puts what is covered up to `to` into the digest. */
  function cover(bytes: Buffer, to: number, goesOn: boolean): void {
    if (covered >= 0) hash.update(bytes.subarray(covered, to));
    covered = covered >= 0 && goesOn ? 0 : -1;
  }

  const lines = newLines(longest, bytes => {
    // One byte a character, so that places in the text are places in the bytes.
    const text = bytes.toString('latin1');
    const block = { text, bytes, isAscii: isAscii(bytes) };
    const isText = block.isAscii || isUtf8(bytes);
    for (let from = 0; from < text.length; ) {
      const end = isText ? matched(block, from) : from;
      if (end > from) {
        from = end;
        continue;
      }
      const to = text.indexOf('\n', from);
      if (!line(bytes, from, to)) return false;
      from = to + 1;
    }
    cover(bytes, bytes.length, true);
    return true;
  });

  return {
    take: lines.take,
    end() {
      if (!lines.end() || header === null) return null;
      const footer = readFooter(footerText, headerText, limits);
      return footer === null ? null : { header, count, ...footer, digest: `sha256:${hash.digest('hex')}` };
    },
  };
}
