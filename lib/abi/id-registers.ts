/**
 * Layout of the AArch64 ID registers (Arm ARM). How a kernel treats a field (visible, strict, safe value) is that
 * kernel's matter and does not stand here.
 */
import type { U64 } from '../model/u64.js';
import { bitField, type FieldLayout, type RegisterField, signedField, smallValue } from './fields.js';

/** The fields of each ID register, highest first. A register whose fields nothing here needs has none. */
export const ID_REGISTERS: ReadonlyMap<string, readonly RegisterField[]> = new Map([
  [
    'ID_AA64PFR0_EL1',
    [
      bitField('CSV3', 63, 60),
      bitField('CSV2', 59, 56),
      bitField('RME', 55, 52),
      bitField('DIT', 51, 48),
      bitField('AMU', 47, 44),
      bitField('MPAM', 43, 40),
      bitField('SEL2', 39, 36),
      bitField('SVE', 35, 32),
      bitField('RAS', 31, 28),
      bitField('GIC', 27, 24),
      signedField('AdvSIMD', 23, 20),
      signedField('FP', 19, 16),
      bitField('EL3', 15, 12),
      bitField('EL2', 11, 8),
      bitField('EL1', 7, 4),
      bitField('EL0', 3, 0),
    ],
  ],
  // 0 in TGRAN16 and 0xf in TGRAN4 and TGRAN64 is "not supported": the latter two are signed.
  [
    'ID_AA64MMFR0_EL1',
    [
      bitField('ECV', 63, 60),
      bitField('FGT', 59, 56),
      bitField('EXS', 47, 44),
      bitField('TGRAN4_2', 43, 40),
      bitField('TGRAN64_2', 39, 36),
      bitField('TGRAN16_2', 35, 32),
      signedField('TGRAN4', 31, 28),
      signedField('TGRAN64', 27, 24),
      bitField('TGRAN16', 23, 20),
      bitField('BIGENDEL0', 19, 16),
      bitField('SNSMEM', 15, 12),
      bitField('BIGEND', 11, 8),
      bitField('ASIDBITS', 7, 4),
      bitField('PARANGE', 3, 0),
    ],
  ],
  [
    'ID_AA64PFR1_EL1',
    [
      bitField('PFAR', 63, 60),
      bitField('DF2', 59, 56),
      bitField('MTEX', 55, 52),
      bitField('THE', 51, 48),
      bitField('GCS', 47, 44),
      bitField('MTE_frac', 43, 40),
      bitField('NMI', 39, 36),
      bitField('CSV2_frac', 35, 32),
      bitField('RNDR_trap', 31, 28),
      bitField('SME', 27, 24),
      bitField('MPAM_frac', 19, 16),
      bitField('RAS_frac', 15, 12),
      bitField('MTE', 11, 8),
      bitField('SSBS', 7, 4),
      bitField('BT', 3, 0),
    ],
  ],
  [
    'ID_AA64MMFR1_EL1',
    [
      bitField('ECBHB', 63, 60),
      bitField('CMOW', 59, 56),
      bitField('TIDCP1', 55, 52),
      bitField('nTLBPA', 51, 48),
      bitField('AFP', 47, 44),
      bitField('HCX', 43, 40),
      bitField('ETS', 39, 36),
      bitField('TWED', 35, 32),
      bitField('XNX', 31, 28),
      bitField('SpecSEI', 27, 24),
      bitField('PAN', 23, 20),
      bitField('LO', 19, 16),
      bitField('HPDS', 15, 12),
      bitField('VH', 11, 8),
      bitField('VMIDBits', 7, 4),
      bitField('HAFDBS', 3, 0),
    ],
  ],
  [
    'ID_AA64MMFR2_EL1',
    [
      bitField('E0PD', 63, 60),
      bitField('EVT', 59, 56),
      bitField('BBM', 55, 52),
      bitField('TTL', 51, 48),
      bitField('FWB', 43, 40),
      bitField('IDS', 39, 36),
      bitField('AT', 35, 32),
      bitField('ST', 31, 28),
      bitField('NV', 27, 24),
      bitField('CCIDX', 23, 20),
      bitField('VARange', 19, 16),
      bitField('IESB', 15, 12),
      bitField('LSM', 11, 8),
      bitField('UAO', 7, 4),
      bitField('CnP', 3, 0),
    ],
  ],
  ['ID_AA64MMFR3_EL1', []],
  ['ID_AA64MMFR4_EL1', []],
  ['ID_AA64ISAR0_EL1', []],
  ['ID_AA64ISAR1_EL1', []],
  ['ID_AA64ISAR2_EL1', []],
  ['ID_AA64ISAR3_EL1', []],
  ['ID_AA64DFR0_EL1', []],
  ['ID_AA64ZFR0_EL1', []],
  ['ID_AA64SMFR0_EL1', []],
]);

/** Where a field stands in a register; `null` when either name is not known here. Names are case-sensitive. */
export function fieldOf(register: string, name: string): FieldLayout | null {
  const field = ID_REGISTERS.get(register)?.find(candidate => candidate.name === name);
  return field === undefined ? null : { lsb: field.lsb, width: field.width, signed: field.signed };
}

/** Every known field of a register's value, highest first; empty for a register without known fields. */
export function decodeIdRegister(register: string, value: U64): readonly { name: string; value: number }[] {
  const fields = ID_REGISTERS.get(register) ?? [];
  return fields.map(field => ({ name: field.name, value: smallValue(value, field) }));
}
