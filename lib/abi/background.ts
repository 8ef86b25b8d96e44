/**
 * The calls around the handshake: PSCI, TRNG, the SMCCC's own, RSI, and the RMM's calls to EL3. KVM's init makes none
 * of them; they are kept, shown and never matched.
 */
import type { SmcEvent, World } from '../model/events.js';
import { ALL_ONES, bits, field, fromInt, type U64, u64 } from '../model/u64.js';
import { callId, smcccError, standardFid } from './smccc.js';

/** True of every call but an RMI call from the Normal world. */
export function isBackground(event: SmcEvent): boolean {
  return event.from !== 'ns' || !isRmi(event.fid);
}

/** True of an RMI call that is the kernel's, as far as the trace says: firmware may ask RMI_VERSION before it. */
export function isKernelCall(event: SmcEvent): boolean {
  return !isBackground(event) && event.by !== 'firmware';
}

/**
 * Whether a FID, its SVE hint ignored, lies in RMI's ranges, named or not. 0xc400018f from the Realm world is not
 * RMI: with it the RMM hands the result of an RMI call back to EL3.
 */
export function isRmi(fid: U64, from: World = 'ns'): boolean {
  const id = callId(fid);
  if (id === REQ_COMPLETE && from === 'realm') return false;
  return RMI_RANGES.some(([first, last]) => id >= first && id <= last);
}

/** The name of a call that is not RMI's, its SVE hint ignored; `null` for a FID without a name here. */
export function backgroundName(fid: U64): string | null {
  return NAMES.get(callId(fid)) ?? null;
}

/** The FID of a call that is not RMI's, by its name: SMC32 where it has both; `null` for a name that is none. */
export function backgroundFid(name: string): U64 | null {
  for (const [fid, known] of NAMES) if (known === name) return fid;
  return null;
}

const REQ_COMPLETE = standardFid(0x18f);

/** The old range, and the one that 2.0 opened behind RSI and RMM-EL3; reserved for RMI up to 0x2cf. */
const RMI_RANGES: readonly (readonly [U64, U64])[] = [
  [standardFid(0x150), standardFid(0x18f)],
  [standardFid(0x1d0), standardFid(0x2cf)],
];

/** Each with the FIDs it has, SMC32 before SMC64 where it has both (DEN0022, DEN0098, DEN0028). */
const FIDS: readonly (readonly [name: string, ...fids: bigint[]])[] = [
  ['SMCCC_VERSION', 0x8000_0000n],
  ['SMCCC_ARCH_FEATURES', 0x8000_0001n],
  ['SMCCC_ARCH_SOC_ID', 0x8000_0002n, 0xc000_0002n],
  ['SMCCC_ARCH_WORKAROUND_3', 0x8000_3fffn],
  ['SMCCC_ARCH_WORKAROUND_2', 0x8000_7fffn],
  ['SMCCC_ARCH_WORKAROUND_1', 0x8000_8000n],

  ['PSCI_VERSION', 0x8400_0000n],
  ['PSCI_CPU_SUSPEND', 0x8400_0001n, 0xc400_0001n],
  ['PSCI_CPU_OFF', 0x8400_0002n],
  ['PSCI_CPU_ON', 0x8400_0003n, 0xc400_0003n],
  ['PSCI_AFFINITY_INFO', 0x8400_0004n, 0xc400_0004n],
  ['PSCI_MIGRATE', 0x8400_0005n, 0xc400_0005n],
  ['PSCI_MIGRATE_INFO_TYPE', 0x8400_0006n],
  ['PSCI_MIGRATE_INFO_UP_CPU', 0x8400_0007n, 0xc400_0007n],
  ['PSCI_SYSTEM_OFF', 0x8400_0008n],
  ['PSCI_SYSTEM_RESET', 0x8400_0009n],
  ['PSCI_FEATURES', 0x8400_000an],
  ['PSCI_CPU_FREEZE', 0x8400_000bn],
  ['PSCI_CPU_DEFAULT_SUSPEND', 0x8400_000cn, 0xc400_000cn],
  ['PSCI_NODE_HW_STATE', 0x8400_000dn, 0xc400_000dn],
  ['PSCI_SYSTEM_SUSPEND', 0x8400_000en, 0xc400_000en],
  ['PSCI_SET_SUSPEND_MODE', 0x8400_000fn],
  ['PSCI_STAT_RESIDENCY', 0x8400_0010n, 0xc400_0010n],
  ['PSCI_STAT_COUNT', 0x8400_0011n, 0xc400_0011n],
  ['PSCI_SYSTEM_RESET2', 0x8400_0012n, 0xc400_0012n],
  ['PSCI_MEM_PROTECT', 0x8400_0013n],
  ['PSCI_MEM_PROTECT_CHECK_RANGE', 0x8400_0014n, 0xc400_0014n],

  ['TRNG_VERSION', 0x8400_0050n],
  ['TRNG_FEATURES', 0x8400_0051n],
  ['TRNG_GET_UUID', 0x8400_0052n],
  ['TRNG_RND', 0x8400_0053n, 0xc400_0053n],

  // RSI numbers that drafts gave several meanings (device assignment, 0x19a to 0x19f and 0x1a4 to 0x1ad) are left out.
  ['RSI_VERSION', 0xc400_0190n],
  ['RSI_FEATURES', 0xc400_0191n],
  ['RSI_MEASUREMENT_READ', 0xc400_0192n],
  ['RSI_MEASUREMENT_EXTEND', 0xc400_0193n],
  ['RSI_ATTESTATION_TOKEN_INIT', 0xc400_0194n],
  ['RSI_ATTESTATION_TOKEN_CONTINUE', 0xc400_0195n],
  ['RSI_REALM_CONFIG', 0xc400_0196n],
  ['RSI_IPA_STATE_SET', 0xc400_0197n],
  ['RSI_IPA_STATE_GET', 0xc400_0198n],
  ['RSI_HOST_CALL', 0xc400_0199n],
  ['RSI_MEM_GET_PERM_VALUE', 0xc400_01a0n],
  ['RSI_MEM_SET_PERM_INDEX', 0xc400_01a1n],
  ['RSI_MEM_SET_PERM_VALUE', 0xc400_01a2n],
  ['RSI_PLANE_ENTER', 0xc400_01a3n],
  ['RSI_PLANE_SYSREG_READ', 0xc400_01aen],
  ['RSI_PLANE_SYSREG_WRITE', 0xc400_01afn],

  // The RMM-EL3 interface (TF-A, RMM-EL3 communication interface).
  ['RMM_RMI_REQ_COMPLETE', 0xc400_018fn],
  ['RMM_GTSI_DELEGATE', 0xc400_01b0n],
  ['RMM_GTSI_UNDELEGATE', 0xc400_01b1n],
  ['RMM_ATTEST_GET_REALM_KEY', 0xc400_01b2n],
  ['RMM_ATTEST_GET_PLAT_TOKEN', 0xc400_01b3n],
  ['RMM_EL3_FEATURES', 0xc400_01b4n],
  ['RMM_EL3_TOKEN_SIGN', 0xc400_01b5n],
  ['RMM_MECID_KEY_UPDATE', 0xc400_01b6n],
  ['RMM_IDE_KEY_PROG', 0xc400_01b7n],
  ['RMM_IDE_KEY_SET_GO', 0xc400_01b8n],
  ['RMM_IDE_KEY_SET_STOP', 0xc400_01b9n],
  ['RMM_IDE_KM_PULL_RESPONSE', 0xc400_01ban],
  ['RMM_RESERVE_MEMORY', 0xc400_01bbn],
  ['RMM_BOOT_COMPLETE', 0xc400_01cfn],
];

