/** What a terminal, a pager or a web page leaves in a line: escapes, carriage returns, padding, entities. */
import type { Layer, Peeled } from '../layer.js';

/** CSI, OSC, other strings, and two-byte escapes (ECMA-48); a string ends at BEL, at the next ESC or at the line's end. */
const ESCAPES =
  /\x1b(?:\[[0-?]*[ -/]*[@-~]?|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[PX^_][^\x07\x1b]*(?:\x07|\x1b\\)?|[ -/]*[0-~]?)/g;

/** The same as `cat -v` and pagers (`^[[0m`) and rsyslog (`#033[0m`) spell it. */
const SPELT_ESCAPES = /(?:\^\[|#033|\\x1b|\\u001b|\\033|\\e)\[[0-9;?]*[A-Za-z]/g;

const NUL_AND_BELL = /[\x00-\x06\x07\x0e-\x1a\x7f\ufdd0\ufeff]/g;

/** A run that no record has: a wrap at the terminal's edge, filled up when the screen was copied. */
const PADDING = / {40,}/;
const LEAST_PADDING = ' '.repeat(40);

/** CR is white space to trimEnd, and blanks may stand before or behind it. */
function withoutReturns(text: string): string {
  let rest = text.trimEnd();
  while (rest.endsWith('^M')) rest = rest.slice(0, -2).trimEnd();
  return rest.replace(/^\r+/, '');
}

function changed(before: string, after: string): Peeled | null {
  return before === after ? null : { text: after };
}

export const TERMINAL_LAYERS: readonly Layer[] = [
  {
    name: 'carriage-returns',
    says: 'CR before LF, or ^M that a pager spelt out',
    // One in the middle of a line stays: split.ts takes it for the end of a record.
    peel: text => changed(text, withoutReturns(text)),
  },
  {
    name: 'escapes',
    says: 'colours, cursor movements and titles of a terminal',
    peel: text =>
      text.includes('\x1b') || text.includes('[')
        ? changed(text, text.replace(ESCAPES, '').replace(SPELT_ESCAPES, ''))
        : null,
  },
  {
    name: 'control-bytes',
    says: 'noise of a serial line: NUL, bell, DEL; a byte order mark',
    peel: text => changed(text, text.replace(NUL_AND_BELL, '')),
  },
  {
    name: 'web-page',
    says: 'copied from a page: tags, no-break spaces, &gt; and its like',
    peel: text =>
      changed(
        text,
        text
          .replace(TAGS, '')
          .replace(/\u00a0/g, ' ')
          .replace(/&(gt|lt|amp|nbsp|#62|#60);/g, entity),
      ),
  },
];

const TAGS = /<\/?(?:span|div|pre|code|td|tr|li|font|br|p|a|b|i)(?: [^<>]{0,200})?\/?>/g;

function entity(whole: string, name: string): string {
  return ENTITIES.get(name) ?? whole;
}

const ENTITIES: ReadonlyMap<string, string> = new Map([
  ['gt', '>'],
  ['#62', '>'],
  ['lt', '<'],
  ['#60', '<'],
  ['amp', '&'],
  ['nbsp', ' '],
]);

/** The ways to read a line that a terminal's edge may have filled up in its middle: as it is, or without the run. */
export function withoutPadding(text: string): readonly string[] {
  if (!text.includes(LEAST_PADDING)) return [text];
  const run = PADDING.exec(text);
  if (run === null || run.index === 0) return [text];
  const [head, tail] = [text.slice(0, run.index), text.slice(run.index + run[0].length)];
  return [`${head}${tail}`, `${head} ${tail}`];
}
