import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import t, { type Test } from 'tap';
import { parseRevision, revisionWord } from '../lib/abi/revision.js';
import { conformanceOfReplay } from '../lib/conformance/check.js';
import { RULES as CONFORMANCE_RULES } from '../lib/conformance/rules.js';
import { conformance, readTrace, type SmcEvent, type Trace, type TraceEvent, u64 } from '../lib/index.js';
import type { MachineHeader } from '../lib/model/trace.js';
import type { Seen, U64 } from '../lib/model/u64.js';
import { versionAnswer } from '../lib/rmm/version-answers.js';
import {
  answersHere,
  type Build,
  bootsOf,
  readAnswers,
  readWhole,
  wholeHere,
  wholeNames,
} from './answers.js';
import { eventOf, eventsIn, h, must } from './boots.js';
import { inFolder } from './rmitrace.js';

const ROOT = new URL('..', import.meta.url);
const TRACES = new URL('traces/', ROOT);
const VERSION = h('0xc4000150');
const FEATURES = h('0xc4000165');
const ACTIVATE = h('0xc4000202');

function call(fid: U64, args: readonly Seen[], res: readonly Seen[] | null): SmcEvent {
  return { type: 'smc', cpu: 0, from: 'ns', via: 'smc', cc: '1.2', fid, args, res };
}

/** A call of RMI_VERSION: requested, then x0, x1 and x2, in hex. */
function version(spelt: string): SmcEvent {
  const [requested = null, ...res] = spelt.split(' ').map(word => (word === '?' ? null : h(`0x${word}`)));
  return call(VERSION, [requested], res);
}

function traceOf(events: readonly TraceEvent[], rmm: string | null = null): Trace {
  return {
    header: {
      generator: { name: 'rmitrace', version: '0.1.0' },
      scope: 'rmi',
      kernel: { name: 'v13', wants: '2.0' },
      machine: { name: 'board', cpus: 1, rmm, via: 'imported' },
    },
    events,
    outcome: null,
  };
}

/** `1 RMI-VERSION-2 x1` for each finding: which event, which rule, which register. */
function found(events: readonly TraceEvent[], rmm: string | null = null): readonly string[] {
  return conformance(traceOf(events, rmm)).findings.map(
    ({ event, id, register }) => `${event} ${id} ${register ?? '-'}`,
  );
}

/** What each golden trace breaks; one that is not named here breaks nothing. */
const GOLDEN: Readonly<Record<string, readonly string[]>> = {
  'refused-names-wanted.json': ['RMI-VERSION-5 x0'],
  'refused-passes-over-1.0.json': ['RMI-VERSION-6 x1'],
  'feature-register-fails.json': ['RMI-FEATURES-2 x0'],
  'forgets-range.json': ['RMI-VERSION-9 x1', 'RMI-VERSION-9 x2'],
  'test-payload.json': ['RMI-VERSION-9 x1', 'RMI-VERSION-9 x2'],
  'success-other-revision.json': ['RMI-VERSION-2 x1'],
  'bit-31.json': ['RMI-VERSION-1 x1'],
  'stray-high-bits.json': ['RMI-VERSION-1 x1', 'RMI-VERSION-1 x2'],
  'minus-one-32-bit.json': ['RMI-STATUS-1 x0'],
  'status-0-with-index.json': ['RMI-STATUS-3 x0'],
  'version-in-x0.json': ['RMI-STATUS-2 x0'],
  'prototype-56.json': ['RMI-STATUS-2 x0'],
  'never-answers.json': ['RMI-ANSWER-1 -'],
};

t.test('each golden trace breaks just the rules that it is there to break', async t => {
  const files = readdirSync(TRACES).filter(name => name.endsWith('.json'));
  t.strictSame(
    Object.keys(GOLDEN).filter(name => !files.includes(name)),
    [],
  );
  for (const name of files) {
    const { trace } = must(await readTrace({ name, path: new URL(name, TRACES).pathname }));
    t.strictSame(
      conformance(trace).findings.map(({ id, register }) => `${id} ${register ?? '-'}`),
      GOLDEN[name] ?? [],
      name,
    );
  }
});

