/** The one escaper between a file's text and Markdown. */
import { visible } from './text/escape.js';

/**
 * Text that stays text: no cell ends early, and nothing in it is markup. A backslash does not stop GitHub from making
 * links of names, numbers and addresses, or formulas of what stands between dollars: a comment in the middle does.
 */
export function markdownText(text: string): string {
  return visible(text)
    .replace(/[\\`*_{}[\]<>#|~&!]/g, '\\$&')
    .replace(/[@#]|:(?=\/\/)|\bwww(?=\.)/gi, '$&<!-- -->')
    .replaceAll('$', '<span>$</span>');
}
