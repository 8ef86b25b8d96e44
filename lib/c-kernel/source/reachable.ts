/**
 * Of C files, what some functions reach. By name alone, without types or scopes: so it is rather more than fewer, and
 * a file whose top level cannot be read is kept whole.
 */
import { type Item, itemsOf } from './definitions.js';

export interface CFile {
  readonly path: string;
  readonly text: string;
  /** `null` where its braces do not close. */
  readonly items: readonly Item[] | null;
}

export function cFile(path: string, text: string): CFile {
  return { path, text, items: itemsOf(text) };
}

export interface Reached {
  /** Every name that is used or defined on the way. */
  readonly names: ReadonlySet<string>;
  readonly items: ReadonlySet<Item>;
}

/**
 * From `roots` (names defined in `from`) through C files and headers. A static name is seen in its own file alone,
 * unless a header uses it.
 */
export function reach(
  roots: readonly { readonly name: string; readonly from: CFile }[],
  files: readonly CFile[],
  headers: readonly CFile[],
): Reached {
  const index = indexed([...files, ...headers]);
  const items = new Set<Item>();
  const names = new Set<string>();
  const asked = new Map<string, Set<CFile>>();
  const open: { readonly name: string; readonly from: CFile }[] = [...roots];
  const enter = (item: Item, from: CFile): void => {
    if (items.has(item)) return;
    items.add(item);
    for (const name of item.uses) open.push({ name, from });
  };
  for (const file of files) for (const item of file.items ?? []) if (isSeed(item)) enter(item, file);
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { name, from } = next;
    const before = asked.get(name) ?? new Set();
    if (before.has(from)) continue;
    asked.set(name, before.add(from));
    names.add(name);
    const own = index.get(name) ?? [];
    if (own.length === 0 && Object.hasOwn(USED_BY, name))
      for (const used of USED_BY[name] ?? []) open.push({ name: used, from });
    const isHeader = headers.includes(from);
    for (const { item, file } of own) {
      if (file === from || isHeader || !item.isStatic || headers.includes(file)) enter(item, file);
    }
  }
  return { names, items };
}

/** Macros of rmitrace/rmi-calls.h, and the functions that the source has to have for each. */
const USED_BY: Readonly<Record<string, readonly string[]>> = {
  rmi_sro_memxfer_cmd: ['rmi_sro_memxfer_execute', 'rmi_sro_free'],
  rmi_rmm_activate: ['rmi_sro_memxfer_execute', 'rmi_sro_free'],
  rmi_gpt_l1_create: ['rmi_sro_memxfer_execute', 'rmi_sro_free'],
  rmi_delegate_page: ['rmi_delegate_range'],
  rmi_undelegate_page: ['rmi_undelegate_range'],
};

/** What cuts through a condition is kept; a directive by itself uses nothing until its name is used. */
const isSeed = (item: Item): boolean => item.always && item.kind !== 'directive';

function indexed(files: readonly CFile[]): ReadonlyMap<string, readonly { item: Item; file: CFile }[]> {
  const index = new Map<string, { item: Item; file: CFile }[]>();
  for (const file of files) {
    for (const item of file.items ?? []) {
      for (const name of item.defines) {
        const there = index.get(name);
        if (there === undefined) index.set(name, [{ item, file }]);
        else there.push({ item, file });
      }
    }
  }
  return index;
}

export interface Reduced {
  readonly compiled: string;
  readonly lines: { readonly compiled: number; readonly of: number };
}

/**
 * The file in which the lines of what is not reached are empty. `prose`: what does not read like C stays too, for the
 * compiler to refuse.
 */
export function reduced(file: CFile, reached: Reached, { prose = false } = {}): Reduced {
  const lines = file.text.split('\n').slice(0, -1);
  const inFile = new Set(file.items?.flatMap(({ defines }) => defines));
  const kept = new Set(file.items?.filter(item => reached.items.has(item)).flatMap(({ defines }) => defines));
  let left = 0;
  const stays = (item: Item): boolean => {
    if (item.always || reached.items.has(item) || (prose && item.odd)) return true;
    const about = item.uses.filter(name => inFile.has(name));
    return item.kind === 'about' && about.length > 0 && about.every(name => kept.has(name));
  };
  for (const item of file.items ?? []) {
    if (stays(item)) continue;
    lines.fill('', item.line - 1, item.last);
    left += item.last - item.line + 1;
  }
  return {
    compiled: `#line 1 "${file.path}"\n${lines.map(line => `${line}\n`).join('')}`,
    lines: { compiled: lines.length - left, of: lines.length },
  };
}
