/** `check --base`: two kernels on every trace, and on every machine that is named. */
import {
  type AsyncKernel,
  bad,
  type CheckResult,
  compareKernels,
  type Edit,
  type Ignore,
  type KernelOf,
  MACHINES,
  type MachineDescription,
  profileNamed,
  type ReadToReplay,
  type Result,
  record,
  type StandIn,
  standInOn,
  type Trace,
  troubleResult,
  twoKernelsResult,
} from '../../lib/cli.js';
import type { Args } from '../command.js';
import { machineOf, misuse } from '../load.js';
import type { BaseKernel } from '../load-base-kernel.js';
import type { StandIns } from '../load-rmm.js';
import type { Io } from '../process.js';
import { ALL } from './check-options.js';

/** What both kernels are given. */
export interface OnBoth {
  readonly base: BaseKernel;
  readonly kernelOf: KernelOf;
  readonly rmms: StandIns;
  readonly edits: readonly Edit[];
  /** How far each runs, and what is left out of the comparison. */
  readonly how: { readonly maxSteps?: number; readonly ignore: Ignore };
}

/** The options that make no sense of two kernels. */
const ALONE: readonly string[] = ['answers', 'conformance', 'coverage', 'update'];

/** `null` where the options go together. */
export function unfitForBase(args: Args): Result<never> | null {
  const wrong = (what: string) => bad(misuse('check', what));
  if (args.one('base') === undefined)
    return args.many('machine').length === 0 ? null : wrong('--machine needs --base');
  const kernel = args.one('kernel');
  if (kernel === undefined || kernel === 'recorded')
    return wrong('--base needs --kernel: the kernel that is compared with it');
  const other = ALONE.find(name => args.flag(name));
  return other === undefined ? null : wrong(`--${other} does not go with --base`);
}

/** What the two kernels do on a trace. */
export async function onTrace(read: Result<ReadToReplay>, both: OnBoth): Promise<CheckResult> {
  if (!read.ok) return troubleResult(read.trouble);
  const { trace, held } = read.value;
  const rmm = both.rmms.of(trace);
  return rmm.ok ? compared(trace, rmm.value, both, held) : troubleResult(rmm.trouble);
}

/** A machine, and what the command line calls it. */
export interface BaseMachine {
  readonly operand: string;
  readonly machine: MachineDescription;
}

/** The machines that --machine names. Troubles: those of reading one. */
export async function baseMachinesOf(io: Io, args: Args): Promise<Result<readonly BaseMachine[]>> {
  const machines: BaseMachine[] = [];
  for (const name of args
    .many('machine')
    .flatMap(each => (each === ALL ? MACHINES.map(m => m.name) : each))) {
    const machine = await machineOf(io, name);
    if (!machine.ok) return machine;
    machines.push({ operand: name, machine: machine.value });
  }
  return { ok: true, value: machines };
}

/** What they do on an emulated machine, which answers whatever they ask. */
export async function onMachine(machine: MachineDescription, both: OnBoth): Promise<CheckResult> {
  const profile = profileNamed(machine.rmm);
  if (!profile.ok) return troubleResult(profile.trouble);
  const base = both.base.inScope('rmi');
  if (!base.ok) return troubleResult(base.trouble);
  // For its state: both kernels are asked again below.
  const trace = await record(base.value, machine, both.how);
  if (!trace.ok) return troubleResult(trace.trouble);
  const given = both.rmms.of(trace.value);
  if (!given.ok) return troubleResult(given.trouble);
  return compared(trace.value, given.value ?? standInOn(machine, profile.value), both);
}

async function compared(
  trace: Trace,
  rmm: StandIn | null,
  { base, kernelOf, edits, how }: OnBoth,
  { flowOf }: ReadToReplay['held'] = {},
): Promise<CheckResult> {
  const one: Result<AsyncKernel> = base.inScope(trace.header.scope);
  if (!one.ok) return troubleResult(one.trouble);
  const two = kernelOf(trace);
  if (!two.ok) return troubleResult(two.trouble);
  const found = await compareKernels(trace, one.value, two.value, {
    edits,
    rmm,
    ...how,
    ...(flowOf === undefined ? {} : { flowOf }),
  });
  return found.ok ? twoKernelsResult(found.value) : troubleResult(found.trouble);
}
