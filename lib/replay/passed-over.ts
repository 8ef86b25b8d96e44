/**
 * The actions of a recording that is too long to be compared event by event. What the replay has nothing like is counted by
 * its kind; of equal calls one after another only as many as the replay may have taken stay by themselves. From the lines of a
 * large trace the same is made as from events, without most of them being read.
 */
import { isKernelCall } from '../abi/background.js';
import { RMI_VERSION } from '../abi/rmi-commands.js';
import { callId } from '../abi/smccc.js';
import type { Action, FlowEvent } from '../compare/events.js';
import {
  callKind,
  type Deeds,
  kindOfAction,
  type LineMark,
  mayBeIn,
  newShortFlow,
} from '../compare/many-alike.js';
import type { SmcEvent, TraceEvent } from '../model/events.js';
import { type Numbered, numbered } from '../model/gaps.js';
import { newLoopTurn } from '../model/loop-turn.js';
import { good, type Result } from '../model/result.js';
import type { U64 } from '../model/u64.js';
import { readMatched } from '../trace/read-canonical.js';

export interface LongLimits {
  /** Longer traces are compared so. */
  readonly events: number;
  /** So many events from the beginning on stand for themselves. */
  readonly first: number;
  /** Of equal calls one after another so many at each end stand for themselves, where the replay has no more of them. */
  readonly equal: number;
  /** More actions in a row that one side alone has are counted. */
  readonly row: number;
  /** So many differences are reported. */
  readonly most: number;
  /** So many console lines before a call are held while it is not known whether it is asked for. */
  readonly console: number;
}

export const LONG_LIMITS: LongLimits = {
  events: 10_000,
  first: 1000,
  equal: 4096,
  row: 16,
  most: 10_000,
  console: 4096,
};

/** The lines of a trace that is held in part, in order, in batches. */
export type Lines = () => AsyncIterable<Result<readonly string[]>>;

/** What of a recording the replay may have something like. */
export interface Likes {
  readonly deeds: Deeds;
  readonly mark: LineMark;
  readonly limits: LongLimits;
}

/** The flow of a trace that is held as a whole. */
export function flowOfEvents(events: readonly TraceEvent[], likes: Likes): readonly Action[] {
  const flow = newFlow(likes);
  for (const { number, event } of numbered(events)) if (isAction(event)) flow.take({ number, event });
  return flow.end();
}

export interface Passed {
  readonly flow: readonly Action[];
  /** The calls that the replay may have been answered with, each after the console lines and the call before it. */
  readonly calls: readonly Numbered<TraceEvent>[];
}

