/** Puts edits between a kernel and a machine: state changes before the first call, answers as they are given. */
import { selectorName } from '../abi/selector.js';
import { callId } from '../abi/smccc.js';
import type { FactValue } from '../model/events.js';
import type { AsyncMachine, MachineState, Reply, SmcRequest } from '../model/port.js';
import { hex, type Seen, withBits } from '../model/u64.js';
import type { Rule, Selector, Turns } from './edit-grammar.js';

/** One value that a rule changed: of which call or state, and how. */
export interface Change {
  readonly rule: string;
  /** `RMI_VERSION.x1`-like: what was changed, without counting. */
  readonly place: string;
  readonly before: string;
  readonly after: string;
  /** The recorded event that it was, where playback knows. */
  readonly event: number | null;
}

export interface Edits {
  /** The machine's state, as the rules have it. */
  state(state: MachineState): MachineState;
  /** An answer, as the rules have it. Counts calls: give it every reply once, in order. */
  reply(request: SmcRequest, reply: Reply): Reply;
  readonly changes: readonly Change[];
  /** The rules that have not fired yet. */
  unfired(): readonly Rule[];
}

/** Fresh counters for `rules`. The first rule that fits a register wins. */
export function newEdits(rules: readonly Rule[]): Edits {
  const fired = new Set<Rule>();
  const turns = new Map<Rule, number>();
  const changes: Change[] = [];

  const change = (rule: Rule, place: string, before: string, after: string, event: number | null): void => {
    fired.add(rule);
    changes.push({ rule: rule.text, place, before, after, event });
  };

  const fits = (rule: Rule, request: SmcRequest, event: number | null): boolean => {
    const { selector } = rule;
    if (selector.kind === 'event') return selector.number === event;
    if (selector.kind !== 'call' || !asks(selector, request)) return false;
    const turn = (turns.get(rule) ?? 0) + 1;
    turns.set(rule, turn);
    return selector.turns === null || isTurn(selector.turns, turn);
  };

  return {
    changes,
    unfired: () => rules.filter(rule => !fired.has(rule)),
    state(state) {
      const mrs = new Map([...state.mrs].map(([reg, values]) => [reg, [...values]]));
      const ftr = new Map(state.ftr);
      const facts = new Map(state.facts);
      for (const rule of [...rules].reverse()) {
        const { selector } = rule;
        if (selector.kind === 'fact') {
          change(
            rule,
            selector.name,
            String(facts.get(selector.name) ?? 'not known'),
            String(rule.value),
            null,
          );
          facts.set(selector.name, asFact(rule.value));
        }
        if (selector.kind !== 'register') continue;
        const values = mrs.get(selector.reg);
        for (const [cpu, before] of values?.entries() ?? []) {
          if (values === undefined || (selector.cpu !== null && selector.cpu !== cpu)) continue;
          values[cpu] = edited(before, rule);
          change(rule, `cpu${cpu}.${selector.reg}`, show(before), show(values[cpu] ?? null), null);
        }
        if (values !== undefined || selector.cpu !== null) continue;
        const before = ftr.get(selector.reg) ?? null;
        ftr.set(selector.reg, edited(before, rule));
        change(rule, selector.reg, show(before), show(ftr.get(selector.reg) ?? null), null);
      }
      return { mrs, ftr, facts };
    },
    reply(request, reply) {
      const event = reply.kind === 'fault' ? null : (reply.event ?? null);
      const fitting = rules.filter(rule => fits(rule, request, event));
      if (fitting.length === 0 || reply.kind === 'fault') return reply;
      // A call that never came back comes back, once an edit says with what: the rest of it is unknown.
      const res: Seen[] = reply.kind === 'answer' ? [...reply.res] : [null, null, null, null];
      const made: string[] = [];
      const taken = new Set<number>();
      for (const rule of fitting) {
        if (rule.target.kind !== 'answer' || taken.has(rule.target.register)) continue;
        const { register } = rule.target;
        taken.add(register);
        if (register >= res.length) continue;
        const before = res[register] ?? null;
        res[register] = edited(before, rule);
        made.push(rule.text);
        change(
          rule,
          `${selectorName(request.fid)}.x${register}`,
          show(before),
          show(res[register] ?? null),
          event,
        );
      }
      if (made.length === 0) return reply;
      return { ...reply, kind: 'answer', res, rule: made.join('; ') };
    },
  };
}

/** A machine with edits between it and the kernel. */
export function editedMachine(machine: AsyncMachine, edits: Edits): AsyncMachine {
  return {
    ...machine,
    state: edits.state(machine.state),
    call: async request => edits.reply(request, await machine.call(request)),
  };
}

function asks(selector: Extract<Selector, { kind: 'call' }>, request: SmcRequest): boolean {
  if (selector.fid !== null && selector.fid !== callId(request.fid)) return false;
  return selector.where.every(({ register, value }) => request.args[register - 1] === value);
}

function isTurn({ from, to, step }: Turns, turn: number): boolean {
  return turn >= from && (to === null || turn <= to) && (turn - from) % step === 0;
}

/** The value after the rule: the whole, or the old one with the rule's bits. Bits of an unknown stay unknown. */
function edited(before: Seen, { target, value }: Rule): Seen {
  if (typeof value !== 'bigint') return null;
  if (target.kind !== 'bits') return value;
  return before === null ? null : withBits(before, target.lsb, target.width, value);
}

function asFact(value: Rule['value']): FactValue {
  if (value === null || typeof value === 'bigint') throw new Error('a fact is given a register value');
  return value;
}

function show(value: Seen): string {
  return value === null ? 'unknown' : hex(value);
}
