/**
 * Runs a kernel on a machine and records everything that passes between them, in order. Synchronous where the machine
 * is in this process, asynchronous where it is behind a pipe: the same steps, with and without `await`.
 */
import { trimmed } from './abi/smccc.js';
import type { FaultCode, FaultEvent, Memory, SmcEvent, TraceEvent } from './model/events.js';
import { GIVEN } from './model/inferred.js';
import { factKey, type InputKey, registerKey } from './model/input-key.js';
import { newLoopTurn } from './model/loop-turn.js';
import { memoryAfter } from './model/memory.js';
import type {
  Answer,
  Ask,
  AsyncKernel,
  AsyncMachine,
  Kernel,
  Limit,
  Machine,
  MachineState,
  Reply,
  SmcRequest,
} from './model/port.js';
import { type Seen, type U64, ZERO } from './model/u64.js';

export interface RunOptions {
  /** What the kernel is given for an input that nobody knows; the trace keeps `null`. Default 0. */
  readonly unknown?: U64;
  /** A kernel that asks more often than this never returns. Default 100,000. */
  readonly maxSteps?: number;
  /** Takes the events, in order, in place of a list. */
  readonly into?: (event: TraceEvent) => void;
  /** Told the key of an input that the kernel asks for and the machine does not have; the run ends there. */
  readonly onMissing?: (key: InputKey) => void;
}

interface AsyncRunOptions extends RunOptions {
  /** Told the events so far where the run has to wait, and now and then in a long one; the run waits for it. */
  readonly onEvents?: (events: readonly TraceEvent[]) => Promise<void>;
}

/** What a run may ask where nobody says otherwise. */
export const MAX_STEPS = 100_000;
const NOTHING_RECORDED = 'nothing: the machine has no answer to this request';

/** The events of the run, the machine's state first; none with `into`. A run that could not go on ends with a `fault`. */
export function runSync(kernel: Kernel, machine: Machine, options: RunOptions = {}): readonly TraceEvent[] {
  const tape = newTape(machine.state, options);
  const boot = kernel.boot();
  for (let turn = boot.next(); !turn.done; ) {
    const ask = turn.value;
    const answer = ask.ask === 'smc' ? tape.answered(ask.request, machine.call(ask.request)) : tape.look(ask);
    if (answer === null) break;
    turn = boot.next(answer);
  }
  return tape.events;
}

/**
 * The same for a kernel that may ask later, or a machine that may answer later. Ends what they started. Before a run, and
 * in a long one, the event loop gets its turn: whoever runs many can be stopped.
 */
export async function runAsync(
  kernel: AsyncKernel,
  machine: AsyncMachine,
  options: AsyncRunOptions = {},
): Promise<readonly TraceEvent[]> {
  const tape = newTape(machine.state, options);
  const boot = kernel.boot();
  const loopTurn = newLoopTurn();
  const told = async () => options.onEvents?.(tape.events);
  try {
    await loopTurn();
    const begun = boot.next();
    for (let turn = begun instanceof Promise ? await waiting(begun, told) : begun; !turn.done; ) {
      const ask = turn.value;
      let answer: Answer | null;
      if (ask.ask === 'smc') {
        const reply = machine.call(ask.request);
        answer = tape.answered(ask.request, reply instanceof Promise ? await waiting(reply, told) : reply);
      } else answer = tape.look(ask);
      if (answer === null) break;
      const paused = loopTurn();
      if (paused !== undefined) await paused.then(told);
      // What is there already is not waited for: most kernels and machines answer at once.
      const next = boot.next(answer);
      turn = next instanceof Promise ? await waiting(next, told) : next;
    }
  } finally {
    await boot.return(0);
    await machine.close?.();
  }
  return tape.events;
}

/** So long nobody waits for an RMM or C that answers. */
const LONG_MS = 50;

/** What comes `later`; where that takes long, what there is so far is told. */
async function waiting<T>(later: Promise<T>, told: () => Promise<void>): Promise<T> {
  let telling: Promise<void> | undefined;
  const timer = setTimeout(() => {
    telling = told();
    // Thrown below, once there is somebody to catch it.
    telling.catch(() => {});
  }, LONG_MS);
  try {
    return await later;
  } finally {
    clearTimeout(timer);
    await telling;
  }
}

interface Tape {
  readonly events: TraceEvent[];
  /** Answers everything but a call; `null` where the run cannot go on. */
  look(ask: Exclude<Ask, { ask: 'smc' }>): Answer | null;
  /** Writes the call down; `null` where it never came back, or the machine has no answer. */
  answered(request: SmcRequest, reply: Reply): Answer | null;
}

