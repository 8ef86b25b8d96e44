/** A canonical trace of which header and footer were read, and whose lines are read as they are asked for. */
import type { Header } from '../model/trace.js';
import { LINE_FEED } from './json-bytes.js';
import { EVENTS_CLOSE, EVENTS_OPEN, OPEN, withoutComma } from './layout.js';
import type { ReadLimits } from './limits.js';
import { type Footer, readFooter, readHeader } from './read-canonical.js';
import { bytesAt, type Store } from './store.js';

/** What stands around the events, and where they stand: each on a line with its line feed. */
export interface LineFrame extends Footer {
  readonly header: Header;
  readonly begin: number;
  readonly end: number;
}

export interface LineFile extends LineFrame {
  /**
   * Bytes from here on that are read but not passed over, at least `least` of them where there are as many; they live until
   * more are asked for.
   */
  bytes(least: number): Buffer;
  /** Passes over so many bytes. */
  pass(count: number): void;
  /** The lines before this place, at most `count`, without their commas; of one byte a character, as all lines here. */
  before(count: number): readonly string[];
  /** The line that begins at this place, without its comma. */
  lineAt(place: number): string;
  place(): number;
}

const CHUNK = 2 ** 18;
/** A header has its edits, a footer is short. */
const ENDS = 2 ** 16;
/** Beyond this they are none. */
const LONGEST_ENDS = 2 ** 24;
/** Where a first read was too short, few more are made. */
const GROWTH = 16;
/** Bytes of one line, or of each of several, that a first read is made for: a call without memory has some 280. */
const LINE = 2 ** 12;
const SHORT_LINE = 2 ** 9;

/** `null` where the trace is not canonical, as far as that shows at its ends. */
export function lineFrame(store: Store, limits: ReadLimits): LineFrame | null {
  for (let length = ENDS; length <= LONGEST_ENDS; length *= GROWTH) {
    const begin = bytesAt(store, 0, length).toString('latin1');
    const tailAt = Math.max(0, store.size() - length);
    const tail = bytesAt(store, tailAt, length).toString('latin1');
    if (!begin.startsWith(`${OPEN}\n`) || !tail.endsWith('\n')) return null;
    const opens = begin.indexOf(`\n${EVENTS_OPEN}\n`);
    const closes = tail.lastIndexOf(`\n${EVENTS_CLOSE}\n`);
    if (opens < 0 || closes < 0) {
      if (length >= store.size()) return null;
      continue;
    }
    const headerText = utf8(begin.slice(0, opens + 1 + EVENTS_OPEN.length)).split('\n');
    const footerText = utf8(tail.slice(closes + EVENTS_CLOSE.length + 2, -1)).split('\n');
    const header = readHeader(headerText, limits);
    const footer = readFooter(footerText, headerText, limits);
    if (header === null || footer === null) return null;
    return { header, ...footer, begin: opens + EVENTS_OPEN.length + 2, end: tailAt + closes + 1 };
  }
  return null;
}

export function lineFile(from: Store, frame: LineFrame): LineFile {
  const { begin, end } = frame;
  let at = begin;
  /** What is read and not passed over stands in `store` between these two. */
  let [first, last] = [0, 0];
  let store = Buffer.allocUnsafe(2 * CHUNK);

  function fill(): void {
    store.copyWithin(0, first, last);
    [first, last] = [0, last - first];
    while (last < store.length && at + last < end) {
      const got = from.read(store, last, Math.min(store.length, end - at) - last, at + last);
      // It became shorter while it was read.
      if (got === 0) return;
      last += got;
    }
  }

  return {
    ...frame,
    bytes(least) {
      if (last - first < Math.min(least, end - at)) {
        if (least > store.length) store = Buffer.concat([store], 2 * least);
        fill();
      }
      return store.subarray(first, last);
    },
    pass(count) {
      at += count;
      first += count;
    },
    before(count) {
      for (let length = count * SHORT_LINE; ; length *= GROWTH) {
        const beginning = Math.max(begin, at - length);
        const lines = bytesAt(from, beginning, at - beginning)
          .toString('latin1')
          .split('\n')
          .slice(0, -1);
        // The first of them may be the end of a line.
        const whole = beginning === begin ? lines : lines.slice(1);
        if (whole.length >= count || beginning === begin) return whole.slice(-count).map(withoutComma);
      }
    },
    lineAt(place) {
      for (let length = LINE; ; length *= GROWTH) {
        const bytes = bytesAt(from, place, length);
        const feed = bytes.indexOf(LINE_FEED);
        if (feed >= 0 || bytes.length < length)
          return withoutComma(bytes.toString('latin1', 0, Math.max(0, feed)));
      }
    },
    place: () => at,
  };
}

const utf8 = (latin1: string): string => Buffer.from(latin1, 'latin1').toString('utf8');
