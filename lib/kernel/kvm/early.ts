/** What KVM does long before its init: the command line, and the memory of a protected hypervisor. */
import type { Asking } from '../../model/port.js';
import { LINES } from '../lines.js';
import { address, count, fact } from '../linux/asks.js';
import { kvm_err_early, kvm_info_early, pr_warn } from '../linux/printk.js';

/** In boot order; the CPUs come up after it. */
export function* kvm_early(): Asking<void> {
  yield* early_kvm_mode_cfg();
  yield* kvm_hyp_reserve();
}

/** The early_param kvm-arm.mode (arch/arm64/kvm/arm.c), where it says a word that the kernel ignores. */
function* early_kvm_mode_cfg(): Asking<void> {
  if ((yield* fact('kvm_mode_ignored')) !== true) return;
  if ((yield* fact('hyp_mode_available')) === true) yield* pr_warn(LINES.protectedNotWithVhe);
  else yield* pr_warn(LINES.modeIgnored);
}

/** kvm_hyp_reserve (arch/arm64/kvm/pkvm.c): pKVM's memory comes from memblock. */
function* kvm_hyp_reserve(): Asking<void> {
  if ((yield* fact('hyp_mode_available')) !== true || (yield* fact('in_hyp_mode')) === true) return;
  if ((yield* fact('kvm_mode')) !== 'protected') return;
  const mib = yield* count('hyp_mem_mib');
  if (mib === 0) yield* kvm_err_early(LINES.hypMemoryMissing);
  else yield* kvm_info_early(LINES.hypMemoryReserved, { mib, base: yield* address('hyp_mem_base') });
}