function newTape(state: MachineState, options: RunOptions): Tape {
  const events: TraceEvent[] = [];
  const put = options.into ?? (event => void events.push(event));
  for (const event of prologue(state)) put(event);
  const unknown = options.unknown ?? ZERO;
  const known = (value: Seen, limit?: Limit): U64 => value ?? limit?.(unknown) ?? unknown;
  const register = (value: Seen, reg: string, cpu: number | null): U64 =>
    known(value, state.limits?.get(registerKey(reg, cpu)));
  let steps = options.maxSteps ?? MAX_STEPS;

  const stop = (of: FaultEvent['of'], code: FaultCode, text: string): null => {
    put({ type: 'fault', of, code, text });
    return null;
  };
  const missing = (what: string, key: InputKey) => {
    options.onMissing?.(key);
    return stop('machine', 'unanswered', `the kernel asks for ${what}, which the machine does not have`);
  };
  const outOfSteps = () => stop('kernel', 'step-limit', 'the kernel did not return within its step limit');

  const sanitised = new Set(state.ftr.keys());
  const emitted = (event: Extract<Ask, { ask: 'emit' }>['event']): void => {
    if (event.type !== 'ftr') {
      put(event);
    } else if (!sanitised.has(event.reg)) {
      sanitised.add(event.reg);
      // A value derived from an unknown is unknown, though the kernel must be given some value.
      const concluded = state.mrs.get(event.reg)?.includes(null) === true;
      put(concluded ? { ...event, value: null } : event);
    }
  };

  return {
    events,
    look(ask) {
      if (steps-- <= 0) return outOfSteps();
      switch (ask.ask) {
        case 'fact': {
          const value = state.facts.get(ask.name);
          return value === undefined
            ? missing(`the fact ${ask.name}`, factKey(ask.name))
            : { ask: 'fact', value };
        }
        case 'mrs':
          return {
            ask: 'mrs',
            values: (state.mrs.get(ask.reg) ?? []).map((value, cpu) => register(value, ask.reg, cpu)),
          };
        case 'ftr': {
          const value = state.ftr.get(ask.reg);
          return value === undefined
            ? missing(`the register ${ask.reg}`, registerKey(ask.reg, null))
            : { ask: 'ftr', value: register(value, ask.reg, null) };
        }
        case 'stop':
          return stop('kernel', ask.code, ask.text);
        case 'emit':
          emitted(ask.event);
          return { ask: 'emit' };
      }
    },
    answered(request, reply) {
      if (steps-- <= 0) return outOfSteps();
      if (reply.kind === 'fault') {
        if (reply.code === 'step-limit') return outOfSteps();
        // An unanswered request stays a request: `inferred` tells it from a call that never came back.
        const unanswered = reply.code === 'unanswered' ? { inferred: { res: NOTHING_RECORDED } } : {};
        put(call(request, null, unanswered));
        return stop('machine', reply.code, reply.text);
      }
      for (const line of reply.console ?? []) put({ type: 'console', text: line.text, src: line.src });
      const rule = reply.rule === undefined ? {} : { rule: reply.rule };
      if (reply.kind === 'silence') {
        put(call(request, null, rule));
        return null;
      }
      const given = reply.given === true ? { inferred: { res: GIVEN }, ...rule } : rule;
      put(call(request, written(request, reply.res), given, reply.mem));
      const res = reply.res.map((value, x) => known(value, x === 0 ? reply.limit : undefined));
      return { ask: 'smc', res, mem: memoryAfter(request, reply.mem, value => known(value)) };
    },
  };
}

/** The whole machine, asked for or not, so that any kernel can be replayed on the trace. */
function* prologue(state: MachineState): Generator<TraceEvent> {
  for (const [reg, values] of state.mrs) {
    for (const [cpu, value] of values.entries()) yield { type: 'mrs', cpu, reg, value };
  }
  for (const [name, value] of state.facts) yield { type: 'fact', name, value };
  for (const [reg, value] of state.ftr) yield { type: 'ftr', reg, value };
}

function call(
  request: SmcRequest,
  res: readonly Seen[] | null,
  how: Pick<SmcEvent, 'inferred' | 'rule'>,
  after: readonly Memory[] = [],
): SmcEvent {
  const { cpu, via, cc, fid, args, junk, mem = [] } = request;
  const both = [...mem, ...after];
  return {
    type: 'smc',
    cpu,
    from: 'ns',
    via,
    cc,
    fid,
    args,
    res,
    ...(junk === undefined || junk.length === 0 ? {} : { junk }),
    ...(both.length === 0 ? {} : { mem: both }),
    ...how,
  };
}

/** A 1.2 answer is kept without its trailing zeros. */
function written(request: SmcRequest, res: readonly Seen[]): readonly Seen[] {
  if (request.cc === '1.1') return res;
  const kept = trimmed(res);
  return kept.length === 0 ? res.slice(0, 1) : kept;
}
