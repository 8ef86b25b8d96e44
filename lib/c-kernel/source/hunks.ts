/**
 * Reads a unified diff out of a mail: quoted at any depth, with a reviewer's words anywhere. What belongs to a hunk
 * is told by the counts in its first line, and by the quote marks that stand before it.
 */

import type { Line } from '../../mail/lines.js';
import { quoteOf, underQuote } from '../../mail/quote.js';
import { parseCount } from '../../model/count.js';
import { type Names, namesOf } from './patch-paths.js';

export interface Hunk {
  readonly oldStart: number;
  readonly oldLines: number;
  readonly newStart: number;
  readonly newLines: number;
  /** Each with its ` `, `+` or `-` before it. The marks for a missing last newline are left out. */
  readonly lines: readonly Line[];
  /** The line that its `@@` stands in. */
  readonly line: number;
  /** What stands behind its second `@@`: the last line before it that begins a function, a type or a table. */
  readonly heading: string;
  /** As many lines as it promises. */
  readonly whole: boolean;
}

/** A line that a reviewer wrote between the lines of a hunk, or what else is none of its lines. */
export interface Remark extends Line {
  /** The line of the hunk that stands before it; `null` where it is of another diff. */
  readonly about: number | null;
}

/** What a patch does to one file. */
export interface Section extends Names {
  /** The quote marks before it. */
  readonly quote: string;
  readonly line: number;
  readonly hunks: readonly Hunk[];
}

export interface Diff {
  readonly sections: readonly Section[];
  /** The lines inside hunks that are not of them. */
  readonly remarks: readonly Remark[];
  /** Hunks before which no file was named. */
  readonly nameless: readonly number[];
}

type Open = { -readonly [K in keyof Hunk]: Hunk[K] } & {
  readonly lines: Line[];
  readonly quote: string;
  old: number;
  new: number;
  remarks: Remark[];
};

export function readDiff(lines: readonly Line[]): Diff {
  const sections: (Section & { readonly hunks: Hunk[]; readonly header: Line[] })[] = [];
  const remarks: Remark[] = [];
  const nameless: number[] = [];
  let open: Open | null = null;

  const close = (): void => {
    // One by one: a call has room for some hundred thousand values, a mail for more lines.
    for (const remark of open === null ? [] : inside(open)) remarks.push(remark);
    open = null;
  };

  for (const [at, line] of lines.entries()) {
    const hunk = open as Open | null;
    const quote = hunk?.quote ?? quoteOf(line.text);
    const body = underQuote(line.text, quote);
    const next = underQuote(lines[at + 1]?.text ?? '', quote) ?? '';
    if (hunk !== null) {
      const isOver = body !== null && (begins(body, next) || isSignature(body, next));
      if (body !== null && !(isOver && cannotHold(hunk, body)) && taken(hunk, body, line.line)) {
        if (hunk.old + hunk.new === 0) close();
        continue;
      }
      if (!isOver) {
        hunk.remarks.push({ ...line, about: hunk.lines.at(-1)?.line ?? null });
        continue;
      }
      close();
    }
    if (body === null) continue;
    const counts = HUNK.exec(body);
    const section = sections.at(-1);
    if (counts !== null) {
      open = opened(counts, quote, line.line);
      // A hunk of another depth than its file's is somebody's quotation.
      if (section === undefined || section.quote !== quote) nameless.push(line.line);
      else section.hunks.push(open);
      if (open.old + open.new === 0) close();
    } else if (startsSection(body, next, section)) {
      sections.push({
        quote,
        line: line.line,
        hunks: [],
        header: [{ ...line, text: body }],
        ...namesOf([body]),
      });
    } else if (section?.hunks.length === 0 && section.quote === quote && isHeader(body)) {
      // git writes seven such lines at most.
      if (section.header.length < 20) section.header.push({ ...line, text: body });
      Object.assign(section, namesOf(section.header.map(({ text }) => text)));
    }
  }
  close();
  return { sections, remarks, nameless };
}

const HUNK = /^@@ -(\d{1,9})(?:,(\d{1,9}))? \+(\d{1,9})(?:,(\d{1,9}))? @@(.{0,400})/;

const begins = (body: string, next: string): boolean =>
  HUNK.test(body) || body.startsWith('diff --git ') || (body.startsWith('--- ') && next.startsWith('+++ '));

const isHeader = (body: string): boolean =>
  /^(--- |\+\+\+ |index |(old|new|new file|deleted file) mode |(dis)?similarity index |(rename|copy) (from|to) )/.test(
    body,
  );

/** What `git format-patch` ends a mail with. */
const isSignature = (body: string, next: string): boolean => /^-- ?$/.test(body) && /^\d+\.\d/.test(next);

/** `--- ` after a `diff --git ` belongs to it. */
function startsSection(
  body: string,
  next: string,
  last: (Section & { readonly header: Line[] }) | undefined,
): boolean {
  if (body.startsWith('diff --git ')) return true;
  if (!body.startsWith('--- ') || !next.startsWith('+++ ')) return false;
  const isOfIt = last?.hunks.length === 0 && last.header[0]?.text.startsWith('diff --git ') === true;
  return !isOfIt || last.header.some(({ text }) => text.startsWith('--- '));
}

function opened([, a, b, c, d, heading = '']: RegExpExecArray, quote: string, line: number): Open {
  const count = (text: string | undefined): number => parseCount(text) ?? 1;
  const [oldStart, oldLines, newStart, newLines] = [count(a), count(b), count(c), count(d)];
  return {
    ...{ oldStart, oldLines, newStart, newLines, lines: [], line, heading: heading.trim() },
    whole: oldLines + newLines === 0,
    ...{ quote, old: oldLines, new: newLines, remarks: [] },
  };
}

/** The first line of another file may look like a line that is removed: it is one only where the count has room. */
function cannotHold(hunk: Open, body: string): boolean {
  return !body.startsWith('-') || isSignature(body, '0.0') || hunk.old === 0;
}

/** Takes a line into the hunk, if it is one that the counts have room for. */
function taken(hunk: Open, body: string, line: number): boolean {
  // Mail programs cut white space at the end: an empty line is an unchanged empty line.
  const text = body === '' ? ' ' : body;
  const mark = text[0];
  if (mark === '\\') return /^\\ No newline/.test(text);
  const isOld = mark === ' ' || mark === '-';
  const isNew = mark === ' ' || mark === '+';
  if ((!isOld && !isNew) || (isOld && hunk.old === 0) || (isNew && hunk.new === 0)) return false;
  hunk.lines.push({ text, line });
  hunk.old -= isOld ? 1 : 0;
  hunk.new -= isNew ? 1 : 0;
  hunk.whole = hunk.old + hunk.new === 0;
  return true;
}

/** Of a hunk that never ended, remarks are what stands between its lines: what follows the last is not inside. */
function inside(hunk: Open): readonly Remark[] {
  if (hunk.whole) return hunk.remarks;
  const last = hunk.lines.at(-1)?.line ?? hunk.line;
  return hunk.remarks.filter(({ line }) => line < last);
}
