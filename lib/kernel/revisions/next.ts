/**
 * Commit 24657f2ce536 of the arm64 tree, queued on 2 Oct 2026; [PATCH v20 2/9] of 29 Sep 2026. The conduit must be SMC,
 * bit 31 and above of a revision are masked off, and a blocked command is tried twice in all.
 */
import { ENXIO } from '../../abi/errno.js';
import { RMI_VERSION as SMC_RMI_VERSION } from '../../abi/rmi-commands.js';
import type { Asking } from '../../model/port.js';
import {
  cpuid_feature_extract_unsigned_field,
  read_sanitised_ftr_reg,
  type System,
} from '../linux/cpufeature.js';
import { PR } from '../linux/printk.js';
import { arm_smccc_1_1_get_conduit, arm_smccc_1_2_smc_along } from '../linux/smccc.js';
import { range_checked } from './range-check.js';
import type { Rest } from './rest.js';
import {
  type Abi,
  MASKED,
  RMI_ABI_VERSION,
  RMI_BLOCKED,
  RMI_BUSY,
  RMI_RETURN_STATUS as RMI_RESULT_STATUS,
} from './rmi-smc.js';
import { ID_AA64PFR0_EL1_RME_SHIFT } from './v13.js';
import { checked_then_read } from './v15.js';
import { type RmiInvoke, rmi_read_features } from './v17.js';

const RMM_BLOCKED_RETRY_COUNT = 2;

/** Repeats the call on RMI_BUSY without limit, and gives up at the second RMI_BLOCKED, the answers between not counted. */
export const rmi_smccc_invoke: RmiInvoke = function* (fid, args, mem) {
  for (let i = 0; ; ) {
    const regs = yield* arm_smccc_1_2_smc_along(fid, args, mem);
    const status = RMI_RESULT_STATUS(regs.a0);
    if (status !== RMI_BUSY && status !== RMI_BLOCKED) return regs;
    if (status === RMI_BLOCKED) i++;
    if (i === RMM_BLOCKED_RETRY_COUNT) return regs;
  }
};

function* rmi_check_version(system: System, abi: Abi): Asking<number> {
  const host_version = RMI_ABI_VERSION(abi.major, abi.minor);
  const aa64pfr0 = yield* read_sanitised_ftr_reg(system, 'ID_AA64PFR0_EL1');

  if (cpuid_feature_extract_unsigned_field(aa64pfr0, ID_AA64PFR0_EL1_RME_SHIFT) === 0) return -ENXIO;

  if ((yield* arm_smccc_1_1_get_conduit()) !== 'smc') return -ENXIO;

  const res = yield* rmi_smccc_invoke(SMC_RMI_VERSION, [host_version]);

  return yield* range_checked(res, abi, MASKED, PR);
}

export function arm64_init_rmi(system: System, abi: Abi, rest?: Rest): Asking<number> {
  return checked_then_read(
    rmi_check_version(system, abi),
    cache => rmi_read_features(rmi_smccc_invoke, cache),
    rest,
  );
}
