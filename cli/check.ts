/** `rmitrace check`: many traces, each replayed on its own kernel. */
import {
  bad,
  type Checked,
  checkedAs,
  checkJson,
  checkText,
  conformance,
  conformanceOf,
  coverage,
  coverageText,
  good,
  hasFinding,
  neverFired,
  ownKernel,
  type Result,
  type Rule,
  replay,
  reportJson,
  type Trouble,
  unfiredText,
} from '../lib/index.js';
import type { Command } from './command.js';
import { EXIT } from './exit.js';
import { isFolder, tracesIn } from './files.js';
import { rulesOf, traceOf } from './inputs.js';
import { type Io, jsonText } from './io.js';
import { ANSWERS, CONFORMANCE, RMM_TIMEOUT, SET, STAND_IN } from './options.js';
import { type StandIns, standIns } from './rmms.js';

export const checkCommand: Command = {
  name: 'check',
  summary: 'replay many traces, each on its own kernel; a line each, and totals',
  examples: [
    { command: 'check good.json old.json', says: 'two traces' },
    { command: 'check traces', says: 'all that a folder and its folders hold' },
    { command: 'check good.json --rmm tf-rmm-0.9 --answers', says: 'does this RMM answer as recorded?' },
    {
      command: 'check bad.json good.json',
      says: 'an RMM that is not there any more still answers from its trace',
    },
    { command: 'check good.json old.json --coverage', says: 'what these two boots leave untried' },
  ],
  operands: {
    usage: 'FILE|DIR...',
    min: 1,
    max: Number.POSITIVE_INFINITY,
    says: 'FILE is a trace, - standard input; of DIR every .json and .json.gz, hidden ones left out',
  },
  options: [
    STAND_IN,
    RMM_TIMEOUT,
    { ...SET, says: `${SET.says}; it has to fire in one trace at least` },
    ANSWERS,
    CONFORMANCE,
    {
      name: 'coverage',
      type: 'boolean',
      says: 'also lists which ends of its check each kernel comes to, and which edit of which trace would reach the others',
    },
  ],
  exits:
    '0 all do what was recorded; 1 at least one does not, or --conformance found an error; 2 at least one could not be replayed, or an edit fired in none',

  async run(io, args) {
    const files: string[] = [];
    for (const operand of args.operands) {
      const named = await filesOf(operand);
      if (!named.ok) return io.trouble(named.trouble);
      files.push(...named.value);
    }
    const rules = await rulesOf(args.many('set'), 'each trace counts its own');
    if (!rules.ok) return io.trouble(rules.trouble);
    const rmms = standIns(io, 'check', args);
    if (!rmms.ok) return io.trouble(rmms.trouble);
    const all: Checked[] = [];
    const options = { answers: args.flag('answers'), rules: rules.value, rmms: rmms.value };
    for (const file of files) {
      const found = await checked(io, file, options);
      const conforms = args.flag('conformance') && 'replay' in found;
      all.push(conforms ? { ...found, conformance: conformance(found.replay.replayed) } : found);
    }
    await rmms.value.close();
    const unfired = unfiredTroubles(all);
    const exit = Math.max(
      ...all.map(each => EXITS.get(checkedAs(each)) ?? EXIT.different),
      unfired.length === 0 ? EXIT.same : EXIT.trouble,
      conformanceOf(all).some(found => hasFinding(found, 'error')) ? EXIT.different : EXIT.same,
    );
    const played = all.flatMap(each => ('replay' in each ? [each] : []));
    const covered = args.flag('coverage') ? await coverage(played) : null;
    if (io.json) io.data(jsonText(reportJson('check', exit, checkJson(all, covered))));
    else io.print(checkText(all, io.paint) + (covered === null ? '' : coverageText(covered, io.paint)));
    // A report in JSON names them itself.
    for (const trouble of io.json ? [] : unfired) io.trouble(trouble);
    return exit;
  },
};

/** Rules that fired nowhere: what was replayed is not what was asked, and the report alone would look like it. */
function unfiredTroubles(all: readonly Checked[]): readonly Trouble[] {
  const next = 'check its selector against `rmitrace show`, or leave it out';
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
    'not-found',
    'the folder has no trace in it',
    { file: operand },
    'name one that has .json or .json.gz files',
  );
}

async function checked(
  io: Io,
  file: string,
  options: { readonly answers: boolean; readonly rules: readonly Rule[]; readonly rmms: StandIns },
): Promise<Checked> {
  const name = file === '-' ? 'standard input' : file;
  const read = await traceOf(io, file);
  if (!read.ok) return { name, trouble: read.trouble };
  const kernel = ownKernel(read.value.trace);
  if (!kernel.ok) return { name, trouble: kernel.trouble };
  const { rmms, ...rest } = options;
  const rmm = rmms.of(read.value.trace);
  if (!rmm.ok) return { name, trouble: rmm.trouble };
  const replayed = await replay(read.value.trace, kernel.value, { ...rest, ...rmm.value, mayMiss: true });
  if (!replayed.ok) return { name, trouble: replayed.trouble };
  const { failed } = replayed.value;
  return failed === null ? { name, replay: replayed.value } : { name, trouble: failed };
}
