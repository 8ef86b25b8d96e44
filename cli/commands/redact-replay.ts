/** Whether a trace ends and replays as it did before something in it was replaced. */
import {
  canonicalLine,
  good,
  isSameEnd,
  type Kernel,
  type LargeTrace,
  outcomeOf,
  ownKernel,
  type ReadTrace,
  type RedactedLarge,
  type Result,
  recordedKernel,
  replay,
  type Trace,
  type TraceEvent,
  withSpooled,
} from '../../lib/cli.js';

/** On its own kernel, and on the recorded calls where that is no built-in one. How the recording ended stays as well. */
export async function replaysAsBefore({ trace, digest }: ReadTrace, redacted: Trace): Promise<boolean> {
  if (!sameEnd(trace, redacted)) return false;
  return (
    (await verdictOf(trace, digest, kernelOf(trace))) ===
    (await verdictOf(redacted, digest, kernelOf(redacted)))
  );
}

/** The same of a large trace. Troubles: those of reading it. */
export async function largeReplaysAsBefore(
  trace: LargeTrace,
  { gist: redacted, text, changesRegisters }: RedactedLarge,
): Promise<Result<boolean>> {
  const { gist, digest } = trace;
  if (!sameEnd(gist, redacted)) return good(false);
  const own = ownKernel(gist);
  // The recorded kernel prints nothing, and its registers with their answers are the same ones under other names.
  if (!own.ok || own.value.name === 'recorded') return good(true);
  const { models } = own.value;
  // The gist has every kind of line that the trace has, but for what stands in the registers of calls.
  const touched =
    changesRegisters ||
    gist.events.some((event, at) => isCompared(event, redacted.events[at] ?? event, models));
  if (!touched) return good(true);
  const before = await verdictOf(gist, digest, own.value, trace);
  return withSpooled(text, async other => {
    const kernel = ownKernel(other.gist);
    return kernel.ok && (await verdictOf(other.gist, digest, kernel.value, other)) === before;
  });
}

function sameEnd({ events }: Trace, redacted: Trace): boolean {
  return isSameEnd(outcomeOf(events), outcomeOf(redacted.events));
}

/** Whether a replay may tell the two apart: it compares what the kernel is given and does, and lines that it prints itself. */
function isCompared(was: TraceEvent, is: TraceEvent, models: Kernel['models']): boolean {
  if (was.type === 'console' || was.type.startsWith('x-')) return false;
  if (was.type === 'log' && is.type === 'log') return was.text !== is.text && (models(was) || models(is));
  return canonicalLine(was) !== canonicalLine(is);
}

function kernelOf(trace: Trace): Kernel {
  const own = ownKernel(trace);
  return own.ok ? own.value : recordedKernel(trace.events, trace.header.scope);
}

/** `digest` names the recording in the replay, and decides nothing. `large`: of what the trace is the gist. */
async function verdictOf(
  trace: Trace,
  digest: string,
  kernel: Kernel,
  large: Pick<LargeTrace, 'lines'> | null = null,
): Promise<string> {
  const lines = large === null ? {} : { lines: () => large.lines() };
  const replayed = await replay(trace, kernel, { digest, ...lines });
  return replayed.ok ? replayed.value.verdict : replayed.trouble.code;
}
