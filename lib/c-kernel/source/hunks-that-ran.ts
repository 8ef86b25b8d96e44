/** Which hunks of the patches take part in what is compiled, and which do not. */
import type { PatchHeader, PatchHunk } from '../../model/trace.js';
import type { Patch } from './patch.js';
import type { TakenHunk } from './patched-tree.js';
import { remarksIn } from './remarks.js';
import type { Origin, Placed } from './types.js';

/** A line of what was given that is compiled. */
export type CompiledLines = ReadonlySet<string>;

/** `text` and what is `compiled` of it have the same lines, but for those that are left out. */
export function compiledLines(
  files: readonly { readonly text: string; readonly compiled: string; readonly origins: readonly Origin[] }[],
): CompiledLines {
  const found = new Set<string>();
  for (const { text, compiled, origins } of files) {
    const kept = compiled.split('\n').slice(1);
    for (const [at, line] of text.split('\n').entries()) {
      const origin = origins[at];
      if (origin !== undefined && line.trim() !== '' && kept[at] === line) found.add(key(origin));
    }
  }
  return found;
}

/** The lines of parts of files that were compiled. */
export function placedLines(lines: readonly Placed[]): CompiledLines {
  return new Set(lines.filter(({ text }) => text.trim() !== '').map(({ origin }) => key(origin)));
}

/** What takes part: lines of C, and the objects that a Makefile may name. */
export interface Compiled {
  readonly lines: CompiledLines;
  /** By path: `arch/arm64/kvm/rmi.o`. */
  readonly objects: ReadonlySet<string>;
}

/** The patches by name, each with its hunks; `names` are those that have none as well. */
export function patchesOf(
  patches: readonly Pick<Patch, 'name' | 'sections' | 'remarks'>[],
  hunks: readonly TakenHunk[],
  compiled: Compiled,
): readonly PatchHeader[] {
  const names = [...new Set(patches.map(({ name }) => name))];
  return names.map(name => {
    const remarks = remarksIn(patches.filter(patch => patch.name === name));
    return {
      name: name.slice(name.lastIndexOf('/') + 1),
      hunks: hunks.filter(({ patch }) => patch === name).map(taken => stateOf(taken, compiled)),
      ...(remarks.length === 0 ? {} : { remarks }),
    };
  });
}

/** Characters of a changed line. */
const MOST = 200;

function stateOf({ patch, file, hunk, side }: TakenHunk, { lines, objects }: Compiled): PatchHunk {
  const change = (['+', '-'] as const)
    .map(mark => hunk.lines.find(({ text }) => text.startsWith(mark) && text.slice(1).trim() !== ''))
    .find(line => line !== undefined);
  const isCompiled = (origin: Origin): boolean => lines.has(key(origin));
  const changed = hunk.lines.filter(({ text }) => !text.startsWith(' '));
  const ran =
    (side !== null && touched(hunk.lines, side).some(isCompiled)) ||
    changed.some(({ line }) => isCompiled({ name: patch, line })) ||
    names(hunk, file, objects);
  return {
    line: hunk.line,
    file,
    state: ran ? 'ran' : side === null ? 'no-file' : 'unused',
    change: (change?.text ?? '').slice(0, MOST),
  };
}

/** Whether a hunk of a Makefile adds one of the objects that were built. */
function names({ lines }: TakenHunk['hunk'], file: string, objects: ReadonlySet<string>): boolean {
  if (!/(^|\/)Makefile$/.test(file)) return false;
  const folder = file.slice(0, file.lastIndexOf('/') + 1);
  const of = (mark: string): readonly string[] =>
    lines
      .filter(({ text }) => text.startsWith(mark))
      .flatMap(({ text }) => text.match(/[\w/-]+\.o\b/g) ?? []);
  const before = new Set(of('-'));
  return of('+').some(object => !before.has(object) && objects.has(`${folder}${object}`));
}

/** The lines that it adds; where it only takes away, those on both sides of the gap. */
function touched(lines: TakenHunk['hunk']['lines'], side: readonly Origin[]): readonly Origin[] {
  const added: Origin[] = [];
  const around: Origin[] = [];
  let at = 0;
  for (const { text } of lines) {
    if (text.startsWith('-')) {
      around.push(...side.slice(Math.max(0, at - 1), at + 1));
      continue;
    }
    const origin = side[at];
    if (text.startsWith('+') && text.slice(1).trim() !== '' && origin !== undefined) added.push(origin);
    at += 1;
  }
  return added.length > 0 ? added : around;
}

function key({ name, line }: Origin): string {
  return `${line} ${name}`;
}
