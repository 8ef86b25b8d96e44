/** Which hunks of the patches take part in what is compiled, and which do not. */
import type { PatchHeader, PatchHunk } from '../../model/trace.js';
import type { TakenHunk } from './patched-tree.js';
import type { Origin } from './types.js';

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

/** The patches by name, each with its hunks; `names` are those that have none as well. */
export function patchesOf(
  names: readonly string[],
  hunks: readonly TakenHunk[],
  lines: CompiledLines,
): readonly PatchHeader[] {
  return names.map(name => ({
    name: name.slice(name.lastIndexOf('/') + 1),
    hunks: hunks.filter(({ patch }) => patch === name).map(taken => stateOf(taken, lines)),
  }));
}

/** Characters of a changed line. */
const MOST = 200;

function stateOf({ file, hunk, side }: TakenHunk, lines: CompiledLines): PatchHunk {
  const change = (['+', '-'] as const)
    .map(mark => hunk.lines.find(({ text }) => text.startsWith(mark) && text.slice(1).trim() !== ''))
    .find(line => line !== undefined);
  const ran = side !== null && touched(hunk.lines, side).some(origin => lines.has(key(origin)));
  return {
    line: hunk.line,
    file,
    state: side === null ? 'no-file' : ran ? 'ran' : 'unused',
    change: (change?.text ?? '').slice(0, MOST),
  };
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
