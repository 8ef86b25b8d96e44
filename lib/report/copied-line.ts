/** A line of a log that a person copied whole into the text of an event, with what dmesg and KVM put before it. */
import { rowsOf } from '../kernel/lines.js';
import { parseCount } from '../model/count.js';
import type { TraceEvent } from '../model/events.js';
import { numbered } from '../model/gaps.js';

interface CopiedLine {
  readonly sentence: string;
  readonly possible: readonly [];
}

/** What to write in its place: no kernel prints such a text, so nothing is concluded from it. `null` where there is none. */
export function copiedLine(events: readonly TraceEvent[]): CopiedLine | null {
  for (const { number, event } of numbered(events)) {
    const members = event.type === 'log' && event.prefix === undefined ? membersOf(event.text) : null;
    if (members === null) continue;
    const sentence = `Event ${number} is no line of a kernel as it stands: its text holds what stands before the line. Write it as ${members}.`;
    return { sentence, possible: [] };
  }
  return null;
}

/** `"prefix":"kvm","pid":1,"text":"RMI ABI version 2.0"`; `null` for a text that is no such line. */
function membersOf(whole: string): string | null {
  const { t, pid, text = '' } = BEFORE.exec(whole)?.groups ?? {};
  const prefix = pid === undefined ? {} : ({ prefix: 'kvm', pid: parseCount(pid) } as const);
  if ((t === undefined && pid === undefined) || rowsOf({ text, ...prefix }).length === 0) return null;
  return JSON.stringify({ ...prefix, text, ...(t === undefined ? {} : { t }) }).slice(1, -1);
}

/** printk's stamp, and KVM's prefix with the pid of whoever prints. */
const BEFORE = /^(?:\[ *(?<t>\d{1,12}\.\d{1,9})\] ?)?(?:kvm \[(?<pid>\d{1,7})\]: )?(?<text>.*)$/s;
