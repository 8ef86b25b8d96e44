/** The emulated RMMs against what real ones answered, and the ones that no real one is. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import t, { type Test } from 'tap';
import { decodeCall } from '../lib/abi/decode.js';
import { agreedRevision } from '../lib/compare/handshake.js';
import {
  autoProfile,
  kernelNamed,
  machineNamed,
  PROFILES,
  parseEdit,
  profileNamed,
  readTrace,
  record,
  recordedKernel,
  replay,
  type SmcEvent,
  standInFor,
  type Trace,
  type TraceEvent,
  traceText,
  validateTrace,
} from '../lib/index.js';
import { outcomeOf } from '../lib/kernel/outcome.js';
import { describe } from '../lib/machine/description.js';
import { emulate } from '../lib/machine/emulated.js';
import type { Rmm, RmmReply } from '../lib/model/port.js';
import { splitmix64 } from '../lib/model/splitmix64.js';
import { hex, u64, ZERO } from '../lib/model/u64.js';
import { listJson } from '../lib/report/json.js';
import { listOf } from '../lib/report/lists.js';
import { listText } from '../lib/report/text/list.js';
import { PLAIN } from '../lib/report/text/paint.js';
import { showText } from '../lib/report/text/show.js';
import { LOG_LEVEL } from '../lib/rmm/console.js';
import { FAMILIES } from '../lib/rmm/families.js';
import { createRmm, type Features } from '../lib/rmm/rmm.js';
import { runSync } from '../lib/run.js';
import type { MachineWire } from '../lib/schema/validate.js';
import { digestOf } from '../lib/trace/digest.js';
import { GENERATOR } from '../lib/trace/wire-frame.js';
import {
  type Answered,
  answersHere,
  BUILDS,
  type Build,
  bootsOf,
  memoryOf,
  readAnswers,
  readWhole,
  sameCalls,
  spelt,
  wholeHere,
  wholeNames,
} from './answers.js';
import { h, must } from './boots.js';

const VERSION = '0xc4000150';
const FEATURES = '0xc4000165';
const ONES = '0xffffffffffffffff';

/** Register 0 alone up to 1.1, five registers in 2.0. */
const FEATURE_REGISTERS = 5;

t.test('every call that a real build answered comes out, registers and console lines', async t => {
  t.strictSame(
    answersHere().filter(name => !/\.(lifecycle|init)$/.test(name)),
    BUILDS.map(([build]) => build).sort(),
  );
  for (const [build, profile, major] of BUILDS) provesBuild(t, build, profile, major, readAnswers(build));
});

t.test('the files of those answers are the answers', wholeHere, async t => {
  for (const name of answersHere()) t.strictSame(readAnswers(name), readWhole(name), name);
  const whole = wholeNames().filter(name => !/\.(lifecycle|init)$/.test(name));
  t.strictSame(whole, BUILDS.map(([build]) => build).sort(), 'every build that was asked has its file');
});

/** Calls, and a sweep over the numbers that the build has no handler for. */
function provesBuild(
  t: Test,
  build: string,
  profile: string,
  major: number,
  { calls, refused }: Build,
): void {
  const registers = calls.filter(({ fid, res }) => fid === FEATURES && res[0] === '0x0');
  const features: Features = new Map([
    [major, registers.slice(0, FEATURE_REGISTERS).map(({ res }) => h(res[1] ?? ''))],
  ]);
  const rmm = rmmOf(profile, { features, logLevel: LOG_LEVEL.verbose });
  t.equal(calls.length, 50, build);
  sameCalls(
    t,
    build,
    calls.map(asked => pairOf(rmm, asked)),
  );
  const answering = refused.filter(fid => spelt(rmm.call(h(fid), [])).res[0] !== ONES);
  t.ok(refused.length >= 90, `${build}: ${refused.length} numbers without a handler`);
  t.strictSame(answering, [], `${build}: each of them is refused`);
}

t.test('the calls of a realm’s life that are emulated come out as in the real build', async t => {
  for (const name of lives(answersHere())) emulatedPart(t, name, readAnswers(name));
});

t.test('and so in the lives of the other builds', wholeHere, async t => {
  for (const name of lives(wholeNames())) emulatedPart(t, name, readWhole(name));
});

/** Nobody knows what a call did that is not emulated: of what depends on it there is no answer either. */
function emulatedPart(t: Test, name: string, { calls }: Build): void {
  const [, profile = '', major = 0] = BUILDS.find(([build]) => `${build}.lifecycle` === name) ?? [];
  const rmm = rmmOf(profile, { features: new Map([[major, [h(calls[0]?.res[1] ?? '0x0')]]]) });
  const pairs = calls.map(asked => pairOf(rmm, asked)).filter(({ found }) => found.res[0] !== 'unanswered');
  const delegating = calls.filter(({ fid }) => /^0xc4000(151|1f1)$/.test(fid));
  t.ok(pairs.length >= 3 + delegating.length, `${name}: ${pairs.length} of ${calls.length} are emulated`);
  sameCalls(t, name, pairs);
}

