/**
 * A check as workflow commands of GitHub Actions: an annotation on each trace that does not pass, at the line of its first
 * divergence. Totals are a line of the step's log; the job's summary is the report in Markdown.
 */
import { unfiredText } from '../../edit/apply.js';
import { ignoredLines } from '../ignored.js';
import { visible } from '../text/escape.js';
import { page } from '../text/layout.js';
import { troubleText } from '../text/trouble.js';
import { type CheckPrinter, conformanceLines, totalsText } from './printer.js';
import type { CheckRow } from './row.js';

export function checkGithub(ignored: readonly string[] = []): CheckPrinter {
  return {
    head: page(ignoredLines(ignored).map(line => `::notice title=rmitrace::${data(line)}`)),
    trace: row => (row.passes ? '' : page([annotation(row)])),
    foot: ({ totals, trouble }) =>
      page([
        ...totals.neverFired.map(each => `::error title=rmitrace::${data(unfiredText(each))}`),
        ...(trouble === null ? [] : [`::error title=rmitrace::${data(troubleText(trouble))}`]),
        // A name or number here is ours: nothing of a trace.
        totalsText(totals),
      ]),
  };
}

function annotation(row: CheckRow): string {
  const { name, line, verdict, sentence, more, trouble, detail, conformance } = row;
  const message = [
    trouble === null ? `${sentence}${more}` : troubleText(trouble),
    ...detail,
    ...(conformance === null ? [] : conformanceLines(conformance)),
    `again: ${row.again}`,
  ];
  const at = trouble?.where.line ?? line;
  const properties = [
    `file=${property(name)}`,
    ...(at === null ? [] : [`line=${at}`]),
    `title=${property(`rmitrace: ${verdict}`)}`,
  ];
  return `::error ${properties.join(',')}::${data(message.map(visible).join('\n'))}`;
}

/** What stands behind the second `::`. */
function data(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

/** What stands between commas before it. A name is given as it is: it must name the file. */
function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
