import { execFile, execFileSync } from 'node:child_process';
import {
  chmodSync,
  closeSync,
  existsSync,
  lstatSync,
  openSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual, promisify } from 'node:util';
import { gunzipSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import t from 'tap';
import type { Decoration, SmcEvent, TraceEvent } from '../lib/model/events.js';
import { FACTS } from '../lib/model/facts.js';
import { type Header, type Outcome, SCOPES, type Trace } from '../lib/model/trace.js';
import { hex, type Seen, type U64, u64 } from '../lib/model/u64.js';
import { PATTERNS } from '../lib/schema/messages.js';
import { checkEvent, checkFrame, checkMachine } from '../lib/schema/validate.js';
import { newJudge } from '../lib/trace/consistency.js';
import { digestOf } from '../lib/trace/digest.js';
import { canonicalLine } from '../lib/trace/layout.js';
import { READ_LIMITS } from '../lib/trace/limits.js';
import { anyEvent, below, type LineEnd, soundEvent } from '../lib/trace/line-patterns.js';
import { type ReadTrace, readTrace, sealed } from '../lib/trace/read.js';
import { readEvent, readMatched } from '../lib/trace/read-canonical.js';
import { isState, stateReader } from '../lib/trace/read-state.js';
import { validateTrace } from '../lib/trace/validate.js';
import { GENERATOR } from '../lib/trace/wire-frame.js';
import { traceLines, traceText, writeTrace } from '../lib/trace/write.js';
import { must } from './boots.js';

/** The example of the format, with the facts of the prologue left out. */
const EXAMPLE = `{
"generator": {"name":"rmitrace","version":"0.1.0"},
"format": "rmitrace",
"version": 1,
"scope": "rmi",
"kernel": {"name":"v13","wants":"2.0"},
"machine": {"name":"fvp","cpus":1,"rmm":"tf-rmm-0.8","via":"emulated"},
"events": [
{"type":"mrs","cpu":0,"reg":"ID_AA64PFR0_EL1","value":"0x1211111123111112"},
{"type":"fact","name":"conduit","value":"smc"},
{"type":"ftr","reg":"ID_AA64PFR0_EL1","value":"0x1211111123111112"},
{"type":"smc","cpu":0,"from":"ns","via":"smc","cc":"1.1","fid":"0xc4000150","args":["0x20000"],"res":["0x1","0x10000","0x10000","0x0"]},
{"type":"log","level":"err","prefix":"kvm","pid":1,"text":"Unsupported RMI ABI (v1.0 - v1.0) we want v2.0"},
{"type":"return","of":"rmi_check_version","value":-6}
],
"outcome": {"class":"refused","lower":"1.0","higher":"1.0","return":-6,"key":false},
"count": 6, "digest": "sha256:5fead33e17886a36aed6cb8c0955d6a6b9bc83753d731563d8c58bfa529ea966"
}
`;

const SEED = { seed: 20_261_122, numRuns: 300 };

async function readText(text: string | Uint8Array): Promise<ReadTrace> {
  const read = await readTrace({ name: 'test.json', bytes: Buffer.from(text) });
  if (!read.ok)
    throw new Error(`${read.trouble.code}: ${read.trouble.what} ${JSON.stringify(read.trouble.where)}`);
  return read.value;
}

/** What `readTrace` finds wrong, without the name of the file. */
async function troubleOf(text: string) {
  const read = await readTrace({ name: 'test.json', bytes: Buffer.from(text) });
  if (read.ok) return null;
  const { code, what, where } = read.trouble;
  const { file: _, ...place } = where;
  return { code, what, ...place };
}

/** A value in memory as plain JSON, so that two of them compare: U64 as hex, a Map as its entries. */
function plain(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (_, each: unknown) => {
      if (typeof each === 'bigint') return hex(u64(each));
      return each instanceof Map ? { entries: [...each] } : each;
    }),
  );
}

const word = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map(u64);
const seen: fc.Arbitrary<Seen> = fc.oneof({ weight: 5, arbitrary: word }, fc.constant(null));
const registers = (minLength: number, maxLength: number) => fc.array(seen, { minLength, maxLength });
/** Every UTF-16 code unit, lone surrogates and control characters among them. */
const text = fc
  .oneof(fc.string({ unit: 'binary' }), fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 8 }))
  .map(each => (typeof each === 'string' ? each : String.fromCharCode(...each)));
const name = fc.stringMatching(/^[A-Za-z][A-Za-z0-9_.-]{0,15}$/);
const identifier = fc.stringMatching(/^[a-z_][a-z0-9_]{0,15}$/);
const register = fc.stringMatching(/^[A-Z][A-Z0-9_]{0,15}$/);
const int = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
const cpu = fc.integer({ min: 0, max: 4095 });

const FORBIDDEN = /"(__proto__|constructor|prototype)":/;
const extra = fc
  .dictionary(
    name.map(each => `x-${each}`),
    fc.jsonValue({ maxDepth: 3 }),
    { minKeys: 1, maxKeys: 3 },
  )
  .filter(each => !FORBIDDEN.test(JSON.stringify(each)))
  .map(each => new Map<string, unknown>(Object.entries(JSON.parse(JSON.stringify(each)))));

/** Now and then present: exactOptionalPropertyTypes wants the key gone, not undefined. */
const optional = <T>(shape: { [K in keyof T]: fc.Arbitrary<T[K]> }): fc.Arbitrary<Partial<T>> =>
  fc.record(shape, { requiredKeys: [] }) as fc.Arbitrary<Partial<T>>;

const decoration = fc.oneof(
  { weight: 2, arbitrary: fc.constant({}) },
  optional<Omit<Required<Decoration>, 'cpu'>>({
    src: fc.constantFrom('kernel', 'rmm', 'el3', 'guest'),
    t: fc.constantFrom('0.000000', '12', '3.141593'),
    line: fc.integer({ min: 1, max: 1_000_000 }),
    inferred: fc.dictionary(fc.stringMatching(/^[a-z][a-z0-9]{0,6}$/), text, { maxKeys: 2 }),
    rule: fc.constantFrom('RMI_VERSION.x0=0x1', '4.x1=unknown'),
    extra,
  }),
);

const memory = fc.record({
  pa: word,
  at: fc.constantFrom('call' as const, 'return' as const),
  words: fc.uniqueArray(fc.record({ offset: word, value: seen }), {
    selector: each => each.offset,
    maxLength: 3,
  }),
});

const LEVELS = ['emerg', 'alert', 'crit', 'err', 'warn', 'notice', 'info', 'debug', null] as const;
const FAULTS = ['unanswered', 'timeout', 'died', 'garbage', 'step-limit', 'crashed'] as const;

