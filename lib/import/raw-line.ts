/** A line of the file, before its layers are off; and lines that a mail's quoted-printable broke, whole again (RFC 2045, 6.7). */

export interface RawLine {
  readonly number: number;
  readonly raw: string;
  /** It is the last, and has no newline. */
  readonly torn: boolean;
  readonly above: (back: number) => string | null;
  readonly below: (on: number) => string | null;
}

/** No encoder makes longer lines, and each breaks where a line is nearly so long. */
const LONGEST = 76;
const MOST = 16;
const SOFT = /^.{40,75}=\r?$/;

/** The line with those below that go on with it, and how many they are. */
export function withoutSoftBreaks(line: RawLine): { readonly line: RawLine; readonly count: number } {
  let { raw } = line;
  if (!raw.endsWith('=') && !raw.endsWith('=\r')) return { line, count: 0 };
  let count = 0;
  for (let part = raw; count < MOST && part.length <= LONGEST + 1 && SOFT.test(part); count++) {
    const next = line.below(count + 1);
    if (next === null) break;
    raw = `${raw.replace(/=\r?$/, '')}${next}`;
    part = next;
  }
  return count === 0
    ? { line, count }
    : { line: { ...line, raw, below: on => line.below(on + count) }, count };
}
