/**
 * [PATCH v13 00/48], whole: kvm_init_rmi configures and activates the RMM, and looks at the tracking and the GPT of each
 * region of memory (arch/arm64/kvm/rmi.c, asm/rmi_cmds.h). Every call is by SMCCC 1.1; nothing is repeated, and a stateful
 * operation that is incomplete has failed.
 */
import { EINVAL, ENODEV, ENOMEM, ENXIO } from '../../abi/errno.js';
import type { Asking } from '../../model/port.js';
import { type U64, wrap64, ZERO } from '../../model/u64.js';
import { LINES } from '../lines.js';
import { address, fact, returning } from '../linux/asks.js';
import { WARN_ON } from '../linux/bug.js';
import { int } from '../linux/c-types.js';
import { ALIGN, ALIGN_DOWN, type Memblock, memblock, wholePages } from '../linux/memory.js';
import { KVM, kvm_err, type Printk } from '../linux/printk.js';
import {
  arm_smccc_1_1_invoke,
  arm_smccc_1_1_invoke_along,
  arm_smccc_1_1_invoker,
  type arm_smccc_res,
} from '../linux/smccc.js';
import { RMI_RETURN_STATUS } from '../revisions/rmi-smc.js';
import { rmi_features } from '../revisions/v14.js';
import {
  hasLpa2,
  l0gptSize,
  RMI_ERROR_GPT,
  RMI_INCOMPLETE,
  RMI_MEM_CATEGORY_CONVENTIONAL,
  RMI_TRACKING_FINE,
  rmmConfig,
  SMC_RMI_GPT_L1_CREATE,
  SMC_RMI_GRANULE_TRACKING_GET,
  SMC_RMI_RMM_ACTIVATE,
  SMC_RMI_RMM_CONFIG_SET,
} from './rmi-header.js';
import { type Series, type StaticKey, static_branch_enable, withRecs } from './series.js';

export function* rmi_rmm_config_set(cfg_ptr: U64, mm: Memblock): Asking<number> {
  const mem = [rmmConfig(cfg_ptr, mm)];
  return int((yield* arm_smccc_1_1_invoke_along(SMC_RMI_RMM_CONFIG_SET, [cfg_ptr], { mem })).a0);
}

function* rmi_rmm_activate(): Asking<number> {
  return int((yield* arm_smccc_1_1_invoke(SMC_RMI_RMM_ACTIVATE)).a0);
}

/** PAGE_SIZE is always one of the three that the RMM may have: the line about any other is never printed. */
export function* rmi_configure(mm: Memblock, { err }: Printk): Asking<number> {
  if (mm.config === null) return -ENOMEM;

  if (yield* rmi_rmm_config_set(mm.config, mm)) {
    yield* err(LINES.configFailed);
    return -EINVAL;
  }

  if (yield* rmi_rmm_activate()) {
    yield* err(LINES.activateFailed);
    return -ENXIO;
  }

  return 0;
}

/** What the RMM tracks as one where tracking_region_size is 0, by the shift of the page size. */
const RMM_GRANULE_TRACKING_SIZE: ReadonlyMap<number, bigint> = new Map([
  [12, 1n << 30n],
  [14, 32n << 20n],
  [16, 512n << 20n],
]);

/**
 * One argument: what x2 holds then is whatever the compiler left there. The RMMs of the time look at x1 alone, later ones
 * take x2 for the top of the range.
 */
function* rmi_verify_memory_tracking(from: U64, to: U64, mm: Memblock): Asking<number> {
  const size = RMM_GRANULE_TRACKING_SIZE.get(mm.PAGE_SHIFT) ?? mm.PAGE_SIZE;
  const x2 = yield* address('leftover_x2');
  const junk = x2 === ZERO ? {} : { junk: [x2] };
  const end = ALIGN(to, size);

  const invoke = yield* arm_smccc_1_1_invoker();
  for (let start = ALIGN_DOWN(from, size); start < end; start = wrap64(start + size)) {
    const res = yield* invoke(SMC_RMI_GRANULE_TRACKING_GET, [start], junk);
    const [ret, category, state] = [int(res.a0), res.a1, res.a2];
    if (ret !== 0 || state !== RMI_TRACKING_FINE || category !== RMI_MEM_CATEGORY_CONVENTIONAL) {
      yield* kvm_err(LINES.trackingUnfit13, { start });
      return -ENODEV;
    }
  }

  return 0;
}