/** One arbitrary for each type of event; the keys are the types, so that none is forgotten. */
const BARE = {
  mrs: fc.record({ type: fc.constant('mrs' as const), cpu, reg: register, value: seen }),
  fact: fc.record({
    type: fc.constant('fact' as const),
    name: identifier.filter(each => /^[a-z]/.test(each)),
    value: fc.oneof(fc.boolean(), int, text),
  }),
  ftr: fc.record({ type: fc.constant('ftr' as const), reg: register, value: seen }),
  smc: fc
    .tuple(
      fc.record({
        type: fc.constant('smc' as const),
        cpu,
        from: fc.constantFrom('ns' as const, 'realm' as const, 'el3' as const),
        via: fc.constantFrom('smc' as const, 'hvc' as const),
        cc: fc.constantFrom('1.1' as const, '1.2' as const),
        fid: word,
        args: registers(0, 17),
        res: fc.oneof({ weight: 4, arbitrary: registers(1, 18) }, fc.constant(null)),
      }),
      optional<Required<Pick<SmcEvent, 'junk' | 'mem'>>>({
        junk: registers(1, 17),
        mem: fc.array(memory, { minLength: 1, maxLength: 2 }),
      }),
    )
    .map(([call, around]) => ({ ...call, ...around })),
  log: fc
    .tuple(
      fc.record({ type: fc.constant('log' as const), level: fc.constantFrom(...LEVELS), text }),
      optional<{ prefix: 'kvm'; pid: number; cpu: number }>({
        prefix: fc.constant('kvm'),
        pid: fc.integer({ min: 0, max: 99_999 }),
        cpu,
      }),
    )
    .map(([log, around]) => ({ ...log, ...around })),
  warn: fc.record({ type: fc.constant('warn' as const), of: identifier, text }),
  return: fc.record({ type: fc.constant('return' as const), of: identifier, value: int }),
  console: fc.record({ type: fc.constant('console' as const), cpu, text }),
  fault: fc.record({
    type: fc.constant('fault' as const),
    of: fc.constantFrom('machine' as const, 'kernel' as const),
    code: fc.constantFrom(...FAULTS),
    text,
  }),
  foreign: fc.record({ type: name.map(each => `x-${each}` as const) }),
} satisfies { [T in Exclude<TraceEvent['type'], `x-${string}`> | 'foreign']: fc.Arbitrary<TraceEvent> };

const event: fc.Arbitrary<TraceEvent> = fc
  .tuple(fc.oneof(...Object.values(BARE)), decoration)
  .map(([bare, around]) => ({ ...bare, ...around }) as TraceEvent);

const digestText = fc.constantFrom('0', '9', 'a').map(digit => `sha256:${digit.repeat(64)}`);
const header: fc.Arbitrary<Header> = fc
  .tuple(
    fc.record({
      generator: fc.constant({ name: 'somebody', version: '9' }),
      scope: fc.constantFrom(...SCOPES),
      kernel: fc.constantFrom(
        { name: 'v13', wants: '2.0', via: 'built-in' as const },
        { name: 'mine', wants: null },
      ),
      machine: fc.record({
        name,
        cpus: fc.integer({ min: 1, max: 4096 }),
        rmm: fc.option(name),
        via: fc.constantFrom('emulated' as const, 'playback' as const, 'pipe' as const, 'imported' as const),
      }),
    }),
    optional<Required<Pick<Header, 'after' | 'replay' | 'resealed' | 'extra'>>>({
      after: digestText,
      replay: fc.record({
        of: digestText,
        kernel: name,
        answeredAnyway: fc.boolean(),
        edits: fc.array(
          fc.record({
            event: fc.option(fc.integer({ min: 1, max: 99 })),
            place: name,
            before: text,
            after: text,
            rule: name,
          }),
          { maxLength: 2 },
        ),
      }),
      resealed: fc.record({ was: fc.option(digestText) }),
      extra,
    }),
  )
  .map(([required, around]) => ({ ...required, ...around }));

const outcome: fc.Arbitrary<Outcome | null> = fc.constantFrom<(Outcome | null)[]>(
  null,
  { class: 'accepted', lower: '2.0', higher: '2.0', return: 0, key: true, kvm_is_realm: true, kvm_init: 0 },
  {
    class: 'quiet',
    reason: 'rme-hidden-by-cpu4095',
    return: 0,
    key: false,
    kvm_realm_state: 'REALM_STATE_NONE',
  },
  { class: 'crashed', key: false, vcpu_is_rec: false },
);

const trace: fc.Arbitrary<Trace> = fc.record({ header, events: fc.array(event, { maxLength: 6 }), outcome });

/** The same JSON with the fields of header and events turned round. x- keys keep their order: it means something. */
function turnedRound(json: string): string {
  const turn = (object: Record<string, unknown>): Record<string, unknown> => {
    const entries = Object.entries(object);
    const isX = ([key]: [string, unknown]) => key.startsWith('x-');
    return Object.fromEntries([...entries.filter(isX), ...entries.filter(each => !isX(each)).reverse()]);
  };
  const whole = JSON.parse(json) as Record<'kernel', Record<string, unknown>> & {
    events: Record<string, unknown>[];
  };
  const nested = { kernel: turn(whole.kernel), events: whole.events.map(turn) };
  return JSON.stringify(turn({ ...whole, ...nested }), null, 3);
}

t.test('the example of the format reads and is written again byte for byte', async t => {
  const read = await readText(EXAMPLE);
  t.equal(traceText(read.trace), EXAMPLE);
  t.equal([...traceLines(read.trace)].join(''), EXAMPLE);
  t.equal(read.edited, null);
  t.equal(read.layout, 'canonical');
  t.strictSame(read.lines, [9, 10, 11, 12, 13, 14]);
  t.equal(read.digest, digestOf(read.trace));
  const call = read.trace.events[3];
  t.equal(call?.type === 'smc' && hex(call.fid), '0xc4000150');
});

t.test('a trace without events is whole', async t => {
  const { trace } = await readText(EXAMPLE);
  const written = traceText({ ...trace, events: [], outcome: null });
  t.match(written, '"events": [\n],\n"outcome": null,\n"count": 0, "digest": "sha256:');
  const read = await readText(written);
  t.strictSame([read.layout, read.edited, read.trace.outcome], ['canonical', null, null]);
});

t.test('what is written reads as the same trace, and is written again as the same bytes', async t => {
  const property = fc.asyncProperty(trace, async each => {
    const written = traceText(each);
    const read = await readText(written);
    const same = isDeepStrictEqual(plain(read.trace), plain(each)) && traceText(read.trace) === written;
    return same && read.layout === 'canonical' && read.edited === null;
  });
  t.equal((await fc.check(property, SEED)).counterexample, null);
});

t.test('any layout of the same JSON reads as the same trace with the same digest', async t => {
  const property = fc.asyncProperty(trace, async each => {
    const written = traceText(each);
    const digest = digestOf(each);
    const parsed = JSON.parse(written);
    const layouts = {
      pretty: JSON.stringify(parsed, null, 2),
      minified: JSON.stringify(parsed),
      'turned round': turnedRound(written),
      'with CRLF': written.replaceAll('\n', '\r\n'),
      'with a byte order mark': `\ufeff${written}`,
      'with escapes': written.replaceAll('smc', '\\u0073mc'),
    };
    for (const json of Object.values(layouts)) {
      const read = await readText(json);
      if (read.digest !== digest || read.edited !== null || traceText(read.trace) !== written) return false;
      if ((read.layout === 'other') !== (json !== written)) return false;
    }
    return true;
  });
  t.equal((await fc.check(property, SEED)).counterexample, null);
});

