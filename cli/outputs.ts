/** Where a trace goes: standard output, a file, or a folder. */
import { basename, join } from 'node:path';
import {
  bad,
  digestIn,
  digestOf,
  good,
  type LargeText,
  makeFolder,
  type OnEvents,
  partialOf,
  type Result,
  systemError,
  type Trace,
  targetOf,
  traceText,
  trouble,
  visible,
  writeAsMade,
  writeLarge,
  writeTrace,
} from '../lib/cli.js';
import type { Args } from './command.js';
import { EXIT } from './exit-codes.js';
import { isFolder, sameFile } from './files.js';
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

/** A trace as a file takes it: in memory, or one that is made while it is written. */
export type Written = Trace | LargeText;

/**
 * The file that `-o output` means for `trace`: in a folder, `name`, or one named after kernel, machine and RMM. Another
 * trace that is in the folder under that name stays: this one gets a number.
 */
export async function outputFile(output: string, trace: Written, name?: string): Promise<Result<string>> {
  if (!output.endsWith('/') && !(await isFolder(output))) return good(output);
  const { kernel, machine } = trace.header;
  const parts = name === undefined ? [kernel.name, machine.name, machine.rmm ?? ''] : [name];
  for (let turn = 1; ; turn++) {
    const numbered = turn === 1 ? parts : [...parts, String(turn)];
    const file = await fileIn(
      output,
      numbered.filter(part => part !== ''),
    );
    if (!file.ok) return file;
    const there = await digestIn({ name: file.value, path: file.value });
    if (!there.ok && there.trouble.code === 'not-found') return file;
    const digest = await digestOfWritten(trace);
    if (!digest.ok) return digest;
    if (there.ok && there.value === digest.value) return file;
  }
}

/** The digest that the file of a trace will have. */
export async function digestOfWritten(trace: Written): Promise<Result<string>> {
  return 'text' in trace ? trace.digest() : good(digestOf(trace));
}

/** What a trace that was read is called in a folder; `undefined` for standard input. */
export function traceName(operand: string): string | undefined {
  return operand === '-' ? undefined : basename(operand).replace(/\.json(\.gz)?$/, '');
}

/** The file or folder that `-o` names; `null` where the trace goes to standard output, which leaves no room for a report. */
export function outputOf(io: Io, command: string, args: Args): Result<string | null> {
  const output = args.one(OUTPUT.name);
  if (output !== undefined && output !== '-') return good(output);
  if (!io.json) return good(null);
  return bad(misuse(command, '--json needs -o: the trace itself goes to standard output'));
}

/** The file in `folder`, which is made, that is named after `parts`. Trouble: `unwritable`. */
export async function fileIn(folder: string, parts: readonly string[]): Promise<Result<string>> {
  try {
    await makeFolder(folder);
  } catch (error) {
    const system = systemError(error);
    if (system === null) throw error;
    const what = `the folder cannot be made: ${system.text}`;
    return bad(trouble('unwritable', what, { file: folder }, 'name another folder'));
  }
  return good(join(folder, `${parts.map(plainName).join('-')}.json`));
}

/** Names come from files: they must not lead out of the folder or hide the file. */
function plainName(name: string): string {
  return name.replace(/[^A-Za-z0-9._]+/g, '-').replace(/^[.-]+|-+$/g, '') || 'unnamed';
}

/** What a trace was made from, and what messages call it. */
export interface Source {
  readonly file: string;
  readonly what: string;
}

/** Puts the trace there, but never over a source, which must stay. Troubles: `usage`, `unwritable`. */
export async function writeOut(
  io: Io,
  path: string,
  trace: Written,
  sources: readonly Source[] = [],
): Promise<Result<void>> {
  const free = await overwritesNone(path, sources);
  if (!free.ok) return free;
  return byPartial(io, path, () => ('text' in trace ? writeLarge(path, trace) : writeTrace(path, trace)));
}

/**
 * The same of a trace that `make` makes: what there is of it so far stands in the partial file. Into a folder it is written
 * in the end, when it is known who answered, and so its name. Troubles: those of `make` as well.
 */
export async function writeOutAsMade(
  io: Io,
  output: string,
  make: (onEvents: OnEvents) => Promise<Result<Trace>>,
  sources: readonly Source[],
): Promise<Result<{ readonly trace: Trace; readonly path: string }>> {
  if (output.endsWith('/') || (await isFolder(output))) {
    const made = await make(async () => {});
    if (!made.ok) return made;
    const file = await outputFile(output, made.value);
    if (!file.ok) return file;
    const written = await writeOut(io, file.value, made.value, sources);
    return written.ok ? good({ trace: made.value, path: file.value }) : written;
  }
  const free = await overwritesNone(output, sources);
  if (!free.ok) return free;
  const made = await byPartial(io, output, () => writeAsMade(output, make));
  return made.ok ? good({ trace: made.value, path: output }) : made;
}

async function overwritesNone(path: string, sources: readonly Source[]): Promise<Result<void>> {
  for (const { file, what } of sources) {
    if (!(await sameFile(file === '-' ? '/dev/stdin' : file, path))) continue;
    const wrong = `-o ${visible(path)} would overwrite the ${what}`;
    return bad(trouble('usage', wrong, {}, 'name another file: what was read must stay'));
  }
  return good(undefined);
}

async function byPartial<T>(io: Io, path: string, write: () => Promise<T>): Promise<T> {
  const partial = await partialFor(path);
  return partial === null ? write() : io.writing(partial, write);
}

/** `null` where there is none, or where writing will say why there can be none. */
async function partialFor(path: string): Promise<string | null> {
  try {
    return partialOf(await targetOf(path));
  } catch (error) {
    if (systemError(error) === null) throw error;
    return null;
  }
}

/** The trace on standard output. */
export function printTrace(io: Io, trace: Trace): void {
  io.data(traceText(trace));
}

/** The same of either kind; gives the exit code. */
export async function printWritten(io: Io, trace: Written): Promise<number> {
  if (!('text' in trace)) {
    printTrace(io, trace);
    return EXIT.same;
  }
  const utf8 = new TextDecoder();
  for await (const piece of trace.text()) {
    if (!piece.ok) return io.trouble(piece.trouble);
    io.data(utf8.decode(piece.value, { stream: true }));
    if (!(await io.breathe())) break;
  }
  return EXIT.same;
}
