/**
 * [PATCH v14 00/44], whole: arm64_init_rmi (arch/arm64/kernel/rmi.c) does before KVM what v13 did in it, and returns 0
 * whatever happened; kvm_init_rmi enables the key. RMI_GRANULE_TRACKING_GET has two arguments now, and says how far what it
 * answers holds.
 */
import { ENODEV } from '../../abi/errno.js';
import type { Asking } from '../../model/port.js';
import { type U64, ZERO } from '../../model/u64.js';
import { LINES } from '../lines.js';
import { fact, returning } from '../linux/asks.js';
import { int } from '../linux/c-types.js';
import { memblock } from '../linux/memory.js';
import { PR, pr_err, pr_info } from '../linux/printk.js';
import { arm_smccc_1_1_invoker } from '../linux/smccc.js';
import {
  RMI_MEM_CATEGORY_CONVENTIONAL,
  RMI_TRACKING_FINE,
  SMC_RMI_GRANULE_TRACKING_GET,
} from './rmi-header.js';
import { type Series, type StaticKey, static_branch_enable, withRecs } from './series.js';
import { rmi_configure, rmi_create_gpts, rmi_init_metadata, rmm_check_features13 } from './v13.js';

/** The error line about a region, which v15 ends with a newline. */
export type Unfit = typeof LINES.trackingUnfit13 | typeof LINES.trackingUnfit15;

/** Goes on where the RMM says that its answer ends, be that where it began, or before. */
export function* rmi_verify_memory_tracking(from: U64, end: U64, unfit: Unfit): Asking<number> {
  const invoke = yield* arm_smccc_1_1_invoker();
  for (let start = from; start < end; ) {
    const res = yield* invoke(SMC_RMI_GRANULE_TRACKING_GET, [start, end]);
    const [ret, category, state, next] = [int(res.a0), res.a1, res.a2, res.a3];
    if (ret !== 0 || state !== RMI_TRACKING_FINE || category !== RMI_MEM_CATEGORY_CONVENTIONAL) {
      yield* pr_err(unfit, { start });
      return -ENODEV;
    }
    start = next;
  }

  return 0;
}

/** kvm_init_rmi from v14 on: in silence nothing for a kernel at EL1, or where the init did not come to its end. */
export function* kvm_init_rmi(
  is_rmi_available: boolean,
  rmm_check_features: () => Asking<number>,
  key: StaticKey,
): Asking<void> {
  // is_kernel_in_hyp_mode()
  if ((yield* fact('in_hyp_mode')) !== true) return;

  if (!is_rmi_available) return;

  if (yield* rmm_check_features()) return;

  yield* static_branch_enable(key);
}

export const v14: Series = () => {
  const key: StaticKey = { enabled: false };
  let rmm_feat_regs: readonly U64[] = [];
  let arm64_rmi_is_available = false;
  return {
    *rest(feat_regs) {
      rmm_feat_regs = feat_regs;
      const [, feat_reg1 = ZERO] = feat_regs;
      const mm = yield* memblock();

      if (yield* returning('rmi_configure', rmi_configure(mm, PR))) return 0;

      const metadata = rmi_init_metadata(
        mm,
        (start, end) => rmi_verify_memory_tracking(start, end, LINES.trackingUnfit13),
        (start, end) => rmi_create_gpts(start, end, feat_reg1, PR),
      );
      if (yield* returning('rmi_init_metadata', metadata)) return 0;

      arm64_rmi_is_available = true;
      yield* pr_info(LINES.configured14);

      return 0;
    },
    half: () =>
      kvm_init_rmi(arm64_rmi_is_available, () => rmm_check_features13(rmm_feat_regs[0] ?? ZERO), key),
    queries: () => withRecs(key),
  };
};
