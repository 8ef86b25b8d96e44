/** Runs a kernel again on what a trace's machine answered, perhaps edited, and compares it with the trace. */
import { setImmediate } from 'node:timers/promises';
import { withCallers } from '../compare/callers.js';
import { type Comparison, compareEvents } from '../compare/causes.js';
import { NOTHING } from '../compare/ignore.js';
import { type Change, editsInScope, type Unfired, unfiredText } from '../edit/apply.js';
import { outcomeIn, outcomeOf } from '../kernel/outcome.js';
import { recordedKernel } from '../kernel/recorded.js';
import { isOtherKernel, wantedIn } from '../kernel/wanted.js';
import type { Unanswered } from '../machine/playback.js';
import type { FaultEvent, TraceEvent } from '../model/events.js';
import type { AsyncKernel } from '../model/port.js';
import { bad, good, type Result, type Trouble, trouble } from '../model/result.js';
import type { Outcome, Trace } from '../model/trace.js';
import { machineFailure } from '../rmm/pipe/client.js';
import { digestOf } from '../trace/digest.js';
import { type Contradiction, contradictionOf } from './contradiction.js';
import { withEdits } from './edited-inputs.js';
import { type FirstRunOptions, firstRun } from './first-run.js';
import { replayHeader } from './header.js';
import { type MissingInput, missingInputs } from './missing.js';
import { replayOnce } from './run-once.js';
import { FILLS, limitOf, type UnknownsFinding, unknownsOf } from './unknowns.js';
import { type Unseen, withUnseen } from './unseen.js';
import { verdictOf, type Weighed, weigh, withLogs } from './verdict.js';
import { weighUnknowns } from './weigh-unknowns.js';

export interface ReplayOptions extends FirstRunOptions {
  /** Count a differing answer as a divergence: tests the RMM. Always so for the recorded kernel. */
  readonly answers?: boolean;
  /** An unused edit is no trouble: edits for many traces need not be used in each. Default false. */
  readonly mayMiss?: boolean;
  /** The trace's seal is broken: look for what contradicts in it even where nothing differs. Default false. */
  readonly edited?: boolean;
  /** Of a trace that is held in part and whose calls are repeated: what nobody saw of all its answers. Default: of that part. */
  readonly unseen?: Unseen;
  /** The same of its calls: how many lines of the kernel's log it has, none of which a kernel that repeats calls prints. */
  readonly logs?: number;
  /** The digest of the recorded trace, where reading it has told. Default: it is made again. */
  readonly digest?: string;
}

/**
 * `unanswered`: the kernel asked for what the trace does not record. `undetermined`: it depends on what nobody saw, or the
 * trace does not record how the check ended.
 */
export const VERDICTS = ['same', 'diverged', 'unanswered', 'undetermined'] as const;
export type Verdict = (typeof VERDICTS)[number];

export interface Replay {
  readonly verdict: Verdict;
  readonly recorded: Trace;
  readonly replayed: Trace;
  readonly kernel: { readonly recorded: KernelName; readonly replayed: KernelName };
  /** The RMM that stood in for the recorded one, by its name or by what it is. */
  readonly rmm: string | null;
  /** The RMM behind a pipe failed: then there is no verdict, whatever stands here for one. */
  readonly failed: Trouble | null;
  readonly outcomes: { readonly recorded: Outcome; readonly replayed: Outcome };
  readonly comparison: Comparison;
  /** How many more answers differ than `comparison` has. */
  readonly notHeld: number;
  readonly weighed: Weighed;
  readonly edits: readonly Change[];
  /** Edits that were not used: empty unless they may. */
  readonly unfired: readonly Unfired[];
  /** Requests that were not recorded; with `answerAnyway` they got the nearest answer. */
  readonly unanswered: readonly Unanswered[];
  readonly answeredAnyway: boolean;
  /** How many requests the RMM answered since the trace does not; 0 where it answers all of them. */
  readonly filled: number;
  /** Inputs that the kernel asks for and the trace does not record, in the order in which it asks. */
  readonly missing: readonly MissingInput[];
  /** The fault text of a replay that ended unanswered; `null` where it did not. */
  readonly unansweredAt: string | null;
  /** That the recording contradicts itself, where it does and the replay is not the same, or its seal is broken. */
  readonly contradiction: Contradiction | null;
  /** Whether the replay stopped at its step limit, and the recording did not. */
  readonly outOfSteps: boolean;
  readonly unknowns: UnknownsFinding | null;
  /** What was left out of the comparison, as `Ignore.rules` has it. */
  readonly ignored: readonly string[];
}

export interface KernelName {
  readonly name: string;
  readonly wants: string | null;
}

