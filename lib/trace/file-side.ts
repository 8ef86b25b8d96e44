/** One of two canonical traces that are gone through beside each other. */
import { isUtf8 } from 'node:buffer';
import type { TraceEvent } from '../model/events.js';
import { COMMA, LINE_FEED } from './json-bytes.js';
import type { ReadLimits } from './limits.js';
import type { LineFile } from './line-file.js';
import type { Line, LongSide, SkimmedLine } from './line-pair.js';
import { anyEvent } from './line-patterns.js';
import { readEvent, readMatched } from './read-canonical.js';
import { lineKind, lineShape } from './telling-line.js';

/** What ends the comparison of two files as such: one is not canonical. */
export const NOT_CANONICAL = Symbol('not canonical');

const CHUNK = 2 ** 18;

/** Where a line that ends at `to` ends without its comma. */
export function endOf(bytes: Buffer, to: number): number {
  return bytes[to - 1] === COMMA ? to - 1 : to;
}

/** Reads lines of which nobody knows whether they are canonical: `NOT_CANONICAL` is thrown where one is not. */
export interface LineReader {
  /** Of one byte a character, without its comma. */
  check(line: string): void;
  event(line: string): TraceEvent;
}

const NOT_ASCII = /[\x80-\xff]/;

export function lineReader(limits: ReadLimits): LineReader {
  const lineEnd = anyEvent(limits);
  /** As its bytes say; they may not be text. */
  function decoded(line: string): string {
    if (!NOT_ASCII.test(line)) return line;
    const bytes = Buffer.from(line, 'latin1');
    if (!isUtf8(bytes)) throw NOT_CANONICAL;
    return bytes.toString('utf8');
  }
  const hasShape = (line: string): boolean => lineEnd(`${line}\n`, 0) === line.length + 1;
  function read(line: string): TraceEvent {
    const event = readEvent(line, limits);
    if (event === null) throw NOT_CANONICAL;
    return event;
  }
  return {
    check(line) {
      const text = decoded(line);
      if (!hasShape(line)) read(text);
    },
    event(line) {
      const text = decoded(line);
      return hasShape(line) ? readMatched(text) : read(text);
    },
  };
}

export interface FileSide extends LongSide {
  passBytes(bytes: number, count: number): void;
  /** Of one byte a character, without its comma; it ends at `to`, counted from the place of the file. */
  line(bytes: Buffer, from: number, to: number): string;
}

export function fileSide(file: LineFile, reader: LineReader, count: number): FileSide {
  let passed = 0;
  /** Where the lines of the last `next` end, each from the place of the file. */
  let ends: readonly number[] = [];

  /** A comma stands after every line but the last. */
  function line(bytes: Buffer, from: number, to: number): string {
    const hasComma = bytes[to - 1] === COMMA;
    if (hasComma === (file.place() + to + 1 === file.end)) throw NOT_CANONICAL;
    return bytes.toString('latin1', from, hasComma ? to - 1 : to);
  }

  /** `place` is the place of the file where it begins. */
  function asLine(text: string, place: number): Line {
    const bytes = Buffer.from(text, 'latin1');
    return {
      text,
      place,
      kind: lineKind(bytes, 0, bytes.length),
      shape: () => lineShape(bytes, 0, bytes.length),
      event: () => reader.event(text),
    };
  }

  function nextEnds(count: number): Buffer {
    const found: number[] = [];
    for (let least = CHUNK; ; least *= 2) {
      const bytes = file.bytes(least);
      for (let from = found.at(-1) ?? 0; found.length < count; from = found.at(-1) ?? 0) {
        const to = bytes.indexOf(LINE_FEED, from);
        if (to < 0) break;
        found.push(to + 1);
      }
      if (found.length < count && bytes.length >= least) continue;
      ends = found;
      return bytes;
    }
  }

  /** The line that is noted. */
  let bytes: Buffer = Buffer.alloc(0);
  let [from, to] = [0, 0];
  const skimmed = {
    kind: 0,
    place: 0,
    shape: () => lineShape(bytes, from, endOf(bytes, to)),
    event: () => reader.event(line(bytes, from, to)),
  };

  return {
    count,
    next(count) {
      const read = nextEnds(count);
      return ends.map((end, at) => {
        const begin = ends[at - 1] ?? 0;
        const text = line(read, begin, end - 1);
        reader.check(text);
        return asLine(text, file.place() + begin);
      });
    },
    before: count => file.before(Math.min(count, passed)).map(text => asLine(text, 0)),
    pass(count) {
      file.pass(ends[count - 1] ?? 0);
      passed += count;
    },
    passBytes(count, lines) {
      file.pass(count);
      passed += lines;
    },
    skim(note: (line: SkimmedLine) => void) {
      bytes = file.bytes(CHUNK);
      for (let size = CHUNK; bytes.length >= size && !bytes.includes(LINE_FEED); bytes = file.bytes(size))
        size *= 4;
      let count = 0;
      for (from = 0; ; from = to + 1) {
        to = bytes.indexOf(LINE_FEED, from);
        if (to < 0) break;
        skimmed.kind = lineKind(bytes, from, to);
        skimmed.place = file.place() + from;
        note(skimmed);
        count += 1;
      }
      file.pass(from);
      passed += count;
      return count > 0;
    },
    eventAt: place => reader.event(file.lineAt(place)),
    line,
  };
}
