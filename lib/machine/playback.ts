/**
 * A recorded trace as a machine. It answers a request only with an answer that was recorded for the same request: same
 * FID but for the SVE hint, same conduit, same value in every register that both callers set; the n-th such request
 * gets the n-th such answer. Any other request has no answer: a refusal of 2.0 says nothing about 1.0.
 */
import { isKernelCall } from '../abi/background.js';
import { argumentsOf, callId, RETURNED, returnedIn } from '../abi/smccc.js';
import type { CallingConvention, SmcEvent, TraceEvent } from '../model/events.js';
import type { ConsoleLine, Machine, MachineState, Reply, SmcRequest } from '../model/port.js';
import { hex, type Seen } from '../model/u64.js';

/** A recorded call, the number that `show` gives it, from 1, and the console lines that were printed before it. */
export interface RecordedCall {
  readonly number: number;
  readonly call: SmcEvent;
  readonly console: readonly ConsoleLine[];
}

/** One register in which a request differs from a recorded one: x0 is the FID. */
export interface RegisterDifference {
  readonly register: string;
  readonly recorded: string;
  readonly asked: string;
}

/** A request that the recording has no answer for, and the recorded request that came nearest. */
export interface Unanswered {
  readonly request: SmcRequest;
  readonly nearest: RecordedCall | null;
  /** Empty where the nearest is the same request, and its answers were all given already. */
  readonly differs: readonly RegisterDifference[];
}

export interface PlaybackOptions {
  /** Give the nearest answer where there is none. Default false. */
  readonly answerAnyway?: boolean;
}

export interface Playback extends Machine {
  /** Takes the recorded call whose answer the next such request gets. */
  take(request: SmcRequest): RecordedCall | Unanswered;
  /** The requests that had no answer, in order; with `answerAnyway`, those that were given the nearest. */
  readonly unanswered: readonly Unanswered[];
}

export function playback(events: readonly TraceEvent[], options: PlaybackOptions = {}): Playback {
  const pile = kernelCalls(events);
  const unanswered: Unanswered[] = [];
  const endless = events.some(event => event.type === 'fault' && event.code === 'step-limit');

  const take = (request: SmcRequest): RecordedCall | Unanswered => {
    const at = pile.findIndex(recorded => sameRequest(recorded.call, request));
    const [found] = at < 0 ? [] : pile.splice(at, 1);
    if (found !== undefined) return found;
    const missing = explain(kernelCalls(events), pile, request);
    unanswered.push(missing);
    return missing;
  };

  return {
    state: recordedState(events),
    take,
    unanswered,
    call(request): Reply {
      const found = take(request);
      if ('call' in found) return replyOf(found, request.cc);
      if (endless && isOnceMore(found)) {
        unanswered.pop();
        return { kind: 'fault', code: 'step-limit', text: 'the recording ended here, at its step limit' };
      }
      if (options.answerAnyway === true && found.nearest !== null) return replyOf(found.nearest, request.cc);
      return { kind: 'fault', code: 'unanswered', text: explanation(found) };
    },
  };
}

/** Whether the request was recorded, and only its answers are used up. */
function isOnceMore({ request, nearest, differs }: Unanswered): boolean {
  return nearest !== null && differs.length === 0 && nearest.call.via === request.via;
}

/** The calls that a trace's kernel made, without the background ones. */
export function kernelCalls(events: readonly TraceEvent[]): RecordedCall[] {
  const found: RecordedCall[] = [];
  let console: ConsoleLine[] = [];
  for (const [at, event] of events.entries()) {
    if (event.type === 'console')
      console.push({ src: event.src === 'el3' ? 'el3' : 'rmm', text: event.text });
    if (event.type !== 'smc' || !isKernelCall(event)) continue;
    found.push({ number: at + 1, call: event, console });
    console = [];
  }
  return found;
}

/** Whether two callers asked the same: compared are the registers that both of them set and that were seen. */
function sameRequest(recorded: SmcEvent, request: SmcRequest): boolean {
  return recorded.via === request.via && requestDifferences(recorded, request).length === 0;
}

