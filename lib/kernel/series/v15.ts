/**
 * [PATCH v15 0/6] and [PATCH v15 00/37], whole: arm64_init_rmi (drivers/firmware/arm_rmm/rmi.c) returns what failed, and
 * RMM_ACTIVATE and GPT_L1_CREATE are carried on as stateful operations, by SMCCC 1.2; the other calls are as in v14.
 */
import { EINVAL, ENOMEM, ENXIO } from '../../abi/errno.js';
import type { Asking } from '../../model/port.js';
import { type U64, wrap64, ZERO } from '../../model/u64.js';
import { LINES } from '../lines.js';
import { fact, returning } from '../linux/asks.js';
import { int } from '../linux/c-types.js';
import { ALIGN, ALIGN_DOWN, memblock } from '../linux/memory.js';
import { kvm_err, pr_err, pr_info } from '../linux/printk.js';
import { arm_smccc_1_2_invoker } from '../linux/smccc.js';
import { RMI_RETURN_STATUS } from '../revisions/rmi-smc.js';
import { repeated } from '../revisions/v17.js';
import type { FormOf15 } from './ranges-v15.js';
import {
  hasLpa2,
  hasSha256,
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

const FORM: FormOf15 = { checksRequests: false, tellsCancelled: false, isInt: true };

function* rmi_configure(rmi: Rmi): Asking<number> {
  const { config, sro } = rmi.mm;
  if (config === null || sro === null) return -ENOMEM;

  if (yield* rmi_rmm_config_set(config, rmi.mm)) {
    yield* pr_err(LINES.configFailed);
    return -EINVAL;
  }

  if ((yield* rmi_sro_memxfer_cmd(rmi, FORM, sro, SMC_RMI_RMM_ACTIVATE)) !== ZERO) {
    yield* pr_err(LINES.activateFailed);
    return -ENXIO;
  }

  return 0;
}

/** RMI_ERROR_GPT, whatever index comes with it, means that the table is there. */
function* rmi_create_gpts(rmi: Rmi, from: U64, to: U64, feat_reg1: U64): Asking<number> {
  const { sro } = rmi.mm;
  if (sro === null) return -ENOMEM;
  const l0gpt_sz = l0gptSize(feat_reg1);
  const end = ALIGN(to, l0gpt_sz);

  for (let start = ALIGN_DOWN(from, l0gpt_sz); start < end; start = wrap64(start + l0gpt_sz)) {
    const ret = yield* rmi_sro_memxfer_cmd(rmi, FORM, sro, SMC_RMI_GPT_L1_CREATE, start);
    if (int(ret) !== 0 && RMI_RETURN_STATUS(ret) !== RMI_ERROR_GPT) {
      yield* pr_err(LINES.gptTableMissing, { start });
      return -ENOMEM;
    }
  }

  return 0;
}

/** LPA2 first; one line at most. */
function* check_features([feat_reg0 = ZERO, feat_reg1 = ZERO]: readonly U64[]): Asking<number> {
  if ((yield* fact('lpa2')) === true && !hasLpa2(feat_reg0)) {
    yield* kvm_err(LINES.noLpa2);
    return -ENXIO;
  }

  if (!hasSha256(feat_reg1)) {
    yield* kvm_err(LINES.noSha256);
    return -ENXIO;
  }

  return 0;
}

export function rmm_check_features(feat_regs: readonly U64[]): Asking<number> {
  return returning('rmm_check_features', check_features(feat_regs));
}

export const v15: Series = () => {
  const key: StaticKey = { enabled: false };
  let rmi_feat_reg: readonly U64[] = [];
  let arm64_rmi_is_available = false;
  return {
    *rest(feat_regs) {
      rmi_feat_reg = feat_regs;
      const [, feat_reg1 = ZERO] = feat_regs;
      const mm = yield* memblock();
      const rmi = newRmi(mm, repeated(yield* arm_smccc_1_2_invoker()), 1);

      let ret = yield* returning('rmi_configure', rmi_configure(rmi));
      if (ret !== 0) return ret;

      const metadata = rmi_init_metadata(
        mm,
        (start, end) => rmi_verify_memory_tracking(start, end, LINES.trackingUnfit15),
        (start, end) => rmi_create_gpts(rmi, start, end, feat_reg1),
      );
      ret = yield* returning('rmi_init_metadata', metadata);
      if (ret !== 0) return ret;

      arm64_rmi_is_available = true;
      // Without a newline in this tree, as in v14.
      yield* pr_info(LINES.configured14);

      return 0;
    },
    half: () => kvm_init_rmi(arm64_rmi_is_available, () => rmm_check_features(rmi_feat_reg), key),
    queries: () => withRecs(key),
  };
};
