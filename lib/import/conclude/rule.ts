/** What a conclusion is: it takes the records of a boot and gives them back with what follows from them. */
import { RMI_VERSION } from '../../abi/rmi-commands.js';
import type { Seen } from '../../model/u64.js';
import type { Placed } from '../collect.js';
import type { CallReading, Inferred, Reading } from '../format.js';
import type { Notes } from '../notes.js';

export interface Conclusion {
  /** One line for a person: what follows from what. */
  readonly says: string;
  readonly apply: (placed: readonly Placed[], context: Context) => readonly Placed[];
}

export interface Context {
  readonly notes: Notes;
  /** `line 58`, with the log's name where there are several. */
  readonly where: (placed: Placed) => string;
}

/** `line 58: Unsupported RMI ABI (v1.0) we want v1.1`. */
export function because({ where }: Context, placed: Placed): string {
  const text = textOf(placed.reading);
  // What follows from something concluded follows from its reason.
  const [reason] = placed.format === CONCLUDED ? Object.values(inferredOf(placed.reading)) : [];
  if (reason !== undefined) return reason;
  return text === null ? where(placed) : `${where(placed)}: ${text}`;
}

function inferredOf(reading: Reading): Inferred {
  return 'inferred' in reading ? (reading.inferred ?? {}) : {};
}

function textOf(reading: Reading): string | null {
  if (reading.kind === 'log' || reading.kind === 'console' || reading.kind === 'start') return reading.text;
  if (reading.kind === 'call') return reading.text;
  if (reading.kind === 'return') return `initcall ${reading.of} returned ${reading.value}`;
  return null;
}

/** A record that no line holds. */
export function concluded(reading: Reading, from: Placed): Placed {
  return { reading, log: from.log, lines: [], marks: {}, format: CONCLUDED, partly: false };
}

const CONCLUDED = 'concluded';

/** A call of RMI_VERSION that no record holds; `why` is the reason for all of it. */
export function unrecordedCall(
  args: readonly Seen[],
  res: readonly Seen[] | null,
  fields: readonly string[],
  why: string,
): CallReading {
  return {
    kind: 'call',
    by: 'tracer',
    text: null,
    fid: RMI_VERSION,
    from: 'ns',
    cpu: null,
    cc: null,
    via: 'smc',
    args,
    res,
    inferred: inferred(['fid', ...fields], why),
  };
}

/** The same reasons for several fields. */
export function inferred(fields: readonly string[], why: string): Inferred {
  return Object.fromEntries(fields.map(field => [field, why]));
}

export function noted(
  { notes }: Context,
  severity: Parameters<Notes['add']>[0],
  what: string,
  { log, lines }: Placed,
): void {
  notes.add(severity, what, { log, line: lines[0] ?? 1 });
}
