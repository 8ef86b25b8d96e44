/** Compiles and links, in a folder of a cache that is named by the digest of all that goes in. */
import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { bad, good, type Result, type Trouble, trouble } from '../../model/result.js';
import { systemError } from '../../model/system-error.js';
import type { KernelSource } from '../source/types.js';
import { diagnosed } from './diagnose.js';
import { COVERAGE_FLAGS, OWN_FLAGS, SANITIZER_FLAGS, UNIT_FLAGS } from './flags.js';
import type { IncludeFiles } from './include-files.js';
import { forget, isKept, keep, makingFolder, ownFolder, PROGRAM } from './kept-program.js';
import { keptRuntime, type RuntimeInputs } from './kept-runtime.js';
import { makeFolder } from './make-folder.js';
import { type Compiler, run, said, sha256 } from './run-compiler.js';
import { RUNTIME, runtimeFiles } from './runtime.js';

export interface Built {
  readonly program: string;
  /** The folder with the program, the units and what coverage counts. */
  readonly folder: string;
  /** `sha256:` over the source and the headers as they were compiled: the same with another compiler. */
  readonly digest: string;
  readonly cached: boolean;
}

/** In the folder of a build: the commands that made the program, and what the compiler said. */
const COMMANDS = 'commands';

/**
 * `units` are what is compiled of the source's files, in their order.
 * Troubles: `no-compiler`, `does-not-compile`, `unwritable`.
 */
export async function build(
  source: KernelSource,
  units: readonly string[],
  headers: IncludeFiles,
  compiler: Compiler,
): Promise<Result<Built>> {
  try {
    return await kept(source, units, headers, compiler);
  } catch (error) {
    const system = systemError(error);
    if (system === null) throw error;
    const what = `the build cannot be cached: ${system.text}`;
    const next = 'set XDG_CACHE_HOME to a writable folder';
    return bad(trouble('unwritable', what, { file: compiler.cache }, next));
  }
}

async function kept(
  source: KernelSource,
  units: readonly string[],
  headers: IncludeFiles,
  compiler: Compiler,
): Promise<Result<Built>> {
  const version = await run(compiler, undefined, ['--version']);
  if (!version.ok) return version;
  const runtime = await runtimeFiles();
  const inputs = [units, [...headers.files], headers.defines];
  const flags = [UNIT_FLAGS, SANITIZER_FLAGS, OWN_FLAGS, compiler.coverage === true];
  const how = [runtime, compiler.cc, said(version.value), flags];
  const folder = join(compiler.cache, sha256([inputs, how]));
  const built = { folder, program: join(folder, PROGRAM), digest: `sha256:${sha256(inputs)}` };
  const own = await ownFolder(compiler.cache);
  if (!own.ok) return own;
  const commands = compiler.coverage === true || !(await isKept(folder)) ? null : await commandsIn(folder);
  if (commands !== null) {
    compiler.onCompiler?.(`compiled earlier, with ${said(version.value).split('\n')[0]}\n${commands}`);
    return good({ ...built, cached: true });
  }
  const making = makingFolder(compiler.cache);
  const told: string[] = [];
  const onCompiler = (text: string): void => {
    told.push(text);
    compiler.onCompiler?.(text);
  };
  const inputsOfRuntime = { version: said(version.value), runtime };
  const made = await inFolder(
    making.path,
    source,
    units,
    headers,
    { ...compiler, onCompiler },
    inputsOfRuntime,
  );
  if (made.ok) await writeFile(join(making.path, COMMANDS), told.join(''));
  if (!made.ok) {
    await forget(making.path);
    making.letGo();
    return made;
  }
  // The counters are written where the units were compiled, and belong to this run.
  if (compiler.coverage === true) {
    const program = join(making.path, PROGRAM);
    return good({ folder: making.path, program, digest: built.digest, cached: false });
  }
  await keep(making.path, folder);
  making.letGo();
  return good({ ...built, cached: false });
}

async function inFolder(
  folder: string,
  source: KernelSource,
  units: readonly string[],
  headers: IncludeFiles,
  compiler: Compiler,
  own: RuntimeInputs,
): Promise<Result<null>> {
  const files = new Map([...headers.files].map(([name, text]) => [`include/${name}`, text]));
  for (const [at, text] of units.entries()) files.set(`unit-${at}.c`, text);
  for (const [name, text] of files) {
    await makeFolder(dirname(join(folder, name)));
    await writeFile(join(folder, name), text);
  }
  const attempt = (sanitizer: readonly string[]) =>
    compiled(folder, units.length, headers, compiler, sanitizer, own);
  // The sanitizer's own branches are not the source's.
  const first = await attempt(compiler.coverage === true ? [] : SANITIZER_FLAGS);
  if (first.kind === 'no-compiler') return bad(first.trouble);
  if (first.kind === 'made') return good(null);
  // A system without the sanitizer still has a compiler: that its library is missing shows when all is linked.
  const without = first.at === 'link' || /-fsanitize/.test(first.output);
  const last = without ? await attempt([]) : first;
  if (last.kind === 'no-compiler') return bad(last.trouble);
  return last.kind === 'made' ? good(null) : diagnosed(source, last.output);
}

type Attempt =
  | { readonly kind: 'made' }
  | { readonly kind: 'refused'; readonly at: 'compile' | 'link'; readonly output: string }
  | { readonly kind: 'no-compiler'; readonly trouble: Trouble };

async function compiled(
  folder: string,
  units: number,
  headers: IncludeFiles,
  compiler: Compiler,
  sanitizer: readonly string[],
  own: RuntimeInputs,
): Promise<Attempt> {
  const coverage = compiler.coverage === true;
  const names = [...Array(units).keys()].map(at => `unit-${at}`);
  const unitFlags = [...UNIT_FLAGS, ...sanitizer, ...(coverage ? COVERAGE_FLAGS : []), ...headers.defines];
  const prelude = ['-Iinclude', `-I${RUNTIME}`, '-include', 'rmitrace/kernel.h'];
  const [runtime, ...runs] = await Promise.all([
    keptRuntime(compiler, own),
    ...names.map(name =>
      run(compiler, folder, [...prelude, ...unitFlags, '-c', `${name}.c`, '-o', `${name}.o`]),
    ),
  ]);
  for (const each of [...runs, ...(runtime.ran === null ? [] : [runtime.ran])]) {
    if (!each.ok) return { kind: 'no-compiler', trouble: each.trouble };
    if (each.value.kind !== 'ended' || !each.value.ok)
      return { kind: 'refused', at: 'compile', output: said(each.value) };
  }
  const objects = [...names.map(name => `${name}.o`), runtime.object];
  const link = [...sanitizer, ...(coverage ? ['--coverage'] : []), ...objects, '-o', PROGRAM];
  const linked = await run(compiler, folder, link);
  if (!linked.ok) return { kind: 'no-compiler', trouble: linked.trouble };
  return linked.value.kind === 'ended' && linked.value.ok
    ? { kind: 'made' }
    : { kind: 'refused', at: 'link', output: said(linked.value) };
}

/** Takes what coverage counted away; what is kept for the next time stays. */
export async function discard({ folder }: Built, { coverage }: Compiler): Promise<void> {
  if (coverage === true) await forget(folder);
}

/** How the program that is kept was made. */
async function commandsIn(folder: string): Promise<string> {
  return readFile(join(folder, COMMANDS), 'utf8').catch(() => '');
}
