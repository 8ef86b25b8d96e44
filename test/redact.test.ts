import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import t from 'tap';
import { largeReplaysAsBefore, replaysAsBefore } from '../cli/commands/redact-replay.js';
import type { TraceEvent } from '../lib/model/events.js';
import type { Trace } from '../lib/model/trace.js';
import { u64 } from '../lib/model/u64.js';
import { KINDS, POINTER } from '../lib/redact/kinds.js';
import { tells } from '../lib/redact/lines.js';
import { redact } from '../lib/redact/redact.js';
import { redactLarge } from '../lib/redact/redact-large.js';
import { digestOf } from '../lib/trace/digest.js';
import { readTrace } from '../lib/trace/read.js';
import { traceText } from '../lib/trace/write.js';
import { must } from './boots.js';
import { asLarge } from './long-traces.js';
import { rmitrace } from './rmitrace.js';

const console = (text: string): TraceEvent => ({ type: 'console', text });

async function recorded() {
  const read = await readTrace({ name: 'accepted.json', path: 'traces/accepted.json' });
  if (!read.ok) throw new Error(read.trouble.what);
  return read.value.trace;
}

/** What becomes of console lines, each on its own. */
async function redacted(lines: readonly string[]) {
  const trace = await recorded();
  return lines.map(line => {
    const { trace: after } = redact({ ...trace, events: [console(line)] });
    const [event] = after.events;
    return event?.type === 'console' ? event.text : null;
  });
}

const REPLACED: readonly (readonly [line: string, redacted: string])[] = [
  [
    'Linux version 6.19.0-rc1+ (ann@box) (gcc 13.2.0) #1 SMP',
    'Linux version 6.19.0-rc1+ ([user-1]@[host-1]) (gcc 13.2.0) #1 SMP',
  ],
  ['Kernel command line: root=/dev/vda ip=10.0.0.1 quiet', 'Kernel command line: [cmdline-1]'],
  ['bootargs=console=ttyAMA0', 'bootargs=[cmdline-1]'],
  ['built in /home/ann/src/rmm/build at once', 'built in [path-1] at once'],
  ['loaded from C:\\Users\\ann\\rmm.bin', 'loaded from [path-1]'],
  ['see https://ci.example/job/7 and mail ann@example.org', 'see [url-1] and mail [user-1]@[host-1]'],
  ['eth0: 192.168.7.12 fe80::1ff:fe23:4567:890a 52:54:00:12:34:56', 'eth0: [ip-2] [ip-1] [mac-1]'],
  ['Hostname set to <board-7>.', 'Hostname set to <[host-1]>.'],
  ['ping lab-7.internal from lab-7.internal', 'ping [host-1] from [host-1]'],
  ['Serial number: FVP-0042', 'Serial number: [serial-1]'],
  ['v2.12.0(debug):/home/ann/src/tf-a', 'v2.12.0(debug):[path-1]'],
  ['cc -I/home/ann/include -I/work/rmm/include ../../home/ann/a.c', 'cc -I[path-1] -I[path-3] [path-2]'],
  [
    'Unknown kernel command line parameters "owner=ann", will be passed to user space.',
    'Unknown kernel command line parameters [cmdline-1]',
  ],
  ['systemd[1]: Set hostname to <board-7>.', 'systemd[1]: Set hostname to <[host-1]>.'],
  ['board-7 login: ann', '[host-1] login: [user-1]'],
  ['Linux board-7 6.19.0-rc1+ #1 SMP PREEMPT', 'Linux [host-1] 6.19.0-rc1+ #1 SMP PREEMPT'],
  ['DMI: Board/X1, BIOS 1.2 S/N: X12-0042', 'DMI: Board/X1, BIOS 1.2 S/N: [serial-1]'],
  ['ping ci.lab-7.de', 'ping [host-1]'],
  ['uuid 0b2c1f6e-1c1e-4c7a-9d8e-0123456789ab', 'uuid [uuid-1]'],
  ['pc : 0xffff800081234567 lr : ffff800081234567', 'pc : 0xffff000000000001 lr : ffff000000000001'],
];

t.test('what tells who and where gets a placeholder, and the words around it stay', async t => {
  const after = await redacted(REPLACED.map(([line]) => line));
  t.strictSame(
    after,
    REPLACED.map(([, line]) => line),
  );
});

