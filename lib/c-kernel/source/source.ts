/** From what the command line named to what is compiled: a C file, a kernel tree, a patch as it was mailed. */
import { counted } from '../../model/count.js';
import { bad, good, type Result, trouble } from '../../model/result.js';
import type { PatchHeader } from '../../model/trace.js';
import type { AtHand } from './apply-hunks.js';
import { CHECK_FILES, choose, entriesOf } from './choose-files.js';
import { bothOf, fragmentsOf } from './fragments.js';
import { type Compiled, compiledLines, patchesOf, placedLines } from './hunks-that-ran.js';
import { partsOf } from './parts.js';
import { type Patch, readPatch } from './patch.js';
import { sameEnd } from './patch-paths.js';
import { asGiven, type Folder, folderOf, textOf } from './patched-tree.js';
import { placedText } from './placed-text.js';
import { type CFile, cFile, type Reached, reduced } from './reachable.js';
import { rmiHeadersFor } from './rmi-headers.js';
import { treeFragments } from './tree-fragments.js';
import {
  type CutFile,
  ENTRY_LEVELS,
  type Given,
  type GivenText,
  type KernelSource,
  type NotAtHand,
  type Origin,
  type Parts,
  type Placed,
  type SourceFile,
} from './types.js';

/** Characters of a text. The whole series of 48 patches is under one million. */
const MOST_TEXT = 16_000_000;

/**
 * Troubles: `empty`, `too-large`; `no-source`, where nothing in it is the check; `bad-patch`, where a patch does not
 * apply to a file at hand or holds only a part of one that is needed; those of the tree's reader.
 */
export async function kernelSource(
  given: Given,
  patches: readonly GivenText[] = [],
): Promise<Result<KernelSource>> {
  for (const text of given.is === 'text' ? [given, ...patches] : patches) {
    const usable = checkText(text);
    if (!usable.ok) return usable;
  }
  const start = startWith(given);
  if (!start.ok) return start;
  const { from, folder, first } = start.value;
  const applied: Patch[] = [];
  for (const each of [...first, ...patches]) {
    const patch = 'sections' in each ? good(each) : readPatch(each);
    if (!patch.ok) return patch;
    const done = await folder.apply(patch.value);
    if (!done.ok) return done;
    applied.push(patch.value);
  }
  const remarks = applied.flatMap(({ name, remarks }) => remarks.map(({ line }) => ({ name, line })));
  const found = await sourceIn(folder, given.name, from);
  if (!found.ok) return found;
  const caller = await callerOf(folder, applied);
  if (!caller.ok) return caller;
  const { compiled, ...source } = found.value;
  const made = patchesOf(applied, folder.hunks(), compiled);
  const idle = made.findIndex(({ hunks }) => hunks.every(({ state }) => state !== 'ran'));
  const names = [...new Set(applied.map(({ name }) => name))];
  if (idle >= 0) return doesNothing(made[idle], names[idle] ?? '');
  return good({
    ...{ from, ...source, onlyInHypMode: caller.value, remarks },
    notAtHand: leftOut(made),
    revision: applied[0]?.revision ?? null,
    patches: made,
  });
}

/** The hunks of files that are not at hand, and of which nothing could be used, by file. */
function leftOut(patches: readonly PatchHeader[]): readonly NotAtHand[] {
  const counts = new Map<string, number>();
  for (const { file, state } of patches.flatMap(({ hunks }) => hunks))
    if (state === 'no-file') counts.set(file, (counts.get(file) ?? 0) + 1);
  return [...counts].map(([path, hunks]) => ({ path, hunks }));
}

/** A patch of which nothing would run proves nothing. */
function doesNothing(patch: PatchHeader | undefined, name: string): Result<never> {
  const [hunk] = patch?.hunks ?? [];
  const hunks = counted(patch?.hunks.length ?? 0, 'hunk');
  const left = (patch?.hunks ?? []).map(({ file, state }) =>
    state === 'no-file' ? `${file} was not given` : `nothing of the check uses what changes in ${file}`,
  );
  const what = `the patch changes nothing that runs: none of its ${hunks} does (${[...new Set(left)].join('; ')})`;
  const where = { file: name, ...(hunk === undefined ? {} : { line: hunk.line }) };
  return bad(
    trouble(
      'bad-patch',
      what,
      where,
      'give the file, the tree or the series that it changes, or leave it out',
    ),
  );
}

