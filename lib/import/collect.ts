/** Reads one log: every record of it that a format knows, in order, and what became of each of its lines. */
import { literal } from '../model/pattern.js';
import type { LogFormat, LogReader, Reading } from './format.js';
import type { Read } from './joins.js';
import type { Marks } from './line.js';
import { type MendedLine, mendedLine } from './mend.js';
import type { Notes } from './notes.js';
import type { RawLine } from './raw-line.js';
import { newlines, PIECE, type Stretch, stretches } from './stretches.js';

/** A reading and where it stands. */
export interface Placed {
  readonly reading: Reading;
  readonly log: number;
  /** The lines that it came from, in order, from 1. */
  readonly lines: readonly number[];
  readonly marks: Marks;
  readonly format: string;
  /** Whether a part of the record could not be read. */
  readonly partly: boolean;
}

export interface Collected {
  readonly placed: readonly Placed[];
  readonly lines: number;
  /** Lines that hold nothing but calls of realms and the like. */
  readonly background: number;
  /** Lines that begin with a piece of a record that nobody could read. */
  readonly pieces: number;
  /** How many lines each format read. */
  readonly byFormat: ReadonlyMap<string, number>;
  /** How often each layer was taken off, of the lines that were read. */
  readonly byLayer: ReadonlyMap<string, number>;
  /** Lines whose readings are beyond what is kept. */
  readonly beyond: number;
  /** Not text: nothing in it was read, and most of its beginning is control bytes. */
  readonly binary: boolean;
}

/** A log of any length is read in constant memory: what is kept of it has an end. */
const MOST_READINGS = 50_000;
const MOST_OTHER_CALLS = 10_000;

export async function collect(
  log: number,
  chunks: AsyncIterable<Uint8Array>,
  formats: readonly LogFormat[],
  notes: Notes,
  options: { readonly fields: ReadonlyMap<string, string>; readonly progress?: (bytes: number) => void },
): Promise<Collected> {
  const readers = formats.map(format => ({ name: format.name, reader: format.open(options) }));
  const anchor = anchorsOf(formats);
  const asked = asking(readers);
  const kept = newKeeper(log, notes);
  let lines = 0;
  let binary = false;
  const counted = options.progress === undefined ? chunks : counting(chunks, options.progress);
  for await (const stretch of stretches(counted)) {
    if (stretch.first === 1 && stretch.from === 0) binary = looksBinary(stretch.text);
    const end = readStretch(stretch, anchor, line => {
      if (!kept.passes(line, formats)) kept.take(mendedLine(line, asked, kept.isTaken), line.number);
    });
    if (stretch.last) lines = end;
  }
  for (const { name, reader } of readers) {
    const last = Math.max(1, lines);
    for (const what of reader.remarks?.() ?? []) notes.add('error', what, { log, line: last });
    kept.add(reader.end?.(last) ?? [], last, name);
  }
  return { ...kept.end(), lines, binary: binary && kept.isEmpty() };
}

async function* counting(chunks: AsyncIterable<Uint8Array>, progress: (bytes: number) => void) {
  for await (const chunk of chunks) {
    progress(chunk.length);
    yield chunk;
  }
}

function anchorsOf(formats: readonly LogFormat[]): RegExp {
  const texts = new Set(formats.flatMap(({ anchors }) => anchors));
  return new RegExp([...texts].map(literal).join('|'), 'g');
}

function asking(readers: readonly { readonly name: string; readonly reader: LogReader }[]) {
  return (line: Parameters<LogReader['read']>[0]): Read | 'cut' | null => {
    for (const { name, reader } of readers) {
      const found = reader.read(line);
      if (found === 'cut') return found;
      if (found !== null) return { ...found, format: name };
    }
    return null;
  };
}

/** Hands over each line with an anchor in it; the number of the last line of the stretch. */
function readStretch(stretch: Stretch, anchor: RegExp, take: (line: RawLine) => void): number {
  const { text, from, to, first } = stretch;
  let number = first + newlines(text, 0, from);
  let counted = from;
  anchor.lastIndex = from;
  for (let match = anchor.exec(text); match !== null && match.index < to; match = anchor.exec(text)) {
    const start = text.lastIndexOf('\n', match.index - 1) + 1;
    number += newlines(text, counted, start);
    counted = start;
    const newline = text.indexOf('\n', match.index);
    const end = newline < 0 ? text.length : newline;
    take({
      number,
      raw: text.slice(start, end),
      torn: newline < 0,
      above: back => lineAt(text, start, -back),
      below: on => lineAt(text, start, on),
    });
    anchor.lastIndex = Math.max(end, match.index + 1);
  }
  return number + newlines(text, counted, to) + (stretch.torn ? 0 : -1);
}

