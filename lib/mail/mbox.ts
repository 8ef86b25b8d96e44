/** RFC 4155: a mailbox is messages, each behind a line that begins `From `. */
import type { Line } from './lines.js';

/** The messages of a mailbox, without their `From ` lines; a text that is no mailbox is one message. */
export function messagesOf(lines: readonly Line[]): readonly (readonly Line[])[] {
  const starts = lines.flatMap((line, at) =>
    isFromLine(line.text) && (at === 0 || lines[at - 1]?.text === '') ? [at] : [],
  );
  if (starts.length === 0) return [lines];
  const before = starts[0] === 0 ? [] : [lines.slice(0, starts[0])];
  return [...before, ...starts.map((start, at) => lines.slice(start + 1, starts[at + 1]))];
}

/** A sentence may begin with the word `From`: only a time of day and a year after it make a new message. */
function isFromLine(text: string): boolean {
  return text.startsWith('From ') && text.length < 400 && / \d\d:\d\d:\d\d .*\d{4}/.test(text);
}
