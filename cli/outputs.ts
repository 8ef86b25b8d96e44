/** Where a trace goes: standard output, a file, or a folder. */
import { join } from 'node:path';
import { bad, good, makeFolder, type Result, type Trace, traceText, writeTrace } from '../lib/cli.js';
import type { Args } from './command.js';
import { isFolder, systemTrouble } from './files.js';
import { misuse } from './load.js';
import type { Option } from './option.js';
import type { Io } from './process.js';

export const OUTPUT: Option = {
  name: 'output',
  alias: 'o',
  type: 'string',
  value: 'FILE',
  says: 'where to write the trace: a file, compressed if its name ends in .gz, or a folder (FOLDER/)',
};

/** The file that `-o output` means for `trace`: in a folder, one named after kernel, machine and RMM. */
export async function outputFile(output: string, trace: Trace): Promise<Result<string>> {
  if (!output.endsWith('/') && !(await isFolder(output))) return good(output);
  const { kernel, machine } = trace.header;
  return fileIn(output, [kernel.name, machine.name, ...(machine.rmm === null ? [] : [machine.rmm])]);
}

/** The file or folder that `-o` names; `null` where the trace goes to standard output, which leaves no room for a report. */
export function outputOf(io: Io, command: string, args: Args): Result<string | null> {
  const output = args.one(OUTPUT.name);
  if (output !== undefined && output !== '-') return good(output);
  if (!io.json) return good(null);
  return bad(misuse(command, '--json needs -o: the trace itself goes to standard output'));
}

/** The file in `folder`, which is made, that is named after `parts`. */
export async function fileIn(folder: string, parts: readonly string[]): Promise<Result<string>> {
  try {
    await makeFolder(folder);
  } catch (error) {
    return bad(systemTrouble(error, folder));
  }
  return good(join(folder, `${parts.map(plainName).join('-')}.json`));
}

/** Names come from files: they must not lead out of the folder or hide the file. */
function plainName(name: string): string {
  return name.replace(/[^A-Za-z0-9._]+/g, '-').replace(/^[.-]+|-+$/g, '') || 'unnamed';
}

/** Puts the trace there. Trouble: `unwritable`. */
export function writeOut(io: Io, path: string, trace: Trace): Promise<Result<void>> {
  return io.writing(path, () => writeTrace(path, trace));
}

/** The trace on standard output. */
export function printTrace(io: Io, trace: Trace): void {
  io.data(traceText(trace));
}
