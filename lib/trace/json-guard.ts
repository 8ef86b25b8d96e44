/**
 * Looks over text before a JSON parser sees it: bounds depth and the length of strings, which the parser does not, and
 * remembers the line of every bracket and string, which the parser does not know. The parser says what, the guard where.
 */

import { BACKSLASH, LINE_FEED, QUOTE } from './json-bytes.js';
import type { ReadLimits } from './limits.js';

export interface Breach {
  readonly code: 'too-deep' | 'too-large';
  readonly what: string;
  readonly line: number;
}

export interface Guard {
  /** Looks over the next piece; a breach is to end the reading. */
  look(text: string): Breach | null;
  /** The line of the next bracket that opens, key or string, in the order in which a parser reports them. */
  nextLine(): number;
  /** Where the text looked over ends. */
  end(): { readonly line: number; readonly depth: number };
}

const UNICODE = 0x75;
const HEX_DIGITS = 4;
const OPENING: ReadonlySet<number> = new Set([0x5b, 0x7b]);
const CLOSING: ReadonlySet<number> = new Set([0x5d, 0x7d]);

export function guard(limits: ReadLimits): Guard {
  const lines: number[] = [];
  let taken = 0;
  let line = 1;
  let depth = 0;
  let inString = false;
  /** How many characters of an escape are still to come: it stands for one. */
  let escaping = 0;
  let length = 0;

  function within(code: number): Breach | null {
    if (escaping > 0) {
      if (escaping === 1 && code === UNICODE) escaping += HEX_DIGITS;
      escaping -= 1;
      return null;
    }
    if (code === QUOTE) {
      inString = false;
      return null;
    }
    if (code === BACKSLASH) escaping = 1;
    length += 1;
    if (length <= limits.text) return null;
    return { code: 'too-large', what: `a string is longer than ${limits.text} characters`, line };
  }

  function between(code: number): Breach | null {
    if (code === QUOTE) {
      inString = true;
      length = 0;
      lines.push(line);
    } else if (OPENING.has(code)) {
      lines.push(line);
      depth += 1;
      if (depth > limits.depth) {
        return { code: 'too-deep', what: `values are nested more than ${limits.depth} deep`, line };
      }
    } else if (CLOSING.has(code)) {
      depth -= 1;
    }
    return null;
  }

  return {
    look(text) {
      lines.splice(0, taken);
      taken = 0;
      for (let at = 0; at < text.length; at += 1) {
        const code = text.charCodeAt(at);
        const breach = inString ? within(code) : between(code);
        if (breach !== null) return breach;
        if (code === LINE_FEED) line += 1;
      }
      return null;
    },
    nextLine() {
      const next = lines[taken] ?? line;
      taken += 1;
      return next;
    },
    end: () => ({ line, depth }),
  };
}
