/** The machines of a sweep's rows: each is brought up once, and then asked by all rows that have it. */

import { applyEdits } from '../edit/apply.js';
import type { Edit } from '../edit/parse.js';
import { type PlainEdits, plainEdits } from '../edit/plain-answers.js';
import { endOf } from '../kernel/outcome.js';
import { emulate } from '../machine/emulated.js';
import { isSameEnd } from '../model/end.js';
import type { TraceEvent } from '../model/events.js';
import { unknownWords } from '../model/memory.js';
import type { Kernel, Reply, SmcRequest } from '../model/port.js';
import type { End } from '../model/trace.js';
import type { U64 } from '../model/u64.js';
import { FILLS } from '../replay/unknowns.js';
import { runSync } from '../run.js';
import { type QuickCheck, quickCheck } from './fast-check.js';
import type { Combination, SweepPlan } from './plan.js';
import { type Calls, rememberedReplies } from './reply-cache.js';

export interface Ran {
  readonly cell: End;
  readonly unfired: () => readonly Edit[];
}

/** A machine, its state edited one way. */
export interface OnMachine {
  /** One boot: what came of it, and which edits of answers never fired. */
  run(kernel: Kernel, column: number, answers: readonly Edit[]): Ran;
  /** The edits of its state that changed nothing. */
  readonly unfired: readonly Edit[];
}

/** This many machines are kept; then all are made anew. */
const MOST_KEPT = 256;

/** The machine of each combination, kept as long as others are likely to have it. */
export function machinesOf(plan: Pick<SweepPlan, 'table'>): (combination: Combination) => OnMachine {
  const machines = new Map<string, OnMachine>();
  // Most rows have the machine of the one before.
  let last: { readonly state: string; readonly rmm: string; readonly on: OnMachine } | null = null;
  const machineOf = (combination: Combination): OnMachine => {
    const key = `${combination.state.key} ${combination.rmm.name}`;
    const known = machines.get(key);
    if (known !== undefined) return known;
    if (machines.size >= MOST_KEPT) machines.clear();
    const made = onMachine(plan, combination);
    machines.set(key, made);
    return made;
  };
  return combination => {
    const { state, rmm } = combination;
    if (last === null || last.state !== state.key || last.rmm !== rmm.name)
      last = { state: state.key, rmm: rmm.name, on: machineOf(combination) };
    return last.on;
  };
}

function onMachine(plan: Pick<SweepPlan, 'table'>, { machine, rmm, state: edited }: Combination): OnMachine {
  const stateEdits = applyEdits(edited.edits);
  const { scope = 'rmi' } = plan.table;
  const state = stateEdits.state(emulate(machine, rmm, { scope }).state);
  const boot = rememberedReplies(() => emulate(machine, rmm, { scope, state }));
  const checks: QuickCheck[] = [];
  const quickly = (column: number, answers: readonly Edit[]) => {
    const { calls, unfired } = editing(boot(), answers);
    return { cell: checks[column]?.(calls) ?? null, unfired };
  };

  return {
    unfired: stateEdits.unfired().map(({ edit }) => edit),
    run(kernel, column, answers) {
      checks[column] ??= quickCheck(kernel, state);
      const plain = plainEdits(answers);
      if (plain !== null) {
        const calls = boot();
        const cell = checks[column]?.(request => plainly(plain, request, calls(request))) ?? null;
        if (cell !== null) return { cell, unfired: () => quickly(column, answers).unfired() };
      }
      const quick = quickly(column, answers);
      if (quick.cell !== null) return { cell: quick.cell, unfired: quick.unfired };
      const whole = (unknown: U64) => {
        const { calls, unfired } = editing(boot(), answers);
        const options = { maxSteps: plan.table.maxSteps, unknown };
        return { events: runSync(kernel, { state, call: calls }, options), unfired };
      };
      const { events, unfired } = whole(FILLS[0]);
      const end = endOf(events);
      const decided =
        !events.some(isUnknown) || FILLS.every(fill => isSameEnd(end, endOf(whole(fill).events)));
      return { cell: decided ? end : { class: 'undetermined' }, unfired };
    },
  };
}

/** Whether the event is an input that nobody knows. */
export function isUnknown(event: TraceEvent): boolean {
  if (event.type === 'mrs') return event.value === null;
  return event.type === 'smc' && (event.res?.includes(null) === true || unknownWords(event.mem).length > 0);
}

/** Any answer that does not come at once is left as it is: a check that meets one is not told quickly. */
function plainly(plain: PlainEdits, request: SmcRequest, reply: Reply): Reply {
  return reply.kind === 'answer' ? { kind: 'answer', res: plain(request, reply) } : reply;
}

interface Editing {
  readonly calls: Calls;
  readonly unfired: () => readonly Edit[];
}

/** The calls of one boot with edits of their answers; the edits count from 1. */
function editing(calls: Calls, edits: readonly Edit[]): Editing {
  const applied = applyEdits(edits);
  return {
    calls: request => applied.callSync(request, asked => calls(asked)),
    unfired: () => applied.unfired().map(({ edit }) => edit),
  };
}
