/**
 * The shapes of canonical lines, from those that schemas/lines.js makes of the schema. A line that has one is an event that
 * the schema allows, spelt as it is written: it needs no parsing to be known for one. A pattern goes over a line up to the
 * first member of any keys, lib/trace/line-walk.ts over that member, another pattern over what follows.
 */

import { lineMembers } from '../schema/generated/trace.lines.js';
import type { LineMember } from '../schema/line-shape.js';
import { SOUND_CALL } from './consistency.js';
import { LINE_FEED } from './json-bytes.js';
import type { ReadLimits } from './limits.js';
import { ASTRAY, extras, matching, type Walk, walkOf } from './line-walk.js';

/**
 * Where the line ends that begins at a place of a text, behind its comma and its line feed; `ASTRAY` where it has none of the
 * shapes. For text of one byte a character, which must be UTF-8, as well as for any other.
 */
export type LineEnd = Walk;

export function anyEvent(limits: ReadLimits): LineEnd {
  return endOf(
    [...lineMembers.values()].map(members => ({ members, begins: '' })),
    limits,
  );
}

/** Of those, an event against which nothing can be said on a machine of `cpus` CPUs, if it is no state. */
export function soundEvent(cpus: number, limits: ReadLimits): LineEnd {
  const lines = [...lineMembers].map(([type, members]) =>
    type === 'smc'
      ? { members: members.map(member => withCpus(member, cpus)), begins: `(?=${SOUND_CALL})` }
      : { members, begins: '' },
  );
  return endOf(lines, limits);
}

function withCpus(member: LineMember, cpus: number): LineMember {
  return member.key === 'cpu' ? { ...member, shape: { pattern: below(cpus) } } : member;
}

interface Line {
  readonly members: readonly LineMember[];
  /** A pattern of what is known of its beginning. */
  readonly begins: string;
}

/** A member of any keys: how it begins, what goes over it, and over what may follow it. */
interface Open {
  readonly start: string;
  readonly over: Walk;
  readonly after: string;
  readonly rest: Walk;
}

const END = '\\},?\\n';
const EXTRA = ',"x-';

function endOf(lines: readonly Line[], limits: ReadLimits): LineEnd {
  const beginning = matching(
    `(?:${lines.map(({ members, begins }) => begins + patternOf(members, 0)).join('|')})`,
  );
  const opens = new Map<string, Open>();
  for (const { members } of lines) {
    for (const [at, { key, shape }] of members.entries()) {
      if ('pattern' in shape) continue;
      const after = patternOf(members, at + 1);
      const known = opens.get(key);
      if (known !== undefined && known.after !== after)
        throw new Error(`what follows ${key} depends on the type of its event`);
      const start = `,"${key}":`;
      if (known === undefined) opens.set(key, { start, over: walkOf(shape), after, rest: matching(after) });
    }
  }
  const named = [...opens.values()];
  const last: Open = { start: '', over: extras(limits), after: END, rest: matching(END) };
  return (text, from) => {
    let at = beginning(text, from);
    while (at >= 0 && text.charCodeAt(at - 1) !== LINE_FEED) {
      const { start, over, rest } = named.find(open => text.startsWith(open.start, at)) ?? last;
      const end = over(text, at + start.length);
      at = end < 0 ? ASTRAY : rest(text, end);
    }
    return at;
  };
}

/** From a member to the end of the line, or to where one of any keys begins. */
function patternOf(members: readonly LineMember[], at: number): string {
  const member = members[at];
  if (member === undefined) return `(?:${END}|(?=${EXTRA}))`;
  const { key, shape, always } = member;
  const rest = patternOf(members, at + 1);
  if (!('pattern' in shape)) return `(?:(?=,"${key}":)|${rest})`;
  const pattern = `${at === 0 ? '\\{' : ','}"${key}":${shape.pattern}`;
  return `${always ? pattern : `(?:${pattern})?`}${rest}`;
}

/** The whole numbers from 0 to `limit` - 1. */
export function below(limit: number): string {
  return limit === 1 ? '0' : `(?:0|${positiveBelow(limit)})`;
}

function positiveBelow(limit: number): string {
  if (limit <= 10) return `[1-${limit - 1}]`;
  const tens = Math.floor(limit / 10);
  const last = limit % 10 === 0 ? [] : [`${tens}[0-${(limit % 10) - 1}]`];
  const all = tens === 1 ? [] : [`${positiveBelow(tens)}[0-9]`];
  return `(?:${['[1-9]', ...all, ...last].join('|')})`;
}
