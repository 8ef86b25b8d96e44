/**
 * Applies edits to a machine's answers. An edit counts the calls that match its name and arguments, whatever the
 * answer; background calls match none.
 */
import { isRmi } from '../abi/background.js';
import { statusWord } from '../abi/rmi-status.js';
import { afterCall, argumentsOf, callId, RETURNED } from '../abi/smccc.js';
import { answerKey } from '../model/input-key.js';
import type { Reply, SmcRequest } from '../model/port.js';
import { splitmix64 } from '../model/splitmix64.js';
import { type Seen, type U64, ZERO } from '../model/u64.js';
import { type InTurn, replyWithMemory, requestWithMemory } from './apply-memory.js';
import { selectorName } from './call-selector.js';
import { type Edit, isDrawn, type Selector, type Turns } from './edit.js';
import { type EditLog, spelt, TAKEN } from './log.js';

export interface AnswerEdits {
  /** The answer in place of the machine's, or the request that it gets and a function that edits its answer. Counts calls. */
  begin(request: SmcRequest): Reply | Begun;
  /** Why an edit whose call never came was not used. */
  neverCame(edit: Edit): string;
}

export interface Begun {
  readonly request: SmcRequest;
  readonly edited: (reply: Reply) => Reply;
}

type CallSelector = Extract<Selector, { kind: 'call' }>;

const NO_ANSWER = 'no answer';

export function newAnswerEdits(edits: readonly Edit[], log: EditLog): AnswerEdits {
  /** How many calls each of `edits` fitted. */
  const turns = edits.map(() => 0);

  const byEvent = edits.some(({ selector }) => selector.kind === 'event');

  /** The edits by call that match this call, each with its count. */
  const inTurn = (request: SmcRequest): readonly InTurn[] => {
    const found: InTurn[] = [];
    if (edits.length === 0 || !isRmi(request.fid)) return found;
    const id = callId(request.fid);
    for (const [at, edit] of edits.entries()) {
      const { selector } = edit;
      if (selector.kind !== 'call' || !asks(selector, id, request)) continue;
      const turn = (turns[at] ?? 0) + 1;
      turns[at] = turn;
      if (selector.turns === null || isTurn(selector.turns, turn)) found.push({ edit, turn });
    }
    return found;
  };

  return {
    begin(request) {
      const fitting = inTurn(request);
      const first = fitting[0]?.edit;
      if (first !== undefined && isWhole(first, 'busy')) {
        const place = () => answerKey(selectorName(request.fid), null);
        log.fired(first, () => ({ place: place(), before: 'not asked', after: 'RMI_BUSY', event: null }));
        for (const { edit } of fitting) if (edit !== first) log.missed(edit, TAKEN);
        return { kind: 'answer', res: busy(request), rule: first.text };
      }
      const inOrder = (event: number | null): readonly InTurn[] => {
        if (!byEvent) return fitting;
        const turn = new Map(fitting.map(fit => [fit.edit, fit]));
        return edits.flatMap(edit => {
          if (edit.selector.kind === 'event')
            return edit.selector.number === event ? [{ edit, turn: 1 }] : [];
          return turn.get(edit) ?? [];
        });
      };
      return {
        request: requestWithMemory(request, inOrder(null)),
        edited: reply => {
          const fit = inOrder(reply.event ?? null);
          if (reply.kind !== 'fault') return edited(request, reply, fit, log);
          if (reply.code === 'unanswered' && fit.some(({ edit }) => gives(edit)))
            return edited(request, given(request, reply.event), fit, log);
          for (const { edit } of fit) log.missed(edit, 'the machine had no answer to that call');
          return reply;
        },
      };
    },
    neverCame(edit) {
      const { selector } = edit;
      if (selector.kind === 'event')
        return `the kernel did not make the call of event ${selector.number} again`;
      if (selector.kind !== 'call') return 'the machine was not started';
      const count = turns[edits.indexOf(edit)] ?? 0;
      const such = selector.where.length === 0 ? 'such call' : 'such call with those arguments';
      if (count === 0) return `no ${such} was made`;
      return count === 1 ? `only one ${such} was made` : `only ${count} such calls were made`;
    },
  };
}

/** Whether an edit says enough to answer a call that the machine has no answer to. */
function gives({ target, value }: Edit): boolean {
  return target.kind === 'answer' && value !== null;
}

