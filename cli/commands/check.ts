/** `rmitrace check`: many traces, each replayed on its own kernel. */
import {
  CHECK_FORMATS,
  type CheckEnd,
  type CheckFormat,
  type CheckRow,
  type CheckTotals,
  commandLine,
  good,
  ignoredText,
  newCheckTotals,
  type Trouble,
  trouble,
  unfiredText,
  visible,
} from '../../lib/cli.js';
import { type Args, type Command, wordsOf } from '../command.js';
import { EXIT } from '../exit-codes.js';
import { formatOf } from '../format.js';
import { misuse, nameOf } from '../load.js';
import { SAME_KERNEL, withCompiled } from '../load-c-kernel.js';
import { IGNORE } from '../load-ignore.js';
import type { Io } from '../process.js';
import { newProgress } from '../progress.js';
import { filesOf } from './check-files.js';
import { jobsOf, replayedFiles } from './check-jobs.js';
import { CHECK_OPTIONS, SAME_REPLAY } from './check-options.js';
import { playOf } from './check-play.js';

export const checkCommand: Command = {
  name: 'check',
  summary: 'replay many traces, each on its own kernel; print a line for each, and totals',
  examples: [
    { command: 'check good.json old.json', says: 'two traces' },
    { command: 'check traces', says: 'all traces in a folder and its subfolders' },
    { command: 'check good.json --rmm tf-rmm-0.9 --answers', says: 'does this RMM answer as recorded?' },
    {
      command: 'check bad.json good.json',
      says: 'each trace answers for its own RMM, which is not needed any more',
    },
    {
      command: 'check good.json old.json --base v13 --kernel next --machine fvp',
      says: 'two kernels on each trace and machine: where do they differ?',
      exit: 1,
    },
    {
      command: 'check good.json bad.json --expect old.json',
      says: 'do these boots end like that one?',
      exit: 1,
    },
    { command: 'check good.json old.json --coverage', says: 'which outcomes these two boots do not reach' },
  ],
  operands: {
    usage: '[FILE|DIR...]',
    min: 0,
    max: Number.POSITIVE_INFINITY,
    says: 'FILE is a trace, or the log of one boot; - is standard input; DIR stands for every .json and .json.gz in it, except hidden ones',
  },
  options: CHECK_OPTIONS,
  exits:
    '0 all act as recorded; 1 at least one does not, or --conformance found an error; 2 at least one could not be replayed, or an edit was not used in any',

  run: withCompiled('check', async (io, args, compiled) => {
    const { format, put } = formatOf(CHECK_FORMATS, io, args);
    const wrong = unfit(format, args);
    if (wrong !== null) return io.trouble(wrong);
    const jobs = jobsOf('check', args);
    if (!jobs.ok) return io.trouble(jobs.trouble);
    const files = await filesOf(args.operands);
    if (!files.ok) return io.trouble(files.trouble);
    const play = await playOf(io, args, compiled);
    if (!play.ok) return io.trouble(play.trouble);
    const { machines, reached, close } = play.value;

    const names = [...files.value.map(nameOf), ...machines.map(({ name }) => name)];
    const printer = printerOf(io, args, format, put, names);
    const again = againOf(args);
    const totals = newCheckTotals();
    const progress = newProgress(io, names.length, 'traces');
    let done = 0;
    printer.open();
    const told = async (row: CheckRow): Promise<void> => {
      totals.count(row);
      printer.trace(row, done);
      done++;
      progress.done(done);
      await io.breathe();
    };
    const many = replayedFiles(io, jobs.value, files.value, play.value);
    for await (const { name, digest, edited, line, kept } of many) {
      if (edited !== null) io.note(`${visible(name)}: ${edited}`);
      await told({ ...kept, name, digest, line, again: again([name]) });
    }
    for (const { operand, name, one } of machines)
      await told({
        ...(await one()),
        name,
        digest: null,
        line: null,
        again: again([], ['--machine', operand]),
      });
    progress.end();
    await close();

    // Lines first: only the traces count for them, not the replays that search for other outcomes.
    const lines = reached === null || compiled === null ? good(null) : await compiled.reached();
    const coverage = (await reached?.covered()) ?? null;
    const sum = totals.sum();
    const found = lines.ok ? exitOf(sum) : EXIT.trouble;
    const exit = args.flag('exit-zero') && found === EXIT.different ? EXIT.same : found;
    const failed = lines.ok ? null : lines.trouble;
    await printer.end({
      totals: sum,
      coverage,
      lines: lines.ok ? lines.value : null,
      trouble: failed,
      exit,
    });
    // A report in JSON names them itself.
    for (const each of io.json ? [] : troublesOf(sum, failed)) io.trouble(each);
    return exit;
  }),
};

/** Options that ask for what the format has no room for; `null` where they go together. */
function unfit(format: CheckFormat, args: Args): Trouble | null {
  if (args.operands.length + args.many('machine').length === 0)
    return misuse('check', 'there is nothing to check: name traces or a folder');
  if (args.flag('coverage') && format.covers !== true)
    return misuse('check', `--coverage has no place in --format ${format.name}`);
  return args.flag('update') && format.name !== 'text'
    ? misuse('check', `--update shows text, not --format ${format.name}`)
    : null;
}

/** The command that says more about some of this run. */
function againOf(args: Args): (operands: readonly string[], machine?: readonly string[]) => string {
  const base = wordsOf(args, ['base']);
  const options = [...base, ...wordsOf(args, SAME_KERNEL), ...wordsOf(args, SAME_REPLAY)];
  return (operands, machine = []) =>
    commandLine(base.length === 0 ? 'replay' : 'check', operands, [...machine, ...options]);
}

interface Printing {
  open(): void;
  trace(row: CheckRow, nth: number): void;
  end(end: CheckEnd): Promise<void>;
}

/** Prints the report, and the summary of the job where there is one. */
function printerOf(
  io: Io,
  args: Args,
  format: CheckFormat,
  put: (text: string) => void,
  names: readonly string[],
): Printing {
  const ignored = args.many(IGNORE.name);
  const about = { names, paint: io.paint, kernel: wordsOf(args, SAME_KERNEL), ignored };
  const left = ignoredText(ignored);
  // There is no room in it for anything but traces.
  if (left !== null && format.name === 'jsonl') io.note(left);
  const printer = format.printer(about);
  const summary = io.summary === null ? undefined : format.summary?.(about);
  return {
    open: () => put(printer.head),
    trace(row, nth) {
      put(printer.trace(row, nth));
      summary?.trace(row, nth);
    },
    async end(end) {
      put(printer.foot(end));
      if (summary !== undefined) await io.summary?.(summary.foot(end));
    },
  };
}

/** Trouble wins over a divergence: the answer is not known then. */
function exitOf({ verdicts, neverFired, conformance }: CheckTotals): number {
  if (verdicts.has('trouble') || neverFired.length > 0) return EXIT.trouble;
  const broken = (conformance?.findings.get('error') ?? 0) > 0;
  const alike = [...verdicts.keys()].every(verdict => verdict === 'same');
  return alike && !broken ? EXIT.same : EXIT.different;
}

/** Edits that were used nowhere: the replays are not what was asked for, and the report alone would not show it. */
function troublesOf({ neverFired }: CheckTotals, other: Trouble | null): readonly Trouble[] {
  const next = 'compare its selector with `show`, or leave it out';
  const unfired = neverFired.map(each => trouble('edit-never-fired', unfiredText(each), {}, next));
  return other === null ? unfired : [...unfired, other];
}
