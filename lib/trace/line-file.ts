/** A canonical trace in a file, of which header and footer were checked, and whose lines are read as they are asked for. */
import { isAscii } from 'node:buffer';
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import type { Header } from '../model/trace.js';
import { EVENTS_CLOSE, EVENTS_OPEN } from './layout.js';
import type { ReadLimits } from './limits.js';
import { type Footer, readFooter, readHeader } from './read-canonical.js';

export interface LineFile extends Footer {
  readonly header: Header;
  /**
   * Bytes from here on that are read but not passed over, at least `least` of them where there are as many; they live until
   * more are asked for.
   */
  bytes(least: number): Buffer;
  /** Passes over so many bytes. */
  pass(count: number): void;
  /** The lines before this place, at most `count`, as far as they are near. */
  before(count: number): readonly string[];
  /** The line that begins at this place of the file. */
  lineAt(place: number): string;
  place(): number;
  /** Where the last line of an event ends. */
  readonly end: number;
  close(): void;
}

const CHUNK = 2 ** 18;
/** A header has its edits, a footer is short. */
const ENDS = 2 ** 16;
const LINE_FEED = 10;

/** `null` where the file is not canonical, as far as that shows at its ends. Throws what the system says. */
export function openLineFile(path: string, limits: ReadLimits): LineFile | null {
  const file = openSync(path, 'r');
  const opened = linesOf(file, limits);
  if (opened === null) closeSync(file);
  return opened;
}

function linesOf(file: number, limits: ReadLimits): LineFile | null {
  const { size } = fstatSync(file);
  const read = (at: number, length: number): Buffer => {
    const bytes = Buffer.allocUnsafe(Math.max(0, Math.min(length, size - at)));
    let have = 0;
    while (have < bytes.length) {
      const got = readSync(file, bytes, have, bytes.length - have, at + have);
      // It became shorter while it was read.
      if (got === 0) return bytes.subarray(0, have);
      have += got;
    }
    return bytes;
  };
  const begin = read(0, ENDS).toString('latin1');
  const opens = begin.indexOf(`\n${EVENTS_OPEN}\n`);
  const tail = read(Math.max(0, size - ENDS), ENDS).toString('latin1');
  const closes = tail.lastIndexOf(`\n${EVENTS_CLOSE}\n`);
  if (opens < 0 || closes < 0 || !tail.endsWith('\n')) return null;
  const headerText = utf8(begin.slice(0, opens + 1 + EVENTS_OPEN.length)).split('\n');
  const footerText = utf8(tail.slice(closes + EVENTS_CLOSE.length + 2, -1)).split('\n');
  const header = readHeader(headerText, limits);
  const footer = readFooter(footerText, headerText, limits);
  if (header === null || footer === null) return null;
  const end = Math.max(0, size - ENDS) + closes + 1;

  let at = opens + EVENTS_OPEN.length + 2;
  /** What is read and not passed over stands in `store` between these two. */
  let [from, to] = [0, 0];
  let store = Buffer.allocUnsafe(2 * CHUNK);

  function fill(): void {
    store.copyWithin(0, from, to);
    [from, to] = [0, to - from];
    while (to < store.length && at + to < end) {
      const got = readSync(file, store, to, Math.min(store.length, end - at) - to, at + to);
      // It became shorter while it was read.
      if (got === 0) return;
      to += got;
    }
  }

  return {
    header,
    ...footer,
    bytes(least) {
      if (to - from < Math.min(least, end - at)) {
        if (least > store.length) store = Buffer.concat([store], 2 * least);
        fill();
      }
      return store.subarray(from, to);
    },
    pass(count) {
      at += count;
      from += count;
    },
    before(count) {
      const begin = Math.max(opens + EVENTS_OPEN.length + 2, at - ENDS);
      const bytes = read(begin, at - begin);
      const lines = textOf(bytes).split('\n').slice(0, -1);
      // The first of them may be the end of a line.
      return (at - begin === ENDS ? lines.slice(1) : lines).slice(-count).map(withoutComma);
    },
    lineAt(place) {
      for (let length = 2 ** 12; ; length *= 4) {
        const bytes = read(place, length);
        const feed = bytes.indexOf(LINE_FEED);
        if (feed >= 0 || bytes.length < length)
          return withoutComma(textOf(bytes.subarray(0, Math.max(0, feed))));
      }
    },
    place: () => at,
    end,
    close: () => closeSync(file),
  };
}

const utf8 = (latin1: string): string => Buffer.from(latin1, 'latin1').toString('utf8');

/** Bytes that are whole characters. */
export const textOf = (bytes: Buffer): string => bytes.toString(isAscii(bytes) ? 'latin1' : 'utf8');

export const withoutComma = (line: string): string => (line.endsWith(',') ? line.slice(0, -1) : line);
