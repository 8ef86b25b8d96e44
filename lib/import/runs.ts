/** Lines that are counted and not read, as far as they follow one another: there may be millions of them. */
import type { LogFormat, WholeLine } from './format.js';

/** Runs of lines that an anchor may be in: each gives the offset behind the run that begins at `at`, or `at` itself. */
export interface Runs {
  readonly dull: Run;
  readonly otherCalls: Run;
  readonly records: Run;
}

type Run = (text: string, at: number) => number;

/** An expression goes over no more lines at once: each takes some of its stack. */
const AT_ONCE = 256;

/** Of the lines that these formats name. */
export function runsOf(formats: readonly LogFormat[]): Runs {
  const of = (kind: keyof Runs): Run => runOf(formats.flatMap(format => format[kind] ?? []));
  return { dull: of('dull'), otherCalls: of('otherCalls'), records: of('records') };
}

function runOf(lines: readonly WholeLine[]): Run {
  if (lines.length === 0) return (_, at) => at;
  const run = new RegExp(`(?:(?:${lines.join('|')})\n){1,${AT_ONCE}}`, 'y');
  return (text, at) => {
    run.lastIndex = at;
    return run.test(text) ? run.lastIndex : at;
  };
}
