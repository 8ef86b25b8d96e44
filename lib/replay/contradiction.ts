/**
 * A trace that contradicts itself: what the kernel is recorded to have put out does not follow from what it is recorded to
 * have been given. A built-in kernel does the same on the same inputs each time, so somebody edited one of the two.
 */
import { callName } from '../abi/decode.js';
import { parseRevision, revisionWord } from '../abi/revision.js';
import { RMI_VERSION } from '../abi/rmi-commands.js';
import { asksWithoutArgument, callId, NOT_SUPPORTED_64 } from '../abi/smccc.js';
import { stateOfTrace } from '../compare/events.js';
import { ownKernel } from '../kernel/kernels.js';
import { endOf } from '../kernel/outcome.js';
import { playback } from '../machine/playback.js';
import { kernelCalls, type RecordedCall } from '../machine/recorded-calls.js';
import { endText, isSameEnd } from '../model/end.js';
import type { TraceEvent } from '../model/events.js';
import { countOf, placeOf } from '../model/gaps.js';
import { factKey } from '../model/input-key.js';
import type { Kernel } from '../model/port.js';
import type { End, OutcomeClass, Trace } from '../model/trace.js';
import { ALL_ONES, hex, type Seen, type U64, u64, ZERO } from '../model/u64.js';
import { runSync } from '../run.js';
import { consoleDisagreement } from './console-record.js';

export interface Contradiction {
  /** Which inputs the recorded output does not follow from: `x1`, `x1 and x2`; `null` where no registers explain it. */
  readonly register: string | null;
  /** What disagrees with what, in words, without a full stop. */
  readonly text: string;
}

/** A boot around the check is some forty events; a longer trace is not run again for this. */
const MOST_EVENTS = 2000;
const MOST_STEPS = 5000;

/** `null` where the trace does not contradict itself, or does not say enough for that. */
export function contradictionOf(trace: Trace): Contradiction | null {
  const calls = kernelCalls(trace.events);
  const end = endOf(trace.events);
  const version = calls.findLast(({ call: { fid } }) => callId(fid) === RMI_VERSION);
  const line = version === undefined || !SAID.has(end.class) ? null : answerAndLine(trace, version, end);
  return line ?? elsewhere(trace, calls, end);
}

/** The ends that only a line of the check tells. */
const SAID: ReadonlySet<OutcomeClass> = new Set(['accepted', 'refused']);

function answerAndLine(trace: Trace, version: RecordedCall, end: End): Contradiction | null {
  return withinItself(version, end) ?? againstItsKernel(trace, version, end);
}

/** What else two events cannot both be: nothing says which of them was edited. */
function elsewhere(trace: Trace, calls: readonly RecordedCall[], end: End): Contradiction | null {
  // An edited answer of a replay is not what the console of the recording says.
  const replayed = trace.header.replay !== undefined;
  const text =
    (replayed ? null : edited('the console and the call', consoleDisagreement(calls))) ??
    edited('the conduit and the call', conduitDisagreement(trace, calls)) ??
    edited('the registers and what was read of them', sanitisedDisagreement(trace, end));
  return text === null ? null : { register: null, text };
}

function edited(two: string, how: string | null): string | null {
  return how === null ? null : `${two} disagree, and one of them was edited: ${how}`;
}

/** Of any kernel that asks with an argument: success and the refusal's line exclude each other, NOT_SUPPORTED any line. */
function withinItself({ call, number }: RecordedCall, end: End): Contradiction | null {
  const x0 = call.res?.[0] ?? null;
  if (x0 === null || asksWithoutArgument(call)) return null;
  const fits = end.class === 'accepted' ? x0 === ZERO : x0 !== ZERO && x0 !== NOT_SUPPORTED_64;
  return fits ? null : contradiction([0], call.res ?? [], number, end);
}

/** Of a built-in kernel: it is run again on the recorded inputs, and then on inputs that would explain the output. */
function againstItsKernel(trace: Trace, recorded: RecordedCall, end: End): Contradiction | null {
  const { header, events } = trace;
  const kernel = builtInOf(trace);
  const { res } = recorded.call;
  if (kernel === null || res === null) return null;
  const again = endOn(kernel, events);
  if (again.class === 'unanswered' || res.includes(null) || isSameEnd(end, again)) return null;
  for (const changes of explanations(end, res)) {
    const other = changes.reduce((answer, [x, value]) => answer.with(x, value), res);
    const tried = events.with(placeOf(events, recorded.number), { ...recorded.call, res: other });
    const registers = changes.map(([x]) => x);
    if (isSameEnd(end, endOn(kernel, tried))) return contradiction(registers, res, recorded.number, end);
  }
  const text = `on the recorded inputs ${header.kernel.name} ends ${endText(again)}, but the recorded lines say ${endText(end)}`;
  return { register: null, text: edited('the answers and the lines', text) ?? text };
}

