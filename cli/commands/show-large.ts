/** What `show` prints of a trace that is too large to be held: the same, while the trace is read again. */
import {
  aroundEvents,
  type Conformance,
  conformanceOfLines,
  conformancePage,
  type EventFilter,
  eventPrinter,
  eventSetter,
  good,
  hasFinding,
  type LargeTrace,
  type Result,
  readLine,
  showHead,
  textconvPrinter,
} from '../../lib/cli.js';
import { EXIT } from '../exit-codes.js';
import type { Io } from '../process.js';

interface Numbered {
  readonly number: number;
  readonly line: string;
}

/** Numbers from `from` to `to`, both of them included. */
export type Range = readonly [from: number, to: number];

export interface Wanted {
  /** Rising, and apart from each other; `null` for all events. */
  readonly ranges: readonly Range[] | null;
  /** `null`: every event of the ranges. */
  readonly keep: EventFilter | null;
}

/** Of a whole trace the finding as well; `conforms`: and what breaks the specification. */
export async function showLarge(
  io: Io,
  trace: LargeTrace,
  wanted: Wanted,
  conforms = false,
): Promise<number> {
  const found = conforms ? await conformanceIn(trace, wanted) : good(null);
  if (!found.ok) return io.trouble(found.trouble);
  const shown = await (io.json ? showAsJson : showAsText)(io, trace, wanted, found.value);
  return shown === EXIT.same ? exitFor(found.value) : shown;
}

function conformanceIn(trace: LargeTrace, { ranges, keep }: Wanted): Promise<Result<Conformance>> {
  const { isWanted } = within(ranges);
  const { machine } = trace.gist.header;
  return conformanceOfLines(
    () => trace.lines(),
    machine,
    (number, event) => isWanted(number) && (keep?.keeps(event) ?? true),
  );
}

function exitFor(found: Conformance | null): number {
  return found !== null && hasFinding(found, 'error') ? EXIT.different : EXIT.same;
}

async function showAsText(
  io: Io,
  trace: LargeTrace,
  wanted: Wanted,
  found: Conformance | null,
): Promise<number> {
  const printer = eventPrinter(trace.gist, io.paint);
  if (wanted.ranges === null && wanted.keep === null) io.print(showHead(trace.gist, io.paint));
  let fits = false;
  const exit = await each(io, trace, wanted, batch => {
    fits = true;
    io.print(batch.map(({ number, line }) => printer.print(number, readLine(line))).join(''));
  });
  noteNone(io, wanted, fits);
  if (exit === EXIT.same)
    io.print(`${printer.end()}${found === null ? '' : conformancePage(found, io.paint)}`);
  return exit;
}

async function showAsJson(
  io: Io,
  trace: LargeTrace,
  wanted: Wanted,
  found: Conformance | null,
): Promise<number> {
  const { before, after } = aroundEvents(trace.gist, exitFor(found), found);
  const { isWanted, last } = within(wanted.ranges);
  const events = eventSetter((number, line) => isWanted(number) && isKept(line, wanted.keep));
  let fits = false;
  io.data(before);
  for await (const piece of trace.text()) {
    if (!piece.ok) return io.trouble(piece.trouble);
    const set = events.take(piece.value);
    fits ||= set.length > 0;
    if (set.length > 0) io.bytes(set);
    if (events.count() >= last || (set.length > 0 && !(await io.breathe()))) break;
  }
  io.data(`${events.end()}${after}`);
  noteNone(io, wanted, fits);
  return EXIT.same;
}

function noteNone(io: Io, { ranges, keep }: Wanted, fits: boolean): void {
  if (!fits && (ranges !== null || keep !== null)) io.note('no event fits');
}

/** For `git diff`. */
export async function textconvLarge(io: Io, trace: LargeTrace): Promise<number> {
  const { header, text } = textconvPrinter(trace.gist);
  io.print(header);
  return each(io, trace, ALL, batch => io.print(batch.map(({ line }) => text(readLine(line))).join('')));
}

const ALL: Wanted = { ranges: null, keep: null };

/** Goes through the wanted events in batches, none of them empty, as long as somebody reads what is printed. */
async function each(
  io: Io,
  trace: LargeTrace,
  { ranges, keep }: Wanted,
  take: (events: readonly Numbered[]) => void,
): Promise<number> {
  const { isWanted, last } = within(ranges);
  let done = 0;
  for await (const lines of trace.lines()) {
    if (!lines.ok) return io.trouble(lines.trouble);
    const batch: Numbered[] = [];
    for (const [at, line] of lines.value.entries()) {
      const number = done + at + 1;
      if (isWanted(number) && isKept(() => line, keep)) batch.push({ number, line });
    }
    done += lines.value.length;
    if (batch.length > 0) take(batch);
    if (done >= last || (batch.length > 0 && !(await io.breathe()))) break;
  }
  return EXIT.same;
}

function isKept(line: () => string, keep: EventFilter | null): boolean {
  return keep === null || (keep.mayKeep(line()) && keep.keeps(readLine(line())));
}

interface Within {
  /** To be asked with numbers that rise. */
  isWanted(number: number): boolean;
  readonly last: number;
}

function within(ranges: Wanted['ranges']): Within {
  if (ranges === null) return { isWanted: () => true, last: Number.POSITIVE_INFINITY };
  let at = 0;
  return {
    isWanted(number) {
      while (number > (ranges[at]?.[1] ?? Number.POSITIVE_INFINITY)) at += 1;
      return number >= (ranges[at]?.[0] ?? Number.POSITIVE_INFINITY);
    },
    last: ranges.at(-1)?.[1] ?? 0,
  };
}
