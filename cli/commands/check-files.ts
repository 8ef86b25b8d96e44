/** The traces that the operands of a command name. */
import { bad, good, type Result, type Trouble, trouble } from '../../lib/cli.js';
import { isFolder, tracesIn } from '../files.js';

/** A folder stands for the traces in it. Trouble: `not-found`. */
export async function filesOf(operands: readonly string[]): Promise<Result<readonly string[]>> {
  const files: string[] = [];
  for (const operand of operands) {
    if (operand === '-' || !(await isFolder(operand))) {
      files.push(operand);
      continue;
    }
    const found = await tracesIn(operand);
    if (!found.ok) return found;
    if (found.value.length === 0) return bad(noTraces(operand));
    for (const file of found.value) files.push(file);
  }
  return good(files);
}

export function noTraces(folder: string): Trouble {
  const next = 'name a folder with .json or .json.gz files';
  return trouble('not-found', 'the folder has no traces', { file: folder }, next);
}
