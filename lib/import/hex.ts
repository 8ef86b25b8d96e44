/** Hex as logs print it. */
import { type U64, u64 } from '../model/u64.js';

const WORD = /^[0-9a-f]{1,16}$/;
const SPELT = /^(?:0x)?0{0,48}([0-9a-f]{1,16})$/i;

/** `%lx`: lower case, without `0x` and without leading zeros. */
export function isHexWord(word: string): boolean {
  return WORD.test(word) && (word === '0' || !word.startsWith('0'));
}

/** The value of a word as `%lx` prints it; `null` for any other text. */
export function hexWord(word: string): U64 | null {
  return isHexWord(word) ? u64(BigInt(`0x${word}`)) : null;
}

/** The value of hex in any spelling: upper case, `0x`, leading zeros; `null` for any other text. */
export function anyHex(word: string): U64 | null {
  const digits = SPELT.exec(word)?.[1];
  return digits === undefined ? null : u64(BigInt(`0x${digits}`));
}