t.test('one answer is held against its request and against itself', async t => {
  for (const [spelt, ...expected] of [
    ['20000 0 20000 20000'],
    ['10000 0 10000 20000'],
    ['10000 0 10001 20000', 'RMI-VERSION-2 x1'],
    ['20000 0 20000 10000', 'RMI-VERSION-3 x1'],
    ['20000 0 80020000 20000', 'RMI-VERSION-1 x1'],
    ['20000 0 20000 ffffffff80020000', 'RMI-VERSION-1 x2'],
    ['20000 0 80010000 20000', 'RMI-VERSION-1 x1', 'RMI-VERSION-2 x1'],
    // (b): an older one is there.
    ['20000 1 10000 10000'],
    ['20000 1 10000 20001'],
    ['20000 1 10000 10001', 'RMI-VERSION-6 x1'],
    // (c): only newer ones are there.
    ['10000 1 20000 20000'],
    ['10000 1 20000 20001', 'RMI-VERSION-7 x1'],
    // The revision is there, and refused.
    ['20000 1 20000 20000', 'RMI-VERSION-5 x0'],
    ['20000 1 10000 20000', 'RMI-VERSION-5 x0'],
    ['20000 1 20000 30000', 'RMI-VERSION-5 x0'],
    ['20000 1 30000 10000', 'RMI-VERSION-3 x1'],
    ['20000 1 0 0', 'RMI-VERSION-9 x1', 'RMI-VERSION-9 x2'],
    ['20000 1 0 20001', 'RMI-VERSION-9 x1'],
    ['0 0 0 0', 'RMI-VERSION-9 x1', 'RMI-VERSION-9 x2'],
    ['20000 2 10000 10000', 'RMI-VERSION-8 x0'],
    ['20000 5 10000 10000', 'RMI-VERSION-8 x0'],
    ['20000 1 9 10000', 'RMI-VERSION-6 x1', 'RMI-VERSION-9 x1'],
    ['20000 1 5 ffff', 'RMI-VERSION-9 x1', 'RMI-VERSION-9 x2'],
    ['20000 101 10000 10000', 'RMI-STATUS-4 x0'],
    ['20000 10001 10000 10000', 'RMI-STATUS-2 x0'],
    ['20000 100 20000 20000', 'RMI-STATUS-3 x0'],
    ['20000 a 0 0'],
    ['20000 e 0 0'],
    ['20000 ff 0 0', 'RMI-STATUS-1 x0'],
    ['20000 ffffffff 0 0', 'RMI-STATUS-1 x0'],
    ['20000 fffffffffffffffe 0 0', 'RMI-STATUS-1 x0'],
    ['20000 ffffffffffffffff 20000 0'],
    ['20000 380000 0 0', 'RMI-STATUS-2 x0'],
    // What nobody saw, and what names no revision, proves nothing.
    ['20000 0 ? 20000'],
    ['20000 1 ? 20000'],
    ['20000 ? 10000 30000'],
    ['? 0 10000 20000'],
    ['100020000 1 20000 20000'],
    ['100020000 0 20000 20000'],
    ['100020000 1 20000 10000', 'RMI-VERSION-3 x1'],
  ] as const) {
    t.strictSame(
      found([version(spelt)]),
      expected.map(finding => `1 ${finding}`),
      spelt,
    );
  }
});

t.test('the answers of one RMM are held against each other', async t => {
  const agreed = version('10000 0 10000 20000');
  t.strictSame(found([agreed, version('20000 0 20000 20000')]), []);
  t.strictSame(found([agreed, version('10000 0 10000 10000')]), ['2 RMI-VERSION-4 x2'], 'event 1 has 2.0');
  t.strictSame(found([version('10000 0 10000 10000'), agreed]), ['1 RMI-VERSION-4 x2'], 'and so before it');
  t.strictSame(found([agreed, version('10000 1 20000 20000')]), ['2 RMI-VERSION-5 x0'], 'it was agreed on');
  t.strictSame(
    found([version('10001 1 20000 20000'), agreed]),
    ['1 RMI-VERSION-6 x1'],
    'lower passes over 1.0, which alone it could not be seen to do',
  );
  t.strictSame(found([version('10001 1 20000 20000')]), []);
  t.strictSame(
    found([version('10005 1 10000 20000'), version('10002 1 10001 20000')]),
    ['1 RMI-VERSION-6 x1'],
    'lower of a refusal is implemented too',
  );
  const [finding] = conformance(traceOf([agreed, version('10001 1 20000 20000')])).findings;
  t.equal(finding?.what, 'lower is 2.0, requested was 1.1, but event 1 agreed on 1.0');
});

