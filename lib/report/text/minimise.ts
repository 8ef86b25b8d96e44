/** What `minimise` prints: the result, the replays that were tried, and the command that shows the failure. */

import { commandLine, optionWords } from '../../model/command-line.js';
import { endText } from '../../model/end.js';
import type { Ending, Failure } from '../../search/minimise-result.js';
import type { MinimiseResult } from '../results.js';
import { minimiseSentence } from '../sentences.js';
import { visible } from './escape.js';
import { block, columns, page } from './layout.js';
import type { Paint } from './paint.js';

const ENDINGS: Readonly<Record<Ending, string>> = {
  'fails-so': 'this failure',
  'fails-otherwise': 'another failure',
  passes: 'no effect',
  'never-fired': 'an edit not used',
};

export function minimiseText({ found, name, options }: MinimiseResult, paint: Paint): string {
  const steps = found.steps.map(({ edits, ends }) => [
    ENDINGS[ends],
    visible(edits.join(' ') || '(no edit)'),
  ]);
  const sets = found.smallest.flatMap(edit => optionWords('set', edit));
  const reproduce = commandLine('replay', [name], [...options, ...sets]);
  return page([
    paint.bold(visible(minimiseSentence(found))),
    ...(found.failure === null ? [] : [`  ${visible(failureText(found.failure, found.why))}`]),
    ...block('Tried', columns(steps, '  ')),
    ...(found.failure === null ? [] : block('To see it', [`  ${reproduce}`])),
  ]);
}

function failureText({ verdict, outcome, first }: Failure, why: string | null): string {
  return `${verdict}, ${endText(outcome)}${why === null ? '' : ` (${why})`}${first === null ? '' : `; first ${first}`}`;
}
