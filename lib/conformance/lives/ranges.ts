/** Things by the range of IPAs that a table of each level translates, whatever the size of a page is. */
import { field, type U64, withBits } from '../../model/u64.js';

/**
 * Bits of the IPA that a page has at the least and at the most: 4KB, and in 2.0 up to 64KB. What must not be within a table is
 * looked for in the smaller range, what must be above an address in the larger one.
 */
export interface PageBits {
  readonly least: number;
  readonly most: number;
}

export const PAGE_LEVEL = 3;
const FIRST_LEVEL = -1;

/** How many bits of an IPA a table of `level` translates: a page's, and three less for the entries of each table. */
export function rangeBits(level: number, page: number): number {
  return Math.min(64, page + (page - 3) * (PAGE_LEVEL + 1 - level));
}

/** Levels are signed: -1 is one. */
export function levelOf(level: U64): number {
  const low = field(level, 0, 8);
  return low > 127 ? low - 256 : low;
}

/** A page is of the level below the last one. */
export interface Index<T> {
  put(ipa: U64, level: number, item: T): void;
  remove(ipa: U64, level: number, item: T): void;
  /** The one of that level in the same range, if there is one. */
  same(ipa: U64, level: number): T | null;
  /** Those of that level, or of a page, that may be in the range of `ipa`. */
  covering(ipa: U64, level: number): readonly T[];
  /** One of a deeper level that is in the range for sure. */
  below(ipa: U64, level: number): T | null;
  size(): number;
}

export function newIndex<T>({ least, most }: PageBits): Index<T> {
  /** By level and range; an item is in the set of each level above it as well. */
  const narrow = new Map<string, Set<T>>();
  const wide = new Map<string, Set<T>>();
  const own = new Map<string, Set<T>>();
  let size = 0;

  const all = (ipa: U64, level: number): readonly (readonly [Map<string, Set<T>>, string])[] => {
    const above = Array.from({ length: Math.max(0, level - FIRST_LEVEL) }, (_, at) => FIRST_LEVEL + at);
    return [
      [own, rangeKey(ipa, level, least)],
      [wide, rangeKey(ipa, Math.min(level, PAGE_LEVEL), most)],
      ...above.map(each => [narrow, rangeKey(ipa, each, least)] as const),
    ];
  };

  return {
    put(ipa, level, item) {
      size += 1;
      for (const [map, at] of all(ipa, level)) {
        const set = map.get(at);
        if (set === undefined) map.set(at, new Set([item]));
        else set.add(item);
      }
    },
    remove(ipa, level, item) {
      size -= 1;
      for (const [map, at] of all(ipa, level)) {
        const set = map.get(at);
        set?.delete(item);
        if (set?.size === 0) map.delete(at);
      }
    },
    same: (ipa, level) => firstOf(own.get(rangeKey(ipa, level, least))),
    covering: (ipa, level) => [...(wide.get(rangeKey(ipa, level, most)) ?? [])],
    below: (ipa, level) => firstOf(narrow.get(rangeKey(ipa, level, least))),
    size: () => size,
  };
}

/** Of the range that a table of `level` translates. */
export function rangeKey(ipa: U64, level: number, page: number): string {
  const width = rangeBits(level, page);
  return `${level} ${width >= 64 ? 0n : withBits(ipa, 0, width, 0n)}`;
}

function firstOf<T>(set: ReadonlySet<T> | undefined): T | null {
  for (const item of set ?? []) return item;
  return null;
}
