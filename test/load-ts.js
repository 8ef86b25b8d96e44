/**
 * Lets Node load the project's TypeScript: `./run.js`, where there is run.ts, translated by esbuild. A translation is kept in
 * .tap/translated under a digest of what it was made of. tap's own way costs each test file half a second, and three more
 * for all of lib.
 */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { register } from 'node:module';
import { fileURLToPath } from 'node:url';
import { isMainThread, threadId } from 'node:worker_threads';

const ROOT = new URL('../', import.meta.url);
const KEPT = new URL('.tap/translated/', ROOT);
const OWN = new RegExp(`^${ROOT.href}(?:lib|cli|test)/`);
const OPTIONS = { loader: 'ts', format: 'esm', target: 'node20', sourcemap: 'inline', sourcesContent: false };

// Hooks run in a thread of their own, which loads this file again.
if (isMainThread) register(import.meta.url);

export async function resolve(specifier, context, next) {
  if (/^\.{1,2}\/.*\.js$/.test(specifier) && OWN.test(context.parentURL ?? '')) {
    const source = new URL(specifier.replace(/js$/, 'ts'), context.parentURL);
    if (existsSync(source)) return { url: source.href, format: 'module', shortCircuit: true };
  }
  return next(specifier, context);
}

export async function load(url, context, next) {
  if (!OWN.test(url) || !url.endsWith('.ts')) return next(url, context);
  return { format: 'module', source: await translated(url), shortCircuit: true };
}

async function translated(url) {
  const text = await readFile(new URL(url), 'utf8');
  const key = createHash('sha256')
    .update(JSON.stringify([OPTIONS, url, text]))
    .digest('hex');
  const file = new URL(`${key}.js`, KEPT);
  try {
    return await readFile(file, 'utf8');
  } catch {}
  const { transform } = await import('esbuild');
  const { code } = await transform(text, { ...OPTIONS, sourcefile: fileURLToPath(url) });
  await mkdir(KEPT, { recursive: true });
  // Written aside: another test file may be making the same.
  const aside = new URL(`${key}.${process.pid}.${threadId}`, KEPT);
  await writeFile(aside, code);
  await rename(aside, file);
  return code;
}
