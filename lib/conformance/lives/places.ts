/** The addresses that a call names, by the names that lib/abi gives its registers. */
import { lookupRmi } from '../../abi/rmi-commands.js';
import { bits, field, type Seen, type U64, u64, withBits, ZERO } from '../../model/u64.js';
import type { CheckedCall } from '../calls.js';
import type { Place } from './row.js';

/** A call with its registers by name. */
export interface NamedCall {
  readonly call: CheckedCall;
  /** `RMI_REALM_CREATE`; `null` where the revision has no such number. */
  readonly name: string | null;
  /** `null` where there is no such argument, or nobody saw it. */
  argument(name: string): Seen;
  result(name: string): Seen;
}

export function namedCall(call: CheckedCall, revision: CheckedCall['revision']): NamedCall {
  const { fid, args, res, cc } = call.event;
  const commands = lookupRmi(fid, revision);
  const own = commands.find(({ revisions }) => revision !== undefined && revisions.includes(revision));
  // A caller of SMCCC 1.2 sets all registers, and a trace leaves zeros at their end out.
  const left = cc === '1.2' ? ZERO : null;
  return {
    call,
    name: own?.name ?? null,
    argument: name => {
      const at = own?.args?.indexOf(name) ?? -1;
      const value = args[at];
      return at < 0 ? null : value === undefined ? left : value;
    },
    result: name => {
      const at = own?.results?.indexOf(name) ?? -1;
      const value = res?.[at + 1];
      return at < 0 ? null : value === undefined ? left : value;
    },
  };
}

/** 4KB: of larger granules each 4KB of it has an entry here. */
const GRANULE = 0x1000n;
/** More than that in one answer are not followed one by one. */
const MOST = 0x1000n;

/** The granules at a place; `null` where they are not known. */
export function granulesAt(call: NamedCall, place: Place): readonly U64[] | null {
  switch (place.kind) {
    case 'argument':
      return one(call.argument(place.name));
    case 'result':
      return one(call.result(place.name));
    case 'range':
      return upTo(call.argument(place.base), call.result(place.top));
    case 'descriptor':
      return described(call, place.of === 'argument' ? call.argument(place.name) : call.result(place.name));
  }
}

function one(address: Seen): readonly U64[] | null {
  return address === null ? null : [withBits(address, 0, 12, 0n)];
}

function upTo(base: Seen, top: Seen): readonly U64[] | null {
  if (base === null || top === null || top < base) return null;
  return pages(base, (top - base) / GRANULE);
}

function pages(base: U64, count: bigint): readonly U64[] | null {
  if (count > MOST) return null;
  const first = withBits(base, 0, 12, 0n);
  return Array.from({ length: field(u64(count), 0, 32) }, (_, at) => u64(first + BigInt(at) * GRANULE));
}

/** Flags of a mapping: one descriptor stands in a register, not a list of them in memory. */
const SINGLE = 1n;

/**
 * An address range descriptor of 4KB granules: block size in bits 1:0, count in 11:2, address in 51:12. It is followed where it
 * is the only one, of pages, and as long as the range of IPAs that the call got through.
 */
function described(call: NamedCall, descriptor: Seen): readonly U64[] | null {
  const base = call.argument('base');
  const top = call.result('next_ipa') ?? call.result('top');
  if (descriptor === null || base === null || top === null || top < base) return null;
  const count = bits(descriptor, 2, 10);
  const size = field(descriptor, 0, 2);
  if (call.argument('flags') !== SINGLE || size !== 0 || top - base !== count * GRANULE) return null;
  return pages(u64(bits(descriptor, 12, 40) << 12n), count);
}
