/**
 * A 64-bit register value. The only file that makes one from something else, and the only one that prints one.
 * A U64 never passes through a JavaScript number: `field` hands out small fields, and nothing else narrows.
 */
declare const brand: unique symbol;

/** An unsigned 64-bit value, 0 to 2^64 - 1. */
export type U64 = bigint & { readonly [brand]: 'U64' };

/** What a place in a trace holds: a value, or `null` where nobody saw the register. */
export type Seen = U64 | null;

const MAX = (1n << 64n) - 1n;
const ANY_SPELLING = /^0x[0-9a-f]{1,16}$/i;
const CANONICAL = /^0x(?:0|[1-9a-f][0-9a-f]{0,15})$/;

/** The value of a bigint that is in range already; out of range is a bug of the caller, and throws. */
export function u64(value: bigint): U64 {
  if (value < 0n || value > MAX) throw new RangeError(`not a 64-bit value: ${value}`);
  return value as U64;
}

/** Any bigint modulo 2^64, as a 64-bit register keeps it: -1n becomes all ones. */
export function wrap64(value: bigint): U64 {
  return BigInt.asUintN(64, value) as U64;
}

/** A C `int` (errno, SMCCC return code) as a 64-bit register holds it: sign-extended. */
export function fromInt(value: number): U64 {
  if (!Number.isSafeInteger(value)) throw new RangeError(`not an integer: ${value}`);
  return wrap64(BigInt(value));
}

/** As a C `long` of 64 bits: -2^63 to 2^63 - 1. */
export function toLong(value: U64): bigint {
  return BigInt.asIntN(64, value);
}

/** The value of the one spelling that files use (`0x0`, `0xc4000150`); `null` for any other spelling. */
export function parseHex(text: string): U64 | null {
  return CANONICAL.test(text) ? (BigInt(text) as U64) : null;
}

/** The value of hex as people type it, `0x00010000` and `0xABCD` too; `null` for what is no 64-bit value. */
export function readHex(text: string): U64 | null {
  return ANY_SPELLING.test(text) ? (BigInt(text) as U64) : null;
}

/** The one spelling: lower case, `0x`, no leading zeros. */
export function hex(value: U64): string {
  return `0x${value.toString(16)}`;
}

/** As C's `%lx` prints it: no `0x`, padded on the left to `width` columns with `pad`. */
export function lx(value: U64, width = 0, pad = ' '): string {
  return value.toString(16).padStart(width, pad);
}

/** Bits `lsb` to `lsb + width - 1`, moved down to bit 0. */
export function bits(value: U64, lsb: number, width: number): U64 {
  return BigInt.asUintN(width, value >> BigInt(lsb)) as U64;
}

/** `value` with the bits of `mask` cleared. */
export function without(value: U64, mask: U64): U64 {
  return wrap64(value ^ BigInt.asUintN(64, value & mask));
}

/** A field of at most 32 bits as a plain number, 0 to 2^width - 1. */
export function field(value: U64, lsb: number, width: number): number {
  if (width > 32) throw new RangeError(`a field of ${width} bits does not fit a number`);
  // With a width that is a constant V8 cuts machine words.
  const moved = lsb === 0 ? value : BigInt.asUintN(64, value >> BigInt(lsb));
  const low = Number(BigInt.asUintN(32, moved));
  return width === 32 ? low : low & ((1 << width) - 1);
}

/** `value` with bits `lsb` to `lsb + width - 1` replaced by the low bits of `content`. */
export function withBits(value: U64, lsb: number, width: number, content: bigint): U64 {
  const mask = ((1n << BigInt(width)) - 1n) << BigInt(lsb);
  return wrap64((value & ~mask) | ((content << BigInt(lsb)) & mask));
}

export const ZERO = 0n as U64;
export const ALL_ONES = MAX as U64;
