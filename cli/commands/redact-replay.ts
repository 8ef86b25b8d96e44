/** Whether a trace ends and replays as it did before something in it was replaced. */
import {
  canonicalLine,
  isSameEnd,
  type Kernel,
  type LargeTrace,
  outcomeOf,
  ownKernel,
  type ReadTrace,
  recordedKernel,
  replay,
  type Trace,
  type TraceEvent,
} from '../../lib/cli.js';

/** On its own kernel, and on the recorded calls where that is no built-in one. How the recording ended stays as well. */
export async function replaysAsBefore({ trace, digest }: ReadTrace, redacted: Trace): Promise<boolean> {
  return sameEnd(trace, redacted) && (await verdictOf(trace, digest)) === (await verdictOf(redacted, digest));
}

/**
 * The same of a large trace, by its gist and what became of that: it has every kind of line that the trace has. `null` where that does not tell,
 * and the whole trace has to be replayed.
 */
export async function largeReplaysAsBefore(
  { gist, digest }: LargeTrace,
  redacted: Trace,
): Promise<boolean | null> {
  if (!sameEnd(gist, redacted)) return false;
  const { models } = kernelOf(gist);
  const touched = gist.events.some((event, at) => isCompared(event, redacted.events[at] ?? event, models));
  if (!touched) return true;
  const verdict = await verdictOf(gist, digest);
  return verdict === 'same' ? (await verdictOf(redacted, digest)) === verdict : null;
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

/** `digest` names the recording in the replay, and decides nothing. */
async function verdictOf(trace: Trace, digest: string): Promise<string> {
  const replayed = await replay(trace, kernelOf(trace), { digest });
  return replayed.ok ? replayed.value.verdict : replayed.trouble.code;
}
