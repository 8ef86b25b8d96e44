/** The command line as a person meets it. The examples of the help are run as processes, each command among them. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough, Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { gzipSync } from 'node:zlib';
import { Ajv2020 } from 'ajv/dist/2020.js';
import t from 'tap';
import { rmitrace as obey } from '../cli/app.js';
import { COMMANDS } from '../cli/commands/index.js';
import { GLOBAL_OPTIONS } from '../cli/option.js';
import { systemOf } from '../cli/process.js';
import { MACHINES } from '../lib/machine/built-in.js';
import { eventOf, eventsIn } from './boots.js';
import { ENV, inFolder, node, recordings, rmitrace, SHELL_RMITRACE } from './rmitrace.js';

/** What is wrong with words on the command line, the line that says so, and nothing else. */
const MISUSES: readonly (readonly [words: readonly string[], says: string])[] = [
  [['recrod'], '"recrod" is not a command; did you mean record? (see `rmitrace --help`)'],
  [['frobnicate'], '"frobnicate" is not a command (see `rmitrace --help`)'],
  [['show'], 'show needs TRACE [EVENTS...], or - for standard input (see `rmitrace show --help`)'],
  [['diff', 'a', 'b', 'c'], 'diff takes A B: "c" is one operand too many (see `rmitrace diff --help`)'],
  [['show', 'x', '--jsno'], 'there is no option --jsno; did you mean --json? (see `rmitrace show --help`)'],
  [['show', 'x', '--constructor'], 'there is no option --constructor (see `rmitrace show --help`)'],
  [['show', 'x', '--__proto__=1'], 'there is no option --__proto__ (see `rmitrace show --help`)'],
  [['show', 'x', '-z'], 'there is no option -z (see `rmitrace show --help`)'],
  [['show', 'x', '--answers'], 'show does not take --answers (see `rmitrace show --help`)'],
  [
    ['show', 'x', '--color=blue'],
    '--color takes auto, always, never, not "blue" (see `rmitrace show --help`)',
  ],
  [['show', 'x', '--json=yes'], '--json takes no value (see `rmitrace show --help`)'],
  [
    ['show', 'x', '5-'],
    '"5-" is not an event number or range, like 4, 2-5 or end (see `rmitrace show --help`)',
  ],
  [['replay', 'x', '--rmm'], '--rmm needs a value (see `rmitrace replay --help`)'],
  [['replay', 'x', '-o', ''], '--output needs a value (see `rmitrace replay --help`)'],
  [
    ['replay', 'x', '--rmm', 'a', '--rmm', 'b'],
    '--rmm is given more than once (see `rmitrace replay --help`)',
  ],
  [
    ['replay', 'x', '-o', '-'],
    '-o needs a file: the report goes to standard output (see `rmitrace replay --help`)',
  ],
  [
    ['replay', 'x', '--max-steps', '1e3'],
    '--max-steps takes a number from 1 up, not "1e3" (see `rmitrace replay --help`)',
  ],
  [['diff', '-', '-'], 'standard input (-) can be read only once (see `rmitrace diff --help`)'],
  [
    ['record', '--json'],
    '--json needs -o: the trace itself goes to standard output (see `rmitrace record --help`)',
  ],
  [
    ['record', '--kernel', 'recorded'],
    '--kernel recorded needs a trace: use replay (see `rmitrace record --help`)',
  ],
  [
    ['sweep', '--format', 'csv', '--json'],
    '--json and --format csv name two formats (see `rmitrace sweep --help`)',
  ],
  [
    ['sweep', '--format', 'json', '--sed', '1'],
    'there is no option --sed; did you mean --set? (see `rmitrace sweep --help`)',
  ],
  [
    ['sweep', '--format=json', 'x'],
    '"x" is not an option: name a machine with --machine; to merge files, give --merge (see `rmitrace sweep --help`)',
  ],
  [['help', 'show', 'x'], 'help takes [COMMAND]: "x" is one operand too many (see `rmitrace --help`)'],
  [['help', 'shwo'], '"shwo" is not a command; did you mean show? (see `rmitrace --help`)'],
];

t.test('a usage error is one line on stderr that names the help, and exit 2', async t => {
  const cwd = t.testdir();
  for (const [words, says] of MISUSES) {
    const { code, out, err } = await rmitrace(words, { cwd });
    t.strictSame({ code, err }, { code: 2, err: `rmitrace: ${says}\n` }, words.join(' '));
    t.equal(
      out === '',
      !words.includes('--json') && !/--format.json/.test(words.join(' ')),
      'only a report in JSON has trouble on stdout',
    );
  }
});

t.test('no words at all: short help on stderr, exit 2', async t => {
  const { code, out, err } = await rmitrace([]);
  t.strictSame([code, out], [2, '']);
  for (const { name, summary } of COMMANDS) t.match(err, `  ${name} `, summary);
});

t.test('help is on stdout with exit 0, wherever it is asked for', async t => {
  const main = await rmitrace(['--help']);
  t.equal(main.code, 0);
  t.equal(main.err, '');
  t.ok(main.out.indexOf('Examples') < main.out.indexOf('Options of every command'), 'examples come first');
  for (const words of [['help'], ['help', 'help'], ['-h'], ['--color=never', '--help']])
    t.strictSame(await rmitrace(words), main);
  const one = await rmitrace(['help', 'replay']);
  for (const words of [
    ['replay', '--help'],
    ['-h', 'replay'],
    ['replay', 'x', '--nonsense', '-h'],
    ['replay', '-qh'],
  ]) {
    t.strictSame(await rmitrace(words), one, words.join(' '));
  }
});

t.test("each command's help has its examples first, its options and its exit codes", async t => {
  for (const { name, examples, options } of COMMANDS) {
    const { code, out, err } = await rmitrace(['help', name]);
    t.strictSame([code, err], [0, '']);
    let at = 0;
    for (const { command } of examples) {
      at = out.indexOf(`  rmitrace ${command}\n`, at);
      t.ok(at > 0, command);
    }
    for (const option of [...options, ...GLOBAL_OPTIONS])
      t.ok(out.slice(at).match(`\n  (-., |    )--${option.name}\\b`), option.name);
    t.ok(
      out.split('\n').every(line => line.length <= 88),
      'fits 88 columns',
    );
    t.match(out, /\nExit codes\n {2}0 /);
  }
});

