/**
 * Numbers that look random and are the same on every machine: splitmix64 (Steele, Lea and Flood, OOPSLA 2014). The
 * n-th value follows from seed and n alone, so nobody has to keep a state.
 */
import { type U64, wrap64 } from './u64.js';

const GAMMA = 0x9e3779b97f4a7c15n;

/** The n-th value of `seed`, n from 1 as the generator counts. */
export function splitmix64(seed: U64, n: bigint): U64 {
  let z = wrap64(seed + n * GAMMA);
  z = wrap64((z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n);
  z = wrap64((z ^ (z >> 27n)) * 0x94d049bb133111ebn);
  return wrap64(z ^ (z >> 31n));
}
