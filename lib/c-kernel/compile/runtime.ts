/** The C that goes with every kernel: the child's own program, and the headers that stand in for Linux's. */
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

/** At the same place below the package, from source and installed. */
export const RUNTIME = dirname(fileURLToPath(import.meta.resolve('#c/child.c')));

/** A file of the runtime by its path inside, and its text. */
export type RuntimeFile = readonly [path: string, text: string];

/** Every file there is, in the order of their paths: whatever a compiler may read there is part of what is built. */
export async function runtimeFiles(folder = RUNTIME): Promise<readonly RuntimeFile[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  const paths = entries
    .filter(entry => entry.isFile())
    .map(({ parentPath, name }) => relative(folder, join(parentPath, name)));
  return Promise.all(
    paths.sort().map(async path => [path, await readFile(join(folder, path), 'utf8')] as const),
  );
}