t.test('an event stands on the line that the reader says, in any layout', async t => {
  for (const indent of [0, 1, 4]) {
    const json = JSON.stringify(JSON.parse(EXAMPLE), null, indent);
    const { lines } = await readText(json);
    const rows = json.split('\n');
    const opens = rows.flatMap((row, at) => (/^ +\{$/.test(row) && at > 8 ? [at + 1] : []));
    t.strictSame(lines, indent === 0 ? [1, 1, 1, 1, 1, 1] : opens);
  }
});

t.test('a stream that gives single bytes reads as the file does', async t => {
  async function* bytes(text: string) {
    for (const byte of Buffer.from(text)) yield Uint8Array.of(byte);
  }
  for (const text of [
    EXAMPLE,
    JSON.stringify(JSON.parse(EXAMPLE.replace('we want', 'we “want” 🙂')), null, 2),
  ]) {
    const read = await readTrace({ name: '-', stream: bytes(text) });
    t.equal(read.ok && read.value.trace.events.length, 6);
  }
  const bad = await readTrace({ name: '-', stream: bytes(EXAMPLE.replace('0x20000', '0xnone')) });
  t.strictSame(bad.ok || [bad.trouble.code, bad.trouble.where], [
    'bad-value',
    { file: '-', line: 12, event: 4, pointer: '/args/0' },
  ]);
});

t.test('a trace that was edited by hand is used, and said to be edited', async t => {
  const computed = (await readText(EXAMPLE)).digest;
  const edits: [string, string, (edited: NonNullable<ReadTrace['edited']>) => unknown, unknown][] = [
    ['a value', EXAMPLE.replace('"0x1","0x10000"', '"0x0","0x10000"'), each => each.digest.found, computed],
    ['an event less', EXAMPLE.replace(/^.*"ftr".*\n/m, ''), each => each.count, { found: 6, events: 5 }],
    ['the outcome', EXAMPLE.replace('"key":false', '"key":true'), each => each.digest.found, computed],
    [
      'no seal',
      EXAMPLE.replace(/,\n"count".*\n/, '\n'),
      each => [each.digest.found, each.count.found],
      [null, null],
    ],
    [
      'no footer',
      `${EXAMPLE.slice(0, EXAMPLE.indexOf('],\n"outcome'))}]\n}`,
      each => each.digest.found,
      null,
    ],
    [
      'no digest',
      EXAMPLE.replace(/, "digest".*/, ''),
      each => [each.digest.found, each.count.found],
      [null, 6],
    ],
  ];
  for (const [what, text, look, expected] of edits) {
    t.not(text, EXAMPLE, what);
    const { edited } = await readText(text);
    t.strictSame(edited === null ? 'sealed' : look(edited), expected, what);
  }
});

t.test('the generator is not covered by the digest', async t => {
  const read = await readText(EXAMPLE.replace('"version":"0.1.0"', '"version":"0.2.0"'));
  t.equal(read.edited, null);
});

t.test('sealing says which digest the trace had before', async t => {
  const edited = await readText(EXAMPLE.replace('"value":-6', '"value":0'));
  const again = await readText(traceText(sealed(edited)));
  t.equal(again.edited, null);
  t.strictSame(again.trace.header.resealed, { was: (await readText(EXAMPLE)).digest });
  t.equal(sealed(again), again.trace);
  const unsealed = await readText(EXAMPLE.replace(/, "digest".*/, ''));
  t.strictSame(sealed(unsealed).header.resealed, { was: null });
});

/** The least that a person has to write down: what nobody can guess. */
const BY_HAND = `{
"format": "rmitrace",
"version": 1,
"events": [
{"type":"mrs","cpu":2,"reg":"ID_AA64PFR0_EL1","value":"0x0011000000000000"},
{"type":"fact","name":"hyp_mem_base","value":"0X0BEC00000"},
{"type":"smc","fid":"0xC4000150","res":["0x1","0x00010000","0xABCD"]},
{"type":"smc","fid":"0xc4000150","cc":"1.2","res":null},
{"type":"log","text":"Unsupported RMI ABI (v1.0 - v1.0) we want v2.0"},
{"type":"fault","of":"machine","code":"died"}
]
}
`;

t.test(
  'format, version and events are enough: the rest has defaults or is unknown, and is written out',
  async t => {
    const { trace, layout, edited } = await readText(BY_HAND);
    t.strictSame([layout, edited?.digest.found], ['other', null]);
    const unseen = Array(17).fill('null').join();
    t.strictSame(traceText(trace).split('\n').slice(0, -3), [
      '{',
      '"generator": {"name":"by hand","version":"0"},',
      '"format": "rmitrace",',
      '"version": 1,',
      '"scope": "rmi",',
      '"kernel": {"name":"linux","wants":null,"via":"imported"},',
      '"machine": {"name":"unnamed","cpus":3,"rmm":null,"via":"imported"},',
      '"events": [',
      '{"type":"mrs","cpu":2,"reg":"ID_AA64PFR0_EL1","value":"0x11000000000000"},',
      '{"type":"fact","name":"hyp_mem_base","value":"0xbec00000"},',
      '{"type":"smc","cpu":0,"from":"ns","via":"smc","cc":"1.1","fid":"0xc4000150","args":[null],"res":["0x1","0x10000","0xabcd"]},',
      `{"type":"smc","cpu":0,"from":"ns","via":"smc","cc":"1.2","fid":"0xc4000150","args":[${unseen}],"res":null},`,
      '{"type":"log","level":null,"text":"Unsupported RMI ABI (v1.0 - v1.0) we want v2.0"},',
      '{"type":"fault","of":"machine","code":"died","text":""}',
      '],',
      '"outcome": null,',
    ]);
    const named = await readText(
      BY_HAND.replace('"events"', '"kernel": {"name":"v7"},\n"machine": {"rmm":"busy"},\n"events"'),
    );
    t.strictSame(
      [{ ...named.trace.header.kernel }, { ...named.trace.header.machine }],
      [
        { name: 'v7', wants: null },
        { name: 'unnamed', rmm: 'busy', via: 'imported', cpus: 3 },
      ],
    );
  },
);

/** One member that a reader fills in taken away, or one value spelt as people do. */
const LEFT_OUT = ['generator', 'scope', 'outcome', 'count', 'digest', 'level', 'cpu', 'from', 'via', 'cc'];

t.test('a trace with members left out and values respelt reads as the one that is written of it', async t => {
  const respelt = (json: string) =>
    json.replace(/"0x([0-9a-f]{1,12})"/g, (_, digits) => `"0X000${digits.toUpperCase()}"`);
  const without = (value: unknown, key: string): unknown => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
    return Object.fromEntries(Object.entries(value).filter(([name]) => name !== key));
  };
  const property = fc.asyncProperty(trace, fc.subarray(LEFT_OUT), async (each, keys) => {
    const whole = JSON.parse(
      traceText({ ...each, events: each.events.filter(({ type }) => type !== 'smc') }),
    );
    const words = JSON.parse(
      traceText({ ...each, events: each.events.filter(({ type }) => type === 'smc') }),
    );
    const events = [
      ...whole.events,
      ...words.events.map((event: object) => JSON.parse(respelt(JSON.stringify(without(event, 'mem'))))),
    ];
    const byHand = keys.reduce<unknown>(
      (left, key) =>
        without(
          {
            ...(left as object),
            events: (left as { events: object[] }).events.map(event => without(event, key)),
          },
          key,
        ),
      { ...whole, events },
    );
    const read = await readText(JSON.stringify(byHand));
    const again = await readText(traceText(read.trace));
    return (
      again.layout === 'canonical' &&
      again.digest === read.digest &&
      isDeepStrictEqual(again.trace, read.trace)
    );
  });
  t.equal((await fc.check(property, SEED)).counterexample, null);
});

