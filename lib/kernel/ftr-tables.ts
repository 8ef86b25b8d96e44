/**
 * What the kernel knows of each ID register: arch/arm64/kernel/cpufeature.c at commit 24657f2ce536, one row a field.
 * A bit without a row is strict RES0: 0 in the sanitised value, and expected to be the same on all CPUs.
 */
import { fieldOf } from '../abi/id-registers.js';

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

type Row = readonly [name: string, strictness: 'strict' | 'nonstrict'];

/** All fields of ID_AA64PFR0_EL1 are LOWER_SAFE. */
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

export type FtrTables = ReadonlyMap<string, readonly FtrField[]>;

/** The tables of a kernel with, or without, the RME row. */
export function ftrTables(options: { readonly rme: boolean }): FtrTables {
  const rows = options.rme ? [RME, ...ID_AA64PFR0] : ID_AA64PFR0;
  return new Map([['ID_AA64PFR0_EL1', rows.map(row => lowerSafe('ID_AA64PFR0_EL1', row))]]);
}

function lowerSafe(reg: string, [name, strictness]: Row): FtrField {
  const layout = fieldOf(reg, name);
  if (layout === null) throw new Error(`${reg} has no field ${name}`);
  return { name, ...layout, strict: strictness === 'strict', type: 'lower', safe: 0 };
}
