/** What `rmitrace check` comes to on each of many files, one after another; check-jobs.ts has several at a time. */
import {
  type CheckedOnce,
  type CheckResult,
  checkOnce,
  editedText,
  newAlike,
  type TraceSource,
} from '../../lib/cli.js';
import { sourceOf } from '../load.js';
import type { Io } from '../process.js';
import type { Play } from './check-play.js';

/** What is told of one file: plain data, which passes between threads. */
export interface FileResult {
  readonly name: string;
  readonly digest: string | null;
  /** That it was edited by hand, in words. */
  readonly edited: string | null;
  /** The line of its first divergence. */
  readonly line: number | null;
  readonly kept: CheckResult;
}

export async function* here(
  io: Io,
  files: Iterable<string> | AsyncIterable<string>,
  { one, known, extentFor }: Pick<Play, 'one' | 'known' | 'extentFor'>,
): AsyncGenerator<FileResult, void, undefined> {
  const alike = newAlike();
  const play: typeof one = async (name, read) => alike(await one(name, read));
  for await (const checked of checkOnce(sourcesOf(io, files), play, known, extentFor))
    yield fileResult(checked);
}

/** Each is read when its turn comes. */
async function* sourcesOf(
  io: Io,
  files: Iterable<string> | AsyncIterable<string>,
): AsyncGenerator<TraceSource, void, undefined> {
  for await (const file of files) yield sourceOf(io, file);
}

function fileResult({ name, read, kept }: CheckedOnce<CheckResult>): FileResult {
  if (!read.ok) return { name, digest: null, edited: null, line: null, kept };
  const { digest, edited } = read.value;
  return {
    name,
    digest,
    edited: edited === null ? null : editedText(edited),
    line: kept.event === null ? null : read.value.lineOf(kept.event),
    kept,
  };
}