t.test('what is known of the RMM that the header names is evidence', async t => {
  const passesOver = version('10001 1 20000 20000');
  t.strictSame(found([passesOver], 'tf-rmm-1.0-2.0'), ['1 RMI-VERSION-6 x1']);
  t.strictSame(found([passesOver], 'tf-rmm-0.9'), [], 'which has 2.0 alone');
  t.strictSame(found([passesOver], 'somebody else’s'), []);
  t.strictSame(found([version('20000 1 10000 10000')], 'tf-rmm-0.9'), [
    '1 RMI-VERSION-4 x2',
    '1 RMI-VERSION-5 x0',
    '1 RMI-VERSION-9 x1',
    '1 RMI-VERSION-9 x2',
  ]);
  t.strictSame(found([passesOver], 'spec-1.0+2.0'), ['1 RMI-VERSION-6 x1'], 'a family is known too');
  t.strictSame(found([version('10002 1 10001 10003')], 'spec-1.0+1.1+1.3'), []);
  t.strictSame(found([version('10002 1 10001 10004')], 'spec-1.0+1.1+1.3'), ['1 RMI-VERSION-9 x2']);
  t.strictSame(found([version('10000 0 10000 20000')], 'spec-2.0'), ['1 RMI-VERSION-9 x1'], 'it took 1.0');
  const { findings } = conformance(traceOf([version('10002 1 10000 10001')], 'spec-1.1'));
  t.match(findings, [{}, { id: 'RMI-VERSION-9', what: 'lower is 1.0, and spec-1.1 implements 1.1 alone' }]);
});

t.test('a name that an RMM gave itself, or that a replay kept, is no evidence', async t => {
  const answers = [version('10000 0 10000 10001')];
  const trace = traceOf(answers, 'tf-rmm-0.9');
  const via = (via: MachineHeader['via']) => {
    const { machine } = trace.header;
    return conformance({ ...trace, header: { ...trace.header, machine: { ...machine, via } } }).findings
      .length;
  };
  t.strictSame([via('pipe'), via('playback')], [0, 0]);
  t.strictSame([via('emulated'), via('imported')], [3, 3], 'the emulated RMM, and one whose banner was read');
  const played: Trace = {
    ...trace,
    header: { ...trace.header, machine: { ...trace.header.machine, via: 'playback' } },
  };
  t.equal(conformanceOfReplay(trace, played).findings.length, 3, 'a replay goes by the recording');
  const piped: Trace = {
    ...trace,
    header: { ...trace.header, machine: { ...trace.header.machine, via: 'pipe' } },
  };
  t.equal(conformanceOfReplay(piped, played).findings.length, 0);
  t.equal(conformanceOfReplay(trace, piped).findings.length, 0, 'or by the RMM that stood in');
});

/** DEN0137 1.0, chapter B2: what an RMM with these revisions answers, by the text's own examples. */
const B2: readonly [supported: string, requested: string, x0: bigint, lower: string, higher: string][] = [
  ['1.0', '1.0', 0n, '1.0', '1.0'],
  ['1.0 1.1', '1.0', 0n, '1.0', '1.1'],
  ['1.0 2.0', '1.0', 0n, '1.0', '2.0'],
  ['1.0', '1.1', 1n, '1.0', '1.0'],
  ['1.0 1.1', '1.2', 1n, '1.1', '1.1'],
  ['1.0 1.1', '2.0', 1n, '1.1', '1.1'],
  ['1.0 1.1 1.3', '1.2', 1n, '1.1', '1.3'],
  ['1.0', '2.0', 1n, '1.0', '1.0'],
  ['1.0', '2.1', 1n, '1.0', '1.0'],
  ['1.0 1.1', '2.0', 1n, '1.1', '1.1'],
  ['1.0 1.1', '2.1', 1n, '1.1', '1.1'],
  ['1.0 1.1 2.0', '2.1', 1n, '2.0', '2.0'],
  ['2.0', '1.0', 1n, '2.0', '2.0'],
  ['2.0', '1.1', 1n, '2.0', '2.0'],
  ['2.0 2.1', '1.0', 1n, '2.1', '2.1'],
];

