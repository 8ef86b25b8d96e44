/** The command line and what is around it: terminals, signals, pipes, disks, and text that would take them over. */
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, openSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough, Writable } from 'node:stream';
import t from 'tap';
import { rmitrace as obey } from '../cli/app.js';
import { systemOf } from '../cli/process.js';
import { newProgress } from '../cli/progress.js';
import { IN_TEXT, newDisarmer } from '../cli/workflow-commands.js';
import { PLAIN as PAINTLESS, replayPieces, showPieces } from '../lib/cli.js';
import { kernelNamed, readTrace, replay } from '../lib/index.js';
import { ENV, ended, MAIN, node, recordings, rmitrace, SHELL_RMITRACE, start } from './rmitrace.js';

const PLAIN = { json: false, color: 'auto', quiet: false, debug: false };

/** ESC, a title, the clipboard (OSC 52), C1, CR, backspace, bidi, zero width, a line separator. */
const HOSTILE = '\x1b[2J\x1b]0;x\x07\x1b]52;c;eA==\x07\x9b31m\r\b\x7f\u202e\u2066\u200b\u2028';
const RAW = /[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/;

t.test('hostile text never reaches the terminal raw, from a file, a name or the command line', async t => {
  const cwd = t.testdir();
  const run = await recordings(cwd);
  const trace = JSON.parse(readFileSync(join(cwd, 'old.json'), 'utf8'));
  trace.machine.name = `m${HOSTILE}`;
  trace.events.push({ type: 'console', text: HOSTILE, src: 'rmm' });
  trace.events.push(
    { type: 'warn', of: 'f', text: HOSTILE },
    { type: 'fault', of: 'machine', code: 'died', text: HOSTILE },
  );
  for (const event of trace.events) if (event.type === 'log') event.text += HOSTILE;
  for (const event of trace.events) if (event.type === 'smc') event.rule = HOSTILE;
  const odd = `odd${HOSTILE.replaceAll('/', '')}.json`;
  for (const name of ['hostile.json', odd]) writeFileSync(join(cwd, name), JSON.stringify(trace));
  trace.kernel.name = HOSTILE;
  writeFileSync(join(cwd, 'kernel.json'), JSON.stringify(trace));
  trace[HOSTILE] = HOSTILE;
  writeFileSync(join(cwd, 'invalid.json'), JSON.stringify(trace));

  const lines: (readonly string[])[] = ['hostile.json', odd, 'kernel.json', 'invalid.json'].flatMap(file => [
    ['show', file],
    ['show', file, 'end'],
    ['replay', file],
    ['replay', file, '--kernel', 'recorded', '--answers'],
    ['check', file],
    ['diff', file, 'good.json'],
    ['diff', 'good.json', file],
    ['validate', file],
    ['fmt', file],
    ['fmt', file, '--seal', '-o', `${file}.out`],
  ]);
  lines.push(
    [HOSTILE],
    [`--${HOSTILE}`],
    ['show', HOSTILE],
    ['show', 'good.json', HOSTILE],
    ['record', HOSTILE],
    ['record', `./${HOSTILE}`],
    ['record', '--set', HOSTILE],
    ['record', '--set', `@${HOSTILE}`],
    ['record', '--rmm', HOSTILE],
    ['record', '--kernel', HOSTILE],
    ['record', '--kernel', `${HOSTILE}.c`],
    ['record', '--wants', HOSTILE],
    ['record', '--color', HOSTILE],
    ['record', '-o', `${HOSTILE}.json`],
    ['replay', 'good.json', '--rmm', 'trp', '-o', `${HOSTILE}/`],
    ['list', HOSTILE],
    ['help', HOSTILE],
  );
  for (let at = 0; at < lines.length; at += 4) {
    const some = lines.slice(at, at + 4);
    const ran = await Promise.all(some.map(words => rmitrace(words, { cwd })));
    for (const [index, { code, out, err }] of ran.entries()) {
      const line = encodeURI(String(some[index]));
      t.notMatch(out, RAW, `stdout of ${line}`);
      t.notMatch(err, RAW, `stderr of ${line}`);
      t.notMatch(err, /^ +at |internal/m, `no stack from ${line}`);
      t.ok(code !== null && code <= 2, line);
    }
  }
  t.match(
    (await run('show hostile.json')).out,
    '\\x1b]52;c;eA==\\x07\\x9b31m\\r\\x08\\x7f\\u202e\\u2066\\u200b\\u2028',
  );
});

t.test('no line of a trace is a command to the runner that reads it', async t => {
  const cwd = t.testdir();
  await recordings(cwd);
  const good = readFileSync(join(cwd, 'good.json'), 'utf8');
  const log = /\{"type":"log"[^\n]*"text":"/.exec(good)?.[0] ?? '';
  writeFileSync(join(cwd, 'orders.json'), good.replace(log, `${log}##[error]no `));
  const env = { GITHUB_ACTIONS: 'true' };
  const OBEYED = /##\[|^\s*::/m;
  t.match((await rmitrace(['show', 'orders.json'], { cwd })).out, OBEYED, 'a person sees it as it is');
  for (const words of [
    ['show', 'orders.json'],
    ['show', 'orders.json', '--json'],
    ['fmt', '--seal', 'orders.json'],
    ['replay', 'orders.json'],
    ['diff', 'good.json', 'orders.json'],
    ['show', '##[error]'],
    ['check', ' ::error::no'],
  ]) {
    const { out, err } = await rmitrace(words, { cwd, env });
    t.notMatch(out, OBEYED, words.join(' '));
    t.notMatch(err, OBEYED, words.join(' '));
    if (words.includes('--json')) t.match(JSON.stringify(JSON.parse(out)), '##[error]');
  }
  const disarm = newDisarmer();
  const pieces = ['#', '#', '[a]', '\n ', ':', ':b::c\r::d\ne::f ##', '[g]\n: :h'];
  t.equal(
    pieces.map(piece => disarm(piece, IN_TEXT)).join(''),
    '##\\x5ba]\n :\\x3ab::c\r:\\x3ad\ne::f ##\\x5bg]\n: :h',
  );
});

/** A trace of many lines in the canonical layout, with a seal that does not fit. */
function bigTrace(cwd: string, events: number): void {
  const text = readFileSync(join(cwd, 'good.json'), 'utf8');
  const line =
    '{"type":"console","text":"SMC_RMI_VERSION                   20000 > RMI_SUCCESS 20000 20000","src":"rmm"},\n';
  writeFileSync(
    join(cwd, 'big.json'),
    text.replace('"events": [\n', () => `"events": [\n${line.repeat(events)}`),
  );
}

t.test('a signal leaves no partial file behind, and is 128 and its number', async t => {
  const cwd = t.testdir();
  await recordings(cwd);
  bigTrace(cwd, 150_000);
  for (const [signal, code] of [
    ['SIGHUP', 129],
    ['SIGINT', 130],
    ['SIGQUIT', 131],
    ['SIGTERM', 143],
  ] as const) {
    const child = start(['fmt', '--seal', 'big.json', '-o', 'out.json', '-q'], { cwd });
    const end = ended(child);
    while (child.exitCode === null && !existsSync(join(cwd, 'out.json.partial')))
      await new Promise(next => setTimeout(next, 2));
    child.kill(signal);
    t.strictSame(await end, { code, out: '', err: '' }, signal);
    t.strictSame(
      readdirSync(cwd).sort(),
      ['bad.json', 'big.json', 'good.json', 'old.json'],
      'nothing half written',
    );
  }
});

t.test(
  'record writes its partial file as it goes: a signal removes it, and what is killed leaves a cut-off trace',
  async t => {
    const cwd = t.testdir();
    const partial = join(cwd, 'out.json.partial');
    for (const [signal, code, left] of [
      ['SIGHUP', 129, []],
      ['SIGTERM', 143, []],
      ['SIGKILL', null, ['out.json.partial']],
    ] as const) {
      // It takes every call and answers none, until nobody calls any more.
      const child = start(['record', '--rmm', 'exec:cat > /dev/null', '-o', 'out.json'], { cwd });
      const end = ended(child);
      const holds = () => existsSync(partial) && readFileSync(partial, 'utf8').includes('"ftr"');
      while (child.exitCode === null && !holds()) await new Promise(next => setTimeout(next, 2));
      child.kill(signal);
      t.strictSame(await end, { code, out: '', err: '' }, signal);
      t.strictSame(readdirSync(cwd), left, signal);
    }
    const shown = await rmitrace(['show', 'out.json.partial'], { cwd });
    t.equal(shown.code, 2);
    t.match(shown.err, 'the trace is cut off after event 11: it holds 11 whole events');
  },
);

t.test('a long report comes in pieces, between which signals are handled', async t => {
  const cwd = t.testdir();
  await recordings(cwd);
  const read = await readTrace({ name: 'good.json', path: join(cwd, 'good.json') });
  if (!read.ok) throw new Error(read.trouble.what);
  const { trace } = read.value;
  const line = trace.events.find(({ type }) => type === 'log');
  if (line === undefined) throw new Error('no line');
  const long = { ...trace, events: [...trace.events, ...Array.from({ length: 9000 }, () => line)] };
  const shown = [...showPieces({ trace: long, numbers: null, conformance: null }, PAINTLESS)];
  t.ok(shown.length > 2 && shown.every(piece => piece.length < 1 << 19), 'show');
  const kernel = kernelNamed('v13');
  const again = kernel.ok && (await replay(long, kernel.value));
  if (again === false || !again.ok) throw new Error('no replay');
  const about = { name: 'a', given: { kernel: [], rmm: [], others: [] }, edited: null, conformance: null };
  t.ok([...replayPieces({ replay: again.value, ...about }, PAINTLESS)].length > 8, 'replay');
});

t.test('a closed pipe ends quietly, with the exit code of the answer', async t => {
  const cwd = t.testdir();
  await recordings(cwd);
  bigTrace(cwd, 20_000);
  for (const [words, code] of [
    [['show', 'big.json', '-q'], 0],
    [['diff', 'big.json', 'old.json', '--json', '-q'], 1],
  ] as const) {
    const child = start(words, { cwd });
    let err = '';
    child.stderr?.on('data', data => (err += data));
    child.stdout?.once('data', () => child.stdout?.destroy());
    const [ended] = await once(child, 'exit');
    t.strictSame([ended, err], [code, ''], words.join(' '));
  }
  const shell = spawnSync('sh', ['-c', `${SHELL_RMITRACE} show big.json -q | head -1`], {
    cwd,
    encoding: 'utf8',
  });
  t.strictSame(
    [shell.stdout, shell.stderr],
    ['KVM and the RMM agree on RMI 2.0 (TF-RMM 0.9 answers like this).\n', ''],
  );
});

t.test(
  'a full disk is trouble, not silence',
  { skip: !existsSync('/dev/full') && 'no /dev/full here' },
  async t => {
    const full = openSync('/dev/full', 'w');
    const ran = node([MAIN, 'list', 'kernels'], { stdio: ['ignore', full, 'pipe'] });
    closeSync(full);
    t.strictSame(
      [ran.status, ran.stderr],
      [2, 'rmitrace: standard output cannot be written: no room left on the device\n'],
    );
  },
);

t.test('standard output that is not open for writing is trouble too', async t => {
  const file = openSync(MAIN, 'r');
  const ran = node([MAIN, 'list', 'kernels'], { stdio: ['ignore', file, 'pipe'] });
  closeSync(file);
  t.strictSame(
    [ran.status, ran.stderr],
    [2, 'rmitrace: standard output cannot be written: it is not open for this\n'],
  );
});

t.test('what takes more than a second shows how far it is, and takes that away again', async t => {
  const shown: string[] = [];
  const progress = newProgress({ progress: line => void shown.push(line) }, 8, 'traces');
  progress.done(1);
  t.strictSame(shown, [], 'not at once');
  while (shown.length === 0) {
    await new Promise(next => setTimeout(next, 50));
    progress.done(4);
  }
  t.equal(shown[0], '[###############...............] 50% of 8 traces');
  progress.end();
  t.equal(shown.at(-1), '');
});

t.test('on a terminal a line of progress stands at its foot, and goes before anything else', async t => {
  const stderr = new PassThrough({ encoding: 'utf8' });
  const streams = { stdin: new PassThrough(), stdout: new PassThrough({ encoding: 'utf8' }) };
  const host = {
    argv: ['node', 'rmitrace'],
    env: {},
    ...streams,
    stderr: Object.assign(stderr, { isTTY: true }),
  };
  const { progress, note, print } = systemOf(host).io('check', PLAIN);
  for (const line of ['one', 'one', 'two']) progress(line);
  note('said');
  progress('three');
  print('found\n');
  print('again\n');
  const clear = '\r\x1b[K';
  t.equal(stderr.read(), `${clear}one${clear}two${clear}said\n${clear}three${clear}`);
  t.equal(streams.stdout.read(), 'found\nagain\n');
  const quiet = systemOf(host).io('check', { ...PLAIN, quiet: true });
  quiet.progress('four');
  t.equal(stderr.read(), null);
});

t.test('what is printed on a terminal is for people, and nothing in it works there', async t => {
  const cwd = t.testdir();
  const run = await recordings(cwd);
  const how = { cwd, terminal: true, env: { TERM: 'dumb' } };
  const shown = await run('show good.json');
  t.strictSame(
    await rmitrace(['record', 'fvp', '--rmm', 'tf-rmm-0.9'], how),
    { ...shown, err: '' },
    'record prints what show prints',
  );
  const input = readFileSync(join(cwd, 'good.json'), 'utf8');
  const waits = 'rmitrace: reading standard input from the terminal; end it with Ctrl-D\n';
  t.strictSame(await rmitrace(['show', '-'], { ...how, input }), { ...shown, err: waits });
  t.match((await rmitrace(['show', 'good.json'], { cwd, terminal: true })).out, /^\x1b\[1m/, 'with colours');
  const rmm = `exec:printf 'b\\303\\251\\033[2J\\n' >&2; while read call; do echo '{"res":["0x1"]}'; done`;
  const piped = await rmitrace(['record', '--rmm', rmm, '-o', 'piped.json'], how);
  t.match(piped.err, /^bé\\x1b\[2J\n/);
});

t.test('a reader that has gone ends a sweep early, with the exit code of the answer', async t => {
  let pieces = 0;
  const stdout = new Writable({
    write(_chunk, _, done) {
      pieces++;
      done(Object.assign(new Error('gone'), { code: 'EPIPE' }));
    },
  });
  const words = ['sweep', '--kernel', 'v13', '--random', '9000000'];
  const streams = { stdin: new PassThrough(), stdout, stderr: new PassThrough() };
  t.equal(await obey(systemOf({ argv: ['node', 'rmitrace', ...words], env: {}, ...streams })), 0);
  t.equal(pieces, 1);
});

const NO_SCRIPT = spawnSync('script', ['--version']).status !== 0 && 'no script(1) here';

t.test(
  'on a terminal record prints what show prints, and - says that it waits',
  { skip: NO_SCRIPT },
  async t => {
    const cwd = t.testdir();
    const onTerminal = (words: string) =>
      spawnSync('script', ['-qec', `${SHELL_RMITRACE} ${words}`, '/dev/null'], {
        cwd,
        encoding: 'utf8',
        env: ENV,
        input: '',
      });
    const shown = onTerminal('record --rmm tf-rmm-0.9 --color=never').stdout.replaceAll('\r', '');
    await rmitrace(['record', '--rmm', 'tf-rmm-0.9', '-o', 'good.json'], { cwd });
    t.equal(shown, (await rmitrace(['show', 'good.json'], { cwd })).out);
    t.match(onTerminal('show good.json').stdout, /^\x1b\[1m/, 'with colours');
    t.match(
      onTerminal('show -').stdout,
      'rmitrace: reading standard input from the terminal; end it with Ctrl-D',
    );
  },
);
