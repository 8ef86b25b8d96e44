/** `rmitrace diff` of two folders, or of two reports of `check`: what has the same name is compared. */
import { open, readFile, stat } from 'node:fs/promises';
import { relative } from 'node:path';
import {
  bad,
  type ComparedPair,
  compareChecks,
  diffSentence,
  good,
  type Ignore,
  mayBeCheck,
  type PairOf,
  pairedByName,
  type Result,
  readCheck,
  troubleText,
} from '../../lib/cli.js';
import { isFolder, systemTrouble, tracesIn } from '../files.js';
import { misuse } from '../load.js';
import type { Io } from '../process.js';
import { noTraces } from './check-files.js';
import { comparedTwo } from './diff-two.js';

/** `null` where the operands are two traces. Troubles: `usage`, and those of reading what is named. */
export async function comparedMany(
  io: Io,
  a: string,
  b: string,
  ignore: Ignore,
): Promise<Result<readonly ComparedPair[] | null>> {
  const kinds = [await kindOf(a), await kindOf(b)];
  if (kinds[0] !== kinds[1])
    return bad(misuse('diff', `${a} is ${kinds[0]}, and ${b} is ${kinds[1]}: two of a kind can be compared`));
  if (kinds[0] === 'a folder') return comparedFolders(io, a, b, ignore);
  return kinds[0] === 'a report' ? comparedReports(a, b) : good(null);
}

async function kindOf(operand: string): Promise<'a folder' | 'a report' | 'a trace'> {
  if (operand === '-') return 'a trace';
  if (await isFolder(operand)) return 'a folder';
  return mayBeCheck(await beginningOf(operand)) ? 'a report' : 'a trace';
}

/** `''` where it cannot be read: whoever reads it says so. A pipe is not touched: it can be read once. */
async function beginningOf(path: string): Promise<string> {
  try {
    if (!(await stat(path)).isFile()) return '';
    const file = await open(path);
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(256), 0, 256, 0);
      return buffer.toString('utf8', 0, bytesRead);
    } finally {
      await file.close();
    }
  } catch {
    return '';
  }
}

async function comparedReports(a: string, b: string): Promise<Result<readonly ComparedPair[]>> {
  const [one, other] = [await reportIn(a), await reportIn(b)];
  if (!one.ok) return one;
  return other.ok ? good(compareChecks(one.value, other.value)) : other;
}

async function reportIn(path: string): Promise<ReturnType<typeof readCheck>> {
  try {
    return readCheck(await readFile(path, 'utf8'), path);
  } catch (error) {
    return bad(systemTrouble(error, path));
  }
}

/** A pair after another: no two traces but those of one are held. */
async function comparedFolders(
  io: Io,
  a: string,
  b: string,
  ignore: Ignore,
): Promise<Result<readonly ComparedPair[]>> {
  const [one, other] = [await tracesIn(a), await tracesIn(b)];
  if (!one.ok) return one;
  if (!other.ok) return other;
  // Two artefacts that did not arrive are not the same.
  if (one.value.length + other.value.length === 0) return bad(noTraces(a));
  const pairs: ComparedPair[] = [];
  for (const pair of pairedByName(byName(a, one.value), byName(b, other.value))) {
    pairs.push(await comparedFiles(io, pair, ignore));
    await io.breathe();
  }
  return good(pairs);
}

/** Compressed or not, it is the same trace; where a folder has both, each keeps its own name, and none is passed over. */
function byName(folder: string, paths: readonly string[]): ReadonlyMap<string, string> {
  const all = new Set(paths);
  const named = (path: string) => (all.has(path.replace(/\.gz$/, '')) ? path : path.replace(/\.gz$/, ''));
  return new Map(paths.map(path => [relative(folder, named(path)), path]));
}

async function comparedFiles(io: Io, { name, a, b }: PairOf<string>, ignore: Ignore): Promise<ComparedPair> {
  if (a === null || b === null) {
    const verdict = b === null ? 'only-a' : 'only-b';
    return { name, verdict, sentence: '' };
  }
  const compared = await comparedTwo(io, a, b, { ignore });
  if (!compared.ok) return { name, verdict: 'trouble', sentence: troubleText(compared.trouble) };
  const { difference } = compared.value;
  return { name, verdict: difference.verdict, sentence: diffSentence(difference, { a, b }) };
}
