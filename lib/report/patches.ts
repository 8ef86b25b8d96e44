/** What a report says of the patches that a compiled kernel was made with. */
import { counted } from '../model/count.js';
import type { KernelHeader, PatchHeader, PatchHunk } from '../model/trace.js';

const hunksOf = ({ compiled }: KernelHeader): readonly PatchHunk[] =>
  (compiled?.patches ?? []).flatMap(({ hunks }) => hunks);

/** Whether there is a patch of which not everything ran. */
export function isPartly(kernel: KernelHeader): boolean {
  return hunksOf(kernel).some(({ state }) => state !== 'ran');
}

/** `2 of 11 hunks of fix.patch`. */
export function ranText(kernel: KernelHeader): string {
  const hunks = hunksOf(kernel);
  const ran = hunks.filter(({ state }) => state === 'ran').length;
  return `${ran} of ${counted(hunks.length, 'hunk')} of ${namesText(kernel)}`;
}

/** ` with fix.patch`; nothing where no patch was put on top of the source. */
export function withPatches(kernel: KernelHeader): string {
  const names = patchesOnTop(kernel).map(({ name }) => name);
  return names.length === 0 ? '' : ` with ${names.join(' and ')}`;
}

/** `, which changes asks.c (fix.patch:3): “+	foo();”`: the first change that ran, of the last patch. */
export function changeText(kernel: KernelHeader): string {
  const onTop = patchesOnTop(kernel);
  const patch = onTop.at(-1);
  const hunk = patch?.hunks.find(({ state }) => state === 'ran');
  if (patch === undefined || hunk === undefined) return '';
  const more = patch.hunks.filter(({ state }) => state === 'ran').length - 1;
  const others = more === 0 ? '' : `, and ${counted(more, 'more hunk')}`;
  const change = onTop.length === 1 ? 'changes' : 'change';
  return `, which ${change} ${hunk.file} (${patch.name}:${hunk.line}: “${short(hunk.change)}”${others})`;
}

function patchesOnTop({ compiled, name }: KernelHeader): readonly PatchHeader[] {
  return (compiled?.patches ?? []).filter(each => each.name !== name);
}

/** A row a hunk: whether it ran, where it stands, what it changes. */
export function hunkRows({ compiled }: KernelHeader): readonly (readonly string[])[] {
  return (compiled?.patches ?? []).flatMap(({ name, hunks }: PatchHeader) =>
    hunks.map(({ line, file, state, change }) => [STATES[state], `${name}:${line}`, file, short(change)]),
  );
}

const STATES: Readonly<Record<PatchHunk['state'], string>> = {
  ran: 'ran',
  unused: 'did not run: nothing of the check uses it',
  'no-file': 'did not run: its file was not given',
};

function namesText(kernel: KernelHeader): string {
  return (kernel.compiled?.patches ?? []).map(({ name }) => name).join(' and ');
}

/** With its mark, and without the white space after that. */
function short(change: string): string {
  const text = `${change.slice(0, 1)}${change.slice(1).trim()}`;
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}