/** The registers in which a request differs from a recorded one, x0 first. */
export function requestDifferences(
  recorded: SmcEvent,
  request: Pick<SmcRequest, 'cc' | 'fid'> & { readonly args: readonly Seen[] },
): readonly RegisterDifference[] {
  const [theirs, ours] = [argumentsOf(recorded), argumentsOf(request)];
  const both = Math.min(theirs.length, ours.length);
  const differences: RegisterDifference[] = [];
  if (callId(recorded.fid) !== callId(request.fid)) {
    differences.push({ register: 'x0', recorded: hex(recorded.fid), asked: hex(request.fid) });
  }
  for (let at = 0; at < both; at++) {
    const [was, is] = [theirs[at] ?? null, ours[at] ?? null];
    if (was === null || is === null || was === is) continue;
    differences.push({ register: `x${at + 1}`, recorded: hex(was), asked: hex(is) });
  }
  return differences;
}

/** As many registers as the caller reads; those that a 1.1 recording lacks are unknown. */
function replyOf(found: RecordedCall, cc: CallingConvention): Reply {
  const { res, rule, inferred } = found.call;
  const marks = { console: found.console, ...(rule === undefined ? {} : { rule }) };
  if (res === null && inferred?.res !== undefined) {
    return {
      kind: 'fault',
      code: 'unanswered',
      text: `event ${found.number} was not answered when it was recorded`,
    };
  }
  if (res === null) return { kind: 'silence', event: found.number, ...marks };
  const wanted = Array.from({ length: RETURNED[cc] }, (_, x) => returnedIn(found.call, x));
  return { kind: 'answer', res: wanted, event: found.number, ...marks };
}

/** The nearest: same FID and fewest differing registers; one that is still to be answered before one that was. */
function explain(
  all: readonly RecordedCall[],
  pile: readonly RecordedCall[],
  request: SmcRequest,
): Unanswered {
  const rank = (recorded: RecordedCall) => {
    const used = pile.includes(recorded) ? 0 : 1;
    return 2 * requestDifferences(recorded.call, request).length + used;
  };
  const sameFid = all.filter(recorded => callId(recorded.call.fid) === callId(request.fid));
  const nearest = sameFid.toSorted((a, b) => rank(a) - rank(b))[0] ?? null;
  return { request, nearest, differs: nearest === null ? [] : requestDifferences(nearest.call, request) };
}

function explanation({ request, nearest, differs }: Unanswered): string {
  const asked = `nothing was recorded for ${[request.fid, ...request.args].map(hex).join(' ')}`;
  if (nearest === null) return `${asked}: no recorded call has that FID`;
  if (differs.length === 0) {
    const why =
      nearest.call.via === request.via ? 'its answer was given already' : `it went by ${nearest.call.via}`;
    return `${asked}: event ${nearest.number} is the same request, but ${why}`;
  }
  const where = differs.map(d => `${d.register} is ${d.asked}, recorded ${d.recorded}`).join('; ');
  return `${asked}: event ${nearest.number} comes nearest (${where})`;
}

function recordedState(events: readonly TraceEvent[]): MachineState {
  const mrs = new Map<string, Seen[]>();
  const facts = new Map<string, string | number | boolean>();
  const ftr = new Map<string, Seen>();
  for (const event of events) {
    if (event.type === 'mrs') mrs.set(event.reg, withValue(mrs.get(event.reg) ?? [], event.cpu, event.value));
    if (event.type === 'fact') facts.set(event.name, event.value);
    if (event.type === 'ftr') ftr.set(event.reg, event.value);
  }
  // A sanitised register is derived where there are raw ones, and then no input.
  for (const reg of mrs.keys()) ftr.delete(reg);
  return { mrs, facts, ftr };
}

/** CPUs that a trace leaves out are unknown. */
function withValue(values: readonly Seen[], cpu: number, value: Seen): Seen[] {
  const filled = Array.from({ length: Math.max(values.length, cpu + 1) }, (_, at) => values[at] ?? null);
  filled[cpu] = value;
  return filled;
}
