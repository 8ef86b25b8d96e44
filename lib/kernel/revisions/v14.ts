/**
 * [PATCH v14 06/44] arm64: RMI: Check for RMI support at init, 13 May 2026: arch/arm64/kernel/rmi.c, apart from KVM
 * and before it. Its lines have no prefix; after a good version it reads two feature registers.
 */
import { RMI_FEATURES as SMC_RMI_FEATURES } from '../../abi/rmi-commands.js';
import type { Asking } from '../../model/port.js';
import { u64 } from '../../model/u64.js';
import { emit, returning } from '../linux/asks.js';
import { int } from '../linux/c-types.js';
import type { System } from '../linux/cpufeature.js';
import { PR } from '../linux/printk.js';
import { arm_smccc_1_1_invoke } from '../linux/smccc.js';
import type { Abi } from './rmi-smc.js';
import * as v13 from './v13.js';

/** v13's, with pr_info and pr_err. */
export function rmi_check_version(system: System, abi: Abi): Asking<number> {
  return v13.rmi_check_version(system, abi, PR);
}

/** All of a0 is returned, as an int: a status above bit 31 alone is none. */
export function* rmi_features(index: number): Asking<number> {
  const res = yield* arm_smccc_1_1_invoke(SMC_RMI_FEATURES, u64(BigInt(index)));
  return int(res.a0);
}

/** WARN_ON: whether `condition` holds, after a warning that names it where it does. */
export function* WARN_ON(condition: boolean, of: string, text: string): Asking<boolean> {
  if (condition) yield* emit({ type: 'warn', of, text });
  return condition;
}

/** 0 whatever happened. */
export function* arm64_init_rmi(system: System, abi: Abi): Asking<number> {
  if (yield* returning('rmi_check_version', rmi_check_version(system, abi))) return 0;

  const of = 'arm64_init_rmi';
  if (yield* WARN_ON((yield* rmi_features(0)) !== 0, of, 'rmi_features(0, &rmm_feat_reg0)')) return 0;
  if (yield* WARN_ON((yield* rmi_features(1)) !== 0, of, 'rmi_features(1, &rmm_feat_reg1)')) return 0;

  return 0;
}
