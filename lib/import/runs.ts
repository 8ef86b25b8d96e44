/** Lines that are counted and not read, as far as they follow one another: there may be millions of them. */
import type { LogFormat, WholeLine } from './format.js';

/** How many lines of a kind stand one after another. */
export interface Runs {
  /** The offset behind the run that begins with the line at `at`; `at` itself where that line is none of them. */
  end(text: string, at: number): number;
}

/** An expression goes over no more lines at once: each takes some of its stack. */
const AT_ONCE = 256;

/** Of the lines that the formats name by `kind`. */
export function runsOf(formats: readonly LogFormat[], kind: 'dull' | 'otherCalls' | 'records'): Runs {
  const lines: readonly WholeLine[] = formats.flatMap(format => format[kind] ?? []);
  if (lines.length === 0) return { end: (_, at) => at };
  const run = new RegExp(`(?:(?:${lines.join('|')})\n){1,${AT_ONCE}}`, 'y');
  return {
    end(text, at) {
      run.lastIndex = at;
      return run.test(text) ? run.lastIndex : at;
    },
  };
}
