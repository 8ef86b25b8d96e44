/** What each built-in kernel does on each answer to RMI_VERSION: a column a kernel, a row an answer. */
import type { KernelName } from '../lib/kernel/revisions/index.js';

export const VERSION = '0xc4000150';
export const ONES = '0xffffffffffffffff';

/** x0 on; what is left out is 0. */
export type Answer = readonly (string | bigint)[];

/** What is expected of one kernel: its column. */
export interface Column {
  /** Whose cells of TABLE are its own, but for those that a row gives it by name. */
  readonly cells: keyof Cells;
  /** Whether KVM calls the check; else it is an initcall before KVM. */
  readonly ofKvm: boolean;
  /** How it asks for the revision. */
  readonly asks: string;
  /** How it reads the feature registers after a good one. */
  readonly reads: readonly string[];
  /** Its error, where an answer names `revision`: `1.0`, or `1.0 - v2.1`. */
  readonly refuses: (revision: string) => string;
}

const range = (wants: string) => (revision: string) => `Unsupported RMI ABI (v${revision}) we want v${wants}`;

const RFC: Column = {
  cells: 'rfc',
  ofKvm: true,
  asks: `smc 1.1 ${VERSION}`,
  reads: [],
  refuses: revision => `Unsupported RMI ABI (version ${revision}) we support 1`,
};
const V3: Column = {
  ...RFC,
  cells: 'v3_v6',
  asks: `smc 1.1 ${VERSION} 0x10000`,
  refuses: revision => `Unsupported RMI ABI (v${revision}) host supports v1.0`,
};
const V7: Column = { ...V3, cells: 'v7_to_v12', refuses: range('1.0') };
const V13: Column = {
  ...V7,
  cells: 'v13_to_v17',
  asks: `smc 1.1 ${VERSION} 0x20000`,
  refuses: range('2.0'),
};
const V14: Column = {
  ...V13,
  ofKvm: false,
  reads: ['smc 1.1 0xc4000165 0x0', 'smc 1.1 0xc4000165 0x1'],
};
const V17: Column = {
  ...V14,
  asks: `smc 1.2 ${VERSION} 0x20000`,
  reads: ['', ' 0x1', ' 0x2', ' 0x3', ' 0x4'].map(arg => `smc 1.2 0xc4000165${arg}`),
};

/** A kernel without a column does not compile. */
export const COLUMNS: Readonly<Record<KernelName, Column>> = {
  rfc: RFC,
  'rfc-proto': RFC,
  v3: V3,
  v6: { ...V3, refuses: range('1.0') },
  v7: V7,
  v9: V7,
  v12: V7,
  v13: V13,
  v14: V14,
  v15: V14,
  v17: V17,
  next: { ...V17, cells: 'next' },
};

/** What each kernel does on an answer: `I 2.0`, `E 1.0`, `E 1.0 - 2.1`; `P 56.0` the prototype's line; `-` nothing. */
export interface Cells {
  readonly rfc: string;
  readonly v3_v6: string;
  readonly v7_to_v12: string;
  readonly v13_to_v17: string;
  readonly next: string;
}

