/**
 * Which numbers (FID bits 15:0) of the RMI range each RMM has a handler for, as sweeps of the real builds over
 * 0x150..0x18f and 0x1d0..0x22f found them. Any other number is refused with -1.
 */
import { field, u64 } from '../model/u64.js';

export interface Handlers {
  readonly working: ReadonlySet<number>;
  /** Handlers that only answer -1, with the name and the number of registers that the log shows. */
  readonly stubs: ReadonlyMap<number, { readonly name: string; readonly inputs: number }>;
}

const V1_0 = '150-155 157-15f 161-162 164-169';
const HEAD =
  '150 153 157-15e 161 163-166 168-169 16e 174-178 17a-181 183-18b 18e 1d0-1d3 1d7-1d8 1db-1dc 1e1 1ec 1f1-1f3 ' +
  '1f5-1f8 1fb-1fc 201-20a';

export const HANDLERS = {
  /** TF-RMM 0.1 to 0.6. */
  'v1.0': working(V1_0),
  /**
   * Without RMM_V1_1, 0.8 keeps the device commands in its handler table and answers -1. Only for these two is the
   * log line known (0x156 at the RMM's door, 0x18e through EL3); the others answer -1 and print nothing here.
   */
  'v0.8': {
    ...working('150-155 157-169 172-173 17d-181 183-184 18b'),
    stubs: new Map([
      [0x156, { name: 'PDEV_AUX_COUNT', inputs: 1 }],
      [0x18e, { name: 'VDEV_COMPLETE', inputs: 2 }],
    ]),
  },
  'v0.8-v11': working('150-169 172-181 183-18e'),
  'v0.9': working(
    '150 153 156-166 168-169 16e 172-181 183-18b 18e 1d0-1d3 1d7-1d8 1db-1dc 1e1 1ec 1f1-1f3 1f5-1f6 202-203 208-20a',
  ),
  head: working(HEAD),
  /** What any of them has: for an RMM of which only the handshake is known. */
  any: working(`${V1_0} ${HEAD}`),
  /** rmm/src/rmi/mod.rs of Islet 14e17fd3; later sources have PSCI_COMPLETE and RTT_FOLD as well. */
  'islet-early': working('150-155 157-15f 161-162 165 167-169'),
  /** services/std_svc/rmmd/trp/trp_main.c of TF-A. */
  trp: working('150-152 176'),
  none: { working: new Set<number>(), stubs: new Map() },
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