t.test('validate lists all that is wrong at once, and which member to add', async t => {
  const bytes = Buffer.from(`{
"events": [
{"type":"smc","cpu":"1","res":["1"]},
{"type":"log"},
{"fid":"0x1"},
{"type":"mrs","__proto__":1,"x-a":1,"x-a":2,"x-n":1e-400},
{"type":"fact","name":"conduit","value":"smoke"}
],
"kernel": {"compiled":{"headers":"own","queries":"none"}},
"scape": "rmi"
}`);
  const { findings, whole } = await validateTrace({ name: 'a.json', bytes });
  t.equal(whole, null);
  const unknown = 'is a key that this version does not know (keys of your own begin with x-)';
  t.strictSame(
    findings.map(({ what, where, next }) => [where.event ?? 0, where.pointer ?? '', what, next]),
    [
      [
        0,
        '/format',
        'the file is JSON, but it has no "format": "rmitrace"',
        'if it is a trace, add the line "format": "rmitrace",',
      ],
      [0, '/version', 'version is missing', 'add `"version": 1`'],
      [0, '/scape', `scape ${unknown}`, 'correct that value in the file'],
      [
        0,
        '/kernel/compiled/digest',
        'kernel/compiled/digest is missing',
        'add it, or take out what it belongs to',
      ],
      [1, '/fid', 'fid is missing', 'add `"fid": "0xc4000150"`'],
      [1, '/cpu', 'cpu must be a whole number; found "1"', 'correct that value in the file'],
      [
        1,
        '/res/0',
        'res/0 must be 0x and up to 16 hex digits, like 0xc4000150; found "1"',
        'correct that value in the file',
      ],
      [2, '/text', 'text is missing', 'add `"text": "RMI ABI version 2.0"`'],
      [
        3,
        '/type',
        'type is missing',
        'add `"type": one of mrs, fact, ftr, smc, log, warn, return, console, fault`',
      ],
      [4, '/__proto__', 'the key "__proto__" is not allowed anywhere', 'take the key out of the file'],
      [4, '/x-a', 'the key "x-a" is twice in one object, on line 6', 'keep one of the two'],
      [
        4,
        '/x-n',
        'the number 1e-400 would lose digits: write it as a string',
        'correct that value in the file',
      ],
      [4, '/reg', 'reg is missing', 'add `"reg": "ID_AA64PFR0_EL1"`'],
      [4, '/value', 'value is missing', 'add `"value": null`'],
      [
        5,
        '/value',
        'conduit must be one of smc, hvc, none; found "smoke"',
        'correct the trace, or record it again',
      ],
    ],
  );
  const empty = await validateTrace({ name: 'a.json', bytes: Buffer.from('{"format":"rmitrace"}') });
  t.strictSame(
    empty.findings.map(({ next }) => next),
    ['add `"events": []`', 'add `"version": 1`'],
  );
});

t.test('x- keys and types are kept in their order; $schema is dropped', async t => {
  const strange = EXAMPLE.replace('"scope"', '"$schema": "https://example.org/nothing",\n"scope"')
    .replace(
      '"events": [',
      '"x-b": [1,{"deep":null}],\n"x-a": "first",\n"events": [\n{"type":"x-note","x-2":0.5,"x-1":"é"},',
    )
    .replace('"value":-6}', '"value":-6,"x-why":{"b":1,"a":2}}');
  const { trace } = await readText(strange);
  t.strictSame(
    [...(trace.header.extra ?? [])],
    [
      ['x-b', [1, { deep: null }]],
      ['x-a', 'first'],
    ],
  );
  const lines = traceText(trace).split('\n');
  t.equal(lines[7], '"x-b": [1,{"deep":null}],');
  t.equal(lines[8], '"x-a": "first",');
  t.equal(lines[10], '{"type":"x-note","x-2":0.5,"x-1":"é"},');
  t.equal(lines[16], '{"type":"return","of":"rmi_check_version","value":-6,"x-why":{"b":1,"a":2}}');
  t.notMatch(traceText(trace), '$schema');
});

t.test('any other unknown key or type is refused, and named', async t => {
  const unknown = 'is a key that this version does not know (keys of your own begin with x-)';
  t.strictSame(await troubleOf(EXAMPLE.replace('"from":"ns"', '"from":"ns","colour":1')), {
    code: 'bad-value',
    what: `colour ${unknown}`,
    line: 12,
    event: 4,
    pointer: '/colour',
  });
  t.strictSame(await troubleOf(EXAMPLE.replace('"cpus":1', '"cpus":1,"a/b":1')), {
    code: 'bad-value',
    what: `machine/a~1b ${unknown}`,
    line: 7,
    pointer: '/machine/a~1b',
  });
  t.strictSame(await troubleOf(EXAMPLE.replace('"scope"', '"scape"')), {
    code: 'bad-value',
    what: `scape ${unknown}`,
    line: 5,
    pointer: '/scape',
  });
  t.strictSame(await troubleOf(EXAMPLE.replace('"type":"fact"', '"type":"act"')), {
    code: 'bad-value',
    what: 'type is a type of event that this version does not know: "act" (types of your own begin with x-)',
    line: 10,
    event: 2,
    pointer: '/type',
  });
});

const execFileText = (program: string, file: string) =>
  promisify(execFile)(program, [file]).then(({ stdout }) => stdout);

t.test('a trace is written by way of a partial file, and replaces what was there', async t => {
  const folder = t.testdir({ 'old.json': 'old' });
  const { trace } = await readText(EXAMPLE);
  const path = join(folder, 'old.json');
  t.strictSame(await writeTrace(path, trace), { ok: true, value: undefined });
  t.equal(readFileSync(path, 'utf8'), EXAMPLE);
  t.strictSame(readdirSync(folder), ['old.json']);
  const read = await readTrace({ name: 'old.json', path });
  t.equal(read.ok && read.value.layout, 'canonical');
});

