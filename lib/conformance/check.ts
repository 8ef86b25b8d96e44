/**
 * Whether the answers of a trace follow the RMM specification, whatever a kernel does with them. Only what the trace
 * proves is found: one answer, the answers of one RMM to each other, or what is known of the RMM that the header names.
 */
import { numbered } from '../model/gaps.js';
import type { MachineHeader, Trace } from '../model/trace.js';
import { newCallReader } from './calls.js';
import { newGathering } from './evidence.js';
import type { Conformance } from './findings.js';
import { newJudge } from './judge.js';

/**
 * `numbers`: the events whose answers are checked, as `show` counts; `null` for all. All of them are evidence. `machine`: the
 * header that says which RMM answered, if another than the trace's own knows better.
 */
export function conformance(
  trace: Trace,
  numbers: readonly number[] | null = null,
  machine: MachineHeader = trace.header.machine,
): Conformance {
  const wanted = numbers === null ? null : new Set(numbers);
  const gathering = newGathering();
  const reader = newCallReader();
  for (const { number, event } of numbered(trace.events)) {
    const call = reader.take(event, number);
    if (call !== null) gathering.take(call);
  }
  const judge = newJudge(gathering.end(machine));
  const again = newCallReader();
  for (const { number, event } of numbered(trace.events)) {
    const call = again.take(event, number);
    if (call !== null) judge.take(call, wanted?.has(number) ?? true);
  }
  return judge.end();
}

/** Of a replay: where the recording was played back, its header knows the RMM, and the replay's own no longer does. */
export function conformanceOfReplay(recorded: Trace, replayed: Trace): Conformance {
  const { machine } = replayed.header;
  return conformance(replayed, null, machine.via === 'playback' ? recorded.header.machine : machine);
}
