/**
 * Finds the fewest edits that make a replay fail in the same way. A handshake has a handful of inputs, so this is a
 * plain loop: every set of edits, the smallest first. Two replays fail the same way where verdict, outcome (class,
 * reason, revisions) and the kernel's first different action are the same.
 */
import { callName } from '../abi/decode.js';
import type { Pair } from '../compare/align.js';
import type { FlowEvent } from '../compare/events.js';
import type { Edit } from '../edit/parse.js';
import { faultBehind } from '../kernel/outcome.js';
import { endJson } from '../model/end.js';
import type { AsyncKernel } from '../model/port.js';
import { bad, good, type Result } from '../model/result.js';
import type { Trace } from '../model/trace.js';
import { hex } from '../model/u64.js';
import { type Replay, type ReplayOptions, replay } from '../replay/replay.js';
import type { Ending, Failure, Minimised, Step } from './minimise-result.js';

/** With at most this many edits every set is tried (4096). With more, edits are left out one by one. */
const MOST_EDITS = 12;

/** Troubles: those of a replay with all of `edits`, and of an RMM behind a pipe that fails on the way. */
export async function minimise(
  trace: Trace,
  kernel: AsyncKernel,
  edits: readonly Edit[],
  options: Omit<ReplayOptions, 'edits'> = {},
): Promise<Result<Minimised>> {
  const all = await replay(trace, kernel, { ...options, edits });
  if (!all.ok) return all;
  let failed = all.value.failed;
  if (failed !== null) return bad(failed);
  const failure = failureOf(all.value);
  const texts = (some: readonly Edit[]) => some.map(({ text }) => text);
  const given = texts(edits);
  if (failure === null)
    return good({ failure, why: null, edits: given, smallest: [], proven: true, steps: [] });

  const why = faultBehind(failure.outcome, all.value.replayed.events);
  const steps: Step[] = [];
  const failsSo = async (some: readonly Edit[]): Promise<boolean> => {
    // An RMM that failed is not asked again: the search ends.
    if (failed !== null) return true;
    const ran = await replay(trace, kernel, { ...options, edits: some });
    if (ran.ok) failed = ran.value.failed;
    if (failed !== null) return true;
    const ends: Ending = ran.ok ? endingOf(failureOf(ran.value), failure) : 'never-fired';
    steps.push({ edits: texts(some), ends });
    return ends === 'fails-so';
  };
  const proven = edits.length <= MOST_EDITS;
  const smallest = proven ? await fewest(edits, failsSo) : await withoutAny(edits, failsSo);
  if (failed !== null) return bad(failed);
  return good({ failure, why, edits: given, smallest: texts(smallest), proven, steps });
}

type Fails = (some: readonly Edit[]) => Promise<boolean>;

/** The first set that fails, the smallest first; among sets of one size the earlier edits first. */
async function fewest(edits: readonly Edit[], fails: Fails): Promise<readonly Edit[]> {
  for (let size = 0; size < edits.length; size++) {
    for (const some of subsets(edits, size)) if (await fails(some)) return some;
  }
  return edits;
}

function* subsets(edits: readonly Edit[], size: number): Generator<readonly Edit[]> {
  if (size === 0) return yield [];
  for (const [at, edit] of edits.entries()) {
    for (const rest of subsets(edits.slice(at + 1), size - 1)) yield [edit, ...rest];
  }
}

/** What is left when no edit can be left out any more. */
async function withoutAny(edits: readonly Edit[], fails: Fails): Promise<readonly Edit[]> {
  for (const edit of edits) {
    const fewer = edits.filter(other => other !== edit);
    if (await fails(fewer)) return withoutAny(fewer, fails);
  }
  return edits;
}

function endingOf(found: Failure | null, wanted: Failure): Ending {
  if (found === null) return 'passes';
  return JSON.stringify(found) === JSON.stringify(wanted) ? 'fails-so' : 'fails-otherwise';
}

function failureOf({ verdict, outcomes, weighed }: Replay): Failure | null {
  if (verdict === 'same') return null;
  const [first] = weighed.divergences;
  return {
    verdict,
    outcome: endJson(outcomes.replayed),
    first: first === undefined ? null : actionText(first),
  };
}

/** Without the answer of a call: that is an input, and the edits' own. */
function actionText({ relation, a, b }: Pair): string {
  const event = (b ?? a)?.event;
  const recorded = a === null ? '' : `event ${a.number} `;
  return `${recorded}${relation}: ${event === undefined ? '' : eventText(event)}`;
}

function eventText(event: FlowEvent): string {
  switch (event.type) {
    case 'smc':
      return [callName(event.fid), ...event.args.map(arg => (arg === null ? '?' : hex(arg)))].join(' ');
    case 'log':
      return `${event.level ?? '?'}: ${event.text}`;
    case 'warn':
      return `WARN_ON in ${event.of}: ${event.text}`;
    case 'return':
      return `${event.of} returned ${event.value}`;
  }
}