t.test('a trace that cannot be written leaves everything as it was', async t => {
  const folder = t.testdir({ 'busy.json': 'old', 'busy.json.partial': 'of another run', folder: {} });
  const { trace } = await readText(EXAMPLE);
  const refused = async (path: string) => {
    const written = await writeTrace(path, trace);
    return written.ok || [written.trouble.code, written.trouble.what];
  };
  const why = (text: string) => ['unwritable', `the trace cannot be written: ${text}`];
  t.strictSame(await refused(join(folder, 'busy.json')), why('its .partial file exists already'));
  t.strictSame(await refused(join(folder, 'none', 'a.json')), why('no such file or folder'));
  t.strictSame(await refused(join(folder, 'folder')), why('it is a folder'));
  if (existsSync('/dev/full')) t.strictSame(await refused('/dev/full'), why('no room left on the device'));
  t.equal(readFileSync(join(folder, 'busy.json'), 'utf8'), 'old');
  t.equal(readFileSync(join(folder, 'busy.json.partial'), 'utf8'), 'of another run');
  t.strictSame(readdirSync(folder).sort(), ['busy.json', 'busy.json.partial', 'folder']);
});

t.test('a link is followed, a file that is replaced keeps its mode, and a pipe is written to', async t => {
  const folder = t.testdir({ 'old.json': 'old', 'out.txt': 'before\n', folder: {} });
  const { trace } = await readText(EXAMPLE);
  const at = (name: string) => join(folder, name);
  chmodSync(at('old.json'), 0o600);
  symlinkSync('old.json', at('one.json'));
  symlinkSync('one.json', at('two.json'));
  symlinkSync('folder/new.json', at('dangling.json'));
  symlinkSync('circle.json', at('circle.json'));
  t.ok((await writeTrace(at('two.json'), trace)).ok);
  t.equal(readFileSync(at('old.json'), 'utf8'), EXAMPLE);
  t.equal(statSync(at('old.json')).mode & 0o777, 0o600);
  t.ok(lstatSync(at('one.json')).isSymbolicLink() && lstatSync(at('two.json')).isSymbolicLink());
  t.ok((await writeTrace(at('dangling.json'), trace)).ok);
  t.equal(readFileSync(at('folder/new.json'), 'utf8'), EXAMPLE);
  t.match(await writeTrace(at('circle.json'), trace), {
    trouble: { code: 'unwritable', what: /too many links/ },
  });

  // What is open is shared: the trace goes where its place is, and what stands before it stays.
  const fd = openSync(at('out.txt'), 'r+');
  writeSync(fd, 'BEFORE\n');
  symlinkSync(`/proc/self/fd/${fd}`, at('open.json'));
  t.ok((await writeTrace(at('open.json'), trace)).ok);
  writeSync(fd, 'after\n');
  closeSync(fd);
  t.equal(readFileSync(at('out.txt'), 'utf8'), `BEFORE\n${EXAMPLE}after\n`);

  execFileSync('mkfifo', [at('fifo.json')]);
  const taken = execFileText('cat', at('fifo.json'));
  t.ok((await writeTrace(at('fifo.json'), trace)).ok);
  t.equal(await taken, EXAMPLE);
  t.ok(lstatSync(at('fifo.json')).isFIFO());
});

t.test('a trace that no reader would take is a bug, and never becomes a file', async t => {
  const folder = t.testdir({ 'a.json': 'old' });
  const { trace } = await readText(EXAMPLE);
  const bad: Trace = { ...trace, events: [...trace.events, { type: 'return', of: 'f', value: 0.5 }] };
  await t.rejects(writeTrace(join(folder, 'a.json'), bad), {
    message: 'a trace that could not be read back: event 7: /value must be a whole number; found 0.5',
  });
  t.strictSame(readdirSync(folder), ['a.json']);
  t.equal(readFileSync(join(folder, 'a.json'), 'utf8'), 'old');
});

t.test('gzip is written by name and read by content', async t => {
  const folder = t.testdir({});
  const { trace } = await readText(EXAMPLE);
  const path = join(folder, 'a.json.gz');
  t.equal((await writeTrace(path, trace)).ok, true);
  t.equal(gunzipSync(readFileSync(path)).toString(), EXAMPLE);
  writeFileSync(join(folder, 'b.json'), gzipSync(JSON.stringify(JSON.parse(EXAMPLE))));
  for (const [name, layout] of [
    ['a.json.gz', 'canonical'],
    ['b.json', 'other'],
  ] as const) {
    const read = await readTrace({ name, path: join(folder, name) });
    t.strictSame(read.ok && [read.value.layout, read.value.edited], [layout, null]);
  }
});

t.test('validate finds nothing in a sealed and sound trace', async t => {
  const { findings, more, whole } = await validateTrace({ name: 'a.json', bytes: Buffer.from(EXAMPLE) });
  t.strictSame([findings, more, whole?.count], [[], false, 6]);
});

t.test('validate lists a broken seal and what cannot be true as a whole', async t => {
  const text = EXAMPLE.replace('"cpus":1', '"cpus":2')
    .replace('"value":"smc"', '"value":"smoke"')
    .replace('"res":[', '"res":["0x5",')
    .replace(
      '"events": [',
      '"events": [\n{"type":"mrs","cpu":0,"reg":"ID_AA64PFR0_EL1","value":"0x0"},\n{"type":"mrs","cpu":2,"reg":"A","value":null},',
    );
  const { findings, whole } = await validateTrace({ name: 'a.json', bytes: Buffer.from(text) });
  t.equal(whole?.count, 8);
  t.strictSame(
    findings.map(({ code, what, where }) => [code, what, where.event ?? null, where.line ?? null]),
    [
      ['edited', 'the trace was edited by hand: it says that it has 6 events, but it has 8', null, null],
      ['inconsistent', 'cpu 2: the machine has 2 CPUs, 0 to 1', 2, 10],
      ['inconsistent', 'ID_AA64PFR0_EL1 of cpu 0 is 0x1211111123111112 here and 0x0 above', 3, 11],
      ['inconsistent', 'conduit must be one of smc, hvc, none; found "smoke"', 4, 12],
      ['inconsistent', 'a 1.1 call is answered in x0 to x3, not in 5 registers', 6, 14],
      ['inconsistent', 'ID_AA64PFR0_EL1 is described for 1 of 2 CPUs', null, null],
    ],
  );
});

t.test('validate lists calls that cannot be', async t => {
  const call = /\{"type":"smc".*\}/.exec(EXAMPLE)?.[0] ?? '';
  const found = async (change: Readonly<Record<string, unknown>>) => {
    const changed = JSON.stringify({ ...JSON.parse(call), junk: undefined, ...change });
    const bytes = Buffer.from(EXAMPLE.replace(call, () => changed));
    const { findings } = await validateTrace({ name: 'a.json', bytes });
    return findings
      .filter(({ code }) => code === 'inconsistent')
      .map(({ what, where }) => [what, where.pointer]);
  };
  const res = ['0x0', '0x20000', '0x20000', '0x0'];
  t.strictSame(await found({}), []);
  t.strictSame(await found({ cpu: 1 }), [['cpu 1: the machine has 1 CPU, 0 to 0', '/cpu']]);
  t.strictSame(await found({ args: Array(8).fill('0x1') }), [
    ['a 1.1 call sets x1 to x7, not 8 registers', '/args'],
  ]);
  t.strictSame(await found({ cc: '1.2', junk: ['0x1'] }), [
    ['a 1.2 call sets all of its registers: it leaves no junk', '/junk'],
  ]);
  t.strictSame(await found({ cc: '1.2', args: ['0x20000', '0x0'], res: ['0x0'] }), [
    ['a 1.2 call leaves trailing zeros out of args', '/args'],
  ]);
  t.strictSame(await found({ cc: '1.2', res }), [['a 1.2 call leaves trailing zeros out of res', '/res']]);
  t.strictSame(await found({ cc: '1.2', res: res.slice(0, 3) }), []);
});

