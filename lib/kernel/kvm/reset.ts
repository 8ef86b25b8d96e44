/** kvm_set_ipa_limit and kvm_arm_init_sve (arch/arm64/kvm/reset.c). */
import { EINVAL } from '../../abi/errno.js';
import type { FactValue } from '../../model/events.js';
import type { Asking } from '../../model/port.js';
import type { U64 } from '../../model/u64.js';
import { LINES } from '../lines.js';
import { count, fact } from '../linux/asks.js';
import {
  cpuid_feature_extract_unsigned_field,
  read_sanitised_ftr_reg,
  type System,
} from '../linux/cpufeature.js';
import { kvm_debug, kvm_err, kvm_info, pr_warn } from '../linux/printk.js';
import { era } from './eras.js';

const ID_AA64MMFR0_EL1_PARANGE_SHIFT = 0;
const ID_AA64MMFR0_EL1_PARANGE_48 = 5;
/** Bits by PARange, as id_aa64mmfr0_parange_to_phys_shift has them. */
const PHYS_SHIFT = [32, 36, 40, 42, 44, 48, 52] as const;
/** CONFIG_ARM64_PA_BITS, for a PARange that the kernel does not know. */
const PA_BITS = 52;
const KVM_PHYS_SHIFT = 40;

/** The fields that a page size is answered by, at stage 1 and at stage 2, and the value of the former with LPA2. */
interface Granule {
  readonly TGRAN_SHIFT: number;
  readonly TGRAN_2_SHIFT: number;
  readonly TGRAN_LPA2: number | null;
}

const GRANULE_4K: Granule = { TGRAN_SHIFT: 28, TGRAN_2_SHIFT: 40, TGRAN_LPA2: 1 };
const GRANULE_16K: Granule = { TGRAN_SHIFT: 20, TGRAN_2_SHIFT: 32, TGRAN_LPA2: 2 };
const GRANULE_64K: Granule = { TGRAN_SHIFT: 24, TGRAN_2_SHIFT: 36, TGRAN_LPA2: null };

const TGRAN_2_SUPPORTED_DEFAULT = 0;
const TGRAN_2_SUPPORTED_NONE = 1;
const TGRAN_2_SUPPORTED_MIN = 2;
const TGRAN_2_SUPPORTED_LPA2 = 3;
const TGRAN_2_SUPPORTED_MAX = 7;

function granule(page_size: FactValue): Granule {
  if (page_size === 65536) return GRANULE_64K;
  return page_size === 16384 ? GRANULE_16K : GRANULE_4K;
}

/** 0 with the limit printed, or -EINVAL where the hardware has no stage 2 of the kernel's page size. */
export function* kvm_set_ipa_limit(system: System): Asking<number> {
  const mmfr0 = yield* read_sanitised_ftr_reg(system, 'ID_AA64MMFR0_EL1');
  const pages = granule(yield* fact('page_size'));
  const { remarksReducedIpa, lpa2 } = yield* era();

  let parange = cpuid_feature_extract_unsigned_field(mmfr0, ID_AA64MMFR0_EL1_PARANGE_SHIFT);
  if (!(lpa2 && has_lpa2(mmfr0, pages)) && pages !== GRANULE_64K)
    parange = Math.min(parange, ID_AA64MMFR0_EL1_PARANGE_48);

  const tgran_2 = cpuid_feature_extract_unsigned_field(mmfr0, pages.TGRAN_2_SHIFT);
  if (tgran_2 === TGRAN_2_SUPPORTED_NONE) {
    yield* kvm_err(LINES.noStage2PageSize);
    return -EINVAL;
  }
  if (tgran_2 === TGRAN_2_SUPPORTED_DEFAULT) {
    yield* kvm_debug(LINES.stage2PageSize, { how: 'default' });
  } else if (tgran_2 >= TGRAN_2_SUPPORTED_MIN && tgran_2 <= TGRAN_2_SUPPORTED_MAX) {
    yield* kvm_debug(LINES.stage2PageSize, { how: 'advertised' });
  } else {
    yield* kvm_err(LINES.unknownTgran2);
    return -EINVAL;
  }

  const kvm_ipa_limit = PHYS_SHIFT[parange] ?? PA_BITS;
  const remark = kvm_ipa_limit < KVM_PHYS_SHIFT ? ' (Reduced IPA size, limited VM/VMM compatibility)' : '';
  if (remarksReducedIpa) yield* kvm_info(LINES.ipaSizeLimit, { bits: kvm_ipa_limit, remark });
  else yield* kvm_info(LINES.ipaSizeLimit5_10, { bits: kvm_ipa_limit });
  return 0;
}

/** kvm_lpa2_is_enabled: LPA2 at both stages; a kernel with 64K pages has none. */
function has_lpa2(mmfr0: U64, { TGRAN_SHIFT, TGRAN_2_SHIFT, TGRAN_LPA2 }: Granule): boolean {
  return (
    cpuid_feature_extract_unsigned_field(mmfr0, TGRAN_SHIFT) === TGRAN_LPA2 &&
    cpuid_feature_extract_unsigned_field(mmfr0, TGRAN_2_SHIFT) === TGRAN_2_SUPPORTED_LPA2
  );
}

const ID_AA64PFR0_EL1_SVE_SHIFT = 32;

/** Always 0. Vector lengths are in bytes. */
export function* kvm_arm_init_sve(system: System): Asking<number> {
  const pfr0 = yield* read_sanitised_ftr_reg(system, 'ID_AA64PFR0_EL1');
  const sve_max_vl = yield* count('sve_max_vl');
  const system_supports_sve =
    sve_max_vl > 0 && cpuid_feature_extract_unsigned_field(pfr0, ID_AA64PFR0_EL1_SVE_SHIFT) !== 0;
  if (system_supports_sve) {
    const kvm_sve_max_vl = yield* count('sve_max_virtualisable_vl');
    if (kvm_sve_max_vl < sve_max_vl) yield* pr_warn(LINES.sveLimited, { bytes: kvm_sve_max_vl });
  }
  return 0;
}
