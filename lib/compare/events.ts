/**
 * What of a trace is compared: the state that the kernel was given, and the flow of calls and output. Console lines,
 * background calls and everything that begins with `x-` are not compared.
 */
import { isKernelCall } from '../abi/background.js';
import { NOT_SEEN } from '../abi/decode.js';
import { decodeIdRegister } from '../abi/id-registers.js';
import { REGISTERS, returnedIn } from '../abi/smccc.js';
import { requestDifferences } from '../machine/recorded-calls.js';
import type {
  FactEvent,
  FtrEvent,
  LogEvent,
  MrsEvent,
  ReturnEvent,
  SmcEvent,
  TraceEvent,
  WarnEvent,
} from '../model/events.js';
import { lengthOf, type Numbered, numbered } from '../model/gaps.js';
import { ASSUMED, AT_LEAST } from '../model/inferred.js';
import { factKey, type InputKey, registerKey } from '../model/input-key.js';
import { memoryDifferences } from '../model/memory.js';
import { hex } from '../model/u64.js';
import { isLater, parseVersion } from '../model/version.js';

export type StateEvent = MrsEvent | FactEvent | FtrEvent;
export type FlowEvent = SmcEvent | LogEvent | WarnEvent | ReturnEvent;

/**
 * What the kernel did. `more`: it stands for others on the same side too, each the same call or the same kind of line, of
 * which none is on the other side: so many, the last being event `last`.
 */
export interface Action extends Numbered<FlowEvent> {
  readonly more?: { readonly count: number; readonly last: number };
}

/** One place in which two events differ, as text for both sides. */
export interface PlaceDifference {
  readonly place: string;
  readonly a: string;
  readonly b: string;
}

/** The machine's state by its keys. A sanitised register counts where there is no raw one. */
export function stateOfTrace(events: readonly TraceEvent[]): ReadonlyMap<InputKey, Numbered<StateEvent>> {
  const raw = new Set(events.filter(event => event.type === 'mrs').map(event => event.reg));
  const state = new Map<InputKey, Numbered<StateEvent>>();
  for (const { number, event } of numbered(events)) {
    if (event.type === 'mrs') state.set(registerKey(event.reg, event.cpu), { number, event });
    if (event.type === 'fact') state.set(factKey(event.name), { number, event });
    if (event.type === 'ftr' && !raw.has(event.reg))
      state.set(registerKey(event.reg, null), { number, event });
  }
  return state;
}

/** Calls and output, in order. */
export function flowOfTrace(events: readonly TraceEvent[]): readonly Numbered<FlowEvent>[] {
  const flow: Numbered<FlowEvent>[] = [];
  let number = 0;
  for (const event of events) {
    number += lengthOf(event);
    if (isAction(event)) flow.push({ number, event });
  }
  return flow;
}

export function isAction(event: TraceEvent): event is FlowEvent {
  return event.type === 'smc' ? isKernelCall(event) : isOutput(event);
}

/** What the kernel puts out. */
export function isOutput(event: TraceEvent): event is Exclude<FlowEvent, SmcEvent> {
  return event.type === 'log' || event.type === 'warn' || event.type === 'return';
}

/** Where the kernel's side of two events differs. An unknown level or register is no difference. */
export function actionDifferences(a: FlowEvent, b: FlowEvent): readonly PlaceDifference[] {
  if (a.type === 'smc' && b.type === 'smc') {
    const registers = requestDifferences(a, b).map(d => ({ place: d.register, a: d.recorded, b: d.asked }));
    return [...fields([['via', a.via, b.via]]), ...registers];
  }
  if (a.type === 'log' && b.type === 'log') {
    const level: Field[] = a.level === null || b.level === null ? [] : [['level', a.level, b.level]];
    return fields([...level, ['prefix', a.prefix ?? 'none', b.prefix ?? 'none'], ['text', a.text, b.text]]);
  }
  if (a.type === 'warn' && b.type === 'warn')
    return fields([
      ['of', a.of, b.of],
      ['text', a.text, b.text],
    ]);
  if (a.type === 'return' && b.type === 'return') {
    return fields([
      ['of', a.of, b.of],
      ['value', String(a.value), String(b.value)],
    ]);
  }
  return [{ place: 'type', a: a.type, b: b.type }];
}

/**
 * Where two answers differ, in the registers that both sides have. One that came back and one that did not differ; so do a
 * register that nobody saw and one that an edit set.
 */
export function answerDifferences(a: SmcEvent, b: SmcEvent): readonly PlaceDifference[] {
  if (a.res === null || b.res === null) {
    return fields([
      [
        'answer',
        a.res === null ? 'never came back' : 'came back',
        b.res === null ? 'never came back' : 'came back',
      ],
    ]);
  }
  const differences: PlaceDifference[] = [];
  for (let at = 0; at < REGISTERS; at++) {
    const [was, is] = [returnedIn(a, at), returnedIn(b, at)];
    if (is !== null && was !== is && (was !== null || b.rule !== undefined))
      differences.push({ place: `x${at}`, a: was === null ? NOT_SEEN : hex(was), b: hex(is) });
  }
  for (const { place, a: was, b: is } of memoryDifferences(a.mem, b.mem, 'return'))
    differences.push({ place, a: hex(was), b: hex(is) });
  return differences;
}

/** Whether the two are the same input or action, and nothing that is known of both differs. */
export function isSameAsKnown(a: TraceEvent, b: TraceEvent): boolean {
  if (a.type === 'smc' && b.type === 'smc') {
    if (!isKernelCall(a) || !isKernelCall(b) || a.rule !== b.rule) return false;
    return actionDifferences(a, b).length + answerDifferences(a, b).length === 0;
  }
  if (a.type === 'log' && b.type === 'log') return actionDifferences(a, b).length === 0;
  if (a.type === 'mrs' && b.type === 'mrs')
    return a.reg === b.reg && a.cpu === b.cpu && stateDifferences(a, b).length === 0;
  return false;
}

/** Where two values of the same state differ, whole and field by field: an unknown one does not. */
export function stateDifferences(a: StateEvent, b: StateEvent): readonly PlaceDifference[] {
  if (a.type === 'fact' && b.type === 'fact')
    return mayBe(a, b) || mayBe(b, a) ? [] : fields([['value', String(a.value), String(b.value)]]);
  if (a.type === 'fact' || b.type === 'fact') return fields([['type', a.type, b.type]]);
  if (a.value === null || b.value === null) return [];
  const theirs = decodeIdRegister(b.reg, b.value);
  const parts = decodeIdRegister(a.reg, a.value).map(
    ({ name, value }, at): Field => [name, String(value), String(theirs[at]?.value)],
  );
  return fields([['value', hex(a.value), hex(b.value)], ...parts]);
}

/** Whether a log that does not show this fact's value itself leaves the other one open. */
function mayBe({ value, inferred = {} }: FactEvent, other: FactEvent): boolean {
  if (ASSUMED in inferred) return true;
  const [least, version] = [parseVersion(String(value)), parseVersion(String(other.value))];
  if (!(AT_LEAST in inferred) || least === null || version === null) return false;
  return !isLater(least, version);
}

type Field = readonly [place: string, a: string, b: string];

function fields(list: readonly Field[]): readonly PlaceDifference[] {
  return list.filter(([, a, b]) => a !== b).map(([place, a, b]) => ({ place, a, b }));
}
