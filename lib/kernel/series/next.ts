/**
 * Commit c20b65a0 of the arm64 tree, whole, with those before it; [PATCH v20 0/9] of 29 Sep 2026. Every call by SMC in a register
 * block of its own, and an answer that does not get on is an error. KVM's part was not queued with it.
 */
import { ENODEV, ENXIO } from '../../abi/errno.js';
import type { Asking } from '../../model/port.js';
import type { Region } from '../../model/regions.js';
import { fromInt, toLong, type U64, ZERO } from '../../model/u64.js';
import { LINES } from '../lines.js';
import { emit, returning } from '../linux/asks.js';
import { WARN_ON } from '../linux/bug.js';
import { int } from '../linux/c-types.js';
import { ALIGN, ALIGN_DOWN, type Memblock, memblock, wholePages } from '../linux/memory.js';
import { pr_err, pr_info } from '../linux/printk.js';
import { rmi_smccc_invoke } from '../revisions/next.js';
import { noQueries } from '../revisions/queries.js';
import type { FormOf17 } from './ranges-v17.js';
import {
  l0gptSize,
  RMI_GPT_PAR_PLAT,
  RMI_MEM_CATEGORY_CONVENTIONAL,
  RMI_TRACKING_FINE,
  SMC_RMI_GPT_INFO,
  SMC_RMI_GRANULE_TRACKING_GET,
} from './rmi-header.js';
import type { Series } from './series.js';
import { newRmi, type Rmi } from './sro.js';
import { rmi_sro_memxfer_cmd } from './sro-v17.js';
import { rmi_init_metadata } from './v13.js';
import { mapped } from './v16.js';
import {
  is_rmi_available,
  rmi_configure,
  rmi_init_memory,
  rmi_rmm_activate,
  rmi_rmm_deactivate,
} from './v17.js';

const FORM: FormOf17 = {
  knowsStates: true,
  leavesToCaller: true,
  makesRoom: true,
  limitsCount: true,
  unknownRequest: -ENXIO,
};

/** The status goes through an int into an unsigned long: -1 is printed as 2^64 - 1. */
function* rmi_verify_memory_tracking(rmi: Rmi, from: U64, end: U64): Asking<number> {
  for (let start = from; start < end; ) {
    const regs = yield* rmi.rmi_smccc_invoke(SMC_RMI_GRANULE_TRACKING_GET, [start, end]);
    const ret = regs.a0 === ZERO ? ZERO : fromInt(int(regs.a0));
    if (ret !== ZERO) {
      yield* pr_err(LINES.trackingFailed, { start, end, status: ret });
      return -ENXIO;
    }

    // Of an a0 that an int does not hold nothing was stored: what the stack held is zero here.
    const [category, state, next] = regs.a0 === ZERO ? [regs.a1, regs.a2, regs.a3] : [ZERO, ZERO, ZERO];
    if (yield* WARN_ON(next <= start, 'rmi_verify_memory_tracking', 'next <= start')) return -ENXIO;

    if (state !== RMI_TRACKING_FINE || category !== RMI_MEM_CATEGORY_CONVENTIONAL) {
      yield* pr_err(LINES.trackingUnfit, { start, next });
      return -ENODEV;
    }
    start = next;
  }

  return 0;
}

function* rmi_verify_gpt_firmware_managed(rmi: Rmi, from: U64, to: U64, feat_reg1: U64): Asking<number> {
  const l0gpt_sz = l0gptSize(feat_reg1);
  const end = ALIGN(to, l0gpt_sz);
  for (let start = ALIGN_DOWN(from, l0gpt_sz); start < end; ) {
    const { a0, a1: next, a2: par_state } = yield* rmi.rmi_smccc_invoke(SMC_RMI_GPT_INFO, [start, end]);
    if (a0 !== ZERO) {
      yield* pr_err(LINES.gptInfoFailed, { start, end, status: toLong(a0) });
      return -ENXIO;
    }

    if (yield* WARN_ON(next <= start, 'rmi_verify_gpt_firmware_managed', 'next <= start')) return -ENXIO;

    if (par_state !== RMI_GPT_PAR_PLAT) {
      yield* pr_err(LINES.gptNotManaged, { start, next });
      return -ENODEV;
    }
    start = next;
  }

  return 0;
}

/** Without the regions that have no whole page. */
function fit(mm: Memblock): Memblock {
  const hasPages = (region: Region) => {
    const { start, end } = wholePages(region, mm);
    return start < end;
  };
  return { ...mm, regions: mm.regions.filter(hasPages) };
}

export const next: Series = () => {
  let arm64_rmm_active = false;
  let arm64_rmi_is_available = false;
  return {
    *rest([, feat_reg1 = ZERO]) {
      const mm = yield* memblock();
      const rmi = newRmi(mm, rmi_smccc_invoke, 2);
      const command = (sro: U64, fid: U64) => rmi_sro_memxfer_cmd(rmi, FORM, sro, fid);

      let ret = yield* returning('rmi_configure', rmi_configure(rmi, feat_reg1));
      if (ret !== 0) return ret;

      ret = yield* rmi_rmm_activate(command, mm, err => pr_err(LINES.activateFailedWith, { err }));
      if (ret !== 0) return ret;

      arm64_rmm_active = true;

      const metadata = rmi_init_metadata(
        fit(mapped(mm)),
        (start, end) => rmi_verify_memory_tracking(rmi, start, end),
        (start, end) => rmi_verify_gpt_firmware_managed(rmi, start, end, feat_reg1),
      );
      ret = yield* rmi_init_memory(metadata);
      if (ret !== 0) {
        if (yield* rmi_rmm_deactivate(command, mm)) arm64_rmm_active = false;
        return ret;
      }

      arm64_rmi_is_available = true;
      yield* pr_info(LINES.configured);

      return 0;
    },
    *available() {
      yield* emit({ type: 'return', of: 'is_rmm_active', value: arm64_rmm_active ? 1 : 0 });
      yield* is_rmi_available(arm64_rmi_is_available);
    },
    queries: noQueries,
  };
};
