/**
 * A report for an issue tracker, as GitHub's Markdown: what happened, then details that open, the traces among them where
 * they are small. A trace's text stands in fences that it cannot close, or escaped.
 */

import { agreedRevision } from '../../compare/handshake.js';
import { shellLine } from '../../model/command-line.js';
import type { TraceEvent } from '../../model/events.js';
import { GENERATOR } from '../../trace/wire-frame.js';
import { traceText } from '../../trace/write.js';
import { markdownText } from '../markdown.js';
import type { ReportAbout, ReportedTrace, ReportPart } from '../results.js';
import { visible, visibleJson } from '../text/escape.js';
import { eventDetails, eventLine } from '../text/events.js';
import { page } from '../text/layout.js';
import { type Account, accountOf, type Lines } from './account.js';

/** Characters of one block. GitHub takes 65,536 for all of an issue, and a report has six blocks at most. */
const MOST_IN_BLOCK = 9000;
/** A trace from here on is to be attached. */
const MOST_INLINE = 9000;

export function markdownReport(about: ReportAbout): string {
  const account = accountOf(about);
  const [sentence = '', ...others] = account.sentences;
  const { a, b } = account.parts;
  const one = [about.a, a] as const;
  const other = about.b === null || b === null ? null : ([about.b, b] as const);
  const both = other === null ? [one] : [one, other];
  const last = other ?? one;
  return page([
    `### ${markdownText(account.title)}`,
    '',
    `**${markdownText(sentence)}**`,
    ...others.flatMap(text => ['', markdownText(text)]),
    '',
    ...table(
      account,
      both.map(([each]) => each),
    ),
    ...section(account.decisive, 'text'),
    ...section(account.log, about.b === null ? 'text' : 'diff'),
    ...section(account.findings, 'text'),
    ...section({ heading: 'To see it again', lines: account.commands.map(shellLine) }, 'sh'),
    ...events(...last),
    ...both.flatMap(each => inlined(...each)),
    '',
    `Made by ${GENERATOR.name} ${GENERATOR.version}.`,
  ]);
}

function table({ rows }: Account, both: readonly ReportedTrace[]): readonly string[] {
  const line = (cells: readonly string[]) => `| ${cells.map(markdownText).join(' | ')} |`;
  return [
    line(['', ...both.map(({ name }) => name)]),
    `|${' --- |'.repeat(both.length + 1)}`,
    ...rows.map(line),
  ];
}

function section({ heading, lines, more }: Lines, language: string): readonly string[] {
  return lines.length === 0 ? [] : ['', `**${heading}**`, '', ...fenced(cut(lines, more), language)];
}

function events({ name, trace }: ReportedTrace, { first, count }: ReportPart): readonly string[] {
  const revision = agreedRevision(trace.events);
  const blocks = first.map((event, at) => [
    `${at + 1}  ${typeOf(event)}  ${eventLine(event, revision)}`,
    ...eventDetails(event, revision).map(line => `      ${line}`),
  ]);
  const fitting = fittingIn(blocks.map(lines => lines.join('\n')));
  const rest = count - fitting;
  const lines = [...blocks.slice(0, fitting).flat(), ...(rest > 0 ? [`... and ${rest} more events`] : [])];
  return details(`${rest > 0 ? 'The first' : 'All'} events of ${name}, decoded`, fenced(lines, 'text'));
}

function typeOf({ type }: TraceEvent): string {
  return type.padEnd('console'.length);
}

function inlined({ name, trace, digest }: ReportedTrace, { characters }: ReportPart): readonly string[] {
  if (characters > MOST_INLINE)
    return ['', `${markdownText(name)} is too large to stand here (${characters} characters): attach it.`];
  const text = traceText(trace);
  return details(
    `${name} (${digest.slice(0, 'sha256:'.length + 12)})`,
    fenced(visibleJson(text.trimEnd()).split('\n'), 'json'),
  );
}

function details(summary: string, lines: readonly string[]): readonly string[] {
  return ['', `<details><summary>${html(visible(summary))}</summary>`, '', ...lines, '', '</details>'];
}

/** A summary is HTML, and GitHub still makes links and mentions in it. */
function html(text: string): string {
  return text.replace(/[^\w ./:(),-]|\bwww(?=\.)|:(?=\/\/)/giu, found =>
    Array.from(found, char => `&#${char.codePointAt(0)};`).join(''),
  );
}

/** A fence that is longer than any run of backquotes in it. */
function fenced(lines: readonly string[], language: string): readonly string[] {
  const runs = lines.join('\n').match(/`+/g) ?? [];
  const fence = '`'.repeat(Math.max(3, ...runs.map(({ length }) => length + 1)));
  return [`${fence}${language}`, ...lines, fence];
}

/** As many lines as fit a block; `more`: those that are not at hand. */
function cut(lines: readonly string[], more = 0): readonly string[] {
  const count = fittingIn(lines);
  const left = lines.length + more - count;
  return left === 0 ? lines : [...lines.slice(0, count), `... and ${left} more lines`];
}

/** How many of the texts fit a block. */
function fittingIn(texts: readonly string[]): number {
  let room = MOST_IN_BLOCK;
  const count = texts.findIndex(text => {
    room -= text.length + 1;
    return room < 0;
  });
  return count < 0 ? texts.length : count;
}
