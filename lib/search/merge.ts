/**
 * Joins the parts of a sweep: the JSON reports of `sweep --shard I/N --json`, line by line as they were printed. They
 * must be all parts of one sweep; their rows follow each other as in the whole.
 */
import { bad, good, type Result, trouble } from '../model/result.js';
import { type OpenPart, openPart, type Part } from './read-part.js';
import type { SweepRow, SweepTable, SweepTotals } from './sweep-table.js';

export interface Merged {
  readonly table: SweepTable;
  /** Which rows the parts have: all, or those whose columns differ. */
  readonly only: 'all' | 'differ';
  /** The rows in order. Ends with trouble where a part is not whole. */
  rows(): AsyncGenerator<Result<SweepRow>>;
  /** Of all rows of the whole. To be asked for when the rows have been read. */
  totals(): SweepTotals;
}

/** Reads the heads of `parts`. Troubles: `bad-value`, `cut-off`, and what reading gives. */
export async function mergeSweeps(parts: readonly Part[]): Promise<Result<Merged>> {
  const open: OpenPart[] = [];
  for (const part of parts) {
    const opened = await openPart(part);
    if (!opened.ok) return opened;
    open.push(opened.value);
  }
  const sorted = open.toSorted((a, b) => a.shard.part - b.shard.part);
  const [first] = sorted;
  if (first === undefined)
    return bad(trouble('usage', 'no parts to merge', {}, 'name the report of each part'));
  for (const [at, part] of sorted.entries()) {
    const wrong = misfit(first, part, at);
    if (wrong !== null) {
      const next = 'give each part of one sweep once; their options differ only in --shard';
      return bad(trouble('bad-value', wrong, { file: part.name }, next));
    }
  }
  if (sorted.length < first.shard.of) {
    const gap = sorted.findIndex(({ shard }, at) => shard.part !== at + 1);
    const missing = gap < 0 ? sorted.length + 1 : gap + 1;
    const what = `part ${missing} of ${first.shard.of} is missing`;
    return bad(trouble('bad-value', what, {}, 'give the report of every part, from 1/N to N/N'));
  }
  return good({
    table: first.table,
    only: first.only,
    async *rows() {
      for (const part of sorted) yield* part.rows();
    },
    totals: () => sum(sorted.map(part => part.totals())),
  });
}

/** What keeps `part` from being the one at place `at`, from 0; `null` where nothing does. */
function misfit(first: OpenPart, part: OpenPart, at: number): string | null {
  if (JSON.stringify(part.table) !== JSON.stringify(first.table)) return 'this is a part of another sweep';
  if (part.only !== first.only) return 'some parts have all rows, others only those that differ';
  if (part.shard.of !== first.shard.of)
    return `this is a part of ${part.shard.of}, another one is a part of ${first.shard.of}`;
  const twice = part.shard.part < at + 1;
  return twice ? `part ${part.shard.part} of ${part.shard.of} is given twice` : null;
}

function sum(totals: readonly SweepTotals[]): SweepTotals {
  const columns = (totals[0]?.columns ?? []).map(() => new Map<string, number>());
  for (const part of totals) {
    for (const [at, counts] of part.columns.entries())
      for (const [key, count] of counts) columns[at]?.set(key, (columns[at].get(key) ?? 0) + count);
  }
  return {
    rows: totals.reduce((rows, part) => rows + part.rows, 0),
    differ: totals.reduce((rows, part) => rows + part.differ, 0),
    columns,
  };
}
