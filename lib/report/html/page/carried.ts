/** The traces that a page carries: checked when they were written, so that no schema comes along. */
import type { Trace } from '../../../model/trace.js';
import type { EventWire, FrameWire } from '../../../schema/validate.js';
import { eventOf } from '../../../trace/wire.js';
import { cpusOf, headerOf, outcomeFromWire } from '../../../trace/wire-frame.js';

export interface Carried {
  readonly trace: Trace;
  readonly digest: string;
}

type TraceWire = FrameWire & { readonly events: readonly EventWire[] };

export function carriedFrom(text: string): Carried {
  const frame = JSON.parse(text) as TraceWire;
  const events = frame.events.map(eventOf);
  const { outcome = null, digest = '' } = frame;
  const header = headerOf(frame, cpusOf(events));
  return { trace: { header, events, outcome: outcomeFromWire(outcome) }, digest };
}
