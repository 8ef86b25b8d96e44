/**
 * kvm_arm_init around the check (arch/arm64/kvm/arm.c), whole and as much of it as scope `rmi` is. Each returns as
 * kvm_arm_init does: 0, or the error with which KVM gives up. The check decides neither.
 */
import { ENODEV } from '../../abi/errno.js';
import type { Asking } from '../../model/port.js';
import { LINES } from '../lines.js';
import { fact, returning } from '../linux/asks.js';
import type { System } from '../linux/cpufeature.js';
import { kvm_err, kvm_info } from '../linux/printk.js';
import { era } from './eras.js';
import { init_hyp_mode } from './hyp-mode.js';
import { kvm_sys_reg_table_init } from './nv.js';
import { kvm_arm_init_sve, kvm_set_ipa_limit } from './reset.js';
import { step } from './steps.js';
import { init_subsystems } from './subsystems.js';

/** What a kernel calls in the check's place: 0, or an error of kvm_arm_init. From v14 on the check is not KVM's. */
export type KvmInitRmi = (in_hyp_mode: boolean) => Asking<number>;

/** Scope `kvm`. */
export function* kvm_arm_init(system: System, kvm_init_rmi?: KvmInitRmi): Asking<number> {
  if (!(yield* available())) return -ENODEV;

  let err = yield* kvm_sys_reg_table_init(system);
  if (err !== 0) {
    yield* kvm_info(LINES.sysRegTables);
    return err;
  }

  const in_hyp_mode = (yield* fact('in_hyp_mode')) === true;

  if (kvm_init_rmi !== undefined) {
    err = yield* kvm_init_rmi(in_hyp_mode);
    if (err !== 0) return err;
  }

  // ARM64_WORKAROUND_DEVICE_LOAD_ACQUIRE or ARM64_WORKAROUND_1508412; one record of two lines.
  if ((yield* fact('guest_deadlock_erratum')) === true) yield* kvm_info(LINES.guestsCanDeadlock);

  err = yield* kvm_set_ipa_limit(system);
  if (err !== 0) return err;

  err = yield* kvm_arm_init_sve(system);
  if (err !== 0) return err;

  err = yield* step('vmid-allocator');
  if (err !== 0) {
    yield* kvm_err(LINES.vmidAllocator);
    return err;
  }

  if (!in_hyp_mode) {
    err = yield* init_hyp_mode();
    if (err !== 0) return err;
  }

  err = yield* step('vector-slots');
  if (err !== 0) {
    yield* kvm_err(LINES.vectorSlots);
    return err;
  }

  err = yield* init_subsystems();
  if (err !== 0) return err;

  yield* modeOfEra(in_hyp_mode);

  // KVM can still fail after it printed success.
  return yield* returning('kvm_init', step('kvm-init'));
}

/** Scope `rmi`: the early exits, the check in its place, the final mode line. */
export function* kvm_arm_init_around_check(kvm_init_rmi?: KvmInitRmi): Asking<number> {
  if (!(yield* available())) return -ENODEV;
  const in_hyp_mode = (yield* fact('in_hyp_mode')) === true;
  if (kvm_init_rmi !== undefined) {
    const err = yield* kvm_init_rmi(in_hyp_mode);
    if (err !== 0) return err;
  }
  yield* mode(in_hyp_mode);
  return 0;
}

/** The two early exits. */
function* available(): Asking<boolean> {
  if ((yield* fact('hyp_mode_available')) !== true) {
    yield* kvm_info(LINES.hypModeNotAvailable);
    return false;
  }
  if ((yield* fact('kvm_mode')) === 'none') {
    yield* kvm_info(LINES.kvmDisabled);
    return false;
  }
  return true;
}

/** `VHE`, `Hyp nVHE`, `Protected hVHE`, …, with `+NV2` where the nested capability is on. */
function* mode(in_hyp_mode: boolean): Asking<void> {
  const nested = (yield* fact('nv2')) === true ? '+NV2' : '';
  yield* kvm_info(LINES.modeInitialized, { mode: yield* hypervisor(in_hyp_mode), nested });
}

/** The same as older kernels had it: until 6.5 without the kind, later without the nested capability. */
function* modeOfEra(in_hyp_mode: boolean): Asking<void> {
  const { modeLine, namesNv2 } = yield* era();
  if (namesNv2) yield* mode(in_hyp_mode);
  else if (modeLine === 'Hyp or Protected nVHE or hVHE')
    yield* kvm_info(LINES.modeInitialized6_12, { mode: yield* hypervisor(in_hyp_mode) });
  else if (in_hyp_mode) yield* kvm_info(LINES.vheMode);
  else if (modeLine === 'Hyp' || (yield* owner()) === 'Hyp') yield* kvm_info(LINES.hypMode);
  else yield* kvm_info(LINES.protectedMode);
}

function* hypervisor(in_hyp_mode: boolean) {
  if (in_hyp_mode) return 'VHE';
  const kind = (yield* fact('hvhe')) === true ? 'h' : 'n';
  return `${yield* owner()} ${kind}VHE` as const;
}

function* owner(): Asking<'Protected' | 'Hyp'> {
  return (yield* fact('kvm_mode')) === 'protected' ? 'Protected' : 'Hyp';
}
