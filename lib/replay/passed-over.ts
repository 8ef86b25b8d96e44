/**
 * A trace that is held in part is gone through for one replay: its flow (long-flow.ts) is the same as if it were held as a
 * whole, without most of its lines being read.
 */
import { isKernelCall } from '../abi/background.js';
import { callId } from '../abi/smccc.js';
import { type Action, isAction } from '../compare/events.js';
import { callKind, mayBeIn } from '../compare/many-alike.js';
import type { SmcEvent, TraceEvent } from '../model/events.js';
import type { Numbered } from '../model/gaps.js';
import { good, type Result } from '../model/result.js';
import { callLine, isCallLine } from '../trace/call-line.js';
import { type EventLines, eachLine } from '../trace/event-lines.js';
import { readMatched } from '../trace/read-canonical.js';
import { isVersion, keyOf, type Likes, newFlow } from './long-flow.js';

export interface Passed {
  readonly flow: readonly Action[];
  /** The calls that the replay may have been answered with, each after the console lines before it. */
  readonly calls: readonly Numbered<TraceEvent>[];
}

/** Goes through a trace that is held in part. Trouble: that of its lines. */
export type FlowOf = (likes: Likes) => Promise<Result<Passed>>;

/** So many replays of a trace, each of which did other things, are known without going through it again. */
const KNOWN = 16;

/** Replays that did the same things get the same flow: who replays a trace many times goes through it a few times. */
export function flowsOf(lines: EventLines): FlowOf {
  const known = new Map<string, Result<Passed>>();
  return async likes => {
    const key = keyOf(likes);
    const flow = known.get(key) ?? (await flowOfLines(lines, likes));
    known.delete(key);
    known.set(key, flow);
    const [oldest] = known.size > KNOWN ? known.keys() : [];
    if (oldest !== undefined) known.delete(oldest);
    return flow;
  };
}

/** The same of lines, and which calls a replay needs. Trouble: that of the lines. */
async function flowOfLines(lines: EventLines, likes: Likes): Promise<Result<Passed>> {
  const { limits } = likes;
  const flow = newFlow(likes);
  const callOf = callReader(likes);
  const needed = new Map<number, TraceEvent>();
  /** What stands before the next call, from the first console line on: a call is held with it, so that no line is missing. */
  let before: NumberedLine[] = [];
  let tooMany = false;
  let number = 0;
  let again = false;
  let last: { readonly text: string; readonly event: SmcEvent } | null = null;

  const need = (event: SmcEvent): void => {
    if (tooMany) again = true;
    for (const each of before) needed.set(each.number, readMatched(each.text));
    needed.set(number, event);
  };
  const aside = (text: string): void => {
    if (before.length === 0 && !text.startsWith(CONSOLE)) return;
    if (before.length < limits.console) before.push({ number, text });
    else tooMany = true;
  };
  const call = (text: string): void => {
    const seen = callOf(text);
    if (seen !== null && !seen.isKernels) {
      aside(text);
      return;
    }
    const isCounted = seen !== null && !seen.mayBe && number > limits.first;
    if (!isCounted || !flow.another(seen.kind, number)) {
      const event: SmcEvent | TraceEvent = last?.text === text ? last.event : readMatched(text);
      if (event.type !== 'smc') return;
      if (seen === null && !isKernelCall(event)) {
        aside(text);
        return;
      }
      last = { text, event };
      if (flow.take({ number, event })) need(event);
    }
    before = [];
    tooMany = false;
  };

  const gone = await eachLine(lines, (text, at) => {
    number = at;
    if (isCallLine(text)) call(text);
    else {
      aside(text);
      const event = ACTION.test(text) ? readMatched(text) : null;
      if (event !== null && isAction(event)) flow.take({ number, event });
    }
    return 'next';
  });
  if (!gone.ok) return gone;
  // So many lines before a call that is asked for: it is held with them.
  if (again)
    return flowOfLines(lines, { ...likes, limits: { ...limits, console: Number.POSITIVE_INFINITY } });
  return good({
    flow: flow.end(),
    calls: [...needed].map(([at, event]) => ({ number: at, event })),
  });
}

interface NumberedLine {
  readonly number: number;
  readonly text: string;
}

const CONSOLE = '{"type":"console"';
const ACTION = /^\{"type":"(?:log|warn|return)"/;

interface SeenCall {
  readonly isKernels: boolean;
  readonly mayBe: boolean;
  readonly kind: string;
}

/** What a line of a call says, by the part of it that calls share; `null` where it is to be read. */
function callReader({ actions }: Likes): (text: string) => SeenCall | null {
  const known = new Map<string, SeenCall>();
  return text => {
    const line = callLine(text);
    if (line === null || text.includes(',"by":', line.end)) return null;
    const key = text.slice(line.from, line.args);
    const found = known.get(key);
    if (found !== undefined) return found;
    const event = readMatched(text);
    if (event.type !== 'smc') return null;
    const seen = {
      isKernels: isKernelCall(event),
      mayBe: mayBeIn(actions, event) || isVersion(event),
      kind: callKind(callId(event.fid)),
    };
    known.set(key, seen);
    return seen;
  };
}
