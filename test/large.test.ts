import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough, Readable, Writable } from 'node:stream';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import t from 'tap';
import { type Range, showLarge, textconvLarge } from '../cli/commands/show-large.js';
import { editsOf, eventsNamedBy } from '../cli/load-edits.js';
import type { Io } from '../cli/process.js';
import { systemOf } from '../cli/process.js';
import { agreedRevision } from '../lib/compare/handshake.js';
import { timesOf } from '../lib/compare/many-alike.js';
import type { Edit } from '../lib/edit/edit.js';
import { parseFilter } from '../lib/edit/event-filter.js';
import { follows } from '../lib/edit/follow.js';
import { parseEdit } from '../lib/edit/parse.js';
import { readTraceOrLog } from '../lib/import/read.js';
import { kernelNamed, ownKernel } from '../lib/kernel/kernels.js';
import { outcomeOf } from '../lib/kernel/outcome.js';
import { recordedKernel } from '../lib/kernel/recorded.js';
import { standInFor } from '../lib/machine/stand-in.js';
import type { TraceEvent } from '../lib/model/events.js';
import { countOf, eventAt, newPartBuilder, numbered, placeOf } from '../lib/model/gaps.js';
import type { Trace } from '../lib/model/trace.js';
import { u64 } from '../lib/model/u64.js';
import { contradictionOf } from '../lib/replay/contradiction.js';
import { LONG_LIMITS } from '../lib/replay/long-flow.js';
import { flowsOf } from '../lib/replay/passed-over.js';
import { readToRepeat } from '../lib/replay/read.js';
import { repeatedText } from '../lib/replay/repeated.js';
import { type Replay, type ReplayOptions, replay } from '../lib/replay/replay.js';
import type { Unseen } from '../lib/replay/unseen.js';
import type { Weighed } from '../lib/replay/verdict.js';
import { findingOf } from '../lib/report/finding.js';
import { newIndenter } from '../lib/report/indent.js';
import { replayJson, reportJson, showJson } from '../lib/report/json.js';
import { PLAIN } from '../lib/report/text/paint.js';
import { replayText } from '../lib/report/text/replay.js';
import { showText } from '../lib/report/text/show.js';
import { textconvText } from '../lib/report/text/textconv.js';
import { profileNamed } from '../lib/rmm/profiles.js';
import {
  callKind,
  callLine,
  isAllSeen,
  likeCall,
  likeLine,
  withoutNumbers,
  withoutStamps,
} from '../lib/trace/call-line.js';
import { inconsistencies } from '../lib/trace/consistency.js';
import { digestOf } from '../lib/trace/digest.js';
import { type LargeTrace, largeTrace } from '../lib/trace/large.js';
import { canonicalLine } from '../lib/trace/layout.js';
import { READ_LIMITS } from '../lib/trace/limits.js';
import { newLineSpool } from '../lib/trace/line-spool.js';
import { openSource } from '../lib/trace/open.js';
import { readAll, readTrace, sealed } from '../lib/trace/read.js';
import { relaidQuickly } from '../lib/trace/relaid-quickly.js';
import { firstInconsistency, sealedLarge, textOfLines } from '../lib/trace/rewrite.js';
import { newSpool } from '../lib/trace/spool.js';
import { validateTrace } from '../lib/trace/validate.js';
import { traceText, writeLarge } from '../lib/trace/write.js';
import { must } from './boots.js';
import { asLarge, call, GOLDEN, golden, largeOf, MANY, SEED } from './long-traces.js';
import { inFolder, rmitrace } from './rmitrace.js';

/** What a finding may hang on, to be put among thousands of calls. */
const telling: fc.Arbitrary<TraceEvent> = fc.constantFrom<TraceEvent[]>(
  call(0, { res: null }),
  call(1, { res: null, inferred: { res: 'nobody answered' } }),
  call(2, { res: [u64(1n)] }),
  call(3, { by: 'firmware', res: [u64(2n)] }),
  call(4, { fid: u64(0xc400_0150n), args: [u64(0x20000n)], res: [u64(0n), u64(0x20000n), u64(0x20000n)] }),
  call(5, { fid: u64(0xc400_0150n), args: [u64(0x20000n)], res: [u64(1n), u64(0x10000n), u64(0x10000n)] }),
  call(6, { fid: u64(0xc400_0150n), args: [u64(0x10000n)], res: [u64(0xffff_ffff_ffff_ffffn)] }),
  call(7, { fid: u64(0xc400_0165n), args: [u64(1n)], res: [u64(0n), u64(6n)] }),
  { type: 'log', level: 'info', prefix: 'kvm', pid: 1, text: 'RMI ABI version 2.0' },
  {
    type: 'log',
    level: 'err',
    prefix: 'kvm',
    pid: 1,
    text: 'Unsupported RMI ABI (v1.0 - v1.0) we want v2.0',
  },
  { type: 'log', level: 'info', prefix: 'kvm', pid: 1, text: 'VHE mode initialized successfully' },
  { type: 'console', src: 'el3', text: 'ERROR:   RMM init failed: -2' },
  { type: 'console', src: 'rmm', text: 'Unexpected exception:' },
  { type: 'return', of: 'rmi_check_version', value: 0 },
  { type: 'return', of: 'rmi_check_version', value: -6 },
  { type: 'return', of: 'kvm_arm_init', value: -19 },
  { type: 'fault', of: 'kernel', code: 'step-limit', text: '5000 steps' },
  { type: 'fact', name: 'page_size', value: 65_536 },
);

/** What a replay does not write, or writes otherwise. */
const decorated: fc.Arbitrary<TraceEvent> = fc.constantFrom<TraceEvent[]>(
  call(10, { t: '1.5', line: 3, src: 'rmm', inferred: { fid: 'by its line' } }),
  call(11, { rule: 'RMI_GRANULE_DELEGATE.x0=0', extra: new Map([['x-note', '"mem":']]) }),
  call(12, { cc: '1.1', res: [u64(0n), u64(1n)], junk: [u64(5n)] }),
  call(13, { res: [u64(0n), u64(1n), u64(0n)], args: [null, u64(2n)] }),
  call(14, {
    mem: [{ pa: u64(0x1000n), at: 'return', words: [{ offset: u64(0n), value: null }] }],
  }),
  call(15, { fid: u64(0x8400_0000n) }),
  { type: 'console', text: 'a line "quoted"', src: 'rmm', t: '2.5', line: 9 },
  { type: 'x-irq', extra: new Map([['x-number', 5]]) },
);

