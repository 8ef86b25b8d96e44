/** Where the events of a boot do not decide: what is still possible, and what would settle it. */
import type { Possibility } from '../log-evidence.js';
import { block, columns } from './layout.js';

export function possibleBlock(possible: readonly Possibility[]): readonly string[] {
  return block(
    'still possible',
    columns(possible.map(({ cause, settledBy }) => [`  ${cause}`, `settled by ${settledBy}`])),
  );
}
