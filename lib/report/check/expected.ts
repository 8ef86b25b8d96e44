/** What a boot comes to that is held against another trace: whether it ends in the same way. */
import { outcomeOf } from '../../kernel/outcome.js';
import { endText, isSameEnd } from '../../model/end.js';
import type { Trace } from '../../model/trace.js';
import { findingOf } from '../finding.js';
import type { CheckResult } from './row.js';

/** `expected`: what a boot of this board is known to come to. An end that a log does not tell is `undetermined`. */
export function expectedResult(
  { trace }: { readonly trace: Trace },
  expected: { readonly name: string; readonly trace: Trace },
): CheckResult {
  const outcomes = { recorded: outcomeOf(expected.trace.events), replayed: outcomeOf(trace.events) };
  const { recorded, replayed } = outcomes;
  const told = recorded.class !== 'undetermined' && replayed.class !== 'undetermined';
  const verdict = !told ? 'undetermined' : isSameEnd(recorded, replayed) ? 'same' : 'diverged';
  const sentence = sentenceOf(verdict, endText(recorded), endText(replayed), expected.name);
  return {
    verdict,
    unfired: null,
    conformance: null,
    passes: verdict === 'same',
    sentence,
    more: verdict === 'same' ? '' : ` ${findingOf(trace).sentence}`,
    detail: [],
    event: null,
    json: JSON.stringify({ verdict, sentence, outcomes, first: null }),
    trouble: null,
  };
}

function sentenceOf(verdict: string, was: string, is: string, name: string): string {
  if (verdict === 'same') return `Same: it ends as ${name} does, ${is}.`;
  return verdict === 'diverged'
    ? `Diverged: ${name} ends ${was}, this boot ${is}.`
    : `Undetermined: ${name} ends ${was}, this boot ${is}.`;
}
