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
  const tops = new Map<string, readonly Placed[]>();
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
    tops.set(file, topLevel(tops.get(file) ?? [], lines));
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
 * The runs of added lines that begin at the left edge. A later patch may change what an earlier one added: a line that it
 * takes away gives its place to what stands there instead.
 */
function topLevel(before: readonly Placed[], lines: readonly Marked[]): readonly Placed[] {
  const kept = [...before];
  let run: Marked[] = [];
  let replaced = -1;
  const end = (): void => {
    const first = run.find(({ text }) => text.trim() !== '');
    const isTop = first !== undefined && /^\S/.test(first.text);
    if (replaced >= 0) kept.splice(replaced, 0, ...run);
    else if (isTop) kept.push(...run);
    run = [];
    replaced = -1;
  };
  for (const line of lines) {
    if (line.mark === '+') {
      run.push(line);
      continue;
    }
    if (run.length > 0) end();
    const at = line.mark === '-' ? kept.findIndex(({ text }) => text === line.text) : -1;
    if (at >= 0) {
      kept.splice(at, 1);
      replaced = replaced < 0 ? at : replaced;
    } else {
      replaced = -1;
    }
  }
  end();
  return kept;
}
