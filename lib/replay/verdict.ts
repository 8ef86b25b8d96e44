/**
 * What a replay's comparison counts. The kernel's actions and the outcome always do; an answer that differs does with
 * `--answers`; an edited input never does.
 */

import type { Pair } from '../compare/align.js';
import type { Comparison, InputDifference } from '../compare/causes.js';
import { type Ignore, NOTHING } from '../compare/ignore.js';
import { timesOf } from '../compare/many-alike.js';
import { QUERIES } from '../kernel/revisions/queries.js';
import { isSameEnd } from '../model/end.js';
import type { LogEvent, TraceEvent } from '../model/events.js';
import type { AsyncKernel } from '../model/port.js';
import type { Outcome, OutcomeClass, Trace } from '../model/trace.js';

export interface Weighed {
  /** Actions that differ and count, in order. */
  readonly divergences: readonly Pair[];
  /** Answers that differ and count. */
  readonly answers: readonly InputDifference[];
  /** Recorded lines that the replayed kernel does not print at all. */
  readonly notModelled: readonly LogEvent[];
  /** How many more of them there are, which those stand for. */
  readonly notListed: number;
  /** How many recorded calls came after the replayed kernel returned, where it is another kernel than recorded. */
  readonly goesOn: number;
  /** How many recorded actions come after the point where the replay stopped early. */
  readonly notReached: number;
  /** Whether the outcomes differ, both being determined. */
  readonly outcomeDiffers: boolean;
  /** Whether the trace records how the check ended; for the recorded kernel, whether it records a call at all. */
  readonly compared: boolean;
}

/** Why a pair that is not the same on both sides counts, or does not. */
type Weight = 'same' | 'counts' | 'not-modelled' | 'not-repeated' | 'goes-on' | 'not-reached' | 'not-shown';

export function weigh(
  recorded: Trace,
  outcomes: { readonly recorded: Outcome; readonly replayed: Outcome },
  kernel: AsyncKernel,
  comparison: Comparison,
  countAnswers: boolean,
  ignore: Ignore = NOTHING,
): Weighed {
  const { pairs, causes } = comparison;
  const repeats = kernel.name === 'recorded';
  const weight = weigher(recorded, outcomes, kernel, pairs);
  const weights = pairs.map(weight);
  const of = (kind: Weight) => pairs.filter((_, at) => weights[at] === kind);
  const count = (kind: Weight) => of(kind).reduce((sum, pair) => sum + timesOf(pair), 0);
  const determined = outcomes.recorded.class !== 'undetermined' && !repeats;
  return {
    divergences: of('counts').filter(pair => !ignore.pair(pair)),
    answers:
      countAnswers || repeats ? causes.filter(cause => cause.kind === 'answer' && cause.edit === null) : [],
    notModelled: of('not-modelled').flatMap(({ a }) => (a?.event.type === 'log' ? [a.event] : [])),
    notListed: count('not-modelled') - of('not-modelled').length,
    goesOn: count('goes-on'),
    notReached: count('not-reached'),
    outcomeDiffers:
      determined && !isSameEnd(outcomes.recorded, asFarAsKnown(outcomes.replayed, outcomes.recorded)),
    compared: repeats
      ? pairs.some(({ a }) => a?.event.type === 'smc')
      : outcomes.recorded.class !== 'undetermined' || outcomes.replayed.class === 'undetermined',
  };
}

/** The same where the recording has so many lines of the kernel's log, and the replayed kernel prints none. */
export function withLogs(weighed: Weighed, logs: number): Weighed {
  return { ...weighed, notListed: logs - weighed.notModelled.length };
}

/** The replay's end without its reason, where the recording does not tell one. */
function asFarAsKnown({ reason, ...end }: Outcome, recorded: Outcome): Outcome {
  const open = recorded.class === 'quiet' && recorded.reason === undefined;
  return open || reason === undefined ? end : { ...end, reason };
}

