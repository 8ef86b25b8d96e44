/** What commands take: traces, machines and kernels, by name or by file. */
import {
  type AsyncKernel,
  bad,
  builtIn,
  DEFAULT_MACHINE,
  type Extent,
  editedText,
  good,
  type KeptEvents,
  type Kernel,
  kernelNamed,
  type LargeTrace,
  largeTrace,
  MACHINES,
  type MachineDescription,
  machineFromText,
  machineNamed,
  type Named,
  openTwice,
  ownKernel,
  parseCount,
  type ReadToRepeat,
  type ReadToReplay,
  type ReadTrace,
  type Result,
  readToRepeat,
  readToReplay,
  readTraceOrLog,
  recordedKernel,
  type Scope,
  type Trace,
  type TraceSource,
  type Trouble,
  trouble,
  visible,
} from '../lib/cli.js';
import type { Args } from './command.js';
import { meansPath, readPipe, readText, sizeOf } from './files.js';
import { MAX_STEPS } from './options.js';
import type { Io } from './process.js';
import { newProgress } from './progress.js';

/** A usage error that only the command can detect. */
export function misuse(command: string, what: string): Trouble {
  return trouble('usage', what, {}, `see \`rmitrace ${command} --help\``);
}

/** `-` is standard input. */
export function sourceOf(io: Io, operand: string): TraceSource {
  const name = nameOf(operand);
  const { limits } = io;
  return operand === '-' ? { name, limits, stream: io.input() } : { name, limits, path: operand };
}

/** A file above this takes a second or so. */
const SLOW = 64_000_000;
const MEGABYTE = 1_000_000;

/** The same, of which a large file shows on a terminal how far it is read. */
export async function watchedSource(io: Io, operand: string): Promise<TraceSource> {
  const source = sourceOf(io, operand);
  const size = 'path' in source ? ((await sizeOf(source.path)) ?? 0) : 0;
  if (size < SLOW) return source;
  const bar = newProgress(io, Math.round(size / MEGABYTE), 'MB');
  return { ...source, onRead: bytes => bar.done(Math.round(bytes / MEGABYTE)) };
}

/** What messages call it. */
export function nameOf(operand: string): string {
  return operand === '-' ? 'standard input' : operand;
}

/** Reads a trace, or the log of a boot; prints a note if it was edited by hand. */
export function traceOf(io: Io, operand: string): Promise<Result<ReadTrace>> {
  return traceFrom(io, sourceOf(io, operand));
}

/** The same, of a source. */
export async function traceFrom(io: Io, source: TraceSource): Promise<Result<ReadTrace>> {
  const read = await readTraceOrLog(source);
  if (read.ok) noteEdit(io, source, read.value.edited);
  return read;
}

export function noteEdit(io: Io, { name }: Pick<TraceSource, 'name'>, edited: ReadTrace['edited']): void {
  if (edited !== null) io.note(`${visible(name)}: ${editedText(edited)}`);
}

/** As `traceOf`, for a replay that repeats the recorded calls: a large trace is held in part. */
export async function repeatedTraceOf(
  io: Io,
  operand: string,
  answered: 'as recorded' | 'otherwise',
  named?: Named,
): Promise<Result<ReadToRepeat>> {
  const source = await watchedSource(io, operand);
  const read = await readToRepeat(source, answered, undefined, named);
  if (!read.ok) return read;
  const { edited, layout, part } = read.value;
  noteEdit(io, source, edited);
  if (part !== undefined && layout === 'other') noteSlow(io, source.name);
  return read;
}

export function noteLarge(io: Io, source: Pick<TraceSource, 'name'>, { layout, edited }: LargeTrace): void {
  noteEdit(io, source, edited);
  if (layout === 'other') noteSlow(io, source.name);
}

/** Of a large trace in another layout. */
export function noteSlow(io: Io, name: string): void {
  io.note(`${visible(name)}: one event a line is read several times as fast: \`rmitrace fmt\` writes it so`);
}

/** As `traceOf`, for replays: a large trace is held as `extentFor` says of a part of it, with the events that edits name. */
export async function replayedTraceOf(
  io: Io,
  operand: string,
  extentFor: (part: Trace) => Extent,
  named?: Named,
): Promise<Result<ReadToReplay>> {
  const source = await watchedSource(io, operand);
  const read = await readToReplay(source, extentFor, undefined, named);
  if (!read.ok) return read;
  const { edited, lines, layout, trace } = read.value;
  noteEdit(io, source, edited);
  if (lines.length < trace.events.length && layout === 'other') noteSlow(io, source.name);
  return read;
}

/** What a command does with a trace, by its size; each gives the exit code. */
export interface BySize {
  /** Of the events of a large one; the gist unless told otherwise. */
  readonly kept?: KeptEvents;
  large(trace: LargeTrace): Promise<number>;
  whole(read: ReadTrace): Promise<number>;
}

/** As `traceOf`, but a canonical trace that is too large to be held is gone through instead. */
export async function withTrace(io: Io, operand: string, does: BySize): Promise<number> {
  const source = await watchedSource(io, operand);
  const opened = await openTwice(source);
  if (!opened.ok) return io.trouble(opened.trouble);
  try {
    const again = opened.value;
    const found = await largeTrace(again, undefined, does.kept);
    if (!found.ok) return io.trouble(found.trouble);
    const large = found.value;
    if (large !== null) {
      noteLarge(io, source, large);
      try {
        return await does.large(large);
      } finally {
        await large.close();
      }
    }
    const read = await traceFrom(io, again);
    return read.ok ? await does.whole(read.value) : io.trouble(read.trouble);
  } finally {
    await opened.value.opened.close();
  }
}

/** A built-in machine, a description's file, or one on standard input. */
export async function machineOf(io: Io, operand = DEFAULT_MACHINE): Promise<Result<MachineDescription>> {
  if (operand === '-') {
    const text = await readPipe(io.input(), 'standard input');
    return text.ok ? machineFromText(text.value, 'standard input') : text;
  }
  if (MACHINES.some(({ name }) => name === operand) || !(await meansPath(operand)))
    return machineNamed(operand);
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

/** Prints which kernel an alias stands for. In scope `init` it may have a series of its own, and keeps its name. */
export function noteAlias(
  io: Io,
  name: string | undefined,
  scope: Scope,
  where = 'the trace names it so',
): void {
  if (name === undefined || builtIn(name) === undefined) return;
  const kernel = kernelNamed(name, undefined, scope);
  if (kernel.ok && kernel.value.name !== name)
    io.note(`${name} has the same check as ${kernel.value.name}, and ${where}`);
}

/** Prints what of the kernel's series nobody has read, where all of it is run. */
export function noteUnverified(io: Io, { name, scope }: Pick<AsyncKernel, 'name' | 'scope'>): void {
  const unverified = builtIn(name)?.series?.unverified ?? null;
  if (scope === 'init' && unverified !== null) io.note(`of ${name} UNVERIFIED in scope init: ${unverified}`);
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
  if (name !== undefined) return kernelNamed(name, wants, scope);
  const kernel = ownKernel(trace);
  return kernel.ok && wants !== undefined ? kernelNamed(own, wants, scope) : kernel;
}