t.test('a trace that is held in part keeps its count and the numbers of its events', async t => {
  const part = newPartBuilder();
  const [one, other, third]: TraceEvent[] = [1, 2, 3].map(n => ({ type: 'x-gap', t: `${n}.0` }));
  if (one === undefined || other === undefined || third === undefined) throw new Error('three events');
  part.push(one);
  part.pass(1_000_000);
  part.push(other);
  part.pass(3);
  part.keep(1000, third);
  const events = part.events();
  t.strictSame([countOf(events), events.length], [1_000_005, 6]);
  t.strictSame(
    [...numbered(events)].map(({ number, event }) => [number, event.t]),
    [
      [1, '1.0'],
      [1000, '3.0'],
      [1_000_002, '2.0'],
    ],
  );
  t.strictSame(
    [1, 2, 1000, 1_000_002, 1_000_005, 1_000_006].map(number => eventAt(events, number)),
    [one, undefined, third, other, undefined, undefined],
  );
  t.equal(placeOf(events, 1000), 2);
  t.strictSame(newPartBuilder().events(), []);
});

t.test('the pattern of a line matches no line of another kind', t => {
  const words = fc.stringMatching(/^[a-f0-9x (.]{1,4}$/);
  const registers = fc.array(fc.constantFrom(null, u64(0n), u64(1n), u64(0xfeedn)), {
    minLength: 1,
    maxLength: 5,
  });
  const events: fc.Arbitrary<TraceEvent> = fc.oneof(
    words.map((text): TraceEvent => ({ type: 'log', level: null, text })),
    fc.tuple(words, fc.nat(3)).map(([text, t]): TraceEvent => ({ type: 'console', text, t: `${t}.5` })),
    fc
      .record({
        args: registers,
        res: fc.option(registers),
        cc: fc.constantFrom('1.1' as const, '1.2' as const),
        fid: fc.constantFrom(u64(0xc400_0151n), u64(0xc400_0152n)),
      })
      .map(over => call(1, over)),
    fc.tuple(registers, words).map(([res, word]) => call(2, { res, t: '1.0', inferred: { res: word } })),
  );
  let matched = 0;
  const property = fc.property(
    fc.array(events, { minLength: 10, maxLength: 20 }),
    fc.boolean(),
    (list, unseen) => {
      const lines = list.map(canonicalLine);
      for (const one of lines) {
        const parts = callLine(one);
        if (!unseen && parts !== null && !isAllSeen(one, parts)) continue;
        const like = parts === null ? likeLine(one) : likeCall(one, parts, callKind(one, parts), unseen);
        for (const other of lines.filter(line => like?.test(line))) {
          const there = callLine(other);
          if (one !== other) matched += 1;
          if (parts === null || there === null)
            t.equal(withoutNumbers(withoutStamps(other)), withoutNumbers(withoutStamps(one)));
          else {
            t.strictSame(callKind(other, there), callKind(one, parts));
            if (!unseen) t.ok(isAllSeen(other, there), other);
          }
        }
      }
    },
  );
  fc.assert(property, { ...SEED, numRuns: 80 });
  t.ok(matched > 20, `${matched} others`);
  t.end();
});

t.test('the gist of a long trace tells what the whole trace tells', async t => {
  const traces = await golden();
  const property = fc.asyncProperty(
    fc.constantFrom(...traces),
    fc.array(fc.tuple(fc.nat(500), telling), { maxLength: 8 }),
    fc.boolean(),
    async (trace, put, bare) => {
      const around = bare
        ? trace.events.filter(({ type }) => type === 'mrs' || type === 'fact')
        : trace.events;
      const later = Array.from({ length: 500 }, (_, n) => call(n));
      for (const [at, event] of put) later.splice(at, 0, event);
      const whole = { ...trace, events: [...around, ...MANY, ...later] };
      const { gist } = await asLarge(whole);
      t.strictSame(countOf(gist.events), whole.events.length);
      t.strictSame(findingOf(gist), findingOf(whole));
      t.strictSame(outcomeOf(gist.events), outcomeOf(whole.events));
      t.strictSame(contradictionOf(gist), contradictionOf(whole));
      t.strictSame(agreedRevision(gist.events), agreedRevision(whole.events));
    },
  );
  await fc.assert(property, { ...SEED, numRuns: 15 });
});

t.test('of a long trace a line of the RMM and its call are not taken for those of other calls', async t => {
  const undelegate = (pa: number) => call(0, { fid: u64(0xc400_0152n), args: [u64(BigInt(pa))] });
  const recorded = (pa: number): readonly TraceEvent[] => [
    {
      type: 'console',
      src: 'rmm',
      text: `SMC_RMI_GRANULE_UNDELEGATE        ${pa.toString(16)} > RMI_SUCCESS`,
    },
    undelegate(pa),
  ];
  const [trace] = await golden();
  if (trace === undefined) throw new Error('golden');
  // So many texts that the lines of the RMM are told apart without their numbers.
  const texts = Array.from(
    { length: 5000 },
    (_, n): TraceEvent => ({ type: 'console', src: 'rmm', text: `line ${n}` }),
  );
  const others = MANY.slice(0, 600);
  const [first, last] = [recorded(0x500_0000), recorded(0x600_0000)];
  const soak = [...MANY, ...texts, undelegate(0x400_0000), ...first, ...others, ...last, ...others];
  const whole = { ...trace, events: [...trace.events, ...soak] };
  const { gist } = await asLarge(whole);
  t.equal(contradictionOf(whole), null);
  t.equal(contradictionOf(gist), null);
});

/** Runs `use` with the input and output of a command; gives what it prints. */
async function printed(json: boolean, use: (io: Io) => Promise<number>): Promise<string> {
  const chunks: Buffer[] = [];
  const stdout = new Writable({
    write(chunk, _, done) {
      chunks.push(chunk);
      done();
    },
  });
  const streams = { stdin: Readable.from([]), stdout, stderr: new PassThrough() };
  const system = systemOf({ argv: ['node', 'rmitrace'], env: {}, ...streams });
  t.equal(await use(system.io('show', { json, color: 'auto', quiet: false, debug: false })), 0);
  return Buffer.concat(chunks).toString();
}

t.test('show prints a trace that it does not hold as it prints any other', async t => {
  const [trace] = await golden();
  if (trace === undefined) throw new Error('a golden trace');
  const odd: TraceEvent[] = [
    { type: 'log', level: null, text: 'é "quoted" {}[],: \\' },
    { type: 'x-mine', extra: new Map<string, unknown>([['x-a', { b: [], c: {} }]]) },
  ];
  const whole = { ...trace, events: [...trace.events, ...MANY.slice(0, 600), ...odd, ...MANY.slice(0, 9)] };
  const large = await asLarge(whole);
  const numbersOf = (ranges: readonly Range[]) =>
    ranges.flatMap(([from, to]) => Array.from({ length: to - from + 1 }, (_, n) => from + n));
  for (const ranges of [
    null,
    [[1, 1]],
    [
      [3, 5],
      [400, 640],
    ],
    [[whole.events.length, whole.events.length]],
  ] as const) {
    const result = { trace: whole, numbers: ranges === null ? null : numbersOf(ranges), conformance: null };
    t.equal(
      await printed(false, io => showLarge(io, large, { ranges, keep: null })),
      showText(result, PLAIN),
    );
    const json = `${JSON.stringify(reportJson('show', 0, showJson(result)), null, 2)}\n`;
    t.equal(await printed(true, io => showLarge(io, large, { ranges, keep: null })), json);
  }
  for (const text of ['log', 'RMI_* x0!=0', 'x-mine']) {
    const keep = must(parseFilter(text));
    const numbers = whole.events.flatMap((event, at) => (keep.keeps(event) ? [at + 1] : []));
    t.equal(
      await printed(false, io => showLarge(io, large, { ranges: null, keep })),
      showText({ trace: whole, numbers, conformance: null }, PLAIN),
      text,
    );
  }
});

t.test('a look at the line of an event stops none that a filter keeps, and most others', async t => {
  const at = u64(0x8000_5000n);
  const mem = [{ pa: u64(0x9000n), at: 'call' as const, words: [{ offset: u64(0n), value: at }] }];
  const events: TraceEvent[] = [
    ...(await golden()).flatMap(trace => trace.events),
    ...MANY.slice(0, 50),
    call(1, { cc: '1.1', args: [null, u64(1n)], res: [u64(1n), null] }),
    call(1, { args: [], res: null }),
    call(1, { args: [u64(0x8000_5abcn)], res: [u64(0xffff_ffff_ffff_ffffn)] }),
    call(1, { args: [u64(0xabcn)], mem }),
    call(1, { from: 'realm', fid: u64(0xc400_0190n) }),
    call(1, { fid: u64(0xc401_0150n), args: [u64(0x20000n)], res: [u64(0n), u64(0x20000n)] }),
    ...[0xc400_01d1n, 0xc400_01e0n, 0xc400_0155n].map(fid =>
      call(1, { fid: u64(fid), args: [u64(0x8000_0000n), u64(0x8001_0000n), u64(0x8001_0000n)] }),
    ),
    { type: 'log', level: 'info', text: '\f80005000 é' },
    { type: 'console', cpu: 3, text: 'granule 0000000080005000' },
    { type: 'x-"mine"', cpu: 3 },
    { type: 'x-mine', extra: new Map([['x-reg', 'ID_AA64PFR0_EL1']]) },
    { type: 'mrs', cpu: 3, reg: 'ID_AA64PFR0_EL1', value: null },
    { type: 'ftr', reg: 'ID_AA64PFR0_EL1', value: u64(0n) },
  ];
  const filters = [
    ...[
      'log',
      'mrs',
      'x-mine',
      'x-"mine"',
      'conduit',
      'ID_AA64PFR0_EL1',
      'cpu3.ID_AA64PFR0_EL1',
      'cpu3',
      'cpu0-2',
    ],
    ...[
      '*',
      'RMI_*',
      'RMI_VERSION',
      '0xc4010150',
      'RMI_* x0!=0',
      'RMI_* x0=0',
      'RMI_* x1=0 x4!=1',
      '* x0=unknown',
    ],
    ...[
      'RMI_*(x1=unknown)',
      'RMI_*(x1=0x1000)',
      'RMI_*(x2=0)',
      'RMI_*(x0=0)',
      'RMI_* x17=0',
      'RMI_* x1=unknown',
    ],
  ].map(text => [text, must(parseFilter(text))] as const);
  const followed = [0x8000_5000n, 0x1000n, 0xabcn, 0n].map(to => [`${to}`, follows(u64(to))] as const);
  let [passed, kept] = [0, 0];
  for (const [text, { keeps, mayKeep }] of [...filters, ...followed]) {
    for (const event of events) {
      const line = canonicalLine(event);
      if (mayKeep(line)) passed += 1;
      if (!keeps(event)) continue;
      kept += 1;
      t.ok(mayKeep(line), `${text}: ${line}`);
    }
  }
  t.ok(kept > 300 && passed < 2 * kept, `${passed} pass, and ${kept} are kept`);
});

t.test('show --textconv prints a large trace as it prints any other', async t => {
  for (const trace of await golden()) {
    const whole = { ...trace, events: [...trace.events, ...MANY.slice(0, 150), ...trace.events] };
    const large = await asLarge(whole);
    t.equal(await printed(false, io => textconvLarge(io, large)), textconvText(whole));
  }
});

t.test('JSON is set in lines as JSON.stringify sets it', async t => {
  const indenter = newIndenter();
  const property = fc.property(fc.jsonValue({ maxDepth: 6 }), value => {
    const json = JSON.stringify(value);
    const bytes = Buffer.from(`..${json}..`);
    indenter.json(bytes, 2, bytes.length - 2, 0);
    return Buffer.from(indenter.take()).toString() === JSON.stringify(JSON.parse(json), null, 2);
  });
  t.equal(fc.check(property, { ...SEED, numRuns: 500 }).counterexample, null);
});

t.test('a canonical trace is written as it is, without being held', async t => {
  const [trace] = await golden();
  if (trace === undefined) throw new Error('a golden trace');
  const whole = { ...trace, events: [...trace.events, ...MANY] };
  const folder = t.testdir();
  const large = await asLarge(whole);
  t.ok((await writeLarge(join(folder, 'a.json'), large)).ok);
  t.equal(readFileSync(join(folder, 'a.json'), 'utf8'), traceText(whole));
  t.ok((await writeLarge(join(folder, 'a.json.gz'), large)).ok);
  t.equal(gunzipSync(readFileSync(join(folder, 'a.json.gz'))).toString(), traceText(whole));
});

/** All of a text that is made in pieces. */
async function textOf(trace: Pick<LargeTrace, 'text'>): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of trace.text()) pieces.push(Buffer.from(must(piece)));
  return Buffer.concat(pieces).toString();
}

