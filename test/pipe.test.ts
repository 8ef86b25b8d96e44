/** Children: what lib/pipe is, and an RMM behind one. The command line is dist/cli/rmitrace.cjs, which `npm test` builds. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import t from 'tap';
import { type Edit, parseEdit } from '../lib/edit/parse.js';
import { kernelNamed } from '../lib/kernel/kernels.js';
import { recordedKernel } from '../lib/kernel/recorded.js';
import { machineNamed } from '../lib/machine/built-in.js';
import { emulateBefore } from '../lib/machine/emulated.js';
import { pipedStandIn, standInFor } from '../lib/machine/stand-in.js';
import type { Memory, TraceEvent } from '../lib/model/events.js';
import type { Trace } from '../lib/model/trace.js';
import { hex, u64, ZERO } from '../lib/model/u64.js';
import { openPipe, type PipeOptions, type Received } from '../lib/pipe/pipe.js';
import { record } from '../lib/record.js';
import { type Replay, replay } from '../lib/replay/replay.js';
import { machineFailure, openPipedRmm, type PipedRmm, type PipedRmmOptions } from '../lib/rmm/pipe/client.js';
import { answerLine, callLine, parseAnswer, parseCall } from '../lib/rmm/pipe/protocol.js';
import { type ServeOptions, serve } from '../lib/rmm/pipe/serve.js';
import { profileNamed } from '../lib/rmm/profiles.js';
import { eventOf, eventsIn, h, hexes, must } from './boots.js';
import { ended, MAIN, NODE, node, rmitrace, SHELL_NODE, SHELL_RMITRACE, start } from './rmitrace.js';

/** Long enough for a child on a busy machine; a test that waits for it fails. */
const PATIENCE = 30_000;

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
    const options = { command: 'pwd; echo $RMM', cwd: '/', env: { RMM: 'x y' } };
    t.strictSame((await all(options)).slice(0, 2), [line('/'), line('x y')]);
  });
});

const alive = (pid: string): boolean => {
  try {
    return process.kill(Number(pid), 0);
  } catch {
    return false;
  }
};
/** A process that nobody waits for stays in the table; it is not running. */
const running = async (pid: string): Promise<boolean> => {
  if (!alive(pid)) return false;
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => ') Z');
  return !/\) [ZX]/.test(stat);
};
const untilGone = async (pid: string): Promise<boolean> => {
  for (let i = 0; i < 600 && (await running(pid)); i++) await new Promise(go => setTimeout(go, 5));
  return !(await running(pid));
};

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

/** What rmitrace is on the other end of: a child that is a script of node's. */
function child(script: string, more: Partial<PipedRmmOptions> = {}): PipedRmm {
  const lines = "require('readline').createInterface({ input: process.stdin })";
  const source = `const say = line => console.log(typeof line === 'string' ? line : JSON.stringify(line)); ${script}`;
  return openPipedRmm({ argv: [...NODE, '-e', source.replace('LINES', lines)], ...more });
}

/** Answers every call with `answer`, an expression over `call` and `n`, from 1. */
const each = (answer: string): string =>
  `let n = 0; LINES.on('line', line => { const call = JSON.parse(line); n++; say(${answer}); });`;

const REFUSED = `{ res: ['0x1', '0x10000', '0x10000'] }`;
const WANTS_2 = must(kernelNamed('v13', undefined));
const FVP = must(machineNamed('fvp'));

async function recorded(
  rmm: PipedRmm | string,
  edits: readonly string[] = [],
  andClose = true,
): Promise<Trace> {
  const read = edits.map(text => must(parseEdit(text)) as Edit);
  const trace = must(await record(WANTS_2, FVP, { rmm, edits: read }));
  if (typeof rmm === 'object' && andClose) await rmm.close();
  return trace;
}

/** The calls of a trace with their answers, its console, and how it failed. */
function seen({ events }: Trace) {
  return {
    res: events.filter(event => event.type === 'smc').map(({ res }) => hexes(res)),
    console: events.filter(event => event.type === 'console').map(({ src, text }) => [src, text]),
    fault: events.filter(event => event.type === 'fault').map(({ code, text }) => [code, text]),
  };
}

