/** `rmitrace diff` of two large traces: what is alike in bytes is passed over, so neither is held. */
import { stat } from 'node:fs/promises';
import {
  type CondenseLimits,
  diffFiles,
  type FileDifference,
  type Ignore,
  LARGE,
  validateTrace,
} from '../../lib/cli.js';

export interface LargeOptions {
  readonly limits: CondenseLimits;
  /** Whether the digests are to be right, and all lines valid. */
  readonly verify: boolean;
  readonly ignore: Ignore;
}

/** `null` where the two are to be read and compared as any others, which also says what is wrong with them. */
export async function comparedLarge(
  a: string,
  b: string,
  { limits, verify, ignore }: LargeOptions,
): Promise<FileDifference | null> {
  for (const path of [a, b]) if (!(await isLarge(path))) return null;
  if (verify) {
    for (const path of [a, b]) {
      const { findings } = await validateTrace({ name: path, path }, { findings: 1 });
      if (findings.some(({ code }) => code !== 'inconsistent')) return null;
    }
  }
  return diffFiles([a, b], limits, undefined, ignore);
}

async function isLarge(path: string): Promise<boolean> {
  const found = path === '-' ? null : await stat(path).catch(() => null);
  return found?.isFile() === true && found.size > LARGE;
}
