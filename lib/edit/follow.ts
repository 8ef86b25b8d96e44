/** Which events are about one address: its life, from its delegation to the end. */
import { decodeCall } from '../abi/decode.js';
import { argumentsOf } from '../abi/smccc.js';
import type { SmcEvent, TraceEvent } from '../model/events.js';
import { lx, type Seen, type U64 } from '../model/u64.js';
import type { EventFilter } from './event-filter.js';

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
  return event => {
    if (event.type === 'smc')
      return (
        [...argumentsOf(event), ...(event.res ?? [])].some(isNear) ||
        isWithin(event, address) ||
        inMemory(event, isNear)
      );
    return isLine(event) && printed.test(event.text);
  };
}

function isLine(event: TraceEvent): event is Extract<TraceEvent, { type: 'log' | 'console' }> {
  return event.type === 'log' || event.type === 'console';
}

/** From `base` up to `top`, which is the first address that is not of the range. */
function isWithin(call: SmcEvent, address: U64): boolean {
  const { args } = decodeCall(call);
  const [base, top] = ['base', 'top'].map(name => args.find(arg => arg.name === name)?.raw ?? null);
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
