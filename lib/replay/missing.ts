/**
 * Inputs that a trace does not record and a kernel asks for. A replay ends at the first; what else is missing is found by
 * running on with a value in its place, which counts for nothing but that.
 */

import type { Edit } from '../edit/edit.js';
import { parseEdit } from '../edit/parse.js';
import { machineNamed } from '../machine/built-in.js';
import { factNamed } from '../model/facts.js';
import type { InputKey } from '../model/input-key.js';
import { hex } from '../model/u64.js';

/** One input that the trace does not have. */
export interface MissingInput {
  readonly key: InputKey;
  /** The edit that would supply it, with the value of a usual machine; `null` where there is no usual one. */
  readonly edit: string | null;
}

/** More than there are facts and registers of any scope. */
const MOST = 64;

/**
 * The missing inputs in the order in which the kernel asks for them. `run` runs the kernel with further edits and gives
 * the key of the input that it ended at, or `null`.
 */
export async function missingInputs(
  first: InputKey | null,
  run: (edits: readonly Edit[]) => Promise<InputKey | null>,
): Promise<readonly MissingInput[]> {
  const missing: MissingInput[] = [];
  const supplied: Edit[] = [];
  for (let key = first; key !== null && missing.length < MOST; key = await run(supplied)) {
    const edit = usual(key);
    if (missing.some(each => each.key === key)) break;
    missing.push({ key, edit });
    const read = edit === null ? null : parseEdit(edit);
    if (read === null || !read.ok || read.value.kind !== 'edit') break;
    supplied.push(read.value);
  }
  return missing;
}

/** `conduit=smc`: what the machine is where its description says nothing, and for a register what `fvp` has. */
function usual(key: InputKey): string | null {
  const fact = factNamed(key);
  if (fact !== null) return `${key}=${fact.default}`;
  const fvp = machineNamed('fvp');
  const value = fvp.ok ? fvp.value.cpus[0]?.get(key) : undefined;
  return value === undefined ? null : `${key}=${hex(value)}`;
}
