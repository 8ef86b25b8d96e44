/** populate_nv_trap_config (arch/arm64/kvm/emulate-nested.c), which kvm_sys_reg_table_init calls. */
import { fieldOf } from '../../abi/id-registers.js';
import type { Asking } from '../../model/port.js';
import { field } from '../../model/u64.js';
import { LINES } from '../lines.js';
import { count } from '../linux/asks.js';
import { read_sanitised_ftr_reg, type System } from '../linux/cpufeature.js';
import { kvm_err, kvm_info } from '../linux/printk.js';
import { era } from './eras.js';
import { step } from './steps.js';

/** 0, or -EINVAL where a table contradicts itself; the counts are printed either way. */
export function* kvm_sys_reg_table_init(system: System): Asking<number> {
  if (!(yield* era()).nv) return 0;
  let ret = yield* step('nv-cgt');
  const index = yield* count('kvm_fails_index');
  if (ret !== 0) yield* kvm_err(LINES.nvCgtMbz, { index });

  yield* kvm_info(LINES.nvCoarse, { handlers: yield* count('nv_coarse_handlers') });

  const mcb = yield* step('nv-mcb');
  if (mcb !== 0) {
    yield* kvm_err(LINES.nvRecursiveMcb, { index, within: index });
    ret = mcb;
  }

  if (yield* has_fgt(system)) yield* kvm_info(LINES.nvFine, { handlers: yield* count('nv_fine_handlers') });
  return ret;
}

/** ARM64_HAS_FGT: FEAT_FGT on every CPU. */
function* has_fgt(system: System): Asking<boolean> {
  const mmfr0 = yield* read_sanitised_ftr_reg(system, 'ID_AA64MMFR0_EL1');
  const layout = fieldOf('ID_AA64MMFR0_EL1', 'FGT');
  return layout !== null && field(mmfr0, layout.lsb, layout.width) !== 0;
}
