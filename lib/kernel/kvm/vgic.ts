/** kvm_vgic_hyp_init and the probes that it calls (arch/arm64/kvm/vgic). */
import { ENODEV, ENXIO } from '../../abi/errno.js';
import type { Asking } from '../../model/port.js';
import { type U64, ZERO } from '../../model/u64.js';
import { LINES } from '../lines.js';
import { address, count, fact } from '../linux/asks.js';
import { kvm_err, kvm_info, pr_warn } from '../linux/printk.js';
import { step } from './steps.js';

/** 0, or an error; -ENODEV and -ENXIO mean that there is no vgic. */
export function* kvm_vgic_hyp_init(): Asking<number> {
  const gic = yield* fact('gic');
  if (gic !== 'v2' && gic !== 'v3') return -ENODEV;

  const maint_irq = yield* count('vgic_irq');
  if (maint_irq === 0) {
    yield* kvm_err(LINES.noVgicInterrupt);
    return -ENXIO;
  }

  if ((yield* fact('vgic_non_architectural')) === true) yield* kvm_info(LINES.vgicNonArchitectural);

  if (gic === 'v2') {
    yield* vgic_v2_probe();
  } else {
    yield* vgic_v3_probe();
    yield* kvm_info(LINES.gicCpuInterface);
  }

  const ret = yield* step('vgic-interrupt');
  if (ret !== 0) {
    yield* kvm_err(LINES.noInterrupt, { irq: maint_irq });
    return ret;
  }
  yield* kvm_info(LINES.vgicInterrupt, { irq: maint_irq });
  return 0;
}

function* vgic_v2_probe(): Asking<void> {
  const start = yield* address('gicv_base');
  if (!(yield* page_aligned(start))) {
    yield* kvm_info(LINES.gicvUnsafe);
  }
  yield* kvm_info(LINES.vgicV2, { gicv: start });
}

/** Where GICv2 guests can be had, says where GICV is. */
function* vgic_v3_probe(): Asking<void> {
  const start = yield* address('gicv_base');
  let emulates = false;
  if (start === ZERO) {
    yield* kvm_info(LINES.noGicv);
  } else if (!(yield* page_aligned(start))) {
    yield* pr_warn(LINES.gicvNotAligned, { gicv: start });
  } else if ((yield* fact('kvm_mode')) !== 'protected') {
    emulates = true;
    yield* kvm_info(LINES.vgicV2, { gicv: start });
  }
  if (!emulates) yield* kvm_info(LINES.noGicv2Emulation);

  const traps = yield* fact('gicv3_traps');
  if (traps !== 'none') yield* kvm_info(LINES.gicv3Trapped, { groups: String(traps) });
}

function* page_aligned(address: U64): Asking<boolean> {
  return address % BigInt(yield* count('page_size')) === 0n;
}