/** A trace of these calls from an EL2 of SMCCC 1.2, to be repeated by the recorded kernel. */
function traceOf(
  calls: readonly { fid: string; args?: readonly string[]; mem?: readonly Memory[] }[],
): Trace {
  const template = TEMPLATE;
  const asked = calls.map(
    ({ fid, args = [], mem }): TraceEvent => ({
      type: 'smc',
      cpu: 0,
      from: 'ns',
      via: 'smc',
      cc: '1.2',
      fid: h(fid),
      args: args.map(h),
      res: [ZERO],
      ...(mem === undefined ? {} : { mem }),
    }),
  );
  const events = [...template.events.filter(({ type }) => type === 'mrs' || type === 'fact'), ...asked];
  return { ...template, events };
}

const TEMPLATE = must(await record(WANTS_2, FVP));

async function repeated(trace: Trace, rmm: PipedRmm): Promise<Replay> {
  const kernel = recordedKernel(trace.events, trace.header.scope);
  const replayed = must(await replay(trace, kernel, { rmm: pipedStandIn(trace, rmm) }));
  await rmm.close();
  return replayed;
}

t.test('an RMM behind a pipe', async t => {
  t.test('is served by serve: the same events and the same outcome as emulated in place', async t => {
    for (const [name, ...edits] of [
      ['tf-rmm-0.8'],
      ['tf-rmm-0.9'],
      ['spec-1.0', 'RMI_VERSION.x1=2.0'],
    ] as const) {
      const rmm = openPipedRmm({ argv: [...NODE, MAIN, 'serve', '--rmm', name] });
      const [emulated, piped] = [await recorded(name, edits), await recorded(rmm, edits, false)];
      t.strictSame(piped.events, emulated.events, name);
      t.strictSame(piped.outcome, emulated.outcome, name);
      const { header } = emulated;
      t.strictSame(piped.header, { ...header, machine: { ...header.machine, via: 'pipe' } });

      const asked = traceOf([
        { fid: '0xc4000150', args: ['0x10000', '0x1', '0x2', '0x3', '0x4'] },
        { fid: '0xc4010165', args: ['0x0'] },
        { fid: '0xc4000165', args: ['0x1', '0x0', '0x0', '0x7'] },
        { fid: '0xc4000188' },
        { fid: '0xc40001d0', args: ['0x1'] },
        { fid: '0xc4000202' },
      ]);
      const kernel = recordedKernel(asked.events, 'rmi');
      const here = must(await replay(asked, kernel, { rmm: standInFor(asked, must(profileNamed(name))) }));
      t.strictSame(
        (await repeated(asked, rmm)).replayed.events,
        here.replayed.events,
        `${name}: other calls`,
      );
    }
  });

  t.test('gives 1 to 18 registers: of x1..x3 what is left out is 0, x4 on is the caller’s', async t => {
    const args = ['0x11', '0x12', '0x13', '0x14', '0x15'];
    const rest = ['0x14', '0x15'];
    const eighteen = Array.from({ length: 18 }, (_, at) => `0x${(at + 0x20).toString(16)}`);
    const table = [
      [['0x5'], ['0x5', '0x0', '0x0', '0x0', ...rest]],
      [
        ['0x5', '0x6', '0x7'],
        ['0x5', '0x6', '0x7', '0x0', ...rest],
      ],
      [
        ['0x5', '0x6', '0x7', '0x8', '0x9'],
        ['0x5', '0x6', '0x7', '0x8', '0x9', '0x15'],
      ],
      [eighteen, eighteen],
      [['0xffffffffffffffff'], ['0xffffffffffffffff', '0x0', '0x0', '0x0', ...rest]],
    ] as const;
    const calls = traceOf(table.map(() => ({ fid: '0xc4000150', args })));
    const answers = JSON.stringify(table.map(([res]) => res));
    const { replayed } = await repeated(calls, child(each(`{ res: ${answers}[n - 1] }`)));
    t.strictSame(
      seen(replayed).res,
      table.map(([, whole]) => whole),
    );
    t.strictSame(seen(await recorded(child(each(`{ res: ['0x1'] }`)))).res, [['0x1', '0x0', '0x0', '0x0']]);
  });

  t.test(
    'is asked a line a call: raw x0, x1 on without zeros at the end, memory where it is known',
    async t => {
      const mem: Memory = {
        pa: h('0x89000000'),
        at: 'call',
        words: [
          { offset: h('0x0'), value: h('0x1') },
          { offset: h('0x8'), value: null },
          { offset: h('0x10'), value: h('0xffffffffffffffff') },
        ],
      };
      const asked = traceOf([
        { fid: '0xc4010150', args: ['0x0', '0x2', '0x0'] },
        { fid: '0xc4000158', mem: [mem, { ...mem, at: 'return' }] },
      ]);
      const { replayed } = await repeated(asked, child(each(`{ res: ['0x0'], console: [line] }`)));
      t.strictSame(
        seen(replayed).console.map(([, text]) => text),
        [
          '{"fid":"0xc4010150","args":["0x0","0x2"]}',
          '{"fid":"0xc4000158","args":[],"mem":[{"pa":"0x89000000","words":{"0x0":"0x1","0x10":"0xffffffffffffffff"}}]}',
        ],
      );
      const calls = replayed.events.filter(event => event.type === 'smc');
      t.strictSame(calls.at(-1)?.mem, [mem], 'the replay keeps what the call carried');
    },
  );

  t.test('is behind EL3, which answers what is not RMI by itself', async t => {
    const asked: string[] = [];
    const machine = emulateBefore(FVP, async x => {
      asked.push(hex(x[0] ?? ZERO));
      return { kind: 'answer', res: x.map(() => ZERO) };
    });
    const call = async (fid: string, via: 'smc' | 'hvc' = 'smc') => {
      const reply = await machine.call({ cpu: 0, via, cc: '1.1', fid: h(fid), args: [h('0x7')] });
      return reply.kind === 'answer' ? hexes(reply.res) : reply.kind;
    };
    t.strictSame(await call('0x84000000'), ['0x10001', '0x7', '0x0', '0x0'], 'PSCI_VERSION');
    t.strictSame(await call('0xc4000190'), ['0xffffffffffffffff', '0x7', '0x0', '0x0'], 'RSI');
    t.strictSame(await call('0xc40001b0'), ['0xffffffffffffffff', '0x7', '0x0', '0x0'], 'RMM-EL3');
    t.strictSame(await call('0xc4000150', 'hvc'), ['0xffffffffffffffff', '0x7', '0x0', '0x0'], 'HVC');
    t.strictSame(asked, []);
    t.strictSame(await call('0xc4010150'), ['0x0', '0x0', '0x0', '0x0']);
    t.strictSame(asked, ['0xc4010150']);
  });

  t.test('puts console lines into the trace before their call, and its name into the header', async t => {
    const script = `say({ hello: { name: 'mine', version: '7', 'x-y': 1 }, 'x-note': 1 }); ${each(
      `{ res: ['0x1', '0x10000', '0x10000'], console: ['one', 'two'] }`,
    )}`;
    const trace = await recorded(child(script));
    t.strictSame(seen(trace).console, [
      ['rmm', 'one'],
      ['rmm', 'two'],
    ]);
    const types = trace.events.map(({ type }) => type).filter(type => type === 'console' || type === 'smc');
    t.strictSame(types, ['console', 'console', 'smc']);
    t.strictSame(trace.header.machine, { name: 'fvp', cpus: 1, rmm: 'mine', via: 'pipe' });
    t.equal((await recorded(child(each(REFUSED)))).header.machine.rmm, null, 'nobody knows its name');
  });

  t.test('writes to standard error what no trace has', async t => {
    const bytes: Uint8Array[] = [];
    const script = `console.error('booting\\x1b[2J'); ${each(REFUSED)}`;
    const trace = await recorded(child(script, { onStderr: some => void bytes.push(some) }));
    t.equal(Buffer.concat(bytes).toString(), 'booting\x1b[2J\n');
    t.notMatch(
      JSON.stringify(trace.events, (_, value) => (typeof value === 'bigint' ? `${value}` : value)),
      'booting',
    );
  });

  t.test('may say that it has no answer: the run ends unanswered, and that is no failure', async t => {
    const trace = await recorded(child(each(`{ unanswered: 'not in this bridge' }`)));
    t.strictSame(seen(trace), { res: [null], console: [], fault: [['unanswered', 'not in this bridge']] });
    t.equal(trace.outcome?.class, 'unanswered');
    t.equal(machineFailure(trace.events), null);
  });

  t.test('is not started by a boot that asks nothing', async t => {
    const rmm = openPipedRmm({ argv: ['/nowhere/rmm'] });
    const trace = must(await record(WANTS_2, must(machineNamed('no-rme')), { rmm }));
    t.equal(trace.outcome?.class, 'quiet');
    t.strictSame(trace.header.machine, { name: 'no-rme', cpus: 1, rmm: null, via: 'pipe' });
  });
});

