/**
 * An init of the age of v17 to v19, whole: every call through rmi_smccc_invoke, the level 0 GPT only looked at by RMI_GPT_INFO, and
 * the RMM deactivated where that finds fault. Which posting had which form nobody read: this is one tree's. There is no part of
 * KVM's in it.
 */
import { EINVAL, ENODEV, ENOMEM, ENXIO } from '../../abi/errno.js';
import type { Asking } from '../../model/port.js';
import { type U64, ZERO } from '../../model/u64.js';
import { LINES } from '../lines.js';
import { emit, returning } from '../linux/asks.js';
import { WARN_ON } from '../linux/bug.js';
import { int } from '../linux/c-types.js';
import { ALIGN, ALIGN_DOWN, allocationFails, type Memblock, memblock } from '../linux/memory.js';
import { pr_err, pr_info } from '../linux/printk.js';
import { arm_smccc_1_2_invoker } from '../linux/smccc.js';
import { noQueries } from '../revisions/queries.js';
import { repeated } from '../revisions/v17.js';
import type { FormOf17 } from './ranges-v17.js';
import {
  l0gptSize,
  RMI_GPT_PAR_PLAT,
  RMI_MEM_CATEGORY_CONVENTIONAL,
  RMI_TRACKING_FINE,
  rmmConfig,
  SMC_RMI_GPT_INFO,
  SMC_RMI_GRANULE_TRACKING_GET,
  SMC_RMI_RMM_ACTIVATE,
  SMC_RMI_RMM_CONFIG_SET,
  SMC_RMI_RMM_DEACTIVATE,
} from './rmi-header.js';
import type { Series } from './series.js';
import { newRmi, type Rmi } from './sro.js';
import { rmi_sro_memxfer_cmd } from './sro-v17.js';
import { rmi_init_metadata } from './v13.js';
import { has_granules, mapped } from './v16.js';

const FORM: FormOf17 = {
  knowsStates: false,
  leavesToCaller: false,
  makesRoom: false,
  limitsCount: false,
  unknownRequest: 1,
};

/** The form of v20 is the same. */
export function* rmi_configure(rmi: Rmi, feat_reg1: U64): Asking<number> {
  const { mm } = rmi;
  if (!(yield* has_granules(feat_reg1, mm))) return -ENXIO;

  const { config } = mm;
  if (config === null) {
    yield* pr_err(LINES.configMemory);
    return -ENOMEM;
  }

  const regs = yield* rmi.rmi_smccc_invoke(SMC_RMI_RMM_CONFIG_SET, [config], [rmmConfig(config, mm)]);
  const err = int(regs.a0);
  if (err !== 0) {
    yield* pr_err(LINES.configFailedWith, { err });
    return -EINVAL;
  }

  return 0;
}

/**
 * The register block is not made anew for each call: behind the three that are set, what the last call left is passed on. What the
 * stack held before the first is zero here.
 */
function* rmi_verify_memory_tracking(rmi: Rmi, from: U64, end: U64): Asking<number> {
  let left: readonly U64[] = [];
  for (let start = from; start < end; ) {
    const args = yield* rmi.rmi_smccc_invoke(SMC_RMI_GRANULE_TRACKING_GET, [start, end, ...left]);
    if (args.a0 !== ZERO) return -ENOMEM;
    if (args.a1 !== RMI_MEM_CATEGORY_CONVENTIONAL || args.a2 !== RMI_TRACKING_FINE) {
      yield* pr_err(LINES.trackingUnfit, { start, next: args.a3 });
      return -ENODEV;
    }
    left = args.a.slice(3);
    start = args.a3;
  }

  return 0;
}

/** Goes on at the state (a2, always 1) and not at the end of what was answered (a1): a second turn asks from address 1 on. */
function* rmi_verify_gpt_firmware_managed(rmi: Rmi, from: U64, to: U64, feat_reg1: U64): Asking<number> {
  const l0gpt_sz = l0gptSize(feat_reg1);
  const end = ALIGN(to, l0gpt_sz);
  let left: readonly U64[] = [];
  for (let start = ALIGN_DOWN(from, l0gpt_sz); start < end; ) {
    const args = yield* rmi.rmi_smccc_invoke(SMC_RMI_GPT_INFO, [start, end, ...left]);
    if (args.a0 !== ZERO) return -ENOMEM;
    if (args.a2 !== RMI_GPT_PAR_PLAT) {
      yield* pr_err(LINES.gptNotManaged, { start, next: args.a1 });
      return -ENODEV;
    }
    left = args.a.slice(3);
    start = args.a2;
  }

  return 0;
}

/** Whether the memory is fit, and told of when more comes. */
export function* rmi_init_memory(metadata: Asking<number>): Asking<number> {
  const ret = yield* returning('rmi_init_metadata', metadata);
  if (ret !== 0) return ret;

  // register_memory_notifier()
  return (yield* allocationFails('memory-notifier')) ? -ENOMEM : 0;
}

/** RMM_ACTIVATE to its end: 0, or what arm64_init_rmi returns after `failed` has said so. */
export function* rmi_rmm_activate(
  command: (sro: U64, fid: U64) => Asking<U64>,
  { sro }: Memblock,
  failed: (err: number) => Asking<void>,
): Asking<number> {
  if (sro === null) return -ENOMEM;
  const ret = int(yield* command(sro, SMC_RMI_RMM_ACTIVATE));
  if (ret === 0) return 0;
  yield* failed(ret);
  return ret < 0 ? ret : -ENXIO;
}

/** The way out: whether the RMM could be deactivated. */
export function* rmi_rmm_deactivate(command: (sro: U64, fid: U64) => Asking<U64>, { sro }: Memblock) {
  const ret = yield* command(sro ?? ZERO, SMC_RMI_RMM_DEACTIVATE);
  const condition = 'rmi_sro_memxfer_cmd(sro, GFP_KERNEL, SMC_RMI_RMM_DEACTIVATE)';
  return !(yield* WARN_ON(ret !== ZERO, 'arm64_init_rmi', condition));
}

export function* is_rmi_available(available: boolean): Asking<void> {
  yield* emit({ type: 'return', of: 'is_rmi_available', value: available ? 1 : 0 });
}

export const v17: Series = () => {
  let arm64_rmi_is_available = false;
  return {
    *rest([, feat_reg1 = ZERO]) {
      const mm = yield* memblock();
      const rmi = newRmi(mm, repeated(yield* arm_smccc_1_2_invoker()), 2);
      const command = (sro: U64, fid: U64) => rmi_sro_memxfer_cmd(rmi, FORM, sro, fid);

      let ret = yield* returning('rmi_configure', rmi_configure(rmi, feat_reg1));
      if (ret !== 0) return ret;

      ret = yield* rmi_rmm_activate(command, mm, () => pr_err(LINES.activateFailed));
      if (ret !== 0) return ret;

      const metadata = rmi_init_metadata(
        mapped(mm),
        (start, end) => rmi_verify_memory_tracking(rmi, start, end),
        (start, end) => rmi_verify_gpt_firmware_managed(rmi, start, end, feat_reg1),
      );
      ret = yield* rmi_init_memory(metadata);
      if (ret !== 0) {
        yield* rmi_rmm_deactivate(command, mm);
        return ret;
      }

      arm64_rmi_is_available = true;
      yield* pr_info(LINES.configured);

      return 0;
    },
    available: () => is_rmi_available(arm64_rmi_is_available),
    queries: noQueries,
  };
};
