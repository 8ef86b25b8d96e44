/** init_subsystems (arch/arm64/kvm/arm.c): interrupt controller, then timer. */
import { EINVAL, ENODEV, ENXIO } from '../../abi/errno.js';
import type { Asking } from '../../model/port.js';
import { LINES } from '../lines.js';
import { fact, returning } from '../linux/asks.js';
import { kvm_err } from '../linux/printk.js';
import { kvm_timer_hyp_init } from './arch-timer.js';
import { era } from './eras.js';
import { step } from './steps.js';
import { kvm_vgic_hyp_init } from './vgic.js';

/** 0, or the first error. A missing vgic is an error only under pKVM. */
export function* init_subsystems(): Asking<number> {
  const kvm_mode = yield* fact('kvm_mode');
  let err = yield* returning('kvm_vgic_hyp_init', kvm_vgic_hyp_init());
  const vgic_present = err === 0;
  if (err === -ENODEV || err === -ENXIO) {
    // pKVM needs a vgic; any other host may emulate a GIC in user space.
    if (kvm_mode === 'protected') return err;
    err = 0;
  }
  if (err !== 0) return err;

  const { nvNeedsGicv3, hypTracing } = yield* era();
  const gicv3 = vgic_present && (yield* fact('gic')) === 'v3';
  if (kvm_mode === 'nv' && !gicv3 && nvNeedsGicv3) {
    yield* kvm_err(LINES.nvNeedsGicv3);
    return -EINVAL;
  }

  err = yield* kvm_timer_hyp_init(vgic_present);
  if (err !== 0) return err;

  err = hypTracing ? yield* step('hyp-tracing') : 0;
  if (err !== 0) yield* kvm_err(LINES.hypTracing);
  return err;
}
