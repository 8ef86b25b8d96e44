/** Lines of C from several places as one text, in which the compiler counts them as they were given. */
import type { Placed } from './types.js';

export function placedText(lines: readonly Placed[]): string {
  let text = '';
  let next: Placed['origin'] | null = null;
  for (const { text: line, origin } of lines) {
    // Within a macro of several lines there is no place for a directive.
    const follows =
      (next !== null && next.name === origin.name && next.line === origin.line) || text.endsWith('\\\n');
    text += `${follows ? '' : `#line ${origin.line} ${JSON.stringify(origin.name)}\n`}${line}\n`;
    next = { ...origin, line: origin.line + 1 };
  }
  return text;
}
