import { readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import t from 'tap';
import { TROUBLES } from '../lib/model/troubles.js';

const ROOT = new URL('..', import.meta.url).pathname;

const SOURCES = ['lib', 'cli', 'test', 'schemas']
  .flatMap(folder =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map(name => `${folder}/${name}`),
  )
  .filter(name => /\.(ts|js)$/.test(name) && !name.includes('/generated/'))
  .sort()
  .map(name => ({ name, text: readFileSync(join(ROOT, name), 'utf8') }));

/** The floors of lib/README.md, the highest first. An arrow points down. */
const FLOORS: readonly (readonly string[])[] = [
  ['cli'],
  ['lib/index', 'lib/cli'],
  ['lib/report'],
  ['lib/search'],
  ['lib/replay'],
  ['lib/compare', 'lib/record', 'lib/conformance', 'lib/import'],
  ['lib/machine'],
  ['lib/rmm', 'lib/c-kernel'],
  ['lib/edit', 'lib/kernel', 'lib/redact'],
  ['lib/run', 'lib/trace'],
  ['lib/mail', 'lib/pipe', 'lib/abi', 'lib/schema'],
  ['lib/model'],
];

/** The room that a file is in: `lib/kernel`, or `lib/run` for a file of its own. */
function room(name: string): string {
  const [top = '', second = ''] = name.split('/');
  return top === 'cli' ? 'cli' : `${top}/${second.replace(/\.ts$/, '')}`;
}

function floor(name: string): number {
  return FLOORS.findIndex(rooms => rooms.includes(room(name)));
}

function imports({ name, text }: { name: string; text: string }): readonly string[] {
  return [...text.matchAll(/(?:from|import\()\s*'(\.[^']+)'/g)].map(([, path = '']) =>
    posix.join(posix.dirname(name), path).replace(/\.js$/, '.ts'),
  );
}

t.test('every file has a floor, and every arrow points down', async t => {
  const own = SOURCES.filter(({ name }) => /^(lib|cli)\//.test(name));
  t.strictSame(
    own.filter(({ name }) => floor(name) < 0).map(({ name }) => name),
    [],
    'files without a floor',
  );
  const wrong = own.flatMap(source =>
    imports(source)
      .filter(target => room(target) !== room(source.name) && floor(target) <= floor(source.name))
      .map(target => `${source.name} -> ${target}`),
  );
  t.strictSame(wrong, [], 'arrows that point up or sideways');
  const around = own
    .filter(({ name }) => name.startsWith('cli/'))
    .flatMap(source =>
      imports(source)
        .filter(target => target.startsWith('lib/') && target !== 'lib/cli.ts')
        .map(target => `${source.name} -> ${target}`),
    );
  t.strictSame(around, [], 'the command line goes through lib/cli.ts');
});

/** The names that a file hands on from others. */
function handsOn(name: string): readonly string[] {
  const { text = '' } = SOURCES.find(source => source.name === name) ?? {};
  const lists = [...text.matchAll(/^export (?:type )?\{([^}]*)\} from/gm)].map(([, list = '']) => list);
  t.equal(lists.length, text.match(/^(?:export|import)\b/gm)?.length, `${name} does nothing else`);
  return lists
    .flatMap(list => list.split(','))
    .map(entry =>
      entry
        .trim()
        .replace(/^type /, '')
        .replace(/^.* as /, ''),
    )
    .filter(entry => entry !== '');
}

t.test('the public API is what lib/API.md lists, name by name, and one sentence on each', async t => {
  const rows = readFileSync(join(ROOT, 'lib/API.md'), 'utf8').matchAll(/^\| `(\w+)` \| (.+) \|$/gm);
  const listed = [...rows].map(([, name = '', says = '']) => ({ name, says }));
  t.strictSame(listed.map(({ name }) => name).sort(), [...handsOn('lib/index.ts')].sort());
  for (const { name, says } of listed) t.match(says, /^[A-Z].*\.$/, name);
});

t.test('lib/cli.ts hands on what the command line uses, and nothing else', async t => {
  const cli = SOURCES.filter(({ name }) => name.startsWith('cli/'));
  const used = cli.flatMap(({ text }) =>
    [...text.matchAll(/import (?:type )?\{([^}]*)\} from '[^']*lib\/cli\.js'/g)].flatMap(([, list = '']) =>
      list.split(',').map(entry =>
        entry
          .trim()
          .replace(/^type /, '')
          .replace(/ as .*$/, ''),
      ),
    ),
  );
  t.strictSame([...handsOn('lib/cli.ts')].sort(), [...new Set(used.filter(name => name !== ''))].sort());
});

t.test('no file imports itself by a detour', async t => {
  const graph = new Map(SOURCES.map(source => [source.name, imports(source)]));
  const done = new Set<string>();
  const circles: string[] = [];
  const walk = (name: string, path: readonly string[]): void => {
    if (path.includes(name)) circles.push([...path.slice(path.indexOf(name)), name].join(' -> '));
    if (done.has(name) || path.includes(name)) return;
    for (const next of graph.get(name) ?? []) walk(next, [...path, name]);
    done.add(name);
  };
  for (const name of graph.keys()) walk(name, []);
  t.strictSame(circles, []);
});

