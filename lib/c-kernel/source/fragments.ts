/**
 * What hunks add to files that are not compiled, mostly since they are not at hand, as C that stands by itself: definitions at a file's top level, members of
 * struct kvm_arch, rows of a table of ID registers, and the call of the check in kvm_arm_init.
 */
import { callIn } from './call-site.js';
import type { Hunk } from './hunks.js';
import type { TakenHunk } from './patched-tree.js';
import type { CallSite, Placed, TableRows } from './types.js';

export interface Fragments {
  /** By path: what is added at the top level of each file. */
  readonly tops: ReadonlyMap<string, readonly Placed[]>;
  /** Of struct kvm_arch, those that the queries look at. */
  readonly members: readonly Placed[];
  readonly rows: readonly TableRows[];
  /** Of the last patch that has one; `null` where none has. */
  readonly call: CallSite | null;
}

/** `isCompiled`: whether the file of that path is compiled as it is, if it is at hand. */
export function fragmentsOf(taken: readonly TakenHunk[], isCompiled: (path: string) => boolean): Fragments {
  const absent = taken.filter(({ file, hunk }) => !isCompiled(file) && hunk.whole);
  const tops = new Map<string, Placed[]>();
  const members: Placed[] = [];
  const rows: TableRows[] = [];
  let call: CallSite | null = null;
  for (const { patch, file, hunk } of absent) {
    if (!/\.[ch]$/.test(file)) continue;
    const lines = marked(hunk, patch);
    const found = tableRows(lines, hunk.heading);
    const at = rows.findIndex(({ table }) => table === found?.table);
    if (found !== null) rows.splice(at < 0 ? rows.length : at, 1, together(found, rows[at]));
    members.push(...kvmArchMembers(lines, hunk.heading));
    if (file.endsWith('arch/arm64/kvm/arm.c')) call = callIn(lines.filter(isNew)) ?? call;
    const kept = tops.get(file) ?? [];
    tops.set(file, kept);
    keepTopLevel(kept, lines);
  }
  return { tops, members, rows, call };
}

export function bothOf(first: Fragments, second: Fragments): Fragments {
  return {
    tops: new Map([...first.tops, ...second.tops]),
    members: [...first.members, ...second.members],
    rows: [...first.rows, ...second.rows],
    call: second.call ?? first.call,
  };
}

interface Marked extends Placed {
  readonly mark: string;
}

const isNew = ({ mark }: Marked): boolean => mark !== '-';

function marked({ lines }: Hunk, name: string): readonly Marked[] {
  return lines.map(({ text, line }) => ({
    mark: text.slice(0, 1),
    text: text.slice(1),
    origin: { name, line },
  }));
}

/** What stands before a line and decides what it is part of: the last line that begins something, or the heading. */
function within(lines: readonly Marked[], at: number, heading: string): string {
  return (
    lines.slice(0, at).findLast(({ mark, text }) => mark === ' ' && /^[a-z_]/i.test(text))?.text ?? heading
  );
}

const TABLE = /\bstruct arm64_ftr_bits (ftr_\w+)\[\]/;

function tableRows(lines: readonly Marked[], heading: string): TableRows | null {
  const at = lines.findIndex(({ mark }) => mark !== ' ');
  const [, table] = TABLE.exec(within(lines, at, heading)) ?? [];
  if (table === undefined) return null;
  const inside = (mark: string): readonly Placed[] =>
    lines.filter(line => line.mark === mark && /^\s/.test(line.text));
  return { table, added: inside('+'), removed: inside('-') };
}

function together(
  later: TableRows,
  { added, removed }: Pick<TableRows, 'added' | 'removed'> = NO_ROWS,
): TableRows {
  return { ...later, added: [...added, ...later.added], removed: [...removed, ...later.removed] };
}

const NO_ROWS = { added: [], removed: [] } as const;

function kvmArchMembers(lines: readonly Marked[], heading: string): readonly Placed[] {
  return lines.filter(
    ({ mark, text }, at) =>
      mark === '+' &&
      /^\s.*\b(is_realm|realm)\b[^()]*;/.test(text) &&
      /^struct kvm_arch\b/.test(within(lines, at, heading)),
  );
}

/**
 * Adds the runs of added lines that begin at the left edge to those kept of earlier hunks. A later patch may change what an earlier one added: a line that it
 * takes away gives its place to what stands there instead, and a line that it adds inside goes behind the one before it.
 */
function keepTopLevel(kept: Placed[], lines: readonly Marked[]): void {
  let run: Marked[] = [];
  let place = -1;
  const end = (): void => {
    const first = run.find(({ text }) => text.trim() !== '');
    const isTop = first !== undefined && /^\S/.test(first.text);
    if (place >= 0) kept.splice(place, 0, ...run);
    else if (isTop) for (const line of run) kept.push(line);
    run = [];
    place = -1;
  };
  for (const [nth, line] of lines.entries()) {
    if (line.mark === '+') {
      if (run.length === 0 && place < 0 && /^\s/.test(line.text))
        place = behind(kept, lines.slice(Math.max(0, nth - LOOKS_BACK), nth));
      run.push(line);
      continue;
    }
    if (run.length > 0) end();
    const at =
      line.mark === '-' ? standing(kept, line, lines.slice(Math.max(0, nth - LOOKS_BACK), nth)).at : -1;
    if (at >= 0) kept.splice(at, 1);
    place = at >= 0 && place < 0 ? at : at >= 0 ? place : -1;
  }
  end();
}

/** Behind the last line of a hunk so far, if that and the one before it were added earlier; else -1. */
function behind(kept: readonly Placed[], above: readonly Marked[]): number {
  const last = above.at(-1);
  if (last === undefined || kept.length === 0) return -1;
  const { at, alike } = standing(kept, last, above.slice(0, -1));
  return alike > 0 ? at + 1 : -1;
}

/** How many lines before one are looked at to tell it from others of the same text. */
const LOOKS_BACK = 16;

/**
 * Where a line of a hunk stands among those that are kept, -1 where it does not: of several of its text the one with the
 * most lines before it that are `above` it in the hunk, too.
 */
function standing(
  kept: readonly Placed[],
  { text }: Placed,
  above: readonly Marked[],
): { readonly at: number; readonly alike: number } {
  const near = above.filter(isNew);
  let found = { at: -1, alike: -1 };
  for (const [at, line] of kept.entries()) {
    if (line.text !== text) continue;
    let alike = 0;
    while (alike < near.length && kept[at - 1 - alike]?.text === near.at(-1 - alike)?.text) alike++;
    if (alike > found.alike) found = { at, alike };
  }
  return found;
}