const NAMES: ReadonlyMap<U64, string> = new Map(
  FIDS.flatMap(([name, ...fids]) => fids.map(fid => [u64(fid), name] as const)),
);

/**
 * What x0 says after a call that is not RMI's: `DENIED`, `RSI_ERROR_INPUT`, `NOT_SUPPORTED`; `null` where x0 is a value, or
 * nothing with a name. PSCI and TRNG return C ints, RSI a status, the others SMCCC's own.
 */
export function backgroundStatus(name: string, x0: U64): string | null {
  const [family = ''] = name.split('_');
  const errors = ERRORS.get(family);
  if (errors !== undefined) return errors.get(x0) ?? null;
  // The RMM's calls to EL3 have error numbers of their own, which were not read.
  if (family === 'RMM') return x0 === ALL_ONES ? 'NOT_SUPPORTED' : null;
  // Only known numbers: any other x0 of an RSI call is shown raw.
  const rsi = family === 'RSI' && bits(x0, 8, 56) === 0n ? RSI[field(x0, 0, 8)] : undefined;
  return rsi === undefined ? smcccError(x0) : `RSI_${rsi}`;
}

/** From -1 down. -2 is another error here than the SMCCC's NOT_REQUIRED (DEN0022, DEN0098). */
const ERRORS: ReadonlyMap<string, ReadonlyMap<U64, string>> = new Map([
  [
    'PSCI',
    fromMinusOne([
      'NOT_SUPPORTED',
      'INVALID_PARAMETERS',
      'DENIED',
      'ALREADY_ON',
      'ON_PENDING',
      'INTERNAL_FAILURE',
      'NOT_PRESENT',
      'DISABLED',
      'INVALID_ADDRESS',
    ]),
  ],
  ['TRNG', fromMinusOne(['NOT_SUPPORTED', 'INVALID_PARAMETERS', 'NO_ENTROPY'])],
]);

const RSI: readonly string[] = [
  'SUCCESS',
  'ERROR_INPUT',
  'ERROR_STATE',
  'INCOMPLETE',
  'ERROR_UNKNOWN',
  'ERROR_DEVICE',
];

/** After an SMC32 call the int may stand in w0 alone; after an SMC64 call it is sign-extended. */
function fromMinusOne(names: readonly string[]): ReadonlyMap<U64, string> {
  const named = names.map((name, at) => [fromInt(-1 - at), name] as const);
  return new Map([...named, ...named.map(([x0, name]) => [bits(x0, 0, 32), name] as const)]);
}