t.test('what only looks like it stays', async t => {
  const lines = [
    'kvm [1]: Unsupported RMI ABI (v1.0 - v1.0) we want v2.0',
    'SMC_RMI_GRANULE_TRACKING_GET      80000000 a0000000 > RMI_SUCCESS 0 2 a0000000',
    'x0 0xffffffffffffffff',
    'pci 0000:00:1f.2: 1/2 of arch/arm64/kvm/rmi.c:123',
    'Booting RMM v.0.8.0(debug) Built: Nov 26 2026 10:00:00 with GCC 13.2.1',
    'Serial: AMBA PL011 UART driver',
    'NOTICE:  BL31: v2.13.0(debug):v2.13.0',
    'cpu@0 and memory@80000000',
    'Linux version 6.19.0 #1 and rmi.c, kvm.ko, rmm.de',
    'user: 0, serial: none',
  ];
  t.strictSame(await redacted(lines), lines);
});

t.test(
  'a user or host that one line tells is replaced in the others too, and a common one is not',
  async t => {
    const trace = await recorded();
    const events = [
      '(annika@rackbox7)',
      'annika on rackbox7, not rackbox77',
      '(root@localhost)',
      'root of localhost',
    ];
    const { trace: after } = redact({ ...trace, events: events.map(console) });
    t.strictSame(
      after.events.map(event => event.type === 'console' && event.text),
      [
        '([user-1]@[host-1])',
        '[user-1] on [host-1], not rackbox77',
        '([user-2]@[host-2])',
        'root of localhost',
      ],
    );
  },
);

t.test('a host is known by its first label as well, and a user by the name of a home', async t => {
  const trace = await recorded();
  const events = [
    '(bo@rack-7.corp.example.com)',
    'rack-7 is up',
    'built in /home/ann/rmm',
    'v0.8.0-ann-dirty',
  ];
  const { trace: after } = redact({ ...trace, events: events.map(console) });
  t.strictSame(
    after.events.map(event => event.type === 'console' && event.text),
    ['([user-1]@[host-1])', '[host-2] is up', 'built in [path-1]', 'v0.8.0-[user-2]-dirty'],
  );
});

t.test('kernel pointers in registers become others, the same for the same, and errors stay', async t => {
  const trace = await recorded();
  const [first, second, error] = [
    u64(0xffff_8000_8123_4567n),
    u64(0xffff_0000_1234_0000n),
    u64(0xffff_ffff_ffff_fffen),
  ];
  const { trace: after, replaced } = redact({
    ...trace,
    events: trace.events.map(event =>
      event.type === 'smc' ? { ...event, junk: [first, second, first, null, error] } : event,
    ),
  });
  const [call] = after.events.filter(event => event.type === 'smc');
  t.strictSame(call?.junk, [
    u64(0xffff_0000_0000_0001n),
    u64(0xffff_0000_0000_0002n),
    u64(0xffff_0000_0000_0001n),
    null,
    error,
  ]);
  t.match(
    replaced.map(({ was }) => was),
    ['ffff800081234567', 'ffff000012340000'],
  );
});

t.test("header, conclusions and somebody's own members are gone through as events are", async t => {
  const trace = await recorded();
  const { trace: after } = redact({
    ...trace,
    header: {
      ...trace.header,
      kernel: { ...trace.header.kernel, name: '/home/ann/linux/rmi.c' },
      extra: new Map<string, unknown>([['x-ci', { runner: 'ci@runner-9', list: ['10.1.2.3', 7] }]]),
    },
    events: [{ type: 'console', text: 'x', inferred: { text: 'line 1: /home/ann/linux/rmi.c' } }],
  });
  t.equal(after.header.kernel.name, '[path-1]');
  t.strictSame(after.header.extra?.get('x-ci'), { runner: '[user-1]@[host-1]', list: ['[ip-1]', 7] });
  const own = { 'x-rigs': { 'annika@rackbox7': { annika: 1 } } };
  const { trace: named } = redact({
    ...trace,
    header: { ...trace.header, extra: new Map(Object.entries(own)) },
  });
  t.strictSame(named.header.extra?.get('x-rigs'), { '[user-1]@[host-1]': { '[user-1]': 1 } });
  t.strictSame(after.events[0]?.inferred, { text: 'line 1: [path-1]' });
});