t.test('a trace of many pages is written whole', async t => {
  const path = join(t.testdir(), 'long.json');
  const { trace } = must(await readTrace({ name: 'a.json', bytes: Buffer.from(EXAMPLE) }));
  const line = { type: 'console', src: 'rmm', text: 'x'.repeat(1000) } as const;
  const long = { ...trace, events: [...trace.events, ...Array(200).fill(line)] };
  t.ok((await writeTrace(path, long)).ok);
  t.equal(readFileSync(path, 'utf8'), traceText(long));
});

t.test('validate lists bad events, as many as are asked for', async t => {
  const bytes = Buffer.from(EXAMPLE.replaceAll('"type":"', '"type":"not-'));
  const all = await validateTrace({ name: 'a.json', bytes });
  t.strictSame(
    all.findings.map(({ where }) => where.event),
    [1, 2, 3, 4, 5, 6],
  );
  const some = await validateTrace({ name: 'a.json', bytes }, { findings: 2 });
  t.strictSame([some.findings.length, some.more, some.whole], [2, true, null]);
  const none = await validateTrace({ name: 'no.json', path: 'no/such/file.json' });
  t.strictSame(
    none.findings.map(({ code }) => code),
    ['not-found'],
  );
});

interface Schema {
  readonly $ref?: string;
  readonly description?: string;
  readonly pattern?: string;
  readonly maxLength?: number;
  readonly type?: string | string[];
  readonly additionalProperties?: boolean | Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly $defs?: Readonly<Record<string, Schema>>;
}

const schemaOf = (name: string): Schema =>
  JSON.parse(readFileSync(`schemas/${name}.schema.json`, 'utf8')) as Schema;

function* nodes(schema: unknown): Generator<Schema> {
  if (typeof schema !== 'object' || schema === null) return;
  yield schema as Schema;
  for (const child of Object.values(schema)) yield* nodes(child);
}

t.test('the schemas describe every field, close every object and bound every string', async t => {
  for (const name of ['trace', 'machine']) {
    const schema = schemaOf(name);
    for (const node of nodes(schema)) {
      const fields = typeof node.properties === 'object' ? node.properties : {};
      for (const [field, each] of Object.entries(fields)) {
        const target = each.$ref === undefined ? each : schema.$defs?.[each.$ref.replace('#/$defs/', '')];
        if (each.pattern !== '^x-')
          t.type(each.description ?? target?.description, 'string', `${name}: ${field}`);
      }
      if (typeof node.pattern !== 'string' || node.pattern === '^x-') continue;
      t.ok(PATTERNS.has(node.pattern), `a sentence for ${node.pattern}`);
      t.type(node.maxLength, 'number', `a bound for ${node.pattern}`);
    }
  }
});

t.test('events are written in the order of the schema', async t => {
  const { $defs = {} } = schemaOf('trace');
  const property = fc.property(event, each => {
    const kind = each.type.startsWith('x-') ? 'foreign' : each.type;
    const order = Object.keys($defs[kind]?.properties ?? {});
    const keys = Object.keys(JSON.parse(canonicalLine(each))).filter(key => !key.startsWith('x-'));
    return keys.join() === order.filter(key => keys.includes(key)).join();
  });
  t.equal(fc.check(property, SEED).counterexample, null);
});

t.test('a schema check says what it expected and what it found', async t => {
  const call = {
    type: 'smc',
    cpu: 0,
    from: 'ns',
    via: 'smc',
    cc: '1.1',
    fid: '0xc4000150',
    args: [],
    res: null,
  };
  const says = (value: unknown) => {
    const checked = checkEvent(value);
    return checked.ok || `${checked.pointer} ${checked.message}`;
  };
  const spelling = 'must be 0x and up to 16 hex digits, like 0xc4000150; found';
  t.equal(says(call), true);
  t.equal(says({ ...call, fid: '1x0' }), `/fid ${spelling} "1x0"`);
  t.equal(says({ ...call, res: ['0x1', '0x10000000000000000'] }), `/res/1 ${spelling} "0x10000000000000000"`);
  t.equal(says({ ...call, fid: 1 }), '/fid must be a string; found 1');
  t.equal(says({ ...call, res: [] }), '/res must have at least 1 entry; found an array');
  t.equal(says({ ...call, cpu: 4096 }), '/cpu must be 4095 or less; found 4096');
  t.equal(says({ ...call, from: 'moon' }), '/from must be one of ns, realm, el3; found "moon"');
  t.match(
    says({ ...call, mem: [{ pa: '0x0', at: 'call', words: { '8': '0x0' } }] }),
    '/mem/0/words/8 has a key that must be a 64-bit hex',
  );
  t.equal(says({ ...call, via: undefined }), true);
  t.equal(says({ ...call, fid: undefined }), '/fid is missing');
  t.equal(says([]), ' must be an object; found an array');
  t.equal(
    says({ type: 'foreign' }),
    '/type is a type of event that this version does not know: "foreign" (types of your own begin with x-)',
  );
  t.equal(checkFrame({}).ok, false);
});

t.test('a machine description needs a name and its CPUs', async t => {
  const least = {
    format: 'rmitrace-machine',
    version: 1,
    name: 'a',
    cpus: [{ registers: { ID_AA64PFR0_EL1: '0x0' } }],
  };
  t.equal(checkMachine(least).ok, true);
  t.equal(
    checkMachine({ ...least, $schema: 'x', features: { '1': ['0x1'] }, 'x-note': 1, kvmArmMode: null }).ok,
    true,
  );
  const bad = checkMachine({ ...least, cpus: [] });
  t.strictSame(bad, { ok: false, pointer: '/cpus', message: 'must have at least 1 entry; found an array' });
  const mode = checkMachine({ ...least, kvmArmMode: 'vhe' });
  t.equal(mode.ok || mode.pointer, '/kvmArmMode');
});

t.test('the generator is this package at its version', async t => {
  const { name, version } = JSON.parse(readFileSync('package.json', 'utf8')) as {
    name: string;
    version: string;
  };
  t.strictSame({ ...GENERATOR }, { name, version });
});

t.test('a value of 64 bits survives at both ends of its range', async t => {
  const ends: U64[] = [u64(0n), u64(2n ** 63n), u64(2n ** 64n - 1n)];
  const { trace } = await readText(EXAMPLE);
  const events: TraceEvent[] = ends.map(value => ({ type: 'mrs', cpu: 0, reg: 'A', value }));
  const again = await readText(traceText({ ...trace, events }));
  t.strictSame(
    again.trace.events.map(each => each.type === 'mrs' && each.value !== null && hex(each.value)),
    ['0x0', '0x8000000000000000', '0xffffffffffffffff'],
  );
});