/** What an answer is before edits give it: all of it zero. */
function given({ cc }: SmcRequest, event: number | undefined): Extract<Reply, { kind: 'answer' }> {
  const res = Array.from({ length: RETURNED[cc] }, () => ZERO);
  return { kind: 'answer', res, given: true, ...(event === undefined ? {} : { event }) };
}

function edited(
  request: SmcRequest,
  reply: Exclude<Reply, { kind: 'fault' }>,
  edits: readonly InTurn[],
  log: EditLog,
): Reply {
  const event = reply.event ?? null;
  const place = (register: number | null) => answerKey(selectorName(request.fid), register);
  const [first, ...others] = edits;
  if (first !== undefined && isWhole(first.edit, 'silence')) {
    for (const { edit } of others) log.missed(edit, TAKEN);
    const before = reply.kind === 'silence' ? NO_ANSWER : 'an answer';
    log.fired(first.edit, () => ({ place: place(null), before, after: NO_ANSWER, event }));
    const { console } = reply;
    return {
      kind: 'silence',
      rule: first.edit.text,
      ...(event === null ? {} : { event }),
      ...(console === undefined ? {} : { console }),
    };
  }
  const res = registers(request, reply);
  const taken: number[] = [];
  const unanswered = reply.kind === 'silence' || reply.given === true;
  const memory = replyWithMemory(request, reply, edits, log);
  const made = [...memory.made];
  for (const { edit, turn } of edits) {
    if (edit.target.kind === 'memory') continue;
    const places = placesOf(edit, res.length);
    if (places.length === 0) {
      log.missed(edit, unreached(edit, request));
      continue;
    }
    let won = false;
    for (const register of places) {
      if (taken.includes(register)) continue;
      taken.push(register);
      won = true;
      const before = res[register] ?? null;
      const after = isDrawn(edit.value) ? splitmix64(edit.value.seed, BigInt(turn)) : fixed(edit);
      res[register] = after;
      log.fired(edit, () => ({
        place: place(register),
        before: unanswered ? NO_ANSWER : spelt(before),
        after: spelt(after),
        event,
      }));
    }
    if (won) made.push(edit.text);
    else log.missed(edit, TAKEN);
  }
  if (made.length === 0) return reply;
  const { mem } = memory;
  const rule = made.join('; ');
  return Object.assign({}, reply, { kind: 'answer' as const, res, rule }, mem === undefined ? {} : { mem });
}

/** A copy of the answer, all of it: a call that never came back comes back, once an edit says with what; the rest is unknown. */
export function registers({ cc }: Pick<SmcRequest, 'cc'>, reply: Exclude<Reply, { kind: 'fault' }>): Seen[] {
  if (reply.kind === 'silence') return Array.from({ length: RETURNED[cc] }, () => null);
  const length = cc === '1.1' ? reply.res.length : RETURNED[cc];
  const res = reply.res.slice(0, length);
  while (res.length < length) res.push(ZERO);
  return res;
}

/** The registers that an edit sets, of those that there are. */
function placesOf({ target }: Edit, length: number): readonly number[] {
  if (target.kind === 'answer') return target.register < length ? [target.register] : [];
  if (target.kind !== 'reply' || target.reply !== 'unknown') return [];
  return Array.from({ length }, (_, x) => x);
}

function unreached({ target }: Edit, { cc }: SmcRequest): string {
  return target.kind === 'answer' ? `an answer by SMCCC ${cc} has only x0 to x${RETURNED[cc] - 1}` : TAKEN;
}

/** RMI_BUSY as an RMM leaves its registers. */
function busy({ cc, fid, args }: SmcRequest): readonly U64[] {
  return afterCall([fid, ...args], [statusWord('BUSY')]).slice(0, RETURNED[cc]);
}

function isWhole({ target }: Edit, reply: string): boolean {
  return target.kind === 'reply' && target.reply === reply;
}

/** `id`: the FID of the request, without its hint. */
function asks(selector: CallSelector, id: U64, request: SmcRequest): boolean {
  if (selector.fid !== null && selector.fid !== id) return false;
  if (selector.where.length === 0) return true;
  const set = argumentsOf(request);
  return selector.where.every(({ register, value }) => set[register - 1] === value);
}

function isTurn({ from, to, step }: Turns, turn: number): boolean {
  return turn >= from && (to === null || turn <= to) && (turn - from) % step === 0;
}

function fixed({ value }: Edit): Seen {
  return typeof value === 'bigint' ? value : null;
}
