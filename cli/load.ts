/** What commands take: traces, machines, kernels, RMMs and edits, by name or by file. */
import {
  bad,
  builtIn,
  DEFAULT_MACHINE,
  type Edit,
  editedText,
  good,
  KERNELS,
  type Kernel,
  kernelNamed,
  MACHINES,
  type MachineDescription,
  machineFromText,
  machineNamed,
  ownKernel,
  parseCount,
  parseEdit,
  placedIn,
  type ReadTrace,
  type Result,
  readTrace,
  recordedKernel,
  resolveEdit,
  type Scope,
  type Trace,
  type TraceEvent,
  type TraceSource,
  type Trouble,
  trouble,
  visible,
} from '../lib/cli.js';
import type { Args } from './command.js';
import { looksLikePath, readPipe, readText } from './files.js';
import { MAX_STEPS } from './options.js';
import type { Io } from './process.js';

/** A usage error that only the command can detect. */
export function misuse(command: string, what: string): Trouble {
  return trouble('usage', what, {}, `see \`rmitrace ${command} --help\``);
}

/** `-` is standard input. */
export function sourceOf(io: Io, operand: string): TraceSource {
  const name = nameOf(operand);
  return operand === '-' ? { name, stream: io.input() } : { name, path: operand };
}

/** What messages call it. */
export function nameOf(operand: string): string {
  return operand === '-' ? 'standard input' : operand;
}

/** Reads a trace; prints a note if it was edited by hand. */
export async function traceOf(io: Io, operand: string): Promise<Result<ReadTrace>> {
  const source = sourceOf(io, operand);
  const read = await readTrace(source);
  if (read.ok && read.value.edited !== null)
    io.note(`${visible(source.name)}: ${editedText(read.value.edited)}`);
  return read;
}

/** A built-in machine, a description's file, or one on standard input. */
export async function machineOf(io: Io, operand = DEFAULT_MACHINE): Promise<Result<MachineDescription>> {
  if (operand === '-') {
    const text = await readPipe(io.input(), 'standard input');
    return text.ok ? machineFromText(text.value, 'standard input') : text;
  }
  if (MACHINES.some(({ name }) => name === operand) || !looksLikePath(operand)) return machineNamed(operand);
  const text = await readText(operand);
  return text.ok ? machineFromText(text.value, operand) : text;
}

/** The count of --max-steps, from 1; nothing where it is not given. */
export function maxStepsOf(command: string, args: Args): Result<{ readonly maxSteps?: number }> {
  const text = args.one(MAX_STEPS.name);
  if (text === undefined) return good({});
  const count = parseCount(text);
  if (count !== null && count > 0) return good({ maxSteps: count });
  return bad(misuse(command, `--max-steps takes a number from 1 up, not ${JSON.stringify(text)}`));
}

/** Prints which kernel an alias stands for. */
export function noteAlias(io: Io, name: string | undefined, where = 'the trace names it so'): void {
  const kernel = builtIn(name ?? '');
  if (name !== undefined && kernel !== undefined && kernel.name !== name)
    io.note(`${name} has the same check as ${kernel.name}, and ${where}`);
}

/** A built-in kernel by name or alias. */
export function builtInKernel(name: string, wants: string | undefined, scope: Scope): Result<Kernel> {
  if (builtIn(name) !== undefined || !looksLikePath(name)) return kernelNamed(name, wants, scope);
  const next = `name a built-in kernel: ${KERNELS.map(kernel => kernel.name).join(', ')}`;
  return bad(trouble('no-kernel', 'only record, replay and check run C', { file: name }, next));
}

/** The kernel that replays `trace`: its own, or the one that was asked for, or one that only repeats its calls. */
export function replayKernel(
  command: string,
  trace: Trace,
  name: string | undefined,
  wants: string | undefined,
): Result<Kernel> {
  const { scope } = trace.header;
  const own = trace.header.kernel.name;
  if ((name ?? own) === 'recorded' && wants !== undefined) {
    const what = '--wants does not go with --kernel recorded, which repeats the recorded calls';
    return bad(misuse(command, what));
  }
  if (name === 'recorded') return good(recordedKernel(trace.events, scope));
  if (name !== undefined) return builtInKernel(name, wants, scope);
  const kernel = ownKernel(trace);
  return kernel.ok && wants !== undefined ? kernelNamed(own, wants, scope) : kernel;
}

/**
 * The edits of --set, `@FILE` standing for the lines of a file. `events` are those of the trace in which edits by
 * number count; if there is no such trace, the reason.
 */
export async function editsOf(
  texts: readonly string[],
  events: readonly TraceEvent[] | string,
): Promise<Result<readonly Edit[]>> {
  const edits: Edit[] = [];
  for (const text of texts) {
    const lines = text.startsWith('@') ? await editsIn(text.slice(1)) : good([{ text, where: {} }]);
    if (!lines.ok) return lines;
    for (const line of lines.value) {
      const edit = editOf(line.text, events);
      if (!edit.ok) return bad(placedIn(line.where, edit.trouble));
      edits.push(edit.value);
    }
  }
  return good(edits);
}

export interface EditLine {
  readonly text: string;
  readonly where: Trouble['where'];
}

/** One edit per line; blank lines and lines that begin with `#` are skipped. */
export async function editsIn(file: string): Promise<Result<readonly EditLine[]>> {
  const text = await readText(file);
  if (!text.ok) return text;
  const lines = text.value
    .split('\n')
    .map((line, at) => ({ text: line.trim(), where: { file, line: at + 1 } }));
  return good(lines.filter(line => line.text !== '' && !line.text.startsWith('#')));
}

function editOf(text: string, events: readonly TraceEvent[] | string): Result<Edit> {
  const read = parseEdit(text);
  if (!read.ok) return read;
  if (read.value.kind === 'edit') return good(read.value);
  if (typeof events !== 'string') return resolveEdit(read.value, events);
  const what = `the edit ${JSON.stringify(text)} names an event by number, but ${events}`;
  return bad(trouble('bad-edit', what, {}, 'name the call, the register or the fact, like RMI_VERSION.x1'));
}
