/**
 * What one side alone did, many times: a Realm's life behind the check, or a call that is made again and again. Of those that
 * are alike one stands for all, with their count.
 */
import { isKernelCall } from '../abi/background.js';
import { callId } from '../abi/smccc.js';
import type { LogEvent, SmcEvent, TraceEvent } from '../model/events.js';
import type { U64 } from '../model/u64.js';
import type { Pair } from './align.js';
import { type Action, type FlowEvent, isOutput } from './events.js';

/** What a flow may find on the other side, where that side is known already. */
export interface Actions {
  /** How often each FID is called. */
  readonly calls: ReadonlyMap<U64, number>;
  /** Lines, warnings and returns, by `outputKey`. */
  readonly others: ReadonlySet<string>;
}

export function actionsOf(events: readonly TraceEvent[]): Actions {
  const calls = new Map<U64, number>();
  const others = new Set<string>();
  for (const event of events) {
    if (event.type === 'smc' && isKernelCall(event))
      calls.set(callId(event.fid), (calls.get(callId(event.fid)) ?? 0) + 1);
    if (isOutput(event)) others.add(outputKey(event));
  }
  return { calls, others };
}

function outputKey(event: Exclude<FlowEvent, SmcEvent>): string {
  if (event.type === 'return') return `return ${event.of}`;
  return event.type === 'log' ? `log ${event.prefix ?? ''} ${event.text}` : `warn ${event.of} ${event.text}`;
}

/** Whether the other side has what may be this one, perhaps altered. */
export function mayBeIn(actions: Actions, event: FlowEvent): boolean {
  return event.type === 'smc' ? actions.calls.has(callId(event.fid)) : actions.others.has(outputKey(event));
}

/** What tells lines apart that do not stand for each other. */
export type LineMark = (event: LogEvent) => string;

/** Actions of one kind stand for each other. */
export function kindOfAction(event: FlowEvent, mark: LineMark): string {
  if (event.type === 'smc') return callKind(callId(event.fid));
  return event.type === 'log' ? `log ${mark(event)}` : `${event.type} ${event.of}`;
}

export function callKind(fid: U64): string {
  return `smc ${fid}`;
}

/** A flow that is made shorter as it comes. */
export interface ShortFlow {
  /** An action that may be on the other side, or is to stand for itself. */
  keep(action: Action): void;
  /** One that is not on the other side. */
  pass(kind: string, action: Action): void;
  /** The same of one of which another of its kind was passed since the last that was kept; else `false`. */
  another(kind: string, number: number): boolean;
  /** To be called once. */
  end(): readonly Action[];
}

export function newShortFlow(): ShortFlow {
  const flow: Action[] = [];
  const passed = new Map<string, { readonly first: Action; count: number; last: number }>();
  const flush = (): void => {
    for (const { first, count, last } of passed.values())
      flow.push(count === 1 ? first : { ...first, more: { count: count - 1, last } });
    passed.clear();
  };
  const another = (kind: string, number: number, count = 1): boolean => {
    const known = passed.get(kind);
    if (known === undefined) return false;
    known.count += count;
    known.last = number;
    return true;
  };
  return {
    keep(action) {
      flush();
      flow.push(action);
    },
    pass(kind, action) {
      const { number, more = { count: 0, last: number } } = action;
      if (!another(kind, more.last, more.count + 1))
        passed.set(kind, { first: action, count: more.count + 1, last: more.last });
    },
    another: (kind, number) => another(kind, number),
    end() {
      flush();
      return flow;
    },
  };
}

/** Where more than `most` actions in a row are on one side alone, one of each kind stands for them. */
export function withoutRepeats(pairs: readonly Pair[], most: number, mark: LineMark): readonly Pair[] {
  const short: Pair[] = [];
  for (let from = 0; from < pairs.length; ) {
    const { relation } = pairs[from] ?? {};
    let end = from + 1;
    while (end < pairs.length && pairs[end]?.relation === relation) end += 1;
    const row = pairs.slice(from, end);
    from = end;
    if (relation !== 'missing' && relation !== 'extra') for (const pair of row) short.push(pair);
    else for (const pair of row.length > most ? oneOfEach(row, mark) : row) short.push(pair);
  }
  return short;
}

function oneOfEach(row: readonly Pair[], mark: LineMark): readonly Pair[] {
  const flow = newShortFlow();
  const [first] = row;
  for (const { a, b } of row) {
    const action = a ?? b;
    if (action !== null) flow.pass(kindOfAction(action.event, mark), action);
  }
  return flow
    .end()
    .map(action =>
      first?.a === null
        ? { relation: 'extra', a: null, b: action, differs: [] }
        : { relation: 'missing', a: action, b: null, differs: [] },
    );
}

/** How many actions a pair stands for. */
export function timesOf({ a, b }: Pick<Pair, 'a' | 'b'>): number {
  return 1 + ((a ?? b)?.more?.count ?? 0);
}