t.test('the whole init comes out as in the real builds: registers, console, and the page', async t => {
  const pages: string[] = [];
  for (const [name, profile, major, total] of [
    ['v0.9.0', 'tf-rmm-0.9', 2, 143],
    ['v0.8.0', 'tf-rmm-0.8', 1, 27],
  ] as const) {
    const boots = bootsOf(readAnswers(`${name}.init`));
    const registers = readAnswers(name).calls.filter(({ fid, res }) => fid === FEATURES && res[0] === '0x0');
    const features = new Map([[major, registers.slice(0, 5).map(({ res }) => h(res[1] ?? ''))]]);
    const pairs = boots.flatMap(({ calls }) => {
      const rmm = rmmOf(profile, { features, logLevel: LOG_LEVEL.verbose });
      return calls.map(asked => pairOf(rmm, asked));
    });
    t.equal(pairs.length, total);
    sameCalls(t, name, pairs);
    pages.push(...pairs.flatMap(({ page }) => page ?? []));
  }
  t.strictSame(pages, ['0x80005000 0x0=0x0 0x8=0x0', '0x80005000 0x0=0x0 0x8=0x0']);
});

t.test(
  'a realm’s life is a trace: it validates, has a name for every call and status, and plays back',
  async t => {
    for (const name of lives(answersHere())) await isTrace(t, name, readAnswers(name));
  },
);

t.test('and so are the lives of the other builds', wholeHere, async t => {
  t.equal(lives(wholeNames()).length, 7);
  for (const name of lives(wholeNames())) await isTrace(t, name, readWhole(name));
});

async function isTrace(t: Test, name: string, build: Build): Promise<void> {
  const source = { name, bytes: Buffer.from(traceText(lifeOf(name, build))) };
  t.strictSame((await validateTrace(source)).findings, [], `${name} validates`);
  const { trace } = must(await readTrace(source));
  const revision = agreedRevision(trace.events);
  const decoded = trace.events.filter(event => event.type === 'smc').map(call => decodeCall(call, revision));
  const unnamed = decoded.filter(({ name }) => name.startsWith('unknown FID'));
  const statusless = decoded.filter(({ results }) => /unknown|stray/.test(results[0]?.text ?? 'none'));
  t.strictSame([unnamed, statusless], [[], []], `${name}: every call and status has its name`);
  t.equal(decoded.length, build.calls.length);
  const played = must(await replay(trace, recordedKernel(trace.events, 'rmi')));
  t.equal(played.verdict, 'same', `${name} plays back`);
  t.equal(played.replayed.events.filter(({ type }) => type === 'smc').length, build.calls.length);
}

t.test('a life reads as the specification has it', async t => {
  const trace = lifeOf('head.lifecycle', readAnswers('head.lifecycle'));
  const shown = showText({ trace, numbers: null, conformance: null }, PLAIN);
  for (const line of [
    'RMI_FEATURES(index 0) -> RMI_SUCCESS, value S2SZ 48, LPA2 1,',
    'RMI_GRANULE_TRACKING_GET(base 0x0, top 0x1000) -> RMI_SUCCESS, category CONVENTIONAL, state NONE, top 0x1000',
    'RMI_REALM_CREATE(rd 0x80000000, params 0x80002000) -> RMI_ERROR_GLOBAL',
    'RMI_REC_CREATE(rd 0x80000000, rec 0x80001000, params 0x80003000) -> RMI_INCOMPLETE(donate)',
    'RMI_OP_MEM_DONATE(handle 0x0, list 0x8001b000, count 0x10) -> RMI_INCOMPLETE, consumed 0x10',
    'RMI_REC_DESTROY(rec 0x80001000) -> RMI_INCOMPLETE(reclaim)',
    'RMI_RTT_READ_ENTRY(rd 0x80000000, ipa 0x1000, level 0x3) -> RMI_SUCCESS, level 0x3, state 0x1, ' +
      'desc 0x8000a000, ripas 0x1',
  ]) {
    t.ok(shown.includes(line), line);
  }
});

/** x1 to x17 as an SMCCC 1.2 caller sets them; of the answer nobody read more than x0..x4. */
function lifeOf(name: string, { calls }: Build): Trace {
  const events = calls.flatMap(({ fid, args, res, console }): readonly TraceEvent[] => [
    ...console.map(text => ({ type: 'console', text, src: 'rmm' }) as const),
    {
      type: 'smc',
      cpu: 0,
      from: 'ns',
      via: 'smc',
      cc: '1.2',
      fid: h(fid),
      args: withoutZeros(args).map(h),
      res: [...res.map(h), ...Array.from({ length: 13 }, () => null)],
    } satisfies SmcEvent,
  ]);
  const [, profile = null] = BUILDS.find(([build]) => `${build}.lifecycle` === name) ?? [];
  return {
    header: {
      generator: GENERATOR,
      scope: 'rmi',
      kernel: { name: 'tf-rmm-host-build', wants: null, via: 'imported' },
      machine: { name: 'tf-rmm-host-build', cpus: 1, rmm: profile, via: 'imported' },
    },
    events,
    outcome: outcomeOf(events),
  };
}

