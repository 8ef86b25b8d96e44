/** Regions of physical memory, ascending and apart, as facts spell them: `0x80000000+0x20000000,0xa0000000+0x1000:nomap`. */
import { hex, parseHex, type U64 } from './u64.js';

export interface Region {
  readonly base: U64;
  /** In bytes, not 0; base and size together are at most 2^64. */
  readonly size: U64;
  /** MEMBLOCK_NOMAP: there, but not in the kernel's linear map. */
  readonly nomap: boolean;
}

/** A fact of a trace and an edit of one have 4,096 characters, and a region up to 45. */
const MOST_REGIONS = 90;

const NONE = 'none';
const REGION = /^(?<base>0x[0-9a-f]{1,16})\+(?<size>0x[0-9a-f]{1,16})(?<nomap>:nomap)?$/;
const END: bigint = 1n << 64n;

export function regionsText(regions: readonly Region[]): string {
  if (regions.length === 0) return NONE;
  return regions
    .map(({ base, size, nomap }) => `${hex(base)}+${hex(size)}${nomap ? ':nomap' : ''}`)
    .join(',');
}

/** `null` where it is no such list, or wrongOrder says what is wrong with it. */
export function parseRegions(text: string): readonly Region[] | null {
  if (text === NONE) return [];
  const regions: Region[] = [];
  for (const part of text.split(',', MOST_REGIONS + 1)) {
    const groups = REGION.exec(part)?.groups;
    const [base, size] = [groups?.base, groups?.size].map(given => parseHex(given ?? ''));
    if (groups === undefined || base == null || size == null) return null;
    regions.push({ base, size, nomap: groups.nomap !== undefined });
  }
  return regions.length > MOST_REGIONS || wrongOrder(regions) !== null ? null : regions;
}

/** The first region that cannot stand where it does, from 0, and why; `null` where there is none. */
export function wrongOrder(
  regions: readonly Region[],
): { readonly at: number; readonly what: string } | null {
  let from = 0n;
  for (const [at, { base, size }] of regions.entries()) {
    if (size === 0n) return { at, what: 'a region of no bytes' };
    if (base + size > END) return { at, what: 'a region that ends beyond 64 bits' };
    if (base < from) return { at, what: 'a region that begins before the one above ends' };
    from = base + size;
  }
  return null;
}

/** The first address after a region; 2^64 where it ends there. */
export function endOfRegion({ base, size }: Region): bigint {
  return base + size;
}
