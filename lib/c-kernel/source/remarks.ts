/** A reviewer's remarks between the lines of a patch, each with the line that it is about. */
import type { PatchRemark } from '../../model/trace.js';
import type { Hunk, Remark, Section } from './hunks.js';
import type { Patch } from './patch.js';

/** Characters of a remark, and how many are kept: a report is not the mail. */
const MOST_TEXT = 2000;
const MOST = 200;

export function remarksIn(patches: readonly Pick<Patch, 'sections' | 'remarks'>[]): readonly PatchRemark[] {
  const found = patches.flatMap(({ sections, remarks }) =>
    together(remarks).flatMap(each => {
      const text = each
        .map(({ text }) => text)
        .join('\n')
        .trim();
      const [first] = each.filter(({ text }) => text.trim() !== '');
      const about = first?.about ?? null;
      if (first === undefined || about === null) return [];
      const place = sections
        .flatMap(section => section.hunks.map(hunk => ({ section, hunk })))
        .find(isOf(about));
      return place === undefined ? [] : [remarkOf(first.line, text, about, place)];
    }),
  );
  return found.slice(0, MOST);
}

/** Runs of lines behind the same line of the patch. */
function together(remarks: readonly Remark[]): readonly (readonly Remark[])[] {
  const runs: Remark[][] = [];
  for (const remark of remarks) {
    const last = runs.at(-1)?.at(-1);
    if (last !== undefined && last.about === remark.about && last.line + 1 === remark.line)
      runs.at(-1)?.push(remark);
    else runs.push([remark]);
  }
  return runs;
}

interface PlaceOf {
  readonly section: Section;
  readonly hunk: Hunk;
}

const isOf =
  (line: number) =>
  ({ hunk }: PlaceOf): boolean =>
    hunk.lines.some(each => each.line === line);

function remarkOf(line: number, text: string, behind: number, { section, hunk }: PlaceOf): PatchRemark {
  const before = hunk.lines.filter(each => each.line <= behind);
  // An empty line is what stands between two of them.
  const about = before.findLast(each => each.text.slice(1).trim() !== '') ?? before.at(-1);
  return {
    line,
    text: text.slice(0, MOST_TEXT),
    file: section.to ?? section.from ?? '',
    about: about?.line ?? behind,
    on: (about?.text ?? '').slice(0, 200),
    in: functionAt(
      before.map(each => each.text.slice(1)),
      hunk.heading,
    ),
  };
}

/** The function that begins last before a line; `null` where none is to be seen. */
function functionAt(before: readonly string[], heading: string): string | null {
  for (const text of [...before.toReversed(), heading]) {
    const [, name] = /^[a-z_][^;=]*?\b(\w+)\s*\([^;]*$/i.exec(text) ?? [];
    if (name !== undefined) return name;
  }
  return null;
}
