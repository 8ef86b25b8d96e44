/** Prints the rows of a sweep as they come. */
import {
  newTotals,
  type Result,
  type SweepPrinter,
  type SweepRow,
  type SweepTable,
  type SweepTotals,
  type Trouble,
} from '../../lib/cli.js';
import { EXIT } from '../exit-codes.js';
import type { Io } from '../process.js';
import { newProgress } from '../progress.js';

export interface Rows {
  readonly table: SweepTable;
  /** How many there are, printed or not. */
  readonly count: number;
  readonly rows: AsyncIterable<Result<SweepRow>> | Iterable<Result<SweepRow>>;
  /** Of all rows, where not all are there to be counted. */
  readonly totals?: () => SweepTotals;
}

export interface Printing {
  /** Only rows whose columns disagree. */
  readonly differ: boolean;
  /** A printer for text that is laid out by these rows, the first ones that it will print. */
  readonly printer: (first: readonly SweepRow[]) => SweepPrinter;
  readonly put: (text: string) => void;
  /** Is given each row, printed or not; trouble ends the sweep. */
  readonly each?: (row: SweepRow) => Promise<Trouble | null>;
}

/** The width of columns is decided by this many rows. */
const LAID_OUT_BY = 1000;
/** Text is printed in pieces of this size, and signals are handled after this many rows, or so much time. */
const PIECE = 1 << 16;
const ROWS_AT_ONCE = 100;
const MS_AT_ONCE = 50;

/** The exit code. With `differ` 1 where some columns disagree; else 0. */
export async function printSweep(io: Io, source: Rows, printing: Printing): Promise<number> {
  const totals = newTotals(source.table.columns.length);
  const progress = newProgress(io, source.count, 'rows');
  const first: SweepRow[] = [];
  let printer: SweepPrinter | null = null;
  let text = '';
  let printed = 0;
  let seen = 0;
  let breathed = performance.now();
  let begun = false;

  const laidOut = (): SweepPrinter => {
    const made = printing.printer(first);
    text += made.head;
    for (const row of first) text += made.row(row, printed++);
    return made;
  };
  const put = (piece: string): void => {
    printing.put(piece);
    begun = true;
  };
  // A report in JSON that has begun is ended, and names the trouble itself: two documents would be none.
  const failed = (trouble: Trouble): number => {
    if (!io.json || !begun) return io.trouble(trouble);
    printer ??= laidOut();
    put(text + printer.foot(totals.sum(), EXIT.trouble, trouble));
    return EXIT.trouble;
  };
  try {
    for await (const each of source.rows) {
      if (!each.ok) return failed(each.trouble);
      const row = each.value;
      totals.add(row);
      const trouble = await printing.each?.(row);
      if (trouble != null) return failed(trouble);
      if (row.differs || !printing.differ) {
        if (printer !== null) text += printer.row(row, printed++);
        else if (first.push(row) === LAID_OUT_BY) printer = laidOut();
      }
      if (text.length >= PIECE) {
        put(text);
        text = '';
      }
      seen++;
      if (seen % ROWS_AT_ONCE === 0 || performance.now() > breathed + MS_AT_ONCE) {
        const read = await io.breathe();
        // Only the rows were asked for, and nobody reads them.
        if (!read && !printing.differ && printing.each === undefined) return EXIT.same;
        progress.done(seen);
        breathed = performance.now();
      }
    }
  } finally {
    progress.end();
  }
  printer ??= laidOut();
  const sums = source.totals?.() ?? totals.sum();
  const exit = printing.differ && sums.differ > 0 ? EXIT.different : EXIT.same;
  put(text + printer.foot(sums, exit, null));
  return exit;
}
