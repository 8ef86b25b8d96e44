/**
 * Where records begin inside a line. On one UART nobody holds a lock for the others: a record may begin before another
 * has ended, and a newline may be lost.
 */

/** What only the beginning of a record looks like. */
const BEGINNING = [
  '(?:<\\d{1,3}>)?\\[ {0,11}\\d{1,11}\\.\\d{3}(?:\\d{3})?\\](?: |\\[)',
  '(?<![\\]:\\w] ?)kvm \\[\\d{1,7}\\]: ',
  '(?<![<_])SMC_R[MS][IM]_',
  '(?:NOTICE|INFO|WARNING|ERROR|VERBOSE): {2,4}',
  'Booting RMM v\\.',
  '\\[[A-Z]{4,5}\\][\\w:]{1,64} -- ',
  '\\r',
].join('|');
const ONE = new RegExp(BEGINNING);
const ALL = new RegExp(BEGINNING, 'g');

export interface Segment {
  readonly text: string;
  /** Whether a record begins with it; else it is what a line begins with, perhaps the rest of a record. */
  readonly begins: boolean;
  /** Whether another record follows on the same line, so that this one may have been cut. */
  readonly followed: boolean;
}

/** A line, its layers off, at the beginnings of records in it; one segment for most lines. */
export function segmentsOf(text: string): readonly Segment[] {
  const first = text.search(ONE);
  if (first < 0) return [{ text, begins: false, followed: false }];
  const starts = Array.from(text.matchAll(ALL), ({ index }) => index);
  if (first === 0 && starts.length === 1)
    return text.trim() === '' ? [] : [{ text: text.replace(/^\r/, ''), begins: true, followed: false }];
  const edges = starts[0] === 0 ? starts : [0, ...starts];
  return edges
    .map((from, at) => ({
      text: text.slice(from, edges[at + 1]).replace(/^\r/, ''),
      begins: starts.includes(from),
      followed: at + 1 < edges.length && text[edges[at + 1] ?? 0] !== '\r',
    }))
    .filter(segment => segment.text.trim() !== '');
}