t.test('RMM 0.8 with RMM_V1_1 behind a real EL3: the first RMI_VERSION never comes back', async t => {
  const rows: readonly [fid: string, x1: string, answer: string][] = [
    ['0x80000000', '0x0', '0x10005 0x0'],
    ['0x80000001', '0x80000000', '0x0 0x80000000'],
    ['0x84000000', '0x0', '0x10001 0x0'],
    [VERSION, '0x0', 'silence'],
  ];
  const machine = emulate(must(machineNamed('qemu-max')), must(profileNamed('silent')));
  const log = new URL('../../shared/qemu/probe-rmm-0.8-v11-never-returns.log', import.meta.url);
  const answers = rows.map(([fid, x1]) => {
    const reply = machine.call({ cpu: 0, via: 'smc', cc: '1.2', fid: h(fid), args: [h(x1)] });
    return reply.kind === 'answer'
      ? reply.res
          .slice(0, 2)
          .map(seen => hex(seen ?? ZERO))
          .join(' ')
      : reply.kind;
  });
  t.strictSame(
    answers,
    rows.map(([, , answer]) => answer),
  );
  if (!existsSync(log))
    return t.comment('skipped: the console of the real machine is not beside this project');
  const said = [...readFileSync(log, 'utf8').matchAll(/^NS: {3}(in|out) +x0=0x0*(\w+) x1=0x0*(\w+)/gm)];
  t.strictSame(
    said.map(([, way, x0, x1]) => `${way} ${x0} ${x1}`),
    rows.flatMap(([fid, x1, answer]) => [
      `in ${fid.slice(2)} ${x1.slice(2)}`,
      ...(answer === 'silence' ? [] : [`out ${answer.replaceAll('0x', '')}`]),
    ]),
    'call for call what the console of the real machine shows',
  );
});

t.test('Islet answers RMI_VERSION with its own revision, and looks at major and minor alone', async t => {
  const rows: readonly [profile: string, fid: string, requested: string, answer: string][] = [
    ['islet', VERSION, '0x10000', '0x0 0x10000 0x10000'],
    ['islet', VERSION, '0x20000', '0x1 0x10000 0x10000'],
    ['islet', VERSION, '0x8000000000010000', '0x0 0x10000 0x10000'],
    ['islet', '0xc4010150', '0x10000', '0x0 0x10000 0x10000'],
    ['islet', '0xc4000156', '0x10000', '0x100 0x0 0x0'],
    ['islet-early', VERSION, '0x10000', '0x0 0x10000 0x10000'],
    ['islet-early', VERSION, '0x20000', '0x1 0x0 0x0'],
    ['islet-early', '0xc4010150', '0x10000', '0x100 0x0 0x0'],
    ['islet-early', '0xc4000166', '0x0', '0x100 0x0 0x0'],
  ];
  for (const [profile, fid, requested, answer] of rows) {
    t.equal(registers(rmmOf(profile), fid, requested), answer, `${profile}: ${fid} ${requested}`);
  }
  for (const { name, releases, provenBy } of PROFILES.filter(({ name }) => name.startsWith('islet'))) {
    t.ok(releases.length > 0 && provenBy === null, `${name} is UNVERIFIED: no build was asked`);
  }
});

t.test('an RMM that is wrong on purpose is wrong in the one way that its name says', async t => {
  const rows: readonly [profile: string, asked: readonly string[], answers: readonly string[]][] = [
    ['busy-2', ['0x20000', '0x20000', '0x20000'], ['0xa 0x0 0x0', '0xa 0x0 0x0', '0x0 0x20000 0x20000']],
    ['busy', ['0x20000', '0x20000'], ['0xa 0x0 0x0', '0xa 0x0 0x0']],
    ['blocked-1', ['0x10000', '0x10000'], ['0xe 0x0 0x0', '0x0 0x10000 0x20000']],
    ['blocked', ['0x10000'], ['0xe 0x0 0x0']],
    ['index-1', ['0x20000'], ['0x100 0x20000 0x20000']],
    ['index-255', ['0x10000'], ['0xff00 0x10000 0x20000']],
    ['status-0xffffffff', ['0x20000'], ['0xffffffff 0x20000 0x20000']],
    ['stray-31', ['0x20000', '0x1'], ['0x0 0x80020000 0x80020000', '0x1 0x80020000 0x80020000']],
    ['stray-63', ['0x10000'], ['0x0 0x8000000000010000 0x8000000000020000']],
    ['swapped', ['0x20000', '0x10001'], ['0x0 0x20001 0x20000', '0x1 0x20001 0x10000']],
    [
      'spec-1.1',
      ['0x10001', '0x20000', '0x10000'],
      ['0x0 0x10001 0x10001', '0x1 0x10001 0x10001', '0x1 0x10001 0x10001'],
    ],
    ['spec-1.0+2.1', ['0x20000', '0x10000'], ['0x1 0x10000 0x20001', '0x0 0x10000 0x20001']],
  ];
  for (const [profile, asked, answers] of rows) {
    const rmm = rmmOf(profile);
    t.strictSame(
      asked.map(word => registers(rmm, VERSION, word)),
      answers,
      profile,
    );
  }
  t.equal(registers(rmmOf('index-1'), FEATURES, '0x0'), '0x0 0x0 0x0', 'RMI_VERSION alone has the index');
  t.equal(registers(rmmOf('busy-1'), '0xc4000158', '0x0'), '0xa 0x0 0x0', 'whatever the first call is');
});