/** What texts are made of: what is replaced, what only looks like it, and the words of some of it elsewhere. */
const piece = fc.oneof(
  fc.constantFrom(...REPLACED.map(([line]) => line)),
  fc.constantFrom(
    'ann',
    'box',
    'board-7',
    'lab-7',
    'secret',
    'é',
    '"',
    '\\',
    '\t',
    '/a',
    '/b',
    '~',
    ':',
    '::',
    '@',
  ),
  fc.string({ maxLength: 6, unit: fc.constantFrom(...':/@.-0123456789abcdefxyz~# =Linuxsn') }),
);
const text = fc.array(piece, { maxLength: 4 }).map(pieces => pieces.join(' '));
const registers = fc.array(
  fc.constantFrom(
    null,
    u64(0n),
    u64(0xffff_8000_8123_4567n),
    u64(0xffff_ffff_ffff_ffffn),
    u64(0xfff0_0000_0000_0000n),
  ),
  { minLength: 1, maxLength: 3 },
);
const named = fc.constantFrom('rule', 'plain', 'extra', 'inferred');
const anyEvent: fc.Arbitrary<TraceEvent> = fc.oneof(
  text.map(console),
  fc.record({ type: fc.constant('log' as const), level: fc.constant(null), text }),
  fc.tuple(registers, registers, named, text).map(
    ([args, res, how, said]): TraceEvent => ({
      type: 'smc',
      cpu: 0,
      from: 'ns',
      via: 'smc',
      cc: '1.1',
      fid: u64(0xc400_0150n),
      args,
      res,
      ...(how === 'rule' && said !== '' ? { rule: said } : {}),
      ...(how === 'inferred' ? { inferred: { res: said } } : {}),
      ...(how === 'extra' ? { extra: new Map<string, unknown>([['x-of', { [said]: [said, 1] }]]) } : {}),
    }),
  ),
);

t.test('a large trace is redacted as any other, without being held', async t => {
  const trace = await recorded();
  const plain = Array.from({ length: 110 }, () => console('nothing of anybody'));
  let count = 0;
  const property = fc.asyncProperty(
    fc.array(anyEvent, { maxLength: 12 }),
    fc.boolean(),
    async (events, more) => {
      const whole = { ...trace, events: [...plain, ...events, ...trace.events] };
      const options = more ? { also: ['secret', '"', 'é'], keep: ['ann', '192.168.7.12'] } : {};
      const large = await asLarge(whole);
      const { text: made, replaced } = must(await redactLarge(large, options));
      const once = redact(whole, options);
      t.equal(must(await made.digest()), digestOf(once.trace));
      const pieces: Buffer[] = [];
      for await (const bytes of made.text()) pieces.push(Buffer.from(must(bytes)));
      t.equal(Buffer.concat(pieces).toString(), traceText(once.trace));
      t.strictSame(replaced(), once.replaced);
      t.notOk(
        replaced().some(({ was }) => /^ffff00000000000.$/.test(was)),
        'a register is replaced once',
      );
      count += once.replaced.length;
    },
  );
  await fc.assert(property, { seed: 20_261_126, numRuns: 60 });
  t.ok(count > 100, `${count} replaced`);
});

t.test('what a pattern finds in a text is looked for in the line of the text as well', async t => {
  const property = fc.property(text, said => {
    const line = JSON.stringify({ type: 'console', text: said });
    return [...KINDS, POINTER].every(({ pattern, needs, fits = () => true }) => {
      const found = [...said.matchAll(pattern)].some(({ groups = {} }) => Object.values(groups).some(fits));
      return !found || (tells(line) === 'perhaps' && new RegExp(needs, 'i').test(said));
    });
  });
  t.equal(fc.check(property, { seed: 20_261_126, numRuns: 3000 }).counterexample, null);
});

