/** Linux's memory as the RMI init finds it: memblock, and the pages that it allocates. Addresses are physical. */
import type { Asking } from '../../model/port.js';
import { endOfRegion, type Region } from '../../model/regions.js';
import { type U64, u64, wrap64 } from '../../model/u64.js';
import { address, count, fact, regions } from './asks.js';

/** What the page size of a kernel decides. */
interface Paging {
  readonly PAGE_SHIFT: number;
  /** CONFIG_ARCH_FORCE_MAX_ORDER (arch/arm64/Kconfig): the buddy allocator has no larger blocks. */
  readonly MAX_PAGE_ORDER: number;
}

const PAGING_4K: Paging = { PAGE_SHIFT: 12, MAX_PAGE_ORDER: 10 };
const PAGING: ReadonlyMap<number, Paging> = new Map([
  [4096, PAGING_4K],
  [16384, { PAGE_SHIFT: 14, MAX_PAGE_ORDER: 11 }],
  [65536, { PAGE_SHIFT: 16, MAX_PAGE_ORDER: 13 }],
]);

/** Every allocation that may fail: the values of the fact allocation_fails. */
type Allocation = 'vmid-bitmap' | 'config-page' | 'sro-object' | 'donated-memory' | 'memory-notifier';

/** One boot's memory. */
export interface Memblock extends Paging {
  readonly PAGE_SIZE: bigint;
  /** memblock.memory, ascending. */
  readonly regions: readonly Region[];
  /** get_zeroed_page for struct rmm_config, kmalloc for struct rmi_sro_state; `null` where the allocation fails. */
  readonly config: U64 | null;
  readonly sro: U64 | null;
  /** alloc_pages_exact: naturally aligned, each from above the last; `null` where there is no room. Nothing comes back. */
  alloc_pages_exact(size: bigint): U64 | null;
  /** get_order. */
  order(size: bigint): number;
}

export function* allocationFails(which: Allocation): Asking<boolean> {
  return (yield* fact('allocation_fails')) === which;
}

export function* memblock(): Asking<Memblock> {
  const paging = PAGING.get(yield* count('page_size')) ?? PAGING_4K;
  const all = yield* regions('memory');
  const config = yield* address('config_page');
  const sro = yield* address('sro_object');
  const first = yield* address('donated_memory');
  const fails = yield* fact('allocation_fails');
  const PAGE_SIZE = 1n << BigInt(paging.PAGE_SHIFT);
  const order = (size: bigint) => orderOf(size, paging.PAGE_SHIFT);
  const taken = [config, sro];
  let from: bigint = first;

  return {
    ...paging,
    PAGE_SIZE,
    regions: all,
    config: fails === 'config-page' ? null : config,
    sro: fails === 'sro-object' ? null : sro,
    order,
    alloc_pages_exact(size) {
      const wanted = order(size);
      if (fails === 'donated-memory' || wanted > paging.MAX_PAGE_ORDER) return null;
      const found = blockAbove(from, PAGE_SIZE << BigInt(wanted), all, taken, PAGE_SIZE);
      if (found !== null) from = found + size;
      return found;
    },
  };
}

/** The first block from `from` on that lies in a region which the kernel maps, and on no page that is taken. */
function blockAbove(
  from: bigint,
  size: bigint,
  all: readonly Region[],
  taken: readonly U64[],
  page: bigint,
): U64 | null {
  for (const region of all) {
    if (region.nomap) continue;
    let base = aligned(from > region.base ? from : region.base, size);
    for (const at of taken.toSorted((a, b) => (a < b ? -1 : 1)))
      if (at < base + size && base < at + page) base = aligned(at + page, size);
    if (base + size <= endOfRegion(region)) return u64(base);
  }
  return null;
}

function orderOf(size: bigint, shift: number): number {
  if (size === 0n) return 64 - shift;
  let order = 0;
  while (1n << BigInt(shift + order) < size) order++;
  return order;
}

function aligned(value: bigint, to: bigint): bigint {
  return ((value + to - 1n) / to) * to;
}

/** ALIGN, PAGE_ALIGN and PFN_UP: up to a multiple of a power of two, modulo 2^64. */
export function ALIGN(value: U64, to: bigint): U64 {
  return ALIGN_DOWN(wrap64(value + to - 1n), to);
}

/** ALIGN_DOWN, PAGE_ALIGN_DOWN and PFN_DOWN. */
export function ALIGN_DOWN(value: U64, to: bigint): U64 {
  return wrap64(value & -to);
}

/** What the kernel has of a region in whole pages: from its base rounded up to its end rounded down. */
export function wholePages({ base, size }: Region, { PAGE_SIZE }: Memblock) {
  return { start: ALIGN(base, PAGE_SIZE), end: ALIGN_DOWN(wrap64(base + size), PAGE_SIZE) };
}
