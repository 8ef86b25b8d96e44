/**
 * What is printed of a trace that was checked: small, without its events, so that one can be kept for each of many boots
 * and pass between threads.
 */
import { firstDivergence } from '../../compare/first.js';
import { type Conformance, hasFinding } from '../../conformance/findings.js';
import type { Trouble } from '../../model/result.js';
import type { Checked } from '../../replay/check.js';
import { type Countable, countable } from '../../replay/check-totals.js';
import type { Replay } from '../../replay/replay.js';
import { conformanceJson, firstJson, patchesJson } from '../json.js';
import { replaySentence } from '../sentences.js';
import { firstBlock } from '../text/comparison.js';
import { PLAIN } from '../text/paint.js';

/** What a check of a trace came to, whatever the trace is called. */
export interface CheckResult extends Countable {
  /** Whether it leaves the exit code 0. */
  readonly passes: boolean;
  /** What happened, in a sentence; `''` in trouble. */
  readonly sentence: string;
  /** What its line says besides, begun with a blank; or `''`. */
  readonly more: string;
  /** The first divergence, a line each, escaped for a terminal. */
  readonly detail: readonly string[];
  /** The event of the trace at which it diverges first. */
  readonly event: number | null;
  /** The members that it has in JSON after its name and digest, as one object. */
  readonly json: string;
  readonly trouble: Trouble | null;
}

export interface CheckRow extends CheckResult {
  readonly name: string;
  /** Of the trace; `null`: it could not be read, or there is none. */
  readonly digest: string | null;
  /** The line of the file that `event` begins on; `null` where that is not known. */
  readonly line: number | null;
  /** The command that says more about it. */
  readonly again: string;
}

/** What `checked` came to. */
export function resultOf(checked: Checked): CheckResult {
  const { verdict } = checked;
  if (checked.verdict === 'trouble') return troubleResult(checked.trouble);
  const { replay, conformance } = checked;
  const { comparison, weighed, outcomes } = replay;
  const first = firstDivergence(comparison, weighed.divergences);
  const sides = { a: 'recorded', b: 'replayed' };
  const sentence = replaySentence(replay);
  return {
    ...countable(checked),
    passes: passes(verdict, conformance),
    sentence,
    more: registers(replay),
    detail: firstBlock('first divergence', first, comparison, replay.recorded.events, sides, PLAIN).slice(1),
    event: (first?.kind === 'input' ? first.input.a : first?.action.a)?.number ?? null,
    json: JSON.stringify({
      verdict,
      sentence,
      outcomes,
      first: firstJson(first),
      ...patchesJson(replay),
      ...conformanceJson(conformance),
    }),
    trouble: null,
  };
}

export function troubleResult(trouble: Trouble): CheckResult {
  const verdict = 'trouble';
  return {
    verdict,
    unfired: null,
    conformance: null,
    passes: false,
    sentence: '',
    more: '',
    detail: [],
    event: null,
    json: JSON.stringify({ verdict, trouble }),
    trouble,
  };
}

/**
 * Keeps one of the results that are alike: of many boots most come to the same few things. What it gives back says the same
 * as what it was given.
 */
export function newAlike(): (result: CheckResult) => CheckResult {
  const all = new Map<string, CheckResult>();
  return result => {
    const { verdict, sentence, json, more, detail, event, unfired } = result;
    const edits = unfired?.map(({ edit, why }) => `${edit.text} ${why}`) ?? null;
    const key = JSON.stringify([verdict, sentence, json, more, detail, event, edits]);
    const known = all.get(key);
    if (known === undefined) all.set(key, result);
    return known ?? result;
  };
}

export function passes(verdict: CheckResult['verdict'], conformance: Conformance | null): boolean {
  return verdict === 'same' && !(conformance !== null && hasFinding(conformance, 'error'));
}

/** Which registers of which answer came otherwise from an RMM that stood in: that is what it was asked for. */
function registers({ rmm, weighed, comparison }: Replay): string {
  const first = rmm === null ? null : firstDivergence(comparison, weighed.divergences);
  if (first?.kind !== 'input') return '';
  const { differs, a } = first.input;
  const places = differs.map(({ place, a: was, b: is }) => `${place} recorded ${was}, now ${is}`);
  return ` Event ${a?.number}: ${places.join('; ')}.`;
}
