/**
 * The init of v16's age, commit 2e061266 of a tree, whole: the RMM must have granules of the kernel's page size, regions without
 * a mapping are left out, and errors of a stateful operation are passed on.
 */
import { EINVAL, ENOMEM, ENXIO } from '../../abi/errno.js';
import type { Asking } from '../../model/port.js';
import { toLong, type U64, wrap64, ZERO } from '../../model/u64.js';
import { LINES } from '../lines.js';
import { returning } from '../linux/asks.js';
import { int } from '../linux/c-types.js';
import { ALIGN, ALIGN_DOWN, type Memblock, memblock } from '../linux/memory.js';
import { pr_err, pr_info } from '../linux/printk.js';
import { arm_smccc_1_2_invoker } from '../linux/smccc.js';
import { RMI_RETURN_STATUS } from '../revisions/rmi-smc.js';
import { repeated } from '../revisions/v17.js';
import type { FormOf15 } from './ranges-v15.js';
import {
  hasGranules,
  l0gptSize,
  RMI_ERROR_GPT,
  SMC_RMI_GPT_L1_CREATE,
  SMC_RMI_RMM_ACTIVATE,
} from './rmi-header.js';
import { type Series, type StaticKey, withRecs } from './series.js';
import { newRmi, type Rmi } from './sro.js';
import { rmi_sro_memxfer_cmd } from './sro-v15.js';
import { rmi_init_metadata, rmi_rmm_config_set } from './v13.js';
import { kvm_init_rmi, rmi_verify_memory_tracking } from './v14.js';
import { rmm_check_features } from './v15.js';

const FORM: FormOf15 = { checksRequests: true, tellsCancelled: true, isInt: false };

/** Whether the RMM has granules as large as the kernel's pages, after a line where it has not. */
export function* has_granules(feat_reg1: U64, mm: Memblock): Asking<boolean> {
  if (hasGranules(feat_reg1, mm)) return true;
  yield* pr_err(LINES.granuleSize, { kb: mm.PAGE_SIZE >> 10n });
  return false;
}

function* rmi_configure(rmi: Rmi, feat_reg1: U64): Asking<number> {
  if (!(yield* has_granules(feat_reg1, rmi.mm))) return -ENXIO;

  const { config, sro } = rmi.mm;
  if (config === null || sro === null) return -ENOMEM;

  if (yield* rmi_rmm_config_set(config, rmi.mm)) {
    yield* pr_err(LINES.configFailed);
    return -EINVAL;
  }

  const rmi_ret = yield* rmi_sro_memxfer_cmd(rmi, FORM, sro, SMC_RMI_RMM_ACTIVATE);
  if (rmi_ret !== ZERO) {
    yield* pr_err(LINES.activateFailed);
    return toLong(rmi_ret) < 0n ? int(rmi_ret) : -ENXIO;
  }

  return 0;
}

function* rmi_create_gpts(rmi: Rmi, from: U64, to: U64, feat_reg1: U64): Asking<number> {
  const { sro } = rmi.mm;
  if (sro === null) return -ENOMEM;
  const l0gpt_sz = l0gptSize(feat_reg1);
  const end = ALIGN(to, l0gpt_sz);

  for (let start = ALIGN_DOWN(from, l0gpt_sz); start < end; start = wrap64(start + l0gpt_sz)) {
    const ret = yield* rmi_sro_memxfer_cmd(rmi, FORM, sro, SMC_RMI_GPT_L1_CREATE, start);
    if (toLong(ret) < 0n) return int(ret);
    if (ret !== ZERO && RMI_RETURN_STATUS(ret) !== RMI_ERROR_GPT) {
      yield* pr_err(LINES.gptTableMissing, { start });
      return -ENOMEM;
    }
  }

  return 0;
}

/** Firmware's NOMAP regions are no system RAM. */
export function mapped(mm: Memblock): Memblock {
  return { ...mm, regions: mm.regions.filter(({ nomap }) => !nomap) };
}

export const v16: Series = () => {
  const key: StaticKey = { enabled: false };
  let rmi_feat_reg: readonly U64[] = [];
  let arm64_rmi_is_available = false;
  return {
    *rest(feat_regs) {
      rmi_feat_reg = feat_regs;
      const [, feat_reg1 = ZERO] = feat_regs;
      const mm = yield* memblock();
      const rmi = newRmi(mm, repeated(yield* arm_smccc_1_2_invoker()), 1);

      let ret = yield* returning('rmi_configure', rmi_configure(rmi, feat_reg1));
      if (ret !== 0) return ret;

      const metadata = rmi_init_metadata(
        mapped(mm),
        (start, end) => rmi_verify_memory_tracking(start, end, LINES.trackingUnfit15),
        (start, end) => rmi_create_gpts(rmi, start, end, feat_reg1),
      );
      ret = yield* returning('rmi_init_metadata', metadata);
      if (ret !== 0) return ret;

      arm64_rmi_is_available = true;
      yield* pr_info(LINES.configured);

      return 0;
    },
    half: () => kvm_init_rmi(arm64_rmi_is_available, () => rmm_check_features(rmi_feat_reg), key),
    queries: () => withRecs(key),
  };
};
