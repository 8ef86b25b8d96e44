/** Pieces of a record put together, and which of the ways to do so read as one. */
import type { Found } from './format.js';
import type { Line } from './line.js';

export interface Read extends Found {
  /** The name of the format that it is of. */
  readonly format: string;
}

/** Asks the formats; the first that knows the line. */
export type ReadLine = (line: Line) => Read | 'cut' | null;

/** The same for a text in place of a line. `final`, `doubtful`: as `Line` has `final` and `torn`. */
export type Asked = (text: string, final?: boolean, doubtful?: boolean) => Read | 'cut' | null;

/** A record as far as it is put together, and the lines besides its first that it is from. */
export interface Way {
  readonly text: string;
  readonly lines: readonly number[];
}

export interface Joins {
  /** Those that read whole: one, or several that read differently. */
  readonly whole: readonly { readonly way: Way; readonly read: Read }[];
  /** Those that lack an end. */
  readonly going: readonly Way[];
}

export const NONE: Joins = { whole: [], going: [] };

/** Ways to put a record together that are followed at once. */
export const MOST_WAYS = 6;

/** Whole, and known. */
export function isRead(read: Read | 'cut' | null): read is Read {
  return read !== null && read !== 'cut' && read.weak !== true;
}

/** Nothing, a blank at which a line was broken, or the newline of a record that has one. */
const GLUE = ['', ' ', '\n'] as const;

/** Each way with each of the next line's pieces. */
export function joinsOf(
  ways: readonly Way[],
  pieces: readonly string[],
  number: number,
  asked: Asked,
): Joins {
  const joined = ways.flatMap(({ text, lines }) =>
    pieces.flatMap(piece =>
      GLUE.map(glue => ({ text: `${text}${glue}${piece}`, lines: [...lines, number] })),
    ),
  );
  const reads = joined.map(way => ({ way, read: asked(way.text) }));
  const whole = reads.flatMap(({ way, read }) =>
    isRead(read) && read.lost === undefined ? [{ way, read }] : [],
  );
  // A way in which all of it is the record, before one in which the rest is a remark.
  const clean = whole.filter(({ read }) => read.open === true);
  const best = clean.length > 0 ? clean : whole;
  // And one with all the pieces on the way, before one that passes over some.
  const most = Math.max(...best.map(({ way }) => way.lines.length));
  return {
    whole: different(best.filter(({ way }) => way.lines.length === most)),
    going: reads
      .filter(({ read }) => read === 'cut' || (read?.weak === true && read.open === true))
      .map(({ way }) => way),
  };
}

/** One of those that read the same. */
function different(whole: Joins['whole']): Joins['whole'] {
  return [...new Map(whole.map(each => [keyOf(each.read), each])).values()];
}

function keyOf(read: Read): string {
  return JSON.stringify(read.readings, (key, value) =>
    key === 'text' ? undefined : typeof value === 'bigint' ? value.toString(16) : value,
  );
}
