import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import t from 'tap';
import { diff, diffLong } from '../lib/compare/diff.js';
import { diffFiles, type FileDifference } from '../lib/compare/diff-files.js';
import { eventPair } from '../lib/compare/event-pair.js';
import type { TraceEvent } from '../lib/model/events.js';
import type { Trace } from '../lib/model/trace.js';
import { u64 } from '../lib/model/u64.js';
import { diffJson } from '../lib/report/json.js';
import { diffText } from '../lib/report/text/diff.js';
import { PLAIN } from '../lib/report/text/paint.js';
import { openTwice } from '../lib/trace/large.js';
import type { OpenedSource } from '../lib/trace/open.js';
import { readTrace } from '../lib/trace/read.js';
import { traceText } from '../lib/trace/write.js';
import { must } from './boots.js';
import { call, golden, MANY, SEED } from './long-traces.js';

/** What a long trace may be made of; `n` tells the events of a loop apart. */
const LOOPS = {
  calls: n => call(n),
  unseen: n => call(n, { cc: '1.1', args: [null, u64(BigInt(n))], res: [u64(0n), null, u64(1n), null] }),
  memory: n =>
    call(1, {
      mem: [{ pa: u64(4096n), at: 'return', words: [{ offset: u64(8n), value: u64(BigInt(n)) }] }],
    }),
  version: n =>
    call(n, { fid: u64(0xc400_0150n), args: [u64(0x20000n)], res: [u64(1n), u64(BigInt(n)), u64(1n)] }),
  psci: n => (n % 2 === 0 ? call(n, { fid: u64(0xc400_0001n) }) : call(n)),
  firmware: n => (n % 3 === 0 ? call(n, { by: 'firmware' }) : call(n)),
  log: n => ({ type: 'log', level: 'info', prefix: 'kvm', pid: 1 + n, text: `line ${n} “é”` }),
  console: n => (n % 2 === 0 ? { type: 'console', src: 'rmm', text: `Assert failed ${n}` } : call(n)),
  state: n => ({ type: 'mrs', cpu: n % 3, reg: 'ID_AA64PFR0_EL1', value: u64(BigInt(n % 2)) }),
  foreign: n => ({ type: 'x-irq', extra: new Map<string, unknown>([['x-n', { t: n }]]) }),
} satisfies Readonly<Record<string, (n: number) => TraceEvent>>;

type Loop = keyof typeof LOOPS;
const LOOP_NAMES = Object.keys(LOOPS) as Loop[];

/** Changes of a trace as a person or another machine makes them. */
const CHANGES = [
  'drop',
  'put',
  'answer',
  'request',
  'move',
  'log',
  'console',
  'state',
  'fault',
  'stamps',
  'notes',
  'unseen',
  'answers',
] as const;

/** At a place of the trace. */
type Change = readonly [kind: (typeof CHANGES)[number], at: number, size: number];

const changes: fc.Arbitrary<readonly Change[]> = fc.array(
  fc.tuple(fc.constantFrom(...CHANGES), fc.nat(1000), fc.integer({ min: 1, max: 40 })),
  { maxLength: 6 },
);

/** Each event, or each call from a place on, otherwise than it was. */
function everywhere(events: readonly TraceEvent[], [kind, place, size]: Change): readonly TraceEvent[] {
  return events.map((event, at) => {
    if (kind === 'stamps') return { ...event, t: `${at + size}.000001` };
    if (kind === 'notes') return { ...event, extra: new Map([['x-noted', at % size]]) };
    if (event.type !== 'smc' || event.res === null || at < place % events.length) return event;
    if (kind === 'unseen') return { ...event, args: event.args.map(() => null) };
    return kind === 'answers' && at % size === 0 ? { ...event, res: [u64(BigInt(size)), u64(1n)] } : event;
  });
}

