/** `rmitrace check`: many traces, each replayed on its own kernel. */
import {
  type AsyncKernel,
  bad,
  type Checked,
  checkedAs,
  checkJson,
  checkText,
  conformanceOf,
  conformanceOfReplay,
  coverage,
  coverageText,
  good,
  hasFinding,
  linesReachedText,
  neverFired,
  type Result,
  type Rule,
  replay,
  reportJson,
  type Trace,
  type Trouble,
  trouble,
  unfiredText,
} from '../../lib/index.js';
import type { Command } from '../command.js';
import { EXIT } from '../exit-codes.js';
import { isFolder, tracesIn } from '../files.js';
import { replayKernel, rulesOf, traceOf } from '../load.js';
import { COMPILING, withCompiled } from '../load-c-kernel.js';
import { type StandIns, standIns } from '../load-rmm.js';
import { ANSWERS, CONFORMANCE, KERNEL, RMM_TIMEOUT, SET, STAND_IN, WANTS } from '../options.js';
import { type Io, jsonText } from '../process.js';

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
    { ...SET, says: `${SET.says}; it must apply to at least one trace` },
    { ...KERNEL, default: "each trace's own" },
    WANTS,
    ...COMPILING,
    ANSWERS,
    CONFORMANCE,
    {
      name: 'coverage',
      type: 'boolean',
      says: 'also list the outcomes that each kernel reaches, and edits that would reach the others; for C, its lines and branches too',
    },
  ],
  exits:
    '0 all act as recorded; 1 at least one does not, or --conformance found an error; 2 at least one could not be replayed, or an edit applied to none',

  run: withCompiled('check', async (io, args, compiled) => {
    const files: string[] = [];
    for (const operand of args.operands) {
      const named = await filesOf(operand);
      if (!named.ok) return io.trouble(named.trouble);
      files.push(...named.value);
    }
    const rules = await rulesOf(args.many('set'), 'the numbers differ between traces');
    if (!rules.ok) return io.trouble(rules.trouble);
    const rmms = standIns(io, 'check', args);
    if (!rmms.ok) return io.trouble(rmms.trouble);
    const all: Checked[] = [];
    const kernelFor = (trace: Trace): Result<AsyncKernel> =>
      compiled === null
        ? replayKernel('check', trace, args.one('kernel'), args.one('wants'))
        : good(compiled.inScope(trace.header.scope));
    const options = { answers: args.flag('answers'), rules: rules.value, rmms: rmms.value };
    for (const file of files) {
      const found = await checked(io, file, kernelFor, options);
      const conforms = args.flag('conformance') && 'replay' in found;
      all.push(
        conforms
          ? { ...found, conformance: conformanceOfReplay(found.replay.recorded, found.replay.replayed) }
          : found,
      );
    }
    await rmms.value.close();
    const unfired = unfiredTroubles(all);
    const exit = Math.max(
      ...all.map(each => EXITS.get(checkedAs(each)) ?? EXIT.different),
      unfired.length === 0 ? EXIT.same : EXIT.trouble,
      conformanceOf(all).some(found => hasFinding(found, 'error')) ? EXIT.different : EXIT.same,
    );
    const played = all.flatMap(each => ('replay' in each ? [each] : []));
    // First the lines: those that the traces reach, and not what is tried for the ends that they do not.
    const lines = args.flag('coverage') && compiled !== null ? await compiled.reached() : good(null);
    if (!lines.ok) return io.trouble(lines.trouble);
    const covered = args.flag('coverage') ? await coverage(played, kernelFor) : null;
    if (io.json) io.data(jsonText(reportJson('check', exit, checkJson(all, covered, lines.value))));
    else {
      const ends = covered === null ? '' : coverageText(covered, io.paint);
      io.print(checkText(all, io.paint) + ends + linesReachedText(lines.value ?? [], io.paint));
    }
    // A report in JSON names them itself.
    for (const trouble of io.json ? [] : unfired) io.trouble(trouble);
    return exit;
  }),
};

/** Rules that fired nowhere: what was replayed is not what was asked, and the report alone would look like it. */
function unfiredTroubles(all: readonly Checked[]): readonly Trouble[] {
  const next = 'compare its selector with `rmitrace show`, or leave it out';
  return neverFired(all.flatMap(each => ('replay' in each ? [each.replay] : []))).map(unfired => ({
    code: 'edit-never-fired',
    what: unfiredText(unfired),
    where: {},
    next,
  }));
}

/** Trouble wins over a divergence: the answer is not known then. */
const EXITS: ReadonlyMap<string, number> = new Map([
  ['same', EXIT.same],
  ['trouble', EXIT.trouble],
]);

async function filesOf(operand: string): Promise<Result<readonly string[]>> {
  if (operand === '-' || !(await isFolder(operand))) return good([operand]);
  const found = await tracesIn(operand);
  if (!found.ok || found.value.length > 0) return found;
  return bad(
    trouble(
      'not-found',
      'the folder has no traces',
      { file: operand },
      'name a folder with .json or .json.gz files',
    ),
  );
}

async function checked(
  io: Io,
  file: string,
  kernelFor: (trace: Trace) => Result<AsyncKernel>,
  options: { readonly answers: boolean; readonly rules: readonly Rule[]; readonly rmms: StandIns },
): Promise<Checked> {
  const name = file === '-' ? 'standard input' : file;
  const read = await traceOf(io, file);
  if (!read.ok) return { name, trouble: read.trouble };
  const kernel = kernelFor(read.value.trace);
  if (!kernel.ok) return { name, trouble: kernel.trouble };
  const { rmms, ...rest } = options;
  const rmm = rmms.of(read.value.trace);
  if (!rmm.ok) return { name, trouble: rmm.trouble };
  const replayed = await replay(read.value.trace, kernel.value, { ...rest, ...rmm.value, mayMiss: true });
  if (!replayed.ok) return { name, trouble: replayed.trouble };
  const { failed } = replayed.value;
  return failed === null ? { name, replay: replayed.value } : { name, trouble: failed };
}
