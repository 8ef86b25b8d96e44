/** The options of `sweep`, and the plan that they make. */
import {
  type AnyPlan,
  type AsyncKernel,
  type Axis,
  axesOf,
  bad,
  boundaryAxis,
  DEFAULT_MACHINE,
  good,
  MACHINES,
  type MachineDescription,
  parseCount,
  parseSeed,
  parseShard,
  planSweep,
  type Result,
  randomAxis,
  rowsOf,
  type Scope,
  type Shard,
  SWEEP_FORMATS,
  sweepMaxSteps,
  trouble,
} from '../../lib/cli.js';
import type { Args } from '../command.js';
import { formatOption } from '../format.js';
import { machineOf, misuse } from '../load.js';
import { COMPILING } from '../load-c-kernel.js';
import { editLines } from '../load-edits.js';
import type { Option } from '../option.js';
import { KERNEL, RMM, RMM_TIMEOUT, SCOPE, SET, WANTS } from '../options.js';
import type { Io } from '../process.js';
import { ALL, kernelsOf, namesIn, type Opened, rmmsOf } from './sweep-parties.js';

const orAll = (words: Option['words']) => () => [...(words?.() ?? []), ALL];

export const SWEEP_OPTIONS: readonly Option[] = [
  {
    ...KERNEL,
    type: 'strings',
    words: orAll(KERNEL.words),
    default: ALL,
    says: `a column: ${KERNEL.says}`,
  },
  {
    ...WANTS,
    type: 'strings',
    default: "each kernel's own",
    says: 'a column per kernel: the RMI revision that it asks for',
  },
  {
    ...SCOPE,
    value: 'rmi|init',
    choices: ['rmi', 'init'],
    says: 'how much of the boot to run: the check, or the whole RMI init',
  },
  {
    name: 'machine',
    type: 'strings',
    value: 'NAME|FILE',
    words: orAll(() => MACHINES.map(({ name }) => name)),
    default: DEFAULT_MACHINE,
    says: 'rows: the machine that boots, a name from `rmitrace list machines` or a file',
  },
  {
    ...RMM,
    type: 'strings',
    value: 'PROFILE|exec:COMMAND',
    words: () => [...orAll(RMM.words)(), 'exec:'],
    default: "each machine's own",
    says: 'rows: the RMM that answers, a name from `rmitrace list rmms`; exec: a command that answers in JSON lines',
  },
  RMM_TIMEOUT,
  {
    ...SET,
    value: 'EDIT,VALUE...',
    says: 'rows: an edit with several values, like RMI_VERSION.x0=0,1,10,-1 or page_size=4096,16384; @FILE: one per line',
  },
  {
    name: 'boundary',
    type: 'boolean',
    says: 'rows: the answers to RMI_VERSION at and around each limit of the check',
  },
  { name: 'random', type: 'string', value: 'N', says: 'rows: N random answers to RMI_VERSION' },
  { name: 'seed', type: 'string', value: 'S', default: '0', says: 'the seed of --random' },
  { name: 'differ', type: 'boolean', says: 'print only rows that differ between kernels' },
  formatOption(SWEEP_FORMATS),
  {
    name: 'shard',
    type: 'string',
    value: 'I/N',
    says: 'run only the I-th of N parts; a part is a run of neighbouring rows',
  },
  { name: 'merge', type: 'boolean', says: 'merge the parts that --shard and --json printed' },
  {
    name: 'output',
    alias: 'o',
    type: 'string',
    value: 'FOLDER',
    says: 'also keep a trace of the first boot of each kernel with each class and reason, as KERNEL-CLASS.json',
  },
  {
    name: 'max-steps',
    type: 'string',
    value: 'N',
    default: `${sweepMaxSteps('rmi')}, with --scope init ${sweepMaxSteps('init')}`,
    says: 'stop a kernel after N steps; it counts as never returning',
  },
  ...COMPILING,
  { name: 'yes', type: 'boolean', says: 'run even more than 10,000,000 boots' },
];

const MOST_BOOTS = 10_000_000;
const MOST_BOOTS_TEXT = '10,000,000';

export interface SweepInputs {
  readonly plan: AnyPlan;
  /** `null`: the whole. */
  readonly shard: Shard | null;
}

