/** Of what patches add to files that are not at hand: what the init and the queries use. */
import { QUERIES } from '../../kernel/revisions/queries.js';
import type { Chosen } from './choose-files.js';
import type { Fragments } from './fragments.js';
import { type CFile, reduced } from './reachable.js';
import type { Parts, Placed } from './types.js';

/** `inC`: each file of `tops` as C; `headers`: those, and the headers that are at hand. */
export function partsOf(
  { tops, members, rows, call }: Fragments,
  inC: readonly CFile[],
  headers: readonly CFile[],
  { reached, entries }: Chosen,
): Parts {
  const kept = [...tops].map(([path, lines]) => {
    const file = inC.find(each => each.path === path);
    const text =
      file === undefined ? [] : reduced(file, reached, { prose: true }).compiled.split('\n').slice(1);
    return [path, lines.filter((_, at) => (text[at] ?? '').trim() !== '')] as const;
  });
  const items = headers.flatMap(file => file.items ?? []);
  const [state, ...states] = items.find(({ defines }) => defines[0] === 'realm_state')?.defines ?? [];
  const isWhole = ['is_realm', 'realm'].every(name => members.some(each => hasMember(each, name)));
  const isTheirs = isWhole && state !== undefined;
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

function hasMember({ text }: Placed, name: string): boolean {
  return new RegExp(`\\b${name};`).test(text);
}

function isFunction(kind: string, defines: readonly string[], name: string): boolean {
  return kind === 'function' && defines.includes(name);
}
