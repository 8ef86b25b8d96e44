/** Which lines and branches of a compiled source its boots reached: gcov's counts, for the source's own files. */

import { bad, good, type Result, trouble } from '../../model/result.js';
import { runProgram } from '../../pipe/program.js';
import type { KernelSource } from '../source/types.js';
import type { Built } from './build.js';
import type { Compiler } from './run-compiler.js';

export interface LineReached {
  /** In the file, from 1. */
  readonly line: number;
  readonly text: string;
  /** How often it ran. */
  readonly count: number;
  /** For each way on from a line that decides something, how often it was taken. */
  readonly branches: readonly number[];
}

export interface FileReached {
  readonly path: string;
  /** The lines that have code, in order. */
  readonly lines: readonly LineReached[];
}

interface GcovFile {
  readonly file: string;
  readonly lines: readonly {
    readonly line_number: number;
    readonly count: number;
    readonly branches: readonly { readonly count: number }[];
  }[];
}

/**
 * Of all boots since the kernel was compiled; the child that ran them has ended. A boot that had to be killed has left
 * no counts. Trouble: `no-compiler`, where there is no gcov that reads what the compiler wrote.
 */
export async function linesReached(
  source: KernelSource,
  { folder }: Built,
  { cc, env }: Compiler,
): Promise<Result<readonly FileReached[]>> {
  const gcov = gcovOf(cc.find(word => /gcc(-\d+)?$/.test(word)) ?? 'gcc');
  const all: FileReached[] = [];
  for (const [at, file] of source.files.entries()) {
    const ran = await runProgram({
      argv: [gcov, '--json-format', '--branch-probabilities', '--stdout', `unit-${at}.o`],
      cwd: folder,
      env: { ...env, LANG: 'C' },
    });
    const lines = ran.kind === 'ended' && ran.ok ? linesOf(ran.stdout, file.path) : null;
    if (lines === null) {
      const what = `${JSON.stringify(gcov)} gives no counts for ${file.path}`;
      return bad(trouble('no-compiler', what, {}, 'use gcc, with the gcov of the same version'));
    }
    const texts = file.text.split('\n');
    all.push({
      path: file.path,
      lines: lines.map(({ line_number, count, branches }) => ({
        line: line_number,
        text: (texts[line_number - 1] ?? '').trim(),
        count,
        branches: branches.map(branch => branch.count),
      })),
    });
  }
  return good(all);
}

/** `aarch64-linux-gnu-gcc-13` has `aarch64-linux-gnu-gcov-13`. */
function gcovOf(gcc: string): string {
  return gcc.replace(/gcc(-\d+)?$/, 'gcov$1');
}

/** `null` where the output is not gcov's JSON. A file that has no code is not in it. */
function linesOf(output: string, path: string): GcovFile['lines'] | null {
  try {
    const { files }: { readonly files: readonly GcovFile[] } = JSON.parse(output);
    return files.find(({ file }) => file === path)?.lines ?? [];
  } catch {
    return null;
  }
}
