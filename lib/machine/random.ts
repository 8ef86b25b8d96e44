/**
 * SplitMix64 (Steele, Lea and Flood, 2014): the nth value follows from the seed and n alone, so that narrowing a rule to
 * one call, or running it again elsewhere, keeps the value of every call.
 */
import { type U64, wrap64 } from '../model/u64.js';

const GAMMA = 0x9e3779b97f4a7c15n;

/** The `count`th value of the sequence, `count` from 1. */
export function drawn(seed: U64, count: number): U64 {
  const z = wrap64(seed + BigInt(count) * GAMMA);
  const y = wrap64((z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n);
  const x = wrap64((y ^ (y >> 27n)) * 0x94d049bb133111ebn);
  return wrap64(x ^ (x >> 31n));
}
