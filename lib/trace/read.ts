/** Reads a trace, from wherever it comes and in whatever layout. */
import type { TraceEvent } from '../model/events.js';
import { bad, good, type Result, type Trouble } from '../model/result.js';
import type { Trace } from '../model/trace.js';
import { type Seen, ZERO } from '../model/u64.js';
import { READ_LIMITS, type ReadLimits } from './limits.js';
import { openSource, type TraceSource } from './open.js';
import type { Rest } from './partial.js';
import { readAnyLayout } from './read-any-layout.js';
import { canonicalReader, type ReadWhole } from './read-canonical.js';
import { eachText } from './text.js';

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

function handEdit({ events, found, digest }: ReadWhole): HandEdit | null {
  if (found.digest === digest && found.count === events.length) return null;
  return {
    digest: { found: found.digest, computed: digest },
    count: { found: found.count, events: events.length },
  };
}

function asRead(whole: ReadWhole, layout: ReadTrace['layout']): ReadTrace {
  const { header, events, outcome, digest, lines } = whole;
  return { trace: { header, events, outcome }, digest, edited: handEdit(whole), layout, lines };
}

export type ReadAll =
  | { readonly ok: true; readonly value: ReadTrace }
  | { readonly ok: false; readonly troubles: readonly Trouble[]; readonly rest: Rest | null };

/** As `readTrace`, but goes on after a bad value, up to `most` of them. */
export async function readAll(source: TraceSource, options: ReadOptions, most: number): Promise<ReadAll> {
  const limits = { ...READ_LIMITS, ...options };
  const opened = await openSource(source, limits.bytes);
  if (!opened.ok) return { ok: false, troubles: [opened.trouble], rest: null };
  try {
    const quick = canonicalReader(limits);
    const read = await eachText(opened.value, source.name, limits, quick.take);
    if (!read.ok) return { ok: false, troubles: [read.trouble], rest: null };
    const whole = read.value.torn ? null : quick.end();
    if (whole !== null) return { ok: true, value: asRead(whole, 'canonical') };
    const any = await readAnyLayout(opened.value, source.name, limits, most);
    return any.ok ? { ok: true, value: asRead(any.value, 'other') } : any;
  } finally {
    await opened.value.close();
  }
}

/**
 * Troubles: `not-found`, `unreadable`, `empty`, `cut-off`, `not-json`, `not-a-trace`, `newer-format`, `bad-value`,
 * `duplicate-key`, `forbidden-key`, `too-deep`, `too-large`; the first that was found.
 */
export async function readTrace(source: TraceSource, options: ReadOptions = {}): Promise<Result<ReadTrace>> {
  const read = await readAll(source, options, 1);
  if (read.ok) return good(read.value);
  const [first] = read.troubles;
  if (first === undefined) throw new Error('a trace was refused without a trouble');
  return bad(first);
}

/**
 * What `fmt --seal` writes. A trace whose seal fits is given back as it is; one that was edited by hand says from then on
 * that it was sealed again, and its calls of SMCCC 1.2 leave trailing zeros out, which `validate` asks for. Whether all
 * of it can be true, lib/trace/consistency.ts says.
 */
export function sealed({ trace, edited }: ReadTrace): Trace {
  if (edited === null) return trace;
  const header = { ...trace.header, resealed: { was: edited.digest.found } };
  return { ...trace, header, events: trace.events.map(withoutZeros) };
}

/** A call of SMCCC 1.2 has all of its registers: those after the last that is written are 0 in any case. */
function withoutZeros(event: TraceEvent): TraceEvent {
  if (event.type !== 'smc' || event.cc !== '1.2') return event;
  const { args, res } = event;
  return { ...event, args: withoutLast(args, 0), res: res === null ? null : withoutLast(res, 1) };
}

function withoutLast(registers: readonly Seen[], least: number): readonly Seen[] {
  const last = registers.findLastIndex(value => value !== ZERO);
  return registers.slice(0, Math.max(least, last + 1));
}
