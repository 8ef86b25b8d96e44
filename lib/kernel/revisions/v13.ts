/**
 * [PATCH v13 07/48] arm64: RMI: Check for RMI support at KVM init, 18 Mar 2026: arch/arm64/kvm/rmi.c and the three
 * queries of asm/kvm_emulate.h. Same order, same names, same constants; the static key is off, since the patch that
 * enables it comes last in the series.
 */
import { ENXIO } from '../../abi/errno.js';
import { RMI_VERSION as SMC_RMI_VERSION } from '../../abi/rmi-commands.js';
import type { Asking } from '../../model/port.js';
import type { RealmState } from '../../model/trace.js';
import { returning } from '../linux/asks.js';
import {
  cpuid_feature_extract_unsigned_field,
  read_sanitised_ftr_reg,
  type System,
} from '../linux/cpufeature.js';
import { KVM, type Printk } from '../linux/printk.js';
import { arm_smccc_1_1_invoke } from '../linux/smccc.js';
import { range_checked } from './range-check.js';
import type { Rest } from './rest.js';
import { type Abi, RMI_ABI_VERSION, SHIFTED } from './rmi-smc.js';

export const ID_AA64PFR0_EL1_RME_SHIFT = 52;

/** v14 takes it along to arch/arm64/kernel, where it is the kernel's and no longer KVM's lines that it prints. */
export function* rmi_check_version(system: System, abi: Abi, printk: Printk = KVM): Asking<number> {
  const host_version = RMI_ABI_VERSION(abi.major, abi.minor);
  const aa64pfr0 = yield* read_sanitised_ftr_reg(system, 'ID_AA64PFR0_EL1');

  if (cpuid_feature_extract_unsigned_field(aa64pfr0, ID_AA64PFR0_EL1_RME_SHIFT) === 0) return -ENXIO;

  const res = yield* arm_smccc_1_1_invoke(SMC_RMI_VERSION, host_version);

  return yield* range_checked(res, abi, SHIFTED, printk);
}

/** Returns nothing: KVM goes on with or without realms. */
export function* kvm_init_rmi(system: System, abi: Abi, rest?: Rest): Asking<void> {
  if (yield* returning('rmi_check_version', rmi_check_version(system, abi))) return;
  // In the end a later patch of the series enables kvm_rmi_is_available.
  if (rest !== undefined) yield* rest([]);
}

/** DEFINE_STATIC_KEY_FALSE(kvm_rmi_is_available), as this patch leaves it. */
export const KVM_RMI_IS_AVAILABLE = false;

/** struct kvm_arch, the two members that the patch adds. */
export interface kvm_arch {
  readonly is_realm: boolean;
  readonly realm: { readonly state: RealmState };
}

/** False without the static key, whatever the VM is. */
export function kvm_is_realm(arch: kvm_arch, kvm_rmi_is_available = KVM_RMI_IS_AVAILABLE): boolean {
  return kvm_rmi_is_available ? arch.is_realm : false;
}

/** Not gated by the key: REALM_STATE_NONE for every new VM. */
export function kvm_realm_state(arch: kvm_arch): RealmState {
  return arch.realm.state;
}

export function vcpu_is_rec(): boolean {
  return false;
}