t.test('what an RMM is wrong about leaves x4 on to the caller', async t => {
  const asked = ['0x20000', '0x2', '0x3', '0x4', '0x5'].map(h);
  for (const profile of ['spec', 'busy', 'swapped', 'stray-31', 'random-1']) {
    const reply = rmmOf(profile).call(h(VERSION), asked);
    t.strictSame(
      reply.kind === 'answer' ? reply.res.slice(3, 6).map(hex) : [],
      ['0x0', '0x4', '0x5'],
      profile,
    );
    t.equal(reply.kind === 'answer' ? reply.res.length : 0, 18, profile);
  }
});

t.test('a seed always gives the same answers, and another seed others', async t => {
  const answers = (profile: string) => {
    const rmm = rmmOf(profile);
    return Array.from({ length: 4 }, () => registers(rmm, VERSION, '0x20000'));
  };
  t.strictSame(answers('random-42'), answers('random-42'));
  t.notSame(answers('random-42'), answers('random-43'));
  t.equal(new Set(answers('random-42')).size, 4, 'each call is drawn anew');
  t.strictSame(
    [1n, 2n, 3n].map(n => splitmix64(u64(1234567n), n).toString()),
    ['6457827717110365317', '3203168211198807973', '9817491932198370423'],
    'the first values of splitmix64 for the seed that its other implementations are tested with',
  );
});

t.test('a thousand seeds bring a kernel into every outcome class that an answer can', async t => {
  const machine = must(machineNamed('fvp'));
  const kernel = must(kernelNamed('v13'));
  const classes = new Set(
    Array.from({ length: 1000 }, (_, seed) => {
      const profile = must(profileNamed(`random-${seed}`));
      return outcomeOf(runSync(kernel, emulate(machine, profile))).class;
    }),
  );
  t.strictSame([...classes].sort(), ['accepted', 'quiet', 'refused']);
});

t.test('a name with a parameter out of range says what may stand there', async t => {
  const rows: readonly [name: string, next: RegExp][] = [
    ['busy-0', /^write busy-N, N from 1 to 1000000$/],
    ['busy-03', /^write busy-N/],
    ['busy-1000001', /^write busy-N/],
    ['busy-', /^write busy-N/],
    ['blocked-x', /^write blocked-N/],
    ['index-256', /^write index-N, N from 1 to 255$/],
    ['status-1', /^write status-0xX/],
    ['status-0X1', /^write status-0xX/],
    ['stray-30', /^write stray-N, N from 31 to 63$/],
    ['stray-64', /^write stray-N/],
    ['random--1', /^write random-N, N from 0 to 999999999$/],
    ['random-1000000000', /^write random-N/],
    ['spec-2.0+1.0', /^write spec-M\.m\[\+M\.m…\], up to 5, the lowest first$/],
    ['spec-1.0+1.0', /^write spec-M\.m/],
    ['spec-1.0+1.1+1.2+1.3+1.4+1.5', /^write spec-M\.m/],
    ['spec-1', /^write spec-M\.m/],
    ['buzy-3', /^did you mean busy-N\? there are tf-rmm-0\.1, .*, busy-N, /],
    ['toString-1', /^there are /],
  ];
  for (const [name, next] of rows) {
    const found = profileNamed(name);
    if (found.ok) t.fail(`${name} was taken`);
    else t.strictSame([found.trouble.code, next.test(found.trouble.next)], ['unknown-name', true], name);
  }
  t.ok(
    describe({ format: 'rmitrace-machine', version: 1, name: 'm', cpus: [{ registers: {} }], rmm: 'busy-3' })
      .ok,
  );
});

t.test('a number that a build has, or may have, is not refused', async t => {
  const rows: readonly [profile: string, has: string, refused: string][] = [
    ['tf-rmm-0.6', '', '156 160 163 172 173 1d7'],
    ['tf-rmm-0.7', '172 173', '156 160 163 16a 171 174 1d7'],
    ['tf-rmm-0.7-v11', '172 173', '156 160 163 16a 171 174 1d7'],
    ['tf-rmm-0.8', '172 173', '16a 174 1d7'],
    ['tf-rmm-1.x', '1d7 1d8 1db 1dc', '16a 1d0 1d3 1e1 202'],
    ['tf-rmm-1.x-v11', '1d0 1d1 1d2 1d3 1d7 1d8 1db 1dc', '16a 1d4 1e1 202'],
    ['tf-rmm-206a8942', '151 153 172 1d7', '16a 22f'],
    ['tf-rmm-1.0-2.0', '151 153 156 160 172 173 179 18c 18d', '16a 22f'],
  ];
  for (const [profile, has, refused] of rows) {
    const rmm = rmmOf(profile);
    const x0 = (number: string) => spelt(rmm.call(h(`0xc4000${number}`), [])).res[0];
    const numbers = (words: string) => words.split(' ').filter(word => word !== '');
    t.strictSame(
      numbers(has).filter(number => x0(number) === ONES),
      [],
      `${profile} has them`,
    );
    t.strictSame(
      numbers(refused).filter(number => x0(number) !== ONES),
      [],
      `${profile} lacks them`,
    );
  }
});