t.test(
  'a large trace that was edited by hand is sealed as any other, or what is wrong with it is said',
  async t => {
    const traces = await golden();
    const zeros: fc.Arbitrary<TraceEvent> = fc
      .tuple(
        fc.constantFrom('1.1', '1.2'),
        fc.array(fc.constantFrom(null, 0n, 1n), { maxLength: 4 }),
        fc.option(fc.array(fc.constantFrom(null, 0n, 1n), { minLength: 1, maxLength: 4 })),
        fc.constantFrom({}, { rule: 'x "args":["0x0"]' }, { cpu: 40 }),
      )
      .map(([cc, args, res, over]) => {
        const seen = (values: readonly (bigint | null)[]) =>
          values.map(each => (each === null ? null : u64(each)));
        return call(0, { cc: cc as '1.1', args: seen(args), res: res === null ? null : seen(res), ...over });
      });
    const property = fc.asyncProperty(
      fc.constantFrom(...traces),
      fc.array(zeros, { maxLength: 6 }),
      fc.boolean(),
      async (trace, put, isEdited) => {
        const text = traceText({
          ...trace,
          events: [...trace.events, ...put, ...MANY.slice(0, 120), ...put],
        });
        const bytes = Buffer.from(
          isEdited ? text.replace(/"digest": "sha256:.{9}/, '"digest": "sha256:000000000') : text,
        );
        const source = { name: 'large.json', bytes };
        const read = must(await readTrace(source));
        const opened = must(await openSource(source, Number.POSITIVE_INFINITY));
        const large = await largeOf({ name: source.name, opened });
        const whole = sealed(read);
        const again = sealedLarge(large);
        t.strictSame(must(await firstInconsistency(large)), [...inconsistencies(whole)][0] ?? null);
        t.equal(must(await again.digest()), digestOf(whole));
        t.equal(await textOf(again), traceText(whole));
      },
    );
    await fc.assert(property, { ...SEED, numRuns: 25 });
  },
);

t.test('a large trace in any other layout is written again, and goes as the canonical one does', async t => {
  const [trace] = await golden();
  if (trace === undefined) throw new Error('a golden trace');
  const odd: TraceEvent = { type: 'log', level: null, text: 'é "quoted" \\u2028' };
  const text = traceText({ ...trace, events: [...trace.events, odd, ...MANY.slice(0, 300)] });
  const json = JSON.parse(text) as Record<string, unknown>;
  const sorted = Object.fromEntries(Object.entries(json).sort());
  const open = async (other: string, limits = {}) => {
    const source = { name: 'other.json', bytes: Buffer.from(other) };
    return { name: source.name, limits, opened: must(await openSource(source, Number.POSITIVE_INFINITY)) };
  };
  for (const other of [
    JSON.stringify(json),
    JSON.stringify(json, null, 2),
    JSON.stringify(sorted),
    `\ufeff${text}`,
  ]) {
    const large = await largeOf(await open(other));
    t.equal(await textOf(large), text);
    t.strictSame(
      [large.layout, large.edited, countOf(large.gist.events)],
      ['other', null, Number(json.count)],
    );
    await large.close();
  }
  const edited = await largeOf(await open(JSON.stringify({ ...json, count: 5 })));
  t.strictSame(edited.edited?.count, { found: 5, events: Number(json.count) });
  t.strictSame(must(await largeTrace(await open('no trace'), 0)), null);
  const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
  const nested = await largeTrace(
    await open(`{"format":"rmitrace","version":1,"events":[{"type":"x-a","x-a":${deep}}]}`),
    0,
  );
  t.equal(nested.ok ? '' : nested.trouble.code, 'too-deep');
  const many = await largeTrace(await open(JSON.stringify(json), { events: 9 }), 0);
  t.equal(many.ok ? '' : many.trouble.code, 'too-large');
});

/** What may happen to a text on its way, or in an editor. */
const damages: fc.Arbitrary<(text: string) => string> = fc
  .tuple(fc.nat(), fc.nat(), fc.nat(99))
  .chain(([at, size, digit]) => {
    const place = (text: string): number => at % text.length;
    const lines = (text: string, change: (lines: string[], line: number) => string[]): string => {
      const all = text.split('\n');
      return change(all, at % all.length).join('\n');
    };
    return fc.constantFrom<((text: string) => string)[]>(
      text => text,
      text => text.slice(0, place(text)),
      text => text.slice(place(text)),
      text => `${text.slice(0, place(text))}${text.slice(place(text) + 1 + (size % 9))}`,
      text => `${text.slice(0, place(text))}${'",:{}[]x0\n'[digit % 10]}${text.slice(place(text))}`,
      text => `${text.slice(0, place(text))}${digit % 10}${text.slice(place(text) + 1)}`,
      text => lines(text, (all, line) => all.toSpliced(line, 1)),
      text => lines(text, (all, line) => all.toSpliced(line, 0, all[line] ?? '')),
      text => lines(text, (all, line) => all.toSpliced(line, 0, ...all.splice(size % all.length, 1))),
      text => text.replace('"count"', '"cuont"'),
      text => text.replace(/,"digest|"count": \d+, /, ''),
      text => text.replaceAll('\n', '\r\n'),
    );
  });

t.test('a large trace that was damaged is refused as any other, or read as any other', async t => {
  const traces = await golden();
  const seen = new Set<string>();
  const property = fc.asyncProperty(
    fc.constantFrom(...traces),
    damages,
    fc.boolean(),
    async (trace, damage, isPretty) => {
      const text = traceText({ ...trace, events: [...trace.events, ...MANY.slice(0, 110)] });
      const bytes = Buffer.from(damage(isPretty ? JSON.stringify(JSON.parse(text), null, 2) : text));
      const source = { name: 'damaged.json', bytes };
      const whole = await readAll(source, {}, 1);
      const opened = must(await openSource(source, Number.POSITIVE_INFINITY));
      const large = await largeTrace({ name: source.name, opened }, 0);
      if (bytes.length === 0) return true;
      if (!whole.ok) {
        seen.add(whole.troubles[0]?.code ?? '');
        if (large.ok) return t.strictSame([large.value, whole.isNamed], [null, false]);
        t.strictSame([large.trouble, whole.isNamed], [whole.troubles[0], true]);
      } else {
        if (!large.ok || large.value === null) throw new Error('it is a trace');
        const { digest, edited, layout } = large.value;
        t.strictSame(
          { digest, edited, layout },
          { digest: whole.value.digest, edited: whole.value.edited, layout: whole.value.layout },
        );
        seen.add(edited === null ? 'sealed' : 'edited');
        await large.value.close();
      }
      const { findings, whole: is } = await validateTrace(source, {}, 0);
      const asAny = await validateTrace(source, {}, Number.POSITIVE_INFINITY);
      // Of a large one that is broken, what else is wrong in it is not looked for.
      const troubles = whole.ok
        ? asAny.findings
        : asAny.findings.filter(({ code }) => code !== 'inconsistent');
      t.strictSame([findings, is], [troubles, asAny.whole]);
      return true;
    },
  );
  await fc.assert(property, { ...SEED, numRuns: 150 });
  for (const end of ['sealed', 'edited', 'cut-off', 'not-json', 'bad-value', 'not-a-trace'])
    t.ok(seen.has(end), end);
});

t.test('a trace that a hand has broken is no log, whatever its lines look like', async t => {
  for (const bytes of GOLDEN) {
    const lines = bytes.toString().split('\n');
    for (const [at, line] of lines.entries()) {
      const broken = lines.with(at, line.replace(/"([a-z_]+)":/, '"$1:')).join('\n');
      const read = await readTraceOrLog({ name: 'broken.json', bytes: Buffer.from(broken) });
      if (broken !== bytes.toString()) t.equal(read.ok ? 'read' : read.trouble.code, 'not-json', line);
    }
  }
});

/** White space, anywhere between the tokens of JSON. */
const space = fc.constantFrom('', '', '', ' ', '\n', '\r\n', '\t ');

function spaced(json: string, spaces: readonly string[]): string {
  const tokens = json.match(/"(?:[^"\\]|\\.)*"|[^"\s{}[\],:]+|[{}[\],:]/g) ?? [];
  return tokens.map((token, at) => token + (spaces[at % spaces.length] ?? '')).join('');
}