/** The line so many below (or above, negative) the one that begins at `start`. */
function lineAt(text: string, start: number, by: number): string | null {
  let from = start;
  for (let left = by; left < 0; left += 1) {
    if (from === 0) return null;
    from = text.lastIndexOf('\n', from - 2) + 1;
  }
  for (let left = by; left > 0; left -= 1) {
    const newline = text.indexOf('\n', from);
    if (newline < 0 || newline + 1 >= text.length) return null;
    from = newline + 1;
  }
  const end = text.indexOf('\n', from);
  return text.slice(from, end < 0 ? text.length : end);
}

function looksBinary(text: string): boolean {
  const head = text.slice(0, 4096).replaceAll(PIECE, '');
  const controls = head.match(/[\x00-\x08\x0e-\x1a\x1c-\x1f\ufffd]/g)?.length ?? 0;
  return controls * 10 > head.length;
}

/** Text that does not keep the whole stretch of the log alive which it was cut from. */
function detached(reading: Reading): Reading {
  if (!('text' in reading) || reading.text === null) return reading;
  return { ...reading, text: Buffer.from(reading.text).toString() };
}

function newKeeper(log: number, notes: Notes) {
  const placed: Placed[] = [];
  const byFormat = new Map<string, number>();
  const byLayer = new Map<string, number>();
  const taken = new Set<number>();
  let background = 0;
  let pieces = 0;
  let beyond = 0;
  let otherCalls = 0;

  const count = (counts: Map<string, number>, name: string): void => {
    counts.set(name, (counts.get(name) ?? 0) + 1);
  };
  return {
    isTaken: (number: number) => taken.has(number),
    /** Whether a line is one of very many that are not worth a look. */
    passes({ number, raw }: RawLine, formats: readonly LogFormat[]): boolean {
      if (taken.has(number)) return false;
      for (const format of formats) {
        if (format.dull?.test(raw) === true) {
          background += 1;
          return true;
        }
        if (format.otherCalls?.test(raw) !== true) continue;
        otherCalls += 1;
        if (otherCalls <= MOST_OTHER_CALLS) return false;
        beyond += 1;
        return true;
      }
      return false;
    },
    isEmpty: () => placed.length === 0,
    /** What a reader says when the log is over. */
    add(readings: readonly Reading[], line: number, format: string): void {
      for (const reading of readings)
        placed.push({ reading, log, lines: [line], marks: {}, format, partly: false });
    },
    take({ found, lost }: MendedLine, number: number): void {
      const wasTaken = taken.has(number);
      for (const line of taken) if (line <= number) taken.delete(line);
      let kept = wasTaken;
      for (const { read, bare, lines, repaired } of found) {
        read.taken?.();
        count(byFormat, read.format);
        for (const layer of new Set(bare.layers)) count(byLayer, layer);
        for (const line of lines) if (line > number) taken.add(line);
        if (repaired !== null) notes.add('info', repaired, { log, line: number });
        if (read.lost !== undefined) notes.add('loss', read.lost, { log, line: number });
        const readings = read.readings.filter(({ kind }) => kind !== 'background');
        if (readings.length === 0) continue;
        kept = true;
        if (placed.length >= MOST_READINGS) {
          beyond += 1;
          continue;
        }
        const partly = read.lost !== undefined;
        for (const reading of readings)
          placed.push({
            reading: detached(reading),
            log,
            lines,
            marks: bare.marks,
            format: read.format,
            partly,
          });
      }
      if (kept) return;
      if (lost !== null) {
        pieces += 1;
        notes.add('loss', lost, { log, line: number });
      } else if (found.length > 0) {
        background += 1;
      }
    },
    end: () => ({ placed, background, pieces, beyond, byFormat, byLayer }),
  };
}