/** 1 where the command is incomplete: nobody continues it. */
function* rmi_gpt_l1_create(called: Asking<arm_smccc_res>): Asking<number> {
  const { a0 } = yield* called;
  if (RMI_RETURN_STATUS(a0) === RMI_INCOMPLETE)
    return (yield* WARN_ON(a0 !== ZERO, 'rmi_gpt_l1_create', 'res.a0')) ? 1 : 0;
  return int(a0);
}

/** An RMM that has the table already says so with RMI_ERROR_GPT. */
export function* rmi_create_gpts(from: U64, to: U64, feat_reg1: U64, { err }: Printk): Asking<number> {
  const l0gpt_sz = l0gptSize(feat_reg1);
  const end = ALIGN(to, l0gpt_sz);

  const invoke = yield* arm_smccc_1_1_invoker();
  for (let start = ALIGN_DOWN(from, l0gpt_sz); start < end; start = wrap64(start + l0gpt_sz)) {
    const ret = yield* rmi_gpt_l1_create(invoke(SMC_RMI_GPT_L1_CREATE, [start]));
    if (ret !== 0 && ret !== RMI_ERROR_GPT) {
      yield* err(LINES.gptTableMissing, { start });
      return -ENOMEM;
    }
  }

  return 0;
}

/** What is done with a region: 0, or the error that ends the init. */
export type OfRegion = (start: U64, end: U64) => Asking<number>;

/** for_each_mem_region, all that is done of one region before the next; up to v15 those without a mapping too. */
export function* rmi_init_metadata(mm: Memblock, ...steps: readonly OfRegion[]): Asking<number> {
  for (const region of mm.regions) {
    const { start, end } = wholePages(region, mm);
    for (const step of steps) {
      const ret = yield* step(start, end);
      if (ret !== 0) return ret;
    }
  }

  return 0;
}

/** kvm_lpa2_is_enabled() is system_supports_lpa2(). */
function* rmm_check_features(feat_reg0: U64): Asking<number> {
  if ((yield* fact('lpa2')) === true && !hasLpa2(feat_reg0)) {
    yield* kvm_err(LINES.noLpa2In13);
    return -ENXIO;
  }

  return 0;
}

/** The same behind the tests of KVM's half in v14. */
export function rmm_check_features13(feat_reg0: U64): Asking<number> {
  return returning('rmm_check_features', rmm_check_features(feat_reg0));
}

export const v13: Series = () => {
  const key: StaticKey = { enabled: false };
  const of = 'kvm_init_rmi';
  return {
    *rest() {
      const reg0 = yield* rmi_features(0);
      if (yield* WARN_ON(reg0.ret !== 0, of, 'rmi_features(0, &rmm_feat_reg0)')) return 0;
      const reg1 = yield* rmi_features(1);
      if (yield* WARN_ON(reg1.ret !== 0, of, 'rmi_features(1, &rmm_feat_reg1)')) return 0;

      if (yield* rmm_check_features13(reg0.out)) return 0;

      const mm = yield* memblock();
      if (yield* returning('rmi_configure', rmi_configure(mm, KVM))) return 0;

      const metadata = rmi_init_metadata(
        mm,
        (start, end) => rmi_verify_memory_tracking(start, end, mm),
        (start, end) => rmi_create_gpts(start, end, reg1.out, KVM),
      );
      if (yield* returning('rmi_init_metadata', metadata)) return 0;

      yield* static_branch_enable(key);

      return 0;
    },
    queries: () => withRecs(key),
  };
};
