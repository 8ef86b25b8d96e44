/** Validates values from outside: `unknown` goes in, the file's own type comes out. */
import { whole as wholeMachine } from './generated/machine.js';
import type * as MachineFile from './generated/machine.types.js';
import { whole as wholeRmmAnswer } from './generated/rmm-answer.js';
import type * as RmmAnswerLine from './generated/rmm-answer.types.js';
import { whole as wholeRmmCall } from './generated/rmm-call.js';
import type * as RmmCallLine from './generated/rmm-call.types.js';
import { byTag as events, examplesByTag as examples, whole as wholeTrace } from './generated/trace.js';
import type * as TraceFile from './generated/trace.types.js';
import { found, type Mismatch, mismatchOf } from './messages.js';
import type { Validator } from './validator.js';

export type SchemaResult<T> = { readonly ok: true; readonly value: T } | ({ readonly ok: false } & Mismatch);

/** As `SchemaResult`, with all that is wrong with the value, one thing a place and never none. */
export type SchemaResults<T> =
  | { readonly ok: true; readonly value: T }
  | ({ readonly ok: false; readonly all: readonly Mismatch[] } & Mismatch);

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
  return checkAll(validator, value)?.[0] ?? null;
}

/** All that is wrong with `value`, as far as the validator goes on: one thing a place. `null` where nothing is. */
function checkAll(validator: Validator, value: unknown): readonly [Mismatch, ...Mismatch[]] | null {
  if (validator(value)) return null;
  const places = new Set<string>();
  const all: Mismatch[] = [];
  for (const complaint of validator.errors ?? []) {
    // `propertyNames` comes after the complaint that says what is wrong with the name.
    if (complaint.keyword === 'propertyNames') continue;
    const mismatch = mismatchOf(complaint, value);
    if (!places.has(mismatch.pointer)) all.push(mismatch);
    places.add(mismatch.pointer);
  }
  const [first, ...others] = all;
  if (first === undefined) throw new Error('a validator refused a value and did not say why');
  return [first, ...others];
}

function refused(first: Mismatch, ...others: readonly Mismatch[]): SchemaResults<never> {
  return { ok: false, ...first, all: [first, ...others] };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function checkEvent(value: unknown): SchemaResults<EventWire> {
  if (!isRecord(value)) return refused({ pointer: '', message: `must be an object; found ${found(value)}` });
  const { type } = value;
  if (type === undefined) return refused({ pointer: '/type', message: 'is missing', missing: 'type' });
  if (typeof type !== 'string')
    return refused({ pointer: '/type', message: `must be a string; found ${found(type)}` });
  const validator = events.get(type.startsWith('x-') ? 'foreign' : type);
  if (validator === undefined || type === 'foreign') {
    const message = `is a type of event that this version does not know: ${found(type)} (types of your own begin with x-)`;
    return refused({ pointer: '/type', message });
  }
  const said = checkAll(validator, value);
  return said === null ? { ok: true, value: value as unknown as EventWire } : refused(...said);
}

/** Header and footer of a trace, as one object without `events`. */
export function checkFrame(value: unknown): SchemaResults<FrameWire> {
  const said = checkAll(wholeTrace, isRecord(value) ? { ...value, events: [] } : value);
  return said === null ? { ok: true, value: value as FrameWire } : refused(...said);
}

/** A member that must be there, as a person may write it down; `null` where that is not told. */
export type Example = (key: string) => string | null;

const example =
  (members: Readonly<Record<string, unknown>>): Example =>
  key => {
    const found = Object.entries(members).find(([name]) => name === key);
    return found === undefined ? null : `"${key}": ${JSON.stringify(found[1])}`;
  };

/** Of the header and the footer. */
export const frameExample: Example = example(examples[''] ?? {});

/** Of an event as it stands in a file: of its type, where it has one. */
export function exampleFor(event: unknown): Example {
  const type = isRecord(event) ? event.type : undefined;
  const types = [...events.keys()].filter(name => name !== 'foreign');
  if (type === undefined) return key => (key === 'type' ? `"type": one of ${types.join(', ')}` : null);
  return example(Object.entries(examples).find(([name]) => name === type)?.[1] ?? {});
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
