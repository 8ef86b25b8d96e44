/** The files at hand: what a patch created, what was given, what a tree has. Patches are applied to them in order. */
import { bad, good, type Result, trouble } from '../../model/result.js';
import { type AtHand, changedBy } from './apply-hunks.js';
import type { Hunk, Section } from './hunks.js';
import type { Patch } from './patch.js';
import { isOutside, sameEnd } from './patch-paths.js';
import type { GivenTree, NotAtHand, Origin } from './types.js';

export interface Folder {
  /** `null` where there is none of that path, or where a patch deleted it. Troubles: those of the tree's reader. */
  read(path: string): Promise<Result<AtHand | null>>;
  /** What was given or patched, by path. A tree's files are not all here. */
  readonly files: ReadonlyMap<string, AtHand>;
  /** The paths of those that no patch brought. */
  readonly given: ReadonlySet<string>;
  readonly notAtHand: () => readonly NotAtHand[];
  /** Every hunk of every patch so far, in order. */
  readonly hunks: () => readonly TakenHunk[];
  /** Trouble: `bad-patch`. */
  apply(patch: Patch): Promise<Result<null>>;
}

/** A hunk, and what became of it. */
export interface TakenHunk {
  readonly patch: string;
  /** The path that it changes. */
  readonly file: string;
  readonly hunk: Hunk;
  /** Where each line of its new side came from; `null` where the file is not at hand. */
  readonly side: readonly Origin[] | null;
}

export function textOf({ lines }: AtHand): string {
  return lines.map(line => `${line}\n`).join('');
}

/** A file whose every line is from where it stands. */
export function asGiven(path: string, name: string, text: string): AtHand {
  const lines = text
    .replace(/^\ufeff/, '')
    .split('\n')
    .map(line => (line.endsWith('\r') ? line.slice(0, -1) : line));
  if (lines.at(-1) === '') lines.pop();
  return { path, lines, origins: lines.map((_, at) => ({ name, line: at + 1 })), cut: null };
}

export function folderOf(given: readonly AtHand[], tree: GivenTree | null): Folder {
  const files = new Map(given.map(file => [file.path, file]));
  const gone = new Set<string>();
  const absent = new Map<string, number>();
  const taken: TakenHunk[] = [];

  const read = async (path: string): Promise<Result<AtHand | null>> => {
    const here = files.get(path);
    if (here !== undefined || gone.has(path) || tree === null || isOutside(path)) return good(here ?? null);
    const text = await tree.read(path);
    if (!text.ok) return text;
    return good(text.value === null ? null : asGiven(path, `${tree.name}/${path}`, text.value));
  };
  /** A C file given by itself may be named by the end of its path only. */
  const find = async (path: string): Promise<Result<AtHand | null>> => {
    const found = await read(path);
    if (!found.ok || found.value !== null) return found;
    const alone = gone.has(path) ? undefined : given.find(file => sameEnd(file.path, path));
    return good(alone === undefined ? null : (files.get(alone.path) ?? null));
  };
  const put = (file: AtHand): void => {
    files.set(file.path, file);
    gone.delete(file.path);
  };

  const applySection = async (section: Section, name: string): Promise<Result<null>> => {
    const { from, to } = section;
    if (from === null) return create(section, to ?? '', name);
    const found = await find(from);
    if (!found.ok) return found;
    const file = found.value;
    // Of a file that is not whole nothing is certain: what changes it is not at hand either.
    if (file === null || file.cut !== null) {
      absent.set(to ?? from, (absent.get(to ?? from) ?? 0) + section.hunks.length);
      for (const hunk of section.hunks) taken.push({ patch: name, file: to ?? from, hunk, side: null });
      return good(null);
    }
    if (to === null || to !== from) {
      files.delete(file.path);
      gone.add(file.path);
    }
    if (to === null) {
      for (const hunk of section.hunks) taken.push({ patch: name, file: from, hunk, side: [] });
      return good(null);
    }
    const changed = changedBy(file, section.hunks, name);
    if (!changed.ok) return changed;
    put({ ...changed.value.file, path: to === from ? file.path : to });
    for (const [at, hunk] of section.hunks.entries())
      taken.push({ patch: name, file: to, hunk, side: changed.value.sides[at] ?? [] });
    return good(null);
  };

  const create = async (section: Section, path: string, name: string): Promise<Result<null>> => {
    const [hunk] = section.hunks;
    if (hunk === undefined || isOutside(path)) return good(null);
    const file = created(path, hunk, name);
    const there = await find(path);
    if (!there.ok) return there;
    const before = there.value;
    taken.push({ patch: name, file: path, hunk, side: file.origins });
    if (before === null || before.cut !== null) put(file);
    else if (file.cut === null && textOf(file) !== textOf(before)) {
      const [other] = before.origins;
      const what = `${path} is created here, but exists already with other content (${other?.name}:${other?.line})`;
      return bad(
        trouble('bad-patch', what, { file: name, line: hunk.line }, 'give one revision of the patch'),
      );
    }
    return good(null);
  };

  return {
    read,
    files,
    given: new Set(given.map(({ path }) => path)),
    hunks: () => taken,
    notAtHand: () => [...absent].map(([path, hunks]) => ({ path, hunks })),
    async apply({ sections, name }) {
      for (const section of sections) {
        const applied = await applySection(section, name);
        if (!applied.ok) return applied;
      }
      return good(null);
    },
  };
}

function created(path: string, hunk: Hunk, name: string): AtHand {
  const added = hunk.lines.filter(({ text }) => text.startsWith('+'));
  const where = { name, line: hunk.line };
  return {
    path,
    lines: added.map(({ text }) => text.slice(1)),
    origins: added.map(({ line }) => ({ name, line })),
    cut: hunk.whole ? null : { path, where, has: added.length, of: hunk.newLines },
  };
}