t.test('every example of the help does what it says', async t => {
  // A boot that nobody recorded: its console stands in the examples of import and explain.
  const cwd = t.testdir({
    'console.log': [
      'ERROR:   RMM init failed: -2',
      'WARNING: RMMD: Failed to boot up RMM. Ignoring RMI call',
      '[    0.873402] kvm [1]: VHE mode initialized successfully',
      '',
    ].join('\n'),
  });
  for (const { command, exit = 0 } of COMMANDS.flatMap(({ examples }) => examples)) {
    const shell = `rmitrace() { ${SHELL_RMITRACE} "$@"; }; rmitrace ${command}`;
    const { status, stderr } = spawnSync('sh', ['-c', shell], { cwd, env: ENV, encoding: 'utf8' });
    t.equal(status, exit, `rmitrace ${command}`);
    t.notMatch(stderr, /^rmitrace:/m);
  }
  t.strictSame(readdirSync(join(cwd, 'traces')), ['v13-fvp-tf-rmm-0.9.json']);
});

t.test('--version names the version of package.json', async t => {
  const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
  t.strictSame(await rmitrace(['--version']), { code: 0, out: `rmitrace ${version}\n`, err: '' });
});

t.test('the story comes out as told', async t => {
  const story = () => node(['dist/cli/story.js']);
  const told = story();
  t.equal(told.status, 0, told.stderr);
  t.match(told.stdout, '$ rmitrace replay good.json --rmm forgets-range -o bad.json\n');
  t.match(told.stdout, '+kvm [n]: Unsupported RMI ABI (v0.0 - v0.0) we want v2.0\n');
  t.notMatch(told.stdout, process.cwd());
  t.equal(story().stdout, told.stdout, 'twice the same');
});

t.test('the same command twice gives the same bytes', async t => {
  const run = await recordings(t.testdir());
  for (const line of [
    'record --rmm spec',
    'replay good.json --rmm trp',
    'replay good.json --rmm trp --json',
    'check good.json old.json bad.json',
    'diff good.json bad.json',
    'show old.json',
    'validate good.json',
    'fmt bad.json',
  ]) {
    const [first, second] = await Promise.all([run(line), run(line)]);
    t.strictSame(second, first, line);
    t.notMatch(`${first.out}${first.err}`, t.testdirName, 'no absolute path');
  }
});

t.test('record writes the trace to -o, to a folder, or to stdout; its one line goes to stderr', async t => {
  const cwd = t.testdir();
  const run = inFolder(cwd);
  const finding = 'KVM and the RMM agree on RMI 2.0 (TF-RMM 0.9 answers like this).\n';
  const stdout = await run('record fvp --rmm tf-rmm-0.9');
  t.equal(stdout.code, 0);
  t.equal(stdout.err, finding);
  const read = (name: string) => readFileSync(join(cwd, name), 'utf8');
  t.strictSame(await run('record --rmm tf-rmm-0.9 -o good.json'), {
    code: 0,
    out: '',
    err: `good.json: ${finding}`,
  });
  t.equal(read('good.json'), stdout.out);
  t.strictSame(await run('record --rmm tf-rmm-0.9 -o -'), stdout, '-o - is standard output');
  t.strictSame(
    await run('record --rmm tf-rmm-0.9 -oquiet.json -q'),
    { code: 0, out: '', err: '' },
    '-oFILE, -q',
  );
  t.equal(read('quiet.json'), stdout.out);

  t.match((await run('record --rmm none -o new/')).err, 'new/v13-fvp.json: ');
  mkdirSync(join(cwd, 'old'));
  t.match((await run('record qemu-max -o old')).err, 'old/v13-qemu-max-tf-rmm-0.8.json: ');
  t.strictSame(
    readdirSync(cwd).filter(name => name.endsWith('.partial')),
    [],
  );

  t.match((await run('record --rmm none -o deep/er/')).err, 'deep/er/v13-fvp.json: ');
  // A file system that has no folder and makes none: node's own `recursive` would never come back.
  if (existsSync('/proc')) t.match(await run('record -o /proc/nope/'), { code: 2, err: /no such file/ });

  const json = await run('record --rmm tf-rmm-0.9 -o json.json --json');
  t.equal(JSON.parse(json.out).result.sentence, finding.trim());
});

t.test('-o never loses what is there: neither what was read nor another trace of the folder', async t => {
  const cwd = t.testdir({ old: {}, new: {} });
  const run = (line: string) => rmitrace(line.split(' '), { cwd });
  await run('record --rmm none -o old/a.json');
  await run('record --rmm none --wants 1.0 -o old/b.json');
  // Both are of one kernel on one machine.
  for (const name of ['a', 'b']) t.match(await run(`fmt old/${name}.json -o new`), { code: 0 });
  t.strictSame(readdirSync(join(cwd, 'new')), ['a.json', 'b.json']);
  for (const wants of ['1.0', '2.0', '1.0']) await run(`record --rmm none --wants ${wants} -o made/`);
  t.strictSame(readdirSync(join(cwd, 'made')), ['v13-fvp-2.json', 'v13-fvp.json']);

  await run('record fvp -o board.json');
  const before = readFileSync(join(cwd, 'board.json'), 'utf8');
  const piped = spawnSync('sh', ['-c', `${SHELL_RMITRACE} replay - --rmm busy -o board.json <board.json`], {
    cwd,
    encoding: 'utf8',
  });
  t.equal(piped.status, 2);
  t.match(piped.stderr, /would overwrite the trace that is replayed/);
  t.equal(readFileSync(join(cwd, 'board.json'), 'utf8'), before);
  t.match(await run('record board.json/ -o board.json/'), { code: 2 });
  t.match(await run('record -o board.json/'), { code: 2, err: /board.json\/: the folder cannot be made/ });

  const both = spawnSync('sh', ['-c', `${SHELL_RMITRACE} replay board.json -o /dev/stdout >both.txt`], {
    cwd,
    encoding: 'utf8',
  });
  t.equal(both.status, 0);
  t.match(readFileSync(join(cwd, 'both.txt'), 'utf8'), /^\{\n.*\n\}\nSame: /s);
});

