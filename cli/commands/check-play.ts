/** What `rmitrace check` does with one trace: replay it as the command line says. */
import {
  type CheckOptions,
  type CheckResult,
  type CompiledKernel,
  checkedRead,
  type Known,
  kernelNamed,
  newCoverage,
  newKnown,
  type ReadTraceOrLog,
  type Result,
  resultOf,
} from '../../lib/cli.js';
import type { Args } from '../command.js';
import { maxStepsOf } from '../load.js';
import { replayKernels } from '../load-c-kernel.js';
import { editsOf } from '../load-edits.js';
import { standIns } from '../load-rmm.js';
import type { Io } from '../process.js';
import { newUpdate } from './check-update.js';

export interface Play {
  one(name: string, read: Result<ReadTraceOrLog>): Promise<CheckResult>;
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
  const edits = await editsOf(args.many('set'), 'the numbers differ between traces');
  if (!edits.ok) return edits;
  const maxSteps = maxStepsOf('check', args);
  if (!maxSteps.ok) return maxSteps;
  const rmms = standIns(io, 'check', args);
  if (!rmms.ok) return rmms;
  const options: CheckOptions = {
    kernelOf,
    standInOf: rmms.value.of,
    edits: edits.value,
    answers: args.flag('answers'),
    ...maxSteps.value,
    conformance: args.flag('conformance'),
  };
  const reached = args.flag('coverage') ? newCoverage(kernelOf) : null;
  const update = args.flag('update') ? newUpdate(io, args) : null;
  const value: Play = {
    async one(name, read) {
      const checked = await checkedRead(name, read, options);
      if (checked.verdict !== 'trouble') reached?.add(checked);
      const result = resultOf(checked);
      return (await update?.offer(read, checked, result)) ?? result;
    },
    // An RMM behind a pipe may answer otherwise each time, and of every file a person is asked.
    known: rmms.value.sameEachTime && update === null ? newKnown() : null,
    reached,
    async close() {
      await update?.end();
      await rmms.value.close();
    },
  };
  return { ok: true, value };
}