t.test('the 15 examples of the specification hold, and nothing else does in their place', async t => {
  const word = (text: string): U64 => {
    const { major, minor } = parseRevision(text) ?? { major: 0, minor: 0 };
    return revisionWord(major, minor);
  };
  const near = ['1.0', '1.1', '1.2', '1.3', '2.0', '2.1', '3.0', '0.0'].map(word);
  t.equal(B2.length, 15);
  for (const [supported, requested, x0, lower, higher] of B2) {
    const row = `${supported}; ${requested}`;
    const rmm = `spec-${supported.replaceAll(' ', '+')}`;
    const said = versionAnswer('spec', supported.split(' ').map(word), word(requested));
    t.strictSame(said, { x0: u64(x0), lower: word(lower), higher: word(higher) }, `the emulated RMM: ${row}`);
    const answers = (status: bigint, low: U64, high: U64) =>
      found([call(VERSION, [word(requested)], [u64(status), low, high])], rmm).length;
    t.equal(answers(x0, word(lower), word(higher)), 0, row);
    const others = [0n, 1n, 2n, 3n].flatMap(status =>
      near.flatMap(low => near.map(high => ({ status, low, high }))),
    );
    const passed = others
      .filter(({ status, low, high }) => answers(status, low, high) === 0)
      .map(({ status, low, high }) => [status, low, high]);
    t.strictSame(
      passed,
      [[x0, word(lower), word(higher)]],
      `${row}: of ${others.length} answers one is right`,
    );
  }
});

/** (a), (b) and (c), said the other way round: is there a set of revisions with which all these answers are right? */
function possible(calls: readonly SmcEvent[], universe: readonly U64[]): boolean {
  for (let bits = 1; bits < 2 ** universe.length; bits++) {
    const revisions = universe.filter((_, at) => bits & (2 ** at));
    const right = calls.every(({ args: [requested = null], res }) => {
      const { x0, lower, higher } = versionAnswer('spec', revisions, requested ?? u64(0n));
      return res?.[0] === x0 && res[1] === lower && res[2] === higher;
    });
    if (right) return true;
  }
  return false;
}

t.test('an error is found exactly where no RMM can answer so and keep the specification', async t => {
  const universe = [0x10000n, 0x10001n, 0x10002n, 0x20000n, 0x20001n].map(u64);
  const word = fc.constantFrom(...universe);
  const answer = fc
    .tuple(word, fc.constantFrom(0n, 1n), word, word)
    .map(([requested, x0, lower, higher]) => call(VERSION, [requested], [u64(x0), lower, higher]));
  // Answers of a real set of revisions, of which one may be altered: chance alone would hardly ever be right.
  const nearly = fc
    .tuple(fc.subarray(universe, { minLength: 1 }), fc.array(word, { minLength: 1, maxLength: 5 }))
    .chain(([revisions, requests]) => {
      const calls = requests.map(requested => {
        const { x0, lower, higher } = versionAnswer('spec', revisions, requested);
        return call(VERSION, [requested], [x0, lower, higher]);
      });
      return fc
        .option(fc.tuple(fc.nat(calls.length - 1), answer))
        .map(altered => (altered === null ? calls : calls.with(altered[0], altered[1])));
    });
  const counts = { right: 0, wrong: 0 };
  fc.assert(
    fc.property(fc.oneof(fc.array(answer, { minLength: 1, maxLength: 3 }), nearly), calls => {
      const right = possible(calls, universe);
      counts[right ? 'right' : 'wrong']++;
      return (found(calls).length === 0) === right;
    }),
    { seed: 3, numRuns: 4000 },
  );
  t.ok(counts.right > 500 && counts.wrong > 500, JSON.stringify(counts));
});

