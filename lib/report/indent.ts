/** JSON without white space as JSON.stringify writes it with an indent of two, a line a member: in bytes, of which no text is made. */
import {
  ARRAY,
  ARRAY_END,
  BACKSLASH,
  COLON,
  COMMA,
  LINE_FEED,
  OBJECT,
  OBJECT_END,
  QUOTE,
  SPACE,
} from '../trace/json-bytes.js';

export interface Indenter {
  /** Adds ASCII as it is. */
  text(ascii: string): void;
  /** Adds the JSON from `from` to `to`, where values have an indent of `depth` steps; its first line has none. */
  json(bytes: Uint8Array, from: number, to: number, depth: number): void;
  /** What was added since it was asked for before. */
  take(): Uint8Array;
}

const SIZE = 2 ** 18;

const isEnd = (code: number | undefined): boolean => code === ARRAY_END || code === OBJECT_END;

export function newIndenter(): Indenter {
  let out = Buffer.allocUnsafe(SIZE);
  let at = 0;

  function room(bytes: number): void {
    if (at + bytes <= out.length) return;
    const larger = Buffer.allocUnsafe(2 * (at + bytes));
    out.copy(larger, 0, 0, at);
    out = larger;
  }

  function newline(level: number): void {
    out[at++] = LINE_FEED;
    for (let left = 2 * level; left > 0; left--) out[at++] = SPACE;
  }

  /** Adds the string that begins at `start`; gives where its last quote stands. */
  function string(bytes: Uint8Array, start: number): number {
    const end = endOfString(bytes, start);
    room(end - start + 1);
    for (let from = start; from <= end; from++) out[at++] = bytes[from] ?? 0;
    return end;
  }

  return {
    text(ascii) {
      room(ascii.length);
      at += out.write(ascii, at, 'latin1');
    },
    json(bytes, from, to, depth) {
      let level = depth;
      for (let next = from; next < to; next++) {
        const code = bytes[next] ?? 0;
        room(2 * level + 4);
        if (code === QUOTE) {
          next = string(bytes, next);
        } else if (code === COMMA) {
          out[at++] = code;
          newline(level);
        } else if (code === COLON) {
          out[at++] = code;
          out[at++] = SPACE;
        } else if (code === ARRAY || code === OBJECT) {
          out[at++] = code;
          // What is empty stays in one piece.
          if (isEnd(bytes[next + 1])) {
            next += 1;
            out[at++] = bytes[next] ?? 0;
          } else {
            level += 1;
            newline(level);
          }
        } else {
          if (isEnd(code)) {
            level -= 1;
            newline(level);
          }
          out[at++] = code;
        }
      }
    },
    take() {
      const taken = out.subarray(0, at);
      out = Buffer.allocUnsafe(SIZE);
      at = 0;
      return taken;
    },
  };
}

/** Where the quote stands that ends the string which begins at `start`. */
function endOfString(bytes: Uint8Array, start: number): number {
  for (let at = start + 1; ; at++) {
    const code = bytes[at];
    if (code === BACKSLASH) at += 1;
    else if (code === QUOTE) return at;
  }
}