/** Answer, then the cells; a kernel has those of its column but where it is named. */
export const TABLE: readonly (readonly [Answer, Cells, Partial<Record<KernelName, string>>?])[] = [
  [
    ['0x0', '0x10000', '0x10000'],
    { rfc: 'E 0.0', v3_v6: 'I 1.0', v7_to_v12: 'I 1.0', v13_to_v17: 'I 1.0', next: 'I 1.0' },
  ],
  [
    ['0x0', '0x10000', '0x10001'],
    { rfc: 'E 0.0', v3_v6: 'I 1.0', v7_to_v12: 'I 1.0', v13_to_v17: 'I 1.0', next: 'I 1.0' },
  ],
  [
    ['0x0', '0x20000', '0x20000'],
    { rfc: 'E 0.0', v3_v6: 'I 2.0', v7_to_v12: 'I 2.0', v13_to_v17: 'I 2.0', next: 'I 2.0' },
  ],
  [
    ['0x1', '0x10000', '0x10000'],
    {
      rfc: 'E 0.1',
      v3_v6: 'E 1.0',
      v7_to_v12: 'E 1.0 - 1.0',
      v13_to_v17: 'E 1.0 - 1.0',
      next: 'E 1.0 - 1.0',
    },
  ],
  [
    ['0x1', '0x20000', '0x20000'],
    {
      rfc: 'E 0.1',
      v3_v6: 'E 2.0',
      v7_to_v12: 'E 2.0 - 2.0',
      v13_to_v17: 'E 2.0 - 2.0',
      next: 'E 2.0 - 2.0',
    },
  ],
  [
    ['0x1', '0x10000', '0x20001'],
    {
      rfc: 'E 0.1',
      v3_v6: 'E 1.0',
      v7_to_v12: 'E 1.0 - 2.1',
      v13_to_v17: 'E 1.0 - 2.1',
      next: 'E 1.0 - 2.1',
    },
  ],
  [[ONES, '0x20000', '0x10000'], { rfc: '-', v3_v6: '-', v7_to_v12: '-', v13_to_v17: '-', next: '-' }],
  [
    ['0xffffffff'],
    {
      rfc: 'E 65535.65535',
      v3_v6: 'E 0.0',
      v7_to_v12: 'E 0.0 - 0.0',
      v13_to_v17: 'E 0.0 - 0.0',
      next: 'E 0.0 - 0.0',
    },
  ],
  [
    ['0xfffffffffffffffe'],
    {
      rfc: 'E -1.65534',
      v3_v6: 'E 0.0',
      v7_to_v12: 'E 0.0 - 0.0',
      v13_to_v17: 'E 0.0 - 0.0',
      next: 'E 0.0 - 0.0',
    },
  ],
  [
    ['0x100', '0x20000', '0x20000'],
    {
      rfc: 'E 0.256',
      v3_v6: 'E 2.0',
      v7_to_v12: 'E 2.0 - 2.0',
      v13_to_v17: 'E 2.0 - 2.0',
      next: 'E 2.0 - 2.0',
    },
  ],
  [
    ['0x0', '0x80020000'],
    { rfc: 'E 0.0', v3_v6: 'I 32770.0', v7_to_v12: 'I 32770.0', v13_to_v17: 'I 32770.0', next: 'I 2.0' },
  ],
  [
    ['0x0', '0x100020000'],
    { rfc: 'E 0.0', v3_v6: 'I 65538.0', v7_to_v12: 'I 2.0', v13_to_v17: 'I 2.0', next: 'I 2.0' },
  ],
  [
    ['0x0', ONES, ONES],
    {
      rfc: 'E 0.0',
      v3_v6: 'I -1.65535',
      v7_to_v12: 'I 65535.65535',
      v13_to_v17: 'I 65535.65535',
      next: 'I 32767.65535',
    },
  ],
  [
    ['0xa'],
    { rfc: 'E 0.10', v3_v6: 'E 0.0', v7_to_v12: 'E 0.0 - 0.0', v13_to_v17: 'E 0.0 - 0.0', next: 'never' },
    { v17: 'never' },
  ],
  [
    ['0xe'],
    {
      rfc: 'E 0.14',
      v3_v6: 'E 0.0',
      v7_to_v12: 'E 0.0 - 0.0',
      v13_to_v17: 'E 0.0 - 0.0',
      next: 'twice E 0.0 - 0.0',
    },
    { v17: 'never' },
  ],
  [
    ['0x380000'],
    {
      rfc: 'E 56.0',
      v3_v6: 'E 0.0',
      v7_to_v12: 'E 0.0 - 0.0',
      v13_to_v17: 'E 0.0 - 0.0',
      next: 'E 0.0 - 0.0',
    },
    { 'rfc-proto': 'P 56.0' },
  ],
  [
    ['0x420000'],
    {
      rfc: 'E 66.0',
      v3_v6: 'E 0.0',
      v7_to_v12: 'E 0.0 - 0.0',
      v13_to_v17: 'E 0.0 - 0.0',
      next: 'E 0.0 - 0.0',
    },
    { 'rfc-proto': 'P 66.0' },
  ],
  [
    ['0x10000'],
    {
      rfc: 'I 1.0',
      v3_v6: 'E 0.0',
      v7_to_v12: 'E 0.0 - 0.0',
      v13_to_v17: 'E 0.0 - 0.0',
      next: 'E 0.0 - 0.0',
    },
  ],
  [['0x0'], { rfc: 'E 0.0', v3_v6: 'I 0.0', v7_to_v12: 'I 0.0', v13_to_v17: 'I 0.0', next: 'I 0.0' }],
];
