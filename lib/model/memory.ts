/** Memory that arguments of a call point to. */
import type { Memory } from './events.js';
import type { KnownMemory, SmcRequest } from './port.js';
import { hex, type Seen, type U64 } from './u64.js';

/**
 * The memory that a kernel handed over, as it finds it after the call. What `replied` says nothing of is as it was; `known`
 * gives the value of a word that nobody saw.
 */
export function memoryAfter(
  { mem: before = [] }: SmcRequest,
  replied: readonly Memory[] = [],
  known: (value: Seen) => U64,
): readonly KnownMemory[] {
  return before.map(({ pa, words }) => {
    const written = replied.filter(memory => memory.pa === pa).flatMap(memory => memory.words);
    return {
      pa,
      words: new Map([...words, ...written].map(({ offset, value }) => [offset, known(value)])),
    };
  });
}

/** What a word of memory is called: by its offset from the address that the argument has. */
export function wordPlace(offset: U64): string {
  return `mem[${hex(offset)}]`;
}

export interface WordDifference {
  readonly place: string;
  readonly a: U64;
  readonly b: U64;
}

/** The words in which two calls differ, before or after them. Those that one side alone shows, or nobody saw, do not count. */
export function memoryDifferences(
  a: readonly Memory[] = [],
  b: readonly Memory[] = [],
  when: Memory['at'],
): readonly WordDifference[] {
  const differences: WordDifference[] = [];
  const theirs = contentOf(b, when);
  for (const [pa, words] of contentOf(a, when)) {
    const others = theirs.get(pa);
    for (const [offset, was] of words) {
      const is = others?.get(offset) ?? null;
      if (was !== null && is !== null && was !== is)
        differences.push({ place: wordPlace(offset), a: was, b: is });
    }
  }
  return differences;
}

/** Words by address and offset; of several the last counts. */
function contentOf(mem: readonly Memory[], when: Memory['at']): ReadonlyMap<U64, ReadonlyMap<U64, Seen>> {
  const content = new Map<U64, Map<U64, Seen>>();
  for (const { pa, at, words } of mem) {
    if (at !== when) continue;
    const known = content.get(pa) ?? new Map<U64, Seen>();
    content.set(pa, known);
    for (const { offset, value } of words) known.set(offset, value);
  }
  return content;
}

/** Addresses, offsets and words in a row: equal where the memory is. */
export function wordsOf(mem: readonly Memory[] = []): readonly Seen[] {
  return mem.flatMap(({ pa, words }) => [pa, ...words.flatMap(({ offset, value }) => [offset, value])]);
}

/** The words of memory after a call that nobody saw. */
export function unknownWords(mem: readonly Memory[] = []): readonly string[] {
  return mem.flatMap(({ at, words }) =>
    at === 'call' ? [] : words.flatMap(({ offset, value }) => (value === null ? [wordPlace(offset)] : [])),
  );
}

/** The same memory, the words that nobody saw after the call having a value where `knownAt` gives one. */
export function withKnownWords(
  mem: readonly Memory[],
  knownAt: (place: string) => U64 | undefined,
): readonly Memory[] {
  return mem.map(memory => {
    if (memory.at === 'call') return memory;
    const words = memory.words.map(({ offset, value }) => ({
      offset,
      value: value ?? knownAt(wordPlace(offset)) ?? null,
    }));
    return { ...memory, words };
  });
}
