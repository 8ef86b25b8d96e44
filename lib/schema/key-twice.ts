/** JSON lets a key stand twice in one object, and parsers take the last: what the writer meant nobody knows. */
import { found } from './messages.js';

/** The first key that stands twice in one object; `null` where none does. `json` is known to be JSON. */
export function keyTwice(json: string): string | null {
  /** The keys of each object that is open; `null` for an array. */
  const open: (Set<string> | null)[] = [];
  let keyNext = false;
  for (const [token] of json.matchAll(TOKEN)) {
    const keys = open.at(-1) ?? null;
    if (token === '{' || token === '[') open.push(token === '{' ? new Set() : null);
    else if (token === '}' || token === ']') open.pop();
    else if (token.startsWith('"') && keyNext && keys !== null) {
      const key: unknown = JSON.parse(token);
      if (typeof key !== 'string') throw new Error(`no string: ${token}`);
      if (keys.has(key)) return key;
      keys.add(key);
    }
    keyNext = token === '{' || token === ',';
  }
  return null;
}

/** What is wrong, in words. */
export function standsTwice(key: string): string {
  return `the key ${found(key)} stands twice in one object`;
}

/** Brackets, commas and strings; of anything else it does not matter what it is. */
const TOKEN = /"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\],:]/g;
