/** Reads one log: every record of it that a format knows, in order, and what became of each of its lines. */
import { textOf } from './encodings.js';
import type { LogFormat, LogReader, Reading } from './format.js';
import type { Read } from './joins.js';
import type { Marks } from './line.js';
import { type MendedLine, mendedLine } from './mend.js';
import type { Notes } from './notes.js';
import { lineReader } from './read-lines.js';
import { PIECE, stretches } from './stretches.js';

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
  /** The end of the log told it, and not the line that it is put at, which is the last. */
  readonly atEnd?: true;
}

export interface Collected {
  readonly placed: readonly Placed[];
  readonly lines: number;
  /** Lines that hold nothing but calls of realms and the like. */
  readonly background: number;
  /** Lines that begin with a piece of a record that nobody could read. */
  readonly pieces: number;
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
  const readers = formats.map(format => ({ name: format.name, format, reader: format.open(options) }));
  const asked = asking(readers);
  const kept = newKeeper(log, notes);
  const readLines = lineReader(readers, options.fields, kept, line => {
    kept.take(mendedLine(line, asked, kept.isTaken), line.number);
  });
  let lines = 0;
  let binary: boolean | null = null;
  const counted = options.progress === undefined ? chunks : counting(chunks, options.progress);
  for await (const stretch of stretches(counted)) {
    if (binary === null) {
      const head = textOf(stretch.bytes, 0, Math.min(BEGINNING, stretch.bytes.length));
      binary = looksBinary(head);
      if (JSON_ARRAY.test(head)) notes.add('loss', UNREAD_ARRAY, { log, line: 1 });
    }
    lines = readLines(stretch, lines);
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

const BEGINNING = 4096;

/** An array of records or of lines, the second of them on the line of the first or too far to be seen. */
const JSON_ARRAY =
  /^\s*(?:\{\s*"\w{1,40}":\s*)?\[\s*(?:\{"(?:[^\n]*?\}\s*,[^\S\n]*\{"|[^\n]{2000})|"(?:[^"\\\n]|\\.)*",[^\S\n]*")/;
const UNREAD_ARRAY =
  "a JSON array on one line, which is not read element by element: write one to a line with `jq -c '.[]'` (of dmesg -J, `'.dmesg[]'`)";

function looksBinary(text: string): boolean {
  const head = text.replaceAll(PIECE, '');
  const controls = head.match(/[\x00-\x08\x0e-\x1a\x1c-\x1f\ufffd]/g)?.length ?? 0;
  return controls * 10 > head.length;
}

function newKeeper(log: number, notes: Notes) {
  const placed: Placed[] = [];
  const taken = new Set<number>();
  let background = 0;
  let pieces = 0;
  let beyond = 0;
  let otherCalls = 0;

  return {
    isTaken: (number: number) => taken.has(number),
    /** Whether no line from this one on is a part of an earlier record. */
    isFree(number: number): boolean {
      for (const line of taken) if (line >= number) return false;
      return true;
    },
    passDull(lines: number): void {
      background += lines;
    },
    /** Whether calls outside the handshake are still kept. */
    keepsOtherCalls: () => otherCalls < MOST_OTHER_CALLS,
    /** Whether there is room for more readings. */
    keepsReadings: () => placed.length < MOST_READINGS,
    passRecords(lines: number): void {
      beyond += lines;
    },
    passOtherCalls(lines: number): void {
      if (otherCalls >= MOST_OTHER_CALLS) beyond += lines;
      otherCalls += lines;
    },
    isEmpty: () => placed.length === 0,
    /** What a reader says when the log is over. */
    add(readings: readonly Reading[], line: number, format: string): void {
      for (const reading of readings)
        placed.push({ reading, log, lines: [line], marks: {}, format, partly: false, atEnd: true });
    },
    take({ found, lost }: MendedLine, number: number): void {
      const wasTaken = taken.has(number);
      for (const line of taken) if (line <= number) taken.delete(line);
      let kept = wasTaken;
      for (const { read, bare, lines, repaired } of found) {
        read.taken?.();
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
    end: () => ({ placed, background, pieces, beyond }),
  };
}
