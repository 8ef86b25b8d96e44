/**
 * Patterns of canonical lines, from those that schemas/lines.js makes of the schema. A line that matches is an event that
 * the schema allows, spelt as it is written: it needs no parsing to be known for one.
 */

import { lineMembers, PATTERN_LENGTH } from '../schema/generated/trace.lines.js';
import type { LineMember } from '../schema/line-member.js';
import { SOUND_CALL } from './consistency.js';

/** Matches one line at `lastIndex`, its comma and its line feed with it. For text of one byte a character. */
export type LinePattern = RegExp & { readonly sticky: true };

/** Longer lines are not for patterns, even where they match. */
export const LONGEST_MATCH = PATTERN_LENGTH;

/** Any event but state, which is judged by all of it, and events with nested members. */
export function anyEvent(): LinePattern {
  return sticky([...lineMembers].filter(([type]) => !STATE.has(type)).map(([, members]) => lineOf(members)));
}

/** Of those, an event against which nothing can be said on a machine of `cpus` CPUs. */
export function soundEvent(cpus: number): LinePattern {
  const lines = [...lineMembers].filter(([type]) => !STATE.has(type));
  return sticky(
    lines.map(([type, members]) => {
      if (type !== 'smc') return lineOf(members);
      return `(?=${SOUND_CALL})${lineOf(members.map(member => withCpus(member, cpus)))}`;
    }),
  );
}

const STATE: ReadonlySet<string> = new Set(['mrs', 'fact']);

function withCpus(member: LineMember, cpus: number): LineMember {
  return member.key === 'cpu' ? { ...member, pattern: below(cpus) } : member;
}

function lineOf(members: readonly LineMember[]): string {
  const [first, ...others] = members.map(({ key, pattern }) => `"${key}":${pattern}`);
  const rest = others.map((member, at) => (members[at + 1]?.always ? `,${member}` : `(?:,${member})?`));
  return `\\{${first}${rest.join('')}\\}`;
}

function sticky(lines: readonly string[]): LinePattern {
  return new RegExp(`(?:${lines.join('|')}),?\\n`, 'y') as LinePattern;
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
