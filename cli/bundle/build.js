/** `npm run build`: all that is in dist, and what the sources need of the schemas. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const require = createRequire(import.meta.url);

function node(words, { most = 0, ...options } = {}) {
  const { status } = spawnSync(process.execPath, words, { cwd: ROOT, stdio: 'inherit', ...options });
  if (status === null || status > most) process.exit(status ?? 1);
}

const BUILT = join(ROOT, 'dist/built');

/** What a build is made from, as one digest: its sources, the tools by the lock file, and the Node that keeps caches. */
async function sources() {
  const digest = createHash('sha256').update(process.version);
  const files = ['package.json', 'package-lock.json', 'tsconfig.json', 'tsconfig.build.json'];
  for (const folder of ['cli', 'lib', 'schemas'])
    for (const entry of await readdir(join(ROOT, folder), { recursive: true, withFileTypes: true }))
      if (entry.isFile() && !entry.parentPath.includes('generated'))
        files.push(relative(ROOT, join(entry.parentPath, entry.name)));
  for (const file of files.sort()) digest.update(`\n${file}\n`).update(await readFile(join(ROOT, file)));
  return digest.digest('hex');
}

/** The commands that run most: the first start of each is the slow one. What it came by is kept, so they find something. */
async function runOnce() {
  const folder = await mkdtemp(join(tmpdir(), 'rmitrace-build-'));
  try {
    for (const line of [
      '--version',
      'record -o a.json',
      'replay a.json --rmm forgets-range -o b.json',
      'check a.json b.json --rmm tf-rmm-0.8',
      'diff a.json b.json',
      'show a.json',
      'list rmms',
      'validate a.json',
    ])
      node([join(ROOT, 'dist/cli/rmitrace.cjs'), ...line.split(' ')], {
        cwd: folder,
        stdio: 'ignore',
        most: 1,
      });
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** The man page, which the command itself makes from its table of commands. */
async function manual() {
  const { stdout, status } = spawnSync(process.execPath, [join(ROOT, 'dist/cli/rmitrace.cjs'), '--man']);
  if (status !== 0) process.exit(status ?? 1);
  await writeFile(join(ROOT, 'dist/rmitrace.1'), stdout);
}

/** Without them nothing can be built, and an installation without them is right to ask for nothing. */
const NEEDED = [
  '@typescript/native-preview',
  'ajv',
  'esbuild',
  'json-schema-to-typescript',
  'typescript',
  'yargs',
];
const missing = NEEDED.filter(name => {
  try {
    return require.resolve(name) === '';
  } catch {
    return true;
  }
});
if (missing.length > 0) {
  process.stdout.write(
    `not built: ${missing.join(', ')} not installed; \`npm ci\` installs what a build needs\n`,
  );
  process.exit(process.env.npm_lifecycle_event === 'prepare' ? 0 : 1);
}

const made = await sources();
// `npm test` after `npm ci` would build the same again. What is installed or packed is always built.
if (process.env.npm_lifecycle_event !== 'prepare' && made === (await readFile(BUILT, 'utf8').catch(() => '')))
  process.exit(0);

/** TypeScript's own compiler in native code: a seventh of the time, and the same JavaScript. */
const TSC = join(dirname(require.resolve('@typescript/native-preview/package.json')), 'bin/tsgo');

node(['schemas/generate.js']);
await rm(join(ROOT, 'dist'), { recursive: true, force: true });
node([TSC, '-p', 'tsconfig.build.json']);
const { bundle, tighten } = await import('./bundle.js');
const { page } = await import('./page.js');
await tighten();
await bundle();
await page();
await manual();
await runOnce();
await writeFile(BUILT, made);
