/** The first run of a replay, with every unknown 0, and what of its recording it is compared with. */
import type { Pair } from '../compare/align.js';
import { withCallers } from '../compare/callers.js';
import type { LongWay } from '../compare/causes.js';
import type { Action } from '../compare/events.js';
import { type Ignore, NOTHING } from '../compare/ignore.js';
import { actionsOf, type LineMark, withoutRepeats } from '../compare/many-alike.js';
import type { LogEvent, TraceEvent } from '../model/events.js';
import { countOf, type Numbered, newPartBuilder, numbered } from '../model/gaps.js';
import type { AsyncKernel } from '../model/port.js';
import { good, type Result } from '../model/result.js';
import type { Trace } from '../model/trace.js';
import type { EventLines } from '../trace/event-lines.js';
import { canonicalLine } from '../trace/layout.js';
import { flowOfEvents, isSameFor, LONG_LIMITS, type LongLimits } from './long-flow.js';
import type { FlowOf } from './passed-over.js';
import { repeatRun } from './repeat-run.js';
import { type Run, type RunOnceOptions, replayOnce } from './run-once.js';
import { FILLS } from './unknowns.js';
import type { Unseen } from './unseen.js';

export interface FirstRunOptions extends RunOnceOptions {
  /** What is left out of the comparison. Default: nothing. */
  readonly ignore?: Ignore;
  /** Of a trace that is held in part, all of it. Default: the trace is held as a whole, or its calls are repeated. */
  readonly flowOf?: FlowOf;
  /** The same where its calls are repeated, and answered otherwise than recorded. */
  readonly repeated?: { readonly lines: EventLines; readonly onLine?: (line: string) => void };
  /** From what size on a trace is compared otherwise than event by event, and how. */
  readonly long?: LongLimits;
}

export interface FirstRun {
  readonly recorded: Trace;
  readonly run: Run;
  /** `null`: event by event. */
  readonly way: LongWay | null;
  /** Of a trace that is held in part and whose calls are repeated: what nobody saw of all its answers. */
  readonly unseen?: Unseen;
  /** How many more answers differ than those that are held. */
  readonly notHeld: number;
}

/**
 * A long recording is gone through for what the run did, too. Where it is held in part, that may bring up answers that the
 * kernel should have been given: then it runs again. Trouble: that of the lines.
 */
export async function firstRun(
  trace: Trace,
  kernel: AsyncKernel,
  options: FirstRunOptions,
): Promise<Result<FirstRun>> {
  const { ignore = NOTHING, long: limits = LONG_LIMITS, flowOf } = options;
  const mark: LineMark = log => `${kernel.models(log)} ${ignore.pair(alone(log))}`;
  const marks = { mark, limits, by: JSON.stringify([kernel.name, kernel.wants, ignore.rules]) };
  const shortened = (pairs: readonly Pair[]) => withoutRepeats(pairs, limits.row, mark);
  const ran = (recorded: Trace) => replayOnce(recorded, kernel, options, FILLS[0]);

  if (options.repeated !== undefined) {
    const repeated = await repeatRun(trace, options.repeated.lines, {
      ...options,
      ...options.repeated,
      limits,
      mark,
    });
    if (!repeated.ok) return repeated;
    const { flow, ...others } = repeated.value;
    return good({ ...others, way: { flow, shortened } });
  }
  let held = trace;
  let recorded = withCallers(held);
  let run = await ran(recorded);
  // One of few events may be as large.
  const isLong = flowOf !== undefined || countOf(held.events) > limits.events;
  if (!isLong || kernel.name === 'recorded') {
    const way = isLong || run.events.length > limits.events ? { flow: null, shortened } : null;
    return good({ recorded, run, way, notHeld: 0 });
  }
  for (;;) {
    const likes = { ...marks, actions: actionsOf(run.events) };
    if (flowOf === undefined) {
      const flow = flowOfEvents(recorded.events, likes);
      return good({ recorded, run, way: { flow, shortened }, notHeld: 0 });
    }
    const passed = await flowOf(likes);
    if (!passed.ok) return passed;
    const more = withHeld(held, passed.value.calls);
    if (more !== null) {
      held = more;
      recorded = withCallers(held);
      run = await ran(recorded);
    }
    const flow = ofKernel(passed.value.flow, recorded.events);
    if (more === null || isSameFor({ ...marks, actions: actionsOf(run.events) }, likes))
      return good({ recorded, run, way: { flow, shortened }, notHeld: 0 });
  }
}

/** As a line that one side alone has. */
function alone(event: LogEvent): Pair {
  return { relation: 'missing', a: { number: 1, event }, b: null, differs: [] };
}

/** Without calls that the trace as a whole proves to be the firmware's. */
function ofKernel(flow: readonly Action[], events: readonly TraceEvent[]): readonly Action[] {
  const others = new Set<number>();
  for (const { number, event } of numbered(events))
    if (event.type === 'smc' && event.by === 'firmware') others.add(number);
  return others.size === 0 ? flow : flow.filter(({ number }) => !others.has(number));
}

/** The trace with these events held as well; `null` where all of them are. */
export function withHeld(trace: Trace, more: readonly Numbered<TraceEvent>[]): Trace | null {
  const all = newPartBuilder();
  all.pass(countOf(trace.events));
  const held = new Map<number, TraceEvent>();
  for (const { number, event } of numbered(trace.events)) {
    held.set(number, event);
    all.keep(number, event);
  }
  if (more.every(({ number, event }) => isSame(held.get(number), event))) return null;
  for (const { number, event } of more) all.keep(number, event);
  return { ...trace, events: all.events() };
}

function isSame(a: TraceEvent | undefined, b: TraceEvent): boolean {
  return a !== undefined && (a === b || canonicalLine(a) === canonicalLine(b));
}
