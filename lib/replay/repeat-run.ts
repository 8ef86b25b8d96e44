/**
 * The recorded kernel on the lines of a trace, where an RMM or edits may answer otherwise than the recording. Of both sides is
 * held what a part of the trace holds, and each call that is answered otherwise, with the one before it.
 */
import { isKernelCall } from '../abi/background.js';
import { withCallers } from '../compare/callers.js';
import { type Action, answerDifferences, isOutput } from '../compare/events.js';
import { kindOfAction, type LineMark, newShortFlow } from '../compare/many-alike.js';
import { recordedKernel } from '../kernel/recorded.js';
import { limitsOf } from '../machine/limits.js';
import { type Playback, playback, replyOf } from '../machine/playback.js';
import type { RecordedCall } from '../machine/recorded-calls.js';
import type { SmcEvent, TraceEvent } from '../model/events.js';
import { countOf, newPartBuilder, numbered } from '../model/gaps.js';
import type { AsyncAsking, AsyncKernel, ConsoleLine } from '../model/port.js';
import { bad, good, type Result, type Trouble } from '../model/result.js';
import type { Trace } from '../model/trace.js';
import { isCallLine } from '../trace/call-line.js';
import type { EventLines } from '../trace/event-lines.js';
import { canonicalLine } from '../trace/layout.js';
import { readMatched } from '../trace/read-canonical.js';
import type { LongLimits } from './long-flow.js';
import { callsOf, newCallFilter } from './repeated.js';
import { type Run, type RunOnceOptions, replayOnce } from './run-once.js';
import { FILLS } from './unknowns.js';
import { newCollector, newTurns, type Unseen } from './unseen.js';

export interface RepeatOptions extends RunOnceOptions {
  readonly limits: LongLimits;
  readonly mark: LineMark;
  /** Takes the lines of the replay. */
  readonly onLine?: (line: string) => void;
}

export interface RepeatRun {
  readonly recorded: Trace;
  readonly run: Run;
  /** What was recorded, as far as it is held or has no counterpart. */
  readonly flow: readonly Action[];
  readonly unseen: Unseen;
  /** How many more calls were answered otherwise than are held. */
  readonly notHeld: number;
}

/** Trouble: that of the lines. */
export async function repeatRun(
  part: Trace,
  lines: EventLines,
  options: RepeatOptions,
): Promise<Result<RepeatRun>> {
  const known = withCallers(part);
  const { limits, mark } = options;
  const held = new Set<number>();
  const [recorded, replayed] = [newPartBuilder(), newPartBuilder()];
  recorded.pass(countOf(known.events));
  for (const { number, event } of numbered(known.events)) {
    held.add(number);
    recorded.keep(number, event);
  }
  const { others } = callsOf(known);
  const { status } = limitsOf(known.events);
  const flow = newShortFlow();
  const turns = newTurns();
  const collected = newCollector(status);
  const differing = { edited: 0, others: 0, notHeld: 0 };
  const isCall = newCallFilter();

  let current: RecordedCall | null = null;
  let made: TraceEvent[] = [];
  let before: { readonly call: RecordedCall; readonly number: number; readonly event: SmcEvent } | null =
    null;
  let failed: Trouble | null = null;

  const keepBoth = (call: RecordedCall, number: number, event: SmcEvent): void => {
    recorded.keep(call.number, call.call);
    replayed.keep(number, event);
    flow.keep({ number: call.number, event: call.call });
  };
  const done = (call: RecordedCall, event: SmcEvent): void => {
    const isHeld = held.has(call.number);
    const differs = !isHeld && isOtherwise(call.call, event) && isRoom(differing, event, limits.most);
    for (const each of made) if (isHeld || differs) replayed.push(each);
    if (!isHeld && !differs) replayed.pass(made.length);
    const number = replayed.length;
    const isOther = differs || (isHeld && isOtherwise(call.call, event));
    if (isOther && before !== null) keepBoth(before.call, before.number, before.event);
    if (isHeld || differs) keepBoth(call, number, event);
    before = isHeld || differs ? null : { call, number, event };
    made = [];
  };
  const into = (event: TraceEvent): void => {
    options.onLine?.(canonicalLine(event));
    if (event.type === 'mrs' || event.type === 'fact' || event.type === 'ftr' || event.type === 'fault') {
      replayed.push(event);
      return;
    }
    made.push(event);
    if (event.type !== 'smc' || current === null) return;
    collected.call(turns.call(event.fid), current.number, event);
    done(current, event);
  };
  const line = (event: TraceEvent, number: number): void => {
    if (!isOutput(event)) return;
    if (number <= limits.first) flow.keep({ number, event });
    else flow.pass(kindOfAction(event, mark), { number, event });
  };
  async function* calls(): AsyncGenerator<RecordedCall, void> {
    let number = 0;
    let console: ConsoleLine[] = [];
    for await (const batch of lines()) {
      if (!batch.ok) {
        failed = batch.trouble;
        return;
      }
      for (const text of batch.value) {
        number += 1;
        if (!READ.test(text) || others.has(number) || (isCallLine(text) && isCall(text) === false)) continue;
        const event = readMatched(text);
        if (event.type === 'console')
          console.push({ src: event.src === 'el3' ? 'el3' : 'rmm', text: event.text });
        else if (event.type !== 'smc') line(event, number);
        else if (isKernelCall(event)) {
          yield { number, call: event, console };
          console = [];
        }
      }
    }
  }
  const all = calls();
  async function* boot(): AsyncAsking<number> {
    // Not `for await`: a replay that ends early leaves the calls behind it to be counted.
    for (let next = await all.next(); next.done !== true; next = await all.next()) {
      current = next.value;
      yield* recordedKernel([current.call], part.header.scope).boot();
    }
    return 0;
  }
  const kernel: AsyncKernel = { ...recordedKernel([], part.header.scope), boot };
  const { state } = playback(known.events);
  const take = (): RecordedCall => {
    if (current === null) throw new Error('a call is asked for that was not read');
    return current;
  };
  const tape: Playback = { state, take, unanswered: [], call: ({ cc }) => replyOf(take(), cc) };
  const run = await replayOnce(known, kernel, options, FILLS[0], { tape, into });
  for await (const { number, call } of all) flow.pass(kindOfAction(call, mark), { number, event: call });
  if (failed !== null) return bad(failed);
  return good({
    recorded: { ...known, events: recorded.events() },
    run: { ...run, events: replayed.events() },
    flow: flow.end(),
    unseen: collected.all(),
    notHeld: differing.notHeld,
  });
}

const READ = /^\{"type":"(?:smc|log|warn|return|console)"/;

function isOtherwise(recorded: SmcEvent, replayed: SmcEvent): boolean {
  return replayed.rule !== recorded.rule || answerDifferences(recorded, replayed).length > 0;
}

/** What an edit made counts by itself: nothing else is left out for it. */
function isRoom(
  differing: { edited: number; others: number; notHeld: number },
  { rule }: SmcEvent,
  most: number,
): boolean {
  const kind = rule === undefined ? 'others' : 'edited';
  differing[kind] += 1;
  if (differing[kind] <= most) return true;
  differing.notHeld += 1;
  return false;
}
