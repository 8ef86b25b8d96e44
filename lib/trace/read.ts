/** Reads a trace, from wherever it comes and in whatever layout. */
import type { TraceEvent } from '../model/events.js';
import { bad, good, type Result, type Trouble } from '../model/result.js';
import type { Header, Trace } from '../model/trace.js';
import { type Seen, ZERO } from '../model/u64.js';
import { READ_LIMITS, type ReadLimits } from './limits.js';
import { type Opened, openSource, type TraceSource } from './open.js';
import type { Keeper, Refused } from './partial.js';
import { readAnyLayout } from './read-any-layout.js';
import type { ReadWhole } from './read-canonical.js';
import { type EventVisitor, PASSER, type Scanned, scanCanonical, type Visitor } from './scan-canonical.js';
import { isLarge, LARGE } from './size.js';
import { eachChunk } from './text.js';

/** What a trace that was edited by hand says of itself, and what is so. */
export interface HandEdit {
  readonly digest: { readonly found: string | null; readonly computed: string };
  readonly count: { readonly found: number | null; readonly events: number };
}

export interface ReadTrace {
  /** Its outcome is what the file says: to be shown, never to be relied on. */
  readonly trace: Trace;
  /** The digest of what was read, whatever the file says of itself. */
  readonly digest: string;
  /** `null` for a trace whose seal fits. One that was edited by hand is as good: say so once, and use it. */
  readonly edited: HandEdit | null;
  /** Whether writing it again gives the same bytes, but for the seal. */
  readonly layout: 'canonical' | 'other';
  /** The line that each event begins on, from 1. */
  readonly lines: readonly number[];
}

export type ReadOptions = Partial<ReadLimits>;

/** What shows that a trace of `count` events was edited by hand; `null` where its seal fits. */
export function handEdit(
  { found, digest }: Pick<ReadWhole, 'found' | 'digest'>,
  count: number,
): HandEdit | null {
  if (found.digest === digest && found.count === count) return null;
  return {
    digest: { found: found.digest, computed: digest },
    count: { found: found.count, events: count },
  };
}

function asRead(whole: ReadWhole, layout: ReadTrace['layout']): ReadTrace {
  const { header, events, outcome, digest, lines } = whole;
  return {
    trace: { header, events, outcome },
    digest,
    edited: handEdit(whole, events.length),
    layout,
    lines,
  };
}

export type ReadAll = { readonly ok: true; readonly value: ReadTrace } | Refused;

/** Goes through a canonical trace; `null` where it is not canonical. */
export async function scan(
  opened: Opened,
  file: string,
  limits: ReadLimits,
  visitor: Visitor,
): Promise<Result<Scanned | null>> {
  const quick = scanCanonical(limits, visitor);
  const read = await eachChunk(opened, file, limits, quick.take);
  return read.ok ? good(quick.end()) : read;
}

interface Collector extends EventVisitor {
  readonly events: TraceEvent[];
  readonly lines: number[];
}

function newCollector(): Collector {
  const events: TraceEvent[] = [];
  const lines: number[] = [];
  return {
    wants: 'events',
    begin() {},
    event(event, _, line) {
      events.push(event);
      lines.push(line);
    },
    events,
    lines,
  };
}

const refused = (trouble: Trouble): Refused => ({
  ok: false,
  troubles: [trouble],
  isNamed: false,
  rest: null,
});

/** As `readTrace`, but goes on after a bad value, up to `most` of them. */
export async function readAll(source: TraceSource, options: ReadOptions, most: number): Promise<ReadAll> {
  const limits = { ...READ_LIMITS, ...source.limits, ...options };
  const opened = await openSource(source, limits.bytes);
  if (!opened.ok) return refused(opened.trouble);
  try {
    if (await isLarge(opened.value, LARGE)) {
      const wrong = await wrongIn(opened.value, source.name, limits, most);
      if (wrong !== null) return wrong;
    }
    const collected = newCollector();
    const scanned = await scan(opened.value, source.name, limits, collected);
    if (!scanned.ok) return refused(scanned.trouble);
    if (scanned.value !== null)
      return { ok: true, value: asRead({ ...scanned.value, ...collected }, 'canonical') };
    const any = await readAnyLayout(opened.value, source.name, limits, most);
    return any.ok ? { ok: true, value: asRead(any.value, 'other') } : any;
  } finally {
    await opened.value.close();
  }
}

/** Of how many CPUs the machine is shows in what is held. */
const HOLDS_NONE: Keeper = { ofNone: true, asItIs: () => false, event() {}, cpus: () => 1 };

/** Up to `most` of what is wrong with a large trace, which is not held for that; `null` where nothing is. */
async function wrongIn(
  opened: Opened,
  file: string,
  limits: ReadLimits,
  most: number,
): Promise<Refused | null> {
  const scanned = await scan(opened, file, limits, PASSER);
  if (!scanned.ok) return refused(scanned.trouble);
  if (scanned.value !== null) return null;
  const any = await readAnyLayout(opened, file, limits, most, HOLDS_NONE);
  return any.ok ? null : any;
}

/** Why a trace was refused. */
export function firstTrouble({ troubles }: { readonly troubles: readonly Trouble[] }): Trouble {
  const [first] = troubles;
  if (first === undefined) throw new Error('a trace was refused without a trouble');
  return first;
}

/**
 * Troubles: `not-found`, `unreadable`, `empty`, `cut-off`, `not-json`, `not-a-trace`, `newer-format`, `bad-value`,
 * `duplicate-key`, `forbidden-key`, `too-deep`, `too-large`; the first that was found.
 */
export async function readTrace(source: TraceSource, options: ReadOptions = {}): Promise<Result<ReadTrace>> {
  const read = await readAll(source, options, 1);
  return read.ok ? good(read.value) : bad(firstTrouble(read));
}

/**
 * What `fmt --seal` writes. A trace whose seal fits is given back as it is; one that was edited by hand says from then on
 * that it was sealed again, and its calls of SMCCC 1.2 leave trailing zeros out, which `validate` asks for. Whether all
 * of it can be true, lib/trace/consistency.ts says.
 */
export function sealed({ trace, edited }: ReadTrace): Trace {
  if (edited === null) return trace;
  return { ...trace, header: resealed(trace.header, edited), events: trace.events.map(withoutZeros) };
}

export function resealed(header: Header, edited: HandEdit): Header {
  return { ...header, resealed: { was: edited.digest.found } };
}

/** A call of SMCCC 1.2 has all of its registers: those after the last that is written are 0 in any case. */
export function withoutZeros(event: TraceEvent): TraceEvent {
  if (event.type !== 'smc' || event.cc !== '1.2') return event;
  const { args, res } = event;
  return { ...event, args: withoutLast(args, 0), res: res === null ? null : withoutLast(res, 1) };
}

function withoutLast(registers: readonly Seen[], least: number): readonly Seen[] {
  const last = registers.findLastIndex(value => value !== ZERO);
  return registers.slice(0, Math.max(least, last + 1));
}
