/**
 * A report as a mail to a kernel list: plain ASCII, at most 72 columns, in the order of syzbot's mails. Nothing in it is a
 * patch to a program that looks for one, whatever a trace says: patch(1) skips blanks and `X` before what it takes for the
 * start of a diff or of an ed script, git-mailinfo cuts at `---` and at scissors, and an mbox at `From `.
 */
import { commandInLines } from '../../model/command-line.js';
import { GENERATOR } from '../../trace/wire-frame.js';
import type { ReportAbout } from '../results.js';
import { visible } from '../text/escape.js';
import { page } from '../text/layout.js';
import { type Account, accountOf, type Lines } from './account.js';

const COLUMNS = 72;
/** Of a block: a mail is read, and the trace is attached to it. */
const MOST_LINES = 200;
/** Before each line that a trace made up: mail readers show a quote, and no program takes it for a diff. */
const QUOTE = '| ';

export function lkmlReport(about: ReportAbout): string {
  const account = accountOf(about);
  const [sentence = '', ...others] = account.sentences;
  const names = [about.a, ...(about.b === null ? [] : [about.b])].map(({ name }) => name);
  return page([
    short(`Subject: [rmitrace] ${account.title}`),
    '',
    ...harmless(wrapped(sentence)),
    '',
    ...wrapped(`tool     ${GENERATOR.name} ${GENERATOR.version}`),
    ...harmless(rowLines(account, names)),
    ...others.flatMap(text => ['', ...harmless(wrapped(text))]),
    ...quotedBlock(account.decisive),
    ...quotedBlock(account.log),
    ...quotedBlock(account.findings),
    '',
    'To see it again:',
    '',
    ...account.commands.flatMap(words => commandInLines(words, COLUMNS)),
  ]);
}

/** A row a line; where the traces differ in it, a line each. A digest is as wide as a line. */
function rowLines({ rows }: Account, names: readonly string[]): readonly string[] {
  return rows.flatMap(([what, ...cells]) => {
    const [first = ''] = cells;
    if (what === 'digest')
      return cells.flatMap((cell, at) => [...wrapped(`digest of ${names[at]}:`, LABEL), ...wrapped(cell)]);
    const told = cells.every(cell => cell === first)
      ? [first]
      : cells.map((cell, at) => `${names[at]}: ${cell}`);
    return told.flatMap((cell, at) => wrapped(`${(at === 0 ? what : '').padEnd(LABEL)}${cell}`, LABEL));
  });
}

/** As wide as the longest heading of a row, and two more. */
const LABEL = 9;

function quotedBlock({ heading, lines, more: others = 0 }: Lines): readonly string[] {
  if (lines.length === 0) return [];
  const more = lines.length + others - MOST_LINES;
  const shown = more > 0 ? [...lines.slice(0, MOST_LINES), `... and ${more} more lines`] : lines;
  const quoted = shown.flatMap(line => wrapped(line, indentOf(line) + 4, COLUMNS - QUOTE.length));
  return ['', `${heading}:`, '', ...quoted.map(line => `${QUOTE}${line}`.trimEnd())];
}

function indentOf(line: string): number {
  return line.length - line.trimStart().length;
}

/** Everything but printable ASCII spelt out, and scissors, which git finds anywhere in a line. */
function ascii(text: string): string {
  return visible(text)
    .replace(/[^\x20-\x7e]/gu, char => `\\u{${hexOf(char)}}`)
    .replace(/>(?=[8%])|(?<=[8%])</g, char => `\\x${hexOf(char)}`);
}

function hexOf(char: string): string {
  return (char.codePointAt(0) ?? 0).toString(16);
}

/** A mail has its subject in one line. */
function short(text: string): string {
  const line = ascii(text);
  return line.length <= COLUMNS ? line : `${line.slice(0, COLUMNS - 3)}...`;
}

/** Lines of at most `width`, broken at blanks where there are some; all but the first begin with `indent` blanks. */
function wrapped(text: string, indent = 0, width = COLUMNS): readonly string[] {
  const lines: string[] = [];
  let rest = ascii(text).trimEnd();
  while (rest.length > width) {
    const blank = rest.lastIndexOf(' ', width);
    const cut = blank > Math.max(indentOf(rest), indent) ? blank : width;
    lines.push(rest.slice(0, cut).trimEnd());
    rest = `${' '.repeat(Math.min(indent, width / 2))}${rest.slice(cut).trimStart()}`;
  }
  return [...lines, rest];
}

/** What begins a diff, an ed command, a mail in an mbox or its headers in a body. */
const TAKEN =
  /^[\sX]*(?:- )*(?:---|\+\+\+|\*\*\*|@@|diff\b|(?:Index|Prereq|From|Date|Subject):|From |-- ?$|\d+(?:,\d+)?\s*[acdis])/;

/** Lines none of which a program takes for more than text. */
function harmless(lines: readonly string[]): readonly string[] {
  return lines.flatMap(line =>
    TAKEN.test(line)
      ? wrapped(line.trim(), 0, COLUMNS - QUOTE.length).map(part => `${QUOTE}${part}`)
      : [line],
  );
}