/** What was asked for. Troubles: `usage`, and those of each name, file and edit. */
export async function sweepInputs(io: Io, args: Args, opened: Opened): Promise<Result<SweepInputs>> {
  const [operand] = args.operands;
  if (operand !== undefined)
    return wrong(
      `${JSON.stringify(operand)} is not an option: name a machine with --machine; to merge files, give --merge`,
    );
  const shard = args.one('shard') === undefined ? null : parseShard(args.one('shard') ?? '');
  if (shard === null && args.one('shard') !== undefined)
    return wrong(`--shard takes I/N with I from 1 to N, not ${JSON.stringify(args.one('shard'))}`);
  const scope = args.one('scope') === 'init' ? 'init' : 'rmi';
  const maxSteps = parseCount(args.one('max-steps') ?? String(sweepMaxSteps(scope)));
  if (maxSteps === null || maxSteps === 0)
    return wrong(`--max-steps takes a number from 1 up, not ${JSON.stringify(args.one('max-steps'))}`);
  const output = args.one('output');
  if (output === '-') return wrong('-o needs a folder: the table goes to standard output');
  const machines = await machinesOf(io, args.many('machine'));
  if (!machines.ok) return machines;
  const rmms = rmmsOf(io, args, opened);
  if (!rmms.ok) return rmms;
  const kernels = await kernelsOf(io, args, scope, opened);
  if (!kernels.ok) return kernels;
  const axes = await editAxes(args, kernels.value, scope);
  if (!axes.ok) return axes;
  const plan = planSweep({
    kernels: kernels.value,
    machines: machines.value,
    rmms: rmms.value,
    axes: axes.value,
    maxSteps,
  });
  if (!plan.ok) return plan;
  const { from, to } = rowsOf(shard, plan.value.table.rows);
  const boots = (to - from) * kernels.value.length;
  if (boots > MOST_BOOTS && !args.flag('yes')) {
    const what = `the sweep has ${boots} boots, more than ${MOST_BOOTS_TEXT}`;
    return bad(trouble('too-large', what, {}, 'leave out values, run a part (--shard I/N), or give --yes'));
  }
  return good({ plan: plan.value, shard });
}

function wrong(what: string): Result<never> {
  return bad(misuse('sweep', what));
}

async function machinesOf(io: Io, given: readonly string[]): Promise<Result<readonly MachineDescription[]>> {
  const names = namesIn(
    given.length === 0 ? [DEFAULT_MACHINE] : given,
    MACHINES.map(({ name }) => name),
  );
  const machines: MachineDescription[] = [];
  for (const name of names) {
    const machine = await machineOf(io, name);
    if (!machine.ok) return machine;
    machines.push(machine.value);
  }
  return good(machines);
}

async function editAxes(
  args: Args,
  kernels: readonly AsyncKernel[],
  scope: Scope,
): Promise<Result<readonly Axis[]>> {
  const lines = await editLines(args.many('set'));
  if (!lines.ok) return lines;
  const given = axesOf(lines.value, scope);
  if (!given.ok) return given;
  const answers = answersOf(args, kernels);
  return answers.ok ? good([...given.value, ...answers.value]) : answers;
}

/** The answers that --boundary or --random make. */
function answersOf(args: Args, kernels: readonly AsyncKernel[]): Result<readonly Axis[]> {
  const random = args.one('random');
  if (args.flag('boundary') && random !== undefined)
    return wrong('--boundary and --random exclude each other: give one of them');
  if (args.flag('boundary')) return good([boundaryAxis(kernels.flatMap(({ wants }) => wants ?? []))]);
  if (random === undefined) return args.one('seed') === undefined ? good([]) : wrong('--seed needs --random');
  const count = parseCount(random);
  if (count === null || count === 0)
    return wrong(`--random takes a number from 1 up, not ${JSON.stringify(random)}`);
  const seed = parseSeed(args.one('seed') ?? '0');
  if (seed === null)
    return wrong(`--seed takes a decimal number of at most 64 bits, not ${JSON.stringify(args.one('seed'))}`);
  return good([randomAxis(count, seed)]);
}
