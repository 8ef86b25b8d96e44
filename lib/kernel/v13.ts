/**
 * [PATCH v13 07/48] arm64: RMI: Check for RMI support at KVM init, 18 Mar 2026: arch/arm64/kvm/rmi.c and the three
 * queries of asm/kvm_emulate.h. Same order, same names, same constants; the static key is off, since the patch that
 * enables it comes last in the series.
 */
import { ENXIO } from '../abi/errno.js';
import { RMI_VERSION as SMC_RMI_VERSION } from '../abi/rmi-commands.js';
import { NOT_SUPPORTED_64 as SMCCC_RET_NOT_SUPPORTED } from '../abi/smccc.js';
import type { Asking } from '../model/port.js';
import type { RealmState } from '../model/trace.js';
import { bits, type U64, wrap64, ZERO } from '../model/u64.js';
import { returning } from './asks.js';
import { unsigned_short } from './c.js';
import { cpuid_feature_extract_unsigned_field, read_sanitised_ftr_reg, type System } from './cpufeature.js';
import { kvm_err, kvm_info } from './printk.js';
import { arm_smccc_1_1_invoke } from './smccc.js';

/** RMI_ABI_MAJOR_VERSION (0..32767) and RMI_ABI_MINOR_VERSION (0..65535) of asm/rmi_smc.h. */
export interface Abi {
  readonly major: number;
  readonly minor: number;
}

const RMI_SUCCESS = ZERO;
const ID_AA64PFR0_EL1_RME_SHIFT = 52;

function RMI_ABI_VERSION(major: number, minor: number): U64 {
  return wrap64((BigInt(major) << 16n) | BigInt(minor));
}

/** `>> 16`, without a mask: bit 31 and above reach the major revision until it is cut to 16 bits. */
function RMI_ABI_VERSION_GET_MAJOR(version: U64): U64 {
  return bits(version, 16, 48);
}

function RMI_ABI_VERSION_GET_MINOR(version: U64): U64 {
  return bits(version, 0, 16);
}

/** 0 where the RMM speaks the wanted revision (or says so), else -ENXIO. */
function* rmi_check_version(system: System, abi: Abi): Asking<number> {
  const host_version = RMI_ABI_VERSION(abi.major, abi.minor);
  const aa64pfr0 = yield* read_sanitised_ftr_reg(system, 'ID_AA64PFR0_EL1');

  if (cpuid_feature_extract_unsigned_field(aa64pfr0, ID_AA64PFR0_EL1_RME_SHIFT) === 0) return -ENXIO;

  const res = yield* arm_smccc_1_1_invoke(SMC_RMI_VERSION, host_version);

  // An int constant against an unsigned long: all 64 bits must be ones.
  if (res.a0 === SMCCC_RET_NOT_SUPPORTED) return -ENXIO;

  const version_major = unsigned_short(RMI_ABI_VERSION_GET_MAJOR(res.a1));
  const version_minor = unsigned_short(RMI_ABI_VERSION_GET_MINOR(res.a1));

  // All of a0: a status of 0 with an index in bits 15:8 is not success.
  if (res.a0 !== RMI_SUCCESS) {
    const high_version_major = unsigned_short(RMI_ABI_VERSION_GET_MAJOR(res.a2));
    const high_version_minor = unsigned_short(RMI_ABI_VERSION_GET_MINOR(res.a2));

    yield* kvm_err(
      `Unsupported RMI ABI (v${version_major}.${version_minor} - v${high_version_major}.${high_version_minor}) ` +
        `we want v${abi.major}.${abi.minor}`,
    );
    return -ENXIO;
  }

  yield* kvm_info(`RMI ABI version ${version_major}.${version_minor}`);

  return 0;
}

/** Returns nothing: KVM goes on with or without realms. */
export function* kvm_init_rmi(system: System, abi: Abi): Asking<void> {
  if (yield* returning('rmi_check_version', rmi_check_version(system, abi))) return;
  // Here a later patch of the series enables kvm_rmi_is_available.
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
