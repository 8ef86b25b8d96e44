/**
 * A trace that contradicts itself: what the kernel is recorded to have put out does not follow from what it is recorded to
 * have been given. A built-in kernel does the same on the same inputs each time, so somebody edited one of the two.
 */
import { callName } from '../abi/decode.js';
import { parseRevision, revisionWord } from '../abi/revision.js';
import { RMI_VERSION } from '../abi/rmi-commands.js';
import { asksWithoutArgument, callId, NOT_SUPPORTED_64 } from '../abi/smccc.js';
import { ownKernel } from '../kernel/kernels.js';
import { endOf } from '../kernel/outcome.js';
import { playback } from '../machine/playback.js';
import { kernelCalls, type RecordedCall } from '../machine/recorded-calls.js';
import { endText, isSameEnd } from '../model/end.js';
import type { TraceEvent } from '../model/events.js';
import type { Kernel } from '../model/port.js';
import type { End, OutcomeClass, Trace } from '../model/trace.js';
import { ALL_ONES, hex, type U64, u64, ZERO } from '../model/u64.js';
import { runSync } from '../run.js';

export interface Contradiction {
  /** Which input the recorded output does not follow from: `x1`; `null` where no one register explains it. */
  readonly register: string | null;
  /** In words, without a full stop. */
  readonly text: string;
}

/** A boot around the check is some forty events; a longer trace is not run again for this. */
const MOST_EVENTS = 2000;
const MAX_STEPS = 5000;

/** `null` where the trace does not contradict itself, or does not say enough for that. */
export function contradictionOf(trace: Trace): Contradiction | null {
  const call = kernelCalls(trace.events).findLast(({ call: { fid } }) => callId(fid) === RMI_VERSION);
  const end = endOf(trace.events);
  if (call === undefined || !SAID.has(end.class)) return null;
  return withinItself(call, end) ?? againstItsKernel(trace, call, end);
}

/** The ends that only a line of the check tells. */
const SAID: ReadonlySet<OutcomeClass> = new Set(['accepted', 'refused']);

/** Of any kernel that asks with an argument: success and the refusal's line exclude each other, NOT_SUPPORTED any line. */
function withinItself({ call, number }: RecordedCall, end: End): Contradiction | null {
  const x0 = call.res?.[0] ?? null;
  if (x0 === null || asksWithoutArgument(call)) return null;
  const fits = end.class === 'accepted' ? x0 === ZERO : x0 !== ZERO && x0 !== NOT_SUPPORTED_64;
  return fits ? null : contradiction('x0', x0, number, end);
}

/** Of a built-in kernel: it is run again on the recorded inputs, and then on inputs that would explain the output. */
function againstItsKernel(trace: Trace, recorded: RecordedCall, end: End): Contradiction | null {
  const { header, events } = trace;
  if (header.kernel.via !== 'built-in' || events.length > MOST_EVENTS) return null;
  const kernel = ownKernel(trace);
  if (!kernel.ok || recorded.call.res === null) return null;
  const again = endOn(kernel.value, events);
  if (again.class === 'unanswered' || recorded.call.res.includes(null) || isSameEnd(end, again)) return null;
  for (const [at, value] of recorded.call.res.entries()) {
    for (const other of explanations(end)) {
      const res = recorded.call.res.with(at, other);
      const edited = events.with(recorded.number - 1, { ...recorded.call, res });
      if (value !== null && isSameEnd(end, endOn(kernel.value, edited)))
        return contradiction(`x${at}`, value, recorded.number, end);
    }
  }
  const text = `on the recorded inputs ${header.kernel.name} ends ${endText(again)}, but the recorded lines say ${endText(end)}`;
  return { register: null, text };
}

function endOn(kernel: Kernel, events: readonly TraceEvent[]): End {
  return endOf(runSync(kernel, playback(events), { maxSteps: MAX_STEPS }));
}

/** What a register may have held before it was edited: the revisions that the lines name, and the usual statuses. */
function explanations({ lower, higher }: End): readonly U64[] {
  const words = [lower, higher].flatMap(text => {
    const revision = parseRevision(text ?? '');
    return revision === null ? [] : [revisionWord(revision.major, revision.minor)];
  });
  return [...words, ZERO, u64(1n), ALL_ONES];
}

function contradiction(register: string, value: U64, event: number, end: End): Contradiction {
  const where = `${register} of the answer to ${callName(RMI_VERSION)} (event ${event})`;
  return { register, text: `${where} is ${hex(value)}, but the recorded line says ${endText(end)}` };
}
