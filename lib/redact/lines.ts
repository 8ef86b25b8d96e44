/** Canonical lines of events, of which most tell nothing of anybody: that is found out, and pointers are replaced, without reading them as JSON. */
import { type CallLine, callLine, saysMore } from '../trace/call-line.js';
import { mayTell } from './by-kind.js';

/** A text of the line is not spelt as it is; quotes apart. */
const ESCAPE = /\\[^"]/;
const QUOTE = '\\"';
/** A pointer in a register, or what begins like one. */
const POINTER_START = '"0xfff';
/** As `isPointer` has it. */
const POINTER = /"0x(fff(?!f{5})[0-9a-f]{13})"/g;

/** What stands in a line that may be replaced. `pointers`: in the registers of a call, and nothing else. */
export type Tells = 'nothing' | 'pointers' | 'perhaps';

export function tells(line: string): Tells {
  const call = callLine(line);
  const rest = call === null ? line : restOf(line, call);
  if (rest !== '' && (ESCAPE.test(rest) || mayTell(rest))) return 'perhaps';
  const at = call === null ? -1 : line.indexOf(POINTER_START);
  return at >= 0 && at < (call?.end ?? 0) ? 'pointers' : 'nothing';
}

/** What a call says behind its registers; `''` where that is no words. */
function restOf(line: string, call: CallLine): string {
  return saysMore(line, call) ? line.slice(call.end) : '';
}

/** Whether a line that has no escapes may have one of the words that `pattern` finds. */
export function mayHaveWord(line: string, pattern: RegExp, withQuote: boolean): boolean {
  const call = callLine(line);
  const rest = call === null ? line : restOf(line, call);
  return rest !== '' && ((withQuote && rest.includes(QUOTE)) || pattern.test(rest));
}

/** The line with its pointers changed, each in hex without `0x`, in their order. Only for a line that tells pointers alone. */
export function withPointers(line: string, change: (pointer: string) => string): string {
  return line.replace(POINTER, (_, was: string) => `"0x${change(was)}"`);
}
