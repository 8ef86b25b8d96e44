/** What `check --coverage` prints after its totals: the ends of each kernel's check, and who reaches them. */
import { KERNELS } from '../../kernel/kernels.js';
import { commandLine, optionWords } from '../../model/command-line.js';
import type { Covered, Proposal } from '../../search/outcome-coverage-result.js';
import { kernelText } from '../words.js';
import { visible } from './escape.js';
import { block, columns, page } from './layout.js';
import type { Paint } from './paint.js';

/** `kernel`: the options of this run that name it. */
export function coverageText(all: readonly Covered[], paint: Paint, kernel: readonly string[] = []): string {
  const names = [...new Set(all.map(headOf))];
  const blocks = names.flatMap(name => {
    const own = all.filter(covered => headOf(covered) === name);
    const reached = own.filter(({ reachedBy }) => reachedBy !== null).length;
    const lines = columns(
      own.map(({ end, reachedBy, edit }) => [
        end,
        reachedBy !== null ? visible(reachedBy) : wayTo(edit, kernel),
      ]),
      '  ',
    );
    const heading = `${name}: ${reached} of ${own.length} outcomes reached`;
    return block(
      paint.bold(heading),
      lines.map((line, at) => (own[at]?.reachedBy === null ? paint.warn(line) : line)),
    );
  });
  const without = KERNELS.map(({ name }) => name).filter(name => all.every(({ kernel }) => kernel !== name));
  return page([
    ...blocks,
    ...block('kernels without a trace', without.length === 0 ? [] : [`  ${without.join(', ')}`]),
  ]);
}

function headOf(covered: Covered): string {
  return visible(kernelText({ name: covered.kernel, wants: covered.wants }));
}

/** The command that reaches it. */
function wayTo(edit: Proposal | null, kernel: readonly string[]): string {
  if (edit === null) return 'not reached by any edit that was tried';
  const rmm = edit.rmm === null ? [] : optionWords('rmm', edit.rmm);
  const sets = edit.set.flatMap(text => optionWords('set', text));
  return `not reached: ${commandLine('replay', [edit.trace], [...kernel, ...rmm, ...sets])}`;
}
