/**
 * A machine's answers as rules have them. A rule counts the calls that fit its name and its arguments, whatever came of
 * them; background calls fit none.
 */
import { isRmi } from '../abi/background.js';
import { statusWord } from '../abi/rmi-status.js';
import { afterCall, argumentsOf, callId, RETURNED } from '../abi/smccc.js';
import type { Reply, SmcRequest } from '../model/port.js';
import { splitmix64 } from '../model/splitmix64.js';
import { type Seen, type U64, ZERO } from '../model/u64.js';
import { selectorName } from './call-selector.js';
import { isDrawn, type Rule, type Selector, type Turns } from './edit.js';
import { type Diary, spelt, TAKEN } from './log.js';

export interface AnswerEdits {
  /** The answer in the machine's stead, or what the rules make of the machine's. Counts calls. */
  begin(request: SmcRequest): Reply | ((reply: Reply) => Reply);
  /** Why a rule of a call that was never its turn has not fired. */
  neverCame(rule: Rule): string;
}

type CallSelector = Extract<Selector, { kind: 'call' }>;

const NO_ANSWER = 'no answer';

export function newAnswerEdits(rules: readonly Rule[], diary: Diary): AnswerEdits {
  const turns = new Map<Rule, number>();

  /** The rules by call whose turn this is, each with its turn. */
  const inTurn = (request: SmcRequest): ReadonlyMap<Rule, number> => {
    const found = new Map<Rule, number>();
    for (const rule of rules) {
      const { selector } = rule;
      if (selector.kind !== 'call' || !asks(selector, request)) continue;
      const turn = (turns.get(rule) ?? 0) + 1;
      turns.set(rule, turn);
      if (selector.turns === null || isTurn(selector.turns, turn)) found.set(rule, turn);
    }
    return found;
  };

  return {
    begin(request) {
      const fitting = inTurn(request);
      const [first] = fitting.keys();
      if (first !== undefined && isWhole(first, 'busy')) {
        const place = selectorName(request.fid);
        diary.fired(first, { place, before: 'not asked', after: 'RMI_BUSY', event: null });
        for (const rule of fitting.keys()) if (rule !== first) diary.missed(rule, TAKEN);
        return { kind: 'answer', res: busy(request), rule: first.text };
      }
      return reply => {
        if (reply.kind === 'fault') {
          for (const rule of fitting.keys()) diary.missed(rule, 'the machine had no answer to that call');
          return reply;
        }
        const event = reply.event ?? null;
        const ordered = rules.flatMap(rule => {
          if (rule.selector.kind === 'event')
            return rule.selector.number === event ? [{ rule, turn: 1 }] : [];
          const turn = fitting.get(rule);
          return turn === undefined ? [] : [{ rule, turn }];
        });
        return edited(request, reply, ordered, diary);
      };
    },
    neverCame(rule) {
      const { selector } = rule;
      if (selector.kind === 'event') return `event ${selector.number} was not asked for again`;
      if (selector.kind !== 'call') return 'the machine was not started';
      const count = turns.get(rule) ?? 0;
      const such = selector.where.length === 0 ? 'such call' : 'such call with those arguments';
      if (count === 0) return `no ${such} was made`;
      return count === 1 ? `only one ${such} was made` : `only ${count} such calls were made`;
    },
  };
}

interface InTurn {
  readonly rule: Rule;
  readonly turn: number;
}

function edited(
  request: SmcRequest,
  reply: Exclude<Reply, { kind: 'fault' }>,
  rules: readonly InTurn[],
  diary: Diary,
): Reply {
  const event = reply.event ?? null;
  const name = selectorName(request.fid);
  const [first, ...others] = rules;
  if (first !== undefined && isWhole(first.rule, 'silence')) {
    for (const { rule } of others) diary.missed(rule, TAKEN);
    const before = reply.kind === 'silence' ? NO_ANSWER : 'an answer';
    diary.fired(first.rule, { place: name, before, after: NO_ANSWER, event });
    const { console } = reply;
    return {
      kind: 'silence',
      rule: first.rule.text,
      ...(event === null ? {} : { event }),
      ...(console === undefined ? {} : { console }),
    };
  }
  const res = registers(request, reply);
  const taken = new Set<number>();
  const made: string[] = [];
  for (const { rule, turn } of rules) {
    const places = placesOf(rule, res.length);
    if (places.length === 0) {
      diary.missed(rule, unreached(rule, request));
      continue;
    }
    const free = places.filter(register => !taken.has(register));
    if (free.length === 0) diary.missed(rule, TAKEN);
    else made.push(rule.text);
    for (const register of free) {
      taken.add(register);
      const before = reply.kind === 'silence' ? NO_ANSWER : spelt(res[register] ?? null);
      const after = isDrawn(rule.value) ? splitmix64(rule.value.seed, BigInt(turn)) : fixed(rule);
      res[register] = after;
      diary.fired(rule, { place: `${name}.x${register}`, before, after: spelt(after), event });
    }
  }
  if (made.length === 0) return reply;
  return { ...reply, kind: 'answer', res, rule: made.join('; ') };
}

/** The answer, all of it: a call that never came back comes back, once an edit says with what; the rest is unknown. */
function registers({ cc }: SmcRequest, reply: Exclude<Reply, { kind: 'fault' }>): Seen[] {
  if (reply.kind === 'silence') return Array.from({ length: RETURNED[cc] }, () => null);
  const length = cc === '1.1' ? reply.res.length : RETURNED[cc];
  return Array.from({ length }, (_, x) => (x < reply.res.length ? (reply.res[x] ?? null) : ZERO));
}

/** The registers that a rule sets, of those that there are. */
function placesOf({ target }: Rule, length: number): readonly number[] {
  if (target.kind === 'answer') return target.register < length ? [target.register] : [];
  if (target.kind !== 'reply' || target.reply !== 'unknown') return [];
  return Array.from({ length }, (_, x) => x);
}

function unreached({ target }: Rule, { cc }: SmcRequest): string {
  return target.kind === 'answer' ? `an answer by SMCCC ${cc} is x0 to x${RETURNED[cc] - 1}` : TAKEN;
}

/** RMI_BUSY as an RMM leaves its registers. */
function busy({ cc, fid, args }: SmcRequest): readonly U64[] {
  return afterCall([fid, ...args], [statusWord('BUSY')]).slice(0, RETURNED[cc]);
}

function isWhole({ target }: Rule, reply: string): boolean {
  return target.kind === 'reply' && target.reply === reply;
}

function asks(selector: CallSelector, request: SmcRequest): boolean {
  if (!isRmi(request.fid)) return false;
  if (selector.fid !== null && selector.fid !== callId(request.fid)) return false;
  const set = argumentsOf(request);
  return selector.where.every(({ register, value }) => set[register - 1] === value);
}

function isTurn({ from, to, step }: Turns, turn: number): boolean {
  return turn >= from && (to === null || turn <= to) && (turn - from) % step === 0;
}

function fixed({ value }: Rule): Seen {
  return typeof value === 'bigint' ? value : null;
}
