/** A trace as a person would write it down: without a seal, and without what a reader fills in. */
import type { TraceEvent } from '../model/events.js';
import type { Header, Trace } from '../model/trace.js';
import type { Seen } from '../model/u64.js';
import { defaults, defaultsByTag } from '../schema/generated/trace.js';
import { wireOf } from './wire.js';
import { FORMAT, VERSION } from './wire-frame.js';

/** A text to be edited; `about` tells its reader what to do with it, one sentence an entry. */
export function byHandText({ header, events }: Trace, about: readonly string[]): string {
  const members = Object.entries({ format: FORMAT, version: VERSION, 'x-about': about, ...headerOf(header) });
  const lines = events.map(event => JSON.stringify(eventOf(event)));
  return [
    '{',
    ...members.map(([key, value]) => `${JSON.stringify(key)}: ${textOf(value)},`),
    '"events": [',
    lines.join(',\n'),
    ']',
    '}\n',
  ].join('\n');
}

/** Sentences one a line. */
function textOf(value: unknown): string {
  return JSON.stringify(value, null, Array.isArray(value) ? 1 : 0);
}

function headerOf({ scope, kernel, machine }: Header) {
  const asked = unlike({ name: kernel.name, wants: kernel.wants }, defaults.kernel);
  const answered = unlike({ name: machine.name, cpus: machine.cpus, rmm: machine.rmm }, defaults.machine);
  return {
    ...unlike({ scope }, defaults),
    ...(Object.keys(asked).length === 0 ? {} : { kernel: asked }),
    machine: answered,
  };
}

function eventOf(event: TraceEvent): object {
  const { line: _line, inferred, ...wire } = wireOf(event);
  const usual = Object.entries(defaultsByTag).find(([type]) => type === event.type)?.[1] ?? {};
  const called = event.type === 'smc' && event.cc === '1.1' ? { res: withoutUnseen(event.res, wire) } : {};
  const why = inferred === undefined ? {} : { 'x-why': [...new Set(Object.values(inferred))].join('; ') };
  return { ...unlike({ ...wire, ...called }, usual), ...why };
}

/** By SMCCC 1.1 a register that is left out at the end is one that nobody saw. */
function withoutUnseen(res: readonly Seen[] | null, wire: object): unknown {
  const texts: unknown = 'res' in wire ? wire.res : null;
  if (res === null || !Array.isArray(texts)) return null;
  return texts.slice(0, Math.max(1, 1 + res.findLastIndex(value => value !== null)));
}

/** Of `members` those that are not what they are by default. */
function unlike(members: object, usual: object): object {
  const known = new Map<string, unknown>(Object.entries(usual));
  const differs = ([key, value]: [string, unknown]) => !known.has(key) || known.get(key) !== value;
  return Object.fromEntries(Object.entries(members).filter(differs));
}
