/** Commands that a person may copy. */
import { visible } from './escape.js';

/** A word as a shell takes it; what a terminal would obey is shown instead. */
export function quoted(word: string): string {
  const shown = visible(word);
  return /^[\w./=:@%+,-]+$/.test(shown) ? shown : `'${shown.replaceAll("'", "'\\''")}'`;
}