function changed(events: readonly TraceEvent[], list: readonly Change[]): readonly TraceEvent[] {
  let made = [...events];
  for (const change of list) {
    const [kind, place, size] = change;
    made = [...everywhere(made, change)];
    const at = place % (made.length + 1);
    const event = made[at];
    if (kind === 'drop') made.splice(at, size);
    if (kind === 'put')
      made.splice(at, 0, ...Array.from({ length: size }, (_, n) => call(10_000 + n + place)));
    if (kind === 'move') made.splice((at + size) % (made.length + 1), 0, ...made.splice(at, size));
    if (kind === 'log') made.splice(at, 0, { type: 'log', level: 'info', text: `line ${size} é` });
    if (kind === 'console') made.splice(at, 0, { type: 'console', text: `line ${size}`, src: 'el3' });
    if (kind === 'state') made.splice(at, 0, LOOPS.state(size));
    if (kind === 'fault' && size === 1)
      made.splice(at, 0, { type: 'fault', of: 'kernel', code: 'step-limit', text: '5000 steps' });
    if (event?.type !== 'smc') continue;
    if (kind === 'answer') made[at] = { ...event, res: [u64(BigInt(size)), u64(1n)] };
    if (kind === 'request') made[at] = { ...event, args: [u64(BigInt(size))] };
  }
  return made;
}

/** Both forms of the report of two traces. */
function reports({ difference, digests, edited }: Omit<FileDifference, 'layouts'>): readonly string[] {
  const result = { difference, names: { a: 'a.json', b: 'b.json' }, digests, edited };
  return [diffText(result, PLAIN), JSON.stringify(diffJson(result), null, 1)];
}

function ended<T>(steps: Generator<void, T>): T {
  for (let step = steps.next(); ; step = steps.next()) if (step.done === true) return step.value;
}

/** Windows as small as a test's traces. */
const SMALL = { most: 25, first: 4, last: 256, telling: 3 };

/** The same text as others hand it over: plain, packed, in other layouts, without a seal or with a wrong one. */
const FORMS = {
  plain: text => text,
  gzip: text => gzipSync(text),
  stream: text => text,
  dense: text => JSON.stringify(JSON.parse(text)),
  indented: text => JSON.stringify(JSON.parse(text), null, 2),
  sorted: text => JSON.stringify(Object.fromEntries(Object.entries(JSON.parse(text)).sort())),
  packed: text => gzipSync(JSON.stringify(JSON.parse(text))),
  unsealed: text => JSON.stringify({ ...JSON.parse(text), count: undefined, digest: undefined }),
  edited: text => text.replace(/sha256:..../, 'sha256:0000'),
  recounted: text => text.replace(/^"count": \d/m, '"count": 1'),
} satisfies Readonly<Record<string, (text: string) => string | Buffer>>;

type Form = keyof typeof FORMS;
const FORM_NAMES = Object.keys(FORMS) as Form[];

/** As `diff` opens it. */
async function openedAs(form: Form, path: string, trace: Trace): Promise<OpenedSource> {
  const bytes = FORMS[form](traceText(trace));
  writeFileSync(path, bytes);
  const source =
    form === 'stream' ? { name: path, stream: Readable.from([Buffer.from(bytes)]) } : { name: path, path };
  return must(await openTwice(source));
}

/** What the way in memory makes of two sources. */
async function inMemoryOf(a: OpenedSource, b: OpenedSource): Promise<Omit<FileDifference, 'layouts'>> {
  const [one, other] = [must(await readTrace(a)), must(await readTrace(b))];
  const [left, right] = [one.trace, other.trace];
  return {
    difference: ended(diffLong(left, right, eventPair(left.events, right.events), SMALL)),
    digests: { a: one.digest, b: other.digest },
    edited: { a: one.edited, b: other.edited },
  };
}

/** Two traces, one of them a changed other, and in what form each is read. */
const pairs = (traces: readonly Trace[]) =>
  fc
    .record({
      trace: fc.constantFrom(...traces),
      loops: fc.constantFrom<readonly Loop[]>(['calls'], LOOP_NAMES, ...LOOP_NAMES.map(name => [name])),
      kinds: fc.constantFrom(1, 2, 3, 50, 1000),
      length: fc.nat(120),
      list: changes,
      isSwapped: fc.boolean(),
      forms: fc.tuple(fc.constantFrom(...FORM_NAMES), fc.constantFrom(...FORM_NAMES)),
    })
    .map(({ trace, loops, kinds, length, list, isSwapped, forms }) => {
      const later = Array.from({ length }, (_, n) => LOOPS[loops[n % loops.length] ?? 'calls'](n % kinds));
      const whole = { ...trace, events: [...trace.events, ...later] };
      const other = { ...whole, events: changed(whole.events, list) };
      // What is unlike all others cannot be aligned in two ways.
      const isPlain = loops[0] === 'calls' && loops.length === 1 && kinds === 1000 && list.length === 1;
      return { a: isSwapped ? other : whole, b: isSwapped ? whole : other, forms, isPlain };
    });

