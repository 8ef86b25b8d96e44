/** What mailers and people who paste put in front of a line: quotes, diff signs, line numbers, indents. */
import { type Layer, prefix } from '../layer.js';

/** Anywhere in a line: bytes that a mail spells as `=3D`, and no record does. */
export const QUOTED_PRINTABLE: Layer = {
  name: 'quoted-printable',
  says: 'bytes that a mail spells out: `=3D` for an equals sign, `=20` at the end of a line',
  peel(text) {
    const decoded = isSpelt(text)
      ? text.replace(ESCAPE, (_, digits) => Buffer.from(digits, 'hex').toString('latin1'))
      : text.replace(LAST_BLANK, '').replace(SPELT, (_, digits) => BYTES.get(digits) ?? '');
    return decoded === text ? null : { text: decoded };
  },
};

/** A mail that spells an equals sign spells each of them: then any other begins a byte, whichever it is. */
function isSpelt(text: string): boolean {
  return text.includes('=3D') && !UNSPELT.test(text);
}

const UNSPELT = /=(?!(?:[2-7][\dA-F]|09))/;
const ESCAPE = /=([\dA-F]{2})/g;

/** Tracers print `a1=20`: a short name before the sign is a field's. */
const LAST_BLANK = /(?<!(?:^|[\s,(])[a-z]\w{0,7})=20\s*$/;
const SPELT = /(?<!\w)=(3D|3E|3C|5B|5D|09|20)/g;
const BYTES: ReadonlyMap<string, string> = new Map([
  ['3D', '='],
  ['3E', '>'],
  ['3C', '<'],
  ['5B', '['],
  ['5D', ']'],
  ['09', '\t'],
  ['20', ' '],
]);

export const MAIL_LAYERS: readonly Layer[] = [
  prefix('quote', 'a mail quote, `> `, at any depth', /[ \t>]/, /^[ \t]{0,3}> ?/, () => ({ quotes: 1 })),
  prefix(
    'named-quote',
    'a quote with initials, `SP> `',
    /[A-Z]/,
    /^[A-Z][A-Za-z]{0,9}> (?=[[<A-Zk>])/,
    () => ({
      quotes: 1,
    }),
  ),
  prefix('diff', 'a line of a unified diff', /[+-]/, /^[+-](?=\[ *\d|<\d>|SMC_R|kvm \[)/),
  prefix(
    'line-numbers',
    'file names and line numbers of grep -n, cat -n or less -N',
    /[\w./ -]/,
    /^(?:[\w./-]{1,200}\.(?:log|txt|out):)?(?:\d{1,9}:(?!\d\d:)|\d{1,9}-(?=[[<>A-Zkm])| {0,6}\d{1,7}\t)/,
  ),
  prefix('file-names', 'file names of grep', /[\w./-]/, /^[\w./-]{1,200}\.(?:log|txt|out):(?=[[<>A-Zkm])/),
  prefix('indent', 'an indent', /[ \t]/, /^[ \t]+/),
];
