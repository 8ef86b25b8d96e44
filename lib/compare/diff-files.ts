/** Compares two large canonical traces in files, of which neither is held in memory. */
import { countOf } from '../model/gaps.js';
import { newLoopTurn } from '../model/loop-turn.js';
import { READ_LIMITS } from '../trace/limits.js';
import { type LineFile, openLineFile } from '../trace/line-file.js';
import { filePair, NOT_CANONICAL } from '../trace/line-pair.js';
import { CONDENSE_LIMITS, type CondenseLimits, LONG } from './condense.js';
import { type Difference, diffLong } from './diff.js';
import { type Ignore, NOTHING } from './ignore.js';

export interface FileDifference {
  readonly difference: Difference;
  /** As the files say. */
  readonly digests: { readonly a: string; readonly b: string };
}

/** Steps of a comparison between two turns of the event loop: some megabytes. */
const TURN = 16;

/**
 * The same as `diff` of the two, whose equal lines are believed to be right; `null` where they are to be read and compared
 * as any others: they are short, not canonical, or have another count of events than they say. Throws what the system says.
 */
export async function diffFiles(
  paths: readonly [string, string],
  limits: CondenseLimits = CONDENSE_LIMITS,
  long: number = LONG,
  ignore: Ignore = NOTHING,
): Promise<FileDifference | null> {
  const files: LineFile[] = [];
  try {
    for (const path of paths) {
      const file = openLineFile(path, READ_LIMITS);
      if (file === null) return null;
      files.push(file);
    }
    const [a, b] = files;
    return a === undefined || b === undefined ? null : await compared(a, b, limits, long, ignore);
  } catch (error) {
    if (error === NOT_CANONICAL) return null;
    throw error;
  } finally {
    for (const file of files) file.close();
  }
}

async function compared(
  a: LineFile,
  b: LineFile,
  limits: CondenseLimits,
  long: number,
  ignore: Ignore,
): Promise<FileDifference | null> {
  const digests = { a: a.found.digest, b: b.found.digest };
  if (Math.min(a.found.count ?? 0, b.found.count ?? 0) <= long) return null;
  if (Math.max(a.found.count ?? 0, b.found.count ?? 0) > READ_LIMITS.events) return null;
  const turn = newLoopTurn(TURN);
  const steps = diffLong(a, b, filePair(a, b, READ_LIMITS), limits, ignore);
  for (let step = steps.next(); ; step = steps.next()) {
    if (step.done !== true) {
      await turn();
      continue;
    }
    const { value: difference } = step;
    const isWhole =
      countOf(difference.a.events) === a.found.count && countOf(difference.b.events) === b.found.count;
    if (!isWhole || digests.a === null || digests.b === null) return null;
    return { difference, digests: { a: digests.a, b: digests.b } };
  }
}
