/**
 * A report as a page: one file that needs nothing else and asks for nothing. It is whole without its script, which adds
 * what a reader does with it. The policy names style and script by their hashes, and forbids everything else.
 */
import { createHash } from 'node:crypto';
import { shellLine } from '../../model/command-line.js';
import { GENERATOR } from '../../trace/wire-frame.js';
import { traceText } from '../../trace/write.js';
import { type Account, accountOf } from '../report/account.js';
import type { ReportAbout, ReportedTrace } from '../results.js';
import { visible, visibleJson } from '../text/escape.js';
import { type Element, el, htmlOf } from './element.js';
import { toolbar, whatIfForm } from './form.js';
import { differenceStory, diffView, linesView, section, traceStory } from './parts.js';
import { pre } from './story.js';

/** What the page consists of besides its content: `npm run build` makes both (cli/bundle/page.js). */
export interface PageAssets {
  readonly style: string;
  readonly script: string;
}

/** A longer trace is not carried by the page: then nothing can be edited in it. */
const MOST_CARRIED = 2_000_000;

export function htmlReport(about: ReportAbout, { style, script }: PageAssets): string {
  const account = accountOf(about);
  const carried = carriedTraces(about, account);
  const policy = [
    "default-src 'none'",
    `style-src '${hashOf(style)}'`,
    `script-src '${hashOf(script)}'`,
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ];
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy.join('; ')}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${htmlOf(visible(account.title))}</title>
<style>${style}</style>
<body>${bodyOf(about, account, carried !== null)
    .map(htmlOf)
    .join('')}
${(carried ?? []).join('\n')}
<script>${script}</script>
`;
}

function hashOf(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}

/** Each trace as its file has it, and what the files are called; `null` where that is too much. */
function carriedTraces({ a, b }: ReportAbout, { parts }: Account): readonly string[] | null {
  const both = b === null ? [a] : [a, b];
  const isHeld = both.every(({ part }) => part === undefined);
  if (!isHeld || parts.a.characters + (parts.b?.characters ?? 0) > MOST_CARRIED) return null;
  const texts = both.map(({ trace }) => traceText(trace));
  return [
    dataBlock('names', JSON.stringify(both.map(({ name }) => name))),
    ...texts.map((text, at) => dataBlock(at === 0 ? 'trace-a' : 'trace-b', text)),
  ];
}

/** JSON may spell any character otherwise: nothing in it ends the element, or hides. */
function dataBlock(id: string, json: string): string {
  return `<script type="application/json" id="${id}">\n${visibleJson(json.trimEnd()).replaceAll('<', '\\u003c')}\n</script>`;
}

function bodyOf(about: ReportAbout, account: Account, editable: boolean): readonly Element[] {
  const [sentence = '', ...others] = account.sentences;
  const { a, b } = about;
  const difference = account.difference;
  const sides = { a: a.name, b: b?.name ?? '' };
  return [
    el('header', {}, [
      el('h1', {}, account.title),
      el('p', { class: 'sentence' }, sentence),
      ...others.map(text => el('p', {}, text)),
      factsView(about, account),
    ]),
    el('main', {}, [
      editable ? whatIfForm(about) : el('p', {}, 'The trace is too long to be edited in this page.'),
      el('div', { id: 'result' }),
      el('div', { id: 'recording' }, [
        linesView(account.decisive),
        difference === null ? linesView(account.log) : diffView(account.log.lines),
        linesView(account.findings),
        section('Events', [
          difference === null ? traceStory(a.trace, account.parts.a) : differenceStory(difference, sides),
        ]),
      ]),
      toolbar(),
    ]),
    section('To see it again', [pre(account.commands.map(shellLine), 'lines')]),
    el('footer', {}, [
      el('p', {}, `Made by ${GENERATOR.name} ${GENERATOR.version}. This page asks for nothing.`),
    ]),
  ];
}

function factsView({ a, b }: ReportAbout, { rows }: Account): Element {
  const both: readonly ReportedTrace[] = b === null ? [a] : [a, b];
  const heads = both.map(({ name }) => el('th', { scope: 'col' }, name));
  return el('table', {}, [
    el('tbody', {}, [
      el('tr', {}, [el('th', {}), ...heads]),
      ...rows.map(([what, ...cells]) =>
        el('tr', {}, [el('th', { scope: 'row' }, what), ...cells.map(cell => el('td', {}, cell))]),
      ),
    ]),
  ]);
}
