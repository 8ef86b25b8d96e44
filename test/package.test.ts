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
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { COMMANDS } from '../cli/commands/index.js';
import { manPage } from '../cli/man.js';
import { TROUBLES } from '../lib/model/troubles.js';
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

t.test('where only root may write, each user keeps it in a folder of caches', t => {
  const folder = copied(t.testdir());
  const home = elsewhere(t);
  chmodSync(home, 0o777);
  chmodSync(folder, 0o555);
  const own = join(home, '.cache/rmitrace');
  const run = () =>
    node(['rmitrace.cjs', '--version'], { cwd: folder, env: { ...ENV, HOME: home }, ...NOBODY });
  const first = run();
  t.match(caches(own), [/-none\.cache$/]);
  const { mtimeMs } = statSync(join(own, caches(own)[0] ?? ''));
  t.match(run(), { status: 0, stdout: first.stdout, stderr: '' });
  chmodSync(folder, 0o755);
  t.equal(statSync(join(own, caches(own)[0] ?? '')).mtimeMs, mtimeMs, 'the second run took it as it is');
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

/** A folder with the packed package in its node_modules, as an installation leaves it, and nothing else. */
const installed = new Promise<{ readonly folder: string; readonly home: string }>(resolve => {
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
  mkdirSync(join(modules, '.bin'));
  symlinkSync('../rmitrace/dist/cli/rmitrace.cjs', join(modules, '.bin/rmitrace'));
  resolve({ folder, home });
});

t.test('the package: the command needs nothing else, and the library what it declares', async t => {
  const { folder, home } = await installed;
  const modules = join(folder, 'node_modules');
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
  const page = run('report', 'good.json', '--format', 'html');
  t.match(page, { status: 0, stdout: /^<!doctype html>/, stderr: '' }, 'it finds what a page carries');
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

t.test('the man page is installed with the package: each command, option and trouble code', async t => {
  const { home } = await installed;
  const { man } = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8'));
  const page = readFileSync(join(home, man), 'utf8');
  t.equal(page, manPage(), 'it is that of this build');
  const plain = page.replaceAll('\\-', '-');
  for (const { name, options } of COMMANDS) {
    t.match(plain, `.SS rmitrace ${name}`);
    for (const option of options) t.match(plain, `--${option.name}`);
  }
  for (const code of Object.keys(TROUBLES)) t.match(plain, `.B ${code}\n`);
  // Every line is a text or a macro of man(7), and no text is taken for one.
  t.strictSame(page.match(/^[.'](?!(?:TH|SH|SS|TP|PP|B)\b).*$/gm), null);
});

const GROFF = spawnSync('groff', ['--version']).status === 0 ? {} : { skip: 'there is no groff' };

t.test('groff has nothing to say of the man page', GROFF, async t => {
  const ran = spawnSync('groff', ['-ww', '-man', '-Tutf8'], { input: manPage(), encoding: 'utf8' });
  t.strictSame([ran.status, ran.stderr], [0, '']);
});

/** The lines of a block of the README, as they stand there. */
function readme(block: string): string {
  return (
    new RegExp(`^\`\`\`sh ${block}\\n(.*?)^\`\`\`$`, 'ms').exec(readFileSync('README.md', 'utf8'))?.[1] ?? ''
  );
}

/** A repository of somebody else's, in which the package is installed. */
async function repository(t: Test) {
  const { folder } = await installed;
  const cwd = join(folder, t.name.replace(/\W+/g, '-'));
  mkdirSync(join(cwd, 'traces'), { recursive: true });
  symlinkSync(join(folder, 'node_modules'), join(cwd, 'node_modules'));
  const who = {
    GIT_AUTHOR_NAME: 'a',
    GIT_AUTHOR_EMAIL: 'a@b',
    GIT_COMMITTER_NAME: 'a',
    GIT_COMMITTER_EMAIL: 'a@b',
  };
  const env = {
    ...ENV,
    ...who,
    HOME: cwd,
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    XDG_CACHE_HOME: folder,
  };
  const sh = (script: string) => {
    const { status, stdout, stderr } = spawnSync('sh', ['-c', script], { cwd, env, encoding: 'utf8' });
    return { status, out: stdout, err: stderr };
  };
  const commit = (files: Readonly<Record<string, string>>) => {
    for (const [name, text] of Object.entries(files)) writeFileSync(join(cwd, name), text);
    return sh('git add -A && git commit -q -m commit');
  };
  sh('git init -q && echo node_modules > .gitignore');
  return { sh, commit };
}

const GIT = spawnSync('git', ['--version']).status === 0 ? {} : { skip: 'there is no git' };
const golden = (name: string) => readFileSync(join('traces', `${name}.json`), 'utf8');

t.test('the lines of the README for git diff, in a repository of its own', GIT, async t => {
  const { sh, commit } = await repository(t);
  t.match(sh(readme('git')), { status: 0, err: '' });
  const files = ['accepted', 'lower-only', 'no-rme', 'rmm-failed', 'forgets-range', 'kvm-hyp-stack'];
  const stages = files.map(name => golden(name));
  commit({ 'traces/x.json': stages[0] ?? '' });
  for (const stage of stages.slice(1)) {
    commit({ 'traces/x.json': stage });
    const shown = sh('git diff HEAD~1');
    const raw = sh('git diff --no-textconv HEAD~1').out;
    t.match(shown, { status: 0, err: '' });
    t.match(shown.out, /^[-+](machine\.| {2}->|info |err |cpu0 )/m, 'it is decoded');
    t.ok(shown.out.length < raw.length, `${shown.out.length} bytes, and ${raw.length} of the raw file`);
  }
  const accepted = golden('accepted');
  commit({ 'traces/x.json': accepted });
  commit({ 'traces/x.json': accepted.replace('"res":["0x0","0x20000"', '"res":["0x0","0x20001"') });
  t.strictSame(
    sh('git diff -U0 HEAD~1').out.match(/^[-+] .*/gm),
    ['-  -> x1 0x20000 lower 2.0', '+  -> x1 0x20001 lower 2.1'],
    'one register is one line',
  );
  t.match(sh('git log --oneline refs/notes/textconv/rmitrace').out, /./, 'what was converted is kept');

  commit({ 'traces/x.json': accepted.slice(0, 1500) });
  const cut = sh('git diff HEAD~1');
  t.match(cut, { status: 0, err: '' }, 'a broken trace breaks nothing');
  t.match(cut.out, /^\+trouble: .*the trace is cut off/m);
  commit({ 'traces/x.json': 'no trace at all\n\u001b[2J' });
  t.match(sh('git diff HEAD~1'), { status: 0, out: /^\+no trace at all\n\+\\x1b\[2J/m });
});

t.test('the line of the README for git difftool calls the sides a and b', GIT, async t => {
  const { sh, commit } = await repository(t);
  sh(readme('git'));
  commit({ 'traces/x.json': golden('accepted') });
  commit({ 'traces/x.json': golden('forgets-range') });
  t.match(sh('git difftool -y -t rmitrace HEAD~1'), {
    status: 0,
    out: /^Different: a ends accepted 2\.0, b ends refused .*\n(.*\n)*--- a\n\+\+\+ b\n/,
  });
});

const CC = spawnSync('cc', ['--version']).status === 0 ? GIT : { skip: 'there is no C compiler' };

t.test(
  'the lines of the README for git bisect find the commit, past one that does not compile',
  CC,
  async t => {
    const { sh, commit } = await repository(t);
    const asks = readFileSync('test/c/asks.c', 'utf8');
    const broken = `${asks}\nint broken(\n`;
    commit({ 'rmi.c': asks, 'traces/x.json': golden('bit-31') });
    const good = sh('git rev-parse HEAD').out.trim();
    commit({ 'rmi.c': broken });
    commit({ 'rmi.c': `${asks}\n` });
    commit({ 'rmi.c': asks.replace('res.a1', 'res.a2') });
    const bad = sh('git rev-parse HEAD').out.trim();
    commit({ 'rmi.c': `${asks.replace('res.a1', 'res.a2')}\n` });
    const found = sh(`GOOD=${good}; ${readme('bisect')}`);
    t.match(found.out, `${bad} is the first bad commit`, found.err);
    sh('git bisect reset');
    const typo = sh(`GOOD=${good}; ${readme('bisect').replace('--bisect', '--bisect --typo')}`);
    t.match(`${typo.out}${typo.err}`, /exit code 129/, 'a typing mistake stops it');
    t.notMatch(typo.out, /first bad commit/);
  },
);