/** As programs write it that know ASCII alone. */
const inEscapes = (unit: string): string => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;

t.test('a layout that is taken the quick way is what the thorough reader makes of it', async t => {
  const odd: TraceEvent[] = [
    { type: 'log', level: null, text: 'é 😀 "quoted" {}[],: \\ \\u2028', inferred: { b: 'x', a: '' } },
    { type: 'x-mine', extra: new Map<string, unknown>([['x-a', { b: [], events: [1, -0.5], c: '" [' }]]) },
    call(1, { mem: [{ pa: u64(1n), at: 'call', words: [{ offset: u64(8n), value: null }] }] }),
  ];
  const [trace] = await golden();
  if (trace === undefined) throw new Error('a golden trace');
  const texts = [[...odd], [...trace.events.slice(0, 3), ...odd, call(3)], []].map(events =>
    traceText({ ...trace, events }),
  );
  const turn = (object: Readonly<Record<string, unknown>>) =>
    Object.fromEntries(Object.entries(object).reverse());
  const layouts = texts.flatMap(text => {
    const json = JSON.parse(text) as { readonly events: readonly Record<string, unknown>[] };
    const turned = { ...json, events: json.events.map(turn) };
    const { machine: _, ...less } = turned as Record<string, unknown>;
    return [text, JSON.stringify(turned), JSON.stringify(turn(turned)), JSON.stringify(less)];
  });
  const put = [
    '"',
    '\\',
    ',',
    '{',
    '}',
    '[',
    ']',
    ':',
    ' ',
    '\n',
    '1',
    'é',
    '\ufeff',
    '"events":[],',
    '"x-a":1,',
  ];
  let [quick, wrong] = [0, 0];
  const property = fc.asyncProperty(
    fc.constantFrom(...layouts),
    fc.array(space, { minLength: 1, maxLength: 9 }),
    fc.option(fc.tuple(fc.nat(), fc.nat(2), fc.constantFrom(...put)), { freq: 2 }),
    fc.integer({ min: 1, max: 400 }),
    async (own, spaces, change, size) => {
      const json = spaces.length > 6 ? own.replace(/[^\n -~]/g, inEscapes) : own;
      const set = spaced(json, spaces);
      const place = (change?.[0] ?? 0) % set.length;
      const text = change === null ? set : set.slice(0, place) + change[2] + set.slice(place + change[1]);
      const bytes = Buffer.from(text);
      async function* chunks() {
        for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
      }
      const opened = { chunks, exceeds: async () => true, close: async () => {} };
      const spool = newSpool();
      const taken = await relaidQuickly({ name: 'a.json', opened }, READ_LIMITS, spool);
      const read = await readTrace({ name: 'a.json', bytes });
      if (!read.ok) wrong += 1;
      if (taken === null) return change !== null;
      quick += 1;
      if (!read.ok) return false;
      const { header, events, outcome } = read.value.trace;
      t.strictSame([taken.header, taken.outcome, taken.count], [header, outcome, events.length]);
      const { edited } = read.value;
      if (edited !== null)
        t.strictSame(taken.found, { count: edited.count.found, digest: edited.digest.found });
      return Buffer.concat([...spool.chunks()]).toString() === events.map(canonicalLine).join(',\n');
    },
  );
  t.equal((await fc.check(property, { ...SEED, numRuns: 150 })).counterexample, null);
  t.ok(quick > 50 && wrong > 50, `${quick} taken the quick way, ${wrong} wrong`);
});

