/** The calls of a trace as requests are held against them. */
import { isKernelCall } from '../abi/background.js';
import { argumentsOf, callId } from '../abi/smccc.js';
import type { SmcEvent, TraceEvent } from '../model/events.js';
import { isGap, lengthOf } from '../model/gaps.js';
import { memoryDifferences } from '../model/memory.js';
import type { ConsoleLine, SmcRequest } from '../model/port.js';
import { hex, type Seen } from '../model/u64.js';

/** A recorded call, the number that `show` gives it, from 1, and the console lines that were printed before it. */
export interface RecordedCall {
  readonly number: number;
  readonly call: SmcEvent;
  readonly console: readonly ConsoleLine[];
}

/** One register in which a request differs from a recorded one, x0 being the FID, or one word of memory. */
export interface RegisterDifference {
  readonly register: string;
  readonly recorded: string;
  readonly asked: string;
}

/** The calls that a trace's kernel made, without the background ones. */
export function kernelCalls(events: readonly TraceEvent[]): RecordedCall[] {
  const found: RecordedCall[] = [];
  // Most calls have none, and share the empty list.
  const none: readonly ConsoleLine[] = [];
  let console: ConsoleLine[] = [];
  let number = 0;
  for (const event of events) {
    number += lengthOf(event);
    // Whose the lines before events that are not held were, nobody can say.
    if (isGap(event)) console = [];
    if (event.type === 'console')
      console.push({ src: event.src === 'el3' ? 'el3' : 'rmm', text: event.text });
    if (event.type !== 'smc' || !isKernelCall(event)) continue;
    found.push({ number, call: event, console: console.length === 0 ? none : console });
    if (console.length > 0) console = [];
  }
  return found;
}

/** The registers in which a request differs from a recorded one, x0 first. */
export function requestDifferences(
  recorded: SmcEvent,
  request: Pick<SmcRequest, 'cc' | 'fid' | 'mem'> & { readonly args: readonly Seen[] },
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
  for (const { place, a, b } of memoryDifferences(recorded.mem, request.mem, 'call'))
    differences.push({ register: place, recorded: hex(a), asked: hex(b) });
  return differences;
}
