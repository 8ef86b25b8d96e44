/**
 * [PATCH 3/6] firmware: arm_rmm: Check for RMI support at init, 15 Jul 2026: drivers/firmware/arm_rmm/rmi.c. The check
 * is v14's; the init returns what failed.
 */
import { EINVAL } from '../../abi/errno.js';
import type { Asking } from '../../model/port.js';
import type { U64 } from '../../model/u64.js';
import { returning } from '../linux/asks.js';
import { WARN_ON } from '../linux/bug.js';
import type { System } from '../linux/cpufeature.js';
import type { Rest } from './rest.js';
import type { Abi } from './rmi-smc.js';
import { rmi_check_version, rmi_features } from './v14.js';

const RMI_FEAT_REG_COUNT = 2;

function* rmi_read_features(rmi_feat_reg_cache: U64[]): Asking<number> {
  for (let i = 0; i < RMI_FEAT_REG_COUNT; i++) {
    const { ret, out } = yield* rmi_features(i);
    if (yield* WARN_ON(ret !== 0, 'rmi_read_features', 'rmi_features(i, &rmi_feat_reg_cache[i])'))
      return -EINVAL;
    rmi_feat_reg_cache.push(out);
  }

  return 0;
}

export function arm64_init_rmi(system: System, abi: Abi, rest?: Rest): Asking<number> {
  return checked_then_read(rmi_check_version(system, abi), rmi_read_features, rest);
}

/** arm64_init_rmi of v15 to v20 around its two parts: 0, or the error of the first that fails. */
export function* checked_then_read(
  rmi_check_version: Asking<number>,
  rmi_read_features: (rmi_feat_reg_cache: U64[]) => Asking<number>,
  rest?: Rest,
): Asking<number> {
  let ret = yield* returning('rmi_check_version', rmi_check_version);
  if (ret !== 0) return ret;

  const rmi_feat_reg_cache: U64[] = [];
  ret = yield* rmi_read_features(rmi_feat_reg_cache);
  if (ret !== 0) return ret;

  return rest === undefined ? 0 : yield* rest(rmi_feat_reg_cache);
}
