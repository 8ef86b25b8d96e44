/**
 * Takes out of a trace what tells who made it and where: names of hosts and users, paths, addresses, kernel pointers.
 * Everything of the trace is gone through, whatever member it stands in, so that no new member is forgotten.
 */

import { literal } from '../model/pattern.js';
import type { Trace } from '../model/trace.js';
import { u64 } from '../model/u64.js';
import { isPointer, KINDS, POINTER } from './kinds.js';
import { newPlaceholders, type Placeholders, type Replaced } from './placeholders.js';

export interface Redacted {
  readonly trace: Trace;
  /** What was replaced, in the order in which it stands in the trace. */
  readonly replaced: readonly Replaced[];
}

/** Members with somebody's words: only there are learned words looked for. Others hold words that the format gives. */
const FREE = /^(?:text|name|kernel|rmm|file|change|rule|was|inferred|x-.*)$/;

/** Names that tell nothing of anybody: as a user or host they are replaced where they stand, and not elsewhere. */
const COMMON =
  /^(?:root|user|admin|build|builder|buildroot|debian|fedora|ubuntu|gentoo|linux|kernel|localhost|none|host|path|word|www|git|lab|dev|test|arm|kvm|rmm|rmi|smc|cpu|err|log)$/i;

/** What a text becomes; `member` is the nearest name that it stands under. */
type Change = (text: string, member: string) => string;

export interface RedactOptions {
  /** Words that are replaced wherever they stand: a code name, a colleague. */
  readonly also?: readonly string[];
  /** Texts that stay although they look like one of the kinds. */
  readonly keep?: readonly string[];
}

/**
 * The same trace with placeholders. A user or host that one place tells, and each word of `also`, is replaced wherever
 * else it stands as a word. Header and events are new; nothing is sealed.
 */
export function redact(trace: Trace, { also = [], keep = [] }: RedactOptions = {}): Redacted {
  const placeholders = newPlaceholders();
  const kept = new Set(keep);
  const once = mapped(trace, '', text => byKind(text, placeholders, kept), placeholders);
  const known = new Map<string, Word>();
  for (const told of placeholders.replaced.flatMap(whoIsTold))
    if (told.was.length > 2 && !COMMON.test(told.was)) known.set(told.was, told);
  for (const word of also) known.set(word, { kind: 'word', says: 'a word that was named' });
  return { trace: withoutWords(once, known, placeholders), replaced: placeholders.replaced };
}

interface Word {
  readonly kind: string;
  readonly says: string;
}

interface Told extends Word {
  readonly was: string;
}

/** Users and hosts that a replaced text names. A host with a domain is called by its first label as well. */
function whoIsTold({ kind, was, says }: Replaced): readonly Told[] {
  if (kind === 'path') {
    const [, user] = /\/(?:home|users)\/([\w.-]+)/i.exec(was) ?? [];
    return user === undefined ? [] : [{ kind: 'user', was: user, says: 'a user' }];
  }
  if (kind === 'user') return [{ kind, was, says }];
  if (kind !== 'host') return [];
  return [...new Set([was, was.split('.', 1).join()])].map(name => ({ kind, was: name, says }));
}

function byKind(text: string, placeholders: Placeholders, kept: ReadonlySet<string>): string {
  let changed = text;
  for (const { pattern, says, fits = () => true } of [...KINDS, POINTER])
    changed = replacedGroups(changed, pattern, (kind, was) =>
      kept.has(was) || !fits(was) ? was : placeholders.of(kind, was, says),
    );
  return changed;
}

/** The text with every named group of every match replaced. */
function replacedGroups(text: string, pattern: RegExp, by: (kind: string, was: string) => string): string {
  let changed = '';
  let end = 0;
  for (const { groups = {}, indices } of text.matchAll(pattern))
    for (const [kind, was] of Object.entries(groups)) {
      const place = indices?.groups?.[kind];
      if (place === undefined) continue;
      changed += text.slice(end, place[0]) + by(kind, was);
      end = place[1];
    }
  return changed + text.slice(end);
}

/** A word is between characters that no word has. Longer ones first: one may begin with another. */
function withoutWords(trace: Trace, known: ReadonlyMap<string, Word>, placeholders: Placeholders): Trace {
  if (known.size === 0) return trace;
  const words = [...known.keys()].sort((a, b) => b.length - a.length);
  const pattern = new RegExp(`(?<!\\w)(?:${words.map(literal).join('|')})(?!\\w)`, 'g');
  const change: Change = (text, member) =>
    FREE.test(member)
      ? text.replace(pattern, was => {
          const { kind, says } = known.get(was) as Word;
          return placeholders.of(kind, was, says);
        })
      : text;
  return mapped(trace, '', change, placeholders);
}

/** A copy of anything that a trace holds, with every text and every register changed. */
function mapped<T>(value: T, member: string, change: Change, placeholders: Placeholders): T;
function mapped(value: unknown, member: string, change: Change, placeholders: Placeholders): unknown {
  const within = (child: unknown, name: string) => mapped(child, nearest(member, name), change, placeholders);
  if (typeof value === 'string') return change(value, member);
  if (typeof value === 'bigint') return register(value, placeholders);
  if (Array.isArray(value)) return value.map(child => mapped(child, member, change, placeholders));
  // The names of somebody's own members are somebody's words as well.
  const named = (name: string) => (/^x-/.test(nearest(member, name)) ? change(name, 'x-') : name);
  if (value instanceof Map)
    return new Map([...value].map(([name, child]) => [named(name), within(child, name)]));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, child]) => [named(name), within(child, name)]));
}

/** What stands within somebody's own member, or within a list of conclusions, is somebody's words whatever its name. */
function nearest(member: string, name: string): string {
  return /^(?:inferred|x-.*)$/.test(member) ? member : name;
}

function register(value: bigint, placeholders: Placeholders): bigint {
  if (!isPointer(value)) return value;
  return u64(BigInt(`0x${placeholders.of('pointer', value.toString(16), POINTER.says)}`));
}
