/** The SMC Calling Convention (Arm DEN0028): function identifiers, the registers of a call, return codes. */
import type { CallingConvention, SmcEvent } from '../model/events.js';
import {
  ALL_ONES,
  bits,
  field,
  fromInt,
  type Seen,
  type U64,
  u64,
  withBits,
  without,
  ZERO,
} from '../model/u64.js';

/** Bit 16 of the FID since SMCCC 1.3: the caller has no live SVE state. It says nothing about which call it is. */
export const SVE_HINT: U64 = u64(0x1_0000n);

const SVE_HINT_BIT = 16;

/** The FID that names the call: without the SVE hint, and nothing else removed. */
export function callId(fid: U64): U64 {
  return without(fid, SVE_HINT);
}

/** Whether the caller set the SVE hint in this FID. */
export function hasSveHint(fid: U64): boolean {
  return field(fid, SVE_HINT_BIT, 1) === 1;
}

export interface FidParts {
  /** Bit 31: a fast call, not a yielding one. */
  readonly fast: boolean;
  /** Bit 30: SMC64, not SMC32. */
  readonly smc64: boolean;
  /** Bits 29:24; 4 is the standard secure services, where PSCI, TRNG, RMI and RSI live. */
  readonly owner: number;
  /** Bits 15:0. */
  readonly number: number;
  /** Whatever else is set, in place: bits 63:32 and 23:17. 0 in a FID that conforms. */
  readonly reserved: U64;
}

/** Takes a FID apart by its bit fields; the SVE hint belongs to none of them. */
export function fidParts(fid: U64): FidParts {
  return {
    fast: field(fid, 31, 1) === 1,
    smc64: field(fid, 30, 1) === 1,
    owner: field(fid, 24, 6),
    number: field(fid, 0, 16),
    reserved: u64((bits(fid, 32, 32) << 32n) | (bits(fid, 17, 7) << 17n)),
  };
}

/** The FID of a fast SMC64 call of the standard secure services, from its number (bits 15:0). */
export function standardFid(number: number): U64 {
  return withBits(u64(0xc400_0000n), 0, 16, BigInt(number));
}

/** x0..x17: the registers that a call passes and returns, from SMCCC 1.2 on. */
export const REGISTERS = 18;

/** How many registers a caller may set after the FID: x1..x7, x1..x17. */
export const PASSED: Readonly<Record<CallingConvention, number>> = { '1.1': 7, '1.2': REGISTERS - 1 };

/** How many registers a caller gets back: x0..x3, x0..x17. */
export const RETURNED: Readonly<Record<CallingConvention, number>> = { '1.1': 4, '1.2': REGISTERS };

/** x0..x17 with `set` in the first of them and zero in the others. */
export function allRegisters(set: readonly U64[]): readonly U64[] {
  return Array.from({ length: REGISTERS }, (_, x) => set[x] ?? ZERO);
}

/** What a caller set after the FID. By 1.2 that is all of x1..x17, whose trailing zeros need not be given. */
export function argumentsOf({ cc, args }: Pick<SmcEvent, 'cc' | 'args'>): readonly Seen[] {
  return cc === '1.1' || args.length >= PASSED[cc] ? args : [...args, ...ZEROS.slice(args.length)];
}

const ZEROS: readonly U64[] = Array(PASSED['1.2']).fill(ZERO);

/**
 * Register x0 + `x` of an answer; `null` where nobody saw it. Of a 1.2 answer trailing zeros need not be given, and of
 * a 1.1 answer what is not given is unknown.
 */
export function returnedIn({ cc, res }: Pick<SmcEvent, 'cc' | 'res'>, x: number): Seen {
  return given(res?.[x], cc === '1.2' && res !== null ? ZERO : null);
}

/** A `null` is given: it is a register that nobody saw. */
function given(value: Seen | undefined, absent: Seen): Seen {
  return value === undefined ? absent : value;
}

/** x0..x17 after a call with `x`: of x1..x3 what is no result is zero, x4 on stays the caller's (TF-RMM's entry code). */
export function afterCall(x: readonly U64[], results: readonly U64[]): readonly U64[] {
  return Array.from({ length: REGISTERS }, (_, at) => {
    return results[at] ?? (at < RETURNED['1.1'] ? ZERO : (x[at] ?? ZERO));
  });
}

/** As a call of SMCCC 1.1 is answered: x0 to x3, those that nobody saw `null`. */
export function padded(res: readonly Seen[]): readonly Seen[] {
  const unseen = Math.max(0, RETURNED['1.1'] - res.length);
  return [...res, ...Array<Seen>(unseen).fill(null)];
}

/** Without the zeros at the end. */
export function trimmed<T extends Seen>(values: readonly T[]): readonly T[] {
  return values.slice(0, values.findLastIndex(value => value !== ZERO) + 1);
}

/** SMCCC_RET_NOT_SUPPORTED as x0 holds it after an SMC64 call: the C int -1, sign-extended. */
export const NOT_SUPPORTED_64: U64 = ALL_ONES;

/** SMCCC return codes, in the same way. */
const ERRORS: ReadonlyMap<bigint, string> = new Map([
  [NOT_SUPPORTED_64, 'NOT_SUPPORTED'],
  [fromInt(-2), 'NOT_REQUIRED'],
  [fromInt(-3), 'INVALID_PARAMETER'],
]);

export const SMCCC_ERROR_NAMES: readonly string[] = [...ERRORS.values()];

/** The name of an SMCCC error that fills all 64 bits of x0; `null` for anything else, a 32-bit -1 included. */
export function smcccError(x0: U64): string | null {
  return ERRORS.get(x0) ?? null;
}

/** The x0 of an SMCCC error by its name; `null` for any other name. */
export function parseSmcccError(name: string): U64 | null {
  for (const [value, known] of ERRORS) if (known === name) return u64(value);
  return null;
}

/** Whether a call of RMI_VERSION is the RFC's: without an argument, the revision in x0 and no status. */
export function asksWithoutArgument({ cc, args }: Pick<SmcEvent, 'cc' | 'args'>): boolean {
  return cc === '1.1' && args.length === 0;
}
