/** Validates values from outside: `unknown` goes in, the file's own type comes out. */
import { whole as wholeMachine } from './generated/machine.js';
import type * as MachineFile from './generated/machine.types.js';
import { whole as wholeRmmAnswer } from './generated/rmm-answer.js';
import type * as RmmAnswerLine from './generated/rmm-answer.types.js';
import { whole as wholeRmmCall } from './generated/rmm-call.js';
import type * as RmmCallLine from './generated/rmm-call.types.js';
import { byTag as events, whole as wholeTrace } from './generated/trace.js';
import type * as TraceFile from './generated/trace.types.js';
import { found, type Mismatch, mismatchOf } from './messages.js';
import type { Validator } from './validator.js';

export type SchemaResult<T> = { readonly ok: true; readonly value: T } | ({ readonly ok: false } & Mismatch);

export type EventWire = TraceFile.Event;
/** A trace but for its events: header and footer, which one check covers. */
export type FrameWire = Omit<TraceFile.Trace, 'events'>;

/** A machine description as its file has it: what it leaves out stands in `defaults` of generated/machine.ts. */
export type MachineWire = MachineFile.Machine;

/** Lines to and from an RMM behind a pipe. Which members go together, lib/rmm/pipe/protocol.ts knows. */
export type RmmCallWire = RmmCallLine.RmmCall;
export type RmmAnswerWire = RmmAnswerLine.RmmAnswer;

/** What is wrong with `value`; `null` where nothing is. */
export function check(validator: Validator, value: unknown): Mismatch | null {
  if (validator(value)) return null;
  // `propertyNames` comes after the complaint that says what is wrong with the name.
  const complaint = validator.errors?.find(({ keyword }) => keyword !== 'propertyNames');
  if (complaint === undefined) throw new Error('a validator refused a value and did not say why');
  return mismatchOf(complaint, value);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function checkEvent(value: unknown): SchemaResult<EventWire> {
  if (!isRecord(value))
    return { ok: false, pointer: '', message: `must be an object; found ${found(value)}` };
  const { type } = value;
  if (type === undefined) return { ok: false, pointer: '/type', message: 'is missing' };
  if (typeof type !== 'string') {
    return { ok: false, pointer: '/type', message: `must be a string; found ${found(type)}` };
  }
  const validator = events.get(type.startsWith('x-') ? 'foreign' : type);
  if (validator === undefined || type === 'foreign') {
    const message = `is a type of event that this version does not know: ${found(type)} (types of your own begin with x-)`;
    return { ok: false, pointer: '/type', message };
  }
  const said = check(validator, value);
  return said === null ? { ok: true, value: value as unknown as EventWire } : { ok: false, ...said };
}

/** Header and footer of a trace, as one object without `events`. */
export function checkFrame(value: unknown): SchemaResult<FrameWire> {
  const said = check(wholeTrace, isRecord(value) ? { ...value, events: [] } : value);
  return said === null ? { ok: true, value: value as FrameWire } : { ok: false, ...said };
}

export function checkMachine(value: unknown): SchemaResult<MachineWire> {
  const said = check(wholeMachine, value);
  return said === null ? { ok: true, value: value as MachineWire } : { ok: false, ...said };
}

export function checkRmmCall(value: unknown): SchemaResult<RmmCallWire> {
  const said = check(wholeRmmCall, value);
  return said === null ? { ok: true, value: value as RmmCallWire } : { ok: false, ...said };
}

export function checkRmmAnswer(value: unknown): SchemaResult<RmmAnswerWire> {
  const said = check(wholeRmmAnswer, value);
  return said === null ? { ok: true, value: value as RmmAnswerWire } : { ok: false, ...said };
}
