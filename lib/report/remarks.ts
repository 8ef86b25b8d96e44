/** The remarks of a patch's reviewers, each beside what the line did that it is about. */
import { callName } from '../abi/decode.js';
import type { TraceEvent } from '../model/events.js';
import { numbered } from '../model/gaps.js';
import type { KernelHeader, PatchRemark } from '../model/trace.js';

export interface PlacedRemark extends PatchRemark {
  /** The name of the patch. */
  readonly patch: string;
  /** The events that its line made, from 1; empty where none shows that it ran. */
  readonly events: readonly number[];
}

export function remarksOn(
  { compiled }: KernelHeader,
  events: readonly TraceEvent[],
): readonly PlacedRemark[] {
  return (compiled?.patches ?? []).flatMap(({ name, remarks = [] }) =>
    remarks.map(remark => ({ ...remark, patch: name, events: eventsOf(remark, events) })),
  );
}

/** What a line prints or calls; else what the function returns that it stands in. */
function eventsOf(remark: PatchRemark, events: readonly TraceEvent[]): readonly number[] {
  const ways: readonly ((event: TraceEvent) => boolean)[] = [
    event => event.type === 'log' && isPrintedBy(remark.on, event.text),
    event => event.type === 'smc' && new RegExp(`_${callName(event.fid)}\\b`).test(remark.on),
    event => (event.type === 'return' || event.type === 'warn') && event.of === remark.in,
  ];
  for (const way of ways) {
    const found = [...numbered(events)].flatMap(({ number, event }) => (way(event) ? [number] : []));
    if (found.length > 0) return found;
  }
  return [];
}

/** Whether a line of C has a text that begins so: up to the first value that is put into it. */
function isPrintedBy(line: string, text: string): boolean {
  return [...line.matchAll(/"([^"\\%]{4,})/g)].some(([, begin = '']) => text.startsWith(begin));
}

/** `mail.txt:72, on arch/arm64/kvm/rmi.c, ask() (line 70: “return 0;”)`. */
export function remarkHead({ patch, line, about, file, on, in: of }: PlacedRemark): string {
  const within = of === null ? '' : `, ${of}()`;
  return `${patch}:${line}, on ${file}${within} (line ${about}: “${on.slice(1).trim()}”)`;
}
