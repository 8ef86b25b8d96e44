/**
 * [PATCH v17 2/7], 7 Sep 2026, to v19, 24 Sep 2026: calls go through rmi_smccc_invoke, in SMCCC 1.2's register block,
 * and are repeated as long as the RMM is busy or the command blocked. Five feature registers are read.
 */
import { EINVAL, ENXIO } from '../../abi/errno.js';
import { RMI_FEATURES as SMC_RMI_FEATURES, RMI_VERSION as SMC_RMI_VERSION } from '../../abi/rmi-commands.js';
import type { Memory } from '../../model/events.js';
import type { Asking } from '../../model/port.js';
import { type U64, u64 } from '../../model/u64.js';
import { WARN_ON } from '../linux/bug.js';
import {
  cpuid_feature_extract_unsigned_field,
  read_sanitised_ftr_reg,
  type System,
} from '../linux/cpufeature.js';
import { PR } from '../linux/printk.js';
import { arm_smccc_1_2_invoke_along, type arm_smccc_1_2_regs } from '../linux/smccc.js';
import { range_checked } from './range-check.js';
import type { Rest } from './rest.js';
import {
  type Abi,
  RMI_ABI_VERSION,
  RMI_BLOCKED,
  RMI_BUSY,
  RMI_RETURN_STATUS,
  RMI_SUCCESS,
  SHIFTED,
} from './rmi-smc.js';
import { ID_AA64PFR0_EL1_RME_SHIFT } from './v13.js';
import { checked_then_read } from './v15.js';

/** RmiFeatureRegister0 to RmiFeatureRegister4. */
const FEATURE_REGISTERS = 5;

/** A call in a register block, repeated as it was; `mem` is memory that an argument points to. */
export type RmiInvoke = (
  fid: U64,
  args: readonly U64[],
  mem?: readonly Memory[],
) => Asking<arm_smccc_1_2_regs>;

/** Repeats the call without limit on either status, by the low byte of x0 alone. */
export function repeated(invoke: RmiInvoke): RmiInvoke {
  return function* (...call) {
    while (true) {
      const regs = yield* invoke(...call);
      const status = RMI_RETURN_STATUS(regs.a0);
      if (status !== RMI_BUSY && status !== RMI_BLOCKED) return regs;
    }
  };
}

const rmi_smccc_invoke = repeated(arm_smccc_1_2_invoke_along);

function* rmi_check_version(system: System, abi: Abi): Asking<number> {
  const host_version = RMI_ABI_VERSION(abi.major, abi.minor);
  const aa64pfr0 = yield* read_sanitised_ftr_reg(system, 'ID_AA64PFR0_EL1');

  if (cpuid_feature_extract_unsigned_field(aa64pfr0, ID_AA64PFR0_EL1_RME_SHIFT) === 0) return -ENXIO;

  const res = yield* rmi_smccc_invoke(SMC_RMI_VERSION, [host_version]);

  return yield* range_checked(res, abi, SHIFTED, PR);
}

/** All of a0 counts here, not its low 32 bits. */
export function* rmi_read_features(invoke: RmiInvoke, rmi_feat_reg_cache: U64[]): Asking<number> {
  for (let i = 0; i < FEATURE_REGISTERS; i++) {
    const args = yield* invoke(SMC_RMI_FEATURES, [u64(BigInt(i))]);
    const failed = args.a0 !== RMI_SUCCESS;
    if (yield* WARN_ON(failed, 'rmi_read_features', 'args.a0 != RMI_SUCCESS')) return -EINVAL;
    rmi_feat_reg_cache.push(args.a1);
  }

  return 0;
}

export function arm64_init_rmi(system: System, abi: Abi, rest?: Rest): Asking<number> {
  return checked_then_read(
    rmi_check_version(system, abi),
    cache => rmi_read_features(rmi_smccc_invoke, cache),
    rest,
  );
}
