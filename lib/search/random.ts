/**
 * Answers drawn at random, the same for the same seed on every machine: the n-th depends on the seed and n alone, so that
 * a part of a sweep need not draw what comes before it.
 */
import { splitmix64 } from '../model/splitmix64.js';
import { field, type U64, u64, withBits, wrap64 } from '../model/u64.js';
import type { Axis } from './axes.js';
import { answerAxis, type VersionRegisters } from './version-answers.js';

/** `count` answers of the seed `seed`. */
export function randomAxis(count: number, seed: U64): Axis {
  return answerAxis(`random ${seed}`, count, index => drawnAnswer(seed, index));
}

/** A seed from its text: a decimal of 64 bits; `null` for anything else. */
export function parseSeed(text: string): U64 | null {
  if (!/^\d{1,20}$/.test(text)) return null;
  const value = BigInt(text);
  return BigInt.asUintN(64, value) === value ? u64(value) : null;
}

/** The answer number `index`, from 0. */
export function drawnAnswer(seed: U64, index: number): VersionRegisters {
  const draw = (lane: number) => splitmix64(seed, BigInt(index) * LANES + BigInt(lane) + 1n);
  return [drawnStatus(draw(0), draw(1)), drawnRevision(draw(2), draw(3)), drawnRevision(draw(4), draw(5))];
}

/** Draws for each answer. */
const LANES = 6n;
/**
 * 64 uniform bits would never hit a boundary: each draw picks how many bits to use, so that small statuses, packed ones
 * and arbitrary words all come up. Every fourth is success.
 */
function drawnStatus(kind: U64, value: U64): U64 {
  return KEPT[field(kind, 0, 3)]?.(value) ?? value;
}

const KEPT: readonly ((value: U64) => U64)[] = [
  () => u64(0n),
  () => u64(0n),
  // -1 to -4: SMCCC's errors.
  value => wrap64(-1n - lowBits(value, 2)),
  value => lowBits(value, 1),
  value => lowBits(value, 4),
  value => lowBits(value, 16),
  value => lowBits(value, 32),
  value => value,
];

/** Mostly revisions of two small numbers, some with stray bits, some arbitrary words. */
function drawnRevision(kind: U64, value: U64): U64 {
  const small = withBits(lowBits(value, 2), 16, 2, value >> 16n);
  switch (field(kind, 0, 3)) {
    case 0:
      return value;
    case 1:
      return lowBits(value, 32);
    case 2:
      return withBits(small, 31, 33, value >> 31n);
    case 3:
      return withBits(small, 16, 15, value >> 16n);
    default:
      return small;
  }
}

function lowBits(value: U64, width: number): U64 {
  return withBits(value, width, 64 - width, 0n);
}
