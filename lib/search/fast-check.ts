/**
 * A kernel's check alone, many times on one machine: the CPUs are brought up once, and no trace is kept. endOf reads
 * the outcome from the few events of the check. Anything unusual (a call that does not come back, a machine that fails,
 * many steps) is left to a full run.
 */
import { endOf } from '../kernel/outcome.js';
import type { TraceEvent } from '../model/events.js';
import type { Answer, Ask, Asking, Kernel, MachineState, SmcRequest } from '../model/port.js';
import type { End } from '../model/trace.js';
import type { Seen, U64 } from '../model/u64.js';
import { runSync } from '../run.js';
import type { Calls } from './reply-cache.js';

/** What came of the check on these answers; `null` where only a whole run can tell. */
export type QuickCheck = (calls: Calls) => End | null;

/** A check that takes more steps than this is left to a whole run, which knows its limit. */
const MOST_STEPS = 100;

/** The kernel on every machine whose state is `state`. Where it makes no call there, all runs come to the same. */
export function quickCheck(kernel: Kernel, state: MachineState): QuickCheck {
  // An unknown needs several values: a full run does that.
  if ([...state.mrs.values(), [...state.ftr.values()]].some(values => values.includes(null)))
    return () => null;
  const { events, asked } = firstCallOf(kernel, state);
  if (!asked) {
    const cell = endOf(events);
    return () => cell;
  }
  const prepared = answersFrom(state);
  const check = kernel.broughtUp === undefined ? null : finished(kernel.broughtUp(), prepared);
  return check === null ? () => null : calls => checked(check(), prepared, calls);
}

/** A whole run up to its first call, if it makes one. */
function firstCallOf(kernel: Kernel, state: MachineState) {
  let asked = false;
  const call = () => {
    asked = true;
    return { kind: 'silence' } as const;
  };
  const events = runSync(kernel, { state, call });
  return { events, asked };
}

/** The answer to everything but a call; `null` where the machine has none. */
type Prepared = (ask: Exclude<Ask, { ask: 'smc' }>) => Answer | null;

const EMITTED: Answer = { ask: 'emit' };

function answersFrom(state: MachineState): Prepared {
  const facts = new Map<string, Answer>(
    [...state.facts].map(([name, value]) => [name, { ask: 'fact', value }]),
  );
  return ask => {
    switch (ask.ask) {
      case 'fact':
        return facts.get(ask.name) ?? null;
      case 'emit':
        return EMITTED;
      case 'stop':
        return null;
      case 'mrs': {
        const values = state.mrs.get(ask.reg) ?? [];
        return isKnown(values) ? { ask: 'mrs', values } : null;
      }
      case 'ftr': {
        const value = state.ftr.get(ask.reg) ?? null;
        return value === null ? null : { ask: 'ftr', value };
      }
    }
  };
}

/** The value of a generator that makes no call; `null` if it cannot go on. */
function finished<T>(asking: Asking<T>, prepared: Prepared): T | null {
  for (let turn = asking.next(); ; ) {
    if (turn.done) return turn.value;
    const answer = turn.value.ask === 'smc' ? null : prepared(turn.value);
    if (answer === null) return null;
    turn = asking.next(answer);
  }
}

function checked(check: Asking<unknown>, prepared: Prepared, calls: Calls): End | null {
  const events: TraceEvent[] = [];
  let steps = MOST_STEPS;
  for (let turn = check.next(); !turn.done; ) {
    if (steps-- <= 0) return null;
    const ask = turn.value;
    let answer: Answer | null;
    if (ask.ask === 'smc') {
      const res = seenBy(calls, ask.request);
      if (res === null) return null;
      events.push(callEvent(ask.request, res));
      answer = { ask: 'smc', res, mem: [] };
    } else {
      if (ask.ask === 'emit') events.push(ask.event);
      answer = prepared(ask);
    }
    if (answer === null) return null;
    turn = check.next(answer);
  }
  return endOf(events);
}

/** The registers of an ordinary answer to a call without memory. */
function seenBy(calls: Calls, request: SmcRequest): readonly U64[] | null {
  if (request.mem !== undefined) return null;
  const reply = calls(request);
  return reply.kind === 'answer' && isKnown(reply.res) ? reply.res : null;
}

function isKnown(values: readonly Seen[]): values is readonly U64[] {
  return values.every(value => value !== null);
}

function callEvent({ cpu, via, cc, fid, args }: SmcRequest, res: readonly U64[]): TraceEvent {
  return { type: 'smc', cpu, from: 'ns', via, cc, fid, args, res };
}
