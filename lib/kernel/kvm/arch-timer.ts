/** kvm_timer_hyp_init (arch/arm64/kvm/arch_timer.c). */
import { ENODEV } from '../../abi/errno.js';
import type { Asking } from '../../model/port.js';
import { LINES } from '../lines.js';
import { count, fact } from '../linux/asks.js';
import { kvm_err, kvm_info } from '../linux/printk.js';
import { era } from './eras.js';
import { step } from './steps.js';

/** 0, or the first error. */
export function* kvm_timer_hyp_init(has_gic: boolean): Asking<number> {
  if ((yield* fact('timecounter')) !== true) {
    yield* kvm_err(LINES.noTimecounter);
    return -ENODEV;
  }

  let err = yield* step('vtimer-interrupt');
  if (err !== 0) {
    const irq = yield* count('vtimer_irq');
    yield* kvm_err(LINES.noVtimerInterrupt, { irq, err });
    return err;
  }

  err = has_gic ? yield* step('vcpu-affinity') : 0;
  if (err !== 0) {
    yield* kvm_err(LINES.vcpuAffinity);
    return err;
  }

  yield* kvm_timer_handle_errata();
  return 0;
}

function* kvm_timer_handle_errata(): Asking<void> {
  if ((yield* era()).cntvoff && (yield* fact('broken_cntvoff')) === true)
    yield* kvm_info(LINES.brokenCntvoff);
}