t.test('a large trace replays as before where it does so as any other', async t => {
  const trace = await recorded();
  const refused = must(
    await readTrace({ name: 'refused.json', path: 'traces/refused-rmm-too-old.json' }),
  ).trace;
  const lines: readonly TraceEvent[] = ['built in /home/ann/src', 'ann was here'].map(console);
  const log = (said: string): TraceEvent => ({ type: 'log', level: null, text: said });
  const tells = async (whole: Trace, also: readonly string[] = []) => {
    const large = await asLarge(whole);
    const redacted = must(await redactLarge(large, { also }));
    const held = must(await readTrace({ name: 'held.json', bytes: Buffer.from(traceText(whole)) }));
    const asBefore = await replaysAsBefore(held, redact(whole, { also }).trace);
    t.equal(must(await largeReplaysAsBefore(large, redacted)), asBefore);
    return asBefore;
  };
  t.equal(await tells({ ...trace, events: [...lines, ...trace.events] }), true);
  t.equal(await tells({ ...trace, events: [log('hostname: ann'), ...trace.events] }), true);
  t.equal(await tells(refused, ['Unsupported']), false);
  const called: TraceEvent = {
    type: 'smc',
    cpu: 0,
    from: 'ns',
    via: 'smc',
    cc: '1.1',
    fid: u64(0xc400_0151n),
    args: [u64(0xffff_8000_8123_4567n)],
    res: [u64(0n)],
  };
  t.equal(await tells({ ...refused, events: [...refused.events, called] }), true);
  // The kernel looks at this register: as another it would be another machine.
  const pfr0 = trace.events.map(event =>
    event.type === 'mrs' ? { ...event, value: u64(0xfff0_0000_0000_0011n) } : event,
  );
  await tells({ ...trace, events: pfr0 });
});

t.test('a golden trace has nothing to replace, and what was redacted has nothing more', async t => {
  for (const name of readdirSync('traces').filter(file => file.endsWith('.json'))) {
    const read = await readTrace({ name, path: join('traces', name) });
    if (!read.ok) throw new Error(name);
    const { trace, replaced } = redact(read.value.trace);
    t.strictSame(replaced, [], name);
    t.equal(traceText(trace), readFileSync(join('traces', name), 'utf8'), name);
  }
  const events = REPLACED.map(([line]) => console(line));
  const once = redact({ ...(await recorded()), events }).trace;
  t.strictSame(redact(once), { trace: once, replaced: [] });
});

t.test('the command lists what it replaced, and refuses what would change the verdict', async t => {
  const cwd = t.testdir({
    'boot.log': [
      '[    0.000000] Linux version 6.19.0 (annika@rackbox7) #1 SMP',
      'Booting RMM v.0.8.0(debug) annika@rackbox7',
      'SMC_RMI_VERSION                   20000 > RMI_ERROR_INPUT',
      '[    0.873402] kvm [1]: Unsupported RMI ABI (v1.0 - v1.0) we want v2.0',
      '',
    ].join('\n'),
  });
  const run = (...words: string[]) => rmitrace(words, { cwd });
  const ran = await run('redact', 'boot.log', '-o', 'public.json');
  t.match(ran, {
    code: 0,
    out: /^public\.json: 2 texts replaced\n {2}\[user-1\] .* annika\n {2}\[host-1\] .* rackbox7\n$/,
  });
  const text = readFileSync(join(cwd, 'public.json'), 'utf8');
  t.match(text, /Booting RMM v\.0\.8\.0\(debug\) \[user-1\]@\[host-1\]/);
  t.notMatch(text, /annika|rackbox7/);
  t.match(await run('replay', 'public.json'), { out: (await run('replay', 'boot.log')).out.split('\n')[0] });
  t.match(await run('validate', 'public.json'), { code: 0 });
  const report = JSON.parse((await run('redact', 'boot.log', '-o', 'again.json', '--json')).out);
  t.match(report.result.replaced, [
    { kind: 'user', was: 'annika' },
    { kind: 'host', was: 'rackbox7', times: 1 },
  ]);
  t.match(await run('redact', 'boot.log', '--keep', 'annika', '--also', 'debug'), {
    code: 0,
    out: /"text":"Booting RMM v\.0\.8\.0\(\[word-1\]\) annika@\[host-1\]"/,
    err: /standard output: 2 texts replaced/,
  });
  t.match(await run('redact', 'boot.log', '--also', 'Unsupported'), {
    code: 2,
    err: /without annika, rackbox7, Unsupported it would end or replay otherwise \(leave what the replay compares as it is/,
  });
});
