/** The script of a page. What it is made of runs on the command line too: kernels, RMMs, replay, comparison, sentences. */
import { findingOf } from '../../finding.js';
import { replaySentence } from '../../sentences.js';
import { fragmentOf, replayOf, whatIfOf } from '../what-if.js';
import { carriedFrom } from './carried.js';
import { shown, startEditing } from './edit.js';
import { filtered, listen } from './filter.js';

/** For a reader's own questions, and for tests: what the form uses. */
export const rmitrace = { carriedFrom, findingOf, fragmentOf, replayOf, replaySentence, whatIfOf };

function start(): void {
  const names: readonly string[] = JSON.parse(document.getElementById('names')?.textContent ?? '[]');
  const traces = names.map((name, at) => {
    const id = at === 0 ? 'a' : 'b';
    const block = document.getElementById(`trace-${id}`);
    return [id, { name, ...carriedFrom(block?.textContent ?? '') }] as const;
  });
  listen(shown);
  if (traces.length > 0) startEditing(new Map(traces));
  else filtered(shown());
}

if (typeof document !== 'undefined') start();
