/**
 * What the kernel knows of each ID register: arch/arm64/kernel/cpufeature.c at commit 24657f2ce536, one row a field.
 * A bit without a row is strict RES0: 0 in the sanitised value, and expected to be the same on all CPUs.
 */
import { fieldOf } from '../../abi/id-registers.js';

/** How two CPUs' values of a field become one. */
export type SafeType = 'lower' | 'higher' | 'higher-or-zero' | 'exact';

export interface FtrField {
  readonly name: string;
  readonly lsb: number;
  readonly width: number;
  readonly signed: boolean;
  /** A strict field that varies between CPUs is reported and taints the kernel. */
  readonly strict: boolean;
  readonly type: SafeType;
  /** The value of an `exact` field that varies. */
  readonly safe: number;
}

/** LOWER_SAFE unless a third member says otherwise: the safe value of an EXACT field. */
type Row = readonly [name: string, strictness: 'strict' | 'nonstrict', exact?: number];

const ID_AA64PFR0: readonly Row[] = [
  ['CSV3', 'nonstrict'],
  ['CSV2', 'nonstrict'],
  ['DIT', 'strict'],
  ['AMU', 'nonstrict'],
  ['MPAM', 'strict'],
  ['SEL2', 'nonstrict'],
  ['SVE', 'strict'],
  ['RAS', 'strict'],
  ['GIC', 'strict'],
  ['AdvSIMD', 'strict'],
  ['FP', 'strict'],
  ['EL3', 'nonstrict'],
  ['EL2', 'nonstrict'],
  ['EL1', 'nonstrict'],
  ['EL0', 'nonstrict'],
];

/** The row that the check itself brought, in v11 of the series: before it, RME reads as 0 whatever the hardware says. */
const RME: Row = ['RME', 'nonstrict'];

/**
 * A page size that only some CPUs have at stage 2 is 1, none: KVM gives up, and nothing else does. Which rows are
 * strict is UNVERIFIED at that commit.
 */
const ID_AA64MMFR0: readonly Row[] = [
  ['ECV', 'strict'],
  ['FGT', 'strict'],
  ['EXS', 'strict'],
  ['TGRAN4_2', 'nonstrict', 1],
  ['TGRAN64_2', 'nonstrict', 1],
  ['TGRAN16_2', 'nonstrict', 1],
  ['TGRAN4', 'nonstrict'],
  ['TGRAN64', 'nonstrict'],
  ['TGRAN16', 'nonstrict'],
  ['BIGENDEL0', 'strict'],
  ['SNSMEM', 'nonstrict'],
  ['BIGEND', 'strict'],
  ['ASIDBITS', 'strict'],
  ['PARANGE', 'nonstrict'],
];

export type FtrTables = ReadonlyMap<string, readonly FtrField[]>;

/** The tables of a kernel with, or without, the RME row; with ID_AA64MMFR0_EL1 where all of KVM's init is run. */
export function ftrTables(options: { readonly rme: boolean; readonly mmfr0?: boolean }): FtrTables {
  const pfr0 = options.rme ? [RME, ...ID_AA64PFR0] : ID_AA64PFR0;
  // In the order in which update_cpu_features compares them.
  return new Map([
    ...(options.mmfr0 === true ? [table('ID_AA64MMFR0_EL1', ID_AA64MMFR0)] : []),
    table('ID_AA64PFR0_EL1', pfr0),
  ]);
}

function table(reg: string, rows: readonly Row[]): readonly [string, readonly FtrField[]] {
  return [reg, rows.map(row => ftrField(reg, row))];
}

function ftrField(reg: string, [name, strictness, exact]: Row): FtrField {
  const layout = fieldOf(reg, name);
  if (layout === null) throw new Error(`${reg} has no field ${name}`);
  const type = exact === undefined ? 'lower' : 'exact';
  return { name, ...layout, strict: strictness === 'strict', type, safe: exact ?? 0 };
}
