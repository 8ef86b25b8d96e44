/** What a running RMM keeps between calls. */
import { field, type U64, ZERO } from '../model/u64.js';
import { isDram, type RmmMemory } from './memory.js';
import type { Operation } from './operation.js';

/** Of 2.0: draft A2.1.2. `intermediate`: RMM_ACTIVATE began and is not complete. */
export type RmmState = 'init' | 'intermediate' | 'active';

export interface World {
  readonly memory: RmmMemory;
  /** Feature registers, from index 0. */
  readonly features: readonly U64[];
  state: RmmState;
  /** The granules that are not the host's, by address: those that it delegated, and those that it donated. */
  readonly granules: Map<U64, 'delegated' | 'donated'>;
  /** What RMM_CONFIG_SET set: the words of its page. */
  config: { readonly trackingRegionSize: U64; readonly granuleSize: U64 };
  /** A stateful operation that is open; `null` where none is. */
  operation: Operation | null;
  /** Handles that were given out. */
  handles: number;
  /** Set once a command was called that is not emulated: nobody knows what it did with granules and operations. */
  lost: boolean;
}

export function newWorld(memory: RmmMemory, features: readonly U64[]): World {
  return {
    memory,
    features,
    state: 'init',
    granules: new Map(),
    config: { trackingRegionSize: ZERO, granuleSize: ZERO },
    operation: null,
    handles: 0,
    lost: false,
  };
}

/** RmiGranuleSize: 4KB, 16KB, 64KB. */
const GRANULE_BYTES = [0x1000n, 0x4000n, 0x1_0000n] as const;
/** Of memory that is tracked as one, where tracking_region_size is 0. */
const TRACKED_BYTES = [0x4000_0000n, 0x200_0000n, 0x2000_0000n] as const;

/** Bytes of an RMI granule. */
export function granuleBytes({ config }: World): bigint {
  return GRANULE_BYTES[field(config.granuleSize, 0, 2)] ?? GRANULE_BYTES[0];
}

/** Bytes of a tracking region. Of the larger ones that 16KB and 64KB granules may have, one for each: 64GB and 4TB. */
export function trackingBytes({ config }: World): bigint {
  const at = field(config.granuleSize, 0, 2);
  if (config.trackingRegionSize !== ZERO) return at === 2 ? 1n << 42n : 1n << 36n;
  return TRACKED_BYTES[at] ?? TRACKED_BYTES[0];
}

/** Bytes of an entry of the level 0 granule protection table: feature register 1, L0GPTSZ. */
export function gptBytes({ features }: World): bigint {
  return 1n << BigInt(30 + field(features[1] ?? ZERO, 10, 4));
}

/** Whether the granule is the host's own and of DRAM: what the RMM may read, write or take. */
export function isNonSecure({ memory, granules }: World, address: U64): boolean {
  return isDram(memory, address) && !granules.has(address);
}
