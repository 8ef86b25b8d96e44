/**
 * The translation tables of one realm, as far as its calls show them: what was created, what is mapped. The level of the
 * starting tables is in no register; what is created first, or reached without any, shows it.
 */
import { hex, type Seen, type U64, u64, withBits } from '../../model/u64.js';
import type { NamedCall } from './places.js';
import { levelOf, newIndex, PAGE_LEVEL, type PageBits, rangeBits, rangeKey } from './ranges.js';
import type { TableStep } from './row.js';

export interface Tables {
  /** What a success of `step` contradicts; `null` where it is possible. What is known follows the call all the same. */
  take(step: TableStep, call: NamedCall, granules: readonly U64[] | null): string | null;
  /** Whether there is nothing in them. */
  empty(): boolean;
}

interface Table {
  readonly level: number;
  readonly ipa: U64;
  readonly pa: Seen;
}

/** RmiRttEntryState of an entry that maps a granule. */
const ASSIGNED = 1n;

/** Of the tables of all realms together: tables, and pages that are mapped. */
export interface TableCount {
  entries: number;
}

/** They are made with their first step: most realms of a long trace are only named. */
export function newTables(pages: PageBits, count: TableCount): Tables {
  let made: Tables | null = null;
  return {
    empty: () => made?.empty() ?? true,
    take(step, call, granules) {
      made ??= madeTables(pages, count);
      return made.take(step, call, granules);
    },
  };
}

function madeTables(pages: PageBits, count: TableCount): Tables {
  const { least } = pages;
  const tables = newIndex<Table>(pages);
  /** By the range of a table of the last level. */
  const mapped = new Map<string, Set<U64>>();
  const pageAt = new Map<U64, Seen>();
  /** The level of the starting tables: that above the first one that was created, or the last one where none was needed. */
  let start: number | null = null;
  const lastRange = (ipa: U64): string => rangeKey(ipa, PAGE_LEVEL, least);

  /** The level up to `last` that no table has for `ipa`. */
  const missing = (ipa: U64, last: number): string | null => {
    for (let level = (start ?? last) + 1; level <= last; level++) {
      if (tables.covering(ipa, level).length === 0)
        return `no table of level ${level} is there for IPA ${hex(ipa)}`;
    }
    return null;
  };
  /** What is below a table of `level` for `ipa`. */
  const within = (ipa: U64, level: number): string | null => {
    const below = tables.below(ipa, level);
    if (below !== null) return `the table of level ${below.level} for IPA ${hex(below.ipa)} is within it`;
    const [page] = level === PAGE_LEVEL ? (mapped.get(lastRange(ipa)) ?? []) : [];
    return page === undefined ? null : `IPA ${hex(page)} is mapped within it`;
  };
  /** What the walk for `ipa` lacks, as it came to a page. */
  const reach = (ipa: U64): string | null => {
    start ??= PAGE_LEVEL;
    return missing(ipa, PAGE_LEVEL);
  };

  const create = (ipa: U64, level: number, pa: Seen): string | null => {
    const started = start !== null && level <= start;
    const wrong =
      (started ? `the starting tables are of level ${start}` : null) ??
      (tables.same(ipa, level) === null
        ? null
        : `a table of level ${level} for IPA ${hex(ipa)} is there already`) ??
      within(ipa, level) ??
      missing(ipa, level - 1);
    tables.put(ipa, level, { level, ipa, pa });
    count.entries += 1;
    if (start === null || started) start = level - 1;
    return wrong;
  };
  const destroy = (ipa: U64, level: number, pa: Seen): string | null => {
    const all = tables.covering(ipa, level);
    const gone = all.find(table => table.pa === pa) ?? all[0];
    if (gone === undefined) return `no table of level ${level} was created for IPA ${hex(ipa)}`;
    const wrong = within(gone.ipa, level);
    tables.remove(gone.ipa, level, gone);
    count.entries -= 1;
    return wrong;
  };
  const map = (ipa: U64, pa: Seen): string | null => {
    if (!pageAt.has(ipa)) count.entries += 1;
    const wrong = pageAt.has(ipa) ? `IPA ${hex(ipa)} is mapped already` : reach(ipa);
    const pagesThere = mapped.get(lastRange(ipa));
    if (pagesThere === undefined) mapped.set(lastRange(ipa), new Set([ipa]));
    else pagesThere.add(ipa);
    pageAt.set(ipa, pa);
    return wrong;
  };
  const unmap = (ipa: U64, pa: Seen): string | null => {
    const was = pageAt.get(ipa);
    if (was === undefined) return `nothing is mapped at IPA ${hex(ipa)}`;
    const range = mapped.get(lastRange(ipa));
    range?.delete(ipa);
    if (range?.size === 0) mapped.delete(lastRange(ipa));
    pageAt.delete(ipa);
    count.entries -= 1;
    return was === null || pa === null || was === pa ? null : `${hex(was)} is mapped at IPA ${hex(ipa)}`;
  };
  const ripas = (base: U64, top: Seen): string | null => {
    const width = rangeBits(PAGE_LEVEL, least);
    const isPage = [base, top].some(each => each !== null && withBits(each, width, 64 - width, 0n) !== 0n);
    return isPage ? reach(base) : null;
  };
  const read = (ipa: U64, call: NamedCall): string | null => {
    const level = call.result('level');
    const state = call.result('state');
    if (level !== BigInt(PAGE_LEVEL) || state === null) return null;
    const isMapped = pageAt.has(ipa);
    if (state === ASSIGNED && !isMapped)
      return `IPA ${hex(ipa)} is read as mapped, and nothing is mapped there`;
    if (state !== ASSIGNED && isMapped) return `IPA ${hex(ipa)} is read as not mapped, and something is`;
    return reach(ipa);
  };

  return {
    empty: () => tables.size() === 0 && pageAt.size === 0,
    take(step, call, granules) {
      const ipa = call.argument('ipa') ?? call.argument('base');
      const level = call.argument('level');
      if (ipa === null) return null;
      switch (step) {
        case 'create':
          return level === null ? null : create(ipa, levelOf(level), call.argument('rtt'));
        case 'destroy':
          return level === null ? null : destroy(ipa, levelOf(level), call.result('rtt_pa'));
        case 'map':
          return firstOf(granules, (pa, at) => map(page(ipa, at), pa));
        case 'unmap':
          return firstOf(granules, (pa, at) => unmap(page(ipa, at), pa));
        case 'ripas':
          return ripas(ipa, call.result('top'));
        case 'read':
          return read(ipa, call);
      }
    },
  };
}

function page(ipa: U64, at: number): U64 {
  return u64(withBits(ipa, 0, 12, 0n) + BigInt(at) * 0x1000n);
}

function firstOf(
  granules: readonly U64[] | null,
  each: (pa: U64, at: number) => string | null,
): string | null {
  const wrong = (granules ?? []).map(each).filter(text => text !== null);
  return wrong[0] ?? null;
}
