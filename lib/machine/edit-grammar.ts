/**
 * The grammar of edits: `SELECTOR.FIELD=VALUE`, as lib/README.md writes it down.
 *
 *     4.x1=0x10000            the answer of event 4, as `show` counts
 *     RMI_VERSION#2+.x0=-1    the second such call and all later ones
 *     RMI_VERSION(x1=2.0).x1=1.0
 *     *.x3=unknown            every call
 *     cpu3.ID_AA64PFR0_EL1.RME=0
 *     conduit=none            a fact
 */
import { fieldOf, ID_REGISTERS } from '../abi/id-registers.js';
import { lookupRmiByName, RMI_VERSION } from '../abi/rmi-commands.js';
import { callId } from '../abi/smccc.js';
import { parseCount } from '../model/count.js';
import type { FactValue, TraceEvent } from '../model/events.js';
import { bad, good, type Result } from '../model/result.js';
import { hex, parseHex, type Seen, type U64 } from '../model/u64.js';
import { FACT_VALUES, registerValue, statusValue } from './edit-values.js';

/** Which of the calls that fit: the `from`th, then every `step`th up to the `to`th (`null`: without end). */
export interface Turns {
  readonly from: number;
  readonly to: number | null;
  readonly step: number;
}

export type Selector =
  /** The call recorded as event `number`. */
  | { readonly kind: 'event'; readonly number: number }
  | {
      readonly kind: 'call';
      /** `null`: every call. */
      readonly fid: U64 | null;
      readonly where: readonly { readonly register: number; readonly value: U64 }[];
      readonly turns: Turns | null;
    }
  | { readonly kind: 'register'; readonly reg: string; readonly cpu: number | null }
  | { readonly kind: 'fact'; readonly name: string };

/** x0..x17 of an answer, bits of a register, or the whole. */
export type Target =
  | { readonly kind: 'answer'; readonly register: number }
  | { readonly kind: 'bits'; readonly name: string; readonly lsb: number; readonly width: number }
  | { readonly kind: 'whole' };

export interface Rule {
  /** As its user spelt it: what the trace and the report name. */
  readonly text: string;
  readonly selector: Selector;
  readonly target: Target;
  /** A register's new value, `null` for unknown; a fact's new value. */
  readonly value: Seen | FactValue;
}

/** An edit by event number: what it means is known only beside the trace whose event that is. */
export interface EventEdit {
  readonly text: string;
  readonly number: number;
  readonly field: string | null;
  readonly value: string;
}

