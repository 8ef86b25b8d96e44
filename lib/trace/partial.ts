/** What the thorough reader has read of a file so far, complete or not, and what is wrong with it. */
import { counted } from '../model/count.js';
import type { TraceEvent } from '../model/events.js';
import type { Place, Trouble } from '../model/result.js';
import type { Trace } from '../model/trace.js';
import { found, type Mismatch } from '../schema/messages.js';
import { checkEvent, checkFrame, exampleFor, type FrameWire, frameExample } from '../schema/validate.js';
import { digestOf } from './digest.js';
import { type Flaw, pointerOf, type Sink } from './json-members.js';
import type { ReadWhole } from './read-canonical.js';
import { mismatchTrouble, readTrouble } from './troubles.js';
import { eventOf } from './wire.js';
import { cpusOf, FORMAT, headerOf, MACHINE_FORMAT, outcomeFromWire, VERSION } from './wire-frame.js';

export interface PartialTrace {
  readonly frame: Map<string, { readonly value: unknown; readonly line: number }>;
  /** In the place of one that is not good stands one that says nothing, so that the others keep their numbers. */
  readonly events: TraceEvent[];
  readonly lines: number[];
  /** With single values. Kept back, since a newer format explains them all. */
  readonly troubles: Trouble[];
  hasEvents: boolean;
  /** Events that were whole, good or not. */
  seen: number;
}

export function nothingYet(): PartialTrace {
  return { frame: new Map(), events: [], lines: [], troubles: [], hasEvents: false, seen: 0 };
}

/** Takes events, which are not kept in memory then. */
export interface Keeper {
  /** Whether events are nothing to it but what may be wrong with them. */
  readonly ofNone?: boolean;
  /** Takes one that needs no checking, as it stands in the file; `false` where it is to be checked. `line`: it begins there. */
  asItIs(value: unknown, line: number): boolean;
  event(event: TraceEvent): void;
  /** How many CPUs the events that it took speak of. */
  cpus(): number;
}

/** A sink that keeps `most` troubles at most. */
export function sinkInto(partial: PartialTrace, file: string, most: number, keeper?: Keeper): Sink {
  return {
    member: (key, value, line) => partial.frame.set(key, { value, line }),
    eventsBegin: () => {
      partial.hasEvents = true;
    },
    event: (value, line) => {
      partial.seen += 1;
      if (keeper?.asItIs(value, line) === true) return;
      if (keeper?.ofNone === true && partial.troubles.length >= most) return;
      const checked = checkEvent(value);
      const event = checked.ok ? eventOf(checked.value) : REFUSED;
      if (keeper !== undefined) keeper.event(event);
      else {
        partial.events.push(event);
        partial.lines.push(line);
      }
      if (checked.ok) return;
      const example = exampleFor(value);
      for (const mismatch of checked.all.slice(0, most - partial.troubles.length)) {
        const where = { file, line, event: partial.seen, pointer: mismatch.pointer };
        partial.troubles.push(mismatchTrouble(mismatch, where, 'an event', example));
      }
    },
    flaw: ({ code, what, line, path }) => {
      if (partial.troubles.length >= most) return;
      partial.troubles.push(readTrouble(code, what, placeOf(path, line, file)));
    },
  };
}

const REFUSED: TraceEvent = { type: 'x-refused' };

/** A path from the top of the file as a place: within an event, its number and the pointer from there. */
export function placeOf(path: Flaw['path'], line: number, file: string): Place {
  if (path.length === 0) return { file, line };
  const [top, index, ...within] = path;
  if (top !== 'events' || typeof index !== 'number') return { file, line, pointer: pointerOf(path) };
  return { file, line, event: index + 1, pointer: pointerOf(within) };
}

export function isNamedTrace({ frame, hasEvents }: PartialTrace): boolean {
  return frame.has('format') || hasEvents;
}

/** Goes before every other trouble: whatever is wrong with such a file, it is not this version's to judge. */
export function foreignFormat({ frame }: PartialTrace, file: string): Trouble | null {
  const format = frame.get('format');
  if (format === undefined) return null;
  const where = { file, line: format.line, pointer: '/format' };
  if (format.value === MACHINE_FORMAT) {
    const next = 'record a kernel on it first: that makes a trace';
    return readTrouble('not-a-trace', 'this is a machine description, not a trace', where, next);
  }
  if (format.value !== FORMAT) {
    return readTrouble('not-a-trace', `format must be "${FORMAT}"; found ${found(format.value)}`, where);
  }
  const version = frame.get('version');
  if (typeof version?.value !== 'number' || !(version.value > VERSION)) return null;
  const what = `the trace is of format version ${version.value}; this rmitrace reads version ${VERSION}`;
  return readTrouble('newer-format', what, { file, line: version.line, pointer: '/version' });
}

