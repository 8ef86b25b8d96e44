/** Which events are about one address: its life, from its delegation to the end. */
import { decodeCall } from '../abi/decode.js';
import { lookupRmi } from '../abi/rmi-commands.js';
import { argumentsOf } from '../abi/smccc.js';
import type { SmcEvent, TraceEvent } from '../model/events.js';
import { lx, type Seen, type U64 } from '../model/u64.js';
import { callLine } from '../trace/call-line.js';
import type { EventFilter } from './event-filter.js';
import { type Look, ofFid } from './line-look.js';

/** The granule that every RMM has (DEN0137, RmiGranuleSize). */
const GRANULE_BITS = 12n;

/**
 * Calls that pass or give an address in the same granule, or a range that it lies in; and lines that print it. A register
 * that nobody saw is none.
 */
export function follows(address: U64): EventFilter {
  const granule = address >> GRANULE_BITS;
  const isNear = (value: Seen | undefined) =>
    value !== null && value !== undefined && value !== 0n && value >> GRANULE_BITS === granule;
  const printed = new RegExp(`(?<![0-9a-f])(?:${lx(address)}|${lx(address, 16, '0')})(?![0-9a-f])`);
  return {
    keeps(event) {
      if (event.type === 'smc')
        return (
          [...argumentsOf(event), ...(event.res ?? [])].some(isNear) ||
          isWithin(event, address) ||
          inMemory(event, isNear)
        );
      return isLine(event) && printed.test(event.text);
    },
    mayKeep: near(address, granule),
  };
}

/** A line that has an address of the granule, prints this one, or is of a call that takes a range. */
function near(address: U64, granule: bigint): Look {
  const within = new RegExp(`"0x${granule === 0n ? '[0-9a-f]{1,3}' : `${granule.toString(16)}[0-9a-f]{3}`}"`);
  const printed = lx(address);
  const takesRange = ofFid(fid =>
    lookupRmi(fid).some(({ args }) => BOUNDS.every(each => args?.includes(each))),
  );
  return line => {
    if (line.includes(printed) || within.test(line)) return true;
    const call = callLine(line);
    return call !== null && takesRange(line, call);
  };
}

const BOUNDS = ['base', 'top'] as const;

function isLine(event: TraceEvent): event is Extract<TraceEvent, { type: 'log' | 'console' }> {
  return event.type === 'log' || event.type === 'console';
}

/** From `base` up to `top`, which is the first address that is not of the range. */
function isWithin(call: SmcEvent, address: U64): boolean {
  const { args } = decodeCall(call);
  const [base, top] = BOUNDS.map(name => args.find(arg => arg.name === name)?.raw ?? null);
  return (
    base !== null &&
    top !== null &&
    base !== undefined &&
    top !== undefined &&
    base <= address &&
    address < top
  );
}

function inMemory({ mem = [] }: SmcEvent, isNear: (value: Seen) => boolean): boolean {
  return mem.some(({ pa, words }) => isNear(pa) || words.some(({ value }) => isNear(value)));
}
