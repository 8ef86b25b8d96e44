/** What a text becomes when all in it that is of one of the kinds is replaced. */
import { KINDS, POINTER } from './kinds.js';
import type { Placeholders } from './placeholders.js';

export interface ByKind {
  readonly text: string;
  /** What was replaced in it, as often as it stands there. */
  readonly told: readonly (readonly [kind: string, was: string])[];
}

const ALL = [...KINDS, POINTER];
/** Found in every text in which something is replaced. */
const NEEDED = new RegExp(ALL.map(({ needs }) => `(?:${needs.source})`).join('|'), 'i');
/** Logs repeat their lines. */
const MOST_REMEMBERED = 4096;

/** Whether something may be replaced in a text, or in a line of JSON that spells its texts as they are but for quotes. */
export function mayTell(text: string): boolean {
  return NEEDED.test(text);
}

/** Texts of `kept` stay. Gives the same for the same text each time. */
export function newByKind(placeholders: Placeholders, kept: ReadonlySet<string>): (text: string) => ByKind {
  const remembered = new Map<string, ByKind>();
  return text => {
    if (!mayTell(text)) return { text, told: [] };
    const known = remembered.get(text);
    if (known !== undefined) return known;
    if (remembered.size >= MOST_REMEMBERED) remembered.clear();
    const made = byKind(text, placeholders, kept);
    remembered.set(text, made);
    return made;
  };
}

function byKind(text: string, placeholders: Placeholders, kept: ReadonlySet<string>): ByKind {
  const told: (readonly [kind: string, was: string])[] = [];
  let changed = text;
  for (const { pattern, says, fits = () => true } of ALL)
    changed = replacedGroups(changed, pattern, (kind, was) => {
      if (kept.has(was) || !fits(was)) return was;
      told.push([kind, was]);
      return placeholders.of(kind, was, says);
    });
  return { text: changed, told };
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
