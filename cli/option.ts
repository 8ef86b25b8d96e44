/** What an option is: data, from which parsing, help and completion are made. */
import type { ReadOptions } from '../lib/cli.js';

export interface Option {
  readonly name: string;
  readonly alias?: string;
  /** `strings`: may be given several times. */
  readonly type: 'boolean' | 'string' | 'strings';
  /** What help calls the value. */
  readonly value?: string;
  /** The default, as help prints it. */
  readonly default?: string;
  /** All allowed values. */
  readonly choices?: readonly string[];
  /** Values that completion offers; others are allowed too. */
  readonly words?: () => readonly string[];
  readonly says: string;
}

export interface Globals {
  readonly json: boolean;
  readonly color: string;
  readonly quiet: boolean;
  readonly debug: boolean;
  /** How much is read of a trace; default as usual. */
  readonly limits?: ReadOptions;
}

export const GLOBAL_OPTIONS: readonly Option[] = [
  { name: 'json', type: 'boolean', says: 'print the report as JSON (schemas/report.schema.json)' },
  {
    name: 'color',
    type: 'string',
    value: 'WHEN',
    default: 'auto',
    choices: ['auto', 'always', 'never'],
    says: 'when to use colours; auto obeys NO_COLOR, FORCE_COLOR and the terminal',
  },
  { name: 'quiet', alias: 'q', type: 'boolean', says: 'print no summaries and notes on standard error' },
  {
    name: 'print-config',
    type: 'boolean',
    says: 'print the value of each option, and whether the command line, rmitrace.json or nobody gave it',
  },
  {
    name: 'limit',
    type: 'strings',
    value: 'NAME=N',
    says: 'read more or less of a trace: bytes (default 1G), events (10000000), depth, text, values, ratio, unpackFreely',
  },
  { name: 'debug', type: 'boolean', says: 'print the stack if rmitrace has a bug' },
  { name: 'help', alias: 'h', type: 'boolean', says: 'print this help' },
  { name: 'version', type: 'boolean', says: 'print the version of rmitrace' },
];
