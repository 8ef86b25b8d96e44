/**
 * [PATCH v7 06/45] arm64: RME: Check for RME support at KVM init, 13 Feb 2025, to v10, 20 Aug 2025: the range of the
 * RMM is printed, and the revisions are unsigned short. v9 differs in its caller alone.
 */
import { RMI_VERSION as SMC_RMI_VERSION } from '../../abi/rmi-commands.js';
import type { Asking } from '../../model/port.js';
import { KVM } from '../linux/printk.js';
import { arm_smccc_1_1_invoke } from '../linux/smccc.js';
import { range_checked } from './range-check.js';
import type { Rest } from './rest.js';
import { type Abi, RMI_ABI_VERSION, SHIFTED } from './rmi-smc.js';
import { on_4k_pages } from './v3.js';

function* rmi_check_version(abi: Abi): Asking<number> {
  const host_version = RMI_ABI_VERSION(abi.major, abi.minor);

  const res = yield* arm_smccc_1_1_invoke(SMC_RMI_VERSION, host_version);

  return yield* range_checked(res, abi, SHIFTED, KVM);
}

export function kvm_init_rme(abi: Abi, rest?: Rest): Asking<void> {
  return on_4k_pages(() => rmi_check_version(abi), rest);
}
