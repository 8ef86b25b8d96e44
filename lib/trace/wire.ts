/** Events between the file's spelling (hex strings, x- keys among the others) and the program's (U64, x- keys apart). */
import { lookupRmi } from '../abi/rmi-commands.js';
import { PASSED } from '../abi/smccc.js';
import {
  type CallingConvention,
  type FactValue,
  isForeign,
  type LogEvent,
  type Memory,
  type SmcEvent,
  type TraceEvent,
} from '../model/events.js';
import { speltFact } from '../model/facts/values.js';
import { factNamed } from '../model/facts.js';
import { hex, readHex, type Seen, type U64 } from '../model/u64.js';
import { defaultsByTag as defaults } from '../schema/generated/trace.js';
import type * as Wire from '../schema/generated/trace.types.js';
import type { EventWire } from '../schema/validate.js';
import { copyDecoration, extraOf, extraWire, given, isXKey } from './wire-fields.js';

function register(text: string): U64 {
  const value = readHex(text);
  if (value === null) throw new Error(`the schema let a register pass that is none: ${text}`);
  return value;
}

const seen = (text: string | null): Seen => (text === null ? null : register(text));
const seenText = (value: Seen): string | null => (value === null ? null : hex(value));

const memory = ({ pa, at, words }: Wire.Memory): Memory => ({
  pa: register(pa),
  at,
  words: Object.entries(words).map(([offset, value]) => ({ offset: register(offset), value: seen(value) })),
});

const memoryWire = ({ pa, at, words }: Memory): Wire.Memory => ({
  pa: hex(pa),
  at,
  words: Object.fromEntries(words.map(({ offset, value }) => [hex(offset), seenText(value)])),
});

/** Registers of a call whose arguments nobody wrote down: by 1.1 those that its command takes, by 1.2 all of them. */
function unseenArguments(fid: U64, cc: CallingConvention): readonly Seen[] {
  const taken = lookupRmi(fid).map(({ args }) => args?.length ?? 0);
  return Array<null>(cc === '1.2' ? PASSED[cc] : Math.min(PASSED[cc], ...taken)).fill(null);
}

function smc(wire: Wire.Smc): SmcEvent {
  const { type, args, res, junk, mem, by } = wire;
  const { cpu, from, via, cc } = defaults.smc;
  const fid = register(wire.fid);
  const convention = wire.cc ?? cc;
  return {
    type,
    cpu: wire.cpu ?? cpu,
    from: wire.from ?? from,
    via: wire.via ?? via,
    cc: convention,
    fid,
    args: args?.map(seen) ?? unseenArguments(fid, convention),
    res: res === null ? null : res.map(seen),
    ...given('junk', junk?.map(seen)),
    ...given('mem', mem?.map(memory)),
    ...given('by', by),
  };
}

function smcWire({ type, cpu, from, via, cc, fid, args, res, junk, mem, by }: SmcEvent): Wire.Smc {
  return {
    type,
    cpu,
    from,
    via,
    cc,
    fid: hex(fid),
    args: args.map(seenText),
    res: res === null ? null : res.map(seenText),
    ...given('junk', junk?.map(seenText)),
    ...given('mem', mem?.map(memoryWire)),
    ...given('by', by),
  };
}

function log({ type, cpu, level, prefix, pid, text }: Wire.Log | LogEvent): Wire.Log & LogEvent {
  return {
    type,
    ...given('cpu', cpu),
    level: level ?? defaults.log.level,
    ...given('prefix', prefix),
    ...given('pid', pid),
    text,
  };
}

function factValue({ name, value }: Wire.Fact): FactValue {
  const fact = factNamed(name);
  return fact === null ? value : speltFact(fact.values, value);
}

/** An event without its decoration. */
function bare(wire: EventWire): TraceEvent {
  switch (wire.type) {
    case 'mrs':
      return { type: wire.type, cpu: wire.cpu ?? defaults.mrs.cpu, reg: wire.reg, value: seen(wire.value) };
    case 'ftr':
      return { type: wire.type, ...given('cpu', wire.cpu), reg: wire.reg, value: seen(wire.value) };
    case 'fact':
      return { type: wire.type, ...given('cpu', wire.cpu), name: wire.name, value: factValue(wire) };
    case 'smc':
      return smc(wire);
    case 'log':
      return log(wire);
    case 'warn':
      return { type: wire.type, ...given('cpu', wire.cpu), of: wire.of, text: wire.text };
    case 'return':
      return { type: wire.type, ...given('cpu', wire.cpu), of: wire.of, value: wire.value };
    case 'console':
      return { type: wire.type, ...given('cpu', wire.cpu), text: wire.text };
    case 'fault':
      return {
        type: wire.type,
        ...given('cpu', wire.cpu),
        of: wire.of,
        code: wire.code,
        text: wire.text ?? defaults.fault.text,
      };
    default:
      return { type: wire.type, ...given('cpu', wire.cpu) };
  }
}

/** The event that a wire object, checked against the schema, stands for, what it leaves out filled in. */
export function eventOf(wire: EventWire): TraceEvent {
  const event = bare(wire);
  copyDecoration(wire, event);
  for (const key in wire) if (isXKey(key)) return { ...event, ...extraOf(wire) };
  return event;
}

/** A wire object without its decoration, its fields in the schema's order. */
function bareWire(event: TraceEvent): EventWire {
  if (isForeign(event)) return { type: event.type, ...given('cpu', event.cpu) };
  switch (event.type) {
    case 'mrs':
      return { type: event.type, cpu: event.cpu, reg: event.reg, value: seenText(event.value) };
    case 'ftr':
      return { type: event.type, ...given('cpu', event.cpu), reg: event.reg, value: seenText(event.value) };
    case 'fact':
      return { type: event.type, ...given('cpu', event.cpu), name: event.name, value: event.value };
    case 'smc':
      return smcWire(event);
    case 'log':
      return log(event);
    case 'warn':
      return { type: event.type, ...given('cpu', event.cpu), of: event.of, text: event.text };
    case 'return':
      return { type: event.type, ...given('cpu', event.cpu), of: event.of, value: event.value };
    case 'console':
      return { type: event.type, ...given('cpu', event.cpu), text: event.text };
    case 'fault':
      return {
        type: event.type,
        ...given('cpu', event.cpu),
        of: event.of,
        code: event.code,
        text: event.text,
      };
  }
}

/** The wire object of an event, its fields in the schema's order. */
export function wireOf(event: TraceEvent): EventWire {
  const wire = bareWire(event);
  copyDecoration(event, wire);
  return event.extra === undefined ? wire : { ...wire, ...extraWire(event.extra) };
}
