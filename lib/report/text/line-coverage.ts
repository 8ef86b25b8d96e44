/** What `check --coverage` prints of a compiled kernel: each line that has code, and what of it was never reached. */
import type { FileReached, LineReached } from '../../c-kernel/compile/line-coverage.js';
import { visible } from './escape.js';
import type { Paint } from './paint.js';

export function linesReachedText(files: readonly FileReached[], paint: Paint): string {
  return files.map(file => `\n${fileText(file, paint)}`).join('');
}

function fileText({ path, lines }: FileReached, paint: Paint): string {
  const branches = lines.flatMap(line => line.branches);
  const reached = lines.filter(({ count }) => count > 0).length;
  const taken = branches.filter(count => count > 0).length;
  const head = `${visible(path)}: ${reached} of ${lines.length} lines reached, ${taken} of ${branches.length} branches`;
  return [paint.bold(head), ...lines.map(line => lineText(line, paint))].map(line => `${line}\n`).join('');
}

function lineText({ line, text, count, branches }: LineReached, paint: Paint): string {
  const never = branches.flatMap((taken, at) => (taken === 0 ? [at + 1] : []));
  const ways = `${never.length === 1 ? 'branch' : 'branches'} ${never.join(', ')} of ${branches.length} never`;
  const note = count > 0 && never.length > 0 ? `  (${ways})` : '';
  const shown = `  ${(count === 0 ? 'never' : String(count)).padStart(7)}  ${String(line).padStart(4)}  ${visible(text)}${note}`;
  return count === 0 || note !== '' ? paint.warn(shown) : shown;
}
