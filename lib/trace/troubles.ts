/** The troubles of reading a trace, each with its next step: all their texts are here. */
import type { Place, Trouble, TroubleCode } from '../model/result.js';

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
  'too-large': 'give a smaller file, or raise the limit',
};

export function readTrouble(code: ReadCode, what: string, where: Place, next: string = NEXT[code]): Trouble {
  return { code, what, where, next };
}

export const mebibytes = (bytes: number): string => `${Math.round(bytes / 2 ** 20)} MiB`;
