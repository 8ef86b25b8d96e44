/** The troubles of reading a trace, each with its next step: all their texts are here. */
import type { Place, Trouble, TroubleCode } from '../model/result.js';
import type { Mismatch } from '../schema/messages.js';
import type { Example } from '../schema/validate.js';

type ReadCode = Extract<
  TroubleCode,
  | 'not-found'
  | 'unreadable'
  | 'empty'
  | 'cut-off'
  | 'not-json'
  | 'not-a-trace'
  | 'newer-format'
  | 'bad-value'
  | 'duplicate-key'
  | 'forbidden-key'
  | 'too-deep'
  | 'too-large'
>;

const NEXT: Readonly<Record<ReadCode, string>> = {
  'not-found': 'check the name',
  unreadable: 'name a file that can be read',
  empty: 'record it again: nothing was written to this file',
  'cut-off': 'record it again, or end it by hand after its last whole event with ], "outcome": null }',
  'not-json': 'correct that place, or use another copy of the file',
  'not-a-trace': 'give a file that `rmitrace record` wrote',
  'newer-format': 'read it with a newer rmitrace',
  'bad-value': 'correct that value in the file',
  'duplicate-key': 'keep one of the two',
  'forbidden-key': 'take the key out of the file',
  'too-deep': 'take the nested value out of the file',
  'too-large': 'give a smaller file, or raise the limit with --limit',
};

export function readTrouble(code: ReadCode, what: string, where: Place, next: string = NEXT[code]): Trouble {
  return { code, what, where, next };
}

/** What a file has that its schema does not allow, `path` being where; `example` is how to write a member down. */
export function mismatchTrouble(
  { pointer, message, missing }: Mismatch,
  where: Place,
  whole: string,
  example: Example,
): Trouble {
  const what = `${pointer === '' ? whole : pointer.slice(1)} ${message}`;
  if (missing === undefined) return readTrouble('bad-value', what, where);
  // What an event within an event would need is not told: people do not write those by hand.
  const member = pointer.lastIndexOf('/') === 0 ? example(missing) : null;
  const next = member === null ? 'add it, or take out what it belongs to' : `add \`${member}\``;
  return readTrouble('bad-value', what, where, next);
}

export const mebibytes = (bytes: number): string => `${Math.round(bytes / 2 ** 20)} MiB`;
