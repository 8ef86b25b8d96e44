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
import { PLACES, type Place } from './places.js';
import { kvm_arm_init_sve, kvm_set_ipa_limit } from './reset.js';
import { step } from './steps.js';
import { init_subsystems } from './subsystems.js';

/** What a kernel calls in the check's place: 0, or an error of kvm_arm_init. From v14 on the check is not KVM's. */
export interface KvmInitRmi {
  readonly behind: Place;
  readonly call: (in_hyp_mode: boolean) => Asking<number>;
}

/** kvm_arm_init so far. */
interface Kvm {
  readonly system: System;
  in_hyp_mode: boolean;
}

/** A step gives 0, or the error with which kvm_arm_init returns. */
type Step = (kvm: Kvm) => Asking<number>;

const STEPS: Readonly<Record<Exclude<Place, 'start'>, Step>> = {
  *'hyp-mode-available'() {
    if ((yield* fact('hyp_mode_available')) === true) return 0;
    yield* kvm_info(LINES.hypModeNotAvailable);
    return -ENODEV;
  },
  *'kvm-mode'() {
    if ((yield* fact('kvm_mode')) !== 'none') return 0;
    yield* kvm_info(LINES.kvmDisabled);
    return -ENODEV;
  },
  *'sys-reg-table'({ system }) {
    const err = yield* kvm_sys_reg_table_init(system);
    if (err !== 0) yield* kvm_info(LINES.sysRegTables);
    return err;
  },
  *'in-hyp-mode'(kvm) {
    kvm.in_hyp_mode = (yield* fact('in_hyp_mode')) === true;
    return 0;
  },
  *erratum() {
    // ARM64_WORKAROUND_DEVICE_LOAD_ACQUIRE or ARM64_WORKAROUND_1508412; one record of two lines.
    if ((yield* fact('guest_deadlock_erratum')) === true) yield* kvm_info(LINES.guestsCanDeadlock);
    return 0;
  },
  'ipa-limit': ({ system }) => kvm_set_ipa_limit(system),
  sve: ({ system }) => kvm_arm_init_sve(system),
  *'vmid-allocator'() {
    const err = yield* step('vmid-allocator');
    if (err !== 0) yield* kvm_err(LINES.vmidAllocator);
    return err;
  },
  *'init-hyp-mode'({ in_hyp_mode }) {
    return in_hyp_mode ? 0 : yield* init_hyp_mode();
  },
  *'vector-slots'() {
    const err = yield* step('vector-slots');
    if (err !== 0) yield* kvm_err(LINES.vectorSlots);
    return err;
  },
  subsystems: () => init_subsystems(),
  *'mode-line'({ in_hyp_mode }) {
    yield* modeOfEra(in_hyp_mode);
    return 0;
  },
  // KVM can still fail after it printed success.
  'kvm-init': () => returning('kvm_init', step('kvm-init')),
};

/** Scope `kvm`. */
export function kvm_arm_init(system: System, kvm_init_rmi?: KvmInitRmi): Asking<number> {
  return stepped(system, STEPS, kvm_init_rmi);
}

/** Scope `rmi`: the early exits, the check in its place, the final mode line. */
const AROUND_CHECK: Partial<typeof STEPS> = {
  'hyp-mode-available': STEPS['hyp-mode-available'],
  'kvm-mode': STEPS['kvm-mode'],
  'in-hyp-mode': STEPS['in-hyp-mode'],
  *'mode-line'({ in_hyp_mode }) {
    yield* mode(in_hyp_mode);
    return 0;
  },
};

export function kvm_arm_init_around_check(system: System, kvm_init_rmi?: KvmInitRmi): Asking<number> {
  return stepped(system, AROUND_CHECK, kvm_init_rmi);
}

function* stepped(system: System, steps: Partial<typeof STEPS>, rmi: KvmInitRmi | undefined): Asking<number> {
  const kvm: Kvm = { system, in_hyp_mode: false };
  for (const place of PLACES) {
    const step = place === 'start' ? undefined : steps[place];
    const err = step === undefined ? 0 : yield* step(kvm);
    if (err !== 0) return err;
    const failed = rmi?.behind === place ? yield* rmi.call(kvm.in_hyp_mode) : 0;
    if (failed !== 0) return failed;
  }
  return 0;
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
