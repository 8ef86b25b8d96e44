/**
 * The status that an RMI command leaves in x0: status in bits 7:0, index in bits 15:8. RMI_INCOMPLETE of 2.0 has a
 * memory request in bits 9:8 and "can cancel" in bit 10 instead of an index.
 */
import { field, hex, type U64, u64, withBits } from '../model/u64.js';
import { type RmiRevision, reservedBits } from './revision.js';
import { parseSmcccError, smcccError } from './smccc.js';

export interface Status {
  /** All of x0 in words: every set bit shows. `parseStatus` reads it back when name is set and stray 0. */
  readonly text: string;
  /** `RMI_ERROR_RTT`, or `NOT_SUPPORTED` of SMCCC; `null` where the revision has no such status. */
  readonly name: string | null;
  /** Bits 15:8 whatever they mean; 0 for an SMCCC error. */
  readonly index: number;
  /** The bits that no field of this status covers, in place; 0 when conforming. */
  readonly stray: U64;
}

/**
 * Reads x0. Without a revision the numbers are those of 2.0, which the earlier ones share, except 5 and 6, for which
 * the text gives every reading. 1.1 does not settle them either: two releases swapped them.
 */
export function decodeStatus(x0: U64, revision?: RmiRevision): Status {
  const error = smcccError(x0);
  if (error !== null) return { text: error, name: error, index: 0, stray: u64(0n) };
  const code = field(x0, 0, 8);
  const index = field(x0, 8, 8);
  const known = code < COUNT[revision ?? '2.0'] ? NAMES[code] : undefined;
  const incomplete = known === 'INCOMPLETE';
  const stray = withBits(x0, 0, incomplete ? INCOMPLETE_BITS : 16, 0n);
  const detail = incomplete ? incompleteDetail(x0) : index === 0 ? '' : String(index);
  const name = known === undefined ? null : `RMI_${known}`;
  const others = AMBIGUOUS[revision ?? 'none'].get(code) ?? [];
  const text = [
    name === null ? unknownText(code, index) : detail === '' ? name : `${name}(${detail})`,
    ...others.map(([other, where]) => `or RMI_${other} ${where}`),
    ...(stray === 0n ? [] : [`stray bits ${hex(stray)}`]),
  ].join(', ');
  return { text, name, index, stray };
}

/**
 * The x0 for a status as a person writes it: `RMI_ERROR_RTT(2)`, `ERROR_RTT(2)`, `RMI_INCOMPLETE(donate+can-cancel)`,
 * `NOT_SUPPORTED`; numbers by the table of 2.0, which is Linux's. `null` for anything else.
 */
export function parseStatus(text: string): U64 | null {
  const error = parseSmcccError(text);
  if (error !== null) return error;
  const [, name, detail = '0'] = SPELLING.exec(text) ?? [];
  const code = name === undefined ? -1 : (NAMES as readonly string[]).indexOf(name);
  if (code < 0) return null;
  const index = INDEX.test(detail) ? BigInt(detail) : name === 'INCOMPLETE' ? parseIncomplete(detail) : null;
  return index === null || index > 0xffn ? null : u64((index << 8n) | BigInt(code));
}

/** The x0 of a status without an index, by its name in 2.0. */
export function statusWord(name: StatusName): U64 {
  return u64(BigInt(statusCode(name)));
}

/** Its number, bits 7:0 of x0. */
export function statusCode(name: StatusName): number {
  return NAMES.indexOf(name);
}

/** Whether x0 is no more than a status and an index may be: bits 63:16 are zero. */
export function fitsStatus(x0: U64): boolean {
  return x0 <= 0xffffn;
}

/** Whether x0 may be a revision, as from RMMs before EAC4 it in place of a status. */
export function mayBeRevision(x0: U64): boolean {
  return !fitsStatus(x0) && reservedBits(x0) === 0n;
}

/** A later revision's statuses begin with an earlier one's (TF-RMM rel0, v0.8.0, HEAD; Linux's 2.0-bet3 header). */
const NAMES = [
  'SUCCESS',
  'ERROR_INPUT',
  'ERROR_REALM',
  'ERROR_REC',
  'ERROR_RTT',
  'ERROR_NOT_SUPPORTED',
  'ERROR_DEVICE',
  'ERROR_RTT_AUX',
  'ERROR_PSMMU_ST',
  'ERROR_DPT',
  'BUSY',
  'ERROR_GLOBAL',
  'ERROR_TRACKING',
  'INCOMPLETE',
  'BLOCKED',
  'ERROR_GPT',
  'ERROR_GRANULE',
] as const;

export type StatusName = (typeof NAMES)[number];
/** By their numbers in 2.0, from 0. */
export const STATUS_NAMES: readonly StatusName[] = NAMES;

const COUNT: Readonly<Record<RmiRevision, number>> = { '1.0': 5, '1.1': 8, '2.0': NAMES.length };

type OtherReadings = ReadonlyMap<number, readonly (readonly [status: string, where: string])[]>;

/** TF-RMM v0.6.0 and v0.7.0 had 5 and 6 the other way round; v0.8.0 and Linux have them as above. They all speak 1.1. */
const SWAPPED: OtherReadings = new Map([
  [5, [['ERROR_DEVICE', 'in TF-RMM 0.6 and 0.7']]],
  [6, [['ERROR_NOT_SUPPORTED', 'in TF-RMM 0.6 and 0.7']]],
]);

/** And before 1.0, in TF-RMM v0.3.0, 5 was something else again. */
const ANY_AGE: OtherReadings = new Map([
  ...SWAPPED,
  [5, [...(SWAPPED.get(5) ?? []), ['ERROR_IN_USE', 'before 1.0']]],
]);

/** Which numbers may mean something else, by the agreed revision, or while there is none. */
const AMBIGUOUS: Readonly<Record<RmiRevision | 'none', OtherReadings>> = {
  none: ANY_AGE,
  '1.0': new Map(),
  '1.1': SWAPPED,
  '2.0': new Map(),
};

const SPELLING = /^(?:RMI_)?([A-Z_]+)(?:\(([a-z0-9+-]+)\))?$/;
const INDEX = /^(?:0|[1-9][0-9]{0,2})$/;

/** Bits 10:0 are status, memory request and can-cancel. */
const INCOMPLETE_BITS = 11;
const CAN_CANCEL = 'can-cancel';
const REQUESTS = ['', 'donate', 'reclaim', 'request-3'] as const;

/** Joined by `+`: a comma separates values where a list of them may stand. */
function incompleteDetail(x0: U64): string {
  const request = REQUESTS[field(x0, 8, 2)] ?? '';
  const cancel = field(x0, 10, 1) === 1 ? CAN_CANCEL : '';
  return [request, cancel].filter(part => part !== '').join('+');
}

function parseIncomplete(detail: string): bigint | null {
  for (let index = 0n; index < 8n; index++) {
    if (incompleteDetail(u64(index << 8n)) === detail) return index;
  }
  return null;
}

function unknownText(code: number, index: number): string {
  const status = `unknown status 0x${code.toString(16)}`;
  return index === 0 ? status : `${status}, index 0x${index.toString(16)}`;
}