function weigher(
  recorded: Trace,
  { recorded: recordedEnd, replayed: end }: { readonly recorded: Outcome; readonly replayed: Outcome },
  kernel: AsyncKernel,
  pairs: readonly Pair[],
): (pair: Pair, at: number) => Weight {
  const { header, events } = recorded;
  const repeats = kernel.name === 'recorded';
  const compiled = (header.kernel.via === 'compiled') === (kernel.compiled !== undefined);
  const imported = header.kernel.via === 'imported' || header.machine.via === 'imported';
  // A log is of a whole series, of which a built-in kernel is the one patch.
  const sameKernel = repeats || (compiled && !imported && header.kernel.name === kernel.name);
  // Of returns a log may show this one and not that.
  const kindOf = (event: TraceEvent) =>
    imported && event.type === 'return' ? `return of ${event.of}` : event.type;
  const shown = new Set<string>(events.map(kindOf));
  const lastDone = pairs.findLastIndex(({ b }) => b !== null);
  const lastCall = pairs.findLastIndex(({ a, b }) => a?.event.type === 'smc' && b !== null);
  const lastShown = pairs.findLastIndex(({ a }) => a !== null);
  const stopped = STOPPED.has(end.class);
  const asked = new Set(pairs.flatMap(({ b }) => (b?.event.type === 'return' ? [b.event.of] : [])));

  return ({ relation, a, b }, at) => {
    if (relation === 'same') return 'same';
    // What a log or a trace written by hand does not show at all is no divergence.
    if (relation === 'extra' && b !== null) {
      const partial = imported || b.event.type === 'return' || recordedEnd.class === 'undetermined';
      // A log may be cut, and a person writes down the lines that matter: how the check ended is compared beside it.
      const ended = imported && at > lastShown;
      const unshown = partial && (ended || !shown.has(kindOf(b.event)));
      return unshown ? 'not-shown' : 'counts';
    }
    const accepted = imported && recordedEnd.class === 'accepted';
    if (accepted && relation === 'altered' && passedCheck(a?.event, b?.event)) return 'not-repeated';
    if (relation !== 'missing' || a === null) return 'counts';
    if (a.event.type === 'log' && (repeats || !kernel.models(a.event))) return 'not-modelled';
    if (repeats && a.event.type !== 'smc') return 'not-repeated';
    if (stopped && at > lastDone) return 'not-reached';
    // Another kernel may lack the queries that a run asks after the init.
    if (a.event.type === 'return' && QUERIES.includes(a.event.of) && !sameKernel && !asked.has(a.event.of))
      return 'not-repeated';
    return a.event.type === 'smc' && !sameKernel && at > lastCall ? 'goes-on' : 'counts';
  };
}

/** An init that failed behind the check, of which the replayed part went well. */
function passedCheck(recorded: TraceEvent | undefined, replayed: TraceEvent | undefined): boolean {
  return (
    recorded?.type === 'return' &&
    replayed?.type === 'return' &&
    recorded.of === 'arm64_init_rmi' &&
    recorded.value !== 0 &&
    replayed.value === 0
  );
}

/** The verdict, from what counts. An input that nobody recorded is no cause, and what was not compared is not the same. */
export function verdictOf(
  outcomes: { readonly recorded: Outcome; readonly replayed: Outcome },
  { divergences, answers, notReached, outcomeDiffers, compared }: Weighed,
  unknownsMatter: boolean,
): 'same' | 'diverged' | 'unanswered' | 'undetermined' {
  if (unknownsMatter) return 'undetermined';
  const differs = divergences.length > 0 || answers.length > 0 || notReached > 0 || outcomeDiffers;
  const unanswered = outcomes.replayed.class === 'unanswered';
  if (unanswered && (differs || outcomes.recorded.class !== 'unanswered')) return 'unanswered';
  if (differs) return 'diverged';
  return compared ? 'same' : 'undetermined';
}

/** Ends in which the kernel did not come to the end of its boot. */
const STOPPED: ReadonlySet<OutcomeClass> = new Set(['unanswered', 'did-not-return', 'crashed']);
