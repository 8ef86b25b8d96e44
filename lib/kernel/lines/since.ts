/** Which kernel prints which line: what `by`, `insteadOf` and `until` of the rows come to in the order of the kernels. */
import { LINES } from '../lines.js';
import type { Line, Printer } from './line.js';

const ROWS: readonly (readonly [name: string, line: Line])[] = Object.entries(LINES);

/**
 * The rows that `kernel` prints, by name, and the function that prints each there. `order` has the revisions of the check
 * or the eras of KVM, the first one first, and `kernel` is one of them; rows of the other kind are left out.
 */
export function printedBy(kernel: string, order: readonly string[]): ReadonlyMap<string, Printer> {
  const here = order.indexOf(kernel);
  const begun = (name: string) => order.includes(name) && order.indexOf(name) <= here;
  const printerOf = ({ by }: Line): Printer | undefined => {
    const printers = Object.entries(by) as readonly (readonly [Printer, string])[];
    const since = printers.filter(([, name]) => begun(name));
    return since.toSorted(([, a], [, b]) => order.indexOf(b) - order.indexOf(a))[0]?.[0];
  };
  const replaced = new Set(
    ROWS.flatMap(([, line]) => (printerOf(line) === undefined ? [] : (line.insteadOf ?? []))),
  );
  return new Map(
    ROWS.flatMap(([name, line]): readonly (readonly [string, Printer])[] => {
      const printer = printerOf(line);
      const over = line.until !== undefined && begun(line.until) && line.until !== kernel;
      return printer === undefined || over || replaced.has(name) ? [] : [[name, printer]];
    }),
  );
}
