/** Compiles and links, in a folder of a cache that is named by the digest of all that goes in. */
import { createHash } from 'node:crypto';
import { mkdtemp, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { bad, good, type Result, trouble } from '../../model/result.js';
import { systemError } from '../../model/system-error.js';
import { type ProgramRun, runProgram } from '../../pipe/program.js';
import type { KernelSource } from '../source/types.js';
import { diagnosed } from './diagnose.js';
import { COVERAGE_CHILD_FLAGS, COVERAGE_FLAGS, OWN_FLAGS, SANITIZER_FLAGS, UNIT_FLAGS } from './flags.js';
import type { IncludeFiles } from './include-files.js';
import { makeFolder } from './make-folder.js';
import { RUNTIME, runtimeFiles } from './runtime.js';

export interface Compiler {
  /** The compiler and words that go before every argument, as $CC has them. */
  readonly cc: readonly [string, ...string[]];
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Where built binaries are kept; made if it is not there. */
  readonly cache: string;
  /** Is given each command and what the compiler said to it, as text. */
  readonly onCompiler?: (text: string) => void;
  /** Whether the code counts the lines and branches that run. */
  readonly coverage?: boolean;
}

export interface Built {
  readonly program: string;
  /** The folder with the program, the units and what coverage counts. */
  readonly folder: string;
  /** `sha256:` over the source and the headers as they were compiled: the same with another compiler. */
  readonly digest: string;
  readonly cached: boolean;
}

const PROGRAM_FILES = ['child', 'frame'];
const PROGRAM = 'kernel';

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
  const own = await runtimeFiles();
  const inputs = [units, [...headers.files], headers.defines];
  const flags = [UNIT_FLAGS, SANITIZER_FLAGS, OWN_FLAGS, compiler.coverage === true];
  const how = [own, compiler.cc, said(version.value), flags];
  const folder = join(compiler.cache, sha256([inputs, how]));
  const built = { folder, program: join(folder, PROGRAM), digest: `sha256:${sha256(inputs)}` };
  if (compiler.coverage !== true && (await exists(built.program))) {
    compiler.onCompiler?.(`compiled earlier, with ${said(version.value).split('\n')[0]}\n`);
    return good({ ...built, cached: true });
  }
  await makeFolder(compiler.cache, 0o700);
  const making = await mkdtemp(join(compiler.cache, 'making-'));
  const made = await inFolder(making, source, units, headers, compiler);
  if (!made.ok) {
    await rm(making, { recursive: true, force: true });
    return made;
  }
  // The counters are written where the units were compiled, and belong to this run.
  if (compiler.coverage === true) {
    return good({ folder: making, program: join(making, PROGRAM), digest: built.digest, cached: false });
  }
  // Somebody else may have made the same meanwhile: theirs is as good.
  await rename(making, folder).catch(() => rm(making, { recursive: true, force: true }));
  return good({ ...built, cached: false });
}

function sha256(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex');
}

async function inFolder(
  folder: string,
  source: KernelSource,
  units: readonly string[],
  headers: IncludeFiles,
  compiler: Compiler,
): Promise<Result<null>> {
  const files = new Map([...headers.files].map(([name, text]) => [`include/${name}`, text]));
  for (const [at, text] of units.entries()) files.set(`unit-${at}.c`, text);
  for (const [name, text] of files) {
    await makeFolder(dirname(join(folder, name)));
    await writeFile(join(folder, name), text);
  }
  // The sanitizer's own branches are not the source's.
  if (compiler.coverage === true) return compiled(folder, source, units.length, headers, compiler, []);
  const sanitized = await compiled(folder, source, units.length, headers, compiler, SANITIZER_FLAGS);
  // A system without the sanitizer's library still has a compiler.
  const without = !sanitized.ok && /ubsan|fsanitize|clang_rt/.test(sanitized.trouble.what);
  return without ? compiled(folder, source, units.length, headers, compiler, []) : sanitized;
}

async function compiled(
  folder: string,
  source: KernelSource,
  units: number,
  headers: IncludeFiles,
  compiler: Compiler,
  sanitizer: readonly string[],
): Promise<Result<null>> {
  const coverage = compiler.coverage === true;
  const names = [...Array(units).keys()].map(at => `unit-${at}`);
  const unitFlags = [...UNIT_FLAGS, ...sanitizer, ...(coverage ? COVERAGE_FLAGS : []), ...headers.defines];
  const ownFlags = [...OWN_FLAGS, ...(coverage ? COVERAGE_CHILD_FLAGS : [])];
  const prelude = ['-Iinclude', `-I${RUNTIME}`, '-include', 'rmitrace/kernel.h'];
  const runs = await Promise.all([
    ...names.map(name =>
      run(compiler, folder, [...prelude, ...unitFlags, '-c', `${name}.c`, '-o', `${name}.o`]),
    ),
    run(compiler, folder, [
      `-I${RUNTIME}`,
      ...ownFlags,
      '-c',
      ...PROGRAM_FILES.map(file => join(RUNTIME, `${file}.c`)),
    ]),
  ]);
  for (const each of runs) {
    if (!each.ok) return each;
    if (each.value.kind !== 'ended' || !each.value.ok) return diagnosed(source, said(each.value));
  }
  const objects = [...names, ...PROGRAM_FILES].map(name => `${name}.o`);
  const link = [...sanitizer, ...(coverage ? ['--coverage'] : []), ...objects, '-o', PROGRAM];
  const linked = await run(compiler, folder, link);
  if (!linked.ok) return linked;
  return linked.value.kind === 'ended' && linked.value.ok
    ? good(null)
    : diagnosed(source, said(linked.value));
}

/** Trouble: `no-compiler`. */
async function run(
  { cc, env, onCompiler }: Compiler,
  cwd: string | undefined,
  args: readonly string[],
): Promise<Result<ProgramRun>> {
  // In English, since the first complaint is read.
  const [program, ...words] = cc;
  const ran = await runProgram({
    argv: [program, ...words, ...args],
    env: { ...env, LC_ALL: 'C' },
    ...(cwd === undefined ? {} : { cwd }),
  });
  if (ran.kind === 'not-started') {
    const what = `the C compiler ${JSON.stringify(program)} cannot be started (${ran.code})`;
    return bad(trouble('no-compiler', what, {}, 'install one, like gcc or clang, or name it in CC'));
  }
  if (cwd !== undefined) onCompiler?.(`${[program, ...words, ...args].join(' ')}\n${said(ran)}`);
  return good(ran);
}

/** All that the program wrote, or why it wrote nothing. */
function said(ran: ProgramRun): string {
  return ran.kind === 'ended'
    ? `${ran.stdout}${ran.stderr}`
    : `the compiler ${'text' in ran ? ran.text : ran.code}`;
}

/** Takes what coverage counted away; what is kept for the next time stays. */
export async function discard({ folder }: Built, { coverage }: Compiler): Promise<void> {
  if (coverage === true) await rm(folder, { recursive: true, force: true });
}

async function exists(file: string): Promise<boolean> {
  return stat(file).then(
    found => found.isFile(),
    () => false,
  );
}