/** Where a JavaScript number may be made: u64.ts hands out small fields, count.ts reads nine digits at most. */
const NARROWING =
  /\bNumber\(|\bNumber\.parse|\bparseInt\(|\bparseFloat\(|\basIntN\(|\btoNumber|[^\w)\]'"`]\+[a-z_]\w*(?![\w+])/i;
/** members.ts asks whether a JSON number would lose digits, in order to refuse it. */
const MAY_NARROW = ['lib/model/u64.ts', 'lib/model/count.ts', 'lib/trace/json-members.ts'];

t.test('no 64-bit value passes through a JavaScript number', async t => {
  const found = SOURCES.filter(({ name }) => /^(lib|cli)\//.test(name) && !MAY_NARROW.includes(name)).flatMap(
    ({ name, text }) =>
      text
        .split('\n')
        .map((line, at) => ({
          line: line.replace(/\/\/.*|^\s*\/?\*.*|'[^']*'|`[^`]*`|\/[^/\s][^/]*\/[a-z]*/g, ''),
          at,
        }))
        .filter(({ line }) => NARROWING.test(line))
        .map(({ line, at }) => `${name}:${at + 1}: ${line.trim()}`),
  );
  t.strictSame(found, []);
  for (const [bad, why] of [
    ['Number(x)', 'call'],
    ['a = +value', 'unary plus'],
    ['parseInt(hex, 16)', 'parse'],
  ] as const) {
    t.ok(NARROWING.test(bad), `the rule sees ${why}`);
  }
});

t.test('only lib/model/u64.ts makes or brands a register', async t => {
  const found = SOURCES.filter(
    ({ name, text }) => /^(lib|cli)\//.test(name) && name !== 'lib/model/u64.ts' && /\bas U64\b/.test(text),
  );
  t.strictSame(
    found.map(({ name }) => name),
    [],
  );
});

t.test('only the command line knows the process, and only model imports nothing', async t => {
  const lib = SOURCES.filter(({ name }) => name.startsWith('lib/'));
  const knows = lib.filter(({ text }) =>
    /\bprocess\.(?!on\b)|node:process|node:tty|\bconsole\.(log|error)/.test(text),
  );
  t.strictSame(
    knows.map(({ name }) => name),
    ['lib/pipe/group.ts', 'lib/pipe/owner.ts'],
    'but for what ends what it started, and what it must know of itself',
  );
  const starts = SOURCES.filter(({ name, text }) => /^lib\//.test(name) && /node:child_process/.test(text));
  t.strictSame(
    starts.map(({ name }) => name).filter(name => !name.startsWith('lib/pipe/')),
    [],
    'children are started in lib/pipe alone',
  );
  const files = lib.filter(
    ({ name, text }) =>
      !/^lib\/(trace|c-kernel\/compile)\//.test(name) &&
      // isIPv4 and isIPv6 look at a text, and at nothing else.
      /node:(fs|http)|(?<!isIPv6 \} from ')node:net/.test(text),
  );
  t.strictSame(
    files.map(({ name }) => name),
    ['lib/pipe/inherited.ts'],
    'files are touched where traces are read, and where C is compiled; and what a child would inherit is seen in /proc',
  );
  const model = lib
    .filter(({ name }) => name.startsWith('lib/model/'))
    .flatMap(source => imports(source).filter(target => !target.startsWith('lib/model/')));
  t.strictSame(model, []);
});

t.test('no ignored check, no clock, no chance, no locale', async t => {
  const loose = /@ts-ignore|@ts-expect-error|Math\.random|Date\.now|new Date\(|localeCompare/;
  const found = SOURCES.filter(({ name }) => /^(lib|cli)\//.test(name)).flatMap(({ name, text }) =>
    text
      .split('\n')
      .filter(line => loose.test(line))
      .map(line => `${name}: ${line.trim()}`),
  );
  t.strictSame(found, []);
});

t.test('a comment on a declaration stands right before it', async t => {
  // The first of a file is the file's own.
  const doubled = SOURCES.filter(({ text }) => /\*\/\s*\/\*\*/.test(text.slice(text.indexOf('*/') + 2)));
  t.strictSame(
    doubled.map(({ name }) => name),
    [],
  );
});

t.test('files are short enough to have one idea', async t => {
  const long = SOURCES.filter(({ name, text }) => /^(lib|cli)\//.test(name) && text.split('\n').length > 300);
  t.strictSame(
    long.map(({ name, text }) => `${name}: ${text.split('\n').length}`),
    [],
  );
});

t.test('every file of tests is in one run of test/runs', async t => {
  const tests = SOURCES.map(({ name }) => name).filter(name => /^test\/[^/]+\.test\.ts$/.test(name));
  const run = SOURCES.filter(({ name }) => name.startsWith('test/runs/')).flatMap(
    ({ text }) => text.match(/(?<=^import '\.\.\/).*(?=\.js';$)/gm) ?? [],
  );
  t.strictSame(run.map(name => `test/${name}.ts`).sort(), tests);
});

t.test('lib/README.md lists every trouble code, and what it means', async t => {
  const readme = readFileSync(join(ROOT, 'lib/README.md'), 'utf8');
  const table = readme.slice(readme.indexOf('## Trouble'));
  t.strictSame(
    [...table.matchAll(/^\| `([a-z-]+)` \| (.*) \|$/gm)].map(([, code, means]) => [code, means]).sort(),
    Object.entries(TROUBLES)
      .map(([code, { means }]) => [code, means])
      .sort(),
  );
});
