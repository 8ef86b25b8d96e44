/**
 * What a replay's comparison counts. The kernel's actions and the outcome always do; an answer that differs does with
 * `--answers`; an edited input never does.
 */

import type { Pair } from '../compare/align.js';
import type { Comparison, InputDifference } from '../compare/causes.js';
import { isSameEnd } from '../model/end.js';
import type { LogEvent } from '../model/events.js';
import type { AsyncKernel } from '../model/port.js';
import type { Outcome, OutcomeClass, Trace } from '../model/trace.js';

export interface Weighed {
  /** Actions that differ and count, in order. */
  readonly divergences: readonly Pair[];
  /** Answers that differ and count. */
  readonly answers: readonly InputDifference[];
  /** Recorded lines that the replayed kernel does not print at all. */
  readonly notModelled: readonly LogEvent[];
  /** How many recorded calls came after the replayed kernel returned, where it is another kernel than recorded. */
  readonly goesOn: number;
  /** How many recorded actions come after the point where the replay stopped early. */
  readonly notReached: number;
  /** Whether the outcomes differ, both being determined. */
  readonly outcomeDiffers: boolean;
}

/** Why a pair that is not the same on both sides counts, or does not. */
type Weight = 'same' | 'counts' | 'not-modelled' | 'not-repeated' | 'goes-on' | 'not-reached' | 'not-shown';

export function weigh(
  recorded: Trace,
  outcomes: { readonly recorded: Outcome; readonly replayed: Outcome },
  kernel: AsyncKernel,
  comparison: Comparison,
  countAnswers: boolean,
): Weighed {
  const { pairs, causes } = comparison;
  const repeats = kernel.name === 'recorded';
  const weight = weigher(recorded, outcomes.replayed, kernel, pairs);
  const weights = pairs.map(weight);
  const of = (kind: Weight) => pairs.filter((_, at) => weights[at] === kind);
  const determined = outcomes.recorded.class !== 'undetermined' && !repeats;
  return {
    divergences: of('counts'),
    answers:
      countAnswers || repeats ? causes.filter(cause => cause.kind === 'answer' && cause.edit === null) : [],
    notModelled: of('not-modelled').flatMap(({ a }) => (a?.event.type === 'log' ? [a.event] : [])),
    goesOn: of('goes-on').length,
    notReached: of('not-reached').length,
    outcomeDiffers: determined && !isSameEnd(outcomes.recorded, outcomes.replayed),
  };
}

function weigher(
  recorded: Trace,
  end: Outcome,
  kernel: AsyncKernel,
  pairs: readonly Pair[],
): (pair: Pair, at: number) => Weight {
  const { header, events } = recorded;
  const repeats = kernel.name === 'recorded';
  const compiled = (header.kernel.via === 'compiled') === (kernel.compiled !== undefined);
  const sameKernel = repeats || (compiled && header.kernel.name === kernel.name);
  const imported = header.kernel.via === 'imported' || header.machine.via === 'imported';
  const shown = new Set<string>(events.map(event => event.type));
  const lastDone = pairs.findLastIndex(({ b }) => b !== null);
  const lastCall = pairs.findLastIndex(({ a, b }) => a?.event.type === 'smc' && b !== null);
  const stopped = STOPPED.has(end.class);

  return ({ relation, a, b }, at) => {
    if (relation === 'same') return 'same';
    // What an imported log cannot show at all is no divergence.
    if (relation === 'extra' && b !== null)
      return imported && !shown.has(b.event.type) ? 'not-shown' : 'counts';
    if (relation !== 'missing' || a === null) return 'counts';
    if (a.event.type === 'log' && (repeats || !kernel.models(a.event))) return 'not-modelled';
    if (repeats && a.event.type !== 'smc') return 'not-repeated';
    if (stopped && at > lastDone) return 'not-reached';
    return a.event.type === 'smc' && !sameKernel && at > lastCall ? 'goes-on' : 'counts';
  };
}

/** Ends in which the kernel did not come to the end of its boot. */
const STOPPED: ReadonlySet<OutcomeClass> = new Set(['unanswered', 'did-not-return', 'crashed']);