t.test('record takes the file of a machine, edits, and files of edits', async t => {
  const cwd = t.testdir({
    'edits.txt':
      '# an RMM that is too new\n\nRMI_VERSION.x0=RMI_ERROR_INPUT\n  RMI_VERSION.x1=3.0\r\nRMI_VERSION.x2=3.0\n',
    'wrong.txt': '\n\nRMI_VERSION.y=1\n',
    'board.json': JSON.stringify({
      format: 'rmitrace-machine',
      version: 1,
      name: '../board\u001b',
      cpus: [{ registers: { ID_AA64PFR0_EL1: '0x1211111123111112' } }],
    }),
    'bad.json': '{"format":"rmitrace-machine","version":1,"name":"x","cpus":[]}',
  });
  const run = inFolder(cwd);
  t.match((await run('record --set @edits.txt')).err, 'the RMM has 3.0 only');
  t.match((await run('record --set conduit=none --set sve_hint=true')).err, 'conduit none');
  t.match((await run('record --set @wrong.txt')).err, /^rmitrace: wrong\.txt:3: the edit "RMI_VERSION\.y=1"/);
  t.match((await run('record --set @nothing.txt')).err, 'nothing.txt: no such file');
  t.match((await run('record --set 4.x1=0')).err, 'names an event by number, but nothing is recorded yet');
  t.match(
    (await run('record board.json -o boards/')).err,
    'boards/v13-board-tf-rmm-0.9.json: ',
    'no way out of the folder',
  );
  const { code, err } = await run('record bad.json');
  t.equal(code, 2);
  t.match(err, /^rmitrace: bad\.json: \/cpus: /);
  t.match((await run('record -', { input: readFileSync(join(cwd, 'board.json'), 'utf8') })).out, '"events"');
  t.match((await run('record --kernel v13 --wants 1.0 --rmm tf-rmm-0.8')).err, 'agree on RMI 1.0');
});

t.test('record --after boots on the machine and the RMM of the boot before, as it left them', async t => {
  const run = inFolder(t.testdir());
  const v14 = '--kernel v14 --scope init';
  const one = await run(`record ${v14} --rmm tf-rmm-head -o one.json`);
  t.match([one.code, one.err], [0, /Realms are available/]);
  const two = await run(`record ${v14} --after one.json -o two.json`);
  t.match([two.code, two.err], [0, /No realms.*RMM config set failed/]);
  t.match(
    (await run('show two.json')).out,
    /^machine +fvp, 1 CPU, RMM tf-rmm-head .*^after +sha256:\w{12}…, /ms,
  );
  t.match((await run('replay two.json --rmm tf-rmm-head')).err, /the one that answers now is newly booted/);
  t.match(await run(`record ${v14} --after two.json`), { code: 2, err: /all boots since the RMM was reset/ });
  t.equal((await run(`record ${v14} --after one.json --after two.json -o three.json`)).code, 0);
  t.match(
    (await run(`replay one.json --rmm tf-rmm-bet3`)).err,
    /tf-rmm-bet3 is UNVERIFIED: no build was asked/,
  );
});

t.test('help and the meaning of words fit a terminal of 80 columns', async t => {
  const run = inFolder(t.testdir());
  const names = COMMANDS.map(({ name }) => `help ${name}`);
  // A command is not broken.
  for (const line of ['', 'help', ...names, 'explain no-rme cut-off unanswered'])
    for (const each of (await run(line)).out.split('\n'))
      if (!/^ +rmitrace /.test(each) && !each.startsWith('usage: ')) t.ok(each.length <= 80, each);
});

t.test('a name that is neither built in nor a path is a misspelt name', async t => {
  const run = inFolder(t.testdir());
  for (const [line, says] of [
    ['record fpv', 'no machine is called "fpv" (did you mean fvp?'],
    ['record --rmm tf-rmm-0.99', 'no RMM is called "tf-rmm-0.99" (did you mean tf-rmm-0.9?'],
    ['record --kernel v31', 'no kernel is called "v31" (did you mean v3?'],
    ['record board.json', 'board.json: no such file or folder'],
    ['record ./fvp', './fvp: no such file or folder'],
    ['record --kernel rmi.patch', 'rmi.patch: no such file or folder'],
    ['sweep --kernel rmi.patch', 'rmi.patch: no such file or folder'],
    ['list machine', 'no list is called "machine" (did you mean machines?'],
  ] as const) {
    const { code, out, err } = await run(line);
    t.strictSame([code, out], [2, ''], line);
    t.ok(err.startsWith(`rmitrace: ${says}`), err);
    t.equal(err.split('\n').length, 2, 'one line');
  }
});

t.test('replay: 0 the same, 1 diverged, and what each option is for', async t => {
  const cwd = t.testdir();
  const run = await recordings(cwd);
  const events = await eventsIn(join(cwd, 'good.json'));
  const [call, log] = [eventOf(events, 'smc', 'RMI_VERSION'), eventOf(events, 'log', '')];
  for (const [line, code, says] of [
    ['replay good.json', 0, 'Same: '],
    ['replay bad.json', 0, 'Same: '],
    ['replay good.json --rmm forgets-range', 1, '+kvm [n]: Unsupported RMI ABI (v0.0 - v0.0) we want v2.0'],
    [`replay good.json --set ${call}.x1=1.0`, 1, 'RMI ABI version 1.0'],
    [`replay good.json --set ${call}.x2=3.0`, 0, 'No effect on the kernel'],
    [`replay good.json --set ${eventOf(events, 'fact', 'conduit')}=none`, 1, 'quiet (no-conduit)'],
    [`replay good.json --set ${eventOf(events, 'mrs', 'ID_AA64PFR0_EL1')}.RME=0`, 1, 'quiet (no-rme)'],
    ['replay good.json --rmm tf-rmm-head --answers', 0, 'Same: '],
    ['replay good.json --wants 1.0', 1, 'Unanswered: '],
    ['replay good.json --wants 1.0 --answer-anyway', 1, '--answer-anyway'],
    ['replay good.json --kernel recorded', 0, 'Same: the machine answered every recorded call as recorded'],
    ['replay good.json --kernel recorded --rmm tf-rmm-0.8', 1, 'Diverged'],
    ['replay good.json --kernel v13', 0, 'Same: '],
    ['replay good.json --max-steps 2', 1, 'did-not-return'],
  ] as const) {
    const ran = await run(line);
    t.equal(ran.code, code, line);
    t.match(ran.out, says, line);
    t.equal(ran.err, '', line);
  }
  t.match((await run('replay old.json --rmm auto')).err, 'answers from tf-rmm-0.8: the header names it\n');
  for (const [line, says] of [
    ['replay good.json --set 99.x1=0', `the trace has ${events.length} events`],
    [`replay good.json --set ${log}=x`, `event ${log} is a log`],
    ['replay good.json --set RMI_VERSION#2.x1=0', 'was not used'],
    ['replay good.json --kernel recorded --wants 1.0', '--wants does not go with --kernel recorded'],
    ['replay good.json --rmm trp -o good.json', '-o good.json would overwrite the trace that is replayed'],
    ['replay good.json --rmm trp -o ./good.json', 'would overwrite the trace that is replayed'],
    ['replay good.json -o no/such/file.json', 'make the folder first'],
    ['replay nothing.json', 'nothing.json: the trace cannot be read: no such file or folder'],
  ] as const) {
    const { code, out, err } = await run(line);
    t.strictSame([code, out], [2, ''], line);
    t.match(err, says, line);
  }
  t.match(await run('replay good.json -o replays/'), {
    code: 0,
    err: 'wrote replays/v13-fvp-tf-rmm-0.9.json\n',
  });
});

