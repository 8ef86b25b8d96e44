/** The parts of a sweep for machines that share it: neighbouring rows, as even as they go. */
import { parseCount } from '../model/count.js';
import type { Shard } from './sweep-table.js';

/** `I/N`, I from 1 to N; `null` for anything else. */
export function parseShard(text: string): Shard | null {
  const [, part, of] = /^(\d+)\/(\d+)$/.exec(text) ?? [];
  const shard = { part: parseCount(part) ?? 0, of: parseCount(of) ?? 0 };
  return shard.part >= 1 && shard.part <= shard.of ? shard : null;
}

/** The rows of the part: from `from` up to, but without, `to`, both from 0. */
export function rowsOf(shard: Shard | null, rows: number): { readonly from: number; readonly to: number } {
  if (shard === null) return { from: 0, to: rows };
  const end = (part: number) => Math.floor(rows / shard.of) * part + Math.min(part, rows % shard.of);
  return { from: end(shard.part - 1), to: end(shard.part) };
}
