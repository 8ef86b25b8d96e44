/**
 * The recorded kernel on a trace that is held in part. It makes the recorded calls in their order, so each is answered as it
 * was recorded: of the n-th request all before were answered by their own calls. What it replays is known line by line.
 */
import { isKernelCall } from '../abi/background.js';
import { recordedKernel } from '../kernel/recorded.js';
import { replyOf } from '../machine/playback.js';
import type { SmcEvent, TraceEvent } from '../model/events.js';
import { lengthOf } from '../model/gaps.js';
import type { Machine } from '../model/port.js';
import { good, type Result } from '../model/result.js';
import type { Trace } from '../model/trace.js';
import { runSync } from '../run.js';
import { type CallLine, callLine, isAllSeen, isCallLine, remarksIn } from '../trace/call-line.js';
import type { EventLines } from '../trace/event-lines.js';
import { canonicalLine } from '../trace/layout.js';
import { readMatched } from '../trace/read-canonical.js';
import { type LargeText, textOfLines } from '../trace/rewrite.js';

/** The events that the call of a recording becomes; the last is a fault or a call that never came back where the replay ends. */
export function repeatedCall(call: SmcEvent): readonly TraceEvent[] {
  const machine: Machine = {
    state: NO_STATE,
    call: ({ cc }) => replyOf({ number: 1, call, console: [] }, cc),
  };
  return runSync(recordedKernel([call], 'rmi'), machine);
}

const NO_STATE: Machine['state'] = { mrs: new Map(), facts: new Map(), ftr: new Map() };

export function isLastOf(events: readonly TraceEvent[]): boolean {
  const last = events.at(-1);
  return last?.type === 'fault' || (last?.type === 'smc' && last.res === null);
}

/** Whether a line is a call of the kernel; `null`: it is to be read. */
export function newCallFilter(): (text: string) => boolean | null {
  const known = new Map<string, boolean>();
  return text => {
    const call = callLine(text);
    if (call === null) return false;
    if (text.includes(',"by":', call.end)) return null;
    const key = text.slice(call.from, call.args);
    const found = known.get(key);
    if (found !== undefined) return found;
    const event = readMatched(text);
    const isKernels = event.type === 'smc' && isKernelCall(event);
    known.set(key, isKernels);
    return isKernels;
  };
}

/**
 * The replay of `recorded`, a part of the trace that has these `lines`, as text. `replayed`: what the replay of that part came
 * to.
 */
export function repeatedText(recorded: Trace, replayed: Trace, lines: EventLines): LargeText {
  return textOfLines(replayed, () => repeatedLines(recorded, replayed, lines));
}

async function* repeatedLines(
  recorded: Trace,
  replayed: Trace,
  lines: EventLines,
): AsyncGenerator<Result<readonly string[]>, void> {
  yield good(replayed.events.filter(isState).map(canonicalLine));
  const { last, others } = callsOf(recorded);
  const isCall = newCallFilter();
  let number = 0;
  for await (const batch of lines()) {
    if (!batch.ok) return yield batch;
    const made: string[] = [];
    for (const text of batch.value) {
      number += 1;
      if (number > last) break;
      if (text.startsWith(CONSOLE)) made.push(consoleLine(text));
      if (!isCallLine(text) || others.has(number) || isCall(text) === false) continue;
      const plain = plainCall(text);
      if (plain !== null) {
        made.push(plain);
        continue;
      }
      const call = readMatched(text);
      if (call.type !== 'smc' || !isKernelCall(call)) continue;
      const events = repeatedCall(call);
      for (const event of events) made.push(canonicalLine(event));
      if (isLastOf(events)) return yield good(made);
    }
    yield good(made);
    if (number > last) return;
  }
}

const CONSOLE = '{"type":"console"';

function isState({ type }: TraceEvent): boolean {
  return type === 'mrs' || type === 'fact' || type === 'ftr';
}

/** The number of the last call that is repeated, and those of calls that are proven to be the firmware's. */
export function callsOf({ events }: Pick<Trace, 'events'>): {
  readonly last: number;
  readonly others: ReadonlySet<number>;
} {
  const others = new Set<number>();
  let [number, last] = [0, 0];
  for (const event of events) {
    number += lengthOf(event);
    if (event.type !== 'smc') continue;
    if (event.by === 'firmware') others.add(number);
    if (isKernelCall(event)) last = number;
  }
  return { last, others };
}

function consoleLine(text: string): string {
  const event = readMatched(text);
  if (event.type !== 'console') throw new Error('a line of a console');
  return canonicalLine({ type: 'console', text: event.text, src: event.src === 'el3' ? 'el3' : 'rmm' });
}

/** A call whose registers were all seen, without what a replay does not write; `null` where it takes more than that. */
function plainCall(text: string): string | null {
  const call = callLine(text);
  if (call === null || !isAllSeen(text, call)) return null;
  if (mayReplayMore(text, call)) return null;
  // By 1.2 zeros at the end are left out.
  if (text.startsWith(ZERO_AT_END, call.end - ZERO_AT_END.length) && text.includes(NEW)) return null;
  return `${text.slice(0, call.end)}}`;
}

/** Whether there may be more to replay than a call's registers. */
export function mayReplayMore(text: string, call: CallLine): boolean {
  return remarksIn(text, call) !== '' && KEPT.test(text.slice(call.end));
}

/** What may stand behind the registers and be replayed, or decide what is. */
const KEPT = /"(?:junk|mem|by|rule|res)"/;
const ZERO_AT_END = ',"0x0"]';
const NEW = ',"cc":"1.2"';