t.test('a trace of a kernel that is not built in is replayed only when told how', async t => {
  const cwd = t.testdir();
  const run = await recordings(cwd);
  const text = readFileSync(join(cwd, 'good.json'), 'utf8').replace(
    '"kernel": {"name":"v13"',
    '"kernel": {"name":"v99"',
  );
  writeFileSync(join(cwd, 'v99.json'), text);
  const { code, out, err } = await run('replay v99.json -q');
  t.strictSame([code, out], [2, '']);
  t.match(
    err,
    '"v99", which is not built in (replay it with `--kernel recorded`, or on a built-in kernel: rfc, rfc-proto, v3,',
  );
  t.equal((await run('replay v99.json --kernel recorded')).code, 0);
  t.equal((await run('replay v99.json --kernel v13')).code, 0);
});

t.test('check: a line each and totals; trouble wins over a divergence', async t => {
  const cwd = t.testdir({
    set: { '.hidden': { 'x.json': '' }, b: { 'x.json': '', 'notes.md': '' }, 'a.json': '' },
    none: {},
  });
  const run = await recordings(cwd);
  t.match(await run('check good.json old.json'), { code: 0, out: /\n2 traces: 2 same\n$/, err: '' });
  const log = readFileSync(join(cwd, 'good.json'), 'utf8').replace(
    'RMI ABI version 2.0',
    'RMI ABI version 1.0',
  );
  writeFileSync(join(cwd, 'edited.json'), log);
  const diverged = await run('check good.json edited.json');
  t.equal(diverged.code, 1);
  t.match(diverged.out, /\n2 traces: 1 same, 1 diverged\n$/);
  t.equal((await run('check edited.json nothing.json')).code, 2);

  const folder = await run('check set');
  t.equal(folder.code, 2);
  t.strictSame(folder.out.match(/^trouble +\S+/gm), [
    'trouble       set/a.json',
    'trouble       set/b/x.json',
  ]);
  t.match(await run('check none'), {
    code: 2,
    out: '',
    err: /^rmitrace: none: the folder has no traces/,
  });
});

t.test('what the system says of a name is said in the same words by every command', async t => {
  const cwd = t.testdir();
  const run = await recordings(cwd);
  symlinkSync('circle.json', join(cwd, 'circle.json'));
  const long = `${'n'.repeat(300)}.json`;
  for (const [name, says] of [
    ['circle.json', 'too many links'],
    [long, 'the name is too long'],
    ['good.json/x.json', 'a part of the path is not a folder'],
  ] as const) {
    for (const line of [
      `show ${name}`,
      `check ${name}`,
      `replay ${name}`,
      `validate ${name}`,
      `diff good.json ${name}`,
      `fmt ${name}`,
      `import ${name}`,
      `record ./${name}`,
      `record --set @${name}`,
      `record --kernel ./${name}`,
      `record --kernel ./good.json --patch ${name}`,
      `serve ./${name}`,
      `sweep --set @${name}`,
      `sweep --merge ${name}`,
    ]) {
      const { code, out, err } = await run(line);
      t.equal(code, 2, line);
      t.match(out + err, says, line);
    }
  }
});

t.test('diff: 0 nothing differs, 1 something does', async t => {
  const run = await recordings(t.testdir());
  t.match(await run('diff good.json good.json'), { code: 0, out: /^Same/, err: '' });
  t.match(await run('diff good.json bad.json'), {
    code: 1,
    out: /^Different: good\.json ends accepted 2\.0/,
    err: '',
  });
  t.equal((await run('diff good.json nothing.json')).code, 2);
});

t.test('show: the finding and all events, or those that were named', async t => {
  const cwd = t.testdir();
  const run = await recordings(cwd);
  const count = (await eventsIn(join(cwd, 'good.json'))).length;
  const all = await run('show old.json');
  t.match(all, { code: 0, out: /^No realms: KVM asked for 2\.0, the RMM has 1\.0 only/, err: '' });
  const numbers = async (line: string) => (await run(line)).out.match(/^ *\d+(?= {2}[a-z])/gm)?.map(Number);
  t.strictSame(await numbers('show good.json 4'), [4]);
  t.strictSame(await numbers('show good.json 2-5'), [2, 3, 4, 5]);
  t.strictSame(await numbers(`show good.json ${count - 1}-end,1 2`), [1, 2, count - 1, count]);
  t.match(await run(`show good.json ${count + 1}`), {
    code: 2,
    err: `there is no event ${count + 1}: the trace has ${count}`,
  });
});

t.test('show says of a replay what was replayed, with which edits, and what was made up', async t => {
  const cwd = t.testdir();
  const run = await recordings(cwd);
  const { digest } = JSON.parse(readFileSync(join(cwd, 'good.json'), 'utf8'));
  const of = `\nreplay of  ${digest.slice(0, 'sha256:'.length + 12)}…, recorded on v13\n`;
  await run('replay good.json --set RMI_VERSION.x2=3.0 -o edited.json');
  const edited = (await run('show edited.json')).out;
  t.match(edited, of);
  t.match(edited, '\nedited     RMI_VERSION.x2: 0x20000 became 0x30000 (RMI_VERSION.x2=3.0)\n');
  await run('replay good.json --wants 1.0 --answer-anyway -o anyway.json');
  const anyway = (await run('show anyway.json')).out;
  t.match(anyway, of);
  t.match(anyway, '\nanswers    the nearest ones, for calls that were not recorded\n');
  t.notMatch(anyway, '\nedited ');
});