type CheckedFrame =
  | { readonly ok: true; readonly value: FrameWire }
  | { readonly ok: false; readonly troubles: readonly Trouble[] };

function checkedFrame({ frame, hasEvents }: PartialTrace, file: string): CheckedFrame {
  const refusal = (mismatch: Mismatch): Trouble => {
    const line = frame.get(mismatch.pointer.split('/')[1] ?? '')?.line;
    const where = { file, ...(line === undefined ? {} : { line }), pointer: mismatch.pointer };
    return mismatchTrouble(mismatch, where, 'the trace', frameExample);
  };
  const troubles: Trouble[] = [];
  const events = frame.get('events');
  if (!frame.has('format')) {
    const what = `the file is JSON, but it has no "format": "${FORMAT}"`;
    const next = hasEvents ? `if it is a trace, add the line "format": "${FORMAT}",` : undefined;
    const where = { file, ...(hasEvents ? { pointer: '/format' } : {}) };
    const trouble = readTrouble('not-a-trace', what, where, next);
    if (!hasEvents) return { ok: false, troubles: [trouble] };
    troubles.push(trouble);
  }
  if (events !== undefined) {
    troubles.push(refusal({ pointer: '/events', message: `must be an array; found ${found(events.value)}` }));
  } else if (!hasEvents) {
    troubles.push(refusal({ pointer: '/events', message: 'is missing', missing: 'events' }));
  }
  const checked = checkFrame(Object.fromEntries([...frame].map(([key, { value }]) => [key, value])));
  if (!checked.ok) troubles.push(...checked.all.filter(({ missing }) => missing !== 'format').map(refusal));
  return checked.ok && troubles.length === 0 ? checked : { ok: false, troubles };
}

export type ReadAny = { readonly ok: true; readonly value: ReadWhole } | Refused;

export interface Refused {
  readonly ok: false;
  readonly troubles: readonly Trouble[];
  /** Whether the file says that it is a trace, or has events, as far as it was read: it is no log then. */
  readonly isNamed: boolean;
  /** What of a trace is left without the events that are not good; `null` where that is no trace. */
  readonly rest: Rest | null;
}

export interface Rest {
  readonly trace: Trace;
  readonly lines: readonly number[];
}

/** The end of a file that is whole: a trace, or all that is wrong with it. */
export function judge(partial: PartialTrace, file: string, keeper?: Keeper): ReadAny {
  const foreign = foreignFormat(partial, file);
  const isNamed = isNamedTrace(partial);
  if (foreign !== null) return { ok: false, troubles: [foreign], isNamed, rest: null };
  const frame = checkedFrame(partial, file);
  const { events, lines } = partial;
  if (!frame.ok) {
    const header = headerOf({ format: FORMAT, version: VERSION }, cpusOf(events));
    const troubles = [...frame.troubles, ...partial.troubles];
    return { ok: false, troubles, isNamed, rest: { trace: { header, events, outcome: null }, lines } };
  }
  const { outcome = null, count = null, digest = null } = frame.value;
  const header = headerOf(frame.value, keeper?.cpus() ?? cpusOf(events));
  const trace: Trace = { header, events, outcome: outcomeFromWire(outcome) };
  if (partial.troubles.length > 0)
    return { ok: false, troubles: partial.troubles, isNamed, rest: { trace, lines } };
  return { ok: true, value: { ...trace, lines, found: { count, digest }, digest: digestOf(trace) } };
}

/** The end of a file that is not whole. */
export function cutOff(
  { seen, hasEvents }: PartialTrace,
  insideEvent: boolean,
  file: string,
  line: number,
): Trouble {
  const after = seen === 0 ? 'before its first event' : `after event ${seen}`;
  const where = insideEvent ? `inside event ${seen + 1}` : after;
  const whole = counted(seen, 'whole event');
  const what = `the trace is cut off ${where}: it holds ${whole}`;
  // Before the events there is nothing that an end could be put to.
  return hasEvents
    ? readTrouble('cut-off', what, { file, line })
    : readTrouble('cut-off', what, { file, line }, 'record it again');
}
