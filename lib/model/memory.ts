/** Memory that arguments of a call point to. */
import type { Memory } from './events.js';
import type { KnownMemory, SmcRequest } from './port.js';
import type { Seen, U64 } from './u64.js';

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
