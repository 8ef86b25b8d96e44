/**
 * Two kernels on the same machine: what a patch changes. Both are run on the answers of one trace, or on one emulated
 * machine, and compared with each other; what the trace's own kernel did says nothing about either.
 */
import type { Pair } from '../compare/align.js';
import { type Comparison, compareEvents } from '../compare/causes.js';
import { type Ignore, NOTHING } from '../compare/ignore.js';
import { actionsOf } from '../compare/many-alike.js';
import type { Unfired } from '../edit/apply.js';
import { outcomeOf } from '../kernel/outcome.js';
import type { StandIn } from '../machine/stand-in.js';
import { isSameEnd } from '../model/end.js';
import type { TraceEvent } from '../model/events.js';
import type { AsyncKernel } from '../model/port.js';
import { bad, good, type Result, type Trouble, trouble } from '../model/result.js';
import type { Outcome, Trace } from '../model/trace.js';
import type { U64 } from '../model/u64.js';
import { machineFailure } from '../rmm/pipe/client.js';
import { withHeld } from './first-run.js';
import { LONG_LIMITS } from './long-flow.js';
import type { ReplayOptions } from './replay.js';
import { replayOnce } from './run-once.js';
import { FILLS, unknownsOf } from './unknowns.js';

export type TwoKernelsOptions = Pick<ReplayOptions, 'edits' | 'maxSteps' | 'ignore' | 'flowOf'> & {
  readonly rmm?: StandIn | null;
};

export interface TwoKernels {
  readonly verdict: 'same' | 'diverged';
  readonly base: Ran;
  readonly changed: Ran;
  readonly comparison: Comparison;
  /** Actions that differ, in order. */
  readonly divergences: readonly Pair[];
  /** The value of every input that nobody saw with which alone they differ; `null` where it does not depend on that. */
  readonly fill: U64 | null;
  /** Edits that neither used. */
  readonly unfired: readonly Unfired[];
}

/** What one of the two did. */
export interface Ran {
  readonly kernel: Pick<AsyncKernel, 'name' | 'wants'>;
  readonly events: readonly TraceEvent[];
  readonly outcome: Outcome;
}

/**
 * The base and the changed kernel on what a trace's machine answered. With unknown inputs both are run with each value they
 * may have, and are the same if they are with all of them. Troubles: `wrong-scope`, `rmm-failed`.
 */
export async function compareKernels(
  trace: Trace,
  base: AsyncKernel,
  changed: AsyncKernel,
  options: TwoKernelsOptions = {},
): Promise<Result<TwoKernels>> {
  const { scope } = trace.header;
  const other = [base, changed].find(kernel => kernel.scope !== scope);
  if (other !== undefined) {
    const what = `${other.name} has scope ${other.scope}, but the trace has scope ${scope}`;
    return bad(trouble('wrong-scope', what, {}, 'name kernels that have both'));
  }
  const held = await withTheirAnswers(trace, [base, changed], options);
  if (!held.ok) return held;
  let first: TwoKernels | null = null;
  for (const fill of FILLS) {
    const one = await replayOnce(held.value, base, options, fill);
    const two = await replayOnce(held.value, changed, options, fill);
    const failed: Trouble | null = machineFailure(one.events) ?? machineFailure(two.events);
    if (failed !== null) return bad(failed);
    const unknown = unknownsOf(one.events).length + unknownsOf(two.events).length > 0;
    const unused = new Set(two.unfired.map(({ edit }) => edit));
    const found: TwoKernels = {
      ...compared(ran(base, one.events), ran(changed, two.events), options.ignore),
      fill: first === null ? null : fill,
      unfired: one.unfired.filter(({ edit }) => unused.has(edit)),
    };
    if (found.verdict === 'diverged' || !unknown) return good(found);
    first ??= found;
  }
  if (first === null) throw new Error('there is no value for unknown inputs');
  return good(first);
}

/** The trace with the answers held that these kernels ask for; it is held already but where there is a `flowOf`. */
async function withTheirAnswers(
  trace: Trace,
  kernels: readonly AsyncKernel[],
  options: TwoKernelsOptions,
): Promise<Result<Trace>> {
  const { flowOf } = options;
  if (flowOf === undefined) return good(trace);
  for (let held = trace; ; ) {
    const events: TraceEvent[] = [];
    for (const kernel of kernels)
      for (const event of (await replayOnce(held, kernel, options, FILLS[0])).events) events.push(event);
    const passed = await flowOf({ actions: actionsOf(events), mark: () => '', by: '', limits: LONG_LIMITS });
    if (!passed.ok) return passed;
    const more = withHeld(held, passed.value.calls);
    if (more === null) return good(held);
    held = more;
  }
}

function ran({ name, wants }: AsyncKernel, events: readonly TraceEvent[]): Ran {
  return { kernel: { name, wants }, events, outcome: outcomeOf(events) };
}

function compared(base: Ran, changed: Ran, ignore: Ignore = NOTHING): Omit<TwoKernels, 'fill' | 'unfired'> {
  const comparison = compareEvents(base.events, changed.events, undefined, ignore);
  const divergences = comparison.actions.filter(pair => !isOwnReturn(pair, base.events, changed.events));
  const differs = divergences.length > 0 || !isSameEnd(base.outcome, changed.outcome);
  return { verdict: differs ? 'diverged' : 'same', base, changed, comparison, divergences };
}

/** The return of a function that the other kernel does not have: how it is written, and nothing that it does. */
function isOwnReturn({ a, b }: Pair, ...sides: readonly (readonly TraceEvent[])[]): boolean {
  const alone = a === null ? b?.event : b === null ? a.event : undefined;
  if (alone?.type !== 'return') return false;
  return sides.some(events => !events.some(event => event.type === 'return' && event.of === alone.of));
}
