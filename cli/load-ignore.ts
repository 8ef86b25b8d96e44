/** --ignore: what a comparison leaves out. */
import { type Ignore, parseIgnore, type Result } from '../lib/cli.js';
import type { Args } from './command.js';
import type { Option } from './option.js';

export const IGNORE: Option = {
  name: 'ignore',
  type: 'strings',
  value: 'RULE',
  says: 'ignore what differs in event:TYPE, log:TEXT, in which * stands for any text, or register:NAME; outcomes always count',
};

/** Trouble: `usage`. */
export function ignoreOf(args: Args): Result<Ignore> {
  return parseIgnore(args.many(IGNORE.name));
}
