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
import type { SmcEvent, TraceEvent } from '../model/events.js';
import { FACTS } from '../model/facts.js';
import { nearest } from '../model/nearest.js';
import { wildcard } from '../model/pattern.js';
import { bad, good, type Result, trouble } from '../model/result.js';
import { hex, type Seen } from '../model/u64.js';
import { isAmong } from './apply-state.js';
import { isDrawn } from './edit.js';
import { cpusOf } from './parse-state.js';
import { newStatus } from './values.js';

export type EventFilter = (event: TraceEvent) => boolean;

const TYPES = ['mrs', 'fact', 'ftr', 'smc', 'log', 'warn', 'return', 'console', 'fault'];

const CALLS =
  /^(?<name>\*|[A-Z][A-Za-z0-9_*]*|0x[0-9a-f]+)(?:\((?<request>[^()]*)\))?(?<answer>(?:\s+\S+)*)$/;
const CONDITION = /^x(?<register>1[0-7]|[0-9])(?<not>!?)=(?<value>.+)$/;
const CPUS = /^cpu(?<cpus>\*|\d{1,4}(?:-\d{1,4})?)$/;
const REGISTER = /^(?:cpu(?<cpus>\*|\d{1,4}(?:-\d{1,4})?)\.)?(?<reg>ID_[A-Z0-9_]+)$/;

/** Trouble `usage` says what does not fit. */
export function parseFilter(text: string): Result<EventFilter> {
  const word = text.trim();
  if (TYPES.includes(word) || word.startsWith('x-')) return good(({ type }) => type === word);
  if (FACTS.some(({ name }) => name === word))
    return good(event => event.type === 'fact' && event.name === word);
  const register = REGISTER.exec(word)?.groups;
  if (register !== undefined) return good(registerFilter(register.reg ?? '', register.cpus));
  const alone = CPUS.exec(word)?.groups;
  if (alone !== undefined) {
    const cpus = cpusOf(alone.cpus);
    return good(event => event.cpu !== undefined && isAmong(event.cpu, cpus));
  }
  const groups = CALLS.exec(word)?.groups;
  if (groups === undefined) return unknown(text);
  return callFilter(text, groups.name ?? '', groups.request ?? '', groups.answer ?? '');
}

/** Without CPUs the sanitised register counts as well, which is no CPU's. */
function registerFilter(reg: string, given: string | undefined): EventFilter {
  const cpus = cpusOf(given);
  return event =>
    (event.type === 'mrs' && event.reg === reg && isAmong(event.cpu, cpus)) ||
    (event.type === 'ftr' && event.reg === reg && given === undefined);
}

function callFilter(text: string, name: string, request: string, answer: string): Result<EventFilter> {
  const names = wildcard(name);
  const isNamed = (text: string) => names.test(text);
  if (!/[*]|^0x/.test(name) && !RMI_COMMANDS.some(command => isNamed(command.name))) return unknown(text);
  const asked = conditions(
    request.split(','),
    ({ register, is }) =>
      call =>
        is(argumentsOf(call)[register - 1] ?? null),
  );
  if (!asked.ok) return asked;
  const answered = conditions(
    answer.split(/\s+/),
    ({ register, is }) =>
      call =>
        call.res !== null && is(returnedIn(call, register)),
  );
  if (!answered.ok) return answered;
  const all = [...asked.value, ...answered.value];
  return good(event => {
    if (event.type !== 'smc' || isBackground(event)) return false;
    const named = isNamed(callName(event.fid)) || isNamed(hex(event.fid)) || isNamed(hex(callId(event.fid)));
    return named && all.every(each => each(event));
  });
}

interface Condition {
  readonly register: number;
  readonly is: (value: Seen) => boolean;
}

type CallFilter = (call: SmcEvent) => boolean;

function conditions(
  parts: readonly string[],
  filter: (condition: Condition) => CallFilter,
): Result<CallFilter[]> {
  const found: CallFilter[] = [];
  for (const part of parts.map(each => each.trim()).filter(each => each !== '')) {
    const { register, not, value = '' } = CONDITION.exec(part)?.groups ?? {};
    const wanted = newStatus(value, true);
    if (register === undefined || wanted === undefined || isDrawn(wanted))
      return misused(
        `${JSON.stringify(part)} is not a condition`,
        'write a register, = or !=, and a value: x0!=0, x1=2.0, x0=RMI_BUSY, x2=unknown',
      );
    // Of a register that nobody saw, nobody knows what it is not.
    const is = (seen: Seen) =>
      not === '!' ? seen !== null && seen !== wanted : wanted === null ? seen === null : seen === wanted;
    found.push(filter({ register: parseCount(register) ?? 0, is }));
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
