/** Puts hunks into a file at hand, with where every line came from. */
import { bad, good, type Result, trouble } from '../../model/result.js';
import type { Hunk } from './hunks.js';
import { type OpenLine, type OpenLines, openLines } from './open-lines.js';
import type { CutFile, Origin } from './types.js';

/** A file, line by line, with where each of them came from. */
export interface AtHand {
  readonly path: string;
  readonly lines: readonly string[];
  readonly origins: readonly Origin[];
  /** Where the patch that creates it was trimmed. */
  readonly cut: CutFile | null;
}

export interface Changed {
  readonly file: AtHand;
  /** For each hunk, where the lines of its new side came from. */
  readonly sides: readonly (readonly Origin[])[];
}

/** One hunk at a time, so that the one that does not apply can be named. */
export function changedBy(file: AtHand, hunks: readonly Hunk[], name: string): Result<Changed> {
  const open = openLines(file.lines, file.origins);
  const sides: (readonly Origin[])[] = [];
  for (const hunk of hunks) {
    if (!hunk.whole) {
      const promised = `${hunk.oldLines} and ${hunk.newLines}`;
      const what = `the hunk against ${file.path} is incomplete: its @@ line promises ${promised} lines, before and after`;
      return bad(
        trouble('bad-patch', what, { file: name, line: hunk.line }, 'give the patch as it was sent'),
      );
    }
    const side = putInto(open, hunk, name);
    if (side === null) return doesNotApply(fileOf(file, open), hunk, name);
    sides.push(side);
  }
  return good({ file: fileOf(file, open), sides });
}

function fileOf(file: AtHand, open: OpenLines): AtHand {
  const lines = open.all();
  return { ...file, lines: lines.map(({ text }) => text), origins: lines.map(({ origin }) => origin) };
}

/**
 * The origins of its new side; `null` where it does not apply. The file's earlier hunks are in: so the place to look for is
 * that of the new side.
 */
function putInto(open: OpenLines, hunk: Hunk, name: string): readonly Origin[] | null {
  // An empty side names the line before it.
  const start = hunk.newStart + (hunk.newLines === 0 ? 1 : 0);
  const old = hunk.lines.flatMap(({ text }) => (text.startsWith('+') ? [] : [text.slice(1)]));
  const at = placeOf(open, old, Math.max(0, Math.min(start - 1, open.count())));
  if (at === null) return null;
  const kept = open.take(at, old.length).values();
  const side: OpenLine[] = [];
  for (const { text, line } of hunk.lines) {
    const before = text.startsWith('+') ? undefined : kept.next().value;
    if (!text.startsWith('-')) side.push(before ?? { text: text.slice(1), origin: { name, line } });
  }
  open.put(side);
  return side.map(({ origin }) => origin);
}

/** Where the old side stands, exactly, as near as can be to where it should; of two places as near the later one. */
function placeOf(open: OpenLines, old: readonly string[], near: number): number | null {
  const isAt = (at: number) => old.every((line, i) => open.at(at + i)?.text === line);
  if (isAt(near)) return near;
  const last = open.count() - old.length;
  for (let far = 1; near + far <= last || near - far >= 0; far++) {
    if (near + far <= last && isAt(near + far)) return near + far;
    if (near - far >= 0 && near - far <= last && isAt(near - far)) return near - far;
  }
  return null;
}

function doesNotApply(file: AtHand, hunk: Hunk, name: string): Result<never> {
  const before = hunk.lines.filter(({ text }) => !text.startsWith('+'));
  const here = new Set(file.lines);
  const absent = before.find(({ text }) => !here.has(text.slice(1)));
  const culprit = absent ?? before[0];
  const how = absent === undefined ? 'its lines are not together there' : 'it has no such line';
  const found = culprit === undefined ? '' : `: ${how}: “${culprit.text.slice(1).trim()}”`;
  const after = hunk.lines.filter(({ text }) => text.startsWith('+'));
  const isIn = after.length > 0 && after.every(({ text }) => here.has(text.slice(1)));
  return bad(
    trouble(
      'bad-patch',
      `the hunk does not apply to ${file.path} around line ${hunk.oldStart}${found}`,
      { file: name, line: culprit?.line ?? hunk.line },
      isIn
        ? 'leave the patch out: what it adds is in the file already'
        : 'give the base that the patch applies to',
    ),
  );
}
