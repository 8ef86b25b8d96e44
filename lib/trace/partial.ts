/** What the thorough reader has read of a file so far, complete or not, and what is wrong with it. */
import { counted } from '../model/count.js';
import type { TraceEvent } from '../model/events.js';
import { bad, good, type Result, type Trouble } from '../model/result.js';
import type { Trace } from '../model/trace.js';
import { found } from '../schema/messages.js';
import { checkEvent, checkFrame, type FrameWire } from '../schema/validate.js';
import { digestOf } from './digest.js';
import type { Sink } from './json-members.js';
import type { ReadWhole } from './read-canonical.js';
import { readTrouble } from './troubles.js';
import { eventOf } from './wire.js';
import { FORMAT, headerOf, MACHINE_FORMAT, outcomeFromWire, VERSION } from './wire-frame.js';

export interface PartialTrace {
  readonly frame: Map<string, { readonly value: unknown; readonly line: number }>;
  readonly events: TraceEvent[];
  readonly lines: number[];
  /** With single events. Kept back, since a newer format explains them all. */
  readonly troubles: Trouble[];
  hasEvents: boolean;
  /** Events that were whole, good or not. */
  seen: number;
}

export function nothingYet(): PartialTrace {
  return { frame: new Map(), events: [], lines: [], troubles: [], hasEvents: false, seen: 0 };
}

/** A sink that keeps `most` troubles at most. */
export function sinkInto(partial: PartialTrace, file: string, most: number): Sink {
  return {
    member: (key, value, line) => partial.frame.set(key, { value, line }),
    eventsBegin: () => {
      partial.hasEvents = true;
    },
    event: (value, line) => {
      partial.seen += 1;
      const checked = checkEvent(value);
      if (!checked.ok) {
        if (partial.troubles.length >= most) return;
        const { pointer, message } = checked;
        const where = { file, line, event: partial.seen, pointer };
        partial.troubles.push(
          readTrouble('bad-value', `${pointer === '' ? 'an event' : pointer.slice(1)} ${message}`, where),
        );
      } else if (partial.troubles.length === 0) {
        partial.events.push(eventOf(checked.value));
        partial.lines.push(line);
      }
    },
  };
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

function checkedFrame({ frame, hasEvents }: PartialTrace, file: string): Result<FrameWire> {
  const refuse = (pointer: string, message: string): Result<never> => {
    const line = frame.get(pointer.split('/')[1] ?? '')?.line;
    const where = { file, ...(line === undefined ? {} : { line }), pointer };
    return bad(readTrouble('bad-value', `${pointer.slice(1)} ${message}`, where));
  };
  if (!frame.has('format')) {
    const what = `the file is JSON, but it has no "format": "${FORMAT}"`;
    return bad(readTrouble('not-a-trace', what, { file }));
  }
  const events = frame.get('events');
  if (events !== undefined) return refuse('/events', `must be an array; found ${found(events.value)}`);
  if (!hasEvents) return refuse('/events', 'is missing');
  const checked = checkFrame(Object.fromEntries([...frame].map(([key, { value }]) => [key, value])));
  return checked.ok ? good(checked.value) : refuse(checked.pointer, checked.message);
}

export type ReadAny =
  | { readonly ok: true; readonly value: ReadWhole }
  | { readonly ok: false; readonly troubles: readonly Trouble[] };

/** The end of a file that is whole: a trace, or all that is wrong with it. */
export function judge(partial: PartialTrace, file: string): ReadAny {
  const foreign = foreignFormat(partial, file);
  if (foreign !== null) return { ok: false, troubles: [foreign] };
  const frame = checkedFrame(partial, file);
  if (!frame.ok) return { ok: false, troubles: [frame.trouble, ...partial.troubles] };
  if (partial.troubles.length > 0) return { ok: false, troubles: partial.troubles };
  const { events, lines } = partial;
  const { outcome = null, count = null, digest = null } = frame.value;
  const trace: Trace = { header: headerOf(frame.value), events, outcome: outcomeFromWire(outcome) };
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