/** Troubles: `edit-never-fired`, `wrong-scope`. Between its parts signals are let in: on a large trace each takes long. */
export async function replay(
  trace: Trace,
  asking: AsyncKernel,
  options: ReplayOptions = {},
): Promise<Result<Replay>> {
  const { scope } = trace.header;
  // It repeats the kernel's calls, and whose a call is is concluded first.
  const repeats = asking.name === 'recorded' && asking.scope === scope;
  const kernel = repeats ? recordedKernel(withCallers(trace).events, scope) : asking;
  if (kernel.scope !== scope) {
    // The facts of the rest of kvm_arm_init are in traces of scope kvm alone.
    const next = `run the kernel with scope ${scope}, or record the boot again with \`--scope ${kernel.scope}\``;
    return bad(
      trouble(
        'wrong-scope',
        `the kernel has scope ${kernel.scope}, but the trace has scope ${scope}`,
        {},
        next,
      ),
    );
  }
  const edits = editsInScope(options.edits ?? [], scope);
  if (!edits.ok) return edits;
  const { ignore = NOTHING } = options;
  const [first, ...others] = FILLS;
  const ran = await firstRun(trace, kernel, options);
  if (!ran.ok) return ran;
  const { recorded, run, way, notHeld } = ran.value;
  const [unfired] = run.unfired;
  // If the RMM failed first, an unused edit is not the user's mistake.
  if (unfired !== undefined && options.mayMiss !== true && machineFailure(run.events) === null) {
    const next = 'compare its selector with `show`, or leave it out';
    return bad(trouble('edit-never-fired', unfiredText(unfired), {}, next));
  }
  const comparison = withEdits(
    compareEvents(recorded.events, run.events, undefined, ignore, way),
    run.changes,
    [recorded.events, run.events],
  );
  await setImmediate();
  const outcomes = { recorded: outcomeIn(recorded), replayed: outcomeOf(run.events) };
  const weighedPart = weigh(recorded, outcomes, kernel, comparison, options.answers === true, ignore);
  const weighed = options.logs === undefined ? weighedPart : withLogs(weighedPart, options.logs);
  await setImmediate();
  const runs = [{ fill: first, ...run }];
  // With unknowns the kernel runs once more for each other value they may have; an RMM that failed is not asked again.
  for (const fill of unknownsOf(run.events).length === 0 ? [] : others) {
    if (runs.some(({ events }) => machineFailure(events) !== null)) break;
    // The recorded kernel does the same whatever it is given.
    const again = kernel.name === 'recorded' ? run : await replayOnce(recorded, kernel, options, fill);
    runs.push({ fill, ...again });
  }
  const failed = runs.map(({ events }) => machineFailure(events)).find(trouble => trouble !== null) ?? null;
  const weighedUnknowns =
    failed === null
      ? await weighUnknowns(kernel, options.maxSteps, runs, limitOf(recorded.events, run.limits))
      : null;
  const unseen = ran.value.unseen ?? options.unseen;
  const unknowns =
    unseen === undefined ? weighedUnknowns : withUnseen(weighedUnknowns, unseen, outcomes.replayed);
  const answeredAnyway = options.answerAnyway === true && run.unanswered.length > 0;
  const replayedOutcome: Outcome =
    unknowns?.matter === true ? { class: 'undetermined', key: outcomes.replayed.key } : outcomes.replayed;
  const missing = await missingInputs(run.missing, async supplied => {
    const { edits: given = [], rmm: _, ...others } = options;
    return (await replayOnce(recorded, kernel, { ...others, edits: [...supplied, ...given] }, first)).missing;
  });
  const unansweredAt =
    outcomes.replayed.class === 'unanswered' ? (run.events.find(isFault)?.text ?? '') : null;
  await setImmediate();
  const verdict = verdictOf(outcomes, weighed, unknowns?.matter === true);
  const kernels = {
    recorded: { name: recorded.header.kernel.name, wants: wantedIn(recorded) },
    replayed: { name: kernel.name, wants: kernel.wants },
  };
  // A built-in one does the same each time.
  const isAsRecorded = kernel.compiled === undefined && !isOtherKernel(kernels.recorded, kernels.replayed);
  return good({
    verdict,
    recorded,
    replayed: {
      header: replayHeader(recorded, {
        of: options.digest ?? digestOf(trace),
        kernel,
        rmm: options.rmm ?? null,
        changes: run.changes,
        answeredAnyway,
      }),
      events: run.events,
      outcome: replayedOutcome,
    },
    kernel: kernels,
    rmm: options.rmm == null ? null : (options.rmm.name ?? 'an RMM behind a pipe'),
    failed,
    outcomes: { recorded: outcomes.recorded, replayed: replayedOutcome },
    comparison: verdict === 'unanswered' && isAsRecorded ? unexplained(comparison) : comparison,
    notHeld,
    weighed,
    edits: run.changes,
    unfired: run.unfired,
    unanswered: run.unanswered,
    answeredAnyway,
    filled: run.filled,
    missing,
    unansweredAt,
    // The kernel is run again for it: not where nothing differs.
    contradiction: verdict === 'same' && options.edited !== true ? null : contradictionOf(recorded),
    outOfSteps: stepLimited(run.events) && weighed.notReached > 0,
    unknowns,
    ignored: ignore.rules,
  });
}

function stepLimited(events: readonly TraceEvent[]): boolean {
  return events.some(event => isFault(event) && event.code === 'step-limit');
}

function isFault(event: TraceEvent): event is FaultEvent {
  return event.type === 'fault';
}

/** A kernel that does not go on since nobody recorded what it asks for causes nothing. */
function unexplained(comparison: Comparison): Comparison {
  return { ...comparison, kernelIsCause: false };
}
