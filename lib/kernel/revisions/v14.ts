/**
 * [PATCH v14 06/44] arm64: RMI: Check for RMI support at init, 13 May 2026: arch/arm64/kernel/rmi.c, apart from KVM
 * and before it. Its lines have no prefix; after a good version it reads two feature registers.
 */
import { RMI_FEATURES as SMC_RMI_FEATURES } from '../../abi/rmi-commands.js';
import type { Asking } from '../../model/port.js';
import { type U64, u64 } from '../../model/u64.js';
import { returning } from '../linux/asks.js';
import { WARN_ON } from '../linux/bug.js';
import { int } from '../linux/c-types.js';
import type { System } from '../linux/cpufeature.js';
import { PR } from '../linux/printk.js';
import { arm_smccc_1_1_invoke } from '../linux/smccc.js';
import type { Rest } from './rest.js';
import type { Abi } from './rmi-smc.js';
import * as v13 from './v13.js';

/** v13's, with pr_info and pr_err. */
export function rmi_check_version(system: System, abi: Abi): Asking<number> {
  return v13.rmi_check_version(system, abi, PR);
}

/** What rmi_features() returns, an int of all of a0, and the register that it stores. */
export interface RmiFeatures {
  readonly ret: number;
  readonly out: U64;
}

/** A status above bit 31 alone is none. */
export function* rmi_features(index: number): Asking<RmiFeatures> {
  const res = yield* arm_smccc_1_1_invoke(SMC_RMI_FEATURES, u64(BigInt(index)));
  return { ret: int(res.a0), out: res.a1 };
}

/** 0 whatever happened. */
export function* arm64_init_rmi(system: System, abi: Abi, rest?: Rest): Asking<number> {
  if (yield* returning('rmi_check_version', rmi_check_version(system, abi))) return 0;

  const of = 'arm64_init_rmi';
  const reg0 = yield* rmi_features(0);
  if (yield* WARN_ON(reg0.ret !== 0, of, 'rmi_features(0, &rmm_feat_reg0)')) return 0;
  const reg1 = yield* rmi_features(1);
  if (yield* WARN_ON(reg1.ret !== 0, of, 'rmi_features(1, &rmm_feat_reg1)')) return 0;

  if (rest !== undefined) yield* rest([reg0.out, reg1.out]);

  return 0;
}