/** The same of lines, and which calls a replay needs. Trouble: that of the lines. */
export async function flowOfLines(lines: Lines, likes: Likes): Promise<Result<Passed>> {
  const { limits } = likes;
  const flow = newFlow(likes);
  const callOf = callReader(likes);
  const needed = new Map<number, TraceEvent>();
  /** What stands before the next call: the lines of consoles, or where the first of too many is. */
  let consoles: NumberedLine[] = [];
  let before: NumberedLine | null = null;
  let tooMany = false;
  let number = 0;
  let again = false;
  let last: { readonly text: string; readonly event: SmcEvent } | null = null;

  const need = (event: SmcEvent): void => {
    if (tooMany) again = true;
    for (const each of before === null ? consoles : [before, ...consoles])
      needed.set(each.number, readMatched(each.text));
    needed.set(number, event);
  };
  const call = (text: string): void => {
    const seen = callOf(text);
    if (seen !== null && !seen.isKernels) return;
    const isCounted = seen !== null && !seen.mayBe && number > limits.first;
    if (!isCounted || !flow.another(seen.kind, number)) {
      const event: SmcEvent | TraceEvent = last?.text === text ? last.event : readMatched(text);
      if (event.type !== 'smc') return;
      if (seen === null && !isKernelCall(event)) return;
      last = { text, event };
      if (flow.take({ number, event })) need(event);
    }
    before = { number, text };
    consoles = [];
    tooMany = false;
  };

  const turn = newLoopTurn(TURN);
  for await (const batch of lines()) {
    if (!batch.ok) return batch;
    await turn();
    for (const text of batch.value) {
      number += 1;
      if (text.startsWith(CALL)) call(text);
      else if (text.startsWith(CONSOLE)) {
        if (consoles.length < limits.console) consoles.push({ number, text });
        else tooMany = true;
      } else if (DEED.test(text)) {
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

function isAction(event: TraceEvent): event is FlowEvent {
  if (event.type === 'smc') return isKernelCall(event);
  return event.type === 'log' || event.type === 'warn' || event.type === 'return';
}

interface Flow {
  /** Whether a replay may be answered with it. */
  take(action: Numbered<FlowEvent>): boolean;
  another(kind: string, number: number): boolean;
  end(): readonly Action[];
}

function newFlow({ deeds, mark, limits }: Likes): Flow {
  const flow = newShortFlow();
  /** The last of equal calls one after another, of which the first are kept. */
  let equal: { readonly like: SmcEvent; readonly most: number; count: number; ends: Action[] } | null = null;

  const flush = (): void => {
    for (const action of equal?.ends ?? []) flow.keep(action);
    equal = null;
  };
  const repeated = (event: FlowEvent): typeof equal =>
    event.type === 'smc' && equal !== null && isSameCall(equal.like, event) ? equal : null;

  return {
    take(action) {
      const { number, event } = action;
      const mayBe = mayBeIn(deeds, event) || isVersion(event);
      if (!mayBe && number > limits.first) {
        flush();
        flow.pass(kindOfAction(event, mark), action);
        return false;
      }
      const row = repeated(event);
      if (row === null) {
        flush();
        flow.keep(action);
        if (event.type === 'smc')
          equal = { like: event, most: mostEqual(deeds, event, limits), count: 1, ends: [] };
        return mayBe;
      }
      row.count += 1;
      if (row.count <= row.most) {
        flow.keep(action);
        return mayBe;
      }
      row.ends.push(action);
      if (row.ends.length > 2 * row.most) {
        for (const middle of row.ends.slice(0, row.most)) flow.pass(kindOfAction(event, mark), middle);
        row.ends = row.ends.slice(row.most);
      }
      return false;
    },
    another(kind, number) {
      if (equal !== null && equal.ends.length > 0) return false;
      const found = flow.another(kind, number);
      if (found) equal = null;
      return found;
    },
    end() {
      flush();
      return flow.end();
    },
  };
}

/** Which of the calls of RMI_VERSION are the kernel's is concluded from all of them. */
function isVersion(event: FlowEvent): boolean {
  return event.type === 'smc' && callId(event.fid) === RMI_VERSION;
}

/** A replay that made so many of these calls has taken no more answers. */
function mostEqual({ calls }: Deeds, { fid }: SmcEvent, { equal }: LongLimits): number {
  return (calls.get(callId(fid)) ?? 0) > equal / 4 ? Number.POSITIVE_INFINITY : equal;
}

/** Whether a flow is the same for a replay that did `a` and one that did `b`. */
export function isSameFor(a: Deeds, b: Deeds, { equal }: LongLimits): boolean {
  const isMany = (count: number) => count > equal / 4;
  return (
    a.calls.size === b.calls.size &&
    a.others.size === b.others.size &&
    [...a.calls].every(
      ([fid, count]) => isMany(b.calls.get(fid) ?? 0) === isMany(count) && b.calls.has(fid),
    ) &&
    [...a.others].every(key => b.others.has(key))
  );
}

function isSameCall(a: SmcEvent, b: SmcEvent): boolean {
  if (a === b) return true;
  const plain = [a, b].every(
    ({ mem, junk, rule, inferred }) => (mem ?? junk ?? rule ?? inferred) === undefined,
  );
  return (
    plain &&
    a.via === b.via &&
    a.cc === b.cc &&
    a.fid === b.fid &&
    isSameList(a.args, b.args) &&
    (a.res === null || b.res === null ? a.res === b.res : isSameList(a.res, b.res))
  );
}

function isSameList(a: readonly unknown[], b: readonly unknown[]): boolean {
  return a.length === b.length && a.every((value, at) => value === b[at]);
}

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
      kind: callKind(fidOf(event)),
    };
    known.set(key, seen);
    return seen;
  };
}

const fidOf = ({ fid }: SmcEvent): U64 => callId(fid);
