/** What a report says of what was left out of its comparison. */
import { visible } from './text/escape.js';

/** One line, `null` where nothing was left out. */
export function ignoredText(rules: readonly string[]): string | null {
  return rules.length === 0 ? null : `Ignored where it differs: ${rules.map(visible).join(', ')}.`;
}

/** The same, as lines. */
export function ignoredLines(rules: readonly string[]): readonly string[] {
  const text = ignoredText(rules);
  return text === null ? [] : [text];
}