t.test('an RMM behind a pipe that fails', async t => {
  const CALL = 'call 1 of the boot, RMI_VERSION (0xc4000150 0x20000)';
  const HEX = 'must be a 64-bit hex value in lower case without leading zeros, like 0xc4000150; found';
  const table: readonly (readonly [what: string, command: string, code: string, text: string])[] = [
    ['ends', 'exit 3', 'died', 'ended with exit code 3'],
    ['ends when asked', 'read x; exit 0', 'died', 'ended with exit code 0'],
    ['crashes', 'read x; kill -SEGV $$', 'died', 'was ended by SIGSEGV'],
    [
      'ends within a line',
      'read x; printf \'{"res":\'',
      'died',
      'ended with exit code 0, in the middle of a line',
    ],
    ['is not there', 'no-such-rmm', 'died', 'ended with exit code 127 (command not found)'],
    ['closes its output', 'exec >&-; sleep 5', 'died', 'closed its output'],
    ['says nothing', 'read x; sleep 60', 'timeout', 'gave no line within 300 ms'],
    [
      'says no more than hello',
      `echo '{"hello":{"name":"x"}}'; sleep 60`,
      'timeout',
      'gave no line within 300 ms',
    ],
    ['is no RMM', 'echo Hello', 'garbage', 'answered with a line that is not JSON: "Hello"'],
    ['is no text', 'printf "\\377\\n"; sleep 1', 'garbage', 'wrote bytes that are not UTF-8'],
    ['says nothing in a line', 'echo', 'garbage', 'answered with a line that is not JSON: ""'],
    ['answers no object', 'echo 1', 'garbage', 'answered with a line that must be an object; found 1'],
    [
      'answers nothing in an object',
      'echo "{}"',
      'garbage',
      'answered with a line that does not have exactly one of res, unanswered and hello',
    ],
    [
      'says two things at once',
      `echo '{"res":["0x0"],"unanswered":"x"}'`,
      'garbage',
      'answered with a line that does not have exactly one of res, unanswered and hello',
    ],
    [
      'prints without an answer',
      `echo '{"unanswered":"x","console":["y"]}'`,
      'garbage',
      'answered with a console but no res',
    ],
    [
      'gives no register',
      `echo '{"res":[]}'`,
      'garbage',
      'answered with a line whose /res must have at least 1 entry; found an array',
    ],
    [
      'gives 19',
      `echo '{"res":[${Array(19).fill('"0x0"')}]}'`,
      'garbage',
      'answered with a line whose /res must have at most 18 entries; found an array',
    ],
    [
      'gives null for an answer',
      `echo '{"res":null}'`,
      'garbage',
      'answered with a line whose /res must be an array; found null',
    ],
    [
      'gives a number',
      `echo '{"res":[1]}'`,
      'garbage',
      'answered with a line whose /res/0 must be a string; found 1',
    ],
    [
      'gives null for a register',
      `echo '{"res":["0x0",null]}'`,
      'garbage',
      'answered with a line whose /res/1 must be a string; found null',
    ],
    [
      'spells in capitals',
      `echo '{"res":["0xC4"]}'`,
      'garbage',
      `answered with a line whose /res/0 ${HEX} "0xC4"`,
    ],
    [
      'spells with a leading zero',
      `echo '{"res":["0x0","0x01"]}'`,
      'garbage',
      `answered with a line whose /res/1 ${HEX} "0x01"`,
    ],
    [
      'spells 65 bits',
      `echo '{"res":["0x10000000000000000"]}'`,
      'garbage',
      `answered with a line whose /res/0 ${HEX} "0x10000000000000000"`,
    ],
    [
      'prints no text',
      `echo '{"res":["0x0"],"console":[7]}'`,
      'garbage',
      'answered with a line whose /console/0 must be a string; found 7',
    ],
    [
      'has keys of its own',
      `echo '{"res":["0x0"],"rse":1}'`,
      'garbage',
      'answered with a line whose /rse is a key that this version does not know (keys of your own begin with x-)',
    ],
    [
      'has keys of nobody',
      `echo '{"res":["0x0"],"__proto__":1}'`,
      'garbage',
      'answered with a line whose /__proto__ is a key that this version does not know (keys of your own begin with x-)',
    ],
    [
      'says hello twice',
      `echo '{"hello":{"name":"x"}}'; echo '{"hello":{"name":"x"}}'`,
      'garbage',
      'sent a hello that is not its first line',
    ],
    [
      'answers twice in one line',
      `echo '{"res":["0x0"],"res":["0x1"]}'`,
      'garbage',
      'answered with a line that has the key "res" twice',
    ],
    [
      'answers twice, spelt otherwise',
      `printf '%s\\n' '{"res":["0x0"],"r\\u0065s":["0x1"]}'`,
      'garbage',
      'answered with a line that has the key "res" twice',
    ],
    [
      'says its name twice',
      `echo '{"hello":{"name":"a","name":"b"}}'`,
      'garbage',
      'answered with a line that has the key "name" twice',
    ],
    ['has no name', `echo '{"hello":{}}'`, 'garbage', 'answered with a line whose /hello/name is missing'],
  ];
  for (const [what, command, code, text] of table) {
    t.test(what, async t => {
      // What comes unasked is there when the call is made, or comes after it: both are the first line.
      const rmm = openPipedRmm({
        command: code === 'died' ? command : `${command}; cat >/dev/null`,
        startMs: code === 'timeout' ? 300 : PATIENCE,
      });
      const trace = await recorded(rmm, ['RMI_VERSION.x0=0x0']);
      t.strictSame(seen(trace).res, [null]);
      t.strictSame(seen(trace).fault, [[code, `the RMM behind the pipe ${text}: ${CALL}`]]);
      t.equal(trace.events.at(-1)?.type, 'fault', 'nothing after it');
      t.equal(trace.outcome?.class, code === 'timeout' ? 'did-not-return' : 'undetermined');
      t.strictSame(machineFailure(trace.events)?.code, 'rmm-failed');
    });
  }

  t.test('after good answers is said to have failed at the call it failed at', async t => {
    const asked = traceOf([
      { fid: '0xc4000150' },
      { fid: '0xc4000165', args: ['0x1'] },
      { fid: '0xc4000202' },
    ]);
    for (const [answer, text] of [
      [
        `n === 2 ? 'what?' : { res: ['0x0'] }`,
        'answered with a line that is not JSON: "what?": call 2 of the boot, RMI_FEATURES (0xc4000165 0x1)',
      ],
      [
        `n === 2 ? process.exit(9) : { res: ['0x0'] }`,
        'ended with exit code 9: call 2 of the boot, RMI_FEATURES (0xc4000165 0x1)',
      ],
      [
        `n === 1 ? '{"res":["0x0"]}\\n{"res":["0x0"]}' : { res: ['0x0'] }`,
        'wrote a line without being asked: call 2 of the boot, RMI_FEATURES (0xc4000165 0x1)',
      ],
    ] as const) {
      const replayed = await repeated(asked, child(each(answer)));
      t.equal(replayed.failed?.what, `the RMM behind the pipe ${text}`);
      t.strictSame(seen(replayed.replayed).res, [['0x0'], null]);
    }
  });
});