t.test('TF-A’s test payload is reached with the SVE hint, and knows one command of 2.0', async t => {
  const trp = rmmOf('trp');
  for (const [fid, requested, answer] of [
    ['0xc4010150', '0x20000', '0x1 0x0 0x0'],
    ['0xc4010150', '0x10000', '0x1 0x0 0x0'],
    ['0xc4010150', '0x0', '0x0 0x0 0x0'],
    ['0xc4000150', '0x20000', '0x1 0x0 0x0'],
    ['0xc40001ec', '0x80000000', '0x0 0x0 0x0'],
    ['0xc40101ec', '0x80000000', '0x0 0x0 0x0'],
    ['0xc40001ed', '0x80000000', `${ONES} 0x0 0x0`],
    ['0xc4000202', '0x0', `${ONES} 0x0 0x0`],
  ] as const) {
    t.equal(registers(trp, fid, requested), answer, `${fid} ${requested}`);
  }
  t.equal(
    trp.call(h('0xc4000151'), [h('0x80000000')]).kind,
    'unanswered',
    'what it delegates is not emulated',
  );
});

t.test('feature register 0 is the RMM’s as much as the machine’s', async t => {
  const qemu = must(machineNamed('qemu-max')).features;
  const host: Features = new Map([[1, [h('0x283fc104130')]]]);
  for (const [profile, features, value] of [
    ['tf-rmm-0.7', qemu, '0x28f34317f34'],
    ['tf-rmm-0.7-v11', qemu, '0x68f34317f34'],
    ['tf-rmm-0.8', qemu, '0x28f34317f34'],
    ['tf-rmm-0.9', qemu, '0x317f34'],
    ['tf-rmm-0.6', host, '0x283fc104130'],
    ['tf-rmm-0.6-v11', host, '0x683fc104130'],
    ['tf-rmm-0.8-v11', host, '0x6683fc104130'],
    ['tf-rmm-0.8', new Map([[1, [h('0x6683fc104130')]]]), '0x283fc104130'],
    ['spec-1.0', host, '0x283fc104130'],
  ] as const) {
    t.equal(registers(rmmOf(profile, { features }), FEATURES, '0x0'), `0x0 ${value} 0x0`, profile);
  }
});

t.test('list rmms fits 100 columns, names everything, and says what each is proven against', async t => {
  const lines = listText(listOf('rmms')).split('\n');
  t.strictSame(
    lines.filter(line => line.length > 100),
    [],
  );
  const { rows } = listJson(listOf('rmms')) as { rows: readonly Record<string, string>[] };
  t.strictSame(
    rows.map(({ name }) => name),
    [...PROFILES.map(({ name }) => name), ...FAMILIES.map(({ usage }) => usage)],
  );
  for (const { name = '', releases = '', provenBy = '', revisions = '', summary } of rows) {
    const row = lines.find(line => line.startsWith(`${name} `));
    t.ok(row?.includes(releases) && row.includes(revisions) && row.includes(provenBy), name);
    t.equal(lines[lines.indexOf(row ?? '') + 1]?.trim(), summary);
  }
  for (const [build, profile] of BUILDS) {
    const { releases, provenBy } = must(profileNamed(profile));
    t.match(provenBy, /called directly/, `${profile} says that ${build} was asked`);
    t.ok(releases.length > 0, profile);
  }
});

