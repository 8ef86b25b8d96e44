import t from 'tap';
import { type Edit, parseEdit } from '../lib/edit/parse.js';
import { recordedKernel } from '../lib/kernel/recorded.js';
import { machineNamed } from '../lib/machine/built-in.js';
import { emulateBefore } from '../lib/machine/emulated.js';
import { pipedStandIn, standInFor } from '../lib/machine/stand-in.js';
import type { Memory } from '../lib/model/events.js';
import { hex, ZERO } from '../lib/model/u64.js';
import { record } from '../lib/record.js';
import { replay } from '../lib/replay/replay.js';
import { machineFailure, openPipedRmm } from '../lib/rmm/pipe/client.js';
import { profileNamed } from '../lib/rmm/profiles.js';
import { h, hexes, must } from './boots.js';
import { child, each, FVP, REFUSED, recorded, repeated, seen, traceOf, WANTS_2 } from './piped.js';
import { PATIENCE } from './processes.js';
import { MAIN, NODE } from './rmitrace.js';

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
