/**
 * Actions as numbers: equal actions of two flows get the same one. A register or level that some side does not know says
 * nothing, for all actions that are alike but for it; so alike by number may still differ where it is known.
 */
import { argumentsOf, callId, trimmed } from '../abi/smccc.js';
import type { LogEvent } from '../model/events.js';
import type { U64 } from '../model/u64.js';
import type { Action, FlowEvent } from './events.js';

type Flow = readonly Action[];

export interface Kinds {
  readonly kindsA: readonly number[];
  readonly kindsB: readonly number[];
}

/** By what the kernel did: request, line, warning, return. Answers do not count. */
export function actionKinds(a: Flow, b: Flow): Kinds {
  const events = [...a, ...b].map(({ event }) => event);
  const compared = comparedArguments(events);
  const anyLevel = linesOfUnknownLevel(events);
  return numbered(a, b, event => {
    switch (event.type) {
      case 'smc': {
        const args = argumentsOf(event);
        const positions = compared.get(callId(event.fid)) ?? [];
        // Where all of them count, zeros at the end say nothing.
        const said = positions.length === args.length ? trimmed(args) : positions.map(at => args[at]);
        return `${slotOf(event)} ${event.via} ${said}`;
      }
      case 'log':
        return `log ${anyLevel.has(lineOf(event)) ? '' : event.level} ${lineOf(event)}`;
      case 'warn':
        return `warn ${event.of} ${event.text}`;
      case 'return':
        return `${slotOf(event)} ${event.value}`;
    }
  });
}

/** Of each FID the arguments that every call of it sets, and whose values are all known. */
function comparedArguments(events: readonly FlowEvent[]): ReadonlyMap<U64, readonly number[]> {
  const compared = new Map<U64, readonly number[]>();
  for (const event of events) {
    if (event.type !== 'smc') continue;
    const args = argumentsOf(event);
    const before = compared.get(callId(event.fid)) ?? [...args.keys()];
    const both = before.every(at => (args[at] ?? null) !== null)
      ? before
      : before.filter(at => (args[at] ?? null) !== null);
    compared.set(callId(event.fid), both);
  }
  return compared;
}

function linesOfUnknownLevel(events: readonly FlowEvent[]): ReadonlySet<string> {
  return new Set(
    events.flatMap(event => (event.type === 'log' && event.level === null ? [lineOf(event)] : [])),
  );
}

function lineOf({ prefix, text }: LogEvent): string {
  return `${prefix ?? ''} ${text}`;
}

/** By what could be the same action altered: a call by its FID, a return by its function, any line, any warning. */
export function slotKinds(a: Flow, b: Flow): Kinds {
  return numbered(a, b, slotOf);
}

function numbered(a: Flow, b: Flow, keyOf: (event: FlowEvent) => string): Kinds {
  const numbers = new Map<string, number>();
  const numberOf = ({ event, number, more }: Action): number => {
    // What stands for many is known to be on its side alone.
    const key = more === undefined ? keyOf(event) : `many from ${number}`;
    const found = numbers.get(key) ?? numbers.size;
    numbers.set(key, found);
    return found;
  };
  return { kindsA: a.map(numberOf), kindsB: b.map(numberOf) };
}

/** Whether two events could be the same action, altered. */
function slotOf(event: FlowEvent): string {
  if (event.type === 'smc') return `smc ${callId(event.fid)}`;
  return event.type === 'return' ? `return ${event.of}` : event.type;
}
