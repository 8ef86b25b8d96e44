/**
 * Takes out of a trace what tells who made it and where: names of hosts and users, paths, addresses, kernel pointers. It is
 * gone through twice: what stands in one place may tell a word that is to be replaced in another.
 */

import { lengthOf } from '../model/gaps.js';
import { literal } from '../model/pattern.js';
import type { Trace } from '../model/trace.js';
import { readMatched } from '../trace/read-canonical.js';
import { checkedLine } from '../trace/write.js';
import { newByKind } from './by-kind.js';
import { POINTER } from './kinds.js';
import { mayHaveWord, type Tells, tells, withPointers } from './lines.js';
import { type Change, mapped } from './mapped.js';
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
export function redact(trace: Trace, options: RedactOptions = {}): Redacted {
  const { learn, newPass } = newRedaction(options);
  learn(trace);
  const pass = newPass();
  return { trace: heldPart(trace, pass), replaced: pass.replaced() };
}

/** A trace, or what is held of it, in one pass. What stands for events that are not held says nothing. */
export function heldPart(trace: Trace, { changed }: Pass): Trace {
  const { header } = changed({ header: trace.header });
  const events = trace.events.map(event => (lengthOf(event) === 1 ? changed(event) : event));
  const { outcome } = changed({ outcome: trace.outcome });
  return { header, events, outcome };
}

export interface Redaction {
  /** To be told all of a trace, piece by piece in its order, before anything is changed. */
  learn(piece: unknown): void;
  /** The same of a canonical line of an event; gives what it tells. */
  learnLine(line: string): Tells;
  /** Whether a pointer in a register is replaced. */
  changesRegisters(): boolean;
  /** To go through all of it again. */
  newPass(): Pass;
}

export interface Pass {
  /** The next piece with placeholders. */
  changed<T>(piece: T): T;
  /** As `changed`, of a canonical line of an event, given with what it tells (lines.ts). */
  line(line: string, told: Tells): string;
  /** All that was replaced, once the pass is at its end. */
  replaced(): readonly Replaced[];
}

export function newRedaction({ also = [], keep = [] }: RedactOptions): Redaction {
  const placeholders = newPlaceholders();
  let changesRegisters = false;
  const byKind = newByKind(placeholders, new Set(keep));
  const pointer = (was: string) => placeholders.of(POINTER_KIND, was, POINTER.says);
  const learning: Change = {
    text(text) {
      const found = byKind(text);
      for (const [kind, was] of found.told) placeholders.count(kind, was);
      return found.text;
    },
    pointer(was) {
      const placeholder = pointer(was);
      placeholders.count(POINTER_KIND, was);
      changesRegisters ||= placeholder !== was;
      return placeholder;
    },
  };
  const learned: Change = { text: text => byKind(text).text, pointer };
  const learn = (piece: unknown): void => void mapped(piece, learning);
  return {
    learn,
    learnLine(line) {
      const told = tells(line);
      if (told === 'pointers') withPointers(line, learning.pointer);
      if (told === 'perhaps') learn(readMatched(line));
      return told;
    },
    changesRegisters: () => changesRegisters,
    newPass() {
      const known = wordsTold(placeholders.replaced, also);
      const own = placeholders.copy();
      const pattern = known.size === 0 ? null : wordPattern([...known.keys()]);
      const hasWord = pattern === null ? () => false : wordFinder(pattern, [...known.keys()]);
      const words: Change = {
        text: (text, member) =>
          pattern !== null && FREE.test(member)
            ? text.replace(pattern, was => wordFor(was, known, own))
            : text,
        pointer: was => was,
      };
      const changed = <T>(piece: T): T => mapped(mapped(piece, learned), words);
      return {
        changed,
        line(line, told) {
          if (told === 'perhaps' || hasWord(line)) return checkedLine(changed(readMatched(line)));
          return told === 'pointers' ? withPointers(line, pointer) : line;
        },
        replaced: () => own.replaced,
      };
    },
  };
}

/** As the group of its pattern is called. */
const POINTER_KIND = 'pointer';

interface Word {
  readonly kind: string;
  readonly says: string;
}

interface Told extends Word {
  readonly was: string;
}

function wordsTold(replaced: readonly Replaced[], also: readonly string[]): ReadonlyMap<string, Word> {
  const known = new Map<string, Word>();
  for (const told of replaced.flatMap(whoIsTold))
    if (told.was.length > 2 && !COMMON.test(told.was)) known.set(told.was, told);
  for (const word of also) known.set(word, { kind: 'word', says: 'a word that was named' });
  return known;
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

/** A word is between characters that no word has. Longer ones first: one may begin with another. */
function wordPattern(words: readonly string[]): RegExp {
  const longest = [...words].sort((a, b) => b.length - a.length);
  return new RegExp(`(?<!\\w)(?:${longest.map(literal).join('|')})(?!\\w)`, 'g');
}

function wordFinder({ source }: RegExp, words: readonly string[]): (line: string) => boolean {
  const pattern = new RegExp(source);
  const withQuote = words.some(word => word.includes('"'));
  return line => mayHaveWord(line, pattern, withQuote);
}

function wordFor(was: string, known: ReadonlyMap<string, Word>, placeholders: Placeholders): string {
  const { kind, says } = known.get(was) as Word;
  const placeholder = placeholders.of(kind, was, says);
  placeholders.count(kind, was);
  return placeholder;
}
