/** What `rmitrace check` does with one trace: replay it as the command line says. */
import {
  type CheckOptions,
  type CheckResult,
  type CompiledKernel,
  checkedRead,
  type Extent,
  extentFor,
  good,
  type Known,
  kernelNamed,
  newCoverage,
  newKnown,
  type ReadToReplay,
  type Result,
  resultOf,
  type Trace,
} from '../../lib/cli.js';
import type { Args } from '../command.js';
import { maxStepsOf } from '../load.js';
import { baseKernel } from '../load-base-kernel.js';
import { replayKernels } from '../load-c-kernel.js';
import { editsOf } from '../load-edits.js';
import { ignoreOf } from '../load-ignore.js';
import { standIns } from '../load-rmm.js';
import type { Io } from '../process.js';
import {
  type BaseMachine,
  baseMachinesOf,
  type OnBoth,
  onMachine,
  onTrace,
  unfitForBase,
} from './check-base.js';
import { type Expected, expectedOf } from './check-expect.js';
import { newUpdate } from './check-update.js';

export interface Play {
  one(name: string, read: Result<ReadToReplay>): Promise<CheckResult>;
  /** What is taken of a large trace. */
  extentFor(part: Trace): Extent;
  /** The machines on which two kernels are compared, too. */
  readonly machines: readonly {
    readonly operand: string;
    readonly name: string;
    one(): Promise<CheckResult>;
  }[];
  /** What is known of traces before; `null` where each is to be replayed, whatever it holds. */
  readonly known: Known<CheckResult> | null;
  /** `null`: nobody asked. */
  readonly reached: ReturnType<typeof newCoverage> | null;
  /** Ends what was started. */
  close(): Promise<void>;
}

/** Troubles: `usage`, and those of edits and RMMs. */
export async function playOf(io: Io, args: Args, compiled: CompiledKernel | null): Promise<Result<Play>> {
  const kernelOf = replayKernels('check', args, compiled);
  const named = compiled === null ? args.one('kernel') : undefined;
  // Once, and not of each trace.
  const known = named === undefined || named === 'recorded' ? null : kernelNamed(named, undefined, 'rmi');
  if (known !== null && !known.ok) return known;
  const unfit = unfitForBase(args);
  if (unfit !== null) return unfit;
  const edits = await editsOf(args.many('set'), 'the numbers differ between traces');
  if (!edits.ok) return edits;
  const maxSteps = maxStepsOf('check', args);
  if (!maxSteps.ok) return maxSteps;
  const ignore = ignoreOf(args);
  if (!ignore.ok) return ignore;
  const machines = await baseMachinesOf(io, args);
  if (!machines.ok) return machines;
  const rmms = standIns(io, 'check', args);
  if (!rmms.ok) return rmms;
  const expected = await expectedOf(io, args);
  if (!expected.ok) return expected;
  const base = await baseKernel(io, 'check', args);
  if (!base.ok) return base;
  const play = {
    kernelOf,
    rmms: rmms.value,
    edits: edits.value,
    how: { ...maxSteps.value, ignore: ignore.value },
  };
  const plan = { ...play, machines: machines.value };
  if (expected.value !== null) return good(expectedPlay(expected.value, plan));
  return good(base.value === null ? recordedPlay(io, args, plan) : basePlay({ ...plan, base: base.value }));
}

/** What both ways of checking take. */
type Plan = Omit<OnBoth, 'base'>;

/** Each trace is compared with what was recorded. */
function recordedPlay(io: Io, args: Args, { kernelOf, rmms, edits, how }: Plan): Play {
  const options: CheckOptions = {
    kernelOf,
    standInOf: rmms.of,
    edits,
    answers: args.flag('answers'),
    ...how,
    conformance: args.flag('conformance'),
  };
  const reached = args.flag('coverage') ? newCoverage(kernelOf) : null;
  const update = args.flag('update') ? newUpdate(io, args) : null;
  return {
    async one(name, read) {
      const checked = await checkedRead(name, read, options);
      if (checked.verdict !== 'trouble') reached?.add(checked);
      const result = resultOf(checked);
      return (await update?.offer(read, checked, result)) ?? result;
    },
    // Outcomes are looked for in all that was answered, and a person sees the whole trace.
    extentFor: part => (reached === null && update === null ? extentFor(part, options) : 'whole'),
    machines: [],
    // An RMM behind a pipe may answer otherwise each time, and of every file a person is asked.
    known: rmms.sameEachTime && update === null ? newKnown() : null,
    reached,
    async close() {
      await update?.end();
      await rmms.close();
    },
  };
}

/** Each boot is held against one trace. */
function expectedPlay(expected: Expected, { rmms }: Plan): Play {
  return {
    one: async (_, read) => expected(read),
    extentFor: () => 'part',
    machines: [],
    known: newKnown(),
    reached: null,
    close: () => rmms.close(),
  };
}

/** Two kernels are compared with each other. */
function basePlay(both: OnBoth & { readonly machines: readonly BaseMachine[] }): Play {
  return {
    one: (_, read) => onTrace(read, both),
    extentFor: part => (extentFor(part, both) === 'part' ? 'part' : 'whole'),
    machines: both.machines.map(({ operand, machine }) => ({
      operand,
      name: `machine ${machine.name}`,
      one: () => onMachine(machine, both),
    })),
    known: both.rmms.sameEachTime ? newKnown() : null,
    reached: null,
    async close() {
      await both.base.close();
      await both.rmms.close();
    },
  };
}