/** Banners as they stood on real consoles, and what they prove. */
const BANNERS: readonly [lines: readonly string[], found: string, why: string][] = [
  [
    [
      'Booting RMM v.0.4.0(debug) 17924bc Built with GCC 11.4.1',
      'RMI/RSI ABI v.1.0/1.0 built: May 31 2024 00:21:59',
    ],
    'tf-rmm-0.5',
    'its banner says v.0.4.0, build 17924bc, RMI 1.0',
  ],
  [
    [
      'Booting RMM v.0.5.0(debug) 4e2e764 Built with GCC 13.3.1',
      'RMI/RSI ABI v.1.0/1.0 built: Dec 11 2024 02:52:28',
    ],
    'tf-rmm-0.5',
    'its banner says v.0.5.0, build 4e2e764, RMI 1.0',
  ],
  [
    [
      'RMM_MEM_SCRUB_METHOD is default.',
      'Booting RMM v.0.8.0(debug) tf-rmm-v0.8.0 Built: Jan 21 2026 07:59:20 with GCC 14.3.1',
      'RMM-EL3 Interface v.0.8',
      'RMI ABI revision v1.0',
      'RSI ABI revision v1.0',
    ],
    'tf-rmm-0.8',
    'its banner says v.0.8.0, build tf-rmm-v0.8.0, RMI 1.0',
  ],
  [
    [
      'Booting RMM v.0.8.0(release) tf-rmm-v0.8.0 Built: Dec  4 2025 13:47:33 with GCC 14.3.1',
      'RMI ABI revision v1.1',
      'RSI ABI revision v1.1',
    ],
    'tf-rmm-0.8-v11',
    'its banner says v.0.8.0, build tf-rmm-v0.8.0, RMI 1.1',
  ],
  [
    [
      'Booting RMM v.0.9.0(release) tf-rmm-v0.9.0 Built: Nov 22 2026 11:05:53 with GCC 12.2.0',
      'RMI ABI revision v2.0',
      'RSI ABI revision v1.1',
    ],
    'tf-rmm-0.9',
    'its banner says v.0.9.0, build tf-rmm-v0.9.0, RMI 2.0',
  ],
  [
    [
      'Booting RMM v.0.9.0(release) tf-rmm-v0.9.0-139-g9a7f8ef4 Built: Nov 22 2026 11:06:55 with GCC 12.2.0',
      'RMI ABI revision v2.0',
    ],
    'tf-rmm-head',
    'its banner says v.0.9.0, build tf-rmm-v0.9.0-139-g9a7f8ef4, RMI 2.0',
  ],
  [['ERROR:   RMM init failed: -2'], 'failed', 'EL3 says that the RMM failed to boot'],
  [
    ['ERROR:   RMM Failed to initialize. Ignoring for CPU1'],
    'failed',
    'EL3 says that the RMM failed to boot',
  ],
];

/** Made by the same formats. */
const MADE: typeof BANNERS = [
  [
    ['Booting RMM v.0.8.0'],
    '',
    'its banner says v.0.8.0, which several profiles match: tf-rmm-0.8, tf-rmm-0.8-v11',
  ],
  [
    ['Booting RMM v.0.3.0(debug) abcdef0 Built with GCC 11.4.1', 'RMI/RSI ABI v.66.0/12.0 built: x'],
    'tf-rmm-eac2',
    'its banner says v.0.3.0, build abcdef0, RMI 66.0',
  ],
  [
    ['Booting RMM v.0.9.0(debug) tf-rmm-v0.9.0-12-gabcdef01 Built: x with y', 'RMI ABI revision v2.0'],
    '',
    'its banner says v.0.9.0, build tf-rmm-v0.9.0-12-gabcdef01, RMI 2.0, which no profile matches',
  ],
  [
    ['Booting RMM v.0.9.0(debug) abcdef01 Built: x with y', 'RMI ABI revision v2.0'],
    '',
    'its banner says v.0.9.0, build abcdef01, RMI 2.0, which several profiles match: tf-rmm-0.9, tf-rmm-head',
  ],
  [
    ['Booting RMM v.0.8.0(debug) tf-rmm-v0.8.0-dirty Built: x with y', 'RMI ABI revision v1.0'],
    '',
    'its banner says v.0.8.0, build tf-rmm-v0.8.0-dirty, RMI 1.0, which no profile matches',
  ],
  [
    [
      'Booting RMM v.0.3.0(debug) rmm-spec-v1.0-eac5 Built with GCC 12.2.0',
      'RMI/RSI ABI v.1.0/1.0 built: Nov 24 2026 08:00:00',
    ],
    'tf-rmm-0.5',
    'its banner says v.0.3.0, build rmm-spec-v1.0-eac5, RMI 1.0',
  ],
  [
    ['Booting RMM v.0.8.0(debug) rmm-spec-v1.x-aligned Built: x with y', 'RMI ABI revision v1.0'],
    'tf-rmm-1.x',
    'its banner says v.0.8.0, build rmm-spec-v1.x-aligned, RMI 1.0',
  ],
  [
    ['Booting RMM v.0.8.0(debug) rmm-spec-v1.x-aligned Built: x with y', 'RMI ABI revision v1.1'],
    'tf-rmm-1.x-v11',
    'its banner says v.0.8.0, build rmm-spec-v1.x-aligned, RMI 1.1',
  ],
  [
    ['Booting RMM v.0.8.0(debug) tf-rmm-v0.8.0-99-g206a8942 Built: x with y', 'RMI ABI revision v1.0'],
    'tf-rmm-206a8942',
    'its banner says v.0.8.0, build tf-rmm-v0.8.0-99-g206a8942, RMI 1.0',
  ],
  [
    ['Booting RMM v.0.8.0(debug) 206a894 Built: x with y', 'RMI ABI revision v2.0'],
    'tf-rmm-1.0-2.0',
    'its banner says v.0.8.0, build 206a894, RMI 2.0',
  ],
  [['Booting Trusted Firmware', 'RMI ABI revision v2.0'], '', 'neither the header nor a banner'],
];

