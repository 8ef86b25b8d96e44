/** Which lines of a stretch are worth a look: those with an anchor, but for those that are counted alone. */
import { textOf } from './encodings.js';
import type { LogFormat, LogReader } from './format.js';
import { newNeedles } from './needles.js';
import type { RawLine } from './raw-line.js';
import { runsOf } from './runs.js';
import type { Stretch } from './stretches.js';

/** What is told of lines that are counted alone. */
export interface Passed {
  /** Whether no line from this one on is a part of an earlier record. */
  isFree(number: number): boolean;
  passDull(lines: number): void;
  keepsOtherCalls(): boolean;
  passOtherCalls(lines: number): void;
  keepsReadings(): boolean;
  passRecords(lines: number): void;
}

const LF = 10;

/**
 * Reads one log, stretch after stretch: hands over each line that is worth a look. It is given how many lines stand before
 * the stretch, and returns how many there are with its own.
 */
export function lineReader(
  readers: readonly { readonly format: LogFormat; readonly reader: LogReader }[],
  fields: ReadonlyMap<string, string>,
  passed: Passed,
  take: (line: RawLine) => void,
): (stretch: Stretch, above: number) => number {
  const formats = readers.map(({ format }) => format);
  const anchors = [...new Set(formats.flatMap(format => format.anchors))];
  const needles = newNeedles(anchors);
  // Who says what the fields are called says that nobody knows how their lines look.
  const looks = anchors.map(anchor => looksOf(formats, anchor, fields.size === 0));
  /** Who goes over lines with the anchor that are not worth a look. */
  const passing = anchors.map(anchor =>
    readers.flatMap(({ format, reader }) =>
      format.anchors.includes(anchor) && reader.pass !== undefined ? [reader] : [],
    ),
  );
  const runs = anchors.map(anchor => runsOf(formats.filter(format => format.anchors.includes(anchor))));

  return ({ bytes, from, to, cuts, torn }, above) => {
    let lines = above;
    let latin1: string | null = null;
    let cut = cuts.findIndex(at => at >= from);
    /** The lines of the stretch without the last that goes on; one character a byte. */
    const text = (): string => {
      latin1 ??= bytes.toString('latin1', 0, to);
      return latin1;
    };
    /** How many newlines before `end` the log does not have, of those that were not asked for yet. */
    const cutsBefore = (end: number): number => {
      const before = cut;
      while (cut >= 0 && cut < cuts.length && (cuts[cut] ?? 0) < end) cut += 1;
      return cut - before;
    };
    /** Counts the lines that are not worth a look from one on; the offset behind them, or of that line. */
    const pass = (start: number): number => {
      if (!passed.isFree(lines + 1)) return start;
      const counted = (end: number): number => {
        const count = newlines(text(), start, end) - cutsBefore(end);
        lines += count;
        return count;
      };
      for (const reader of passing[needles.which()] ?? []) {
        const end = reader.pass?.(text(), start) ?? start;
        if (end > start) {
          passed.passDull(counted(end));
          return end;
        }
      }
      const run = runs[needles.which()];
      if (run === undefined) return start;
      let end = run.dull(text(), start);
      if (end > start) {
        passed.passDull(counted(end));
        return end;
      }
      end = run.otherCalls(text(), start);
      if (end > start && passed.keepsOtherCalls()) {
        passed.passOtherCalls(1);
        return start;
      }
      if (end > start) {
        passed.passOtherCalls(counted(end));
        return end;
      }
      if (passed.keepsReadings()) return start;
      end = run.records(text(), start);
      if (end > start) passed.passRecords(counted(end));
      return end;
    };

    let start = from;
    let found = needles.find(bytes, from, to);
    for (;;) {
      if (needles.passed() > 0) start = needles.start();
      lines += needles.passed() - cutsBefore(found < 0 ? to : start);
      if (found < 0) break;
      const look = looks[needles.which()];
      if (
        look != null &&
        !look.some(each => each.test(bytes.toString('latin1', start, lineEnd(bytes, found))))
      ) {
        found = needles.next(bytes, start, to);
        continue;
      }
      const behind = pass(start);
      if (behind > start) {
        start = behind;
        found = needles.find(bytes, start, to);
        continue;
      }
      const newline = bytes.indexOf(LF, found);
      const end = newline < 0 ? bytes.length : newline;
      const begin = start;
      take({
        number: lines + 1,
        raw: textOf(bytes, begin, end),
        torn: newline < 0,
        above: back => lineAt(bytes, begin, -back),
        below: on => lineAt(bytes, begin, on),
      });
      start = end + 1;
      if (newline < 0) break;
      lines += 1 - cutsBefore(start);
      found = needles.find(bytes, start, to);
    }
    return lines + (torn ? 1 : 0);
  };
}

/** How a line with this anchor looks besides; `null` where that does not matter. */
function looksOf(formats: readonly LogFormat[], anchor: string, known: boolean): readonly RegExp[] | null {
  const own = formats.filter(({ anchors }) => anchors.includes(anchor));
  const looks = own.flatMap(format => format.looks ?? []);
  return known && looks.length === own.length ? looks : null;
}

function newlines(text: string, from: number, to: number): number {
  let count = 0;
  for (let at = text.indexOf('\n', from); at >= 0 && at < to; at = text.indexOf('\n', at + 1)) count += 1;
  return count;
}

/** The line so many below (or above, negative) the one that begins at `start`; `null` beyond what is kept. */
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
  return textOf(bytes, from, lineEnd(bytes, from));
}

function lineEnd(bytes: Buffer, from: number): number {
  const newline = bytes.indexOf(LF, from);
  return newline < 0 ? bytes.length : newline;
}
