/** Of what patches add to files that are not at hand: what the init and the queries use. */
import { QUERIES } from '../../kernel/revisions/queries.js';
import type { Chosen } from './choose-files.js';
import type { Item } from './definitions.js';
import type { Fragments } from './fragments.js';
import { type CFile, reduced } from './reachable.js';
import type { Parts, Placed } from './types.js';

/** What a query may use of the kernel, besides what the source has: one that uses more is left to the built-in ones. */
const KNOWN: ReadonlySet<string> = new Set(
  'kvm vcpu kvm_vcpu struct static_branch_unlikely static_branch_likely static_key_enabled READ_ONCE WARN_ON WARN_ON_ONCE BUG_ON likely unlikely true false NULL kvm_rmi_is_available kvm_rme_is_available'.split(
    ' ',
  ),
);

/** `inC`: each file of `tops` as C; `headers`: those, and the headers that are at hand. */
export function partsOf(
  { tops, members, rows, call }: Fragments,
  inC: readonly CFile[],
  headers: readonly CFile[],
  { reached, entries }: Chosen,
): Parts {
  const items = headers.flatMap(file => file.items ?? []);
  const [state, ...states] = items.find(({ defines }) => defines[0] === 'realm_state')?.defines ?? [];
  const has = new Set(items.flatMap(({ defines }) => defines));
  const isForeign = items
    .filter(isQuery)
    .some(({ uses }) => !uses.every(name => KNOWN.has(name) || has.has(name)));
  const isWhole = ['is_realm', 'realm'].every(name => members.some(each => hasMember(each, name)));
  const isTheirs = isWhole && state !== undefined && !isForeign;
  const kept = [...tops].map(([path, lines]) => {
    const file = inC.find(each => each.path === path);
    const text =
      file === undefined ? [] : reduced(file, reached, { prose: true }).compiled.split('\n').slice(1);
    const left = isTheirs ? [] : (file?.items?.filter(isQuery) ?? []);
    const isLeft = (line: number): boolean => left.some(item => item.line <= line && line <= item.last);
    return [path, lines.filter((_, at) => (text[at] ?? '').trim() !== '' && !isLeft(at + 1))] as const;
  });
  return {
    tops: new Map(kept.filter(([, lines]) => lines.length > 0)),
    members: isTheirs ? members : [],
    rows,
    call: entries.some(({ name }) => name === call?.of) ? call : null,
    queries: isTheirs
      ? QUERIES.filter(name => items.some(item => isFunction(item.kind, item.defines, name)))
      : [],
    states: isTheirs ? [...new Set(states)].filter(name => name !== state) : [],
  };
}

function isQuery({ kind, defines }: Item): boolean {
  return kind === 'function' && QUERIES.some(name => defines.includes(name));
}

function hasMember({ text }: Placed, name: string): boolean {
  return new RegExp(`\\b${name};`).test(text);
}

function isFunction(kind: string, defines: readonly string[], name: string): boolean {
  return kind === 'function' && defines.includes(name);
}
