/** The child's own program, which is the same for every kernel: compiled once, and kept as one object. */
import { join } from 'node:path';
import type { Result } from '../../model/result.js';
import type { ProgramRun } from '../../pipe/program.js';
import { COVERAGE_CHILD_FLAGS, OWN_FLAGS } from './flags.js';
import { forget, isKept, keep, makingFolder, PROGRAM } from './kept-program.js';
import { type Compiler, run, sha256 } from './run-compiler.js';
import { RUNTIME, type RuntimeFile } from './runtime.js';

/** What it is made of, besides the flags. */
export interface RuntimeInputs {
  /** What the compiler says that it is. */
  readonly version: string;
  readonly runtime: readonly RuntimeFile[];
}

export interface KeptRuntime {
  readonly object: string;
  /** `null` where it was kept from before. */
  readonly ran: Result<ProgramRun> | null;
}

const FILES = ['child.c', 'frame.c'].map(file => join(RUNTIME, file));

export async function keptRuntime(compiler: Compiler, inputs: RuntimeInputs): Promise<KeptRuntime> {
  const flags = [...OWN_FLAGS, ...(compiler.coverage === true ? COVERAGE_CHILD_FLAGS : [])];
  const folder = join(compiler.cache, `runtime-${sha256([inputs, compiler.cc, flags])}`);
  const object = join(folder, PROGRAM);
  if (await isKept(folder)) return { object, ran: null };
  const making = makingFolder(compiler.cache);
  const ran = await run(compiler, making.path, [
    `-I${RUNTIME}`,
    ...flags,
    '-r',
    '-nostdlib',
    ...FILES,
    '-o',
    PROGRAM,
  ]);
  if (ran.ok && ran.value.kind === 'ended' && ran.value.ok) await keep(making.path, folder);
  else await forget(making.path);
  making.letGo();
  return { object, ran };
}
