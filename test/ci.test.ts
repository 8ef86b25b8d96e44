/** What a pipeline reads of a check: each format by somebody who reads it for a living, with names and texts that are hostile. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { createTwoFilesPatch } from 'diff';
import t from 'tap';
import { Parser } from 'tap-parser';
import { parse as parseYaml } from 'yaml';
import type { Edit } from '../lib/edit/edit.js';
import { parseEdit } from '../lib/edit/parse.js';
import { kernelNamed } from '../lib/kernel/kernels.js';
import { machineNamed } from '../lib/machine/built-in.js';
import { trouble } from '../lib/model/result.js';
import { record } from '../lib/record.js';
import { check } from '../lib/replay/check.js';
import { newCheckTotals } from '../lib/replay/check-totals.js';
import { CHECK_FORMATS } from '../lib/report/check/formats.js';
import { type CheckRow, newAlike, resultOf } from '../lib/report/check/row.js';
import { PLAIN } from '../lib/report/text/paint.js';
import { traceText } from '../lib/trace/write.js';
import { must } from './boots.js';
import { CC } from './c-kernels.js';
import { installed } from './installed.js';
import { asProcess, ENV, recordings, rmitrace } from './rmitrace.js';

const GOOD = traceText(must(await record(must(kernelNamed('v13')), must(machineNamed('fvp')))));
/** A name that ends a string, a line, a cell, an element, a directive or a command of every format, and moves a cursor. */
const NAME =
  'a,b:c # TODO "]]>\'</x>&amp;|`--> ::error::%0A@you\r\n::stop-commands::x\n1..9\nnot ok\u001b[2J\uffff\ud800.json';
const TEXT = 'RMI ABI version 2.0\\n1..1\\nBail out! ]]></failure> ::warning::x %25 | `#1 $x$ \\u001b\\u0000';
const SOURCES = [
  { name: 'good.json', bytes: Buffer.from(GOOD) },
  { name: NAME, bytes: Buffer.from(GOOD.replace('RMI ABI version 2.0', TEXT)) },
  { name: `none ${NAME}`, bytes: Buffer.from('') },
];
/** As a shell takes it. */
const AGAIN = `rmitrace replay 'a b' --set 'x='\\''\``;
const valid = new Ajv2020({ strict: false, validateFormats: false }).compile(
  JSON.parse(readFileSync('schemas/report.schema.json', 'utf8')),
);

/** What is left out, as hostile as the rest. */
const IGNORED = ['event:return', `log:${NAME}`];
const edits = [must(parseEdit('RMI_FEATURES.x1=0')) as Edit];

/** The report in a format, of all sources, with an edit that is used nowhere, and with lines that could not be counted. */
async function report(format: string): Promise<string> {
  const found = CHECK_FORMATS.find(({ name }) => name === format);
  const printer = found?.printer({ names: [], paint: PLAIN, kernel: [], ignored: IGNORED });
  const totals = newCheckTotals();
  const rows: CheckRow[] = [];
  for await (const checked of check(SOURCES, { edits, conformance: true })) {
    totals.add(checked);
    rows.push({ ...resultOf(checked), name: checked.name, digest: checked.digest, line: 7, again: AGAIN });
  }
  const failed = trouble('no-compiler', 'there is no gcov', {}, 'install it');
  const end = { totals: totals.sum(), coverage: null, lines: null, trouble: failed, exit: 2 };
  return `${printer?.head}${rows.map((row, nth) => printer?.trace(row, nth)).join('')}${printer?.foot(end)}`;
}