t.test('one RMM behind a pipe serves many boots', async t => {
  const trace = await recorded('tf-rmm-0.8');
  /** What each of five boots was answered in x3: how often the child was asked, and in which process. */
  const boots = async (hello: string, more = '') => {
    const started: Uint8Array[] = [];
    const script = `console.error('start'); ${hello} let asked = 0; ${more || each(`call.boot ? '' : { res: ['0x1', '0x10000', '0x10000', '0x' + (++asked).toString(16)] }`)}`;
    const rmm = child(script.replace("say(call.boot ? '' :", 'call.boot ? (asked = 0x10) : say('), {
      onStderr: some => void started.push(some),
    });
    const x3: (string | null | undefined)[] = [];
    const failed: (string | undefined)[] = [];
    for (let boot = 0; boot < 5; boot++) {
      const replayed = must(await replay(trace, WANTS_2, { rmm: pipedStandIn(trace, rmm) }));
      x3.push(seen(replayed.replayed).res[0]?.[3]);
      failed.push(replayed.failed?.what.replace(/^the RMM behind the pipe |: call 1.*$/g, ''));
    }
    await rmm.close();
    return { x3, failed, children: Buffer.concat(started).toString().split('start').length - 1 };
  };
  const none = Array(5).fill(undefined);

  t.test('without a hello, from one child that is told nothing', async t => {
    t.strictSame(await boots(''), { x3: ['0x1', '0x2', '0x3', '0x4', '0x5'], failed: none, children: 1 });
  });
  t.test('from one child that is told of each', async t => {
    const hello = `say({ hello: { name: 'x', boot: 'line' } });`;
    t.strictSame(await boots(hello), {
      x3: ['0x1', '0x11', '0x11', '0x11', '0x11'],
      failed: none,
      children: 1,
    });
  });
  t.test('from a child for each', async t => {
    const hello = `say({ hello: { name: 'x', boot: 'child' } });`;
    t.strictSame(await boots(hello), { x3: Array(5).fill('0x1'), failed: none, children: 5 });
  });
  t.test('from another child after one that failed', async t => {
    const twice = each(`n === 2 ? process.exit(1) : { res: ['0x1', '0x0', '0x0', '0x1'] }`);
    t.strictSame(await boots('', twice), {
      x3: ['0x1', undefined, '0x1', undefined, '0x1'],
      failed: [undefined, 'ended with exit code 1', undefined, 'ended with exit code 1', undefined],
      children: 3,
    });
  });
  t.test('but not from another after one that never answered', async t => {
    const { failed, children } = await boots('', 'process.exit(2)');
    t.strictSame({ failed, children }, { failed: Array(5).fill('ended with exit code 2'), children: 1 });
  });

  t.test('those that a replay with unknowns runs, too', async t => {
    const rmm = child(`say({ hello: { name: 'x', boot: 'line' } }); let boots = 1; LINES.on('line', line => {
      if (JSON.parse(line).boot) boots++;
      else say({ res: ['0x1', '0x10000', '0x10000'], console: ['boot ' + boots] }); });`);
    const unknown = must(parseEdit('RMI_VERSION.x3=unknown')) as Edit;
    const replayed = must(await replay(trace, WANTS_2, { rmm: pipedStandIn(trace, rmm), edits: [unknown] }));
    t.equal(replayed.unknowns?.runs.length, 3);
    const again = must(await replay(trace, WANTS_2, { rmm: pipedStandIn(trace, rmm) }));
    t.strictSame(seen(again.replayed).console, [['rmm', 'boot 4']]);
    t.equal(again.verdict, 'same');
    await rmm.close();
  });
});