function builtInOf(trace: Trace): Kernel | null {
  if (trace.header.kernel.via !== 'built-in' || countOf(trace.events) > MOST_EVENTS) return null;
  const kernel = ownKernel(trace);
  return kernel.ok ? kernel.value : null;
}

function endOn(kernel: Kernel, events: readonly TraceEvent[]): End {
  return endOf(runSync(kernel, playback(events), { maxSteps: MOST_STEPS }));
}

type Change = readonly [x: number, value: U64];

/**
 * What x0 to x2 may have held before they were edited, the fewest changes first: the usual statuses, and the revisions
 * that the lines name.
 */
function explanations({ lower, higher }: End, res: readonly Seen[]): readonly (readonly Change[])[] {
  const words = [lower, higher].flatMap(text => {
    const revision = parseRevision(text ?? '');
    return revision === null ? [] : [revisionWord(revision.major, revision.minor)];
  });
  const of = (x: number, values: readonly U64[]): readonly Change[] =>
    x < res.length ? values.filter(value => value !== res[x]).map(value => [x, value]) : [];
  const [first, ...others] = [of(0, [ZERO, u64(1n), ALL_ONES]), of(1, words), of(2, words)];
  const sets = others.reduce<readonly (readonly Change[])[]>(
    (all, changes) => all.flatMap(set => [set, ...changes.map(change => [...set, change])]),
    [[], ...(first ?? []).map(change => [change])],
  );
  return sets.filter(set => set.length > 0).toSorted((one, other) => one.length - other.length);
}

function contradiction(
  registers: readonly number[],
  res: readonly Seen[],
  event: number,
  end: End,
): Contradiction {
  const register = registers.map(x => `x${x}`).join(' and ');
  const values = registers.map(x => seenText(res[x] ?? null)).join(' and ');
  const where = `${register} of the answer to ${callName(RMI_VERSION)} (event ${event})`;
  const is = registers.length === 1 ? 'is' : 'are';
  const how = `${where} ${is} ${values}, but the recorded line says ${endText(end)}`;
  return { register, text: edited('the answer and the line', how) ?? how };
}

function seenText(value: Seen): string {
  return value === null ? 'not seen' : hex(value);
}

/** A built-in kernel makes its calls by the conduit that it is told of. */
function conduitDisagreement({ header, events }: Trace, calls: readonly RecordedCall[]): string | null {
  if (header.kernel.via !== 'built-in') return null;
  const fact = stateOfTrace(events).get(factKey('conduit'));
  const conduit = fact?.event.type === 'fact' ? fact.event.value : null;
  const other = calls.find(({ call }) => call.via !== conduit);
  if (conduit === null || other === undefined) return null;
  const { call, number } = other;
  return `the conduit is ${conduit} (event ${fact?.number}), but ${callName(call.fid)} (event ${number}) was made by ${call.via.toUpperCase()}`;
}

/** What a built-in kernel reads of sanitised registers follows from the raw ones. */
function sanitisedDisagreement(trace: Trace, end: End): string | null {
  const { events } = trace;
  const kernel = builtInOf(trace);
  const raw = events.filter(event => event.type === 'mrs');
  if (kernel === null || raw.length === 0 || raw.some(({ value }) => value === null)) return null;
  const again = runSync(kernel, playback(events), { maxSteps: MOST_STEPS });
  if (!isSameEnd(end, endOf(again))) return null;
  const read = new Map(events.flatMap(event => (event.type === 'ftr' ? [[event.reg, event.value]] : [])));
  for (const event of again) {
    if (event.type !== 'ftr' || event.value === null || read.get(event.reg) === event.value) continue;
    const is = read.get(event.reg);
    const found =
      is === undefined ? 'the trace has no ftr event of it' : `it is ${seenText(is)} in its ftr event`;
    return `${trace.header.kernel.name} reads ${event.reg} as ${hex(event.value)}, but ${found}`;
  }
  return null;
}
