/**
 * Whose a call is, where the trace does not say. Every kernel from v3 on asks RMI_VERSION for the one revision that it
 * wants. So where the kernel's own request is there, an earlier one for another revision is not the kernel's: firmware
 * (edk2, for one) asks as well, to learn whether there is an RMM.
 */
import { parseRevision, revisionWord } from '../abi/revision.js';
import { isVersionCall, wantedByLine } from '../kernel/wanted.js';
import type { SmcEvent, TraceEvent } from '../model/events.js';
import type { Trace } from '../model/trace.js';

const CONCLUDED = "the kernel's own RMI_VERSION asks for what it wants, and this one for another revision";

/** The trace with `by` on calls that are proven to be the firmware's; the same trace where there are none. */
export function withCallers(trace: Trace): Trace {
  const wants = parseRevision(trace.header.kernel.wants ?? wantedByLine(trace.events) ?? '');
  if (wants === null) return trace;
  const word = revisionWord(wants.major, wants.minor);
  const own = trace.events.findIndex(event => isVersionCall(event) && event.args[0] === word);
  const isOthers = (event: TraceEvent, at: number): event is SmcEvent =>
    at < own && isVersionCall(event) && event.by === undefined && (event.args[0] ?? word) !== word;
  if (!trace.events.some(isOthers)) return trace;
  const events = trace.events.map((event, at): TraceEvent => {
    if (!isOthers(event, at)) return event;
    return { ...event, by: 'firmware', inferred: { ...event.inferred, by: CONCLUDED } };
  });
  return { ...trace, events };
}
