/** `check --expect`: each boot is held against one trace, which a board's known failure may be. Nothing is replayed. */
import {
  bad,
  type CheckResult,
  expectedResult,
  good,
  type ReadTraceOrLog,
  type Result,
  troubleResult,
} from '../../lib/cli.js';
import type { Args } from '../command.js';
import { misuse, nameOf, replayedTraceOf } from '../load.js';
import type { Io } from '../process.js';

/** What holds one boot against the trace of `--expect`. */
export type Expected = (read: Result<ReadTraceOrLog>) => CheckResult;

const REPLAYING: readonly string[] = ['kernel', 'base', 'machine', 'rmm', 'set', 'wants'];
const OF_A_REPLAY: readonly string[] = ['answers', 'conformance', 'coverage', 'update'];

/** `null` without `--expect`. Troubles: `usage`, and those of reading the trace. */
export async function expectedOf(io: Io, args: Args): Promise<Result<Expected | null>> {
  const operand = args.one('expect');
  if (operand === undefined) return good(null);
  const other =
    REPLAYING.find(name => args.many(name).length > 0) ?? OF_A_REPLAY.find(name => args.flag(name));
  if (other !== undefined)
    return bad(misuse('check', `--${other} does not go with --expect, which replays nothing`));
  const read = await replayedTraceOf(io, operand, () => 'part');
  if (!read.ok) return read;
  await read.value.close();
  const expected = { name: nameOf(operand), trace: read.value.trace };
  return good(one => (one.ok ? expectedResult(one.value, expected) : troubleResult(one.trouble)));
}
