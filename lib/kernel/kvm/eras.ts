/** What changed over the years in the lines of kvm_arm_init: one row an era, so that the code need not ask which. */

import { ERAS, type Era } from '../../model/kvm.js';
import type { Asking } from '../../model/port.js';
import { fact } from '../linux/asks.js';

export interface EraOfKvm {
  /** Whether an IPA limit below 40 bits gets its remark; without it, 5.x printed `40bits` in one word. */
  readonly remarksReducedIpa: boolean;
  /** Whether LPA2 takes a kernel with 4K or 16K pages beyond 48 bits at stage 2. */
  readonly lpa2: boolean;
  /** Whether nested virtualisation sorts its trap handlers at boot, and says how many. */
  readonly nv: boolean;
  /** How an EL1 kernel's mode line names the hypervisor. */
  readonly modeLine: 'Hyp' | 'Hyp or Protected nVHE' | 'Hyp or Protected nVHE or hVHE';
  /** Whether the nested capability is in the mode line. */
  readonly namesNv2: boolean;
  /** Whether kvm-arm.mode=nested gives up without GICv3. */
  readonly nvNeedsGicv3: boolean;
  /** Whether a broken CNTVOFF_EL2 is worked around. */
  readonly cntvoff: boolean;
  readonly hypTracing: boolean;
}

const LINUX_5_10: EraOfKvm = {
  remarksReducedIpa: false,
  lpa2: false,
  nv: false,
  modeLine: 'Hyp',
  namesNv2: false,
  nvNeedsGicv3: false,
  cntvoff: false,
  hypTracing: false,
};

const LINUX_6_1: EraOfKvm = {
  ...LINUX_5_10,
  remarksReducedIpa: true,
  modeLine: 'Hyp or Protected nVHE',
};

const LINUX_6_12: EraOfKvm = {
  ...LINUX_6_1,
  lpa2: true,
  nv: true,
  modeLine: 'Hyp or Protected nVHE or hVHE',
};

/** As of October 2026, commit 0b7d843ef3bf. */
const LINUX_2026: EraOfKvm = {
  ...LINUX_6_12,
  namesNv2: true,
  nvNeedsGicv3: true,
  cntvoff: true,
  hypTracing: true,
};

const OF: Readonly<Record<Era, EraOfKvm>> = {
  'linux-5.10': LINUX_5_10,
  'linux-6.1': LINUX_6_1,
  'linux-6.12': LINUX_6_12,
  'linux-2026': LINUX_2026,
};

/** The era that the machine's kernel is of; the newest where a trace edited by hand names none of them. */
export function* era(): Asking<EraOfKvm> {
  const name = yield* fact('kvm_era');
  return OF[ERAS.find(known => known === name) ?? 'linux-2026'];
}
