/** An RMM behind a pipe, from the command line. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { eventOf, eventsIn } from './boots.js';
import { each } from './piped.js';
import { untilGone } from './processes.js';
import { ended, rmitrace, SHELL_NODE, SHELL_RMITRACE, start } from './rmitrace.js';

t.test('from the command line', async t => {
  const cwd = t.testdir();
  const run = (...words: string[]) => rmitrace(words, { cwd });
  const asked = async () => eventOf(await eventsIn(join(cwd, 'emulated.json')), 'smc', 'RMI_VERSION');
  const answer = `while read call; do echo '{"res":["0x1","0x10000","0x10000"]}'; done`;
  const serving = `exec:${SHELL_RMITRACE} serve --rmm tf-rmm-0.8`;

  t.test('record --rmm exec: is record --rmm, but for via; no command is in the trace', async t => {
    const [piped, emulated] = await Promise.all([
      run('record', '--rmm', serving, '-o', 'piped.json'),
      run('record', '--rmm', 'tf-rmm-0.8', '-o', 'emulated.json'),
    ]);
    t.strictSame([piped.code, emulated.code, piped.out], [0, 0, '']);
    const [a, b] = ['piped', 'emulated'].map(name => readFileSync(join(cwd, `${name}.json`), 'utf8'));
    const plain = (text = '') => text.replace(/^"count".*$/m, '');
    t.equal(plain(a), plain(b).replace('"via":"emulated"', '"via":"pipe"'));
    t.notMatch(a, 'serve');
  });

  t.test('what the child writes to standard error is on standard error, to the byte', async t => {
    const { code, out, err } = await run('record', '--rmm', `exec:printf 'boot\\033\\n' >&2; ${answer}`);
    t.equal(code, 0);
    t.match(err, /^boot\x1b\nNo realms/);
    t.notMatch(out, 'boot');
  });

  t.test('a child that fails is exit 2 with the call; the trace is written all the same', async t => {
    const says =
      'the RMM behind the pipe ended with exit code 3: call 1 of the boot, RMI_VERSION (0xc4000150 0x20000)';
    const made = await run('record', '--rmm', 'exec:exit 3', '-o', 'failed.json');
    t.equal(made.code, 2);
    t.match(made.err, `rmitrace: ${says}`);
    t.match(
      readFileSync(join(cwd, 'failed.json'), 'utf8'),
      /"res":null\},\n\{"type":"fault","of":"machine","code":"died"/,
    );
    t.equal((await run('validate', 'failed.json')).code, 0);
    const replayed = await run(
      'replay',
      'emulated.json',
      '--rmm',
      'exec:exit 3',
      '-o',
      'again.json',
      '--json',
    );
    t.equal(replayed.code, 2);
    t.strictSame(JSON.parse(replayed.out).trouble.code, 'rmm-failed');
    t.match(readFileSync(join(cwd, 'again.json'), 'utf8'), '"code":"died"');
    const checked = await run('check', 'emulated.json', '--rmm', 'exec:exit 3');
    t.strictSame([checked.code, checked.out.includes(says)], [2, true]);
    const slow = await run('record', '--rmm', 'exec:sleep 30', '--rmm-timeout', '1');
    t.equal(slow.code, 2);
    t.match(slow.err, 'gave no line within 1000 ms: call 1 of the boot');
  });

  const NO_SCRIPT = spawnSync('script', ['--version']).status !== 0 && 'no script(1) here';
  t.test('nothing of a child works on a terminal', { skip: NO_SCRIPT }, async t => {
    const hello = JSON.stringify({ hello: { name: '\x1b[2J\u202ename' } });
    writeFileSync(join(cwd, 'odd.sh'), `printf 'boot\\033[2J\\n' >&2; echo '${hello}'; ${answer}`);
    for (const words of ['record', 'replay piped.json', 'check piped.json --answers', 'record -o odd.json']) {
      const command = `${SHELL_RMITRACE} ${words} --rmm 'exec:sh odd.sh' --color=never`;
      const { stdout } = spawnSync('script', ['-qec', command, '/dev/null'], {
        cwd,
        encoding: 'utf8',
        input: '',
      });
      t.notMatch(stdout, /[\x1b\u202e]/, words);
      t.match(stdout, 'boot\\x1b[2J\r\n', words);
    }
  });

  t.test('a signal ends the child too, and all that it started', async t => {
    const rmm = `exec:trap '' TERM HUP QUIT INT; sleep 60 & echo $$ $! >&2; while :; do sleep 1; done`;
    for (const [signal, code] of [
      ['SIGHUP', 129],
      ['SIGINT', 130],
      ['SIGQUIT', 131],
      ['SIGTERM', 143],
    ] as const) {
      const interrupted = start(['record', '--rmm', rmm], { cwd });
      const done = ended(interrupted);
      const pids = await new Promise<string>(found =>
        interrupted.stderr?.once('data', data => found(`${data}`.trim())),
      );
      t.match(pids, /^\d+ \d+$/);
      interrupted.kill(signal);
      t.equal((await done).code, code, signal);
      for (const pid of pids.split(' ')) t.ok(await untilGone(pid), `${signal}: ${pid} is gone`);
    }
  });

  t.test('a launcher may end while the child that it launched serves', async t => {
    writeFileSync(join(cwd, 'server.sh'), `sleep 1; ${answer}`);
    const made = await run('record', '--rmm', 'exec:exec 3<&0; sh server.sh <&3 &');
    t.strictSame([made.code, made.err.includes('No realms')], [0, true], made.err);
    const checked = await run(
      'check',
      'emulated.json',
      'piped.json',
      '--rmm',
      'exec:exec 3<&0; sh server.sh <&3 &',
      '--answers',
    );
    t.strictSame([checked.code, checked.out.split('\n')[2]], [0, '2 traces: 2 same']);
    const failed = await run('record', '--rmm', 'exec:exec 3<&0; sh server.sh <&3 & exit 4');
    t.strictSame([failed.code, failed.err.includes('ended with exit code 4: call 1')], [2, true], failed.err);
    const closed = await run('record', '--rmm', 'exec:sleep 5 >&2 &');
    t.strictSame([closed.code, closed.err.includes('ended with exit code 0: call 1')], [2, true], closed.err);
  });

  t.test('a replay names the RMM that stood in, and where', async t => {
    const other = `exec:echo '{"hello":{"name":"mine"}}'; while read call; do echo '{"res":["0x0","0x20000","0x20000"]}'; done`;
    const { code, out } = await run('replay', 'emulated.json', '--rmm', other, '-o', 'mine.json');
    t.equal(code, 1);
    t.match(out, `the answer to RMI_VERSION (event ${await asked()}), from mine`);
    const header = JSON.parse(readFileSync(join(cwd, 'mine.json'), 'utf8'));
    t.match(header.machine, { rmm: 'mine', via: 'pipe' });
    t.equal(header.replay.rmm, 'mine');
    const nameless = await run('replay', 'emulated.json', '--rmm', `exec:${answer}`, '-o', 'nameless.json');
    t.equal(nameless.code, 0);
    t.match(JSON.parse(readFileSync(join(cwd, 'nameless.json'), 'utf8')).machine, { rmm: null, via: 'pipe' });
  });

  t.test('words that do not go together are usage errors', async t => {
    for (const [words, says] of [
      [['record', '--rmm', 'exec: '], '--rmm exec: needs a command after it'],
      [
        ['check', 'emulated.json', '--rmm', 'trp', '--rmm-timeout', '3'],
        '--rmm-timeout needs --rmm exec:COMMAND',
      ],
      [
        ['record', '--rmm', 'exec:x', '--rmm-timeout', '0'],
        '--rmm-timeout takes seconds from 1 to 86400, not "0"',
      ],
      [
        ['record', '--rmm', 'exec:x', '--rmm-timeout', '1.5'],
        '--rmm-timeout takes seconds from 1 to 86400, not "1.5"',
      ],
      [['serve', '--rmm', 'none'], 'the RMM profile none has no running RMM'],
      [['serve', '--json'], '--json: serve prints its answers alone, no report'],
    ] as const) {
      const { code, err } = await run(...words);
      t.equal(code, 2, words.join(' '));
      t.match(err, `rmitrace: ${says}`);
    }
  });

  t.test('one wrong answer in 1,000 boots is caught, at that trace and that register', async t => {
    mkdirSync(join(cwd, 'boots'));
    const text = readFileSync(join(cwd, 'emulated.json'));
    const name = (n: number) => `boots/${`${n}`.padStart(4, '0')}.json`;
    for (let n = 1; n <= 1000; n++) writeFileSync(join(cwd, name(n)), text);
    const wrong = each(`{ res: ['0x1', '0x10000', '0x10000', n === 617 ? '0x4' : '0x0'] }`);
    const source = `const say = line => console.log(JSON.stringify(line)); ${wrong}`.replace(
      'LINES',
      "require('readline').createInterface({ input: process.stdin })",
    );
    writeFileSync(join(cwd, 'wrong.cjs'), source);
    const rmm = `exec:${SHELL_NODE} wrong.cjs`;
    const number = await asked();
    const { code, out } = await run('check', 'boots', '--rmm', rmm, '--answers');
    t.equal(code, 1);
    t.strictSame(
      out
        .split('\n')
        .filter(line => !line.startsWith('same'))
        .slice(0, 2),
      [
        `diverged      ${name(617)}  Diverged: refused (v1.0 - v1.0) both times, but not in the same way; the cause is the answer to RMI_VERSION (event ${number}), from an RMM behind a pipe. Event ${number}: x3 recorded 0x0, now 0x4.`,
        '1000 traces: 999 same, 1 diverged',
      ],
    );
    writeFileSync(join(cwd, 'soon.cjs'), source.replace('617', '2'));
    const report = JSON.parse(
      (await run('check', name(616), name(617), '--rmm', rmm.replace('wrong', 'soon'), '--answers', '--json'))
        .out,
    );
    t.strictSame(
      report.result.traces.map((each: { name: string; first: unknown }) => [each.name, each.first === null]),
      [
        [name(616), true],
        [name(617), false],
      ],
    );
    t.strictSame(report.result.traces[1].first.differs, [{ place: 'x3', a: '0x0', b: '0x4' }]);
    t.equal(
      (await run('check', name(1), name(2), '--rmm', rmm.replace('wrong', 'soon'))).code,
      0,
      'without --answers',
    );
  });
});
