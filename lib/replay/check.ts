/**
 * Replays many traces, each on its own kernel, one after another. Each result is given before the next trace is read,
 * and nothing is kept: memory does not grow with the number of traces.
 */
import { setImmediate } from 'node:timers/promises';
import { conformanceOfReplay } from '../conformance/check.js';
import type { Conformance } from '../conformance/findings.js';
import { ownKernel } from '../kernel/kernels.js';
import type { StandIn } from '../machine/stand-in.js';
import type { AsyncKernel } from '../model/port.js';
import { good, type Result, type Trouble } from '../model/result.js';
import type { Trace } from '../model/trace.js';
import type { TraceSource } from '../trace/open.js';
import type { HandEdit, ReadTrace } from '../trace/read.js';
import { type Extent, type Held, type ReadToReplay, readToReplay } from './read.js';
import { type Replay, type ReplayOptions, replay, VERDICTS, type Verdict } from './replay.js';

/** The kernel that a trace is replayed on. */
export type KernelOf = (trace: Trace) => Result<AsyncKernel>;

export interface CheckOptions extends Pick<ReplayOptions, 'edits' | 'answers' | 'maxSteps' | 'ignore'> {
  /** Default: the trace's own kernel, where it is a built-in one. */
  readonly kernelOf?: KernelOf;
  /** Who answers in place of the trace. Default: nobody does. */
  readonly standInOf?: (trace: Trace) => Result<StandIn | null>;
  /** Whether the replayed answers are checked against the RMM specification. Default false. */
  readonly conformance?: boolean;
}

/** The result for a trace: the verdict of its replay, or that there is none. */
export const CHECK_VERDICTS = [...VERDICTS, 'trouble'] as const;

/** A trace that was replayed, or could not be. */
export type Checked = {
  /** As its source calls it. */
  readonly name: string;
  /** `null`: its seal fits, or it could not be read. */
  readonly edited: HandEdit | null;
  /** Of what was read; `null`: it could not be read. */
  readonly digest: string | null;
} & (
  | {
      readonly verdict: Verdict;
      readonly replay: Replay;
      /** `null` where it was not asked for. */
      readonly conformance: Conformance | null;
    }
  | { readonly verdict: 'trouble'; readonly trouble: Trouble }
);

/**
 * Gives one result for each source, in their order. A trace that cannot be read or replayed is a result too, and ends
 * nothing; an edit may miss, and `newCheckTotals` tells which of them missed everywhere. Between two traces the event
 * loop gets its turn.
 */
export async function* check(
  sources: Iterable<TraceSource> | AsyncIterable<TraceSource>,
  options: CheckOptions = {},
): AsyncGenerator<Checked, void, undefined> {
  for await (const source of sources) {
    yield await checked(source, options);
    await setImmediate();
  }
}

async function checked(source: TraceSource, options: CheckOptions): Promise<Checked> {
  const read = await readToReplay(source, part => extentFor(part, options));
  try {
    return await checkedRead(source.name, read, options);
  } finally {
    if (read.ok) await read.value.close();
  }
}

/** What a check of a large trace takes of it: conformance looks at all answers. */
export function extentFor(
  part: Trace,
  { kernelOf = ownKernel, conformance, standInOf, edits = [], maxSteps }: CheckOptions,
): Extent {
  if (conformance === true) return 'whole';
  const kernel = kernelOf(part);
  if (!kernel.ok || kernel.value.name !== 'recorded') return 'part';
  const standIn = standInOf?.(part) ?? good(null);
  const isAsRecorded = standIn.ok && standIn.value === null && edits.length === 0 && maxSteps === undefined;
  return isAsRecorded ? 'answers' : 'lines';
}

/** The result for a trace that was read, or could not be. */
export async function checkedRead(
  name: string,
  read: Result<ReadTrace & Partial<ReadToReplay>>,
  options: CheckOptions,
): Promise<Checked> {
  if (!read.ok) return { name, edited: null, digest: null, verdict: 'trouble', trouble: read.trouble };
  const { trace, edited, digest, held = {} } = read.value;
  const about = { name, edited, digest };
  const played = await replayed(trace, digest, held, options);
  if (!played.ok) return { ...about, verdict: 'trouble', trouble: played.trouble };
  const { verdict, failed, replayed: again } = played.value;
  if (failed !== null) return { ...about, verdict: 'trouble', trouble: failed };
  const found = options.conformance === true ? conformanceOfReplay(trace, again) : null;
  return { ...about, verdict, replay: played.value, conformance: found };
}

async function replayed(
  trace: Trace,
  digest: string,
  held: Held,
  options: CheckOptions,
): Promise<Result<Replay>> {
  const {
    kernelOf = ownKernel,
    standInOf = () => good(null),
    edits = [],
    answers = false,
    maxSteps,
    ignore,
  } = options;
  const kernel = kernelOf(trace);
  if (!kernel.ok) return kernel;
  const standIn = standInOf(trace);
  if (!standIn.ok) return standIn;
  const limit = {
    ...(maxSteps === undefined ? {} : { maxSteps }),
    ...(ignore === undefined ? {} : { ignore }),
    ...held,
  };
  return replay(trace, kernel.value, { edits, answers, mayMiss: true, rmm: standIn.value, digest, ...limit });
}
