/**
 * RFC to v12, whole: kvm_init_rme, later kvm_init_rmi (arch/arm64/kvm/rme.c, later rmi.c). Nothing is configured or
 * activated yet: one feature register, a bitmap of VMIDs, the static key, which the last patch of each series enables.
 */
import { ENOMEM } from '../../abi/errno.js';
import type { Asking } from '../../model/port.js';
import { LINES } from '../lines.js';
import { WARN_ON } from '../linux/bug.js';
import { allocationFails } from '../linux/memory.js';
import { kvm_err } from '../linux/printk.js';
import { rmi_features } from '../revisions/v14.js';
import { beforeRecs, type Series, type StaticKey, static_branch_enable, withRecs } from './series.js';

/** What the series calls itself: rme up to v10, rmi from v11 on. */
type Called = 'rme' | 'rmi';

function* vmid_init(what: Called): Asking<number> {
  if (!(yield* allocationFails('vmid-bitmap'))) return 0;
  yield* kvm_err(LINES.vmidBitmap, { function: `${what}_vmid_init`, what });
  return -ENOMEM;
}

function* feature_register(what: Called): Asking<boolean> {
  const { ret } = yield* rmi_features(0);
  return yield* WARN_ON(ret !== 0, `kvm_init_${what}`, 'rmi_features(0, &rmm_feat_reg0)');
}

/** Its warning stops nothing, and the error of the bitmap is kvm_arm_init's. */
export const rfc: Series = () => {
  const key: StaticKey = { enabled: false };
  return {
    *rest() {
      const ret = yield* vmid_init('rme');
      if (ret !== 0) return ret;

      yield* feature_register('rme');

      yield* static_branch_enable(key);

      return 0;
    },
    queries: () => beforeRecs(key),
  };
};

/** v3 to v10. */
export const v3: Series = () => {
  const key: StaticKey = { enabled: false };
  return { rest: () => from_v3(key, 'rme'), queries: () => beforeRecs(key) };
};

export const v12: Series = () => {
  const key: StaticKey = { enabled: false };
  return { rest: () => from_v3(key, 'rmi'), queries: () => withRecs(key) };
};

function* from_v3(key: StaticKey, what: Called): Asking<number> {
  if (yield* feature_register(what)) return 0;

  if (yield* vmid_init(what)) return 0;

  yield* static_branch_enable(key);

  return 0;
}
