/** The formats of a sweep: a row each. */
import type { Shard, SweepRow, SweepTable } from '../../search/sweep-table.js';
import type { Paint } from '../text/paint.js';
import { sweepCsv } from './csv.js';
import { sweepJson } from './json.js';
import { sweepJsonl } from './jsonl.js';
import { sweepMarkdown } from './markdown.js';
import type { SweepPrinter } from './printer.js';
import { sweepText } from './text.js';

export interface SweepFormat {
  /** As --format has it. */
  readonly name: string;
  /** Text is escaped for a terminal by its printer; data is printed byte for byte elsewhere than on one. */
  readonly is: 'text' | 'data';
  printer(about: SweepAbout): SweepPrinter;
}

/** What is known when the first rows are. */
export interface SweepAbout {
  readonly table: SweepTable;
  /** `null`: the whole. */
  readonly shard: Shard | null;
  /** Whether only rows are printed whose columns disagree. */
  readonly differ: boolean;
  /** The first rows that will be printed, by which columns may be laid out. */
  readonly first: readonly SweepRow[];
  readonly paint: Paint;
}

/** The first is the default. */
export const SWEEP_FORMATS: readonly [SweepFormat, ...SweepFormat[]] = [
  { name: 'text', is: 'text', printer: ({ table, first, paint }) => sweepText(table, first, paint) },
  { name: 'csv', is: 'data', printer: ({ table }) => sweepCsv(table) },
  { name: 'markdown', is: 'text', printer: ({ table }) => sweepMarkdown(table) },
  { name: 'json', is: 'data', printer: ({ table, shard, differ }) => sweepJson(table, shard, differ) },
  { name: 'jsonl', is: 'data', printer: ({ table }) => sweepJsonl(table) },
];
