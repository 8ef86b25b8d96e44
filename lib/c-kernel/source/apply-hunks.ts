/** Puts hunks into a file at hand, with where every line came from. */
import { applyPatch } from 'diff';
import { bad, good, type Result, trouble } from '../../model/result.js';
import type { Hunk } from './hunks.js';
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
  let now = file;
  const sides: (readonly Origin[])[] = [];
  for (const hunk of hunks) {
    if (!hunk.whole) {
      const promised = `${hunk.oldLines} and ${hunk.newLines}`;
      const what = `the hunk against ${file.path} is incomplete: its @@ line promises ${promised} lines, before and after`;
      return bad(
        trouble('bad-patch', what, { file: name, line: hunk.line }, 'give the patch as it was sent'),
      );
    }
    const next = withHunk(now, hunk, name);
    if (next === null) return doesNotApply(now, hunk, name);
    now = next.file;
    sides.push(next.side);
  }
  return good({ file: now, sides });
}

/** `null` where it does not apply. The file's earlier hunks are in: so the place to look for is that of the new side. */
function withHunk(
  file: AtHand,
  hunk: Hunk,
  name: string,
): { readonly file: AtHand; readonly side: readonly Origin[] } | null {
  const { oldLines, newLines, newStart } = hunk;
  // An empty side names the line before it.
  const start = newStart + (newLines === 0 ? 1 : 0);
  const oldStart = Math.min(start, file.lines.length + 1);
  const structured = {
    oldStart,
    oldLines,
    newStart: oldStart,
    newLines,
    lines: hunk.lines.map(({ text }) => text),
  };
  const patched = applyPatch(
    // Without the end of the last line, which the library takes for one more.
    file.lines.join('\n'),
    { oldFileName: '', newFileName: '', oldHeader: '', newHeader: '', index: '', hunks: [structured] },
    { autoConvertLineEndings: false },
  );
  if (patched === false) return null;
  const lines = patched.split('\n');
  const side = hunk.lines.filter(({ text }) => !text.startsWith('-'));
  const at = placeIn(
    lines,
    side.map(({ text }) => text.slice(1)),
    oldStart - 1,
    file,
    oldLines,
  );
  const before = file.origins.slice(at, at + oldLines).values();
  const inside = hunk.lines.flatMap(({ text, line }) => {
    const kept = text.startsWith('+') ? undefined : before.next().value;
    return text.startsWith('-') ? [] : [kept ?? { name, line }];
  });
  const origins = [...file.origins.slice(0, at), ...inside, ...file.origins.slice(at + oldLines)];
  return { file: { ...file, lines, origins }, side: inside };
}

/** Where the new side went: as near as can be to where it was looked for, the rest of the file unchanged around it. */
function placeIn(
  lines: readonly string[],
  side: readonly string[],
  near: number,
  file: AtHand,
  old: number,
): number {
  const tail = lines.length - side.length;
  for (let far = 0; far <= lines.length; far += 1) {
    for (const at of far === 0 ? [near] : [near + far, near - far]) {
      const isThere = at >= 0 && at <= tail && side.every((line, i) => lines[at + i] === line);
      if (isThere && lines[at - 1] === file.lines[at - 1] && lines[at + side.length] === file.lines[at + old])
        return at;
    }
  }
  return near;
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
