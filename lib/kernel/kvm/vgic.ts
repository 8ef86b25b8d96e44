/** kvm_vgic_hyp_init and the probes that it calls (arch/arm64/kvm/vgic). */
import { ENODEV, ENXIO } from '../../abi/errno.js';
import type { Asking } from '../../model/port.js';
import { lx, parseHex, type U64, ZERO } from '../../model/u64.js';
import { count, fact } from '../linux/asks.js';
import { kvm_err, kvm_info, pr_warn } from '../linux/printk.js';
import { step } from './steps.js';

/** 0, or an error; -ENODEV and -ENXIO mean that there is no vgic. */
export function* kvm_vgic_hyp_init(): Asking<number> {
  const gic = yield* fact('gic');
  if (gic !== 'v2' && gic !== 'v3') return -ENODEV;

  const maint_irq = yield* count('vgic_irq');
  if (maint_irq === 0) {
    yield* kvm_err('No vgic maintenance irq');
    return -ENXIO;
  }

  if ((yield* fact('vgic_non_architectural')) === true)
    yield* kvm_info('Non-architectural vgic, tainting kernel');

  if (gic === 'v2') {
    yield* vgic_v2_probe();
  } else {
    yield* vgic_v3_probe();
    yield* kvm_info('GIC system register CPU interface enabled');
  }

  const ret = yield* step('vgic-interrupt');
  if (ret !== 0) {
    yield* kvm_err(`Cannot register interrupt ${maint_irq}`);
    return ret;
  }
  yield* kvm_info(`vgic interrupt IRQ${maint_irq}`);
  return 0;
}

function* vgic_v2_probe(): Asking<void> {
  const start = yield* gicv();
  if (!(yield* page_aligned(start))) {
    const what = 'GICV region size/alignment is unsafe, using trapping (reduced performance)';
    yield* kvm_info(what);
  }
  yield* kvm_info(`vgic-v2@${lx(start)}`);
}

/** Where GICv2 guests can be had, says where GICV is. */
function* vgic_v3_probe(): Asking<void> {
  const start = yield* gicv();
  let emulates = false;
  if (start === ZERO) {
    yield* kvm_info('GICv3: no GICV resource entry');
  } else if (!(yield* page_aligned(start))) {
    yield* pr_warn(`GICV physical address 0x${lx(start)} not page aligned`);
  } else if ((yield* fact('kvm_mode')) !== 'protected') {
    emulates = true;
    yield* kvm_info(`vgic-v2@${lx(start)}`);
  }
  if (!emulates) yield* kvm_info('disabling GICv2 emulation');

  const traps = yield* fact('gicv3_traps');
  if (traps !== 'none') yield* kvm_info(`GICv3 sysreg trapping enabled ([${traps}], reduced performance)`);
}

/** The physical address of GICV, 0 where firmware tables have none. */
function* gicv(): Asking<U64> {
  return parseHex(String(yield* fact('gicv_base'))) ?? ZERO;
}

function* page_aligned(address: U64): Asking<boolean> {
  return address % BigInt(yield* count('page_size')) === 0n;
}