t.test('an event of a type that is somebody else’s is kept and shown, and changes nothing', async t => {
  const cwd = t.testdir();
  const run = await recordings(cwd);
  const text = readFileSync(join(cwd, 'good.json'), 'utf8');
  const [log = ''] = /^\{"type":"log".*$/m.exec(text) ?? [];
  writeFileSync(join(cwd, 'with.json'), text.replace(log, `{"type":"x-uart","x-baud":115200},\n${log}`));
  const number = eventOf(await eventsIn(join(cwd, 'good.json')), 'log', '');
  t.match((await run(`show with.json ${number}`)).out, new RegExp(`^${number}  x-uart .*115200`, 'm'));
  t.match(await run('replay with.json -q'), { code: 0, out: /^Same/ });
  t.match(await run('diff with.json good.json -q'), { code: 0, out: /^Same/ });
});

t.test('validate: 0 sound, 1 findings, 2 not to be read', async t => {
  const cwd = t.testdir({ 'cut.json': '{\n"generator": ', 'empty.json': '' });
  const run = await recordings(cwd);
  const count = (await eventsIn(join(cwd, 'good.json'))).length;
  t.match(await run('validate good.json bad.json'), {
    code: 0,
    out: new RegExp(`^good\\.json: valid, ${count} events.*\\nbad\\.json: valid`),
  });
  t.match(await run('validate good.json cut.json empty.json'), {
    code: 1,
    out: /cut\.json.*\n.*empty\.json/,
  });
  t.match(await run('validate good.json nothing.json cut.json'), { code: 2, out: 'nothing.json: ' });
});

t.test('a trace that was edited by hand is used, said to be so once, and sealed only when asked', async t => {
  const cwd = t.testdir();
  const run = await recordings(cwd);
  const text = readFileSync(join(cwd, 'good.json'), 'utf8').replace(
    '"0x20000","0x20000","0x0"',
    '"0x30000","0x20000","0x0"',
  );
  writeFileSync(join(cwd, 'mine.json'), text);
  const note = /^mine\.json: the trace was edited by hand: its digest does not match\n$/;
  for (const [line, code] of [
    ['show mine.json', 0],
    ['replay mine.json', 1],
    ['check mine.json', 1],
    ['diff mine.json good.json', 1],
  ] as const) {
    t.match(await run(line), { code, err: note }, line);
  }
  t.equal((await run('show mine.json -q')).err, '');
  t.match(await run('validate mine.json'), { code: 1, out: /edited by hand/ });
  t.match(await run('fmt mine.json -q'), { code: 2, out: '', err: /--seal/ });
  t.match(await run('fmt mine.json --seal -o sealed.json'), {
    code: 0,
    err: /sealed\.json: written and sealed again\n$/,
  });
  t.match(await run('validate sealed.json'), { code: 0 });
  t.match((await run('show sealed.json')).out, 'again, after an edit by hand');
  t.equal(readFileSync(join(cwd, 'mine.json'), 'utf8'), text, 'the file itself is untouched');
});

t.test('a word of a report is explained, unless a file of that name is there', async t => {
  const cwd = t.testdir();
  const run = inFolder(cwd);
  const first = async (line: string) => (await run(line)).out.split('\n').slice(0, 2);
  t.strictSame(await first('explain rme-hidden-by-cpu3'), [
    'rme-hidden-by-cpuN (reason)',
    '  CPU N has RME 0, and the sanitised register is the lowest value of all CPUs',
  ]);
  t.match(await first('explain unanswered'), [/^unanswered \(verdict, outcome, fault\)$/]);
  for (const name of ['RMI_BUSY', 'busy', 'BUSY'])
    t.match(await first(`explain ${name}`), ['RMI_BUSY (status)']);
  for (const name of ['ENXIO', '-- -ENXIO', '-- -6'])
    t.match(await first(`explain ${name}`), ['-ENXIO (errno)']);
  t.match(await first('explain RMI-VERSION-8'), ['RMI-VERSION-8 (rule, error)']);
  t.equal((await run('explain usage cut-off')).out.match(/\(trouble\)/g)?.length, 2);
  t.match(await run('explain no-such-code'), {
    code: 2,
    err: /no-such-code: this is neither a file nor a word of a report/,
  });
  writeFileSync(join(cwd, 'usage'), 'ERROR:   RMM init failed: -2\n');
  t.match(await run('explain usage'), { out: /RMM init failed/ });
  const listed = (await run('list codes')).out;
  for (const name of ['unwritable', 'inconsistent', 'did-not-return', 'RMI_ERROR_GPT', 'NOT_SUPPORTED'])
    t.match(listed, new RegExp(`^${name} `, 'm'));
});

t.test('show folds CPUs with the same register, and breaks its fields between two of them', async t => {
  const cwd = t.testdir();
  const run = inFolder(cwd);
  await run('record big-little-hides-rme -o mixed.json');
  const { out } = await run('show mixed.json');
  t.match(out, /^ 1 {2}mrs {6}cpu0-2 ID_AA64PFR0_EL1 = 0x1211111123111112$/m);
  t.match(out, /^ 4 {2}mrs {6}cpu3 ID_AA64PFR0_EL1 = 0x1201111123111112$/m);
  t.match(out, /^ {13}CSV3 1, .*,\n {13}GIC 3, /m);
  const [, events = ''] = out.split('\n\n').slice(-2);
  t.strictSame(
    events.split('\n').filter(line => line.length > 80),
    [],
  );
  t.match((await run('show mixed.json 1,3')).out, /^ *1 {2}mrs {6}cpu0 .*\n(?: .*\n)+ *3 {2}mrs {6}cpu2 /);
});

t.test('show takes types, calls with conditions, registers and facts; ranges narrow them', async t => {
  const cwd = t.testdir();
  const run = await recordings(cwd);
  const numbers = async (line: string) =>
    [...(await run(`show ${line}`)).out.matchAll(/^ *(\d+) {2}(\w+)/gm)].map(
      ([, number, type]) => `${number} ${type}`,
    );
  const call = ['13 smc'];
  t.strictSame(await numbers('good.json log'), ['14 log', '16 log']);
  for (const filter of ['smc', 'RMI_VERSION', 'RMI_*', '0xc4000150', '*'])
    t.strictSame(await numbers(`good.json ${filter}`), call);
  const shown = async (name: string, filter: string) =>
    (await rmitrace(['show', name, filter], { cwd })).out.length > 0;
  for (const [filter, good, bad] of [
    ['RMI_* x0!=0', false, true],
    ['RMI_VERSION x0=RMI_SUCCESS x1=2.0', true, false],
    ['RMI_VERSION x0=0 x1=1.0', false, false],
    ['RMI_VERSION(x1=2.0)', true, true],
    ['RMI_VERSION(x1=1.0) x0=0', false, false],
    ['*(x2=unknown) x0!=-1', true, true],
    ['RMI_FEATURES x0=0', false, false],
  ] as const)
    t.strictSame([await shown('good.json', filter), await shown('bad.json', filter)], [good, bad], filter);
  t.strictSame(await numbers('good.json fact 1-3'), ['2 fact', '3 fact']);
  t.strictSame(await numbers('good.json page_size cpu0.ID_AA64PFR0_EL1'), ['1 mrs', '7 fact']);
  for (const cpus of ['cpu0', 'cpu*', 'cpu0-3'])
    t.strictSame(await numbers(`good.json ${cpus}`), ['1 mrs', '13 smc'], cpus);
  t.strictSame(await numbers('good.json cpu1.ID_AA64PFR0_EL1'), []);
  t.match(await run('show good.json cpu1.ID_AA64PFR0_EL1'), { code: 0, err: /no event fits/ });
  t.match(await run('show good.json lgo'), { code: 2, err: /did you mean log\?/ });
  t.match(await rmitrace(['show', 'good.json', 'RMI_* z0=1'], { cwd }), {
    code: 2,
    err: /"z0=1" is not a condition/,
  });
  const whole = await run('show good.json');
  t.equal((await run('show good.json --brief')).out, whole.out.slice(0, whole.out.indexOf('\n') + 1));
  t.match(await run('show good.json --brief log'), { code: 2 });
});

t.test('show --follow finds the calls of an address: in a register, in a range, in a line', async t => {
  const cwd = t.testdir();
  const run = inFolder(cwd);
  const smc = (fid: string, args: string[], res: string[]) => ({ type: 'smc', fid, args, res });
  const events = [
    smc('0xc40001f1', ['0x80000000', '0x80010000'], ['0x0', '0x80010000']),
    smc('0xc40001f1', ['0x90000000', '0x90010000'], ['0x0', '0x90010000']),
    smc('0xc4000158', ['0x80005008', '0x1000'], ['0x0']),
    smc('0xc4000158', ['0x0', '0x1000'], ['0x0', '0x80005000']),
    { type: 'console', text: 'granule 80005000 delegated, not 180005000' },
    { type: 'console', text: 'granule 180005000' },
  ];
  writeFileSync(join(cwd, 'life.json'), JSON.stringify({ format: 'rmitrace', version: 1, events }));
  const { out } = await run('show life.json --follow 0x80005000 -q');
  t.strictSame(
    [...out.matchAll(/^(\d) /gm)].map(([, number]) => number),
    ['1', '3', '4', '5'],
  );
  t.match(await run('show life.json --follow 80005000'), {
    code: 2,
    err: /is not an address like 0x80005000/,
  });
});

t.test('fmt brings any layout to the canonical one, and packs', async t => {
  const cwd = t.testdir();
  const run = await recordings(cwd);
  const text = readFileSync(join(cwd, 'good.json'), 'utf8');
  writeFileSync(join(cwd, 'pretty.json'), JSON.stringify(JSON.parse(text), null, 4));
  t.match(await run('fmt pretty.json'), { code: 0, out: text, err: '' });
  t.equal((await run('fmt pretty.json -o packed.json.gz -q')).code, 0);
  t.strictSame(readFileSync(join(cwd, 'packed.json.gz')).subarray(0, 2), Buffer.from([0x1f, 0x8b]));
  t.match(await run('diff packed.json.gz good.json'), { code: 0 });
  t.match(await run('fmt pretty.json -o pretty.json'), { code: 0 }, 'in place');
  t.equal(readFileSync(join(cwd, 'pretty.json'), 'utf8'), text);
});

t.test(
  'a compressed machine description is read, and what is written compressed has the same bytes each time',
  async t => {
    const cwd = t.testdir();
    const run = inFolder(cwd);
    const { out } = await run('list machines fvp');
    writeFileSync(join(cwd, 'mine.json.gz'), gzipSync(out));
    for (const name of ['a', 'b'])
      t.match(await run(`record mine.json.gz -o ${name}.json.gz`), { code: 0 }, name);
    t.strictSame(readFileSync(join(cwd, 'a.json.gz')), readFileSync(join(cwd, 'b.json.gz')));
    writeFileSync(join(cwd, 'torn.json.gz'), gzipSync(out).subarray(0, 99));
    t.match(await run('record torn.json.gz'), { code: 2, err: /torn\.json\.gz: the gzip data is damaged/ });
    writeFileSync(join(cwd, 'bomb.json.gz'), gzipSync(Buffer.alloc(3 << 20)));
    t.match(await run('record bomb.json.gz'), { code: 2, err: /larger than 1 MiB/ });
  },
);

t.test('- is standard input, and words after -- are operands', async t => {
  const cwd = t.testdir();
  const run = await recordings(cwd);
  const input = readFileSync(join(cwd, 'good.json'), 'utf8');
  const named = await run('show good.json');
  t.strictSame(await run('show -', { input }), named);
  t.strictSame(await run('show -- -', { input }), named);
  t.strictSame(await run('-- show good.json'), named);
  t.strictSame((await run('diff - bad.json', { input })).code, 1);
  t.match(await run('validate -', { input: '' }), { code: 1, out: /^standard input: / });
  for (const name of ['--odd.json', '-x', '0x10', '1e3', '__proto__']) {
    writeFileSync(join(cwd, name), input);
    t.strictSame(await run(`show -- ${name}`), named, name);
  }
  t.strictSame(await run('show 0x10'), named, 'no operand is taken for a number');
});

t.test('--json prints one report of the schema, with its exit code in it; trouble too', async t => {
  const run = await recordings(t.testdir());
  const ajv = new Ajv2020({ strict: false, validateFormats: false });
  const valid = ajv.compile(JSON.parse(readFileSync('schemas/report.schema.json', 'utf8')));
  for (const [line, code] of [
    ['record -o again.json', 0],
    ['replay good.json --rmm forgets-range', 1],
    ['replay good.json --set RMI_VERSION.x2=3.0', 0],
    ['replay good.json --set RMI_VERSION.x1=unknown', 1],
    ['replay good.json --wants 1.0', 1],
    ['check good.json nothing.json', 2],
    ['diff good.json bad.json', 1],
    ['show good.json 12-14', 0],
    ['validate good.json nothing.json', 2],
    ['fmt good.json -o again.json', 0],
    ['list rmms', 0],
    ['list codes', 0],
    ['explain usage', 0],
    ['list machines', 0],
    ['list kernels', 0],
    ['show nothing.json', 2],
    ['shwo x', 2],
    ['show x --nonsense', 2],
  ] as const) {
    const ran = await run(`${line} --json`);
    const report = JSON.parse(ran.out);
    t.ok(valid(report), `${line}: ${ajv.errorsText(valid.errors)}`);
    t.strictSame([ran.code, report.exit], [code, code], line);
    t.equal(report.command, line.startsWith('shwo') ? '' : line.split(' ')[0]);
    t.equal(ran.err.startsWith('rmitrace:'), 'trouble' in report, 'trouble is told on stderr as well');
  }
});

t.test('a bug is one line that says how to report it, or where it is with --debug; exit 2', async t => {
  const bugs = async (...words: readonly string[]) => {
    const stderr = new PassThrough({ encoding: 'utf8' });
    const streams = { stdin: new PassThrough(), stdout: new PassThrough(), stderr };
    const system = systemOf({ argv: ['node', 'rmitrace', ...words], env: {}, ...streams });
    const io = (): never => {
      throw new TypeError('no such\x1b[2J register');
    };
    return [await obey({ ...system, io }), stderr.read()];
  };
  t.strictSame(await bugs('list'), [
    2,
    'rmitrace: internal: TypeError: no such\\x1b[2J register (this is a bug: run it again with --debug and report the output)\n',
  ]);
  const [code, said] = await bugs('list', '--debug');
  t.equal(code, 2);
  t.match(said, /^rmitrace: internal: TypeError: no such\\x1b\[2J register\n +at io .*cli\.test/);
});

t.test('a command waits for a reader that is slow, and loses nothing', async t => {
  const line = ['sweep', '--kernel', 'v13', '--random', '3000', '--seed', '1'];
  let out = '';
  const stdout = new Writable({
    highWaterMark: 1,
    write(chunk, _, done) {
      out += chunk;
      setTimeout(done, 5);
    },
  });
  const streams = { stdin: new PassThrough(), stdout, stderr: new PassThrough() };
  const system = systemOf({ argv: ['node', 'rmitrace', ...line], env: {}, ...streams });
  t.equal(await obey(system), 0);
  stdout.end();
  await finished(stdout);
  t.equal(out, (await rmitrace(line)).out);
});

t.test('colours follow --color, FORCE_COLOR, NO_COLOR and TERM, and change nothing else', async t => {
  const run = await recordings(t.testdir());
  const line = 'diff good.json bad.json';
  const plain = await run(line);
  for (const [flag, env, coloured] of [
    ['', {}, false],
    [' --color=always', {}, true],
    [' --color=always', { NO_COLOR: '1', TERM: 'dumb' }, true],
    [' --color never', { FORCE_COLOR: '1' }, false],
    ['', { FORCE_COLOR: '1', NO_COLOR: '1' }, true],
    ['', { FORCE_COLOR: '0' }, false],
  ] as const) {
    const { out } = await run(`${line}${flag}`, { env });
    t.equal(out.includes('\x1b['), coloured, `${flag} ${JSON.stringify(env)}`);
    t.equal(out.replaceAll(/\x1b\[\d+m/g, ''), plain.out);
  }
  t.match((await run('show nothing --color=always')).err, /^\x1b\[31mrmitrace:\x1b\[39m nothing: /);
});

async function offered(...words: readonly string[]) {
  const { out } = await rmitrace(['--complete', '--', 'rmitrace', ...words]);
  return out.split('\n').filter(word => word !== '');
}

t.test('completion offers commands, options and names, and leaves files to the shell', async t => {
  for (const [line, words] of [
    ['re', ['record', 'replay', 'report', 'redact']],
    ['record no', ['no-rme']],
    ['replay x --an', ['--answers', '--answer-anyway']],
    ['replay x --rmm tf-rmm-0.8', ['tf-rmm-0.8', 'tf-rmm-0.8-v11']],
    ['replay x --rmm=tf-rmm-0.8-', ['--rmm=tf-rmm-0.8-v11']],
    // As bash takes it apart.
    ['replay x --rmm = tf-rmm-0.8-', ['tf-rmm-0.8-v11']],
    ['show --color a', ['auto', 'always']],
    ['--color a', ['auto', 'always']],
    ['show ', []],
    ['record -o re', []],
    ['record --set diff -', undefined],
    ['help val', ['validate']],
    ['help help', []],
  ] as const) {
    const found = await offered(...line.split(' '));
    if (words === undefined) t.ok(found.includes('--scope'), line);
    else t.strictSame(found, words, line);
  }
  for (const [option, word] of [
    ['--color', '='],
    ['--color', ''],
  ] as const)
    t.strictSame(await offered('show', option, word), ['auto', 'always', 'never']);
});

t.test('completion offers for an option what its own command takes', async t => {
  for (const { name, options } of COMMANDS) {
    for (const option of [...GLOBAL_OPTIONS, ...options].filter(({ type }) => type !== 'boolean')) {
      const words = option.choices ?? option.words?.() ?? [];
      t.strictSame(await offered(name, `--${option.name}`, ''), words, `${name} --${option.name}`);
    }
  }
  const offers = async (line: string, word: string) =>
    (await offered(...line.split(' '), word)).includes(word);
  for (const [line, word, is] of [
    ['record --rmm', 'exec:', true],
    ['record --rmm', 'auto', false],
    ['serve --rmm', 'exec:', false],
    ['replay --rmm', 'auto', true],
    ['replay --kernel', 'recorded', true],
    ['check --kernel', 'recorded', true],
    ['minimise --kernel', 'recorded', true],
    ['record --kernel', 'recorded', false],
    ['sweep --kernel', 'recorded', false],
    ['sweep --kernel', 'all', true],
    ['sweep --machine', 'all', true],
    ['sweep --rmm', 'all', true],
    ['record --kernel', 'all', false],
  ] as const)
    t.equal(await offers(line, word), is, `${line} ${word}`);
});

t.test('each shell has a script, which gives what completion offers', async t => {
  t.strictSame(
    await rmitrace(['completion']),
    await rmitrace(['completion', 'bash']),
    'where no shell is known',
  );
  for (const shell of ['bash', 'zsh', 'fish']) {
    const script = await rmitrace(['completion', shell]);
    t.match(script, { code: 0, err: '' });
    const own = await rmitrace(['completion'], { env: { SHELL: `/usr/bin/${shell}` } });
    t.strictSame(own, script, shell);
  }
  t.match(await rmitrace(['completion', 'constructor']), { code: 2, err: /no shell is called/ });
});

/** How each shell is started without anybody's settings, and a program that asks its script what it offers. */
const ASKING: Readonly<Record<string, readonly string[]>> = {
  bash: [
    '--norc',
    '--noprofile',
    '-c',
    `rmitrace() { ${SHELL_RMITRACE} "$@"; }; eval "$(rmitrace completion bash)"
    ask() { COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _rmitrace; echo "\${COMPREPLY[*]}"; }
    ask rmitrace record no; ask rmitrace replay x --rmm = tf-rmm-0.8-; ask rmitrace show ''`,
  ],
  zsh: [
    '-f',
    '-c',
    `rmitrace() { ${SHELL_RMITRACE} "$@"; }; compdef() { }; eval "$(rmitrace completion zsh)"
    compadd() { print -r -- $offered; }; _files() { print; }
    ask() { words=("$@"); CURRENT=$#; _rmitrace; }
    ask rmitrace record no; ask rmitrace replay x --rmm tf-rmm-0.8-; ask rmitrace show ''`,
  ],
  fish: [
    '--no-config',
    '-c',
    `function rmitrace; ${SHELL_RMITRACE} $argv; end; rmitrace completion fish | source
    for line in 'record no' 'replay x --rmm tf-rmm-0.8-' 'show '; complete -C "rmitrace $line"; end; echo`,
  ],
};

for (const [shell, words] of Object.entries(ASKING)) {
  const skip = spawnSync(shell, ['--version']).error !== undefined && `there is no ${shell} here`;
  t.test(`the script works in ${shell}`, { skip }, async t => {
    const how = { encoding: 'utf8', env: { ...ENV, HOME: t.testdir() }, cwd: t.testdir() } as const;
    const { stdout, stderr } = spawnSync(shell, words, how);
    t.strictSame([stdout, stderr], ['no-rme\ntf-rmm-0.8-v11\n\n', '']);
  });
}

t.test('one option means the same in every command', async t => {
  const kinds = new Map<string, string>();
  for (const { name, alias, type } of COMMANDS.flatMap(({ options }) => [...options, ...GLOBAL_OPTIONS])) {
    // How often it may be given is the command's: a sweep takes several kernels.
    const kind = `${alias ?? ''} ${type === 'boolean' ? 'alone' : 'with a value'}`;
    t.equal(kinds.get(name) ?? kind, kind, name);
    kinds.set(name, kind);
  }
});

t.test('the description of every built-in machine is a file that record takes', async t => {
  const dir = t.testdir();
  const run = inFolder(dir);
  for (const { name } of MACHINES) {
    const { code, out } = await run(`list machines ${name}`);
    t.equal(code, 0, name);
    writeFileSync(join(dir, 'copy.json'), out);
    const [copy, built] = await Promise.all([run('record ./copy.json'), run(`record ${name}`)]);
    t.equal(copy.out, built.out, `${name}: the same boot`);
  }
  t.match(await run('list machines fpv'), { code: 2, out: '', err: /did you mean fvp/ });
  t.match(await run('list kernels fvp'), { code: 2, out: '', err: /only machines have a description/ });
  t.match(await run('list machines fvp --json'), { code: 2, err: /leave --json out/ });
});

t.test('fmt --seal leaves the trailing zeros of a 1.2 call out, as validate asks for', async t => {
  const dir = t.testdir();
  const run = inFolder(dir);
  await run('record fvp --kernel next --rmm tf-rmm-0.9 -o next.json');
  const text = readFileSync(join(dir, 'next.json'), 'utf8');
  const longer = text.replace(/("cc":"1.2".*"res":\[[^\]]*)\]/g, '$1,"0x0","0x0"]');
  t.not(longer, text);
  writeFileSync(join(dir, 'longer.json'), longer);
  t.match(await run('validate longer.json'), { code: 1, out: /trailing zeros/ });
  await run('fmt longer.json --seal -o sealed.json');
  t.match(await run('validate sealed.json'), { code: 0 });
  t.match(await run('diff next.json sealed.json'), { code: 0 });
});

t.test(
  'a file that exists is taken without ./, whatever its name ends with, but a built-in name comes first',
  async t => {
    const dir = t.testdir();
    const run = inFolder(dir);
    const { out } = await run('list machines no-rme');
    for (const name of ['copy', 'fvp', 'copy.machine']) writeFileSync(join(dir, name), out);
    t.match(await run('record copy -o a.json'), { code: 0, err: /RME is 0/ });
    t.match(await run('record copy.machine -o a.json'), { code: 0, err: /RME is 0/ });
    t.match(await run('record fvp -o a.json'), { code: 0, err: /agree/ });
    t.match(await run('record copi'), { code: 2, err: /copi/ });
    writeFileSync(join(dir, 'ktree'), 'no C');
    const read = await run('record --kernel ktree');
    t.equal(read.code, 2);
    t.notMatch(read.err, /list kernels/, 'it is read as C, which it is not');
    t.match(await run('record --kernel ktre'), { code: 2, err: /list kernels/ });
  },
);

t.test('what new prints is a trace and a machine that other commands take', async t => {
  const folder = t.testdir();
  const run = inFolder(folder);
  const line = 'kvm [1]: Unsupported RMI ABI (v1.0 - v1.0) we want v2.0';
  const made = await rmitrace(['new', 'trace', line, '--machine', 'fvp']);
  t.strictSame([made.code, made.err], [0, '']);
  t.match(
    made.out,
    '{"type":"log","prefix":"kvm","pid":1,"text":"Unsupported RMI ABI (v1.0 - v1.0) we want v2.0"}',
  );
  writeFileSync(join(folder, 'a.json'), made.out.replace('[null,"0x10000"', '["0X1","0x00010000"'));
  t.equal((await run('fmt a.json --seal -o a.json')).code, 0);
  t.match(await run('validate a.json'), { code: 0, out: /^a.json: valid, 12 events/ });
  t.match(await run('replay a.json'), { code: 0, out: /^Same: the replay does what was recorded, refused/ });
  writeFileSync(join(folder, 'm.json'), (await run('new machine qemu-max')).out);
  t.match(await run('record m.json -o b.json'), { code: 0, err: /asked for 2.0, the RMM has 1.0 only/ });
  t.match(await run('new trace hello'), { code: 2, err: /the line is of no handshake/ });
  t.match(await run('new machine fvb'), { code: 2, err: /did you mean fvp\?/ });
});

t.test('fmt seals nothing that validate refuses, and mends what it can', async t => {
  const folder = t.testdir();
  const run = inFolder(folder);
  const byHand = (...events: object[]) =>
    writeFileSync(join(folder, 'a.json'), JSON.stringify({ format: 'rmitrace', version: 1, events }));
  byHand({
    type: 'smc',
    cc: '1.2',
    fid: '0xc4000150',
    args: ['0x20000', '0x0'],
    res: ['0x0', '0x20000', '0x0'],
  });
  t.equal((await run('fmt a.json --seal -o b.json')).code, 0);
  t.equal((await run('validate b.json')).code, 0);
  byHand({ type: 'fact', name: 'conduit', value: 'smc' }, { type: 'fact', name: 'conduit', value: 'hvc' });
  t.match(await run('fmt a.json --seal -o c.json'), {
    code: 2,
    err: /a.json: event 2: \/value: conduit is "hvc" here and "smc" above \(correct it first: `rmitrace validate a.json` lists all that is wrong\)/,
  });
  t.equal(existsSync(join(folder, 'c.json')), false);
});

t.test('a trace by hand that lacks its format is not taken for a log', async t => {
  const folder = t.testdir({
    'a.json': '{\n"version": 1,\n"events": [\n{"type":"log","text":"kvm [1]: RMI ABI version 2.0"}\n]\n}\n',
  });
  for (const command of ['show', 'replay'])
    t.match(
      await inFolder(folder)(`${command} a.json`),
      { code: 2, err: /add the line "format": "rmitrace",/ },
      command,
    );
});
