/**
 * Lets the bundle load a part when it is first used, where the code imports it at the top as all code does. What every
 * run imports and few runs use costs more than the rest of a start: Node's own modules, and what yargs prints help with.
 */
import { readFile } from 'node:fs/promises';
import { builtinModules, createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const require = createRequire(import.meta.url);

/** Modules that are functions, or give functions, which are wanted when they are called. */
const CALLED = new Map([
  // Each makes an Intl.Segmenter and compiles the tables of emoji: 30 ms for widths that only yargs' own help needs.
  ['cliui', text => `module.exports = (...args) => ${text}.default(...args);`],
  ['string-width', text => `module.exports = (...args) => ${text}.default(...args);`],
  [
    'node:assert',
    text => `for (const name of ['strictEqual', 'notStrictEqual'])
      exports[name] = (...args) => ${text}[name](...args);`,
  ],
  // A CommonJS file has a require of its own.
  ['node:module', () => 'exports.createRequire = () => require;'],
]);

/** A module of Node's by its full name; `null` for any other. */
function builtIn(path) {
  const name = path.replace(/^node:/, '');
  return builtinModules.includes(name) ? `node:${name}` : null;
}

/**
 * A file that only hands on what others export: each of them is loaded when something of it is first read, and then it
 * stands here as itself.
 */
function door(text) {
  const lists = [...text.matchAll(/^export \{([^}]*)\} from '([^']+)';$/gm)];
  const handed = lists.flatMap(([, list, from]) => {
    const entries = list.split(',').map(entry => entry.trim());
    return entries
      .filter(entry => entry !== '' && !entry.startsWith('type '))
      .map(entry => ({ entry, from }));
  });
  const reads = handed.map(({ entry, from }) => {
    const [name, as = name] = entry.split(' as ');
    return `read('${as}', () => require('${from}').${name});`;
  });
  return `const read = (name, get) => Object.defineProperty(exports, name, { configurable: true, enumerable: true, get() {
    const value = get();
    Object.defineProperty(exports, name, { value, enumerable: true });
    return value;
  } });
  ${reads.join('\n')}`;
}

/** Each of its exports is read from the module when somebody reads it here. */
function onRead(path) {
  const names = Object.keys(require(path)).filter(name => /^[A-Za-z_]\w*$/.test(name));
  return names
    .map(
      name =>
        `Object.defineProperty(exports, '${name}', { enumerable: true, get: () => require('${path}').${name} });`,
    )
    .join('\n');
}

export const late = {
  name: 'late',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^[a-z]/ }, ({ path, namespace, resolveDir }) => {
      const node = builtIn(path);
      if (namespace === 'late') return node === null ? undefined : { path: node, external: true };
      const name = node ?? path;
      // A module that is a function may be called, or extended: it must be itself.
      const itself = node !== null && typeof require(node) === 'function';
      if (CALLED.has(name) || (node !== null && !itself))
        return { path: name, namespace: 'late', pluginData: resolveDir };
      return node === null ? undefined : { path: node, external: true };
    });
    onLoad({ filter: /.*/, namespace: 'late' }, ({ path, pluginData }) => {
      const contents = CALLED.get(path)?.(`require('${path}')`) ?? onRead(path);
      return { contents, resolveDir: pluginData };
    });
    onResolve({ filter: /\/lib\/cli\.js$/ }, ({ path, resolveDir }) => ({
      path: join(resolveDir, path.replace(/js$/, 'ts')),
      namespace: 'door',
    }));
    onLoad({ filter: /.*/, namespace: 'door' }, async ({ path }) => ({
      contents: door(await readFile(path, 'utf8')),
      resolveDir: dirname(path),
    }));
  },
};
