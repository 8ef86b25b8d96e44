/** Makes the command line one file, with the launcher that starts it and the licences of what it holds of others. */
import { createHash } from 'node:crypto';
import { chmod, readdir, readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build, transform } from 'esbuild';
import { late } from './late.js';
import { licences } from './licences.js';

const ROOT = new URL('../../', import.meta.url);
const OUT = new URL('dist/cli/', ROOT);

/** What an ES module knows of itself, in a CommonJS file. */
const META = {
  define: { 'import.meta.url': '__url' },
  banner: {
    js: `const { pathToFileURL: __toUrl } = require('node:url');
const __url = __toUrl(__filename).href, __resolve = name => __toUrl(require.resolve(name)).href;`,
  },
};

export async function bundle() {
  const { metafile } = await build({
    ...META,
    absWorkingDir: fileURLToPath(ROOT),
    stdin: { contents: "require('./cli/main.js');", resolveDir: fileURLToPath(ROOT) },
    outfile: 'dist/cli/main.cjs',
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    minify: true,
    sourcemap: true,
    sourcesContent: false,
    metafile: true,
    logLevel: 'warning',
    plugins: [late],
  });
  const texts = await licences(Object.keys(metafile.inputs));
  const notice = `main.cjs holds parts of these packages.\n\n${texts.join('\n----\n\n')}`;
  await writeFile(new URL('LICENSES', OUT), notice);
  const digest = createHash('sha256').update(await readFile(new URL('main.cjs', OUT)));
  const launcher = await readFile(new URL('launcher.cjs', import.meta.url), 'utf8');
  const command = new URL('rmitrace.cjs', OUT);
  await writeFile(command, launcher.replace('DIGEST', digest.digest('hex').slice(0, 16)));
  // So that npx runs it from a checkout.
  await chmod(command, 0o755);
}

/** The generated validators without white space: tsc sets them in lines, to three times their size. */
export async function tighten() {
  const folder = new URL('dist/lib/schema/generated/', ROOT);
  for (const name of (await readdir(folder)).filter(each => each.endsWith('.js'))) {
    const file = new URL(name, folder);
    const { code } = await transform(await readFile(file, 'utf8'), { minifyWhitespace: true });
    await writeFile(file, code);
  }
}