t.test('two files compare as the two traces do, whatever differs and wherever they come from', async t => {
  const traces = await golden();
  const folder = t.testdir();
  const files = [join(folder, 'a.json'), join(folder, 'b.json')] as const;
  let [cut, same] = [0, 0];
  const property = fc.asyncProperty(pairs(traces), async ({ a, b, forms, isPlain }) => {
    const sources = [await openedAs(forms[0], files[0], a), await openedAs(forms[1], files[1], b)] as const;
    const inFiles = must(await diffFiles(sources, { limits: SMALL, long: 0, verify: true }));
    const inMemory = await inMemoryOf(...sources);
    if (inFiles === null) return t.equal(a.events.length + b.events.length, 0, 'empty');
    t.strictSame(reports(inFiles), reports(inMemory));
    const whole = diff(a, b);
    t.equal(inMemory.difference.verdict, whole.verdict, 'short and whole');
    t.strictSame(inMemory.difference.outcomes, whole.outcomes);
    if (inMemory.difference.comparison.cutShort !== null) cut += 1;
    else if (reports(inMemory)[1] === reports({ ...inMemory, difference: whole })[1]) same += 1;
    else t.notOk(isPlain);
    return true;
  });
  await fc.assert(property, { ...SEED, numRuns: 60 });
  t.ok(cut > 3 && same > 20, `${cut} cut short, ${same} the same as whole`);
});

t.test('a file that is not what it says is compared as what it is, or is the trouble that it is', async t => {
  const [trace] = await golden();
  if (trace === undefined) throw new Error('a golden trace');
  const folder = t.testdir();
  const [a, b] = [join(folder, 'a.json'), join(folder, 'b.json')];
  const whole = { ...trace, events: [...trace.events, ...MANY.slice(0, 300)] };
  const text = traceText(whole);
  const lines = text.split('\n');
  writeFileSync(a, text);
  const last = lines.findLastIndex(line => line.startsWith('{"type"'));
  const wrong: Readonly<Record<string, string>> = {
    'cut off': text.slice(0, text.length / 2),
    'cut off at its end': text.slice(0, -2),
    'a line less': lines.filter((_, at) => at !== 100).join('\n'),
    'a line twice': lines.toSpliced(100, 0, lines[100] ?? '').join('\n'),
    'a register in capitals': text.replace(/0x8b000/, '0x8B000').replace(/"0x12d000"/, '"0x12D000"'),
    'no comma': lines.with(100, (lines[100] ?? '').slice(0, -1)).join('\n'),
    'a comma at the end': lines.with(last, `${lines[last]},`).join('\n'),
    'a duplicate key': lines.with(100, (lines[100] ?? '').replace('{', '{"cpu":0,')).join('\n'),
    'members in another order': text.replace('"type":"smc","cpu":0,', '"cpu":0,"type":"smc",'),
    'another layout': JSON.stringify(JSON.parse(text), null, 1),
  };
  for (const [what, spoilt] of Object.entries(wrong)) {
    if (spoilt === text) t.fail(`${what} changes nothing`);
    writeFileSync(b, spoilt);
    const left = must(await openTwice({ name: a, path: a }));
    const right = must(await openTwice({ name: b, path: b }));
    const read = await readTrace(right);
    for (const sources of [
      [left, right],
      [right, left],
    ] as const) {
      const found = await diffFiles(sources, { limits: SMALL, long: 0 });
      if (!read.ok) t.strictSame(found, read, what);
      else t.strictSame(reports(must(found) as FileDifference), reports(await inMemoryOf(...sources)), what);
    }
  }
});

t.test('a file that changes while it is compared is trouble', async t => {
  const [trace] = await golden();
  if (trace === undefined) throw new Error('a golden trace');
  const folder = t.testdir();
  const [a, b] = [join(folder, 'a.json'), join(folder, 'b.json')];
  const text = traceText({ ...trace, events: [...trace.events, ...MANY] });
  writeFileSync(a, text);
  async function* changing(): AsyncGenerator<Buffer> {
    yield Buffer.from(text);
    writeFileSync(a, text.replace('0x1000', '0x1001'));
  }
  const left = must(await openTwice({ name: a, path: a }));
  const right = must(await openTwice({ name: b, stream: changing() }));
  const found = await diffFiles([left, right], { long: 0 });
  t.match(found, { ok: false, trouble: { what: 'the file changed while it was read', where: { file: a } } });
});
