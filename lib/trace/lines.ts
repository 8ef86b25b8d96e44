/** From chunks of bytes to whole lines, as many at a time as a chunk holds. */
import { LINE_FEED } from './json-bytes.js';

export interface Lines {
  /** `false` once the lines are not wanted any more. */
  take(chunk: Uint8Array): boolean;
  /** Whether the bytes ended with a line feed, and every block was wanted. */
  end(): boolean;
}

/**
 * Gives each block of whole lines to `block`, which ends it all with `false`. A block lives no longer than the call. A line
 * of more than `longest` bytes ends it as well.
 */
export function newLines(longest: number, block: (lines: Buffer) => boolean): Lines {
  /** A line that has not ended, in pieces. */
  let held: Buffer[] = [];
  let length = 0;
  let wanted = true;

  function hold(piece: Buffer): void {
    if (piece.length === 0) return;
    held.push(Buffer.from(piece));
    length += piece.length;
    wanted &&= length <= longest;
  }

  return {
    take(chunk) {
      if (!wanted) return false;
      let bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
      if (held.length > 0) {
        const end = bytes.indexOf(LINE_FEED) + 1;
        hold(end === 0 ? bytes : bytes.subarray(0, end));
        if (end === 0 || !wanted) return wanted;
        wanted = block(Buffer.concat(held));
        [held, length] = [[], 0];
        bytes = bytes.subarray(end);
      }
      const end = bytes.lastIndexOf(LINE_FEED) + 1;
      if (wanted && end > 0) wanted = block(bytes.subarray(0, end));
      hold(bytes.subarray(end));
      return wanted;
    },
    end: () => wanted && held.length === 0,
  };
}
