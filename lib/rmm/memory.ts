/** Physical memory as an RMM was told of it at its boot. */
import type { FactValue } from '../model/events.js';
import type { FactName } from '../model/facts.js';
import { factNamed } from '../model/facts.js';
import { endOfRegion, parseRegions, type Region } from '../model/regions.js';
import type { U64 } from '../model/u64.js';

export interface RmmMemory {
  readonly dram: readonly Region[];
  /** Non-coherent device memory. */
  readonly devices: readonly Region[];
  /** Bits of a physical address. */
  readonly paWidth: number;
}

/** Of a machine with these facts; what they leave out is as on a machine whose description says nothing. */
export function memoryFrom(facts: ReadonlyMap<string, FactValue>): RmmMemory {
  const value = (name: FactName): FactValue => facts.get(name) ?? factNamed(name)?.default ?? '';
  const regions = (name: FactName) => parseRegions(String(value(name))) ?? [];
  const width = value('pa_width');
  return {
    dram: regions('rmm_dram'),
    devices: regions('device_windows'),
    paWidth: typeof width === 'number' ? width : 0,
  };
}

export function isDram(memory: RmmMemory, address: bigint): boolean {
  return memory.dram.some(region => holds(region, address));
}

export function isDevice(memory: RmmMemory, address: bigint): boolean {
  return memory.devices.some(region => holds(region, address));
}

/** Whether any of it lies in [base, top). */
export function isAnyIn({ dram, devices }: RmmMemory, base: bigint, top: bigint): boolean {
  return [...dram, ...devices].some(region => region.base < top && endOfRegion(region) > base);
}

/** Whether no physical address is that large. */
export function isBeyond({ paWidth }: RmmMemory, address: U64): boolean {
  return address >= 1n << BigInt(paWidth);
}

function holds(region: Region, address: bigint): boolean {
  return address >= region.base && address < endOfRegion(region);
}
