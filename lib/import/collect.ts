/** Reads one log: every record of it that a format knows, in order, and what became of each of its lines. */
import { textOf } from './encodings.js';
import type { LogFormat, LogReader, Reading } from './format.js';
import type { Read } from './joins.js';
import type { Marks } from './line.js';
import { type MendedLine, mendedLine } from './mend.js';
import { type Needles, newNeedles } from './needles.js';
import type { Notes } from './notes.js';
import type { RawLine } from './raw-line.js';
import { PIECE, type Stretch, stretches } from './stretches.js';

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
  const anchors = newNeedles(formats.flatMap(format => format.anchors));
  const asked = asking(readers);
  const kept = newKeeper(log, notes);
  let lines = 0;
  let binary: boolean | null = null;
  const counted = options.progress === undefined ? chunks : counting(chunks, options.progress);
  for await (const stretch of stretches(counted)) {
    binary ??= looksBinary(textOf(stretch.bytes, 0, Math.min(BEGINNING, stretch.bytes.length)));
    lines = readStretch(stretch, anchors, lines, line => {
      if (!kept.passes(line, formats)) kept.take(mendedLine(line, asked, kept.isTaken), line.number);
    });
  }
  for (const { name, reader } of readers) {
    const last = Math.max(1, lines);
    for (const what of reader.remarks?.() ?? []) notes.add('error', what, { log, line: last });
    kept.add(reader.end?.(last) ?? [], last, name);
  }
  return { ...kept.end(), lines, binary: binary === true && kept.isEmpty() };
}

async function* counting(chunks: AsyncIterable<Uint8Array>, progress: (bytes: number) => void) {
  for await (const chunk of chunks) {
    progress(chunk.length);
    yield chunk;
  }
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

const LF = 10;

/** Hands over each line with an anchor in it; `above`: how many lines stand before the stretch; with its own, how many then. */
function readStretch(
  { bytes, from, to, cuts, torn }: Stretch,
  anchors: Needles,
  above: number,
  take: (line: RawLine) => void,
): number {
  let lines = above;
  let cut = cuts.findIndex(at => at >= from);
  /** A newline that the log does not have ends no line of it. */
  const withoutCuts = (end: number): number => {
    const before = cut;
    while (cut >= 0 && cut < cuts.length && (cuts[cut] ?? 0) < end) cut += 1;
    return cut - before;
  };
  for (let at = from; at < to; ) {
    const found = anchors.find(bytes, at, to);
    lines += anchors.passed() - withoutCuts(found < 0 ? to : anchors.start());
    if (found < 0) break;
    const start = anchors.start();
    const newline = bytes.indexOf(LF, found);
    const end = newline < 0 ? bytes.length : newline;
    take({
      number: lines + 1,
      raw: textOf(bytes, start, end),
      torn: newline < 0,
      above: back => lineAt(bytes, start, -back),
      below: on => lineAt(bytes, start, on),
    });
    at = end + 1;
    if (newline >= 0) lines += 1 - withoutCuts(at);
  }
  return lines + (torn ? 1 : 0);
}

/** The line so many below (or above, negative) the one that begins at `start`. */
function lineAt(bytes: Buffer, start: number, by: number): string | null {
  let from = start;
  for (let left = by; left < 0; left += 1) {
    if (from === 0) return null;
    from = from === 1 ? 0 : bytes.lastIndexOf(LF, from - 2) + 1;
  }
  for (let left = by; left > 0; left -= 1) {
    const newline = bytes.indexOf(LF, from);
    if (newline < 0 || newline + 1 >= bytes.length) return null;
    from = newline + 1;
  }
  const end = bytes.indexOf(LF, from);
  return textOf(bytes, from, end < 0 ? bytes.length : end);
}

const BEGINNING = 4096;

function looksBinary(text: string): boolean {
  const head = text.replaceAll(PIECE, '');
  const controls = head.match(/[\x00-\x08\x0e-\x1a\x1c-\x1f\ufffd]/g)?.length ?? 0;
  return controls * 10 > head.length;
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
            reading,
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
