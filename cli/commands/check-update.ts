/** `check --update`: a person sees what a trace has become, and says whether it is to stay so. */
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import {
  type Checked,
  type CheckResult,
  type ReadTraceOrLog,
  type Result,
  replayText,
  visible,
} from '../../lib/cli.js';
import { type Args, wordsOf } from '../command.js';
import { SAME_KERNEL } from '../load-c-kernel.js';
import { writeOut } from '../outputs.js';
import type { Io } from '../process.js';
import { SAME_REPLAY } from './check-options.js';

export interface Update {
  /** What the trace comes to after the answer; `null` where nothing was asked, or the answer was no. */
  offer(read: Result<ReadTraceOrLog>, checked: Checked, result: CheckResult): Promise<CheckResult | null>;
  end(): Promise<void>;
}

/** Answers are lines of standard input: `yes | rmitrace check --update traces` takes all. */
export function newUpdate(io: Io, args: Args): Update {
  const ask = newQuestions(io);
  return {
    async offer(read, checked, result) {
      if (checked.verdict !== 'diverged' || !read.ok || read.value.log || checked.name === STDIN) return null;
      const { name, edited, conformance, replay } = checked;
      const given = {
        kernel: wordsOf(args, SAME_KERNEL),
        rmm: wordsOf(args, ['rmm', 'rmm-timeout']),
        others: wordsOf(
          args,
          SAME_REPLAY.filter(option => !['rmm', 'rmm-timeout', 'set'].includes(option)),
        ),
      };
      io.print(`${visible(name)}\n${replayText({ replay, name, given, edited, conformance }, io.paint)}\n`);
      if (!(await ask.isTaken(`put the replay in the place of ${visible(name)}?`))) return null;
      const written = await writeOut(io, name, replay.replayed);
      if (written.ok) return { ...result, verdict: 'same', passes: true, sentence: updated(result.sentence) };
      io.trouble(written.trouble);
      return null;
    },
    end: ask.end,
  };
}

/** What messages call standard input, which cannot be written. */
const STDIN = 'standard input';

function updated(sentence: string): string {
  return sentence.replace(/^Diverged:/, 'Updated:');
}

function newQuestions(io: Io): { isTaken(question: string): Promise<boolean>; end(): Promise<void> } {
  let lines: AsyncIterator<string> | null = null;
  let all: boolean | null = null;
  return {
    async isTaken(question) {
      if (all !== null) return all;
      io.ask(`${question} [y]es, [n]o, [a]ll, [q]uit: `);
      lines ??= createInterface({ input: Readable.from(io.input('')) })[Symbol.asyncIterator]();
      const { done, value } = await lines.next();
      const answer = done === true ? 'q' : value.trim().toLowerCase();
      if (/^(a|all)$/.test(answer)) all = true;
      if (/^(q|quit)$/.test(answer)) all = false;
      return all ?? /^(y|yes)$/.test(answer);
    },
    async end() {
      await lines?.return?.();
    },
  };
}
