/** Bytes as they come, to lines of text. */

export interface Lines {
  /** Gives each line that `bytes` complete to `each`, without its newline; says what is wrong with one, and stops. */
  take(bytes: Uint8Array, each: (line: string) => void): string | null;
  /** Whether the bytes so far end within a line. */
  unfinished(): boolean;
}

const NEWLINE = 0x0a;

/** `maxLine` in bytes, the newline left out. */
export function newLines(maxLine: number): Lines {
  const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  let parts: Uint8Array[] = [];
  let held = 0;

  return {
    unfinished: () => held > 0,
    take(bytes, each) {
      for (let from = 0; from < bytes.length; ) {
        const end = bytes.indexOf(NEWLINE, from);
        const part = bytes.subarray(from, end < 0 ? bytes.length : end);
        if (held + part.length > maxLine) return `wrote a line of more than ${maxLine} bytes`;
        if (end < 0) {
          parts.push(part);
          held += part.length;
          return null;
        }
        const line = held === 0 ? part : Buffer.concat([...parts, part]);
        parts = [];
        held = 0;
        from = end + 1;
        try {
          each(utf8.decode(line));
        } catch {
          return 'wrote bytes that are not UTF-8';
        }
      }
      return null;
    },
  };
}