t.test('TAP 14 is what tap-parser reads: a point a trace and trouble, whatever they are called', async t => {
  const text = await report('tap');
  t.match(text, /^TAP version 14\n# Ignored where it differs: event:return, /);
  const seen: { ok: boolean; name: string; directive: unknown; diag: { message?: string } | null }[] = [];
  const parser = new Parser({ strict: true });
  parser.on('assert', ({ ok, name, todo, skip, diag }) =>
    seen.push({ ok, name, directive: todo || skip, diag }),
  );
  parser.end(text);
  t.strictSame(
    parser.failures.filter(({ tapError }) => tapError),
    [],
    'nothing that is no TAP',
  );
  t.strictSame(
    seen.map(({ ok, directive }) => [ok, directive]),
    [
      [true, false],
      [false, false],
      [false, false],
      [false, false],
      [false, false],
    ],
  );
  t.equal(
    seen[1]?.name,
    NAME.replace(/\r/g, '\\r').replace(/\n/g, '\\n').replace('\u001b', '\\x1b').replace('\ud800', '\\ud800'),
  );
  t.match(seen[1]?.diag, { verdict: 'diverged', message: /^Diverged: /, again: /^rmitrace replay / });
  t.match(seen[2]?.diag, { verdict: 'trouble', message: /the file is empty/ });
  t.match(seen[3], { name: 'edit RMI_FEATURES.x1=0', diag: { message: /no such call was made/ } });
  t.match(seen[4], { name: 'coverage', diag: { message: /there is no gcov/ } });
});

interface Sax {
  readonly SaxesParser: new (options: {
    fragment: boolean;
  }) => {
    on(event: string, on: (found: { name: string; attributes: Record<string, string> }) => void): void;
    write(text: string): { close(): void };
  };
}

/** What Jenkins' schema of JUnit allows where, of what stands in ours. */
const INSIDE: Readonly<Record<string, readonly string[]>> = {
  '': ['testsuites'],
  testsuites: ['testsuite'],
  testsuite: ['properties', 'testcase'],
  properties: ['property'],
  testcase: ['failure', 'error'],
};
const ATTRIBUTES: Readonly<Record<string, readonly string[]>> = {
  testsuites: ['name', 'tests', 'failures', 'errors'],
  testsuite: ['name', 'tests', 'failures', 'errors', 'skipped'],
  properties: [],
  property: ['name', 'value'],
  testcase: ['classname', 'name'],
  failure: ['type', 'message'],
  error: ['type', 'message'],
};

t.test('JUnit is XML that a strict parser takes, of the elements that JUnit has', async t => {
  const saxes = installed<Sax>('saxes');
  if (saxes === null) {
    t.comment('skipped: saxes is not installed');
    return;
  }
  const parser = new saxes.SaxesParser({ fragment: false });
  const counts: Record<string, number> = {};
  const open: string[] = [];
  let suite: Record<string, string> = {};
  const names: string[] = [];
  parser.on('error', error => t.fail(String(error)));
  parser.on('opentag', ({ name, attributes }) => {
    t.ok(INSIDE[open.at(-1) ?? '']?.includes(name), `${name} in ${open.at(-1)}`);
    t.strictSame(Object.keys(attributes), ATTRIBUTES[name]);
    open.push(name);
    counts[name] = (counts[name] ?? 0) + 1;
    if (name === 'testsuite') suite = attributes;
    if (name === 'testcase') names.push(attributes.name ?? '');
  });
  parser.on('closetag', () => open.pop());
  const text = await report('junit');
  parser.write(text).close();
  t.match(suite, { tests: '5', failures: '1', errors: '3', skipped: '0' });
  t.match(counts, { testcase: 5, failure: 1, error: 3 });
  t.match(
    names[1],
    /^a,b:c # TODO "\]\]>'<\/x>&amp;\|`--> ::error::%0A@you\\r\\n.*\\x1b\[2J\\uffff\\ud800\.json$/,
  );
  let errors = 0;
  const strict = new saxes.SaxesParser({ fragment: false });
  strict.on('error', () => errors++);
  strict.write(text.replace('&#60;', '<')).close();
  t.ok(errors > 0, 'the parser is strict');
});

/** A command as a runner takes it apart, unescaped as its toolkit does. */
function orders(text: string) {
  const unescaped = (word: string) =>
    word
      .replaceAll('%3A', ':')
      .replaceAll('%2C', ',')
      .replaceAll('%0D', '\r')
      .replaceAll('%0A', '\n')
      .replaceAll('%25', '%');
  return text
    .split(/[\r\n]/)
    .filter(line => /::|##\[/.test(line))
    .map(line => {
      const {
        order = '',
        properties = '',
        message = '',
      } = /^::(?<order>\S+) (?<properties>.*?)::(?<message>.*)$/.exec(line)?.groups ?? {};
      const pairs = properties.split(',').map(pair => pair.split(/=(.*)/s).slice(0, 2).map(unescaped));
      return { order, ...Object.fromEntries(pairs), message: unescaped(message) };
    });
}

t.test('on GitHub each trace that does not pass is one annotation, at its file and line', async t => {
  const all = orders(await report('github'));
  t.strictSame(
    all.map(({ order }) => order),
    ['notice', 'error', 'error', 'error', 'error'],
    'and no other command',
  );
  t.match(all[1], {
    file: NAME,
    line: '7',
    title: 'rmitrace: diverged',
    message: /^Diverged: .*\nfirst divergence\n/,
  });
  t.match(all[2], { file: `none ${NAME}`, title: 'rmitrace: trouble', message: /the file is empty/ });
  t.match(all[0], { message: /^Ignored where it differs: event:return, log:a,b:c/ });
  t.notMatch(all[1]?.message, /[\u0000-\u0009\u001b]/);
});

t.test('Markdown has a row for each that does not pass, and nothing of a trace is markup', async t => {
  const text = await report('markdown');
  const rows = text.split('\n').filter(line => line.startsWith('| '));
  t.strictSame(
    rows.map(row => row.match(/(?<!\\)\|/g)?.length),
    [4, 4, 4, 4],
  );
  const outside = text.split('\n').filter(line => !line.startsWith('    '));
  t.strictSame(
    outside.flatMap(line => line.match(/(?<!\\)<(?!!-- -->|\/?details>|\/?summary>).*/) ?? []),
    [],
    'no element but our own',
  );
  t.notMatch(outside.join('\n'), /@you/, 'nobody is called');
  t.match(text, /^\*\*trouble\*\*: the edit "RMI\\_FEATURES/m);
});

t.test('JSON lines are the traces of the report in JSON, and nothing else', async t => {
  const traces = (await report('jsonl'))
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line));
  const whole = JSON.parse(await report('json'));
  t.ok(valid(whole), JSON.stringify(valid.errors));
  t.strictSame(traces, whole.result.traces);
  t.strictSame(
    traces.map(({ name }) => name),
    SOURCES.map(({ name }) => name),
  );
});

t.test('a job on GitHub gets its summary, and its step only the commands of the report', async t => {
  const cwd = t.testdir();
  const run = await recordings(cwd);
  const order = 'x::stop-commands::y.json';
  writeFileSync(
    join(cwd, order),
    readFileSync(join(cwd, 'good.json'), 'utf8').replace('version 2.0', 'version 2.1'),
  );
  const summary = join(cwd, 'summary.md');
  const env = { GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: summary };
  writeFileSync(summary, 'before\n');
  const { code, out } = await run(`check good.json ${order} --format github`, { env });
  t.equal(code, 1);
  t.match(
    out,
    /^::error file=x%3A%3Astop-commands%3A%3Ay\.json,line=22,title=rmitrace%3A diverged::Diverged: /,
  );
  t.match(readFileSync(summary, 'utf8'), /^before\n\*\*rmitrace check\*\*: 2 traces: 1 same, 1 diverged\n/);
  t.match((await run(`check ${order}`, { env })).out, /^diverged +x::stop-commands/, 'text is text');
});

t.test('--exit-zero forgives what differs, and no trouble', async t => {
  const run = await recordings(t.testdir());
  t.equal((await run('check good.json --rmm forgets-range --exit-zero')).code, 0);
  t.match(JSON.parse((await run('check good.json --rmm forgets-range --exit-zero --json')).out), { exit: 0 });
  t.equal((await run('check good.json none.json --exit-zero')).code, 2);
});

t.test('under --bisect trouble skips a revision, and what is wrong at every revision stops', async t => {
  const run = await recordings(t.testdir());
  for (const [line, code] of [
    ['check good.json --bisect', 0],
    ['check good.json --rmm forgets-range --bisect', 1],
    ['replay good.json --rmm forgets-range --bisect', 1],
    ['check good.json none.json --bisect', 125],
    ['replay none.json --bisect', 125],
    ['check good.json --kernel ./none.c --bisect', 125],
    ['check good.json --bisect --kernl v13', 129],
    ['check good.json --bisect --kernel v99', 129],
    ['check good.json --bisect --rmm tf-rmm-9', 129],
    ['check --bisect', 129],
  ] as const)
    t.equal((await run(line)).code, code, line);
});

t.test('--update shows what a trace has become, and writes it where a person says yes', async t => {
  const cwd = t.testdir();
  const run = await recordings(cwd);
  const text = (name: string) => readFileSync(join(cwd, name), 'utf8');
  const before = text('good.json');
  const line = 'check good.json old.json --rmm forgets-range --update';

  const no = await run(line, { input: 'n\n' });
  t.equal(no.code, 1);
  t.match(no.out, /^good\.json\nDiverged: .*\n(.*\n)+outcome\n(.*\n)+diverged +good\.json +Diverged/);
  t.match(no.err, /put the replay in the place of good\.json\? \[y\]es/);
  t.equal(text('good.json'), before);
  t.equal((await run(line)).code, 1, 'nobody said yes');
  t.equal(text('good.json'), before);

  const yes = await run(line, { input: 'y\nq\n' });
  t.equal(yes.code, 1);
  t.match(yes.out, /^same +good\.json +Updated: accepted 2\.0 became refused/m);
  t.match(yes.out, /^diverged +old\.json +Diverged/m);
  t.match(JSON.parse(text('good.json')), { machine: { rmm: 'forgets-range' }, replay: {} });
  t.match(await run('check good.json'), { code: 0, out: /^same .* refused \(v0\.0 - v0\.0\)/ });
  t.equal((await run('check good.json old.json --rmm tf-rmm-0.9 --update', { input: 'a\n' })).code, 0);
  t.match((await run('show old.json')).out, /agree on RMI 2\.0/);

  writeFileSync(join(cwd, 'one.json'), before);
  writeFileSync(join(cwd, 'two.json'), before);
  t.match(await run('check one.json two.json --rmm forgets-range --update', { input: 'y\nn\n' }), {
    code: 1,
    out: /^same +one\.json +Updated: .*\n(.*\n)*diverged +two\.json +Diverged: .*\n2 traces: 1 same, 1 diverged\n$/m,
  });
  t.equal(text('two.json'), before);

  writeFileSync(join(cwd, 'boot.log'), 'kvm [1]: Unsupported RMI ABI (v1.0 - v1.0) we want v2.0\n');
  await run('check boot.log --rmm tf-rmm-0.9 --update', { input: 'a\n' });
  t.match(text('boot.log'), /^kvm \[1\]: Unsupported/, 'a log is never written');
  t.equal((await run('check good.json --update --format tap')).code, 2);
});

t.test('of traces with one digest one is replayed, and each has its line', async t => {
  const cwd = t.testdir();
  const run = await recordings(cwd);
  writeFileSync(join(cwd, 'again.json'), readFileSync(join(cwd, 'good.json')));
  t.match(await run('check good.json again.json'), {
    code: 0,
    out: /^same +good\.json .*\nsame +again\.json .*\n2 traces: 2 same\n$/,
  });
});

t.test('--base compares two kernels on each trace and machine, and not with what was recorded', async t => {
  const run = await recordings(t.testdir());
  const all = await run('check good.json old.json --base v13 --kernel next --machine fvp --machine no-rme');
  t.equal(all.code, 1);
  t.strictSame(
    all.out.match(/^\w+ +(machine )?\S+/gm)?.map(line => line.replace(/ +/, ' ')),
    ['diverged good.json', 'diverged old.json', 'diverged machine fvp', 'same machine no-rme', '4 traces:'],
  );
  t.match(
    all.out,
    /fvp +Diverged: .* both end accepted 2\.0, but not in the same way\. First: base .*; changed /,
  );
  t.match((await run('check --base v13 --kernel v13 --machine fvp')).out, /^same {10}machine fvp {2}Same: /);
  const asks = await run('check good.json --base v13 --kernel v7 --json');
  t.match(JSON.parse(asks.out).result.traces, [
    {
      verdict: 'diverged',
      sentence:
        'Diverged: base v13 (wants 2.0) ends accepted 2.0; changed v7 (wants 1.0) asks RMI_VERSION 0x10000, which the trace does not answer.',
      kernels: { base: { name: 'v13' }, changed: { name: 'v7' } },
    },
  ]);
  // A trace that answers neither tells nothing of what comes after; an RMM that answers both does.
  t.match(
    (await run('check good.json --base v7 --kernel v9')).out,
    /^same .* Same as far as the trace goes: /,
  );
  t.match(
    (await run('check good.json --base v7 --kernel v9 --rmm tf-rmm-0.8')).out,
    /both end accepted 1\.0/,
  );
  t.match(
    (await run('check --base v13 --kernel v12 --machine fvp --format tap')).out,
    /again: "rmitrace check --machine fvp --base v13 --kernel v12"|^ok 1 - machine fvp$/m,
  );
});

t.test('an input that nobody saw makes no difference where both kernels take it alike', async t => {
  const run = await recordings(t.testdir());
  const unknown = 'check good.json --set RMI_VERSION.x1=unknown';
  t.equal((await run(`${unknown} --base v13 --kernel v13`)).code, 0);
  t.match(await run(`${unknown} --base v13 --kernel next`), { code: 1 });
});

t.test('--base needs what it compares, and takes nothing that is about one kernel', async t => {
  const run = await recordings(t.testdir());
  for (const [line, says] of [
    ['check good.json --base v13', /--base needs --kernel/],
    ['check good.json --base v13 --kernel recorded', /--base needs --kernel/],
    ['check good.json --machine fvp', /--machine needs --base/],
    [
      'check good.json --base unpatched --kernel v13',
      /--base unpatched needs --kernel FILE and --patch FILE/,
    ],
    ['check good.json --base v99 --kernel v13', /no kernel is called "v99"/],
    ['check good.json --base v13 --kernel next --answers', /--answers does not go with --base/],
    ['check --base v13 --kernel next --machine nowhere', /nowhere/],
    ['check', /there is nothing to check/],
  ] as const)
    t.match(await run(line), { code: 2, err: says }, line);
});

t.test('C is compared with the same C without its patch', { ...CC }, async t => {
  const cwd = t.testdir();
  const run = await recordings(cwd);
  const asks = readFileSync('test/c/asks.c', 'utf8');
  writeFileSync(join(cwd, 'rmi.c'), asks);
  const patch = createTwoFilesPatch('a/rmi.c', 'b/rmi.c', asks, asks.replace('res.a1', 'res.a2'));
  writeFileSync(join(cwd, 'fix.patch'), patch);
  await run('replay good.json --set RMI_VERSION.x2=3.0 -o wide.json');
  const env = { XDG_CACHE_HOME: cwd };
  const line = 'check good.json wide.json --base unpatched --kernel ./rmi.c --patch fix.patch -q';
  t.match(await run(line, { env }), {
    code: 1,
    out: /^same +good\.json .*\ndiverged +wide\.json +Diverged: base rmi\.c \(wants 2\.0\) ends accepted 2\.0; changed rmi\.c \(wants 2\.0\) ends accepted 3\.0\./,
  });
});

t.test('diff of two folders pairs the traces by name, compressed or not', async t => {
  const cwd = t.testdir({ a: { deep: {} }, b: { deep: {} } });
  const run = await recordings(cwd);
  const [good, bad] = ['good.json', 'bad.json'].map(name => readFileSync(join(cwd, name)));
  for (const [name, bytes] of [
    ['a/deep/x.json', good],
    ['b/deep/x.json', bad],
    ['a/same.json', good],
    ['b/same.json.gz', gzipSync(good ?? '')],
    ['a/old.json', good],
    ['b/new.json', good],
  ] as const)
    writeFileSync(join(cwd, name), bytes ?? '');
  t.match(await run('diff a b'), {
    code: 1,
    out: /^different +deep\/x\.json +Different: a\/deep\/x\.json ends accepted 2\.0, .*\nonly-b +new\.json\nonly-a +old\.json\nsame +same\.json +Same: .*\n4 names: 1 same, 1 different, 1 only-a, 1 only-b\n$/,
  });
  t.equal((await run('diff a a')).code, 0);
  mkdirSync(join(cwd, 'both'));
  for (const [name, bytes] of [
    ['both/same.json', good] as const,
    ['both/same.json.gz', gzipSync(bad ?? '')] as const,
  ])
    writeFileSync(join(cwd, name), bytes ?? '');
  t.match(await run('diff both both'), {
    code: 0,
    out: /^same +same\.json .*\nsame +same\.json\.gz .*\n2 names: 2 same\n$/,
  });
  mkdirSync(join(cwd, 'none'));
  t.match(await run('diff none none'), { code: 2, err: /none: the folder has no traces/ });
  writeFileSync(join(cwd, 'b/old.json'), '');
  const json = await run('diff a b --json');
  t.equal(json.code, 2);
  t.ok(valid(JSON.parse(json.out)), JSON.stringify(valid.errors));
  t.match(await run('diff a good.json'), { code: 2, err: /a is a folder, and good\.json is a trace/ });
});

t.test('diff of what two runs of check left, in JSON or in lines, pairs the traces by name', async t => {
  const cwd = t.testdir();
  const run = await recordings(cwd);
  writeFileSync(join(cwd, '1.json'), (await run('check good.json old.json --json')).out);
  writeFileSync(
    join(cwd, '2.jsonl'),
    (await run('check bad.json good.json none.json --rmm forgets-range --format jsonl')).out,
  );
  const found = await run('diff 1.json 2.jsonl');
  t.equal(found.code, 1);
  t.match(
    found.out,
    /^only-b +bad\.json .*\ndifferent +good\.json +Was same: Same: .* Is diverged: Diverged: .*\nonly-b +none\.json .*\nonly-a +old\.json .*\n4 names: 1 different, 1 only-a, 2 only-b\n$/,
  );
  writeFileSync(
    join(cwd, '3.json'),
    JSON.stringify(JSON.parse(readFileSync(join(cwd, '1.json'), 'utf8')), null, 4),
  );
  t.equal((await run('diff 1.json 3.json')).code, 0, 'the layout is nothing');
  writeFileSync(join(cwd, '4.json'), (await run('diff good.json bad.json --json')).out);
  t.match(await run('diff 1.json 4.json'), { code: 2, err: /4\.json: this is no report of check/ });
  writeFileSync(join(cwd, '5.jsonl'), `${readFileSync(join(cwd, '2.jsonl'), 'utf8').slice(0, -20)}`);
  t.match(await run('diff 1.json 5.jsonl'), { code: 2, err: /5\.jsonl: row 3 is no trace/ });
  t.equal((await run('diff good.json 1.json')).code, 2);
});

t.test('--jobs gives the same report in the same order, and the same exit code', async t => {
  const cwd = t.testdir({ all: {} });
  const run = await recordings(cwd);
  for (const [at, name] of ['good', 'old', 'bad', 'good', 'none', 'old'].entries())
    writeFileSync(
      join(cwd, 'all', `${at}.json`),
      name === 'none' ? '' : readFileSync(join(cwd, `${name}.json`)),
    );
  const line = 'check all --kernel v12 --set RMI_VERSION.x2=3.0 --set RMI_FEATURES.x1=0 --format jsonl';
  const one = await run(line);
  const many = await asProcess(`${line} --jobs 2`.split(' '), { cwd });
  t.strictSame(many, one);
  t.equal(many.code, 2);
  t.match(
    one.out.split('\n').map(row => /[0-9]\.json/.exec(row)?.[0]),
    ['0.json', '1.json', '2.json', '3.json', '4.json', '5.json'],
  );
  for (const [words, says] of [
    ['check all --jobs 0', /--jobs takes a number from 1 to 1024, not "0"/],
    ['check all --jobs 2 --coverage', /--coverage does not go with --jobs/],
    ['check - --jobs 2', /standard input does not go with --jobs/],
  ] as const)
    t.match(await run(words), { code: 2, err: says });
});

t.test('of many boots that come to the same, one result is kept', async t => {
  const alike = newAlike();
  const kept = new Set();
  for await (const checked of check([...SOURCES, ...SOURCES], { edits })) kept.add(alike(resultOf(checked)));
  t.equal(kept.size, 3, 'same, diverged and trouble, of six');
});

t.test('cluster groups boots by their end and first divergence, the largest group first', async t => {
  const cwd = t.testdir({ all: {} });
  const run = await recordings(cwd);
  for (const [at, name] of ['good', 'old', 'bad', 'good', 'none', 'old', 'good'].entries())
    writeFileSync(
      join(cwd, 'all', `${at}.json`),
      name === 'none' ? '' : readFileSync(join(cwd, `${name}.json`)),
    );
  await run('record qemu-max --rmm tf-rmm-0.9 -o all/7.json');
  const text = await run('cluster all');
  t.strictSame(text, {
    code: 2,
    out: `BOOTS  REPLAY   OUTCOME                ONE OF THEM  FIRST DIVERGENCE
    4  same     accepted 2.0           all/0.json
    2  same     refused (v1.0 - v1.0)  all/1.json
    1  same     refused (v0.0 - v0.0)  all/2.json
    1  trouble  -                      all/4.json   empty: the file is empty
8 boots in 4 groups
`,
    err: '',
  });
  const json = await run('cluster good.json old.json --kernel v7 --json');
  t.ok(valid(JSON.parse(json.out)), JSON.stringify(valid.errors));
  t.match(JSON.parse(json.out).result, {
    boots: 2,
    groups: [
      {
        verdict: 'unanswered',
        outcome: 'accepted 2.0',
        first: 'altered smc RMI_VERSION: x1 0x20000 became 0x10000',
        count: 1,
        member: 'good.json',
      },
      {},
    ],
  });
});

t.test('a sweep in JSON lines has a line a cell', async t => {
  const run = await recordings(t.testdir());
  const { out } = await run(
    'sweep --kernel v13 --kernel v7 --rmm tf-rmm-0.8 --set RMI_VERSION.x1=1.0,2.0 --format jsonl',
  );
  const lines = out
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line));
  t.equal(lines.length, 4);
  t.strictSame(lines[1], {
    row: 1,
    machine: 'fvp',
    rmm: 'tf-rmm-0.8',
    set: { 'RMI_VERSION.x1': '1.0' },
    kernel: 'v7',
    wants: '1.0',
    class: 'accepted',
    lower: '1.0',
  });
});

