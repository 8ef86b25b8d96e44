/**
 * Which numbers (FID bits 15:0) of the RMI range each RMM has a handler for, as sweeps of the real builds over
 * 0x150..0x18f and 0x1d0..0x22f found them. Any other number is refused with -1. A number that a build may or may not
 * have counts as one that it has: it then has no answer here rather than an invented one.
 */
import { ALL_ONES, field, type U64, u64, ZERO } from '../model/u64.js';

export interface Handlers {
  readonly working: ReadonlySet<number>;
  /** Handlers that do nothing and answer one x0, with the name and the number of registers that the log shows. */
  readonly stubs: ReadonlyMap<number, Stub>;
}

export interface Stub {
  readonly name: string;
  readonly inputs: number;
  readonly x0: U64;
}

const V1_0 = '150-155 157-15f 161-162 164-169';
const V0_8 = '150-155 157-169 172-173 17d-181 183-184 18b';
const V0_8_V11 = '150-169 172-181 183-18e';
const V1_X = '1d7-1d8 1db-1dc';
const HEAD =
  '150 153 157-15e 161 163-166 168-169 16e 174-178 17a-181 183-18b 18e 1d0-1d3 1d7-1d8 1db-1dc 1e1 1ec 1f1-1f3 ' +
  '1f5-1f8 1fb-1fc 201-20a';

export const HANDLERS = {
  /** TF-RMM 0.1 to 0.6. */
  'v1.0': working(V1_0),
  /** With RMM_V1_1 or without. */
  'v0.7': working(`${V1_0} 172-173`),
  /**
   * Without RMM_V1_1, 0.8 keeps the device commands in its handler table and answers -1. Only for these two is the log
   * line known (0x156 called directly, 0x18e through EL3); the others answer -1 and print nothing here.
   */
  'v0.8': {
    ...working(V0_8),
    stubs: new Map([
      [0x156, { name: 'PDEV_AUX_COUNT', inputs: 1, x0: ALL_ONES }],
      [0x18e, { name: 'VDEV_COMPLETE', inputs: 2, x0: ALL_ONES }],
    ]),
  },
  'v0.8-v11': working(V0_8_V11),
  /**
   * rmm-spec-v1.x-aligned, with and without RMM_V1_1: numbers were asked for, and those of 0.8 that it may have dropped
   * were not told.
   */
  'v1.x': working(`${V0_8_V11} ${V1_X}`),
  'v1.x-v11': working(`${V0_8_V11} 1d0-1d3 ${V1_X}`),
  'v0.9': working(
    '150 153 156-166 168-169 16e 172-181 183-18b 18e 1d0-1d3 1d7-1d8 1db-1dc 1e1 1ec 1f1-1f3 1f5-1f6 202-203 208-20a',
  ),
  head: working(HEAD),
  /** Head and what its successors added. */
  bet3: working(`${HEAD} 1e3 1ee 1f4 20f 211`),
  /** 206a8942, which stands between 0.8 and 0.9, with RMM_V1_1 and without: what any of its neighbours has. */
  '206a8942': working(`${V0_8_V11} ${HEAD}`),
  /** What any RMM has: for one of which only the handshake is known. */
  any: working(`${V1_0} ${HEAD} 1e3 1f4`),
  /** rmm/src/rmi/mod.rs of Islet 14e17fd3; later sources have PSCI_COMPLETE and RTT_FOLD as well. */
  'islet-early': working('150-155 157-15f 161-162 165 167-169'),
  /** services/std_svc/rmmd/trp/trp_main.c of TF-A; RMM_CONFIG_GET was asked for. */
  trp: {
    ...working('150-152 176'),
    stubs: new Map([[0x1ec, { name: 'RMM_CONFIG_GET', inputs: 1, x0: ZERO }]]),
  },
  none: { working: new Set<number>(), stubs: new Map<number, Stub>() },
} as const satisfies Record<string, Handlers>;

/** FID bits 15:0, written in hexadecimal. */
function hexNumber(digits: string): number {
  return field(u64(BigInt(`0x${digits}`)), 0, 16);
}

/** Numbers written as hexadecimal ranges: `150-155 161`. */
function working(ranges: string): Handlers {
  const numbers = new Set<number>();
  for (const range of ranges.split(' ')) {
    const [first = '', last = first] = range.split('-');
    for (let number = hexNumber(first); number <= hexNumber(last); number++) numbers.add(number);
  }
  return { working: numbers, stubs: new Map() };
}