function checkText({ name, text }: GivenText): Result<null> {
  if (text.length > MOST_TEXT) {
    const what = `the text is longer than ${MOST_TEXT} characters`;
    return bad(trouble('too-large', what, { file: name }, 'name only the mail or file that has the check'));
  }
  if (text.trim() === '')
    return bad(trouble('empty', 'the file is empty', { file: name }, 'name another file'));
  const zero = text.indexOf('\0');
  if (zero < 0) return good(null);
  const line = text.slice(0, zero).split('\n').length;
  const next =
    'name a C file, a kernel tree, or a patch as text (unpack an archive or a compressed file first)';
  return bad(trouble('no-source', 'the file is binary: it has a zero byte', { file: name, line }, next));
}

interface Start {
  readonly from: KernelSource['from'];
  readonly folder: Folder;
  /** The patch that the source itself is. */
  readonly first: readonly Patch[];
}

/** By its content, where its name does not tell: a C file defines an entry point. */
function startWith(given: Given): Result<Start> {
  if (given.is === 'tree') return good({ from: 'tree', folder: folderOf([], given), first: [] });
  const { name, text } = given;
  const path =
    CHECK_FILES.find(each => `/${name}`.endsWith(`/${each}`)) ?? name.slice(name.lastIndexOf('/') + 1);
  const file = asGiven(path, name, text);
  const asFile: Start = { from: 'file', folder: folderOf([file], null), first: [] };
  const hasEntry = entriesOf(cFile(path, textOf(file))).length > 0;
  if (name.endsWith('.c') && hasEntry) return good(asFile);
  const patch = readPatch(given);
  if (patch.ok) return good({ from: 'patch', folder: folderOf([], null), first: [patch.value] });
  const hasHunk = patch.trouble.where.line !== undefined;
  return name.endsWith('.c') || (hasEntry && !hasHunk) ? good(asFile) : patch;
}

interface Found extends Pick<KernelSource, 'files' | 'entries' | 'headers' | 'cut' | 'parts'> {
  readonly compiled: Compiled;
}

async function sourceIn(folder: Folder, name: string, from: KernelSource['from']): Promise<Result<Found>> {
  const atHand = new Map<string, AtHand>();
  for (const path of from === 'tree' ? CHECK_FILES : []) {
    const found = await folder.read(path);
    if (!found.ok) return found;
    if (found.value !== null) atHand.set(path, found.value);
  }
  for (const file of folder.files.values()) {
    if (file.path.endsWith('.c') || folder.given.has(file.path)) atHand.set(file.path, file);
  }
  const all = [...atHand.values()].map(file => ({ file, c: cFile(file.path, textOf(file)) }));
  const fileOf = new Map(all.map(({ file, c }) => [c, file]));
  const inTree = await treeFragments(folder);
  if (!inTree.ok) return inTree;
  const { host, paths } = inTree.value;
  const includers = (files: readonly AtHand[]) => (host === null ? files : [...files, host]);
  const headers = await rmiHeadersFor(includers([...atHand.values()]), folder);
  if (!headers.ok) return headers;
  const inC = [...headers.value.texts].map(([path, text]) => cFile(path, text));
  const inFiles = all.map(({ c }) => c);
  const inHeaders = [...headers.value.texts.keys()];
  const inPatches = fragmentsOf(
    folder.hunks(),
    path =>
      CHECK_FILES.includes(path) ||
      atHand.has(path) ||
      paths.includes(path) ||
      inHeaders.some(name => path.endsWith(`/${name}`)),
  );
  const fragments = bothOf(inTree.value.fragments, inPatches);
  const inParts = [...fragments.tops].map(([path, lines]) =>
    cFile(path, lines.map(({ text }) => `${text}\n`).join('')),
  );
  const chosen = choose(inFiles, [...inC, ...inParts], fragments.members.length > 0 ? ['realm'] : []);
  const cut = [...atHand.values(), ...folder.files.values()].flatMap(file => file.cut ?? []);
  if (chosen === null) return nothingIn(folder, inFiles, cut, name, from);
  const files = chosen.files.map(c => ({ c, file: fileOf.get(c) }));
  const own = files.flatMap(({ file }) => file ?? []);
  const needed = await rmiHeadersFor(includers(own), folder);
  if (!needed.ok) return needed;
  const [missing] = [...own.flatMap(({ cut }) => cut ?? []), ...needed.value.cut];
  if (missing !== undefined) return notWhole(missing);
  const sources = files.flatMap(({ c, file }) =>
    file === undefined ? [] : [{ ...sourceFile(c, file, chosen.reached), origins: file.origins }],
  );
  const texts = [...needed.value.texts].map(([path, text]) => ({
    path,
    text,
    compiled: headerOf(path, inC, chosen.reached, folder),
    origins:
      [...atHand.values(), ...folder.files.values()].find(file => textOf(file) === text)?.origins ?? [],
  }));
  const parts = partsOf(fragments, inParts, [...inC, ...inParts], chosen);
  return good({
    files: sources.map(({ origins: _, ...file }) => file),
    entries: chosen.entries,
    headers: new Map(texts.map(text => [text.path, placedHeader(text)])),
    cut: [...new Set(cut)],
    parts,
    compiled: {
      lines: new Set([...compiledLines([...sources, ...texts]), ...placedLines(linesOf(parts))]),
      objects: new Set(sources.map(({ path }) => path.replace(/c$/, 'o'))),
    },
  });
}

