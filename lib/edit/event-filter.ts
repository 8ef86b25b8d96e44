/**
 * Which events `show` shows, in the grammar of edits:
 *
 *     log                      a type of events
 *     RMI_VERSION, RMI_*, *    calls to the RMM, by name or FID; `*` stands for any characters
 *     'RMI_*(x1=0x80000000) x0!=0'
 *                              in brackets what the request has, behind it what the answer has
 *     ID_AA64PFR0_EL1, cpu6-7.ID_AA64PFR0_EL1, conduit
 *     cpu6-7, cpu*             all that these CPUs are in
 */
import { isBackground } from '../abi/background.js';
import { callName } from '../abi/decode.js';
import { ID_REGISTERS } from '../abi/id-registers.js';
import { RMI_COMMANDS } from '../abi/rmi-commands.js';
import { argumentsOf, callId, returnedIn } from '../abi/smccc.js';
import { parseCount } from '../model/count.js';
import type { TraceEvent } from '../model/events.js';
import { FACTS } from '../model/facts.js';
import { nearest } from '../model/nearest.js';
import { wildcard } from '../model/pattern.js';
import { bad, good, type Result, trouble } from '../model/result.js';
import { hex, type Seen, type U64 } from '../model/u64.js';
import { isAmong } from './apply-state.js';
import { isDrawn } from './edit.js';
import { type Asked, type Look, ofCall, ofType, onCpu, saying } from './line-look.js';
import { cpusOf } from './parse-state.js';
import { newStatus } from './values.js';

export interface EventFilter {
  keeps(event: TraceEvent): boolean;
  /** Whether the event of this canonical line may be one that is kept. */
  readonly mayKeep: Look;
}

const TYPES = ['mrs', 'fact', 'ftr', 'smc', 'log', 'warn', 'return', 'console', 'fault'];

const CALLS =
  /^(?<name>\*|[A-Z][A-Za-z0-9_*]*|0x[0-9a-f]+)(?:\((?<request>[^()]*)\))?(?<answer>(?:\s+\S+)*)$/;
const CONDITION = /^x(?<register>1[0-7]|[0-9])(?<not>!?)=(?<value>.+)$/;
const CPUS = /^cpu(?<cpus>\*|\d{1,4}(?:-\d{1,4})?)$/;
const REGISTER = /^(?:cpu(?<cpus>\*|\d{1,4}(?:-\d{1,4})?)\.)?(?<reg>ID_[A-Z0-9_]+)$/;

/** Trouble `usage` says what does not fit. */
export function parseFilter(text: string): Result<EventFilter> {
  const word = text.trim();
  if (TYPES.includes(word) || word.startsWith('x-'))
    return good({ keeps: ({ type }) => type === word, mayKeep: ofType(word) });
  if (FACTS.some(({ name }) => name === word))
    return good({
      keeps: event => event.type === 'fact' && event.name === word,
      mayKeep: saying(`"name":"${word}"`),
    });
  const register = REGISTER.exec(word)?.groups;
  if (register !== undefined) return good(registerFilter(register.reg ?? '', register.cpus));
  const alone = CPUS.exec(word)?.groups;
  if (alone !== undefined) {
    const cpus = cpusOf(alone.cpus);
    return good({
      keeps: event => event.cpu !== undefined && isAmong(event.cpu, cpus),
      mayKeep: onCpu(cpu => isAmong(cpu, cpus)),
    });
  }
  const groups = CALLS.exec(word)?.groups;
  if (groups === undefined) return unknown(text);
  return callFilter(text, groups.name ?? '', groups.request ?? '', groups.answer ?? '');
}

/** Without CPUs the sanitised register counts as well, which is no CPU's. */
function registerFilter(reg: string, given: string | undefined): EventFilter {
  const cpus = cpusOf(given);
  return {
    keeps: event =>
      (event.type === 'mrs' && event.reg === reg && isAmong(event.cpu, cpus)) ||
      (event.type === 'ftr' && event.reg === reg && given === undefined),
    mayKeep: saying(`"reg":"${reg}"`),
  };
}

function callFilter(text: string, name: string, request: string, answer: string): Result<EventFilter> {
  const names = wildcard(name);
  const isNamed = (text: string) => names.test(text);
  if (!/[*]|^0x/.test(name) && !RMI_COMMANDS.some(command => isNamed(command.name))) return unknown(text);
  const asked = conditions(request.split(','));
  if (!asked.ok) return asked;
  const answered = conditions(answer.split(/\s+/));
  if (!answered.ok) return answered;
  const named = (fid: U64) => isNamed(callName(fid)) || isNamed(hex(fid)) || isNamed(hex(callId(fid)));
  return good({
    keeps: event =>
      event.type === 'smc' &&
      !isBackground(event) &&
      named(event.fid) &&
      asked.value.every(each => fits(each, argumentsOf(event)[each.register - 1] ?? null)) &&
      answered.value.every(each => event.res !== null && fits(each, returnedIn(event, each.register))),
    mayKeep: ofCall(named, asked.value, answered.value),
  });
}

/** Of a register that nobody saw, nobody knows what it is not. */
function fits({ isNot, value }: Asked, seen: Seen): boolean {
  return isNot ? seen !== null && seen !== value : seen === value;
}

function conditions(parts: readonly string[]): Result<Asked[]> {
  const found: Asked[] = [];
  for (const part of parts.map(each => each.trim()).filter(each => each !== '')) {
    const { register, not, value = '' } = CONDITION.exec(part)?.groups ?? {};
    const wanted = newStatus(value, true);
    if (register === undefined || wanted === undefined || isDrawn(wanted))
      return misused(
        `${JSON.stringify(part)} is not a condition`,
        'write a register, = or !=, and a value: x0!=0, x1=2.0, x0=RMI_BUSY, x2=unknown',
      );
    found.push({ register: parseCount(register) ?? 0, isNot: not === '!', value: wanted });
  }
  return good(found);
}

function unknown(text: string): Result<never> {
  const names = [
    ...TYPES,
    ...RMI_COMMANDS.map(({ name }) => name),
    ...ID_REGISTERS.keys(),
    ...FACTS.map(({ name }) => name),
  ];
  const meant = nearest(text.replace(/[\s(].*$/s, ''), names);
  return misused(
    `${JSON.stringify(text)} selects no events`,
    meant === null
      ? "give numbers like 4, 2-5 or end, a type like log, or a call like RMI_VERSION or 'RMI_* x0!=0'"
      : `did you mean ${meant}?`,
  );
}

function misused(what: string, next: string): Result<never> {
  return bad(trouble('usage', what, {}, next));
}
