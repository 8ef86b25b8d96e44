/** Whether a trace is small enough to be held in memory. */
import { systemError } from '../model/system-error.js';
import type { Opened } from './open.js';
import { isDamage, isGzip, unpacked } from './text.js';

/** Bytes of text. Above this a trace is not held where that is not needed. */
export const LARGE = 2 ** 23;
/** gzip makes no more of one byte (RFC 1951, 258 bytes for two bits). */
const MOST_OF_GZIP = 1032;

/** Whether its text, unpacked, is larger than `above`. Of a pipe, so many bytes are waited for. */
export async function isLarge(opened: Opened, above: number): Promise<boolean> {
  if (await opened.exceeds(above)) return true;
  if (!(await opened.exceeds(above / MOST_OF_GZIP))) return false;
  return (await sizeUpTo(opened, above)) > above;
}

/** The size of what gzip holds, or where it is more than `most`, something above that; 0 of any other text. */
async function sizeUpTo(opened: Opened, most: number): Promise<number> {
  let size = 0;
  try {
    for await (const first of opened.chunks()) {
      if (!isGzip(first)) return 0;
      break;
    }
    for await (const { bytes } of unpacked(opened.chunks())) {
      size += bytes.length;
      if (size > most) break;
    }
  } catch (error) {
    // Whoever reads it says what is damaged, or cannot be read.
    if (!isDamage(error) && systemError(error) === null) throw error;
  }
  return size;
}
