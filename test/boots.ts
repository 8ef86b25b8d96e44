/** Small machines for tests: a boot with given ID registers and a given answer to every call. */
import { selectorName } from '../lib/edit/call-selector.js';
import type { FactValue, TraceEvent } from '../lib/model/events.js';
import type { Machine, MachineState, SmcRequest } from '../lib/model/port.js';
import type { Result } from '../lib/model/result.js';
import { hex, parseHex, type Seen, type U64, u64 } from '../lib/model/u64.js';
import { readTrace } from '../lib/trace/read.js';

/** ID_AA64PFR0_EL1 with nothing but RME. */
export function pfr0(rme: number): U64 {
  return u64(BigInt(rme) << 52n);
}

export const FACTS: Readonly<Record<string, FactValue>> = {
  hyp_mode_available: true,
  in_hyp_mode: true,
  kvm_mode: 'default',
  hvhe: false,
  nv2: false,
  page_size: 4096,
  conduit: 'smc',
  smccc_version: '1.5',
  sve_hint: false,
};

export function stateOf(
  cpus: readonly Seen[],
  facts: Readonly<Record<string, FactValue>> = {},
): MachineState {
  return {
    mrs: new Map([['ID_AA64PFR0_EL1', cpus]]),
    facts: new Map(Object.entries({ ...FACTS, ...facts })),
    ftr: new Map(),
  };
}

/** A machine that gives the same answer to every call, and writes down what it was asked. */
export function answering(
  state: MachineState,
  res: readonly Seen[] | null,
): { readonly machine: Machine; readonly asked: SmcRequest[] } {
  const asked: SmcRequest[] = [];
  const machine: Machine = {
    state,
    call(request) {
      asked.push(request);
      return res === null ? { kind: 'silence' } : { kind: 'answer', res };
    },
  };
  return { machine, asked };
}

/** The kernel's lines as `dmesg -x` would show them, without the time. */
export function dmesg(events: readonly TraceEvent[]): readonly string[] {
  return events
    .filter(event => event.type === 'log')
    .map(
      ({ level, prefix, pid, text }) =>
        `${level}: ${prefix === undefined ? '' : `${prefix} [${pid}]: `}${text}`,
    );
}

export function returned(events: readonly TraceEvent[], of: string): number | undefined {
  return events.filter(event => event.type === 'return').find(event => event.of === of)?.value;
}

/**
 * The number, from 1, of the first event of this type and name: `eventOf(events, 'smc', 'RMI_VERSION')`. A log is named by
 * how its text begins. Looked up, so that a fact more at the start of a trace breaks no test.
 */
export function eventOf(events: readonly TraceEvent[], type: TraceEvent['type'], name: string): number {
  const at = events.findIndex(event => event.type === type && nameOf(event).startsWith(name));
  if (at < 0) throw new Error(`no ${type} ${name}`);
  return at + 1;
}

function nameOf(event: TraceEvent): string {
  switch (event.type) {
    case 'smc':
      return selectorName(event.fid);
    case 'fact':
      return event.name;
    case 'mrs':
    case 'ftr':
      return event.reg;
    case 'return':
      return event.of;
    default:
      return 'text' in event ? event.text : '';
  }
}

/** The events of a trace's file. */
export async function eventsIn(path: string): Promise<readonly TraceEvent[]> {
  return must(await readTrace({ name: path, path })).trace.events;
}

export function must<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(JSON.stringify(result.trouble));
  return result.value;
}

export function h(text: string): U64 {
  const value = parseHex(text);
  if (value === null) throw new Error(`not a register: ${text}`);
  return value;
}

export function hexes(values: readonly Seen[] | null): readonly (string | null)[] | null {
  return values === null ? null : values.map(value => (value === null ? null : hex(value)));
}
