/**
 * Looks through bytes for texts and counts newlines, in one pass, and makes no text of them. It looks at each second pair
 * of bytes: of a text, one of two neighbouring pairs is among these, so a pair at an even and a pair at an odd place of it
 * are enough to find it wherever it begins.
 */

export interface Needles {
  /**
   * The first text at or behind `from` that ends before `to`; -1 where there is none. `bytes` begins at an address
   * that is a multiple of four.
   */
  find(bytes: Buffer, from: number, to: number): number;
  /** The next one, of the same bytes, where the line of the last begins at `from`: it may begin before the last, or with it. */
  next(bytes: Buffer, from: number, to: number): number;
  /** How many newlines `find` or `next` passed: those before the line that it found, else all. */
  passed(): number;
  /** Where the line begins that something was found in: `from` where it passed no newline. */
  start(): number;
  /** Which of the texts was found, from 0. */
  which(): number;
}

const LF = 10;

/** A text that a pair of bytes may be part of. */
interface Candidate {
  readonly number: number;
  readonly text: Uint8Array;
  /** Where in it the pair stands. */
  readonly at: number;
}

const NONE: Candidate = { number: -1, text: new Uint8Array(), at: 0 };

/** What a pair is: nothing, a newline in its first byte, in its second, in both; from here on, part of some of the texts. */
const FIRST = 1;
const SECOND = 2;
const BOTH = 3;
const MOST_KINDS = 256;

/** `texts`: ASCII without newlines, each of three characters or more, no two the same. */
export function newNeedles(texts: readonly string[]): Needles {
  const kinds = new Uint8Array(1 << 16);
  const candidates: Candidate[][] = [[], [], [], []];
  for (let other = 0; other < 256; other++) {
    kinds[pairOf(LF, other)] = FIRST;
    kinds[pairOf(other, LF)] = SECOND;
  }
  kinds[pairOf(LF, LF)] = BOTH;
  for (const [number, each] of texts.entries()) {
    const text = Buffer.from(each);
    for (const parity of [0, 1]) {
      const at = rarest(each, parity);
      const pair = pairOf(text[at] ?? 0, text[at + 1] ?? 0);
      // With more pairs than numbers for them, some share one.
      const kind = kinds[pair] || Math.min(candidates.length, MOST_KINDS - 1);
      kinds[pair] = kind;
      candidates[kind] = [...(candidates[kind] ?? []), { number, text, at }];
    }
  }
  let pairs: Uint16Array = new Uint16Array();
  let words: Int32Array = new Int32Array();
  let count = 0;
  let line = 0;
  let latest = -1;
  /** Where the last was found: the pair, and which of its candidates it was. */
  let place = 0;
  let candidate = 0;

  const view = ({ buffer, byteOffset, byteLength }: Buffer): void => {
    if (pairs.buffer === buffer && pairs.byteOffset === byteOffset && pairs.length === byteLength >> 1)
      return;
    pairs = new Uint16Array(buffer, byteOffset, byteLength >> 1);
    words = new Int32Array(buffer, byteOffset, byteLength >> 2);
  };
  /** Where a text with the pair at this place begins; `first`: the first of its candidates that is tried. */
  const textAt = (bytes: Buffer, pair: number, first: number, from: number, to: number): number => {
    const some = candidates[kinds[pairs[pair >> 1] ?? 0] ?? 0] ?? [];
    for (let each = first; each < some.length; each++) {
      const { number, text, at } = some[each] ?? NONE;
      const begin = pair - at;
      if (begin < from || begin + text.length > to || !stands(bytes, text, begin)) continue;
      latest = number;
      place = pair;
      candidate = each;
      return begin;
    }
    return -1;
  };
  /** The first word, two pairs, from one on with a pair that is something. */
  const wordFrom = (from: number, end: number): number => {
    let at = from;
    for (; at < end; at++) {
      const word = words[at] ?? 0;
      if (((kinds[word & 0xffff] ?? 0) | (kinds[word >>> 16] ?? 0)) !== 0) break;
    }
    return at;
  };
  const passNewline = (at: number): void => {
    count += 1;
    line = at + 1;
  };

  /** From a place on that is even; `from`: what is found begins there or behind it. */
  const search = (bytes: Buffer, begin: number, from: number, to: number): number => {
    let at = begin;
    for (; at + 2 <= to; at += 2) {
      if (at % 4 === 0) at = wordFrom(at >> 2, to >> 2) << 2;
      if (at + 2 > to) break;
      const kind = kinds[pairs[at >> 1] ?? 0] ?? 0;
      if (kind > BOTH) {
        const found = textAt(bytes, at, 0, from, to);
        if (found >= 0) return found;
      } else if (kind !== 0) {
        if (kind !== SECOND) passNewline(at);
        if (kind !== FIRST) passNewline(at + 1);
      }
    }
    if (at < to && bytes[at] === LF) passNewline(at);
    return -1;
  };

  return {
    find(bytes, from, to) {
      view(bytes);
      count = 0;
      line = from;
      if (from % 2 === 0) return search(bytes, from, from, to);
      if (from < to && bytes[from] === LF) passNewline(from);
      return search(bytes, from + 1, from, to);
    },
    next(bytes, from, to) {
      count = 0;
      line = from;
      const found = textAt(bytes, place, candidate + 1, from, to);
      return found >= 0 ? found : search(bytes, place + 2, from, to);
    },
    passed: () => count,
    start: () => line,
    which: () => latest,
  };
}

function stands(bytes: Buffer, text: Uint8Array, begin: number): boolean {
  for (let at = 0; at < text.length; at++) if (bytes[begin + at] !== text[at]) return false;
  return true;
}

/** As a Uint16Array of this machine has it. */
function pairOf(first: number, second: number): number {
  return new Uint16Array(Uint8Array.of(first, second).buffer)[0] ?? 0;
}

/** Of the pairs at even or at odd places of a text, the one that logs have least. */
function rarest(text: string, parity: number): number {
  let best = parity;
  for (let at = parity; at + 1 < text.length; at += 2) if (cost(text, at) < cost(text, best)) best = at;
  return best;
}

function cost(text: string, at: number): number {
  return frequency(text.charAt(at)) * frequency(text.charAt(at + 1));
}

/** Small letters by how often logs have them; a rare one is what makes a pair rare. */
const LETTERS = 'jqzkwvybghxpmuflcdsnroiaet';

/** Of every thousand characters of a log, about. */
function frequency(character: string): number {
  const letter = LETTERS.indexOf(character);
  if (letter >= 0) return 2 + 2 * letter;
  if (/\d/.test(character)) return 25;
  return character === ' ' ? 120 : 3;
}
