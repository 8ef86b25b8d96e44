/** `npm run build`: all that is in dist, and what the sources need of the schemas. */
import { spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const require = createRequire(import.meta.url);

function node(words, { most = 0, ...options } = {}) {
  const { status } = spawnSync(process.execPath, words, { cwd: ROOT, stdio: 'inherit', ...options });
  if (status === null || status > most) process.exit(status ?? 1);
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

/** Without them nothing can be built, and an installation without them is right to ask for nothing. */
const missing = ['ajv', 'esbuild', 'json-schema-to-typescript', 'typescript', 'yargs'].filter(name => {
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

node(['schemas/generate.js']);
await rm(join(ROOT, 'dist'), { recursive: true, force: true });
node([require.resolve('typescript/bin/tsc'), '-p', 'tsconfig.build.json']);
const { bundle, tighten } = await import('./bundle.js');
await tighten();
await bundle();
await runOnce();