t.test('serve', async t => {
  async function* bytes(text: string, size = 7): AsyncGenerator<Uint8Array> {
    const all = Buffer.from(text);
    for (let at = 0; at < all.length; at += size) yield all.subarray(at, at + size);
  }
  const served = async (text: string, options: Partial<ServeOptions> = {}) => {
    const lines: string[] = [];
    const profile = must(profileNamed('tf-rmm-0.8'));
    const result = await serve(bytes(text), line => lines.push(line), {
      profile,
      features: new Map(),
      ...options,
    });
    return {
      lines: lines.slice(1),
      trouble: result.ok ? null : `${result.trouble.code} ${result.trouble.where.line ?? ''}`,
    };
  };
  const VERSION = '{"fid":"0xc4000150","args":["0x20000"]}\n';

  t.test('starts anew at each boot, and its edits count over all of them', async t => {
    const profile = must(profileNamed('tf-rmm-0.9'));
    const features = '{"fid":"0xc4000153","args":[]}\n';
    const activate = '{"fid":"0xc4000202","args":[]}\n';
    const { lines } = await served(`${features}${activate}${features}{"boot":true}\n${features}`, {
      profile,
    });
    const kinds = lines.map(line => Object.keys(JSON.parse(line))[0]);
    t.strictSame(kinds, ['res', 'res', 'unanswered', 'res'], 'refused, activated, known, refused again');
    const edits = [must(parseEdit('RMI_VERSION#3.x1=2.0')) as Edit];
    const edited = await served(`${VERSION}{"boot":true}\n${VERSION}{"boot":true}\n${VERSION}${VERSION}`, {
      edits,
    });
    t.strictSame(
      edited.lines.map(line => JSON.parse(line).res[1]),
      ['0x10000', '0x10000', '0x20000', '0x10000'],
    );
  });

  t.test('answers nothing for an RMM that never comes back', async t => {
    const silent = await served(VERSION, { profile: must(profileNamed('silent')) });
    t.strictSame(silent, { lines: [], trouble: null });
  });

  t.test('refuses what is no call, by its line', async t => {
    for (const [text, trouble] of [
      ['x\n', 'not-json 1'],
      [`${VERSION}\n`, 'not-json 2'],
      [`${VERSION}{}\n`, 'bad-value 2'],
      ['{"fid":"0xc4000150"}\n', 'bad-value 1'],
      ['{"fid":"0xc4000150","args":[],"boot":true}\n', 'bad-value 1'],
      ['{"fid":"0xC4","args":[]}\n', 'bad-value 1'],
      [`{"fid":"0x1","args":[${Array(18).fill('"0x0"')}]}\n`, 'bad-value 1'],
      ['{"fid":"0x1","args":[],"res":[]}\n', 'bad-value 1'],
      ['{"fid":"0x1","args":[],"fid":"0x2"}\n', 'duplicate-key 1'],
      ['{"boot":true,"boot":true}\n', 'duplicate-key 1'],
      ['{"fid":"0x1","args":[],"mem":[{"pa":"0x0","words":{"0x0":"0x1","0x0":"0x2"}}]}\n', 'duplicate-key 1'],
      [VERSION.trim(), 'bad-value 1'],
      ['x'.repeat((1 << 20) + 1), 'bad-value 1'],
    ] as const) {
      t.equal((await served(text)).trouble, trouble, text.slice(0, 60));
    }
  });

  t.test('refuses edits that it cannot keep, and machines without an RMM', async t => {
    const edit = (text: string) => ({ edits: [must(parseEdit(text)) as Edit] });
    t.equal((await served('', edit('RMI_FEATURES.x1=0x1'))).trouble, 'edit-never-fired ');
    t.equal((await served(VERSION, edit('RMI_VERSION.x1=unknown'))).trouble, 'bad-edit ');
    t.equal((await served(VERSION, edit('conduit=none'))).trouble, 'bad-edit ');
    t.equal((await served(VERSION, edit('cpu0.ID_AA64PFR0_EL1.RME=0'))).trouble, 'bad-edit ');
    for (const name of ['none', 'failed'])
      t.equal((await served('', { profile: must(profileNamed(name)) })).trouble, 'usage ');
  });

  t.test('and its client understand each other, whatever the registers', async t => {
    const register = fc.oneof(fc.constant(0n), fc.bigInt(0n, (1n << 64n) - 1n)).map(u64);
    const registers = fc.array(register, { minLength: 18, maxLength: 18 });
    const property = fc.property(
      registers,
      registers,
      fc.array(fc.string({ unit: 'binary' })),
      (x, res, console) => {
        const call = must(parseCall(callLine(x)));
        const answer = parseAnswer(answerLine(res, x, console), x);
        return (
          call.kind === 'call' &&
          hexes(call.x)?.join() === hexes(x)?.join() &&
          answer.kind === 'answer' &&
          hexes(answer.res)?.join() === hexes(res)?.join() &&
          answer.console.join() === console.join()
        );
      },
    );
    t.equal(fc.check(property, { seed: 20_251 }).counterexample, null);
  });

  t.test('a client never trips over a line, whatever is in it', async t => {
    const json = fc.json().map(text => text);
    const near = fc.record(
      { res: fc.anything(), console: fc.anything(), hello: fc.anything(), unanswered: fc.anything() },
      { requiredKeys: [] },
    );
    const line = fc.oneof(
      fc.string(),
      json,
      near.map(value => JSON.stringify(value) ?? ''),
    );
    const property = fc.property(line, text => {
      const said = parseAnswer(text, []);
      return said.kind !== 'answer' || said.res.length === 18;
    });
    t.equal(fc.check(property, { seed: 20_252, numRuns: 500 }).counterexample, null);
  });
});

