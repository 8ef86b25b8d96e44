/**
 * A check as JUnit's XML, in the form that Jenkins and GitLab read: one suite, a case a trace. A trace that acts otherwise
 * is a failure; one that could not be replayed, an error. There is no clock, so no times.
 */
import { unfiredText } from '../../edit/apply.js';
import type { CheckTotals } from '../../replay/check-totals.js';
import { visible } from '../text/escape.js';
import { page } from '../text/layout.js';
import { troubleText } from '../text/trouble.js';
import { type CheckEnd, type CheckPrinter, conformanceLines } from './printer.js';
import type { CheckRow } from './row.js';

/** Counts stand before what is counted: the cases, a line each unless they fail, wait for the end. */
export function checkJunit(ignored: readonly string[] = []): CheckPrinter {
  const cases: string[] = [];
  const counts = { failures: 0, errors: 0 };
  const add = (name: string, found: Found | null): void => {
    if (found !== null) counts[found.is === 'error' ? 'errors' : 'failures']++;
    cases.push(caseText(name, found));
  };
  return {
    head: '',
    trace(row) {
      add(row.name, row.passes ? null : foundIn(row));
      return '';
    },
    foot(end) {
      for (const { name, message } of wholeRun(end))
        add(name, { is: 'error', type: 'trouble', message, lines: [] });
      const sums = [
        ['name', 'rmitrace check'],
        ['tests', String(cases.length)],
        ['failures', String(counts.failures)],
        ['errors', String(counts.errors)],
      ] as const;
      return page([
        '<?xml version="1.0" encoding="UTF-8"?>',
        `<testsuites${attributes(sums)}>`,
        `<testsuite${attributes([...sums, ['skipped', '0']])}>`,
        ...properties(ignored),
        ...cases,
        '</testsuite>',
        '</testsuites>',
      ]);
    },
  };
}

/** What was left out, where a suite has room for it. */
function properties(ignored: readonly string[]): readonly string[] {
  if (ignored.length === 0) return [];
  const rows = ignored.map(
    rule =>
      `<property${attributes([
        ['name', 'ignored'],
        ['value', rule],
      ])}/>`,
  );
  return ['<properties>', ...rows, '</properties>'];
}

interface Found {
  readonly is: 'failure' | 'error';
  readonly type: string;
  readonly message: string;
  readonly lines: readonly string[];
}

function foundIn(row: CheckRow): Found {
  const { verdict, trouble, sentence, more, detail, conformance } = row;
  return {
    is: verdict === 'trouble' ? 'error' : 'failure',
    type: verdict === 'same' ? 'conformance' : verdict,
    message: trouble === null ? `${sentence}${more}` : troubleText(trouble),
    lines: [...detail, ...(conformance === null ? [] : conformanceLines(conformance)), `again: ${row.again}`],
  };
}

/** What the run as a whole lacks. */
function wholeRun({
  totals,
  trouble,
}: CheckEnd): readonly { readonly name: string; readonly message: string }[] {
  return [
    ...neverFired(totals),
    ...(trouble === null ? [] : [{ name: 'coverage', message: troubleText(trouble) }]),
  ];
}

function neverFired(totals: CheckTotals) {
  return totals.neverFired.map(each => ({ name: `edit ${each.edit.text}`, message: unfiredText(each) }));
}

function caseText(name: string, found: Found | null): string {
  const opening = `<testcase${attributes([
    ['classname', 'rmitrace'],
    ['name', name],
  ])}`;
  if (found === null) return `${opening}/>`;
  const { is, type, message, lines } = found;
  const told = attributes([
    ['type', type],
    ['message', message],
  ]);
  return `${opening}><${is}${told}>${lines.map(escaped).join('\n')}</${is}></testcase>`;
}

function attributes(all: readonly (readonly [name: string, value: string])[]): string {
  return all.map(([name, value]) => ` ${name}="${escaped(value)}"`).join('');
}

/** XML 1.0 has no spelling for most control characters, nor for U+FFFE and U+FFFF: they are shown as a terminal's are. */
function escaped(text: string): string {
  return visible(text)
    .replace(/[\uFFFE\uFFFF]/g, spelt)
    .replace(/[<>&"']/g, char => `&#${char.charCodeAt(0)};`);
}

function spelt(char: string): string {
  return `\\u${char.charCodeAt(0).toString(16)}`;
}
