/** One run of a kernel on what a trace's machine answered, edited or not, or on an RMM in its place. */
import { applyEdits, type Change, editedMachine, type Unfired } from '../edit/apply.js';
import type { Edit } from '../edit/parse.js';
import { type Playback, playback, replyOf, type Unanswered } from '../machine/playback.js';
import type { StandIn } from '../machine/stand-in.js';
import type { SmcEvent, TraceEvent } from '../model/events.js';
import type { InputKey } from '../model/input-key.js';
import type { AsyncKernel, AsyncMachine, MachineState } from '../model/port.js';
import type { Trace } from '../model/trace.js';
import type { U64 } from '../model/u64.js';
import { runAsync } from '../run.js';
import { isSameCall, LONG_LIMITS } from './long-flow.js';
import { stepsFor } from './weigh-unknowns.js';

export interface RunOnceOptions {
  readonly edits?: readonly Edit[];
  /** An RMM that answers in place of the recorded one. Default `null`: the trace answers. */
  readonly rmm?: StandIn | null;
  readonly answerAnyway?: boolean;
  readonly maxSteps?: number;
}

export interface Run {
  readonly events: readonly TraceEvent[];
  readonly changes: readonly Change[];
  readonly unfired: readonly Unfired[];
  readonly unanswered: readonly Unanswered[];
  /** Requests that an RMM answered since the trace does not. */
  readonly filled: number;
  readonly limits: MachineState['limits'];
  /** The state that the run ended at, since the trace does not record it. */
  readonly missing: InputKey | null;
}

/** Who answers in place of the events of the recording, and where the events of the run go. */
interface Otherwise {
  readonly tape?: Playback;
  readonly into?: (event: TraceEvent) => void;
}

/** One run of `kernel` on what was recorded, with `unknown` for every input that nobody saw. */
export async function replayOnce(
  recorded: Trace,
  kernel: AsyncKernel,
  options: RunOnceOptions,
  unknown: U64,
  { tape = playback(recorded.events, { answerAnyway: options.answerAnyway === true }), into }: Otherwise = {},
): Promise<Run> {
  const rmm = options.rmm ?? null;
  const applied = applyEdits(options.edits ?? []);
  let filled = 0;
  const onFilled = () => {
    filled += 1;
  };
  const machine = editedMachine(
    tape.state,
    state => (rmm === null ? { ...tape, state } : standIn(tape, state, rmm, onFilled)),
    applied,
  );
  let missing: InputKey | null = null;
  const onMissing = (key: InputKey) => {
    missing = key;
  };
  const maxSteps = options.maxSteps ?? stepsFor(recorded.events);
  const events: TraceEvent[] = [];
  await runAsync(kernel, machine, { unknown, maxSteps, onMissing, into: into ?? newSaver(events) });
  return {
    events,
    missing,
    changes: applied.changes(),
    unfired: applied.unfired(),
    unanswered: rmm === null ? tape.unanswered.filter(({ request }) => !applied.given.has(request)) : [],
    filled,
    limits: machine.state.limits,
  };
}

/** In a long run, a kernel that repeats a call until it is answered otherwise leaves one event for all of them. */
function newSaver(events: TraceEvent[]): (event: TraceEvent) => void {
  let last: SmcEvent | null = null;
  return event => {
    if (event.type === 'smc' && events.length > LONG_LIMITS.events)
      last = last !== null && isSameCall(last, event) ? last : event;
    events.push(event.type === 'smc' && last !== null ? last : event);
  };
}

/** State from the trace, calls to the RMM; playback says which recorded call each one is, or answers it. */
function standIn(tape: Playback, state: MachineState, rmm: StandIn, onFilled: () => void): AsyncMachine {
  const machine = rmm.machine(state);
  return {
    ...machine,
    async call(request) {
      const found = tape.take(request);
      if (rmm.fills === true && 'call' in found) return replyOf(found, request.cc);
      if (rmm.fills === true) onFilled();
      const reply = await machine.call(request);
      return reply.kind === 'fault' || !('call' in found) ? reply : { ...reply, event: found.number };
    },
  };
}
