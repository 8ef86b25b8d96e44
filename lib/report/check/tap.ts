/** A check in the Test Anything Protocol, version 14: a test point a trace, and its diagnostic in YAML. */
import { unfiredText } from '../../edit/apply.js';
import { ignoredLines } from '../ignored.js';
import { visible } from '../text/escape.js';
import { page } from '../text/layout.js';
import { troubleText } from '../text/trouble.js';
import { type CheckPrinter, conformanceLines } from './printer.js';
import type { CheckRow } from './row.js';

export function checkTap(ignored: readonly string[] = []): CheckPrinter {
  let points = 0;
  const point = (passes: boolean, says: string): string =>
    `${passes ? 'ok' : 'not ok'} ${++points} - ${escaped(says)}`;
  return {
    head: page(['TAP version 14', ...ignoredLines(ignored).map(line => `# ${line}`)]),
    trace: row => page([point(row.passes, row.name), ...(row.passes ? [] : diagnostic(diagnosed(row)))]),
    // The plan stands last: what the run as a whole lacks is a test point, too.
    foot({ totals, trouble }) {
      const failed = [
        ...totals.neverFired.map(each => ({ says: `edit ${each.edit.text}`, message: unfiredText(each) })),
        ...(trouble === null ? [] : [{ says: 'coverage', message: troubleText(trouble) }]),
      ];
      const lines = failed.flatMap(({ says, message }) => [point(false, says), ...diagnostic({ message })]);
      return page([...lines, `1..${points}`]);
    },
  };
}

function diagnosed(row: CheckRow): Readonly<Record<string, unknown>> {
  const { verdict, trouble, sentence, more, detail } = row;
  return {
    message: trouble === null ? `${sentence}${more}` : troubleText(trouble),
    severity: verdict === 'trouble' ? 'error' : 'fail',
    verdict,
    ...(detail.length === 0 ? {} : { first: detail.slice(1).map(line => line.trim()) }),
    ...(row.conformance === null ? {} : { conformance: conformanceLines(row.conformance) }),
    again: row.again,
  };
}

/** JSON is YAML: every text is a string in double quotes, whatever stands in it. */
function diagnostic(members: Readonly<Record<string, unknown>>): readonly string[] {
  const lines = Object.entries(members).map(([name, value]) => `  ${name}: ${asYaml(value)}`);
  return ['  ---', ...lines, '  ...'];
}

function asYaml(value: unknown): string {
  return Array.isArray(value) ? `[${value.map(asYaml).join(', ')}]` : JSON.stringify(visible(String(value)));
}

/** A description, in which `#` begins a directive. */
function escaped(text: string): string {
  return visible(text).replace(/[\\#]/g, '\\$&');
}
