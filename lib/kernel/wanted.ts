/** Which revision a trace's kernel asked for, and with which calls, where its header does not say. */
import { isKernelCall } from '../abi/background.js';
import { parseRevision, revisionText } from '../abi/revision.js';
import { RMI_VERSION } from '../abi/rmi-commands.js';
import { callId } from '../abi/smccc.js';
import type { SmcEvent, TraceEvent } from '../model/events.js';
import type { Trace } from '../model/trace.js';
import { tellingRow } from './lines.js';

/** `M.m` as the header has it, as the kernel's line names it, or as its last RMI_VERSION asked; `null` where none says it. */
export function wantedIn({ header, events }: Pick<Trace, 'header' | 'events'>): string | null {
  return header.kernel.wants ?? wantedByLine(events) ?? askedIn(events);
}

/** `M.m` of `Unsupported RMI ABI (v1.0 - v1.0) we want v2.0`; `null` without such a line. */
export function wantedByLine(events: readonly TraceEvent[]): string | null {
  for (const event of events) {
    const wants = event.type === 'log' ? tellingRow(event.text)?.values.wants : undefined;
    // What %d printed of a word that is no revision is none.
    if (wants !== undefined && parseRevision(wants) !== null) return wants;
  }
  return null;
}

function askedIn(events: readonly TraceEvent[]): string | null {
  const requested = events.findLast(isVersionCall)?.args[0] ?? null;
  const text = requested === null ? '' : revisionText(requested);
  return parseRevision(text) === null ? null : text;
}

/** Whether it is a call of RMI_VERSION, and the kernel's as far as the trace says. */
export function isVersionCall(event: TraceEvent): event is SmcEvent {
  return event.type === 'smc' && isKernelCall(event) && callId(event.fid) === RMI_VERSION;
}

/** A kernel by name, and the revision that it asks for; `null` where nobody knows. */
interface Wanting {
  readonly name: string;
  readonly wants: string | null;
}

/** Whether the replayed kernel is another than was recorded, as far as it is known what that one asked for. */
export function isOtherKernel(recorded: Wanting, replayed: Wanting): boolean {
  return recorded.name !== replayed.name || (recorded.wants ?? replayed.wants) !== replayed.wants;
}
