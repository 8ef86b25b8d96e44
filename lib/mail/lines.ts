/** A line of a text, without its end, and its number in the file that it came from, from 1. */
export interface Line {
  readonly text: string;
  readonly line: number;
}

/** LF and CRLF end a line; a last line without an end is one. */
export function linesOf(text: string): readonly Line[] {
  const lines = text.replace(/^\ufeff/, '').split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines.map((each, at) => ({ text: each.endsWith('\r') ? each.slice(0, -1) : each, line: at + 1 }));
}
