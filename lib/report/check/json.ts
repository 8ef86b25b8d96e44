/** A check as JSON (schemas/report.schema.json). A trace stands on a line of its own, as a row of a sweep does. */
import { reportOpening } from '../json.js';
import type { CheckPrinter } from './printer.js';
import type { CheckRow } from './row.js';

export function checkJson(ignored: readonly string[] = []): CheckPrinter {
  const left = ignored.length === 0 ? '' : `\n"ignored":${JSON.stringify(ignored)},`;
  return {
    head: `${reportOpening('check')}${left}\n"traces":[`,
    trace: (row, nth) => `${nth === 0 ? '' : ','}\n${rowJson(row)}`,
    foot({ totals, coverage, lines, trouble, exit }) {
      const neverFired = totals.neverFired.map(({ edit, why }) => ({ edit: edit.text, why }));
      const rest = Object.entries({
        ...(neverFired.length === 0 ? {} : { neverFired }),
        ...(lines === null ? {} : { lines }),
        ...(coverage === null ? {} : { coverage }),
        ...(trouble === null ? {} : { trouble }),
      });
      const members = rest.map(([name, value]) => `,\n${JSON.stringify(name)}:${JSON.stringify(value)}`);
      return `\n]${members.join('')}\n},"exit":${exit}}\n`;
    },
  };
}

/** A trace, in one line. */
export function rowJson({ name, digest, json }: CheckRow): string {
  const about = { name, ...(digest === null ? {} : { digest }) };
  return `${JSON.stringify(about).slice(0, -1)},${json.slice(1)}`;
}
