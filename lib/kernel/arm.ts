/**
 * kvm_arm_init around the check, scope `rmi`: the early exits, the check in its place, the final mode line
 * (arch/arm64/kvm/arm.c). Returns as kvm_arm_init does: 0, or -ENODEV where KVM gives up.
 */
import { ENODEV } from '../abi/errno.js';
import type { Asking } from '../model/port.js';
import { fact } from './asks.js';
import { kvm_info } from './printk.js';

/** `kvm_init_rmi` is what this kernel calls there; from v14 on the check is not KVM's, and there is none. */
export function* kvm_arm_init(kvm_init_rmi?: (in_hyp_mode: boolean) => Asking<void>): Asking<number> {
  if ((yield* fact('hyp_mode_available')) !== true) {
    yield* kvm_info('HYP mode not available');
    return -ENODEV;
  }

  if ((yield* fact('kvm_mode')) === 'none') {
    yield* kvm_info('KVM disabled from command line');
    return -ENODEV;
  }

  const in_hyp_mode = (yield* fact('in_hyp_mode')) === true;

  if (kvm_init_rmi !== undefined) yield* kvm_init_rmi(in_hyp_mode);

  yield* kvm_info(`${yield* mode(in_hyp_mode)} mode initialized successfully`);
  return 0;
}

/** `VHE`, `Hyp nVHE`, `Protected hVHE`, …, with `+NV2` where the nested capability is on. */
function* mode(in_hyp_mode: boolean): Asking<string> {
  const nested = (yield* fact('nv2')) === true ? '+NV2' : '';
  if (in_hyp_mode) return `VHE${nested}`;
  const owner = (yield* fact('kvm_mode')) === 'protected' ? 'Protected' : 'Hyp';
  const kind = (yield* fact('hvhe')) === true ? 'h' : 'n';
  return `${owner} ${kind}VHE${nested}`;
}
