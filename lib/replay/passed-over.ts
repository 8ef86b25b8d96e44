/**
 * A trace that is held in part is gone through for one replay: its flow (long-flow.ts) is the same as if it were held as a
 * whole, without most of its lines being read.
 */
import { isKernelCall } from '../abi/background.js';
import { callId } from '../abi/smccc.js';
import type { Action } from '../compare/events.js';
import { callKind, mayBeIn } from '../compare/many-alike.js';
import type { SmcEvent, TraceEvent } from '../model/events.js';
import type { Numbered } from '../model/gaps.js';
import { newLoopTurn } from '../model/loop-turn.js';
import { good, type Result } from '../model/result.js';
import { readMatched } from '../trace/read-canonical.js';
import { isAction, isVersion, keyOf, type Likes, newFlow } from './long-flow.js';

/** The lines of a trace that is held in part, in order, in batches. */
export type Lines = () => AsyncIterable<Result<readonly string[]>>;

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
export function flowsOf(lines: Lines): FlowOf {
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
async function flowOfLines(lines: Lines, likes: Likes): Promise<Result<Passed>> {
  const { limits } = likes;
  const flow = newFlow(likes);
  const callOf = callReader(likes);
  const needed = new Map<number, TraceEvent>();
  /** What stands before the next call from the first line of a console on: it is held with the call, so that nothing lacks. */
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

  const turn = newLoopTurn(TURN);
  for await (const batch of lines()) {
    if (!batch.ok) return batch;
    await turn();
    for (const text of batch.value) {
      number += 1;
      if (text.startsWith(CALL)) call(text);
      else {
        aside(text);
        if (!DEED.test(text)) continue;
        const event = readMatched(text);
        if (isAction(event)) flow.take({ number, event });
      }
    }
  }
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

/** Batches between two turns of the event loop: some megabytes. */
const TURN = 16;
const CALL = '{"type":"smc"';
const CONSOLE = '{"type":"console"';
const DEED = /^\{"type":"(?:log|warn|return)"/;

interface SeenCall {
  readonly isKernels: boolean;
  readonly mayBe: boolean;
  readonly kind: string;
}

/** What a line of a call says, by the part of it that calls share; `null` where it is to be read. */
function callReader({ deeds }: Likes): (text: string) => SeenCall | null {
  const known = new Map<string, SeenCall>();
  return text => {
    const from = text.indexOf(',"from":');
    const args = text.indexOf(',"args":', from);
    if (from < 0 || args < 0 || text.includes(',"by":', args)) return null;
    const key = text.slice(from, args);
    const found = known.get(key);
    if (found !== undefined) return found;
    const event = readMatched(text);
    if (event.type !== 'smc') return null;
    const seen = {
      isKernels: isKernelCall(event),
      mayBe: mayBeIn(deeds, event) || isVersion(event),
      kind: callKind(callId(event.fid)),
    };
    known.set(key, seen);
    return seen;
  };
}
