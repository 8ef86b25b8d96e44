/** `rmitrace diff` of two traces: of large ones what is alike in bytes is passed over, so that neither is held. */
import {
  type CondenseLimits,
  type DiffResult,
  diff,
  diffFiles,
  type FileDifference,
  good,
  type Ignore,
  isLarge,
  LARGE,
  type OpenedSource,
  openTwice,
  type Result,
} from '../../lib/cli.js';
import { noteEdit, noteSlow, traceFrom, watchedSource } from '../load.js';
import type { Io } from '../process.js';

export interface DiffOptions {
  readonly limits?: CondenseLimits;
  /** Whether the digests are checked, and all lines, of large plain files as well. */
  readonly verify?: boolean;
  readonly ignore: Ignore;
}

type Compared = Pick<DiffResult, 'difference' | 'digests' | 'edited'>;

/** Prints notes of traces that were edited by hand, or are slow to read. Troubles: those of reading either. */
export async function comparedTwo(
  io: Io,
  a: string,
  b: string,
  options: DiffOptions,
): Promise<Result<Compared>> {
  const one = await openTwice(await watchedSource(io, a));
  if (!one.ok) return one;
  try {
    const other = await openTwice(await watchedSource(io, b));
    if (!other.ok) return other;
    try {
      return await comparedOpened(io, one.value, other.value, options);
    } finally {
      await other.value.opened.close();
    }
  } finally {
    await one.value.opened.close();
  }
}

async function comparedOpened(
  io: Io,
  a: OpenedSource,
  b: OpenedSource,
  options: DiffOptions,
): Promise<Result<Compared>> {
  if ((await isLarge(a.opened, LARGE)) || (await isLarge(b.opened, LARGE))) {
    const large = await diffFiles([a, b], options);
    if (!large.ok) return large;
    if (large.value !== null) return good(noted(io, a, b, large.value));
  }
  const one = await traceFrom(io, a);
  if (!one.ok) return one;
  const other = await traceFrom(io, b);
  if (!other.ok) return other;
  await io.breathe();
  return good({
    difference: diff(one.value.trace, other.value.trace, options.limits, options.ignore),
    digests: { a: one.value.digest, b: other.value.digest },
    edited: { a: one.value.edited, b: other.value.edited },
  });
}

function noted(io: Io, a: OpenedSource, b: OpenedSource, { edited, layouts, ...found }: FileDifference) {
  noteEdit(io, a, edited.a);
  noteEdit(io, b, edited.b);
  if (layouts.a === 'other') noteSlow(io, a.name);
  if (layouts.b === 'other') noteSlow(io, b.name);
  return { ...found, edited };
}
