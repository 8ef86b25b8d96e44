/** The options that every command takes. */
import type { Option } from './option.js';

export interface Globals {
  readonly json: boolean;
  readonly color: string;
  readonly quiet: boolean;
  readonly debug: boolean;
}

export const GLOBAL_OPTIONS: readonly Option[] = [
  { name: 'json', type: 'boolean', says: 'the report as JSON (schemas/report.schema.json)' },
  {
    name: 'color',
    type: 'string',
    value: 'WHEN',
    default: 'auto',
    choices: ['auto', 'always', 'never'],
    says: 'colours; auto follows the terminal, NO_COLOR and FORCE_COLOR',
  },
  { name: 'quiet', alias: 'q', type: 'boolean', says: 'no summaries and notes on standard error' },
  { name: 'debug', type: 'boolean', says: 'where a bug in rmitrace threw' },
  { name: 'help', alias: 'h', type: 'boolean', says: 'this help' },
  { name: 'version', type: 'boolean', says: 'the version of rmitrace' },
];
