/** What `minimise` prints: the result, the replays that were tried, and the command that shows the failure. */

import { endText } from '../../model/end.js';
import type { Ending, Failure, Minimised } from '../../search/minimise-result.js';
import { visible } from './escape.js';
import { block, columns, page } from './layout.js';
import type { Paint } from './paint.js';
import { quoted } from './shell-quote.js';

const ENDINGS: Readonly<Record<Ending, string>> = {
  'fails-so': 'this failure',
  'fails-otherwise': 'another failure',
  passes: 'no effect',
  'never-fired': 'an edit not used',
};

/** `command`: the words of a replay of the trace, up to its edits. */
export function minimiseText(found: Minimised, command: readonly string[], paint: Paint): string {
  const steps = found.steps.map(({ edits, ends }) => [
    ENDINGS[ends],
    visible(edits.join(' ') || '(no edit)'),
  ]);
  const reproduce = [...command, ...found.smallest.flatMap(edit => ['--set', edit])].map(quoted).join(' ');
  return page([
    paint.bold(visible(minimiseSentence(found))),
    ...(found.failure === null ? [] : [`  ${visible(failureText(found.failure))}`]),
    ...block('Tried', columns(steps, '  ')),
    ...(found.failure === null ? [] : block('To see it', [`  rmitrace ${reproduce}`])),
  ]);
}

export function minimiseSentence({ failure, edits, smallest, proven }: Minimised): string {
  const all = edits.length === 1 ? 'the edit' : `all ${edits.length} edits`;
  if (failure === null) return `No effect: with ${all} the kernel still acts as recorded.`;
  if (smallest.length === 0) return 'Fails without any edit: the edits are not the cause.';
  const which = smallest.join(' ');
  if (smallest.length === edits.length) return `Fails only with ${all}: ${which}.`;
  const more = proven ? '' : '; none of them can be left out, but not every smaller set was tried';
  return `Fails with ${smallest.length} of ${edits.length} edits: ${which}${more}.`;
}

function failureText({ verdict, outcome, first }: Failure): string {
  return `${verdict}, ${endText(outcome)}${first === null ? '' : `; first ${first}`}`;
}