const SHAPE = /^(?<place>[^=(]+(?:\([^()]*\)[^=(]*)?)=(?<value>.*)$/s;
const CALL =
  /^(?<name>\*|[A-Za-z_][A-Za-z0-9_]*|0x[0-9a-f]+)(?:\((?<where>[^()]*)\))?(?:#(?<from>\d{1,6})(?:(?<open>\+)|\.\.(?<to>\d{1,6})(?:\+(?<step>\d{1,6}))?)?)?\.x(?<register>\d{1,2})$/;
const EVENT = /^(?<number>[1-9]\d{0,8})(?:\.(?<field>[A-Za-z0-9_]+))?$/;
const REGISTER = /^(?:cpu(?<cpu>\d{1,4})\.)?(?<reg>ID_[A-Z0-9_]+)(?:\.(?<field>[A-Za-z0-9_]+))?$/;

/** One edit. Trouble `bad-edit` says what does not fit, and how it should look. */
export function parseEdit(text: string): Result<Rule | EventEdit> {
  const { place = '', value = '' } = SHAPE.exec(text)?.groups ?? {};
  if (place === '')
    return refused(text, 'it has no `=`', 'write SELECTOR.FIELD=VALUE, like RMI_VERSION.x1=0x10000');
  const { number, field = null } = EVENT.exec(place)?.groups ?? {};
  if (number !== undefined) return good({ text, number: parseCount(number) ?? 0, field, value });
  for (const read of [registerRule, factRule, callRule]) {
    const rule = read(text, place, value);
    if (rule !== null) return rule;
  }
  return refused(
    text,
    `${JSON.stringify(place)} selects nothing`,
    'a selector is an event number, a call like RMI_VERSION.x1, a register like cpu0.ID_AA64PFR0_EL1.RME, or a fact',
  );
}

/** What an edit by number means on the trace whose events these are. Troubles: `bad-edit`, `derived-event`. */
export function resolveEdit(edit: EventEdit, events: readonly TraceEvent[]): Result<Rule> {
  const { text, number, field, value } = edit;
  const event = events[number - 1];
  if (event === undefined) {
    return refused(text, `the trace has ${events.length} events`, 'count as `rmitrace show` does, from 1');
  }
  const part = field === null ? '' : `.${field}`;
  const raw = events.some(other => other.type === 'mrs' && event.type === 'ftr' && other.reg === event.reg);
  switch (event.type) {
    case 'mrs':
      return renamed(text, registerRule(text, `cpu${event.cpu}.${event.reg}${part}`, value));
    case 'fact':
      return renamed(text, factRule(text, `${event.name}${part}`, value));
    case 'smc': {
      const call = callRule(text, `${hex(callId(event.fid))}${part}`, value);
      if (call?.ok !== true) return renamed(text, call);
      return good({ ...call.value, selector: { kind: 'event', number } });
    }
    case 'ftr':
      if (!raw) return renamed(text, registerRule(text, `${event.reg}${part}`, value));
      return derived(
        text,
        number,
        `the sanitised ${event.reg}`,
        `edit its input instead: ${event.reg}${part}=${value}`,
      );
    default:
      return derived(
        text,
        number,
        `a ${event.type}`,
        'edit what the machine answered: a call, a register or a fact',
      );
  }
}

function renamed(text: string, rule: Result<Rule> | null): Result<Rule> {
  return (
    rule ??
    refused(text, 'an event of that kind has no such field', 'a call takes x0 to x17, a register its fields')
  );
}

function derived(text: string, number: number, what: string, next: string): Result<never> {
  return bad(
    'derived-event',
    `the edit ${JSON.stringify(text)} is refused: event ${number} is ${what}, which follows from others`,
    { event: number },
    next,
  );
}

function registerRule(text: string, place: string, value: string): Result<Rule> | null {
  const groups = REGISTER.exec(place)?.groups;
  if (groups === undefined) return null;
  const { cpu, reg = '', field } = groups;
  if (!ID_REGISTERS.has(reg))
    return refused(text, `${reg} is not a register that is described`, 'use a name like ID_AA64PFR0_EL1');
  const selector: Selector = { kind: 'register', reg, cpu: parseCount(cpu) };
  if (field !== undefined) return bitsRule(text, selector, reg, field, value);
  const whole = registerValue(value, false);
  if (whole === undefined) return notAValue(text, value);
  return good({ text, selector, target: { kind: 'whole' }, value: whole });
}

function bitsRule(text: string, selector: Selector, reg: string, name: string, value: string): Result<Rule> {
  const layout = fieldOf(reg, name);
  if (layout === null)
    return refused(
      text,
      `${reg} has no field ${name}`,
      'name a field like RME, or leave it out for the whole register',
    );
  const content = registerValue(value, false);
  if (content === undefined || content === null) return notAValue(text, value);
  if (content >= 1n << BigInt(layout.width)) {
    return refused(
      text,
      `${value} does not fit ${name}, which has ${layout.width} bits`,
      'give a smaller value',
    );
  }
  return good({
    text,
    selector,
    target: { kind: 'bits', name, lsb: layout.lsb, width: layout.width },
    value: content,
  });
}

function factRule(text: string, place: string, value: string): Result<Rule> | null {
  const read = Object.hasOwn(FACT_VALUES, place) ? FACT_VALUES[place] : undefined;
  if (read === undefined) return null;
  const content = read(value);
  if (content === null)
    return refused(
      text,
      `${JSON.stringify(value)} is no value of ${place}`,
      'the values of each fact stand in lib/README.md',
    );
  return good({ text, selector: { kind: 'fact', name: place }, target: { kind: 'whole' }, value: content });
}

function callRule(text: string, place: string, value: string): Result<Rule> | null {
  const groups = CALL.exec(place)?.groups;
  if (groups === undefined) return null;
  const { name = '', register = '' } = groups;
  const fid = name === '*' ? null : fidOf(name);
  if (fid === undefined)
    return refused(
      text,
      `no call is named ${name}`,
      'use a name like RMI_VERSION, a FID like 0xc4000150, or *',
    );
  const where = conditions(groups.where, fid);
  if (where === null)
    return refused(text, `(${groups.where}) is no condition`, 'write RMI_VERSION(x1=2.0).x0=1');
  const turns = turnsOf(groups);
  if (turns === undefined)
    return refused(text, 'calls are counted from 1, and a range goes upwards', 'write #2, #2+ or #1..9+2');
  const selector: Selector = { kind: 'call', fid, where, turns };
  return answerRule(text, selector, parseCount(register) ?? 18, value, fid === null || fid === RMI_VERSION);
}

function answerRule(
  text: string,
  selector: Selector,
  register: number,
  value: string,
  versions: boolean,
): Result<Rule> {
  if (register > 17) return refused(text, `an answer has x0 to x17, not x${register}`, 'name one of these');
  const content = register === 0 ? statusValue(value, versions) : registerValue(value, versions);
  if (content === undefined) return notAValue(text, value);
  return good({ text, selector, target: { kind: 'answer', register }, value: content });
}

/** `undefined`: no such call. */
function fidOf(name: string): U64 | undefined {
  const fid = name.startsWith('0x') ? parseHex(name) : lookupRmiByName(name);
  return fid === null ? undefined : callId(fid);
}

function conditions(
  text: string | undefined,
  fid: U64 | null,
): readonly { register: number; value: U64 }[] | null {
  const found: { register: number; value: U64 }[] = [];
  for (const part of text?.split(',') ?? []) {
    const groups = /^\s*x(?<register>1[0-7]|[1-9])=(?<value>.*?)\s*$/.exec(part)?.groups;
    const value = registerValue(groups?.value ?? '', fid === RMI_VERSION);
    if (groups === undefined || value === undefined || value === null) return null;
    found.push({ register: parseCount(groups?.register) ?? 0, value });
  }
  return found;
}

/** `null`: every turn. `undefined`: a count that cannot be. */
function turnsOf(groups: Record<string, string | undefined>): Turns | null | undefined {
  const from = parseCount(groups.from);
  if (from === null) return null;
  const to = groups.open === '+' ? null : (parseCount(groups.to) ?? from);
  const step = parseCount(groups.step) ?? 1;
  return from < 1 || step < 1 || (to !== null && to < from) ? undefined : { from, to, step };
}

function notAValue(text: string, value: string): Result<never> {
  return refused(
    text,
    `${JSON.stringify(value)} is no value here`,
    'give 0x… in lower case, a decimal, a revision M.m, a status like RMI_ERROR_INPUT, or unknown',
  );
}

function refused(text: string, what: string, next: string): Result<never> {
  return bad('bad-edit', `the edit ${JSON.stringify(text)} cannot be read: ${what}`, {}, next);
}
