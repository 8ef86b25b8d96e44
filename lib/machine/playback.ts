/**
 * A recorded trace as a machine. It answers a request only with an answer that was recorded for the same request: same
 * FID but for the SVE hint, same conduit, same value in every register that both callers set and in every word of memory
 * that both hand over; the n-th such request gets the n-th such answer. Any other request has no answer: a refusal of 2.0 says nothing about 1.0.
 */
import { RETURNED, returnedIn } from '../abi/smccc.js';
import type { CallingConvention, TraceEvent } from '../model/events.js';
import { GIVEN } from '../model/inferred.js';
import type { Machine, MachineState, Reply, SmcRequest } from '../model/port.js';
import { hex, type Seen } from '../model/u64.js';
import { limitsOf } from './limits.js';
import { newPile } from './pile.js';
import {
  kernelCalls,
  type RecordedCall,
  type RegisterDifference,
  requestDifferences,
} from './recorded-calls.js';

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
  const pile = newPile(kernelCalls(events));
  const unanswered: Unanswered[] = [];
  const limits = limitsOf(events);
  const limited = (found: RecordedCall, cc: CallingConvention): Reply => {
    const reply = replyOf(found, cc);
    const limit = limits.status.get(found.number);
    return reply.kind === 'answer' && limit !== undefined ? { ...reply, limit } : reply;
  };
  const endless = events.some(event => event.type === 'fault' && event.code === 'step-limit');

  const take = (request: SmcRequest): RecordedCall | Unanswered => {
    const found = pile.take(request);
    if (found !== null) return found;
    const nearest = pile.nearest(request);
    const differs = nearest === null ? [] : requestDifferences(nearest.call, request);
    const missing = { request, nearest, differs };
    unanswered.push(missing);
    return missing;
  };

  return {
    state: { ...recordedState(events), ...(limits.state.size === 0 ? {} : { limits: limits.state }) },
    take,
    unanswered,
    call(request): Reply {
      const found = take(request);
      if ('call' in found) return limited(found, request.cc);
      if (endless && isOnceMore(found)) {
        unanswered.pop();
        return { kind: 'fault', code: 'step-limit', text: 'the recording ended here, at its step limit' };
      }
      if (options.answerAnyway === true && found.nearest !== null) return limited(found.nearest, request.cc);
      return { kind: 'fault', code: 'unanswered', text: explanation(found) };
    },
  };
}

/** Whether the request was recorded, and only its answers are used up. */
function isOnceMore({ request, nearest, differs }: Unanswered): boolean {
  return nearest !== null && differs.length === 0 && nearest.call.via === request.via;
}

/** As many registers as the caller reads; those that a 1.1 recording lacks are unknown. */
export function replyOf(found: RecordedCall, cc: CallingConvention): Reply {
  const { res, rule, inferred } = found.call;
  const marks = { console: found.console, ...(rule === undefined ? {} : { rule }) };
  if (res === null && inferred?.res !== undefined) {
    return {
      kind: 'fault',
      code: 'unanswered',
      text: `event ${found.number} was not answered when it was recorded`,
      event: found.number,
    };
  }
  if (res === null) return { kind: 'silence', event: found.number, ...marks };
  const wanted = Array.from({ length: RETURNED[cc] }, (_, x) => returnedIn(found.call, x));
  const after = found.call.mem?.filter(({ at }) => at === 'return') ?? [];
  const mem = after.length === 0 ? {} : { mem: after };
  const given = inferred?.res === GIVEN ? { given: true as const } : {};
  return { kind: 'answer', res: wanted, ...mem, ...given, event: found.number, ...marks };
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
    if (event.type === 'mrs') {
      const values = mrs.get(event.reg) ?? [];
      // CPUs that a trace leaves out are unknown.
      while (values.length < event.cpu) values.push(null);
      values[event.cpu] = event.value;
      mrs.set(event.reg, values);
    }
    if (event.type === 'fact') facts.set(event.name, event.value);
    if (event.type === 'ftr') ftr.set(event.reg, event.value);
  }
  // A sanitised register is derived where there are raw ones, and then no input.
  for (const reg of mrs.keys()) ftr.delete(reg);
  return { mrs, facts, ftr };
}