t.test('--rmm auto takes the RMM that a banner proves, of either form, and says why', async t => {
  for (const [lines, found, why] of [...BANNERS, ...MADE]) {
    const auto = autoProfile(saying(lines));
    t.equal(auto.ok ? auto.value.profile.name : '', found, lines[0] ?? why);
    t.ok((auto.ok ? auto.value.why : auto.trouble.what).includes(why), why);
  }
  const named = must(autoProfile(saying([], 'busy-3')));
  t.strictSame([named.profile.name, named.why], ['busy-3', 'the header names it']);
  const unknown = must(autoProfile(saying(BANNERS[4]?.[0] ?? [], 'somebody’s')));
  t.equal(unknown.profile.name, 'tf-rmm-0.9', 'a name that no profile has leaves it to the banner');
  for (const via of ['pipe', 'playback'] as const) {
    const of = (trace: Trace): Trace => ({
      ...trace,
      header: { ...trace.header, machine: { ...trace.header.machine, via } },
    });
    const itself = autoProfile(of(saying([], 'tf-rmm-0.9')));
    const why =
      via === 'pipe'
        ? '"tf-rmm-0.9" is what an RMM behind a pipe calls itself; neither the header nor a banner in this trace says which RMM answered'
        : 'neither the header nor a banner in this trace says which RMM answered';
    t.strictSame(itself.ok ? '' : itself.trouble.what, why);
    const shown = must(autoProfile(of(saying(BANNERS[4]?.[0] ?? [], 'tf-rmm-0.8'))));
    t.equal(shown.profile.name, 'tf-rmm-0.9', 'a banner proves more than a name');
  }
});

t.test('an RMM that was found so answers on the trace’s own state', async t => {
  const [lines] = BANNERS[2] ?? [[]];
  const trace = saying(lines);
  const { profile } = must(autoProfile(trace));
  const machine = standInFor(trace, profile).machine({ mrs: new Map(), facts: new Map(), ftr: new Map() });
  const reply = await machine.call({ cpu: 0, via: 'smc', cc: '1.1', fid: h(VERSION), args: [h('0x20000')] });
  t.strictSame(reply.kind === 'answer' ? reply.res.map(seen => hex(seen ?? ZERO)) : [], [
    '0x1',
    '0x10000',
    '0x10000',
    '0x0',
  ]);
});

const SHARED = new URL('../../shared/', import.meta.url);
t.test(
  'every real console with a banner proves the RMM that its name tells',
  existsSync(SHARED) ? {} : { skip: 'the real consoles are not beside this project' },
  async t => {
    const proven: readonly [log: RegExp, profile: string][] = [
      [/^(10|12|14)-qemu-rme-.*0\.[45]/, 'tf-rmm-0.5'],
      [/^03-.*rmm-0\.8/, 'tf-rmm-0.8'],
      [/^04-.*rmm-v0\.8-release/, 'tf-rmm-0.8-v11'],
      [/^13-.*rmm-init-failed/, 'failed'],
      [/^linux-1\.[01]-on-rmm-0\.8|^probe-rmm-0\.8\./, 'tf-rmm-0.8'],
      [/^probe-rmm-0\.9/, 'tf-rmm-0.9'],
      [/^debian61-(kvm-none|nvhe|protected)/, 'tf-rmm-head'],
      [/failed-to-boot|el3-mismatch/, 'failed'],
    ];
    let seen = 0;
    for (const folder of ['captures/', 'qemu/']) {
      for (const log of readdirSync(new URL(folder, SHARED)).filter(name => name.endsWith('.log'))) {
        const lines = readFileSync(new URL(`${folder}${log}`, SHARED), 'utf8').split(/\r?\n/);
        const auto = autoProfile(saying(lines));
        const [, expected = ''] = proven.find(([name]) => name.test(log)) ?? [];
        t.equal(auto.ok ? auto.value.profile.name : '', expected, log);
        if (auto.ok) seen += 1;
      }
    }
    t.ok(seen >= 15, `${seen} consoles`);
  },
);

function saying(lines: readonly string[], rmm: string | null = null): Trace {
  const events = lines.map(text => ({ type: 'console', text, src: 'rmm' }) as const);
  return {
    header: {
      generator: GENERATOR,
      scope: 'rmi',
      kernel: { name: 'linux', wants: null, via: 'imported' },
      machine: { name: 'a-machine', cpus: 1, rmm, via: 'imported' },
    },
    events,
    outcome: outcomeOf(events),
  };
}

function lives(names: readonly string[]): readonly string[] {
  return names.filter(name => name.endsWith('.lifecycle'));
}

function rmmOf(name: string, options: { features?: Features; logLevel?: number } = {}): Rmm {
  return createRmm(must(profileNamed(name)), { features: new Map(), ...options });
}

function pairOf(rmm: Rmm, { fid, args, res, console, before, after }: Answered) {
  const reply = rmm.call(h(fid), args.map(h), memoryOf(before));
  // Where the real build wrote a page, the words that it did not leave zero; else the page as it was.
  const page = after === undefined ? undefined : pageAfter(reply);
  const kept = before === undefined || pageAfter(reply) === before;
  return {
    call: [fid, ...args].join(' '),
    found: { ...spelt(reply), kept },
    wanted: { res, console, kept: true },
    page,
  };
}