t.test('statuses, indices and feature registers are those of the revision that was agreed', async t => {
  const agreed = (revision: string) => version(`${revision} 0 ${revision} ${revision}`);
  const status = (x0: string, revision: string) =>
    found([agreed(revision), call(ACTIVATE, [], [h(x0)])]).map(finding => finding.slice(2));
  t.strictSame(status('0xa', '20000'), []);
  t.strictSame(status('0xa', '10000'), ['RMI-STATUS-1 x0'], '1.0 has no RMI_BUSY');
  t.strictSame(status('0x5', '10001'), []);
  t.strictSame(status('0x5', '10000'), ['RMI-STATUS-1 x0']);
  t.strictSame(status('0x204', '10000'), [], 'RMI_ERROR_RTT has a level');
  const indices: readonly [revision: string, statuses: readonly number[]][] = [
    ['10000', [2, 4]],
    ['10001', [2, 4, 7]],
    ['20000', [4, 7, 8, 9]],
  ];
  for (const [revision, statuses] of indices)
    for (let code = 1; code <= 16; code++) {
      const ids = status(`0x1${code.toString(16).padStart(2, '0')}`, revision);
      const none = code === 13 || statuses.includes(code) || ids.includes('RMI-STATUS-1 x0');
      t.equal(ids.includes('RMI-STATUS-4 x0'), !none, `${revision}: status ${code} with an index`);
    }
  t.strictSame(status('0x1203', '20000'), ['RMI-STATUS-4 x0']);
  t.strictSame(status('0x50d', '20000'), [], 'RMI_INCOMPLETE: donate, can cancel');
  t.strictSame(status('0x80d', '20000'), ['RMI-STATUS-2 x0']);
  t.strictSame(found([call(ACTIVATE, [], [h('0xa')])]), [], 'before that, any revision’s');

  const feature = (index: bigint, value: string, revision: string) =>
    found([agreed(revision), call(FEATURES, [u64(index)], [h('0x0'), h(value)])]).map(each => each.slice(2));
  t.strictSame(feature(0n, '0x28f34317f34', '10000'), [], 'TF-RMM 0.8 on QEMU');
  t.strictSame(feature(0n, '0x40028f34317f34', '10000'), ['RMI-FEATURES-1 x1']);
  t.strictSame(feature(0n, '0x317f34', '20000'), []);
  t.strictSame(feature(0n, '0x20000317f34', '20000'), ['RMI-FEATURES-1 x1'], 'bit 41 went with 1.1');
  t.strictSame(feature(1n, '0x142a9', '20000'), []);
  t.strictSame(feature(1n, '0x142a9', '10000'), ['RMI-FEATURES-3 x1'], '1.0 has no register 1');
  t.strictSame(feature(9n, '0x1', '10001'), ['RMI-FEATURES-1 x1']);
  t.strictSame(feature(5n, '0x0', '20000'), []);
  t.strictSame(feature(5n, '0x1', '20000'), ['RMI-FEATURES-1 x1']);
  t.strictSame(
    found([call(FEATURES, [u64(0n)], [h('0x0'), h('0x20000317f34')])]),
    [],
    'none agreed: 1.0 has bit 41',
  );
  t.strictSame(found([call(FEATURES, [u64(0n)], [h('0x0'), h('0x8000000000317f34')])]), [
    '1 RMI-FEATURES-1 x1',
  ]);
  const failing = call(FEATURES, [u64(9n)], [h('0x1'), h('0x1')]);
  t.strictSame(found([failing]), ['1 RMI-FEATURES-2 x0'], 'it has no failure condition');
  t.strictSame(found([call(FEATURES, [u64(0n)], [h('0xa')])]), [], 'RMI_BUSY: it is to be asked again');
  t.strictSame(found([version('10000 380000 0 0'), failing]), ['1 RMI-STATUS-2 x0'], 'older than 1.0');
});