function linesOf({ tops, members, rows, call }: Parts): readonly Placed[] {
  const ofTables = rows.flatMap(({ added, removed }) => [...added, ...removed]);
  return [...[...tops.values()].flat(), ...members, ...ofTables, ...(call?.lines ?? [])];
}

function sourceFile(c: CFile, file: AtHand, reached: Reached): SourceFile {
  return {
    ...{ path: c.path, text: c.text, ...reduced(c, reached) },
    lineOf: line => file.origins[line - 1] ?? null,
  };
}

/** Of a header what is compiled of it, each line counted where it was given. */
function placedHeader({
  compiled,
  origins,
}: {
  readonly compiled: string;
  readonly origins: readonly Origin[];
}): string {
  const [, ...lines] = compiled.split('\n').slice(0, -1);
  const placed = lines.flatMap((text, at) => {
    const origin = origins[at];
    return origin === undefined ? [] : [{ text, origin }];
  });
  return placed.length < lines.length ? compiled : placedText(placed);
}

/** A header's functions and types ask for as much around them as a C file's do: it is reduced in the same way. */
function headerOf(path: string, headers: readonly CFile[], reached: Reached, folder: Folder): string {
  const header = headers.find(each => each.path === path);
  const isPatched = [...folder.files.keys()].some(each => each.endsWith(`/${path}`));
  return header === undefined ? '' : reduced(header, reached, { prose: isPatched }).compiled;
}

function notWhole({ path, where, has, of }: CutFile): Result<never> {
  const what = `${path} is incomplete: its hunk promises ${of} lines and has ${has}`;
  return bad(
    trouble(
      'bad-patch',
      what,
      { file: where.name, line: where.line },
      'give the patch as it was sent, not a reply that leaves lines out',
    ),
  );
}

function nothingIn(
  folder: Folder,
  all: readonly CFile[],
  [cut]: readonly CutFile[],
  name: string,
  from: KernelSource['from'],
): Result<never> {
  if (cut?.path.endsWith('.c') === true) return notWhole(cut);
  const no = (what: string, next: string) => bad(trouble('no-source', what, { file: name }, next));
  const names = `${Object.keys(ENTRY_LEVELS).join(', ')}`;
  const [entry] = all.flatMap(entriesOf);
  if (entry !== undefined) {
    const what = `${entry.name} in ${entry.file} reaches no RMI_VERSION call`;
    return no(what, 'name the file that makes the call, or the tree or series that has both');
  }
  const [change] = folder.notAtHand();
  if (from === 'patch' && change !== undefined) {
    const what = `the patch creates no C file with one of ${names}: it changes ${change.path}, which was not given`;
    return no(what, 'give the file, tree or patch that has it with --kernel, and this patch with --patch');
  }
  const where = from === 'tree' ? `none of ${CHECK_FILES.join(', ')} in the tree` : 'nothing in the file';
  return no(`${where} defines one of ${names}`, 'name a source that does');
}

const CALLER = 'arch/arm64/kvm/arm.c';

/** Whether `if (in_hyp_mode)` stands before the call, as in revisions up to v8: in the tree's arm.c, or in a hunk. */
async function callerOf(folder: Folder, patches: readonly Patch[]): Promise<Result<boolean | null>> {
  const found = await folder.read(CALLER);
  if (!found.ok) return found;
  const hunks = patches
    .flatMap(({ sections }) => sections)
    .filter(({ to }) => to !== null && sameEnd(to, CALLER))
    .flatMap(section => section.hunks)
    .map(({ lines }) => lines.filter(({ text }) => !text.startsWith('-')).map(({ text }) => text.slice(1)));
  const guards = [...(found.value === null ? hunks : [found.value.lines])].flatMap(lines => {
    const at = lines.findIndex(line => /\bkvm_init_rm[ie]\(\)/.test(line));
    return at < 0 ? [] : [`${lines[at - 1] ?? ''} ${lines[at] ?? ''}`.includes('(in_hyp_mode)')];
  });
  return good(guards.at(-1) ?? null);
}
