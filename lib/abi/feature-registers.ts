/** The RMM's feature registers, which RMI_FEATURES answers by index, as each revision lays them out. */
import { hex, type U64, withBits } from '../model/u64.js';
import { bitField, type RegisterField, rawValue } from './fields.js';
import type { RmiRevision } from './revision.js';

export interface FeatureRegister {
  /** Lowest field first. */
  readonly fields: readonly { readonly name: string; readonly value: U64 }[];
  /** The bits that no field covers, in place. */
  readonly rest: U64;
}

/**
 * Splits a feature register into fields. Without a revision, only fields on which all revisions with that register
 * agree are fields; all else is `rest`. A revision without such a register has no fields.
 */
export function decodeFeatureRegister(index: U64, value: U64, revision?: RmiRevision): FeatureRegister {
  const layout = revision === undefined ? common(index) : (LAYOUTS[revision].get(index) ?? []);
  const fields = layout.map(field => ({ name: field.name, value: rawValue(value, field) }));
  const rest = layout.reduce((left, { lsb, width }) => withBits(left, lsb, width, 0n), value);
  return { fields, rest };
}

/** `S2SZ 48, LPA2 1, …, other bits 0x…`: values in decimal, fields that are 0 included; without fields plain hex. */
export function featureText({ fields, rest }: FeatureRegister): string {
  if (fields.length === 0) return hex(rest);
  const parts = fields.map(({ name, value }) => `${name} ${value}`);
  return [...parts, ...(rest === 0n ? [] : [`other bits ${hex(rest)}`])].join(', ');
}

type Layout = readonly RegisterField[];

/** Bits 31:0 of register 0 are the same in every revision. */
const REG_0_LOW: Layout = [
  bitField('S2SZ', 7, 0),
  bitField('LPA2', 8, 8),
  bitField('SVE', 9, 9),
  bitField('SVE_VL', 13, 10),
  bitField('NUM_BPS', 19, 14),
  bitField('NUM_WPS', 25, 20),
  bitField('PMU', 26, 26),
  bitField('PMU_NUM_CTRS', 31, 27),
];

const REG_0_1_0: Layout = [
  ...REG_0_LOW,
  bitField('SHA_256', 32, 32),
  bitField('SHA_512', 33, 33),
  bitField('GICV3_NUM_LRS', 37, 34),
  bitField('MAX_RECS_ORDER', 41, 38),
];

/** TF-RMM's header of the time of 1.1; v0.8.0 answers 0x6683fc104130, three auxiliary planes. */
const REG_0_1_1: Layout = [
  ...REG_0_1_0,
  bitField('DA', 42, 42),
  bitField('RTT_PLANE', 44, 43),
  bitField('MAX_NUM_AUX_PLANES', 48, 45),
  bitField('RTT_S2AP_INDIRECT', 49, 49),
];

/** Linux's header for 2.0-bet3, for all of 2.0 below. */
const REG_0_2_0: Layout = [
  ...REG_0_LOW,
  bitField('L0GPT_BLOCK_DELEGATE', 32, 32),
  bitField('S2OASZ', 40, 33),
];

const REG_1_2_0: Layout = [
  bitField('GRAN_SZ_4KB', 0, 0),
  bitField('GRAN_SZ_16KB', 1, 1),
  bitField('GRAN_SZ_64KB', 2, 2),
  bitField('SHA_256', 3, 3),
  bitField('SHA_384', 4, 4),
  bitField('SHA_512', 5, 5),
  bitField('MAX_RECS_ORDER', 9, 6),
  bitField('L0GPTSZ', 13, 10),
  bitField('PPS', 16, 14),
];

const REG_2_2_0: Layout = [
  bitField('DA', 0, 0),
  bitField('DA_COH', 1, 1),
  bitField('VSMMU', 2, 2),
  bitField('ATS', 3, 3),
  bitField('PDEV_MAX_VDEVS_ORDER', 7, 4),
  bitField('VDEV_KROU', 8, 8),
  bitField('NON_TEE_STREAM', 9, 9),
  bitField('REALM_MAX_VDEVS_ORDER', 14, 10),
];

const REG_3_2_0: Layout = [
  bitField('MAX_NUM_AUX_PLANES', 3, 0),
  bitField('RTT_PLANE', 5, 4),
  bitField('RTT_S2AP_INDIRECT', 6, 6),
];

const LAYOUTS: Readonly<Record<RmiRevision, ReadonlyMap<bigint, Layout>>> = {
  '1.0': new Map([[0n, REG_0_1_0]]),
  '1.1': new Map([
    [0n, REG_0_1_1],
    [1n, [bitField('MAX_MECID', 63, 0)]],
  ]),
  '2.0': new Map([
    [0n, REG_0_2_0],
    [1n, REG_1_2_0],
    [2n, REG_2_2_0],
    [3n, REG_3_2_0],
    [4n, [bitField('MEC_COUNT', 63, 0)]],
  ]),
};

function common(index: U64): Layout {
  const layouts = Object.values(LAYOUTS).map(registers => registers.get(index) ?? null);
  const [first = [], ...others] = layouts.filter(layout => layout !== null);
  return first.filter(field => others.every(layout => layout.some(other => same(field, other))));
}

function same(a: RegisterField, b: RegisterField): boolean {
  return a.name === b.name && a.lsb === b.lsb && a.width === b.width;
}