t.test('in 1.0 registers that are no outputs are zero', async t => {
  const after = (revision: string, args: readonly string[], res: readonly string[]) =>
    conformance(
      traceOf([
        version(`${revision} 0 ${revision} ${revision}`),
        call(h('0xc4000158'), args.map(h), res.map(h)),
      ]),
    ).findings.map(({ id, what }) => `${id} ${what}`);
  t.strictSame(after('10000', ['0x1', '0x2'], ['0x0', '0x0']), []);
  t.strictSame(after('10000', ['0x1', '0x2'], ['0x0', '0x7', '0x0', '0x0', '0x8']), [
    'RMI-OUTPUT-1 x1 is 0x7; x4 is 0x8',
  ]);
  t.strictSame(after('10000', ['0x1', '0x2', '0x3'], ['0x1', '0x7', '0x2', '0x3']), [
    'RMI-OUTPUT-1 x1 is 0x7',
    'RMI-OUTPUT-2 x2 is 0x2, as the caller had it; x3 is 0x3, as the caller had it',
  ]);
  t.strictSame(after('20000', ['0x1', '0x2'], ['0x0', '0x7']), [], 'of 2.0 the sentence was not read');
  const all = ['0x0', ...Array.from({ length: 17 }, () => '0x1')];
  t.match(after('10000', [], all), [/^RMI-OUTPUT-1 x1 is .* x16 is 0x1$/], 'x17 is none of them');
  t.strictSame(
    found([call(VERSION, [h('0x10000')], ['0x0', '0x10000', '0x10000', '0x9'].map(h))]),
    ['1 RMI-OUTPUT-1 x3'],
    'the answer that agrees on 1.0 is one of 1.0',
  );
  t.strictSame(
    found([version('10000 0 10000 10000'), call(h('0xc40001f1'), [], [h('0xffffffffffffffff'), h('0x5')])]),
    [],
    'NOT_SUPPORTED may be EL3’s, which leaves registers as they were',
  );
});

t.test('only answers of an RMM are counted and checked', async t => {
  const odd = version('20000 0 10000 10000');
  const nobody = [
    { ...odd, via: 'hvc' },
    { ...odd, from: 'realm' },
    { ...odd, fid: h('0xc4000190') },
    { ...odd, fid: h('0x84000000') },
    version('20000 ffffffffffffffff 20000 0'),
    { ...odd, res: null, inferred: { res: 'nothing: the machine has no answer to this request' } },
  ] as const;
  t.strictSame(conformance(traceOf(nobody)), { answers: 0, findings: [] });
  const hint = { ...odd, fid: h('0xc4010150') };
  t.equal(conformance(traceOf([hint])).answers, 1);
  t.strictSame(found([hint]), ['1 RMI-VERSION-2 x1'], 'the SVE hint makes it no other call');
  const silent = conformance(traceOf([{ ...odd, res: null }]));
  t.match(silent, { answers: 0, findings: [{ id: 'RMI-ANSWER-1', severity: 'note', register: null }] });
});

/** What each answer of a real build breaks, by file; notes left out. */
const REAL: readonly [file: RegExp, ids: readonly string[]][] = [
  [/^(eac2|v0\.1\.0|v0\.3\.0)$/, ['RMI-STATUS-2']],
  [/^v0\.9\.0\.lifecycle$/, ['RMI-STATUS-4']],
];

t.test('real builds break what lib/conformance/README.md says of them, and nothing else', async t => {
  for (const name of answersHere())
    for (const boot of bootsOf(readAnswers(name))) breaksAsKnown(t, name, boot);
});

t.test('and so do all of their answers', wholeHere, async t => {
  for (const name of wholeNames()) for (const boot of bootsOf(readWhole(name))) breaksAsKnown(t, name, boot);
});

function breaksAsKnown(t: Test, name: string, { calls }: Build): void {
  const events = calls.map(({ fid, args, res }) => call(h(fid), args.map(h), res.map(h)));
  const findings = conformance(traceOf(events)).findings.filter(({ severity }) => severity !== 'note');
  const [, expected = []] = REAL.find(([file]) => file.test(name)) ?? [];
  t.strictSame([...new Set(findings.map(({ id }) => id))], expected, `${name}: ${events.length} calls`);
}

t.test('lib/conformance/README.md lists every rule, word by word', async t => {
  const readme = readFileSync(new URL('lib/conformance/README.md', ROOT), 'utf8');
  const rows = [...readme.matchAll(/^\| `(RMI-[A-Z]+-\d+)` \| (\w+) \| (.*) \| (.*) \|$/gm)].map(row =>
    row.slice(1),
  );
  t.strictSame(
    rows,
    CONFORMANCE_RULES.map(({ id, severity, sentence, source, unverified }) => [
      id,
      severity,
      sentence,
      `${unverified === true ? '*unverified:* ' : ''}${source}`,
    ]),
  );
  t.equal(new Set(rows.map(([id]) => id)).size, rows.length, 'an identifier is one rule’s');
});

