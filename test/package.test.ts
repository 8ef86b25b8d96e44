/** What `npm run build` makes: the command in one file, how it starts, and what of it a package holds. */
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { ENV, node } from './rmitrace.js';

const ROOT = process.cwd();

const NOBODY = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {};

/** The command as it was built, without what V8 kept of it. */
function copied(folder: string): string {
  mkdirSync(folder, { recursive: true });
  for (const name of ['main.cjs', 'main.cjs.map', 'rmitrace.cjs'])
    cpSync(join(ROOT, 'dist/cli', name), join(folder, name));
  return folder;
}

/** A folder from which nothing of this project's is found. */
function elsewhere(t: Test): string {
  const folder = mkdtempSync(join(tmpdir(), 'rmitrace-package-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  return folder;
}

const caches = (folder: string) => readdirSync(folder).filter(name => name.includes('.cache'));

t.test('what V8 made of a command is kept by its first run, and no word that is no command has any', t => {
  const folder = copied(t.testdir());
  const run = (...words: string[]) => node(['rmitrace.cjs', ...words], { cwd: folder });
  const list = run('list', 'kernels');
  t.match(list, { status: 0, stderr: '' });
  t.match(caches(folder), [/-list\.cache$/]);
  t.strictSame(run('list', 'kernels').stdout, list.stdout, 'and the second run says the same');
  run('--version');
  run('lisst');
  run('../list');
  t.match(caches(folder).sort(), [/-list\.cache$/, /-none\.cache$/]);
  t.end();
});

t.test('a cache that is torn, foreign or of another build is not used, and nothing is said of it', t => {
  const folder = copied(t.testdir());
  const run = () => node(['rmitrace.cjs', 'list', 'rmms'], { cwd: folder });
  const good = run().stdout;
  const [name = ''] = caches(folder);
  const file = join(folder, name);
  const kept = readFileSync(file);
  const half = kept.length / 2;
  const flipped = (...places: readonly number[]) => {
    const bytes = Buffer.from(kept);
    for (const at of places) bytes[at] = (bytes[at] ?? 0) ^ 1;
    return bytes;
  };
  for (const [what, bytes] of [
    ['nothing', Buffer.alloc(0)],
    ['text', Buffer.from('no cache at all')],
    ['the first half', kept.subarray(0, half)],
    ['all but the last byte', kept.subarray(0, -1)],
    ['a hole', Buffer.concat([kept.subarray(0, half / 2), Buffer.alloc(half / 2), kept.subarray(half)])],
    ['a bit of its code', flipped(half / 2)],
    ['a bit of its copy', flipped(half + half / 2)],
    ['the version of V8, in both halves', flipped(4, half + 4)],
    ['random bytes', Buffer.alloc(kept.length, 'rmitrace')],
  ] as const) {
    writeFileSync(file, bytes);
    t.match(run(), { status: 0, stdout: good, stderr: '' }, what);
    t.notOk(readFileSync(file).equals(bytes), `${what}: the run kept its own`);
  }
  rmSync(file);
  mkdirSync(file);
  t.match(run(), { status: 0, stdout: good, stderr: '' }, 'a folder');
  t.end();
});

t.test('where nothing can be kept the command runs as ever, and says nothing of it', t => {
  const folder = copied(t.testdir());
  chmodSync(folder, 0o555);
  const ran = node(['rmitrace.cjs', '--version'], { cwd: folder, ...NOBODY });
  chmodSync(folder, 0o755);
  t.match(ran, { status: 0, stdout: /^rmitrace /, stderr: '' });
  t.strictSame(caches(folder), []);
  t.end();
});

t.test('--debug names the line of the source at which a bug threw', t => {
  const folder = t.testdir({ 'broken.cjs': 'process.stdout.write = () => { throw new Error("broken"); };' });
  const ran = node(['-r', join(folder, 'broken.cjs'), 'dist/cli/rmitrace.cjs', 'list', 'rmms', '--debug']);
  t.equal(ran.status, 2);
  const [, file = '', line = ''] = /\(\S*\/(cli\/process\.ts):(\d+):\d+\)/.exec(ran.stderr) ?? [];
  t.match(
    readFileSync(join(ROOT, file), 'utf8').split('\n')[Number(line) - 1],
    /stdout\.write\(/,
    ran.stderr,
  );
  t.match(ran.stderr, /cli\/commands\/list\.ts:\d+/);
  t.end();
});

t.test(
  'a checkout without development dependencies is not built, which is no error of an installation',
  t => {
    const folder = elsewhere(t);
    cpSync(join(ROOT, 'cli/bundle'), join(folder, 'cli/bundle'), { recursive: true });
    cpSync(join(ROOT, 'package.json'), join(folder, 'package.json'));
    const prepare = node(['cli/bundle/build.js'], {
      cwd: folder,
      env: { ...ENV, npm_lifecycle_event: 'prepare' },
    });
    t.match(prepare, { status: 0, stdout: /^not built: .*esbuild.* not installed.*\n$/, stderr: '' });
    t.match(
      node(['cli/bundle/build.js'], { cwd: folder }),
      { status: 1, stdout: prepare.stdout },
      'but of a build',
    );
    t.end();
  },
);

t.test('the package: the command needs nothing else, and the library what it declares', async t => {
  const folder = elsewhere(t);
  const packed = spawnSync('npm', ['pack', '--ignore-scripts', '--silent', '--pack-destination', folder], {
    env: { ...process.env, NODE_OPTIONS: '' },
    encoding: 'utf8',
  });
  t.equal(packed.status, 0, packed.stderr);
  spawnSync('tar', ['-xzf', packed.stdout.trim()], { cwd: folder });
  const modules = join(folder, 'node_modules');
  mkdirSync(modules);
  const home = join(modules, 'rmitrace');
  renameSync(join(folder, 'package'), home);
  const { bin, dependencies } = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8'));
  const run = (...words: string[]) => node([join(home, bin.rmitrace), ...words], { cwd: folder });

  t.strictSame(
    readdirSync(join(home, 'dist/cli')).sort(),
    ['LICENSES', 'main.cjs', 'main.cjs.map', 'rmitrace.cjs'],
    'neither the story nor what V8 kept',
  );
  t.strictSame(
    readdirSync(join(home, 'dist/lib'), { recursive: true, encoding: 'utf8' }).filter(name =>
      /\.map$|^cli\./.test(name),
    ),
    [],
    'nor the second door, nor maps to sources that are not there',
  );
  t.match(run('--version'), { status: 0, stdout: /^rmitrace /, stderr: '' });
  t.equal(run('record', 'fvp', '-o', 'good.json').status, 0);
  if (spawnSync('cc', ['--version']).status === 0) {
    const asks = join(ROOT, 'test/c/asks.c');
    const env = { ...ENV, XDG_CACHE_HOME: folder };
    const ran = node([join(home, bin.rmitrace), 'replay', 'good.json', '--kernel', asks], {
      cwd: folder,
      env,
    });
    t.match(ran, { status: 0, stdout: /^Same/ }, 'it finds its C');
  }

  for (const name of Object.keys(dependencies))
    symlinkSync(join(ROOT, 'node_modules', name), join(modules, name));
  const program = `
    import * as rmitrace from 'rmitrace';
    const read = await rmitrace.readTrace({ name: 'good.json', path: 'good.json' });
    console.log(read.ok && rmitrace.findingOf(read.value.trace).sentence, Object.keys(rmitrace).length);
  `;
  const index = readFileSync(join(ROOT, 'lib/index.ts'), 'utf8');
  const values = [...index.matchAll(/^export \{([^}]*)\}/gm)]
    .flatMap(([, list = '']) => list.split(','))
    .filter(entry => entry.trim() !== '' && !entry.trim().startsWith('type '));
  writeFileSync(join(folder, 'uses.mjs'), program);
  t.match(node(['uses.mjs'], { cwd: folder }), {
    stdout: new RegExp(`agree on RMI .* ${values.length}\n$`),
    stderr: '',
  });
});
