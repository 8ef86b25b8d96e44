/** Reads the report of a sweep, or of a part of one, line by line as lib/report/sweep/json.ts prints it. */
import { bad, type Result, trouble } from '../model/result.js';
import { keyTwice, standsTwice } from '../schema/key-twice.js';
import { checkSweepReport } from '../schema/sweep-report.js';
import { rowsOf } from './shard.js';
import type { Shard, SweepRow, SweepTable, SweepTotals } from './sweep-table.js';

/** A report to be read: its name, for messages, and its lines. */
export interface Part {
  readonly name: string;
  readonly lines: AsyncIterator<Result<string>, void>;
}

export interface OpenPart {
  readonly name: string;
  readonly table: SweepTable;
  /** 1/1 for a report of the whole. */
  readonly shard: Shard;
  readonly only: 'all' | 'differ';
  rows(): AsyncGenerator<Result<SweepRow>>;
  totals(): SweepTotals;
}

interface Report {
  readonly result: {
    readonly table: SweepTable;
    readonly shard: Shard | null;
    readonly only: 'all' | 'differ';
    readonly rows: readonly SweepRow[];
    readonly totals: {
      readonly rows: number;
      readonly differ: number;
      readonly columns: readonly Readonly<Record<string, number>>[];
    };
  };
}

/** How many lines stand before the first row, and how the last ones begin. */
const HEAD = 5;
const ROWS_CLOSE = '],';
const NO_ROWS = '],"totals":{"rows":0,"differ":0,"columns":[]}},"exit":0}';
/** Rows are checked so many at a time. */
const BATCH = 256;

/** Reads the head. Troubles: `bad-value` (not such a report), `cut-off`, and what reading gives. */
export async function openPart({ name, lines }: Part): Promise<Result<OpenPart>> {
  let number = 0;
  const where = () => ({ file: name, line: number });
  const next = 'give the unchanged output of `rmitrace sweep --shard I/N --json`';
  const wrong = (what: string) => bad(trouble('bad-value', what, where(), next));
  const line = async (): Promise<Result<string>> => {
    const { value, done } = await lines.next();
    if (done === true || value === undefined)
      return bad(
        trouble('cut-off', 'the report ends early', { file: name, line: number }, 'run that part again'),
      );
    number++;
    return value;
  };
  const read = (text: string): Result<Report> => {
    const report = reportIn(text);
    return typeof report === 'string' ? wrong(report) : { ok: true, value: report };
  };

  const head: string[] = [];
  while (head.length < HEAD) {
    const each = await line();
    if (!each.ok) return each;
    head.push(each.value);
    if (head.length === 1 && !each.value.startsWith('{"format":"rmitrace-report"'))
      return wrong('this is not a report of a sweep');
  }
  const begin = head.join('');
  const opened = read(begin + NO_ROWS);
  if (!opened.ok) return opened;
  const { table, shard, only } = opened.value.result;
  // The rows are checked beside a table of one column: that of the part may be long, and is not read again.
  const beside = {
    ...table,
    columns: table.columns.slice(0, 1),
    axes: [],
    machines: table.machines.slice(0, 1),
  };
  const short = { ...opened.value, result: { ...opened.value.result, table: beside } };
  const range = rowsOf(shard, table.rows);
  let totals: SweepTotals | null = null;

  return {
    ok: true,
    value: {
      name,
      table,
      only,
      shard: shard ?? { part: 1, of: 1 },
      totals() {
        if (totals === null) throw new Error('the totals must come after the rows');
        return totals;
      },
      async *rows() {
        let last = range.from;
        let listed = 0;
        for (let more = true; more; ) {
          const batch: string[] = [];
          while (batch.length < BATCH) {
            const each = await line();
            if (!each.ok) return yield each;
            more = each.value !== ROWS_CLOSE;
            if (!more) break;
            if (each.value !== '') batch.push(each.value);
          }
          const report = rowsIn(`[${batch.join('').replace(/,$/, '')}]`, short);
          if (typeof report === 'string') return yield wrong(report);
          for (const row of report.result.rows) {
            if (row.row <= last || row.row > range.to || !isRowOf(table, row))
              return yield wrong(`row ${row.row} is not in its place`);
            last = row.row;
            listed++;
            yield { ok: true, value: row };
          }
        }
        const end: string[] = [];
        for (let at = 0; at < 2; at++) {
          const each = await line();
          if (!each.ok) return yield each;
          end.push(each.value);
        }
        const whole = read(begin + ROWS_CLOSE + end.join(''));
        if (!whole.ok) return yield whole;
        const { rows, differ, columns } = whole.value.result.totals;
        if (rows !== range.to - range.from || listed !== (only === 'all' ? rows : differ))
          return yield wrong('the totals do not match the rows');
        totals = { rows, differ, columns: columns.map(counts => new Map(Object.entries(counts))) };
      },
    },
  };
}

function isRowOf({ columns, axes }: SweepTable, { cells, whys, values }: SweepRow): boolean {
  return (
    cells.length === columns.length &&
    (whys === undefined || whys.length === columns.length) &&
    values.length === axes.flatMap(({ places }) => places).length
  );
}

/** `report` with the rows that `text` is, or what is wrong with them. */
function rowsIn(text: string, report: Report): Report | string {
  const rows = parsedIn(text);
  if (typeof rows === 'string') return rows;
  return checkedIn({ ...report, result: { ...report.result, rows: rows.value } });
}

/** The report of a sweep that `text` is, or what is wrong with it. */
function reportIn(text: string): Report | string {
  const report = parsedIn(text);
  return typeof report === 'string' ? report : checkedIn(report.value);
}

function parsedIn(text: string): { readonly value: unknown } | string {
  try {
    const value: unknown = JSON.parse(text);
    const twice = keyTwice(text);
    return twice === null ? { value } : standsTwice(twice);
  } catch {
    return 'this is not JSON as a sweep prints it';
  }
}

function checkedIn(value: unknown): Report | string {
  if (!isSweep(value)) return 'this is a report of another command';
  const checked = checkSweepReport(value);
  return checked.ok ? value : `${checked.pointer} ${checked.message}`.trim();
}

function isSweep(value: unknown): value is Report {
  return (
    typeof value === 'object' &&
    value !== null &&
    'command' in value &&
    value.command === 'sweep' &&
    'result' in value
  );
}
