import { spawnSync } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { openPipe, type PipeOptions, type Received } from '../lib/pipe/pipe.js';
import { runProgram } from '../lib/pipe/program.js';
import { alive, PATIENCE, untilGone } from './processes.js';
import { ENV, MAIN, NODE, node } from './rmitrace.js';

/** What a child gave until it gave no more, and how it ended. */
async function all(options: PipeOptions, sent: readonly string[] = []): Promise<readonly Received[]> {
  const pipe = openPipe(options);
  for (const line of sent) pipe.send(line);
  const received: Received[] = [];
  for (;;) {
    const next = await pipe.receive(PATIENCE);
    received.push(next);
    if (next.kind === 'fault') break;
  }
  await pipe.close();
  return received;
}

const line = (text: string): Received => ({ kind: 'line', line: text });
const died = (text: string): Received => ({ kind: 'fault', code: 'died', text });
const garbage = (text: string): Received => ({ kind: 'fault', code: 'garbage', text });

t.test('a child is spoken to in lines', async t => {
  t.test('what is sent comes back from one that repeats it, in order and to the byte', async t => {
    const pipe = openPipe({ argv: ['cat'] });
    for (const text of ['one', '', '{"a":"\u{1f600}é"}', 'x'.repeat(100_000)]) {
      pipe.send(text);
      t.strictSame(await pipe.receive(PATIENCE), line(text));
    }
    pipe.send('two');
    pipe.send('three');
    t.strictSame([await pipe.receive(PATIENCE), await pipe.receive(PATIENCE)], [line('two'), line('three')]);
    await pipe.close();
    await pipe.close();
    t.strictSame(await pipe.receive(PATIENCE), died('was closed'));
  });

  t.test('lines written before its end are still given, and the end says how', async t => {
    t.strictSame(await all({ command: 'echo a; echo b; exit 3' }), [
      line('a'),
      line('b'),
      died('ended with exit code 3'),
    ]);
    t.strictSame(await all({ command: 'echo a; kill -SEGV $$' }), [line('a'), died('was ended by SIGSEGV')]);
    t.strictSame(await all({ command: 'printf "a\\nhalf"' }), [
      line('a'),
      died('ended with exit code 0, in the middle of a line'),
    ]);
    t.strictSame(await all({ command: 'seq 1 5000' }), [
      ...Array.from({ length: 5000 }, (_, i) => line(`${i + 1}`)),
      died('ended with exit code 0'),
    ]);
  });

  t.test('a child that cannot be started has died', async t => {
    t.strictSame(await all({ argv: ['/nowhere/rmm'] }, ['x']), [died('could not be started (ENOENT)')]);
    t.strictSame(await all({ argv: ['a\0b'] }), [died('could not be started (ERR_INVALID_ARG_VALUE)')]);
    t.strictSame(await all({ command: 'rmm-that-is-not-there' }), [
      died('ended with exit code 127 (command not found)'),
    ]);
    t.strictSame(await all({ argv: ['cat'], cwd: '/nowhere' }), [died('could not be started (ENOENT)')]);
  });

  t.test('what is sent to one that has gone is not an error of its own', async t => {
    const pipe = openPipe({ command: 'exec <&-; echo deaf; sleep 0.2; exit 1' });
    t.strictSame(await pipe.receive(PATIENCE), line('deaf'));
    pipe.send('x'.repeat(1 << 20));
    pipe.send('more');
    t.strictSame(await pipe.receive(PATIENCE), died('ended with exit code 1'));
    pipe.send('still more');
    t.strictSame(await pipe.receive(PATIENCE), died('ended with exit code 1'));
    await pipe.close();
  });

  t.test('garbage is bytes that are no text, and a line without end', async t => {
    t.strictSame(await all({ command: 'echo good; printf "\\377\\n"; echo late; sleep 9' }), [
      line('good'),
      garbage('wrote bytes that are not UTF-8'),
    ]);
    t.strictSame(await all({ command: 'echo four; echo fives; cat', maxLine: 4 }), [
      line('four'),
      garbage('wrote a line of more than 4 bytes'),
    ]);
    t.strictSame(await all({ command: 'exec tr "\\0" x </dev/zero', maxLine: 1 << 20 }), [
      garbage(`wrote a line of more than ${1 << 20} bytes`),
    ]);
  });

  t.test(
    'one that says nothing is waited for so long and no longer, and a late line is nobody’s',
    async t => {
      const pipe = openPipe({ command: 'read a; sleep 0.3; echo late; cat' });
      pipe.send('x');
      const timeout = { kind: 'fault', code: 'timeout', text: 'gave no line within 50 ms' };
      t.strictSame(await pipe.receive(50), timeout);
      await new Promise(resolve => setTimeout(resolve, 400));
      t.strictSame(await pipe.receive(PATIENCE), timeout);
      await pipe.close();
    },
  );

  t.test('one that never stops writing has to wait until it is read', async t => {
    const pipe = openPipe({ argv: ['yes'] });
    t.strictSame(await pipe.receive(PATIENCE), line('y'));
    const before = process.memoryUsage().rss;
    await new Promise(resolve => setTimeout(resolve, 300));
    t.ok(process.memoryUsage().rss - before < 100 << 20);
    let lines = 0;
    while (lines < 10_000 && (await pipe.receive(PATIENCE)).kind === 'line') lines++;
    t.equal(lines, 10_000);
    await pipe.close();
  });

  t.test('its standard error is given apart', async t => {
    const bytes: Uint8Array[] = [];
    const options = {
      command: 'echo out; echo err >&2',
      onStderr: (some: Uint8Array) => void bytes.push(some),
    };
    t.strictSame(await all(options), [line('out'), died('ended with exit code 0')]);
    t.equal(Buffer.concat(bytes).toString(), 'err\n');
  });

  t.test('its folder and its environment may be given', async t => {
    const options = { command: 'pwd; echo $LANG', cwd: '/', env: { LANG: 'x y' } };
    t.strictSame((await all(options)).slice(0, 2), [line('/'), line('x y')]);
  });
});

