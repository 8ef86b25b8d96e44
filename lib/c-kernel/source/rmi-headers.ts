/** The RMI headers of a tree or a patch, by the path that an `#include` gives. */
import { good, type Result } from '../../model/result.js';
import type { AtHand } from './apply-hunks.js';
import { type Folder, textOf } from './patched-tree.js';
import type { CutFile } from './types.js';

export interface RmiHeaders {
  readonly texts: ReadonlyMap<string, string>;
  /** Headers that a C file includes, by way of others too, and of which only a part is there. */
  readonly cut: readonly CutFile[];
}

/** Of a tree those that its C files include, and that are about the RMM by their name; of a patch all that it creates. */
export async function rmiHeadersFor(files: readonly AtHand[], folder: Folder): Promise<Result<RmiHeaders>> {
  const texts = new Map<string, string>();
  const cut: CutFile[] = [];
  const seen = new Set<string>();
  const open = files.map(file => ({ file, from: folderName(file.path) }));
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { from } = next;
    for (const name of includesIn(next.file.lines)) {
      if (seen.has(name) || !IS_RMI.test(name)) continue;
      seen.add(name);
      const found = await included(name, from, folder);
      if (!found.ok) return found;
      if (found.value === null) continue;
      if (found.value.cut === null) texts.set(name, textOf(found.value));
      else cut.push(found.value.cut);
      open.push({ file: found.value, from });
    }
  }
  for (const file of folder.files.values()) {
    const name = includePath(file.path);
    if (name !== null && file.cut === null && !texts.has(name)) texts.set(name, textOf(file));
  }
  return good({ texts, cut });
}

const IS_RMI = /(^|[/_-])(rmi|rme|rmm)([/_.-]|$)/;

const folderName = (path: string): string => path.slice(0, path.lastIndexOf('/') + 1);

function includesIn(lines: readonly string[]): readonly string[] {
  return lines.flatMap(line => {
    const [, name] = /^[ \t]{0,20}#[ \t]{0,20}include[ \t]{0,20}[<"]([^>"]{1,200})[>"]/.exec(line) ?? [];
    return name === undefined ? [] : [name];
  });
}

const ROOTS = ['arch/arm64/include/uapi/', 'arch/arm64/include/', 'include/uapi/', 'include/'] as const;

async function included(name: string, from: string, folder: Folder): Promise<Result<AtHand | null>> {
  for (const root of [from, ...ROOTS.toReversed()]) {
    const found = await folder.read(`${root}${name}`);
    if (!found.ok || found.value !== null) return found;
  }
  return good(null);
}

/** By which name an `#include` finds a header of the kernel; `null` where its path does not tell. */
export function includePath(path: string): string | null {
  if (!path.endsWith('.h')) return null;
  const root = ROOTS.find(each => path.startsWith(each));
  return root === undefined ? null : path.slice(root.length);
}