/** Lines near canonical ones: a character more, less or other, a member gone, twice or elsewhere, a value respelt. */
const nearLine: fc.Arbitrary<string> = fc
  .tuple(
    event.map(canonicalLine),
    fc.constantFrom(
      'as it is',
      'insert',
      'drop',
      'replace',
      'member gone',
      'member twice',
      'members turned',
      'value',
    ),
    fc.nat(),
    fc.constantFrom(
      ...'"\\,:{}[]0x1Ff-.eé\u0001 nul',
      '"0x0"',
      '\\u0041',
      '\\n',
      '\\/',
      ',"0x0"]',
      '-0',
      '1.0',
      '4096',
    ),
  )
  .map(([line, how, at, put]) => {
    const place = at % (line.length + 1);
    const members = line.slice(1, -1).split(/,(?=")/);
    const chosen = at % members.length;
    const among = (changed: readonly string[]) => `{${changed.join(',')}}`;
    switch (how) {
      case 'insert':
        return line.slice(0, place) + put + line.slice(place);
      case 'drop':
        return line.slice(0, place) + line.slice(place + 1);
      case 'replace':
        return line.slice(0, place) + put + line.slice(place + put.length);
      case 'member gone':
        return among(members.filter((_, index) => index !== chosen));
      case 'member twice':
        return among([...members, members[chosen] ?? '']);
      case 'members turned':
        return among([...members.slice(chosen), ...members.slice(0, chosen)]);
      case 'value':
        return among(
          members.map((each, index) => (index === chosen ? each.replace(/:.*/, `:${put}`) : each)),
        );
      default:
        return line;
    }
  });

/** Calls with as few members as they have, and numbers of registers and zeros around their bounds. */
const edgyCall: fc.Arbitrary<string> = fc
  .record({
    cpu: fc.constantFrom(0, 1, 2, 9, 10, 11, 99, 100, 4095, 4096),
    from: fc.constantFrom('ns', 'realm', 'el3'),
    cc: fc.constantFrom('1.1', '1.2'),
    args: fc.array(fc.constantFrom('0x0', '0x1', null), { maxLength: 18 }),
    res: fc.option(fc.array(fc.constantFrom('0x0', '0x10', null), { maxLength: 19 })),
    junk: fc.option(fc.constant(['0x1'])),
  })
  .map(({ cpu: on, from, cc, args, res, junk }) =>
    JSON.stringify({
      type: 'smc',
      cpu: on,
      from,
      via: 'smc',
      cc,
      fid: '0xc4000150',
      args,
      res,
      ...(junk === null ? {} : { junk }),
    }),
  );

/** Mostly one of the first. */
const mostly = (usual: fc.Arbitrary<string>, ...odd: readonly string[]): fc.Arbitrary<string> =>
  fc.oneof({ weight: 12, arbitrary: usual }, { weight: 1, arbitrary: fc.constantFrom(...odd) });

/** JSON as somebody may write it by hand: spellings, keys and depths that reading and writing again keeps, and others. */
const rawKey = mostly(
  fc.constantFrom(
    'a',
    'b',
    'a b',
    'é',
    '😀',
    '\\"',
    '\\ud83d',
    '\\u001f',
    '\\b',
    '-1',
    '0x0',
    '0x8',
    '0x10',
    '0x9',
  ),
  ...[
    '',
    '0',
    '1',
    '10',
    '9',
    '01',
    '4294967295',
    '4294967296',
    '\\u0061',
    '\\ud83d\\ude00',
    '\\u0008',
    '\\/',
  ],
  ...['__proto__', 'constructor', '0X8', '0x08', 'f'.repeat(64), 'f'.repeat(65)],
);
const rawText = mostly(
  fc.constantFrom(
    '',
    'a \\"b\\"',
    'é → 漢字 😀',
    '\\n\\t\\\\',
    '\\u0007',
    '\\u0000',
    '\\ud800',
    '\\udc00\\ud800',
    '\u007f',
  ),
  ...['\\u00e9', '\\ud83d\\ude00', '\\x', '\\u001F', '\\u0009', '\\uD800', '\\ud800\\udc0', '\t', '"', '\\'],
  ...['y'.repeat(4094), 'y'.repeat(4097)],
).map(each => `"${each}"`);
const rawRegister = mostly(
  fc.constantFrom('"0x0"', '"0x1f"', 'null'),
  '"0X1F"',
  '"0x01"',
  '"0x1F"',
  '0',
  '""',
);
const rawScalar = fc.oneof(
  rawText,
  rawRegister,
  mostly(
    fc.constantFrom(
      '0',
      '1',
      '-5',
      '0.5',
      '1e+21',
      '1e-7',
      '0.000001',
      '0.0000012',
      '-12.345',
      '0.123456789012345',
      '1234567890.12345',
      '123456789012345',
      'true',
      'false',
      'null',
    ),
    ...[
      '-0',
      '01',
      '.5',
      '1.50',
      '1.',
      '1e3',
      '1e21',
      '1E400',
      '+1',
      '0.0000001',
      '9007199254740993',
      'nul',
      'NaN',
    ],
    ...[
      '12345678901234567890',
      '1.7976931348623157e+308',
      '0.30000000000000004',
      '0.1234567890123456789',
      '',
    ],
  ),
);
const objectOf = (key: fc.Arbitrary<string>, value: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc
    .tuple(fc.array(fc.tuple(key, value), { maxLength: 3 }), mostly(fc.constant(','), '', ',,', ', '))
    .map(([all, comma]) => `{${all.map(([each, is]) => `"${each}":${is}`).join(comma)}}`);
const arrayOf = (value: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc
    .tuple(fc.array(value, { maxLength: 3 }), mostly(fc.constant('[]'), '[,]', '[', '[}'))
    .map(([all, ends]) => `${ends.slice(0, 1)}${all.join(',')}${ends.slice(1)}`);
const rawInner = fc.oneof(rawScalar, objectOf(rawKey, rawScalar), arrayOf(rawScalar));
const DEEP = [29, 30].map(depth => `${'['.repeat(depth)}${']'.repeat(depth)}`);
const rawJson = mostly(fc.oneof(rawScalar, objectOf(rawKey, rawInner), arrayOf(rawInner)), ...DEEP);

/** Lines with members of any keys, and what may follow them. */
const openLine: fc.Arbitrary<string> = fc
  .record({
    head: mostly(
      fc.constantFrom(
        '"smc","cpu":0,"from":"ns","via":"smc","cc":"1.2","fid":"0xc4000150","args":["0x1"],"res":["0x0"]',
        ...['"x-mine"', '"console","text":"é"', '"mrs","cpu":0,"reg":"A","value":"0x1"'],
      ),
      ...['"x-m\\"e"', '"x-m e"', '"y"'],
    ),
    mem: fc.option(
      fc
        .record({
          at: mostly(fc.constantFrom('"call"', '"return"'), '"x"'),
          words: objectOf(
            mostly(fc.constantFrom('0x0', '0x8', '0x10', '0x9'), '0X8', '0x08', '8'),
            rawRegister,
          ),
        })
        .map(({ at, words }) => `{"pa":"0x8000","at":${at},"words":${words}}`),
    ),
    memories: fc.constantFrom(1, 1, 1, 2, 128, 129),
    by: mostly(fc.constantFrom('', ',"by":"kernel"', ',"src":"rmm","t":"1.5"'), ',"t":"1","src":"rmm"'),
    inferred: fc.option(objectOf(rawKey, mostly(rawText, 'null'))),
    rule: mostly(fc.constantFrom('', ',"rule":"a\\"b"'), ',"rule":""'),
    extra: fc.array(
      fc.tuple(mostly(fc.constantFrom('x-a', 'x-b', 'x-c', 'x-', 'x-1'), 'y', 'x-\\u0041'), rawJson),
      { maxLength: 2 },
    ),
  })
  .map(({ head, mem, memories, by, inferred, rule, extra: own }) =>
    [
      `{"type":${head}`,
      mem === null || !head.startsWith('"smc"') ? '' : `,"mem":[${Array(memories).fill(mem).join(',')}]`,
      by.includes('by') && !head.startsWith('"smc"') ? '' : by,
      inferred === null ? '' : `,"inferred":${inferred}`,
      `${rule}${own.map(([key, value]) => `,"${key}":${value}`).join('')}}`,
    ].join(''),
  );

/** Registers of one CPU after another, which have names and values in common. */
const registerLine: fc.Arbitrary<string> = fc
  .tuple(
    fc.constantFrom(0, 1, 10, 4095, 4096),
    fc.constantFrom('A', 'AB', 'B'),
    mostly(fc.constantFrom('"0x0"', '"0x10"', '"0x1"', 'null'), '"0x01"', '"0X1"'),
    fc.constantFrom('', '', ',"t":"1"', ',"x-a":1'),
  )
  .map(([on, reg, value, rest]) => `{"type":"mrs","cpu":${on},"reg":"${reg}","value":${value}${rest}}`);

/** Facts that this version knows, with values that are respelt when they are read, and others. */
const factLine: fc.Arbitrary<string> = fc
  .tuple(fc.constantFrom(...FACTS.map(fact => fact.name)), rawScalar)
  .map(([fact, value]) => `{"type":"fact","name":"${fact}","value":${value}}`);

/** Of state, what is judged. */
function asJudged(event: TraceEvent): TraceEvent {
  if (event.type === 'mrs') return { type: 'mrs', cpu: event.cpu, reg: event.reg, value: event.value };
  return event.type === 'fact' ? { type: 'fact', name: event.name, value: event.value } : event;
}

t.test(
  'a pattern accepts only lines that the strict reader accepts as they are, and finds nothing against',
  async t => {
    const any = anyEvent(READ_LIMITS);
    const sounds = new Map([1, 2, 10, 11, 100, 4096].map(cpus => [cpus, soundEvent(cpus, READ_LIMITS)]));
    const readState = stateReader();
    let matched = 0;
    const agree = (line: string, [cpus, sound]: readonly [number, LineEnd]): boolean => {
      const bytes = Buffer.from(line);
      const own = bytes.toString().replace(/,$/, '');
      const strict = readEvent(own, READ_LIMITS);
      const text = `${bytes.toString('latin1')}\n`;
      const matches = (lineEnd: LineEnd): boolean => lineEnd(text, 0) === text.length;
      if (!matches(sound) && !matches(any)) return true;
      matched += 1;
      if (strict === null || !isDeepStrictEqual(readMatched(own), strict)) return false;
      if (isState(text, 0)) return isDeepStrictEqual(readState(own), asJudged(strict));
      const head = { machine: { name: 'm', cpus, rmm: null, via: 'emulated' } } as Header;
      return !matches(sound) || newJudge(head).event(strict, 1) === null;
    };
    const property = (lines: fc.Arbitrary<string>) => fc.property(lines, fc.constantFrom(...sounds), agree);
    for (const lines of [nearLine, edgyCall, openLine, factLine, registerLine]) {
      matched = 0;
      t.equal(fc.check(property(lines), { ...SEED, numRuns: 1500 }).counterexample, null);
      t.ok(matched > 100, `and it does accept lines: ${matched}`);
    }
    const canonical = fc.property(event.map(canonicalLine), fc.constantFrom(...sounds), agree);
    matched = 0;
    t.equal(fc.check(canonical, { ...SEED, numRuns: 500 }).counterexample, null);
    t.equal(matched, 500, 'every canonical line');
  },
);

t.test('a pattern of numbers below a limit has them all and no other', async t => {
  for (const limit of [1, 2, 9, 10, 11, 19, 20, 21, 99, 100, 101, 110, 999, 1000, 1001, 4095, 4096]) {
    const pattern = new RegExp(`^${below(limit)}$`);
    const wrong = Array.from({ length: 5000 }, (_, n) => n).filter(
      n => pattern.test(String(n)) !== n < limit,
    );
    t.strictSame(wrong, [], String(limit));
    t.notOk(pattern.test('00') || pattern.test('01') || pattern.test(''), String(limit));
  }
});

t.test('a trace of many events reads as one of few does, whatever stands among its lines', async t => {
  const { trace: example } = await readText(EXAMPLE);
  const odd = [
    { type: 'console', text: 'é\u2028\ud800', src: 'rmm' },
    { type: 'log', level: null, text: 'a "quoted" \\ text\n\u0007' },
    { type: 'x-mine' },
  ] as const satisfies readonly TraceEvent[];
  const events = Array.from({ length: 400 }, (_, at) => [
    ...example.events.slice(2),
    ...odd.slice(at % 3),
  ]).flat();
  const long = { ...example, events };
  const sealedText = traceText(long);
  const read = await readText(sealedText);
  t.strictSame([read.layout, read.edited], ['canonical', null]);
  t.strictSame(plain(read.trace), plain(long));
  const valid = await validateTrace({ name: 'a.json', bytes: Buffer.from(sealedText) });
  t.strictSame([valid.findings, valid.whole?.count, valid.whole?.digest], [[], events.length, read.digest]);
  // One register in the middle, as an editor would change it.
  const at = sealedText.indexOf('"0x10000"', sealedText.length / 2);
  const edited = `${sealedText.slice(0, at)}"0x10001"${sealedText.slice(at + 9)}`;
  t.strictSame(
    (await validateTrace({ name: 'a.json', bytes: Buffer.from(edited) })).findings.map(f => f.code),
    ['edited'],
  );
  const spoilt = { ...long, events: events.with(1500, { ...ODD_CALL, cpu: 3 }) };
  t.strictSame(
    (await validateTrace({ name: 'a.json', bytes: Buffer.from(traceText(spoilt)) })).findings.map(f => [
      f.what,
      f.where.line,
    ]),
    [['cpu 3: the machine has 1 CPU, 0 to 0', 1509]],
  );
  for (const cut of [sealedText.length - 2, sealedText.length / 2, sealedText.lastIndexOf(',')]) {
    t.equal((await troubleOf(sealedText.slice(0, cut)))?.code, 'cut-off', String(cut));
  }
});

const ODD_CALL: TraceEvent = {
  type: 'smc',
  cpu: 0,
  from: 'ns',
  via: 'smc',
  cc: '1.1',
  fid: u64(0xc400_0150n),
  args: [u64(0x20000n)],
  res: null,
};
