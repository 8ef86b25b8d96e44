/** Makes what a page of `report --format html` carries: its style, and a script of the library's own modules. */
import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { licences } from './licences.js';

const ROOT = new URL('../../', import.meta.url);
const OUT = new URL('dist/page/', ROOT);

/** A page lets its browser have a turn as Node does. */
const TURN = 'export const setImmediate = () => new Promise(done => setTimeout(done));';

/** Nothing else of Node's does a page use: files, children and digests are the command line's. */
const NOTHING = 'module.exports = {};';

/**
 * What schemas/generate.js makes, so that esbuild can tell what of it is used: the defaults, and no validator, since the
 * command line has checked what a page carries.
 */
async function generated(path) {
  const text = await readFile(path, 'utf8');
  return text
    .replaceAll(/\bvalidate\d+\.evaluated = [^;]*;/g, '')
    .replaceAll('new RegExp(', '/* @__PURE__ */ new RegExp(');
}

const plain = {
  name: 'plain',
  setup({ onResolve, onLoad, resolve }) {
    onResolve({ filter: /^node:/ }, ({ path }) => ({ path, namespace: 'node', sideEffects: false }));
    onLoad({ filter: /.*/, namespace: 'node' }, ({ path }) => ({
      contents: path === 'node:timers/promises' ? TURN : NOTHING,
    }));
    onLoad({ filter: /\/schema\/generated\/[^/]+\.ts$/ }, async ({ path }) => ({
      contents: await generated(path),
      loader: 'ts',
    }));
    // Modules only make tables when they run: one of which nothing is used is left out.
    onResolve({ filter: /^\.\.?\/.*\.js$/ }, async ({ path, pluginData, importer, resolveDir, kind }) => {
      if (pluginData === 'again') return undefined;
      const found = await resolve(path, { importer, resolveDir, kind, pluginData: 'again' });
      return { path: found.path, errors: found.errors, sideEffects: false };
    });
  },
};

export async function page() {
  await mkdir(OUT, { recursive: true });
  const { metafile } = await build({
    absWorkingDir: fileURLToPath(ROOT),
    entryPoints: ['lib/report/html/page/main.ts'],
    outfile: 'dist/page/page.js',
    bundle: true,
    platform: 'browser',
    format: 'iife',
    globalName: 'rmitrace_page',
    target: 'es2023',
    charset: 'ascii',
    metafile: true,
    logLevel: 'warning',
    plugins: [plain],
  });
  const script = new URL('page.js', OUT);
  const texts = await licences(Object.keys(metafile.inputs));
  const own = await readFile(new URL('LICENSE', ROOT), 'utf8');
  const notice = `This script is made of rmitrace and of the packages below. Each part begins with the path of its source.\n\n${[own, ...texts].join('\n----\n\n')}`;
  await writeFile(script, `/*\n${notice.trim()}\n*/\n${await readFile(script, 'utf8')}`);
  await copyFile(new URL('lib/report/html/page.css', ROOT), new URL('page.css', OUT));
}
