/** `rmitrace check`: many traces, each replayed on its own kernel. */
import {
  bad,
  CHECK_FORMATS,
  type CheckTotals,
  check,
  editedText,
  good,
  newCheckTotals,
  newCoverage,
  type Result,
  type TraceSource,
  type Trouble,
  trouble,
  unfiredText,
  visible,
} from '../../lib/cli.js';
import { type Command, wordsOf } from '../command.js';
import { EXIT } from '../exit-codes.js';
import { isFolder, tracesIn } from '../files.js';
import { formatOf, formatOption } from '../format.js';
import { maxStepsOf, nameOf, sourceOf } from '../load.js';
import { COMPILING, replayKernels, SAME_KERNEL, withCompiled } from '../load-c-kernel.js';
import { editsOf } from '../load-edits.js';
import { standIns } from '../load-rmm.js';
import {
  ANSWERS,
  CONFORMANCE,
  REPLAYED_KERNEL,
  REPLAYED_STEPS,
  RMM_TIMEOUT,
  SET,
  STAND_IN,
  WANTS,
} from '../options.js';
import type { Io } from '../process.js';
import { newProgress } from '../progress.js';

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
    { command: 'check good.json old.json --coverage', says: 'which outcomes these two boots do not reach' },
  ],
  operands: {
    usage: 'FILE|DIR...',
    min: 1,
    max: Number.POSITIVE_INFINITY,
    says: 'FILE is a trace; - is standard input; DIR stands for every .json and .json.gz in it, except hidden ones',
  },
  options: [
    STAND_IN,
    RMM_TIMEOUT,
    { ...SET, says: `${SET.says}; it must be used in at least one trace` },
    { ...REPLAYED_KERNEL, default: "each trace's own" },
    WANTS,
    ...COMPILING,
    ANSWERS,
    CONFORMANCE,
    formatOption(CHECK_FORMATS),
    REPLAYED_STEPS,
    {
      name: 'coverage',
      type: 'boolean',
      says: 'also list the outcomes that each kernel reaches, and edits that would reach the others; for C, its lines and branches too',
    },
  ],
  exits:
    '0 all act as recorded; 1 at least one does not, or --conformance found an error; 2 at least one could not be replayed, or an edit was not used in any',

  run: withCompiled('check', async (io, args, compiled) => {
    const files = await filesOf(args.operands);
    if (!files.ok) return io.trouble(files.trouble);
    const edits = await editsOf(args.many('set'), 'the numbers differ between traces');
    if (!edits.ok) return io.trouble(edits.trouble);
    const rmms = standIns(io, 'check', args);
    if (!rmms.ok) return io.trouble(rmms.trouble);
    const maxSteps = maxStepsOf('check', args);
    if (!maxSteps.ok) return io.trouble(maxSteps.trouble);
    const kernelOf = replayKernels('check', args, compiled);

    const { format, put } = formatOf(CHECK_FORMATS, io, args);
    const printer = format.printer({
      names: files.value.map(nameOf),
      paint: io.paint,
      kernel: wordsOf(args, SAME_KERNEL),
    });
    const totals = newCheckTotals();
    const reached = args.flag('coverage') ? newCoverage(kernelOf) : null;
    const progress = newProgress(io, files.value.length, 'traces');
    let done = 0;
    put(printer.head);
    for await (const checked of check(sourcesOf(io, files.value), {
      kernelOf,
      standInOf: rmms.value.of,
      edits: edits.value,
      answers: args.flag('answers'),
      ...maxSteps.value,
      conformance: args.flag('conformance'),
    })) {
      if (checked.edited !== null) io.note(`${visible(checked.name)}: ${editedText(checked.edited)}`);
      totals.add(checked);
      if (checked.verdict !== 'trouble') reached?.add(checked);
      put(printer.trace(checked, done++));
      progress.done(done);
      await io.breathe();
    }
    progress.end();
    await rmms.value.close();

    // Lines first: only the traces count for them, not the replays that search for other outcomes.
    const lines = reached === null || compiled === null ? good(null) : await compiled.reached();
    const coverage = (await reached?.covered()) ?? null;
    const sum = totals.sum();
    const exit = lines.ok ? exitOf(sum) : EXIT.trouble;
    const failed = lines.ok ? null : lines.trouble;
    put(printer.foot({ totals: sum, coverage, lines: lines.ok ? lines.value : null, trouble: failed, exit }));
    // A report in JSON names them itself.
    for (const each of io.json ? [] : troublesOf(sum, failed)) io.trouble(each);
    return exit;
  }),
};

/** Each is read when its turn comes. */
function* sourcesOf(io: Io, files: readonly string[]): Generator<TraceSource> {
  for (const file of files) yield sourceOf(io, file);
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

/** The files that the operands name; a folder stands for those in it. */
async function filesOf(operands: readonly string[]): Promise<Result<readonly string[]>> {
  const files: string[] = [];
  for (const operand of operands) {
    if (operand === '-' || !(await isFolder(operand))) {
      files.push(operand);
      continue;
    }
    const found = await tracesIn(operand);
    if (!found.ok) return found;
    if (found.value.length === 0) {
      const next = 'name a folder with .json or .json.gz files';
      return bad(trouble('not-found', 'the folder has no traces', { file: operand }, next));
    }
    for (const file of found.value) files.push(file);
  }
  return good(files);
}
