/** What a command is: data, from which parsing, help and completion are made, and a short run. */

import { optionWords } from '../lib/cli.js';
import type { Option } from './option.js';
import type { Io } from './process.js';

export interface Example {
  /** Without the leading `rmitrace`: a test runs it, after the examples before it. */
  readonly command: string;
  readonly says: string;
  /** Default 0. */
  readonly exit?: number;
  /** Whether it stands in the help of rmitrace as a whole, too. */
  readonly story?: boolean;
}

export interface Operands {
  /** As the usage line has them: `TRACE [EVENTS...]`. */
  readonly usage: string;
  readonly min: number;
  readonly max: number;
  /** What each of them is, for help. */
  readonly says: string;
  /** What completion offers besides files. */
  readonly words?: () => readonly string[];
}

/** What was typed, by the table's names. */
export interface Args {
  readonly operands: readonly string[];
  flag(name: string): boolean;
  one(name: string): string | undefined;
  many(name: string): readonly string[];
}

export interface Command {
  readonly name: string;
  /** One line: what it does. */
  readonly summary: string;
  readonly examples: readonly Example[];
  readonly operands: Operands;
  readonly options: readonly Option[];
  /** What each of its exit codes means, beyond 2. */
  readonly exits: string;
  /** Its exit code. */
  run(io: Io, args: Args): Promise<number>;
}

/** The options of these names that were given, as words of a command line, in the order of the names. */
export function wordsOf(args: Args, names: readonly string[]): readonly string[] {
  return names.flatMap(name => {
    const values = args.many(name);
    if (values.length > 0) return values.flatMap(value => optionWords(name, value));
    return args.flag(name) ? [`--${name}`] : [];
  });
}