function pageAfter(reply: RmmReply): string | undefined {
  const [memory] = reply.kind === 'answer' ? (reply.mem ?? []) : [];
  if (memory === undefined) return undefined;
  const words = memory.words.map(
    ({ offset, value }) => `${hex(offset)}=${value === null ? '?' : hex(value)}`,
  );
  return [hex(memory.pa), ...words].join(' ');
}

/** x0, x1 and x2. */
function registers(rmm: Rmm, fid: string, x1: string): string {
  return spelt(rmm.call(h(fid), [h(x1)]))
    .res.slice(0, 3)
    .join(' ');
}

function withoutZeros(args: readonly string[]): readonly string[] {
  return args.slice(0, args.findLastIndex(arg => arg !== '0x0') + 1);
}

t.test('an RMM that was not reset is as the boots before it left it', async t => {
  const fvp = must(machineNamed('fvp'));
  const v14 = must(kernelNamed('v14', undefined, 'init'));
  const boot = (rmm: string, after: readonly Trace[] = []) => record(v14, fvp, { rmm, after });
  const said = ({ events }: Trace) => events.flatMap(event => (event.type === 'log' ? [event.text] : []));
  const first = must(await boot('tf-rmm-head'));
  t.ok(said(first).includes('RMI configured'));
  const second = must(await boot('tf-rmm-head', [first]));
  t.ok(said(second).includes('RMM config set failed'), 'RMM_CONFIG_SET is for an RMM that is not active yet');
  t.equal(second.header.after, digestOf(first));
  const source = { name: 'second', bytes: Buffer.from(traceText(second)) };
  t.strictSame((await validateTrace(source)).findings, []);
  t.equal(must(await replay(second, v14)).replayed.header.after, digestOf(first));
  const third = must(await boot('tf-rmm-head', [first, second]));
  t.strictSame(said(third), said(second));

  const refused = async (rmm: string, after: readonly Trace[]) => {
    const found = await boot(rmm, after);
    return found.ok ? null : `${found.trouble.code}: ${found.trouble.what}`;
  };
  t.match(
    await refused('tf-rmm-0.9', [first]),
    /^other-rmm: in the boot before, RMI_GRANULE_TRACKING_GET was answered with x3 0xa0000000, and is now with 0x0$/,
  );
  t.match(
    await refused('tf-rmm-head', [second]),
    /boot 1 was recorded after the boot with the digest sha256:/,
  );
  t.match(
    await refused('tf-rmm-head', [first, first]),
    /boot 2 was recorded on an RMM that was newly booted/,
  );
  t.match(await refused('failed', [first]), /RMI_VERSION was answered with x0 0x0, and is now with 0xf+$/);
  t.match(await refused('silent', [first]), /RMI_VERSION came back, and does not now$/);
  const edits = [must(parseEdit('RMI_GRANULE_TRACKING_GET.x3=0'))].filter(edit => edit.kind === 'edit');
  const edited = must(await record(v14, fvp, { rmm: 'tf-rmm-head', edits }));
  t.equal(await refused('tf-rmm-head', [edited]), null, 'an edited answer is not the RMM’s');
});

t.test('what an RMM knows of memory is the machine’s, described or edited', async t => {
  const memory = [
    { base: '0x80000000', size: '0x20000000' },
    { base: '0x10040000000', size: '0x40000000' },
  ];
  const said = async (init: NonNullable<MachineWire['init']>, ...texts: readonly string[]) => {
    const machine = must(describe({ ...ONE_CPU, init }));
    const edits = texts.map(text => must(parseEdit(text))).filter(edit => edit.kind === 'edit');
    const kernel = must(kernelNamed('v14', undefined, 'init'));
    const { events } = must(await record(kernel, machine, { rmm: 'tf-rmm-head', edits }));
    return events.flatMap(event => (event.type === 'log' && event.prefix === undefined ? [event.text] : []));
  };
  t.strictSame((await said({ memory })).slice(1), ['RMI configured']);
  t.strictSame(
    (await said({ memory, rmmDram: memory.slice(0, 1) })).slice(1),
    ["Granule tracking for region isn't fine/conventional: 10040000000"],
    'memory that the RMM was not told of',
  );
  t.strictSame((await said({ memory }, 'rmm_dram=none')).slice(1), ['RMM config set failed']);
  t.strictSame(
    (await said({}, 'memory=0x40000000+0x1000')).slice(1),
    ["Granule tracking for region isn't fine/conventional: 40000000"],
    'device memory is not conventional',
  );
  t.strictSame(
    (await said({ memory }, 'pa_width=40')).slice(1),
    ["Granule tracking for region isn't fine/conventional: 10040000000"],
    'an address that no bus has',
  );
});

const ONE_CPU: MachineWire = {
  format: 'rmitrace-machine',
  version: 1,
  name: 'plain',
  cpus: [{ registers: { ID_AA64PFR0_EL1: '0x1211111123111112' } }],
  features: { '2': ['0x317f34', '0x142a9'] },
};
