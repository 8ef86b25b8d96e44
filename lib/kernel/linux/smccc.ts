/** The kernel's side of the SMC calling convention: which conduit a call takes, and whether it leaves at all. */
import { NOT_SUPPORTED_64, SVE_HINT, trimmed } from '../../abi/smccc.js';
import type { Conduit, FactValue, Memory } from '../../model/events.js';
import type { Asking, KnownMemory } from '../../model/port.js';
import { type U64, wrap64, ZERO } from '../../model/u64.js';
import { fact, smcWithMemory } from './asks.js';

/** struct arm_smccc_res; of struct arm_smccc_1_2_regs, the registers that a check reads. */
export interface arm_smccc_res {
  readonly a0: U64;
  readonly a1: U64;
  readonly a2: U64;
  readonly a3: U64;
}

/** struct arm_smccc_1_2_regs after a call. */
export interface arm_smccc_1_2_regs extends arm_smccc_res {
  /** x0..x17. */
  readonly a: readonly U64[];
  /** The memory that was handed over, after the call. */
  readonly mem: readonly KnownMemory[];
}

/** What a call takes along besides its arguments. */
export interface Along {
  /** Memory that an argument points to, as it is before the call. */
  readonly mem?: readonly Memory[];
  /** What a call by 1.1 leaves in the registers after its arguments. */
  readonly junk?: readonly U64[];
}

/** The boot CPU makes the calls of an initcall in the recordings that exist; none of them depends on the CPU. */
const CPU = 0;

/**
 * The conduit that calls take: what the firmware tables say, but none for firmware older than SMCCC 1.1
 * (arm_smccc_1_1_get_conduit, drivers/firmware/smccc/smccc.c).
 */
export function conduitOf(conduit: FactValue | undefined, version: FactValue | undefined): Conduit | null {
  if (version === '1.0' || String(version).startsWith('0.')) return null;
  return conduit === 'smc' || conduit === 'hvc' ? conduit : null;
}

/** SMCCC_CONDUIT_NONE is `null`. */
export function* arm_smccc_1_1_get_conduit(): Asking<Conduit | null> {
  return conduitOf(yield* fact('conduit'), yield* fact('smccc_version'));
}

/**
 * Without a conduit no call leaves the kernel: a0 alone becomes SMCCC_RET_NOT_SUPPORTED, and a1..a3 keep what the
 * caller's memory held, which no caller may read; they are zero here.
 */
const NO_CALL: arm_smccc_1_2_regs = regs([NOT_SUPPORTED_64], []);

export function arm_smccc_1_1_invoke(fid: U64, ...args: readonly U64[]): Asking<arm_smccc_res> {
  return arm_smccc_1_1_invoke_along(fid, args);
}

/** The same with memory, or with what is left over in the registers that it does not set. */
export function* arm_smccc_1_1_invoke_along(
  fid: U64,
  args: readonly U64[],
  along?: Along,
): Asking<arm_smccc_1_2_regs> {
  const via = conduitOf(yield* fact('conduit'), yield* fact('smccc_version'));
  if (via === null) return NO_CALL;
  return yield* arm_smccc_1_1(via, hintOf(yield* fact('sve_hint')), fid, args, along);
}

/** The same for many calls: the conduit and the hint, which are the same for all of them, are asked for once. */
export function* arm_smccc_1_1_invoker(): Asking<
  (fid: U64, args: readonly U64[], along?: Along) => Asking<arm_smccc_1_2_regs>
> {
  const via = yield* arm_smccc_1_1_get_conduit();
  if (via === null) return noCall;
  const sve_hint = hintOf(yield* fact('sve_hint'));
  return (fid, args, along) => arm_smccc_1_1(via, sve_hint, fid, args, along);
}

/** SMCCC 1.3: a kernel without live SVE state may say so in bit 16 of the FID; real Linux sends 0xc4010150. */
function hintOf(sve_hint: FactValue): U64 {
  return sve_hint === true ? SVE_HINT : ZERO;
}

function* arm_smccc_1_1(
  via: Conduit,
  sve_hint: U64,
  fid: U64,
  args: readonly U64[],
  along?: Along,
): Asking<arm_smccc_1_2_regs> {
  const bare = { cpu: CPU, via, cc: '1.1', fid: wrap64(fid | sve_hint), args } as const;
  const request = along === undefined ? bare : { ...bare, ...along };
  const { res, mem } = yield* smcWithMemory(request);
  return regs(res, mem);
}

// biome-ignore lint/correctness/useYield: no call leaves the kernel
function* noCall(): Asking<arm_smccc_1_2_regs> {
  return NO_CALL;
}

/** The same by SMCCC 1.2: x1..x17 are all the caller's, and an argument may point to memory. */
export function* arm_smccc_1_2_invoke_along(
  fid: U64,
  args: readonly U64[],
  mem?: readonly Memory[],
): Asking<arm_smccc_1_2_regs> {
  const via = conduitOf(yield* fact('conduit'), yield* fact('smccc_version'));
  return via === null ? NO_CALL : yield* arm_smccc_1_2(via, fid, args, mem);
}

/** The same for many calls: the conduit, which is the same for all of them, is asked for once. */
export function* arm_smccc_1_2_invoker(): Asking<typeof arm_smccc_1_2_invoke_along> {
  const via = yield* arm_smccc_1_1_get_conduit();
  return via === null ? arm_smccc_1_2_invoke_along : (fid, args, mem) => arm_smccc_1_2(via, fid, args, mem);
}

/** By SMC, whatever the conduit is. */
export function arm_smccc_1_2_smc(fid: U64, ...args: readonly U64[]): Asking<arm_smccc_1_2_regs> {
  return arm_smccc_1_2('smc', fid, args);
}

export function arm_smccc_1_2_smc_along(
  fid: U64,
  args: readonly U64[],
  mem?: readonly Memory[],
): Asking<arm_smccc_1_2_regs> {
  return arm_smccc_1_2('smc', fid, args, mem);
}

/** The assembly that loads x0..x17 sets no SVE hint (SMCCC_1_2, arch/arm64/kernel/smccc-call.S). */
function* arm_smccc_1_2(
  via: Conduit,
  fid: U64,
  args: readonly U64[],
  mem?: readonly Memory[],
): Asking<arm_smccc_1_2_regs> {
  const along = mem === undefined ? {} : { mem };
  const after = yield* smcWithMemory({ cpu: CPU, via, cc: '1.2', fid, args: trimmed(args), ...along });
  return regs(after.res, after.mem);
}

function regs(res: readonly U64[], mem: readonly KnownMemory[]): arm_smccc_1_2_regs {
  const [a0 = ZERO, a1 = ZERO, a2 = ZERO, a3 = ZERO] = res;
  return { a0, a1, a2, a3, a: res, mem };
}
