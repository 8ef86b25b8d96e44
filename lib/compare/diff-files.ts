/** Compares two large traces, wherever they come from, of which neither is held in memory. */
import { countOf } from '../model/gaps.js';
import { newLoopTurn } from '../model/loop-turn.js';
import { bad, good, type Result, type Trouble } from '../model/result.js';
import { filePair } from '../trace/file-pair.js';
import { NOT_CANONICAL } from '../trace/file-side.js';
import { READ_LIMITS } from '../trace/limits.js';
import { type LineSource, lineSource } from '../trace/line-source.js';
import { type OpenedSource, unreadable } from '../trace/open.js';
import type { HandEdit } from '../trace/read.js';
import { readTrouble } from '../trace/troubles.js';
import { CONDENSE_LIMITS, type CondenseLimits, LONG } from './condense.js';
import { type Difference, diffLong } from './diff.js';
import { type Ignore, NOTHING } from './ignore.js';

export interface FileDifference {
  readonly difference: Difference;
  readonly digests: { readonly a: string; readonly b: string };
  readonly edited: { readonly a: HandEdit | null; readonly b: HandEdit | null };
  readonly layouts: { readonly a: LineSource['layout']; readonly b: LineSource['layout'] };
}

export interface FileOptions {
  readonly limits?: CondenseLimits;
  /** Traces that both have no more events are not compared here. */
  readonly long?: number;
  readonly ignore?: Ignore;
  /** Whether all lines and the digests are checked; else plain canonical files are believed where they are alike. */
  readonly verify?: boolean;
}

type Sources = readonly [OpenedSource, OpenedSource];
type Sides = readonly [LineSource, LineSource];

/** Steps of a comparison between two turns of the event loop: some megabytes. */
const TURN = 16;

/**
 * The same as `diff` of the two; `null` where they are short, or one is no trace, and they are to be read and compared as any
 * others. Troubles: those of `readTrace`.
 */
export async function diffFiles(
  sources: Sources,
  options: FileOptions = {},
): Promise<Result<FileDifference | null>> {
  const { verify = false } = options;
  const found = await comparedAs(sources, options, verify);
  // What is not as its ends say is read from its beginning: then it is another layout, or trouble.
  return found === 'unlike its ends' ? alike(await comparedAs(sources, options, true)) : found;
}

function alike(found: Result<FileDifference | null> | 'unlike its ends'): Result<FileDifference | null> {
  if (found === 'unlike its ends') throw new Error('a checked trace is not canonical');
  return found;
}

async function comparedAs(
  [a, b]: Sources,
  options: FileOptions,
  thorough: boolean,
): Promise<Result<FileDifference | null> | 'unlike its ends'> {
  const one = await lineSource(a, thorough);
  if (!one.ok || one.value === null) return one.ok ? good(null) : one;
  try {
    const other = await lineSource(b, thorough);
    if (!other.ok || other.value === null) return other.ok ? good(null) : other;
    try {
      const found = await compared([one.value, other.value], [a, b], options);
      if (one.value.hasChanged()) return bad(changed(a));
      return other.value.hasChanged() ? bad(changed(b)) : found;
    } finally {
      other.value.close();
    }
  } finally {
    one.value.close();
  }
}

function changed({ name }: OpenedSource): Trouble {
  return readTrouble('unreadable', 'the file changed while it was read', { file: name });
}

async function compared(
  [a, b]: Sides,
  sources: Sources,
  options: FileOptions,
): Promise<Result<FileDifference | null> | 'unlike its ends'> {
  const { limits = CONDENSE_LIMITS, long = LONG, ignore = NOTHING } = options;
  const most = { ...READ_LIMITS, ...sources[0].limits };
  if (Math.max(a.count, b.count) <= long) return a.isChecked && b.isChecked ? good(null) : 'unlike its ends';
  if (Math.max(a.count, b.count) > most.events) return 'unlike its ends';
  const turn = newLoopTurn(TURN);
  const steps = diffLong(
    a.lines,
    b.lines,
    filePair(a.lines, b.lines, { a: a.count, b: b.count }, most),
    limits,
    ignore,
  );
  try {
    for (;;) {
      const step = steps.next();
      if (step.done !== true) {
        await turn();
        continue;
      }
      const { value: difference } = step;
      if (countOf(difference.a.events) !== a.count || countOf(difference.b.events) !== b.count)
        return 'unlike its ends';
      return good({
        difference,
        digests: { a: a.digest, b: b.digest },
        edited: { a: a.edited, b: b.edited },
        layouts: { a: a.layout, b: b.layout },
      });
    }
  } catch (error) {
    if (error === NOT_CANONICAL) return 'unlike its ends';
    return unreadable(error, sources[0].name);
  }
}