t.test('the page of the protocol is true', async t => {
  const page = readFileSync('lib/rmm/pipe/protocol.md', 'utf8');
  const blocks = (kind: string): readonly string[] =>
    [...page.matchAll(new RegExp(`^\`\`\`${kind}\\n(.*?)^\`\`\`$`, 'gms'))].map(([, text = '']) =>
      text.trimEnd(),
    );

  t.test('its calls are calls, its answers are answers', async t => {
    for (const line of blocks('json call')) {
      const call = must(parseCall(line));
      if (call.kind === 'call' && !line.includes('"mem"'))
        t.equal(callLine(call.x), line, 'as rmitrace spells it');
    }
    const kinds = blocks('json answer').map(line => parseAnswer(line, []).kind);
    t.strictSame(kinds, ['answer', 'answer', 'unanswered', 'hello']);
    t.equal(blocks('json call').length, 3);
    const [refused = ''] = blocks('json answer');
    const trace = await recorded(child(each(JSON.stringify(refused))));
    t.strictSame(seen(trace).res, [['0x1', '0x20000', '0x20000', '0x0']]);
  });

  t.test('its session with serve goes as it stands there', async t => {
    const lines = blocks('json session').flatMap(block => block.split('\n'));
    const asked = lines.filter(line => line.startsWith('> ')).map(line => `${line.slice(2)}\n`);
    const ran = await rmitrace(['serve', '--rmm', 'tf-rmm-0.8'], { input: asked.join('') });
    t.strictSame(ran, {
      code: 0,
      out: lines
        .filter(line => line.startsWith('< '))
        .map(line => `${line.slice(2)}\n`)
        .join(''),
      err: '',
    });
  });

  const cc = spawnSync('cc', ['--version']).status === 0;
  t.test(
    'its program in C compiles without a warning, and answers',
    { skip: cc ? false : 'no C compiler (cc)' },
    async t => {
      const folder = t.testdir({ 'stub.c': blocks('c')[0] ?? '' });
      const flags = ['-Wall', '-Wextra', '-Wpedantic', '-Werror', '-o', 'stub', 'stub.c'];
      const compiled = spawnSync('cc', flags, { cwd: folder, encoding: 'utf8' });
      t.equal(compiled.status, 0, compiled.stderr);
      const open = () => openPipedRmm({ command: './stub', cwd: folder });
      const accepted = await recorded(open());
      t.strictSame(seen(accepted), { res: [['0x0', '0x20000', '0x20000', '0x0']], console: [], fault: [] });
      t.strictSame(accepted.header.machine.rmm, 'stub');
      const asked = traceOf([
        { fid: '0xc4010150', args: ['0x10000', '0x0', '0x3', '0xffffffffffffffff', '0x5'] },
        { fid: '0xc4000165' },
        { fid: '0xc4000150', args: Array.from({ length: 17 }, (_, at) => `0x${(at + 1).toString(16)}`) },
      ]);
      const { replayed } = await repeated(asked, open());
      t.strictSame(seen(replayed).res, [
        ['0x1', '0x20000', '0x20000', '0x0', '0xffffffffffffffff', '0x5'],
        ['0xffffffffffffffff'],
        [
          '0x1',
          '0x20000',
          '0x20000',
          '0x0',
          ...Array.from({ length: 14 }, (_, at) => `0x${(at + 4).toString(16)}`),
        ],
      ]);
    },
  );
});

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
      [['serve', '--rmm', 'none'], 'with the RMM profile none no RMM runs'],
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