t.test('a child is ended with all that it started', async t => {
  const pids = async (command: string): Promise<readonly string[]> => {
    const pipe = openPipe({ command });
    const first = await pipe.receive(PATIENCE);
    if (first.kind !== 'line') throw new Error(first.text);
    for (const pid of first.line.split(' ')) t.ok(alive(pid), `${command}: ${pid} runs`);
    await pipe.close();
    return first.line.split(' ');
  };

  for (const [who, command] of [
    ['one that ends at the end of its input', 'echo $$; exec cat'],
    ['one that does not', 'echo $$; exec sleep 60'],
    ['one that ignores SIGTERM', 'trap "" TERM; echo $$; while :; do sleep 1; done'],
    ['a grandchild', 'sleep 60 & echo $$ $!; wait'],
    ['a grandchild that ignores SIGTERM', '(trap "" TERM; sleep 60) & echo $$ $!; wait'],
    ['a grandchild whose parent is gone', 'sleep 60 & echo $!'],
    ['a grandchild that serves, and whose launcher is gone', 'exec 3<&0; cat <&3 & echo $!'],
  ] as const) {
    t.test(who, async t => {
      for (const pid of await pids(command)) t.ok(await untilGone(pid), `${pid} is gone`);
    });
  }

  t.test('and nothing is left in this process', async t => {
    const before = process.listenerCount('exit');
    const open = await Promise.all(
      Array.from({ length: 5 }, async () => {
        const pipe = openPipe({ argv: [...NODE, '-e', 'process.stdin.pipe(process.stdout)'] });
        pipe.send('x');
        await pipe.receive(PATIENCE);
        return pipe;
      }),
    );
    t.equal(process.listenerCount('exit'), before + 5);
    await Promise.all(open.map(pipe => pipe.close()));
    t.equal(process.listenerCount('exit'), before);
  });

  t.test('even when this process ends without closing', async t => {
    const script = `
      import { openPipe } from ${JSON.stringify(new URL('../dist/lib/pipe/pipe.js', import.meta.url).href)};
      const pipe = openPipe({ command: 'trap "" TERM; echo $$; while :; do sleep 1; done' });
      const got = await pipe.receive(${PATIENCE});
      console.log(got.line);
      process.exit(0);`;
    const ran = node(['--input-type=module', '-e', script]);
    t.match(ran.stdout, /^\d+\n$/, ran.stderr);
    t.ok(await untilGone(ran.stdout.trim()));
  });
});

t.test('a child is given five variables, and nothing that this process was given itself', async t => {
  const env = { PATH: ENV.PATH, HOME: '/h', TMPDIR: '/t', LANG: 'C', CC: 'cc', SECRET: 'word', LC_ALL: 'C' };
  // What runs this test adds to the environment of every child.
  const names = (text: string) =>
    [...text.matchAll(/^(\w+)=/gm)]
      .map(([, name]) => name)
      .filter(name => !/^NODE_|^_/.test(name ?? ''))
      .sort();
  const program = await runProgram({ argv: ['env'], env });
  t.strictSame(names(program.kind === 'ended' ? program.stdout : ''), [
    'CC',
    'HOME',
    'LANG',
    'PATH',
    'TMPDIR',
  ]);
  const pipe = openPipe({ argv: ['sh', '-c', 'echo "<$SECRET>"'], env });
  t.match(await pipe.receive(30_000), { kind: 'line', line: '<>' });
  await pipe.close();

  const cwd = t.testdir({ 'secret.txt': 'word' });
  const secret = openSync(join(cwd, 'secret.txt'), 'r');
  // Node itself sees to the first few.
  const others = Array.from({ length: 40 }, (_, fd) =>
    fd === 20 || fd === 37 ? secret : ('ignore' as const),
  );
  const [file = '', ...words] = [...NODE, MAIN, 'record', '--rmm', 'exec:ls -l /proc/self/fd >&2'];
  const ran = spawnSync(file, words, {
    encoding: 'utf8',
    env: ENV,
    stdio: ['ignore', 'pipe', 'pipe', ...others],
  });
  closeSync(secret);
  t.match(ran.stderr, /socket:|pipe:/);
  t.notMatch(ran.stderr, /secret/);
});

t.test('a program that is run to its end is bounded in time and in what it says', async t => {
  const run = (code: string, options = {}) => runProgram({ argv: [...NODE, '-e', code], ...options });
  t.match(await run('console.log(1); console.error(2); process.exit(3)'), {
    kind: 'ended',
    ok: false,
    text: 'ended with exit code 3',
    stdout: '1\n',
    stderr: '2\n',
  });
  t.match(await run('console.log("x".repeat(1000))', { maxBytes: 10 }), { ok: true, stdout: 'x'.repeat(10) });
  t.match(await run('setInterval(() => {}, 1000)', { timeoutMs: 300 }), { kind: 'timeout', text: /300 ms/ });
  t.match(await runProgram({ argv: ['./no-such-program'] }), { kind: 'not-started', code: 'ENOENT' });
});
