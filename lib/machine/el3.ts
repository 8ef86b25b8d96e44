/**
 * EL3, in front of the RMM. It forwards the RMI range and answers everything else by itself: TF-A v2.15, as a probe
 * at EL2 and Linux found it. An answer of its own leaves x1..x17 as the caller left them: they are no results.
 */
import { callId } from '../abi/smccc.js';
import type { Memory } from '../model/events.js';
import { type ConsoleLine, type Reply, type Rmm, toReply } from '../model/port.js';
import { ALL_ONES, bits, hex, type U64, u64, ZERO } from '../model/u64.js';
import type { Presence } from '../rmm/profile.js';

export interface El3Options {
  readonly presence: Presence;
  /** What SMCCC_VERSION answers. */
  readonly smccc: U64;
}

/** Answers a call with `x`, x0..x17 as they left the caller; the answer has x0..x17 as well. */
export type Firmware = (x: readonly U64[], mem?: readonly Memory[]) => Reply;

export function createEl3({ rmm, ...options }: El3Options & { readonly rmm: Rmm }): Firmware {
  const own = createEl3Alone(options);
  return (x, mem) => own(x) ?? toReply(rmm.call(x[0] ?? ZERO, x.slice(1), mem));
}

/** What EL3 answers by itself; `null` for a call that it hands to the RMM. */
export function createEl3Alone({ presence, smccc }: El3Options): (x: readonly U64[]) => Reply | null {
  return x => {
    const [x0 = ZERO, x1 = ZERO] = x;
    const fid = callId(bits(x0, 0, 32));

    const own = SERVICES.get(key(fid, x1)) ?? SERVICES.get(key(fid));
    if (own !== undefined) return answer([own === 'smccc' ? smccc : own, ...x.slice(1)]);
    if (isUnlisted(fid)) {
      return {
        kind: 'fault',
        code: 'unanswered',
        text: `the emulated EL3 does not implement ${hex(fid)} with x1 ${hex(x1)}`,
      };
    }

    const range = RANGES.find(([first, last]) => fid >= first && fid <= last)?.[2];
    if (range === 'rmi' && FORWARDS[presence]) return null;
    const line = range === undefined ? null : WARNINGS[presence][range];
    return answer([ALL_ONES, ...x.slice(1)], line === null ? [] : [{ src: 'el3', text: line }]);
  };
}

type Range = 'rmi' | 'rmm-el3';

/** SMC64 fast standard calls: the two parts of RMI's range, and the RMM's own services at EL3, which NS may not use. */
const RANGES: readonly (readonly [first: bigint, last: bigint, range: Range])[] = [
  [0xc4000150n, 0xc400018fn, 'rmi'],
  [0xc40001b0n, 0xc40001cfn, 'rmm-el3'],
  [0xc40001d0n, 0xc40002cfn, 'rmi'],
];

const FORWARDS: Readonly<Record<Presence, boolean>> = {
  running: true,
  silent: true,
  failed: false,
  absent: false,
};

const FORBIDDEN = 'WARNING: RMMD: RMM-EL3 call originated from secure or normal world';

/** What EL3 prints when it refuses a call in one of its ranges. Without RME in hardware it has no such ranges. */
const WARNINGS: Readonly<Record<Presence, Readonly<Record<Range, string | null>>>> = {
  running: { rmi: null, 'rmm-el3': FORBIDDEN },
  silent: { rmi: null, 'rmm-el3': FORBIDDEN },
  failed: {
    rmi: 'WARNING: RMMD: Failed to boot up RMM. Ignoring RMI call',
    'rmm-el3': 'WARNING: RMMD: Failed to boot up RMM. Ignoring RMM-EL3 call',
  },
  absent: { rmi: null, 'rmm-el3': null },
};

/** EL3's own services, as far as they were seen to answer: by FID, or by FID and x1. */
const SERVICES: ReadonlyMap<string, U64 | 'smccc'> = new Map<string, U64 | 'smccc'>([
  ['0x80000000', 'smccc'],
  // SMCCC_ARCH_FEATURES of SMCCC_VERSION and of SMCCC_ARCH_SOC_ID.
  ['0x80000001 0x80000000', ZERO],
  ['0x80000001 0x80000002', ALL_ONES],
  // PSCI_VERSION 1.1; MIGRATE_INFO_TYPE; PSCI_FEATURES of SMCCC_VERSION, CPU_SUSPEND and SYSTEM_RESET2.
  ['0x84000000', u64(0x10001n)],
  ['0x84000006', ALL_ONES],
  ['0x8400000a 0x80000000', ZERO],
  ['0x8400000a 0xc4000001', ZERO],
  ['0x8400000a 0xc4000012', ALL_ONES],
]);

/** EL3's other services: another SMCCC or PSCI call has an answer there, but is not emulated. */
const UNLISTED: readonly (readonly [first: bigint, last: bigint])[] = [
  [0x80000000n, 0x8000ffffn],
  [0x84000000n, 0x8400001fn],
  [0xc0000000n, 0xc000ffffn],
  [0xc4000000n, 0xc400001fn],
];

function isUnlisted(fid: U64): boolean {
  return UNLISTED.some(([first, last]) => fid >= first && fid <= last);
}

function key(...registers: readonly U64[]): string {
  return registers.map(hex).join(' ');
}

function answer(res: readonly U64[], console: readonly ConsoleLine[] = []): Reply {
  return { kind: 'answer', res, console };
}
