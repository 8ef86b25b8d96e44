/** What is known of each granule, and which of them a realm owns. */
import type { U64 } from '../../model/u64.js';
import type { GranuleState } from './states.js';

export interface Known<S> {
  readonly states: readonly S[];
  /** The event that made it so. */
  readonly event: number | null;
}

export interface KnownGranule extends Known<GranuleState> {
  /** The RD of the realm that owns it. */
  readonly owner: U64 | null;
  /** The last event that said something of it. */
  readonly seen: number;
}

export interface Granules extends Iterable<readonly [pa: U64, granule: KnownGranule]> {
  get(pa: U64): KnownGranule | undefined;
  has(pa: U64): boolean;
  set(pa: U64, granule: KnownGranule): void;
  delete(pa: U64): void;
  /** Those of the realm, in the order in which it got them. */
  ownedBy(rd: U64): readonly U64[];
  size(): number;
}

export function newGranules(): Granules {
  const all = new Map<U64, KnownGranule>();
  const owned = new Map<U64, Set<U64>>();
  const disown = (pa: U64): void => {
    const owner = all.get(pa)?.owner ?? null;
    const its = owner === null ? undefined : owned.get(owner);
    its?.delete(pa);
    if (owner !== null && its?.size === 0) owned.delete(owner);
  };
  return {
    [Symbol.iterator]: () => all.entries(),
    get: pa => all.get(pa),
    has: pa => all.has(pa),
    set(pa, granule) {
      const { owner } = granule;
      if (all.get(pa)?.owner !== owner) disown(pa);
      all.set(pa, granule);
      if (owner === null) return;
      const its = owned.get(owner);
      if (its === undefined) owned.set(owner, new Set([pa]));
      else its.add(pa);
    },
    delete(pa) {
      disown(pa);
      all.delete(pa);
    },
    ownedBy: rd => [...(owned.get(rd) ?? [])],
    size: () => all.size,
  };
}
