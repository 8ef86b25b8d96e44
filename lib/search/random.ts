/**
 * Answers drawn at random, the same for the same seed on every machine: the n-th depends on the seed and n alone, so that
 * a part of a sweep need not draw what comes before it.
 */
import { splitmix64 } from '../model/splitmix64.js';
import { ALL_ONES, field, type U64, u64, wrap64 } from '../model/u64.js';
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
  const first = BigInt.asUintN(64, BigInt(index) * LANES);
  const draw = (lane: bigint) => splitmix64(seed, BigInt.asUintN(64, first + lane));
  return [
    drawnStatus(draw(1n), draw(2n)),
    drawnRevision(draw(3n), draw(4n)),
    drawnRevision(draw(5n), draw(6n)),
  ];
}

/** Draws for each answer. */
const LANES = 6n;
/**
 * 64 uniform bits would never hit a boundary: each draw picks which bits to keep, so that small statuses, packed ones
 * and arbitrary words all come up. Every fourth is success.
 */
const STATUS: readonly bigint[] = [0n, 0n, 0x3n, 0x1n, 0xfn, 0xffffn, 0xffff_ffffn, ALL_ONES];
/** The kind whose bits are the complement of an error: -1 to -4, SMCCC's. */
const SMCCC_ERROR = 2;

function drawnStatus(kind: U64, value: U64): U64 {
  const of = field(kind, 0, 3);
  const kept = wrap64(value & (STATUS[of] ?? 0n));
  return of === SMCCC_ERROR ? wrap64(-1n - kept) : kept;
}

/** Two small numbers: bits 17:16 and 1:0. */
const SMALL = 0x3_0003n;
/** Mostly those, some with stray bits above, some with any major revision, some arbitrary words. */
const REVISION: readonly bigint[] = [
  ALL_ONES,
  0xffff_ffffn,
  SMALL | 0xffff_ffff_8000_0000n,
  SMALL | 0x7fff_0000n,
];

function drawnRevision(kind: U64, value: U64): U64 {
  return wrap64(value & (REVISION[field(kind, 0, 3)] ?? SMALL));
}
