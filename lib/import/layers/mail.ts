/** What mailers and people who paste put in front of a line: quotes, diff signs, line numbers, indents. */
import { type Layer, prefix } from '../layer.js';

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