interface Duck {
  readonly DuckDBInstance: {
    create(path: string): Promise<{
      connect(): Promise<{
        runAndReadAll(sql: string): Promise<{ getRowsJson(): readonly (readonly (string | null)[])[] }>;
        closeSync(): void;
      }>;
    }>;
  };
}

t.test('DuckDB runs the query of the README on the traces, and says what they say', async t => {
  const duck = installed<Duck>('@duckdb/node-api');
  if (duck === null) {
    t.comment('skipped: @duckdb/node-api is not installed');
    return;
  }
  const [, sql = ''] = /^```sql\n(.*?)^```$/ms.exec(readFileSync('README.md', 'utf8')) ?? [];
  const database = await (await duck.DuckDBInstance.create(':memory:')).connect();
  const found = await database.runAndReadAll(sql);
  const counts = new Map<string, number>();
  for (const name of readdirSync('traces').filter(each => each.endsWith('.json'))) {
    const { machine, outcome } = JSON.parse(readFileSync(join('traces', name), 'utf8'));
    const key = `${machine.rmm} ${outcome.class}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  t.strictSame(
    new Map(found.getRowsJson().map(([rmm, end, boots]) => [`${rmm} ${end}`, Number(boots)])),
    new Map([...counts].sort(([, a], [, b]) => b - a)),
  );
  const calls = await database.runAndReadAll(
    "SELECT count(*) FROM (SELECT unnest(events) AS event FROM read_json('traces/accepted.json', format = 'unstructured', columns = { events: 'JSON[]' })) WHERE event->>'type' = 'smc'",
  );
  t.strictSame(calls.getRowsJson(), [['1']]);
  database.closeSync();
});

t.test('rmitrace.json says what the command line does not, and is noted where it does', async t => {
  const cwd = t.testdir({ sub: {} });
  const run = await recordings(cwd);
  const configure = (value: unknown) =>
    writeFileSync(join(cwd, 'rmitrace.json'), typeof value === 'string' ? value : JSON.stringify(value));
  configure({ $schema: 'x', kernel: 'v7', rmm: 'tf-rmm-0.8', format: { check: 'tap' } });
  const checked = await run('check good.json');
  t.match(checked, { code: 1, out: /^TAP version 14\nnot ok 1/ });
  t.equal(
    checked.err,
    'rmitrace.json: --kernel v7\nrmitrace.json: --rmm tf-rmm-0.8\nrmitrace.json: --format tap\n',
  );
  t.match(checked.out, /again: "rmitrace replay good\.json --kernel v7 --rmm tf-rmm-0\.8"/);
  t.match(
    await run('replay good.json --kernel v13 --rmm tf-rmm-0.9'),
    { code: 0, err: '' },
    'the command line wins',
  );
  t.match(JSON.parse((await run('check good.json --json')).out), { command: 'check' });
  t.match(await run('show good.json'), { code: 0, err: '' }, 'what takes no such option takes none');
  t.match(await run('check good.json --expect good.json'), { code: 0, err: 'rmitrace.json: --format tap\n' });
  const { out } = await run('replay --kernel v12 -q --print-config');
  t.strictSame(
    out
      .trimEnd()
      .split('\n')
      .map(line => line.split(/ {2,}/)),
    [
      ['rmm', 'tf-rmm-0.8', 'rmitrace.json'],
      ['rmm-timeout', '10, and 60 for the first answer', 'the default'],
      ['kernel', 'v12', 'the command line'],
      ['abi', 'by the source', 'the default'],
      ['max-steps', '100000, or what the recording took', 'the default'],
      ['color', 'auto', 'the default'],
      ['quiet', 'yes', 'the command line'],
    ],
  );
  for (const [value, says] of [
    ['{', /rmitrace\.json: the file is not JSON/],
    ['{"kernel":"v7","kernel":"v8"}', /the key "kernel" stands twice/],
    [{ kernel: './rmi.c' }, /rmitrace\.json: \/kernel: no kernel is called "\.\/rmi\.c"/],
    [{ rmm: 'exec:true' }, /rmitrace\.json: \/rmm: no RMM is called "exec:true"/],
    [{ format: { check: 'xml' } }, /\/format\/check: --format takes text, json, .*, not "xml"/],
    [{ patch: 'x' }, /\/patch: this is a key that this version does not know/],
  ] as const) {
    configure(value);
    t.match(await run('check good.json'), { code: 2, out: '', err: says });
  }
});

t.test('rmitrace.json is no trace of its folder, and must be a file of some size', async t => {
  const cwd = t.testdir({ 'rmitrace.json': '{"kernel":"v13"}' });
  const run = await recordings(cwd);
  t.match(await run('check .'), { code: 0, out: /3 traces: 3 same/ });
  rmSync(join(cwd, 'rmitrace.json'));
  symlinkSync('/dev/zero', join(cwd, 'rmitrace.json'));
  t.match(await run('check good.json'), { code: 2, err: /rmitrace\.json: the file is a pipe or a device/ });
});

t.test('rmitrace.json is looked for up to the top of the repository, and no further', async t => {
  const cwd = t.testdir({ 'rmitrace.json': '{"kernel":"v7"}', repo: { '.git': {}, sub: { deep: {} } } });
  const deep = join(cwd, 'repo/sub/deep');
  t.match(await rmitrace(['check', '--print-config'], { cwd: deep }), {
    out: /^kernel +each trace's own +the default$/m,
  });
  writeFileSync(join(cwd, 'repo/rmitrace.json'), '{"kernel":"v8"}');
  t.match(await rmitrace(['check', '--print-config'], { cwd: deep }), {
    out: /^kernel +v8 +\.\.\/\.\.\/rmitrace\.json$/m,
  });
});

interface Action {
  readonly inputs: Readonly<Record<string, { readonly description: string; readonly default: string }>>;
  readonly outputs: Readonly<Record<string, { readonly value: string }>>;
  readonly runs: {
    readonly using: string;
    readonly steps: readonly {
      readonly uses?: string;
      readonly run?: string;
      readonly shell?: string;
      readonly env?: Readonly<Record<string, string>>;
    }[];
  };
}

/** Runs the steps of action.yml as a runner does: bash, the inputs in what it names, files for outputs and the summary. */
function acted(cwd: string, given: Readonly<Record<string, string>>) {
  const { inputs, runs }: Action = parseYaml(readFileSync('action.yml', 'utf8'));
  const input = (_: string, name: string) => given[name] ?? inputs[name]?.default ?? '';
  const [output, summary] = [join(cwd, 'output'), join(cwd, 'summary')];
  for (const file of [output, summary]) writeFileSync(file, '');
  let [status, out]: [number | null, string] = [0, ''];
  for (const { run, env = {} } of runs.steps) {
    if (run === undefined || status !== 0) continue;
    const inputsIn = Object.entries(env).map(([name, text]) => [
      name,
      text.replace(/\$\{\{ inputs\.(\S+) \}\}/g, input),
    ]);
    const ran = spawnSync('bash', ['--noprofile', '--norc', '-eo', 'pipefail', '-c', run], {
      cwd,
      encoding: 'utf8',
      env: {
        ...ENV,
        ...Object.fromEntries(inputsIn),
        GITHUB_ACTIONS: 'true',
        GITHUB_ACTION_PATH: process.cwd(),
        GITHUB_OUTPUT: output,
        GITHUB_STEP_SUMMARY: summary,
      },
    });
    status = ran.status;
    out += ran.stdout + ran.stderr;
  }
  return { status, out, output: readFileSync(output, 'utf8'), summary: readFileSync(summary, 'utf8') };
}

t.test('action.yml is composite, takes no unpinned action, and puts no input into a script', async t => {
  const { runs, outputs }: Action = parseYaml(readFileSync('action.yml', 'utf8'));
  t.equal(runs.using, 'composite');
  for (const { uses, run, shell } of runs.steps) {
    if (uses !== undefined) t.match(uses, /@[0-9a-f]{40}$/);
    else t.strictSame([shell, run?.includes('${{')], ['bash', false]);
  }
  t.match(outputs['exit-code']?.value, /^\$\{\{ steps\.check\.outputs\.exit-code \}\}$/);
});

t.test('the steps of action.yml annotate what diverges, and end as check does', async t => {
  const cwd = t.testdir({ traces: {} });
  const run = await recordings(cwd);
  await run('record -o traces/good.json');
  t.match(acted(cwd, {}), {
    status: 0,
    out: '1 trace: 1 same\n',
    output: 'exit-code=0\n',
    summary: /1 trace: 1 same/,
  });
  const odd = '$(touch broken);"`a b`.json';
  writeFileSync(join(cwd, odd), readFileSync(join(cwd, 'good.json')));
  const found = acted(cwd, {
    traces: `traces\n${odd}\n`,
    kernel: 'v12',
    base: 'v13',
    options: '--set\nRMI_VERSION.x1=3.0',
  });
  t.equal(found.status, 1);
  t.match(
    found.out,
    /^::error file=\$\(touch broken\);"`a b`\.json,title=rmitrace%3A diverged::Diverged: base v13 /m,
  );
  t.equal(found.output, 'exit-code=1\n');
  t.match(found.summary, /2 traces: 2 diverged/);
  t.notOk(readdirSync(cwd).includes('broken'));
});

t.test(
  '--ignore counts no difference in a line, a register or a kind of event, and says so at the top',
  async t => {
    const cwd = t.testdir();
    const run = await recordings(cwd);
    const edit = (name: string, from: string, to: string) =>
      writeFileSync(join(cwd, name), readFileSync(join(cwd, 'good.json'), 'utf8').replace(from, to));
    edit('line.json', 'VHE mode initialized successfully', 'VHE mode initialized at last');
    edit('return.json', '"of":"kvm_arm_init","value":0', '"of":"kvm_arm_init","value":1');
    edit('x3.json', '"0x20000","0x0"]', '"0x20000","0x7"]');
    edit('reg.json', '0x1211111123111112', '0x1211111123111113');
    for (const [name, rule] of [
      ['line.json', 'log:VHE mode*'],
      ['return.json', 'event:return'],
      ['x3.json', 'register:x3'],
      ['reg.json', 'register:ID_AA64PFR0_EL1'],
    ] as const) {
      const rules = ['--ignore', rule];
      t.equal((await run(`diff good.json ${name}`)).code, 1, name);
      const found = await rmitrace(['diff', 'good.json', name, ...rules], { cwd });
      t.equal(found.code, 0, `${name} ${rule}`);
      t.equal(found.out.split('\n')[1], `Ignored where it differs: ${rule}.`);
      t.equal(
        (await rmitrace(['diff', 'good.json', name, '--ignore', 'register:x9'], { cwd })).code,
        1,
        'nothing else',
      );
    }
    t.equal((await run('check line.json return.json')).code, 1);
    const checked = await rmitrace(
      ['check', 'line.json', 'return.json', '--ignore', 'log:VHE*', '--ignore', 'event:return'],
      { cwd },
    );
    t.match(checked, {
      code: 0,
      out: /^Ignored where it differs: log:VHE\*, event:return\.\nsame +line\.json/,
    });
    t.match(await rmitrace(['replay', 'line.json', '--ignore', 'log:VHE*'], { cwd }), {
      code: 0,
      out: /^Same.*\nIgnored/,
    });
    t.match(
      await run('replay good.json --rmm forgets-range --ignore event:log'),
      { code: 1 },
      'the outcome counts',
    );
    t.match(await run('diff good.json old.json --ignore x3'), {
      code: 2,
      err: /--ignore takes event:TYPE, log:TEXT or register:NAME, not "x3"/,
    });
    const schema = JSON.parse(readFileSync('schemas/report.schema.json', 'utf8'));
    const valid = new Ajv2020({ strict: false, validateFormats: false }).compile(schema);
    for (const line of ['check line.json', 'replay line.json', 'diff good.json line.json']) {
      const report = JSON.parse((await run(`${line} --ignore event:log --json`)).out);
      t.ok(valid(report), JSON.stringify(valid.errors));
      t.match(report, { exit: 0, result: { ignored: ['event:log'] } }, line);
    }
    writeFileSync(
      join(cwd, 'rmitrace.json'),
      JSON.stringify({ ignore: { logs: ['VHE*'], events: ['return'] } }),
    );
    t.match(await run('check line.json return.json'), {
      code: 0,
      out: /^Ignored where it differs: event:return, log:VHE\*\.\n/,
    });
    t.equal((await run('check line.json --ignore event:return')).code, 1, 'the command line wins');
  },
);