t.test('an edited answer is found as well, and the edit is named', async t => {
  const { trace } = must(
    await readTrace({ name: 'edited', path: new URL('success-other-revision.json', TRACES).pathname }),
  );
  const event = eventOf(trace.events, 'smc', 'RMI_VERSION');
  t.match(conformance(trace).findings, [
    {
      id: 'RMI-VERSION-2',
      severity: 'error',
      event,
      what: 'lower is 1.0, requested was 2.0',
      rule: 'RMI_VERSION.x1=1.0',
    },
  ]);
  t.strictSame(
    conformance(trace, [event - 1, event + 1]),
    { answers: 0, findings: [] },
    'of some events alone',
  );
});

t.test('--conformance says it on show, replay and check, and an error makes the exit code 1', async t => {
  const cwd = t.testdir();
  const path = (name: string) => new URL(name, TRACES).pathname;
  for (const name of ['accepted.json', 'bit-31.json', 'never-answers.json', 'version-in-x0.json'])
    writeFileSync(join(cwd, name), readFileSync(path(name)));
  const run = inFolder(cwd);

  const event = eventOf(await eventsIn(path('bit-31.json')), 'smc', 'RMI_VERSION');

  const plain = await run('show bit-31.json');
  t.strictSame(
    [plain.code, /conformance|RMI-VERSION-1/.test(plain.out)],
    [0, false],
    'nothing without the flag',
  );
  const shown = await run('show bit-31.json --conformance');
  t.equal(shown.code, 1);
  t.equal(
    shown.out,
    `${plain.out}
conformance
  1 answer checked: 1 error
  error  RMI-VERSION-1  event ${event} x1  Bits 63:31 of lower and higher are zero.
      0x80020000 has bits 0x80000000 set  [edited: RMI_VERSION.x1=0x80020000]
`,
  );
  t.match(await run(`show bit-31.json 1-${event - 1} --conformance`), {
    code: 0,
    out: /no answer of an RMM: nothing to check/,
  });
  t.match(await run('show never-answers.json --conformance'), {
    code: 0,
    out: /no answer of an RMM: 1 note/,
  });

  const fine = await run('replay accepted.json --conformance');
  t.match(fine, { code: 0, out: /\nconformance\n {2}1 answer checked: nothing found\n/ });
  const edited = await run('replay accepted.json --set RMI_VERSION.x2=1.0 --conformance');
  t.match(edited, { code: 1, out: /^No effect on the kernel: / });
  t.match(
    edited.out,
    new RegExp(
      `  error  RMI-VERSION-3  event ${event} x1 .*\\n      lower is 2\\.0, higher 1\\.0  \\[edited: `,
    ),
  );
  t.equal((await run('replay accepted.json --set RMI_VERSION.x2=1.0')).code, 0);

  t.equal((await run('check accepted.json bit-31.json version-in-x0.json')).code, 0);
  const checked = await run('check accepted.json bit-31.json version-in-x0.json --conformance');
  t.equal(checked.code, 1);
  t.match(
    checked.out,
    /same +bit-31\.json .*\n {2}error {2}RMI-VERSION-1 .*\n {6}0x80020000 has .*\nsame +version-in-x0/,
  );
  t.match(checked.out, /\n3 traces: 3 same\nconformance: 3 answers checked: 2 errors\n$/);
  t.equal((await run('check bit-31.json nothing.json --conformance')).code, 2, 'trouble wins');

  const valid = new Ajv2020({ strict: false, validateFormats: false }).compile(
    JSON.parse(readFileSync(new URL('schemas/report.schema.json', ROOT), 'utf8')),
  );
  for (const line of ['show bit-31.json', 'replay bit-31.json', 'check bit-31.json']) {
    const ran = await run(`${line} --conformance --json`);
    const report = JSON.parse(ran.out);
    t.ok(valid(report), `${line}: ${JSON.stringify(valid.errors)}`);
    t.strictSame([ran.code, report.exit], [1, 1]);
    const { conformance } = report.result.traces?.[0] ?? report.result;
    t.match(conformance, { answers: 1, findings: [{ id: 'RMI-VERSION-1', event, register: 'x1' }] });
  }
});
