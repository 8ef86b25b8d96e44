/** Finds where a text stops being JSON: by a second reading, since stream-json's parser does not say. */
import type { Trouble } from '../model/result.js';
import type { ReadLimits } from './limits.js';
import type { Opened } from './open.js';
import { eachText, withoutMark } from './text.js';
import { readTrouble } from './troubles.js';

const lineOf = (error: unknown): number | null =>
  error instanceof Error && 'line' in error && typeof error.line === 'number' ? error.line : null;

/** The verifier ends a line at each of these; editors and grep do not. In their place it gets what is as right or wrong. */
const oneLine = (text: string): string => text.replaceAll('\r', '\t').replace(/[\u2028\u2029]/g, '?');

export async function notJson(opened: Opened, file: string, limits: ReadLimits): Promise<Trouble> {
  const [{ jsonVerifier }, { none }] = await Promise.all([
    import('stream-json/utils/verifier.js'),
    import('stream-chain/defs.js'),
  ]);
  const verify = jsonVerifier();
  let line: number | null = null;
  const verified = (text: Parameters<typeof verify>[0]): boolean => {
    try {
      verify(text);
      return true;
    } catch (error) {
      line = lineOf(error);
      return false;
    }
  };
  let first = true;
  const read = await eachText(opened, file, limits, text => {
    const plain = oneLine(first ? withoutMark(text) : text);
    first = false;
    return verified(plain);
  });
  if (read.ok && line === null) verified(none as unknown as string);
  return readTrouble('not-json', 'the file is not JSON', line === null ? { file } : { file, line });
}
