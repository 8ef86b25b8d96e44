/**
 * Makes each source file a module of the bundle that runs when something of it is first used, though the code imports it at
 * the top as all code does. A run needs few of them, and V8 keeps nothing of the others. Modules only make their own tables
 * when they run, so nothing depends on when that is. Node's modules and other packages are loaded so, too.
 */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const require = createRequire(import.meta.url);
const OUT = fileURLToPath(new URL('../../dist/cli/', import.meta.url));

const COMPILER = {
  module: ts.ModuleKind.CommonJS,
  target: ts.ScriptTarget.ES2023,
  esModuleInterop: true,
  sourceMap: true,
};

/** What an ES module knows of itself; cli/bundle/bundle.js says what stands for it. */
const META = [
  ['import.meta.url', '__url'],
  ['import.meta.resolve', '__resolve'],
];

/** Modules of which the bundle needs a part alone, and the rest would load much more. */
const PARTS = new Map([
  // The others load all that yargs prints help with, tables of character widths among it.
  ['yargs/helpers', "exports.Parser = require('yargs-parser').default;"],
  // A CommonJS file has a require of its own.
  ['node:module', 'exports.createRequire = () => require;'],
]);

/** An import as TypeScript makes it CommonJS: what it gives is read of `NAME_1` wherever it is used. */
const IMPORT = /^(?:const|var) (\w+_\d+) = (.*require\("[^"]+"\).*);$/gm;

/** Each `NAME_1` made a function that loads it. No line moves, and no other name is touched. */
function onUse(text) {
  const called = [...text.matchAll(IMPORT)].reduce(
    (made, [, name]) =>
      made
        .replaceAll(new RegExp(`\\bnew ${name}\\.(\\w+)`, 'g'), `new (${name}().$1)`)
        .replaceAll(new RegExp(`\\b${name}(?=[.)])`, 'g'), `${name}()`),
    text,
  );
  return called.replace(
    IMPORT,
    (_, name, from) => `let ${name}_; const ${name} = () => (${name}_ ??= ${from});`,
  );
}

function commonJs(file, text) {
  const made = ts.transpileModule(text, { compilerOptions: COMPILER, fileName: file });
  const code = META.reduce((each, [es, here]) => each.replaceAll(es, here), onUse(made.outputText));
  const map = JSON.stringify({ ...JSON.parse(made.sourceMapText), sources: [relative(OUT, file)] });
  const inline = `data:application/json;base64,${Buffer.from(map).toString('base64')}`;
  return code.replace(/^(\/\/# sourceMappingURL=).*$/m, `$1${inline}`);
}

export const late = {
  name: 'late',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^\.\.?\/.*\.js$/ }, ({ path, resolveDir }) =>
      resolveDir.includes('node_modules')
        ? undefined
        : { path: join(resolveDir, path).replace(/js$/, 'ts'), namespace: 'own' },
    );
    onLoad({ filter: /.*/, namespace: 'own' }, async ({ path }) => ({
      contents: commonJs(path, await readFile(path, 'utf8')),
      resolveDir: dirname(path),
    }));
    onResolve({ filter: /^(yargs\/helpers|node:module)$/ }, ({ path }) => ({ path, namespace: 'part' }));
    onLoad({ filter: /.*/, namespace: 'part' }, ({ path }) => ({
      contents: PARTS.get(path),
      resolveDir: dirname(require.resolve('yargs')),
    }));
  },
};