t.test('a header of very many lines is read, in whatever layout', async t => {
  const [trace] = await golden();
  if (trace === undefined) throw new Error('a golden trace');
  const extra = new Map(Array.from({ length: 1100 }, (_, at) => [`x-${at}`, at]));
  const text = traceText({ ...trace, header: { ...trace.header, extra } });
  for (const layout of [text, JSON.stringify(JSON.parse(text), null, 1)]) {
    const source = { name: 'a.json', bytes: Buffer.from(layout) };
    const opened = must(await openSource(source, Number.POSITIVE_INFINITY));
    t.equal(must(await largeTrace({ name: source.name, opened }, 0)), null);
    t.strictSame((await validateTrace(source, {}, 0)).findings, []);
  }
});

t.test('a file that changes while it is read is no trace, and nothing is written', async t => {
  const [trace] = await golden();
  if (trace === undefined) throw new Error('a golden trace');
  const path = join(t.testdir(), 'a.json');
  writeFileSync(path, traceText({ ...trace, events: [...trace.events, ...MANY] }));
  const opened = must(await openSource({ name: path, path }, Number.POSITIVE_INFINITY));
  const large = await largeOf({ name: path, opened });
  writeFileSync(path, traceText({ ...trace, events: [...trace.events, ...MANY.slice(1)] }));
  const written = await writeLarge(`${path}.copy`, large);
  t.equal(written.ok ? '' : written.trouble.what, 'the file changed while it was read');
  t.throws(() => readFileSync(`${path}.copy`), { code: 'ENOENT' });
  rmSync(path);
  const scanned = await large.scan({ wants: 'doubtful events', begin() {}, event() {} });
  t.equal(scanned.ok ? '' : scanned.trouble.code, 'not-found', 'nor one that is gone');
  const gone = { name: path, opened: { ...opened, exceeds: async (bytes: number) => bytes < 2 ** 20 } };
  const small = await largeTrace(gone);
  t.strictSame(small, { ok: true, value: null }, 'and whoever holds a small one says so');
});

