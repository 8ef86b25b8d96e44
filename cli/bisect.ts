/** --bisect: what `git bisect run` makes of an exit code, and what it must not. */
import type { Trouble } from '../lib/cli.js';
import { beforeDashes } from './argv.js';
import { EXIT } from './exit-codes.js';
import { BISECT } from './options.js';
import type { Io } from './process.js';

/** 125: git skips the revision, as one that cannot be tested. From 128 on it stops. Any other code calls a revision bad. */
const SKIP = 125;
/** As git itself ends where its command line is wrong. */
export const STOP = 129;

/** Whether it is asked for, in words that may not be understood otherwise. */
export function isBisecting(words: readonly string[]): boolean {
  return beforeDashes(words).includes(`--${BISECT.name}`);
}

/** Runs a command whose answer a bisection looks for. */
export async function bisected(io: Io, run: (io: Io) => Promise<number>): Promise<number> {
  let misuse = false;
  const told: Io = {
    ...io,
    trouble(found) {
      misuse ||= MISUSE.has(found.code);
      return io.trouble(found);
    },
  };
  const code = await run(told);
  if (code !== EXIT.trouble) return code;
  return misuse ? STOP : SKIP;
}

/** What is as wrong at any other revision. */
const MISUSE: ReadonlySet<Trouble['code']> = new Set(['usage', 'bad-edit', 'unknown-name', 'no-kernel']);
