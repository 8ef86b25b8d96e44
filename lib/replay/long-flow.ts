/**
 * The actions of a recording that is too long to be compared event by event. What the replay has nothing like is counted by
 * its kind; of equal calls one after another only as many as the replay may have taken stay by themselves.
 */
import { RMI_VERSION } from '../abi/rmi-commands.js';
import { callId } from '../abi/smccc.js';
import { type Action, type FlowEvent, isAction } from '../compare/events.js';
import { type Actions, kindOfAction, type LineMark, mayBeIn, newShortFlow } from '../compare/many-alike.js';
import type { SmcEvent, TraceEvent } from '../model/events.js';
import { type Numbered, numbered } from '../model/gaps.js';

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

/** What of a recording the replay may have something like. */
export interface Likes {
  readonly actions: Actions;
  readonly mark: LineMark;
  /** Whose marks they are: the same for the same marks. */
  readonly by: string;
  readonly limits: LongLimits;
}

/** The flow of a trace that is held as a whole. */
export function flowOfEvents(events: readonly TraceEvent[], likes: Likes): readonly Action[] {
  const flow = newFlow(likes);
  for (const { number, event } of numbered(events)) if (isAction(event)) flow.take({ number, event });
  return flow.end();
}

/** The same for replays whose flow is the same. */
export function keyOf({ actions, by, limits }: Likes): string {
  const calls = [...actions.calls].map(([fid, count]) => `${fid} ${isMany(count, limits)}`);
  return JSON.stringify([by, Object.values(limits), calls.sort(), [...actions.others].sort()]);
}

export interface Flow {
  /** Whether a replay may be answered with it. */
  take(action: Numbered<FlowEvent>): boolean;
  another(kind: string, number: number): boolean;
  end(): readonly Action[];
}

/** Actions are taken in their order. */
export function newFlow({ actions, mark, limits }: Likes): Flow {
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
      const mayBe = mayBeIn(actions, event) || isVersion(event);
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
          equal = { like: event, most: mostEqual(actions, event, limits), count: 1, ends: [] };
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
export function isVersion(event: FlowEvent): boolean {
  return event.type === 'smc' && callId(event.fid) === RMI_VERSION;
}

/** A replay that made so many of these calls has taken no more answers. */
function mostEqual({ calls }: Actions, { fid }: SmcEvent, limits: LongLimits): number {
  return isMany(calls.get(callId(fid)) ?? 0, limits) ? Number.POSITIVE_INFINITY : limits.equal;
}

const isMany = (count: number, { equal }: LongLimits): boolean => count > equal / 4;

/** Whether a flow is the same for a replay that did `a` and one that did `b`. */
export function isSameFor(a: Likes, b: Likes): boolean {
  return keyOf(a) === keyOf(b);
}

/** Whether two calls are the same in all that a replay writes. */
export function isSameCall(a: SmcEvent, b: SmcEvent): boolean {
  if (a === b) return true;
  const plain = [a, b].every(
    ({ mem, junk, rule, inferred }) => (mem ?? junk ?? rule ?? inferred) === undefined,
  );
  return (
    plain &&
    a.cpu === b.cpu &&
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