t.test('what comes through a pipe is read again from its beginning, however much it is', async t => {
  const spool = newSpool();
  const chunk = Buffer.alloc(2 ** 20, 'a');
  for (let at = 0; at < 18; at++) spool.put(chunk.fill(at));
  for (let turn = 0; turn < 2; turn++) {
    let at = 0;
    for (const bytes of spool.chunks()) {
      const wrong = bytes.some((byte, index) => byte !== Math.floor((at + index) / 2 ** 20));
      if (wrong) t.fail(`byte ${at}`);
      at += bytes.length;
    }
    t.equal(at, spool.size());
  }
  spool.close();
});

t.test('a temporary folder that takes nothing is said, and nothing is written', async t => {
  const [trace] = await golden();
  if (trace === undefined) throw new Error('a golden trace');
  const folder = t.testdir();
  const text = traceText({ ...trace, events: [...trace.events, ...Array(9).fill(MANY).flat()] });
  writeFileSync(join(folder, 'a.json'), text.replace('"events": [', '"events":[') + ' '.repeat(2 ** 23));
  const { TMPDIR } = process.env;
  process.env.TMPDIR = join(folder, 'none');
  try {
    for (const command of ['show', 'validate', 'fmt -o b.json', 'check', 'diff a.json'])
      for (const [operand, input] of [
        ['a.json', ''],
        ['-', ' '.repeat(2 ** 23)],
      ] as const) {
        const how = { cwd: folder, input };
        const { code, out, err } = await rmitrace([...command.split(' '), operand], how);
        t.equal(code, 2, `${command} ${operand}`);
        t.match(`${out}${err}`, /a temporary file cannot be written: no such file or folder/);
      }
  } finally {
    if (TMPDIR === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = TMPDIR;
  }
  t.strictSame(readdirSync(folder), ['a.json']);
});

t.test('the recorded calls of a long trace, repeated, go as those of a part of it', async t => {
  const traces = await golden();
  const property = fc.asyncProperty(
    fc.constantFrom(...traces),
    fc.array(fc.tuple(fc.nat(500), fc.oneof(telling, decorated)), { maxLength: 6 }),
    fc.boolean(),
    fc.boolean(),
    async (trace, put, isLong, isUnseen) => {
      const later = Array.from({ length: 500 }, (_, n) =>
        call(n % 50, n % 7 === 0 ? { res: [u64(3n), isUnseen ? null : u64(BigInt(n))] } : {}),
      );
      for (const [at, event] of put) later.splice(at, 0, event);
      const whole = { ...trace, events: [...trace.events, ...(isLong ? MANY : []), ...later] };
      const bytes = Buffer.from(traceText(whole));
      const read = must(await readToRepeat({ name: 'a.json', bytes }, 'as recorded', 0));
      const made = async (of: Trace, unseen: Unseen | null | undefined) => {
        const kernel = recordedKernel(of.events, trace.header.scope);
        const { digest } = read;
        return must(await replay(of, kernel, { digest, ...(unseen == null ? {} : { unseen }) }));
      };
      const reported = (made: Replay) => {
        const given = { kernel: [], rmm: [], others: [] };
        const result = { replay: made, name: 'a.json', given, edited: null, conformance: null };
        return [replayText(result, PLAIN), replayJson(result)];
      };
      const [short, full] = [await made(read.trace, read.part?.unseen), await made(whole, null)];
      t.strictSame(reported(short), reported(full));
      if (read.part === undefined) return;
      let text = '';
      for await (const piece of repeatedText(short.recorded, short.replayed, read.part.lines).text())
        text += Buffer.from(must(piece));
      t.equal(text, traceText(full.replayed));
    },
  );
  await fc.assert(property, { ...SEED, numRuns: 10 });
});

t.test('lines that a kernel does not print are counted where they are not held', async t => {
  const [trace] = await golden();
  if (trace === undefined) throw new Error('a golden trace');
  const soak = Array.from({ length: 900 }, (_, n) => eventOfStretch(n % 2 === 0 ? 1 : 4, n % 90));
  const whole = { ...trace, events: [...trace.events, ...soak, ...soak] };
  const source = { name: 'a.json', bytes: Buffer.from(traceText(whole)) };
  const { trace: gist, part } = must(await readToRepeat(source, 'as recorded', 0));
  const made = must(
    await replay(gist, recordedKernel(gist.events, gist.header.scope), {
      logs: part?.logs ?? 0,
      ...(part?.unseen == null ? {} : { unseen: part.unseen }),
    }),
  );
  const { notModelled, notListed } = made.weighed;
  t.equal(notModelled.length + notListed, whole.events.filter(({ type }) => type === 'log').length);
  t.ok(notListed > 0, `${notListed} are not held`);
  const given = { kernel: [], rmm: [], others: [] };
  const text = replayText({ replay: made, name: 'a.json', given, edited: null, conformance: null }, PLAIN);
  t.ok(text.includes(`\nand ${notListed} more recorded lines\n\noutcome`), 'below the diff');
});

/** Stretches of a long recording: a Realm's life, a loop, lines of consoles and of others, and what tells something. */
const stretch: fc.Arbitrary<readonly TraceEvent[]> = fc
  .tuple(fc.constantFrom(1, 2, 20, 300), fc.nat(5), fc.nat(3))
  .chain(([count, kind, from]) =>
    kind === 0
      ? fc.array(telling, { maxLength: 3 })
      : fc.constant(Array.from({ length: count }, (_, n) => eventOfStretch(kind, n + from))),
  );

function editNamed(text: string): Edit {
  const read = must(parseEdit(text));
  if (read.kind !== 'edit') throw new Error('it names no event');
  return read;
}

function eventOfStretch(kind: number, n: number): TraceEvent {
  const version = { fid: u64(0xc400_0150n), args: [u64(0x20000n)], t: `${n}.5` };
  switch (kind) {
    case 1:
      return call(n % 40, n % 2 === 0 ? {} : { fid: u64(0xc400_015cn), res: [u64(BigInt(n % 3)), null] });
    case 2:
      return call(0, { ...version, res: [u64(7n), u64(0x20000n), u64(0x20000n)] });
    case 3:
      return { type: 'console', src: 'rmm', text: `line ${n % 3}` };
    case 4:
      return { type: 'log', level: 'info', text: n % 2 === 0 ? `soak ${n}` : 'RMI ABI version 2.0' };
    default:
      return n % 5 === 0
        ? call(0, { ...version, res: [u64(0n), u64(0x20000n), u64(0x20000n)] })
        : call(n, { fid: u64(0x8400_0000n) });
  }
}

t.test('a trace that is held in part is replayed as it is when it is held as a whole', async t => {
  const traces = await golden();
  const long = { ...LONG_LIMITS, events: 100, first: 30, equal: 16, row: 4, console: 4 };
  const property = fc.asyncProperty(
    fc.constantFrom(...traces),
    fc.array(fc.tuple(fc.oneof(fc.nat(60), fc.nat(900)), stretch), { minLength: 4, maxLength: 12 }),
    fc.constantFrom('v13', 'v20', null, 'calls'),
    fc.constantFrom(null, 'swapped', 'forgets-range'),
    fc.constantFrom<readonly string[]>([], ['RMI_VERSION.x1=1.0'], ['RMI_VERSION#2.x0=0', 'nv2=true']),
    async (trace, put, name, rmm, edits) => {
      const events = [...trace.events, ...Array.from({ length: 900 }, (_, n) => call(n % 90))];
      const late = call(5000);
      // A background call between a line and the call after it.
      const consoles = Array.from({ length: 20 }, (_, n) => eventOfStretch(3, n));
      const printed = [...consoles, eventOfStretch(5, 1), eventOfStretch(3, 21), late];
      for (const [at, some] of [...put, [800, printed] as const]) events.splice(at + 12, 0, ...some);
      const whole = { ...trace, events };
      const { gist, lines } = await asLarge(whole);
      // Some of the recorded calls, from anywhere.
      const asked = events.filter((event, n) => event === late || n % (2 + put.length) === 0);
      const calls = { ...recordedKernel(asked, trace.header.scope), name: 'calls' };
      const made = async (of: Trace, options: Partial<ReplayOptions>) => {
        const kernel =
          name === 'calls'
            ? calls
            : must(name === null ? ownKernel(of) : kernelNamed(name, undefined, of.header.scope));
        return must(
          await replay(of, kernel, {
            edits: edits.map(text => editNamed(text)),
            mayMiss: true,
            rmm: rmm === null ? null : standInFor(of, must(profileNamed(rmm))),
            digest: '',
            ...options,
          }),
        );
      };
      const reported = (made: Replay) => {
        const given = { kernel: [], rmm: [], others: [] };
        const result = { replay: made, name: 'a.json', given, edited: null, conformance: null };
        return [replayText(result, PLAIN), replayJson(result)];
      };
      const [short, full, plain] = [
        // What is large may have few events.
        await made(gist, { flowOf: flowsOf(lines), long: { ...long, events: 10_000 } }),
        await made(whole, { long }),
        await made(whole, { long: { ...long, events: Number.POSITIVE_INFINITY } }),
      ];
      t.strictSame(reported(short), reported(full));
      t.strictSame(short.replayed, full.replayed);
      t.strictSame(full.verdict, plain.verdict);
      t.strictSame(full.outcomes, plain.outcomes);
      t.strictSame(
        [full.weighed.goesOn, full.weighed.notReached],
        [plain.weighed.goesOn, plain.weighed.notReached],
      );
      const counted = ({ divergences }: Weighed) => divergences.reduce((sum, pair) => sum + timesOf(pair), 0);
      // How many of many like calls go together is not the same by either way.
      if (name !== 'calls') t.strictSame(counted(full.weighed), counted(plain.weighed));
    },
  );
  await fc.assert(property, { ...SEED, numRuns: 18 });
});

const DELEGATE = u64(0xc400_0151n);

t.test('the calls of a long trace, made again and answered otherwise, go as those of the whole', async t => {
  let byNumber = false;
  const traces = await golden();
  const property = fc.asyncProperty(
    fc.constantFrom(...traces),
    fc.array(fc.tuple(fc.nat(500), fc.oneof(telling, decorated)), { maxLength: 6 }),
    fc.constantFrom(null, 'swapped', 'tf-rmm-0.9'),
    fc.constantFrom<readonly string[] | 'by number'>(
      [],
      'by number',
      ['RMI_GRANULE_DELEGATE#300.x0=1', 'RMI_VERSION.x1=1.0'],
      ['RMI_GRANULE_DELEGATE#7.x1=unknown', 'nv2=true'],
    ),
    async (trace, put, rmm, given) => {
      const later = Array.from({ length: 560 }, (_, n) => call(n));
      for (const [at, event] of put) later.splice(at, 0, event);
      const whole = { ...trace, events: [...trace.events, ...later] };
      const bytes = Buffer.from(traceText(whole));
      const calls = whole.events.flatMap((event, at) =>
        event.type === 'smc' && event.fid === DELEGATE ? [at + 1] : [],
      );
      byNumber ||= given === 'by number';
      const edits = given === 'by number' ? [7, 300].map(nth => `${calls[nth]}.x0=1`) : given;
      const {
        trace: gist,
        digest,
        part,
      } = must(await readToRepeat({ name: 'a.json', bytes }, 'otherwise', 0, await eventsNamedBy(edits)));
      if (part === undefined) throw new Error('it is large');
      const spool = newLineSpool();
      const made = async (of: Trace, options: ReplayOptions) =>
        must(
          await replay(of, recordedKernel(of.events, trace.header.scope), {
            edits: must(await editsOf(edits, of.events)),
            mayMiss: true,
            rmm: rmm === null ? null : standInFor(of, must(profileNamed(rmm))),
            digest,
            ...options,
          }),
        );
      const reported = (made: Replay) => {
        const given = { kernel: [], rmm: [], others: [] };
        const result = { replay: made, name: 'a.json', given, edited: null, conformance: null };
        return [replayText(result, PLAIN), replayJson(result)];
      };
      const short = await made(gist, { repeated: { lines: part.lines, onLine: spool.put } });
      const full = await made(whole, { long: { ...LONG_LIMITS, events: 10 } });
      t.strictSame(reported(short), reported(full));
      let text = '';
      for await (const piece of textOfLines(short.replayed, spool.lines).text())
        text += Buffer.from(must(piece));
      t.equal(text, traceText(full.replayed));
      spool.close();
    },
  );
  await fc.assert(property, { ...SEED, numRuns: 8 });
  t.ok(byNumber, 'an edit by number');
});

t.test('each limit of reading has its flag, in every command that reads a trace', async t => {
  const folder = t.testdir({ 'a.json': readFileSync('traces/accepted.json', 'utf8') });
  for (const command of [
    'show a.json',
    'validate a.json',
    'diff a.json a.json',
    'fmt a.json',
    'replay a.json',
    'check a.json',
  ]) {
    const { code, out, err } = await inFolder(folder)(`${command} --limit events=7`);
    t.match(`${out}${err}`, /the trace has more than 7 events|too-large/, command);
    t.not(code, 0, command);
    t.equal((await inFolder(folder)(`${command} --limit events=7000 --limit bytes=2M`)).code, 0, command);
  }
  const { code, err } = await inFolder(folder)('show a.json --limit bits=7');
  t.strictSame(
    [code, err.split('; ')[0]],
    [2, 'rmitrace: --limit takes NAME=N, like bytes=2G, not "bits=7"'],
  );
});

t.test('a limit that is lowered is that of each layout', async t => {
  const [trace] = await golden();
  if (trace === undefined) throw new Error('a golden trace');
  const text = traceText({ ...trace, events: [...trace.events, ...MANY.slice(0, 120)] });
  for (const [limits, code] of [
    [{ text: 20 }, 'too-large'],
    [{ depth: 3 }, 'too-deep'],
    [{ values: 5 }, 'too-large'],
  ] as const) {
    for (const layout of [text, JSON.stringify(JSON.parse(text))]) {
      const read = await readTrace({ name: 'a.json', bytes: Buffer.from(layout), limits });
      t.equal(read.ok ? 'read' : read.trouble.code, code, Object.keys(limits).join());
    }
  }
});

t.test('who reads a large file is told how far it is, from its beginning each time', async t => {
  const path = join(t.testdir(), 'a.json');
  writeFileSync(path, Buffer.alloc(9 * 2 ** 20, ' '));
  const told: number[] = [];
  const opened = must(await openSource({ name: path, path, onRead: bytes => told.push(bytes) }, 2 ** 30));
  for (let time = 0; time < 2; time++) for await (const _ of opened.chunks());
  t.strictSame(told, [2 ** 22, 2 ** 23, 2 ** 22, 2 ** 23]);
});
