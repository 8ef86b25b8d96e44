import { truncateSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import t from 'tap';
import { openSource } from '../lib/trace/open.js';
import { type ReadOptions, readTrace } from '../lib/trace/read.js';
import { isLarge, LARGE } from '../lib/trace/size.js';
import { traceText } from '../lib/trace/write.js';

/** A small trace with something of everything that readers find hard. */
const SMALL = `{
"generator": {"name":"rmitrace","version":"0.1.0"},
"format": "rmitrace",
"version": 1,
"scope": "rmi",
"kernel": {"name":"v13","wants":"2.0"},
"machine": {"name":"fvp","cpus":1,"rmm":null,"via":"emulated"},
"x-who": "me",
"events": [
{"type":"mrs","cpu":0,"reg":"ID_AA64PFR0_EL1","value":"0x1"},
{"type":"smc","cpu":0,"from":"ns","via":"smc","cc":"1.1","fid":"0xc4000150","args":["0x20000"],"res":["0x1",null],"x-a":[{"b":1}]},
{"type":"log","level":null,"text":"\\u001b[31m \\"é🙂\\" \\\\ \u2028"}
],
"outcome": null,
"count": 3, "digest": "sha256:82f56ae4b0a3bc6f2ee05c7e5a3ad1a4c3ab1a0f94d8c2a3f1a2d0ed1db5d2ef"
}
`;

const SEED = 20_261_122;

const read = (bytes: Uint8Array | string, options?: ReadOptions) =>
  readTrace({ name: 'hostile.json', bytes: Buffer.from(bytes) }, options);

async function trouble(bytes: Uint8Array | string, options?: ReadOptions) {
  const result = await read(bytes, options);
  if (result.ok) return null;
  const { file: _, ...where } = result.trouble.where;
  return { code: result.trouble.code, ...where };
}

const says = async (bytes: Uint8Array | string): Promise<string> => {
  const result = await read(bytes);
  return result.ok ? 'nothing' : result.trouble.what;
};

/** The same trace with one place changed: in the canonical layout, and on one line. */
function bothLayouts(from: string, to: string): [string, string] {
  const changed: [string, string] = [
    SMALL.replace(from, to),
    JSON.stringify(JSON.parse(SMALL)).replace(from, to),
  ];
  for (const text of changed) if (!text.includes(to)) throw new Error(`${from} is not there to be changed`);
  return changed;
}

t.test('the small trace itself is sound, but for its seal', async t => {
  const result = await read(SMALL);
  t.equal(result.ok && result.value.layout, 'canonical');
  t.equal(result.ok && result.value.trace.events.length, 3);
});

t.test('a file that is not there, or no file, is no trace', async t => {
  const folder = t.testdir({});
  const at = async (path: string) => {
    const result = await readTrace({ name: 'given', path });
    return result.ok || [result.trouble.code, result.trouble.what, result.trouble.where];
  };
  const where = { file: 'given' };
  t.strictSame(await at(`${folder}/no.json`), [
    'not-found',
    'the trace cannot be read: no such file or folder',
    where,
  ]);
  t.strictSame(await at(folder), ['unreadable', 'the trace cannot be read: it is a folder', where]);
});

t.test('a file without text is empty', async t => {
  for (const text of ['', ' \n\t\r\n', '\ufeff', '\ufeff\n'])
    t.strictSame(await trouble(text), { code: 'empty' });
  t.strictSame(await trouble(gzipSync('')), { code: 'empty' });
});

t.test('a trace cut off at any byte is cut off, and says how much of it is whole', async t => {
  const bytes = Buffer.from(SMALL);
  const codes = new Set<string | undefined>();
  for (let length = 1; length < bytes.length - 2; length += 1) {
    codes.add((await trouble(bytes.subarray(0, length)))?.code);
  }
  t.strictSame([...codes], ['cut-off']);
  t.equal(await trouble(bytes.subarray(0, bytes.length - 1)), null, 'only the last line feed is missing');
  const inside = SMALL.slice(0, SMALL.indexOf('"0xc4000150"'));
  t.equal(await says(inside), 'the trace is cut off inside event 2: it holds 1 whole event');
  t.strictSame(await trouble(inside), { code: 'cut-off', line: 11 });
  const between = SMALL.slice(0, SMALL.indexOf('{"type":"log"'));
  t.equal(await says(between), 'the trace is cut off after event 2: it holds 2 whole events');
  t.equal(await says('{\n'), 'the trace is cut off before its first event: it holds 0 whole events');
  const packed = gzipSync(SMALL);
  t.equal((await trouble(packed.subarray(0, packed.length - 30)))?.code, 'cut-off', 'cut off inside gzip');
});

t.test('a trace cut off in any other layout is cut off just the same', async t => {
  const bytes = Buffer.from(JSON.stringify(JSON.parse(SMALL)));
  const codes = new Set<string | undefined>();
  for (let length = 1; length < bytes.length; length += 1) {
    codes.add((await trouble(bytes.subarray(0, length)))?.code);
  }
  t.strictSame([...codes], ['cut-off']);
});

t.test('a large trace is refused for what a small one is, and no gzip of it passes for small', async t => {
  const long = `{"type":"log","level":null,"text":"${'-'.repeat(60_000)}"},\n`;
  const grown = SMALL.replace('{"type":"smc"', () => `${long.repeat(150)}{"type":"smc"`);
  const all: [string, string, object][] = [
    ['cut off', grown.slice(0, grown.indexOf('"0xc4000150"')), { code: 'cut-off', line: 161 }],
    ['a bad value', grown.replace('"0x1",null', '"0y1",null'), { code: 'bad-value', line: 161 }],
    ['no JSON', grown.replace('"count"', 'count'), { code: 'not-json', line: 165 }],
  ];
  for (const [what, text, wrong] of all) t.match(await trouble(text), wrong, what);
  for (const bytes of [grown, gzipSync(grown)]) {
    const opened = await openSource({ name: 'hostile.json', bytes: Buffer.from(bytes) }, 2 ** 30);
    t.equal(opened.ok && (await isLarge(opened.value, LARGE)), true);
    t.equal(opened.ok && (await isLarge(opened.value, 2 * LARGE)), false);
  }
});

t.test('what is not JSON is refused with the line where it stops to be', async t => {
  const cases: [string, string, number][] = [
    ['a log', '[    0.000000] Booting Linux\nkvm [1]: nothing', 1],
    ['a word', SMALL.replace('"scope"', 'scope'), 5],
    ['a trailing comma in an event', SMALL.replace('"value":"0x1"', '"value":"0x1",'), 10],
    ['a trailing comma after the events', SMALL.replace('\n],', ',\n],'), 13],
    ['a comma too few', SMALL.replace('"0x1"},', '"0x1"}'), 11],
    ['something after the end', `${SMALL}{}`, 17],
    ['a raw line feed in a string', SMALL.replace('emulated', 'emu\nlated'), 7],
    ['two traces', SMALL + SMALL, 17],
    ['NaN', SMALL.replace('"version": 1', '"version": NaN'), 4],
    ['a leading zero', SMALL.replace('"cpu":0', '"cpu":00'), 10],
  ];
  for (const [what, text, line] of cases) {
    t.strictSame(await trouble(text), { code: 'not-json', line }, what);
    t.strictSame(
      await trouble(text.replaceAll('\n', '\r\n')),
      { code: 'not-json', line },
      `${what}, with CRLF`,
    );
  }
});

t.test('what is not UTF-8 is refused with its line', async t => {
  const bytes = Buffer.from(SMALL);
  bytes[bytes.indexOf('smc')] = 0xff;
  t.strictSame(await trouble(bytes), { code: 'not-json', line: 11 });
  t.equal((await trouble(Buffer.from(`\ufeff${SMALL}`, 'utf16le')))?.code, 'not-json');
});

t.test('JSON of another kind is no trace', async t => {
  for (const text of ['[]', '"a"', '1', 'null', ' true ', '[[[']) {
    t.strictSame(await trouble(text), { code: 'not-a-trace', line: 1 }, text);
  }
  t.equal((await trouble('{}'))?.code, 'not-a-trace');
  t.equal((await trouble('{"a":[1,{}]}'))?.code, 'not-a-trace');
  t.equal((await trouble('{"format":1}'))?.code, 'not-a-trace');
  const machine = await read('{"format": "rmitrace-machine", "version": 1, "name": "a", "cpus": []}');
  t.match(machine, {
    ok: false,
    trouble: { code: 'not-a-trace', what: /machine description/, next: /record/ },
  });
});

t.test('a newer format is said before anything else that this version does not know', async t => {
  const newer = SMALL.replace('"version": 1', '"version": 2').replace('"type":"mrs"', '"type":"new"');
  const place = { code: 'newer-format', line: 4, pointer: '/version' };
  t.strictSame(await trouble(newer), place);
  t.strictSame(await trouble(newer.replace('"scope"', '"unknown": 1,\n"scope"')), place);
  t.strictSame(await trouble(newer.slice(0, newer.indexOf('"log"'))), place, 'even if it is cut off');
  const turned = JSON.stringify(Object.fromEntries(Object.entries(JSON.parse(newer)).reverse()));
  t.strictSame(await trouble(turned), { ...place, line: 1 }, 'even if the version stands after the events');
  t.strictSame(await trouble(SMALL.replace('"version": 1', '"version": 0')), {
    code: 'bad-value',
    line: 4,
    pointer: '/version',
  });
});

t.test('a register is hex of 64 bits', async t => {
  const bad = [
    '"1x20000"',
    '"0x00000000000020000"',
    '"131072"',
    '"0x"',
    '""',
    '" 0x1"',
    '"0x10000000000000000"',
  ];
  for (const value of [...bad, '131072', 'true', '{}', '"0x1\\n"']) {
    for (const text of bothLayouts('"0x20000"', value)) {
      const found = await trouble(text);
      t.strictSame([found?.code, found?.event, found?.pointer], ['bad-value', 2, '/args/0'], value);
    }
  }
  for (const value of ['"0x0"', '"0xffffffffffffffff"', 'null', '"0X20000"', '"0x020000"', '"0x2000A"']) {
    for (const text of bothLayouts('"0x20000"', value)) t.equal(await trouble(text), null, value);
  }
});

t.test('a number that would lose digits is refused, not rounded', async t => {
  for (const value of ['12345678901234567890', '-9007199254740993', '1e999', `1${'0'.repeat(400)}1`]) {
    for (const text of bothLayouts('"b":1', `"b":${value}`)) {
      t.strictSame((await trouble(text))?.code, 'bad-value', value.slice(0, 30));
    }
  }
});

t.test('a key that stands twice is refused, with both lines', async t => {
  const [line, minified] = bothLayouts('"cpu":0,', '"cpu":0, "cpu":0,');
  t.equal(await says(line), 'the key "cpu" is twice in one object, on line 10');
  t.strictSame(await trouble(line), { code: 'duplicate-key', line: 10, event: 1, pointer: '/cpu' });
  t.strictSame((await trouble(minified))?.code, 'duplicate-key');
  const member = SMALL.replace('"outcome": null', '"scope": "rmi",\n"outcome": null');
  t.equal(await says(member), 'the key "scope" is twice in one object, on line 5 and on line 14');
  const escaped = SMALL.replace('"cpu":0,', '"cpu":0,"\\u0063pu":0,');
  t.strictSame((await trouble(escaped))?.pointer, '/cpu');
  const events = SMALL.replace('"outcome"', '"events": [],\n"outcome"');
  t.strictSame(await trouble(events), { code: 'duplicate-key', line: 14, pointer: '/events' });
  const deep = SMALL.replace('{"b":1}', '{"b":1,"b":1}');
  t.strictSame(await trouble(deep), { code: 'duplicate-key', line: 11, event: 2, pointer: '/x-a/0/b' });
});

t.test('keys of the machinery of JavaScript are refused wherever they stand', async t => {
  for (const key of ['__proto__', 'constructor', 'prototype', '\\u005f_proto__']) {
    for (const text of bothLayouts('"b":1', `"${key}":1`)) {
      t.strictSame((await trouble(text))?.code, 'forbidden-key', key);
    }
    const event = SMALL.replace('"cpu":0,', `"${key}":{"polluted":1},"cpu":0,`);
    t.strictSame(await trouble(event), {
      code: 'forbidden-key',
      line: 10,
      event: 1,
      pointer: `/${key.replace('\\u005f', '_')}`,
    });
    const inferred = SMALL.replace('"value":"0x1"', `"value":"0x1","inferred":{"${key}":"a"}`);
    t.strictSame((await trouble(inferred))?.code, 'forbidden-key');
    t.strictSame((await trouble(SMALL.replace('"x-who"', `"${key}"`)))?.code, 'forbidden-key');
  }
  t.equal('polluted' in {}, false);
  t.equal(await trouble(SMALL.replace('"me"', '"__proto__ constructor"')), null, 'as a value they are text');
});

t.test('nesting is bounded before anything walks into it', async t => {
  const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);
  for (const text of bothLayouts('{"b":1}', nested(10_000))) t.equal((await trouble(text))?.code, 'too-deep');
  t.strictSame(await trouble(SMALL.replace('"me"', nested(1_000_000))), { code: 'too-deep', line: 8 });
  t.equal((await trouble(SMALL.replace('"0x20000"', nested(10_000))))?.code, 'too-deep');
  t.equal((await trouble(`{"a":`.repeat(100_000)))?.code, 'too-deep');
  // The value of x-a stands four deep: the top, events, the event, the array.
  for (const text of bothLayouts('{"b":1}', nested(28))) t.equal(await trouble(text), null);
  for (const text of bothLayouts('{"b":1}', nested(29))) t.equal((await trouble(text))?.code, 'too-deep');
});

t.test('a string of 10 MB is refused, as a value and as a key', async t => {
  const long = 'a'.repeat(10 * 2 ** 20);
  for (const text of bothLayouts('"b":1', `"b":"${long}"`)) t.equal((await trouble(text))?.code, 'too-large');
  t.equal((await trouble(SMALL.replace('"b":1', `"${long}":1`)))?.code, 'too-large');
  t.equal((await trouble(SMALL.replace('"me"', `"${long}"`)))?.code, 'too-large');
  t.equal((await trouble(SMALL.replace('"text":"', `"text":"${'a'.repeat(65_536)}`)))?.code, 'bad-value');
});

t.test('a line without end is no reason to wait', async t => {
  t.equal((await trouble(' '.repeat(20 * 2 ** 20)))?.code, 'empty');
  t.equal((await trouble(`{"a":${'1'.repeat(20 * 2 ** 20)}`))?.code, 'cut-off');
  t.equal((await trouble('"'.repeat(2 ** 20)))?.code, 'not-json');
});

t.test('a gzip bomb is given up early', async t => {
  const bomb = gzipSync(Buffer.concat([Buffer.from('{'), Buffer.alloc(64 * 2 ** 20, ' ')]));
  t.equal(await says(bomb), 'the gzip data unpacks to more than 200 times its size');
  t.equal((await trouble(bomb))?.code, 'too-large');
  t.equal((await trouble(gzipSync(SMALL), { bytes: 100 }))?.code, 'too-large');
});

t.test('damaged gzip is said to be damaged', async t => {
  const packed = gzipSync(SMALL);
  packed.fill(0x55, 12, 40);
  t.equal(await says(packed), 'the gzip data is damaged');
  t.equal((await trouble(Buffer.from([0x1f, 0x8b])))?.code, 'empty');
});

t.test('sizes are bounded, and the bounds are options', async t => {
  t.equal((await trouble(SMALL, { bytes: SMALL.length - 20 }))?.code, 'too-large');
  for (const text of bothLayouts('"me"', '"you"')) {
    t.equal((await trouble(text, { events: 2 }))?.code, 'too-large');
    t.equal(await trouble(text, { events: 3 }), null);
    t.equal((await trouble(text, { depth: 4 }))?.code, 'too-deep');
  }
});

t.test('both readers count a text by its characters, however they are written', async t => {
  const limits = { text: 1000 };
  for (const character of ['a', '\\u001b', '\\n', '\\\\', '\\u0075', 'é', '\\ud83d\\ude42']) {
    const size = character === '\\ud83d\\ude42' ? 2 : 1;
    for (const length of [998, 1000, 1002]) {
      const value = character.repeat(length / size);
      const key = `x-${character.repeat((length - 2) / size)}`;
      for (const text of [...bothLayouts('"me"', `"${value}"`), ...bothLayouts('"x-who"', `"${key}"`)]) {
        const expected = length > 1000 ? 'too-large' : undefined;
        t.equal((await trouble(text, limits))?.code, expected, `${length} times ${character}`);
      }
    }
  }
});

t.test('a number of somebody else keeps its value, or is refused', async t => {
  for (const value of [
    '1e-400',
    '9007199254740993.0',
    '0.12345678901234567890',
    '1.5e309',
    '123456789012345678.5',
  ])
    for (const text of bothLayouts('"b":1', `"b":${value}`))
      t.equal((await trouble(text))?.code, 'bad-value', value);
  for (const value of ['1.0', '0.1', '1e2', '1E+2', '-0', '0.0e5', '1.50', '12.5e-3', '1e21', '5e-324'])
    for (const text of bothLayouts('"b":1', `"b":${value}`)) t.equal(await trouble(text), null, value);
});

t.test('a gzip of many small values is given up early', async t => {
  for (const value of ['0,', '[],', '{},', '"",']) {
    const many = `[${value.repeat(2 ** 19)}0]`;
    for (const text of bothLayouts('"me"', many).concat(bothLayouts('[{"b":1}]', many)))
      t.equal((await trouble(gzipSync(text)))?.code, 'too-large', value);
  }
  for (const text of bothLayouts('"me"', '[1,2,3]')) t.equal(await trouble(text, { values: 40 }), null);
  for (const text of bothLayouts('"me"', `[${'1,'.repeat(50)}1]`))
    t.equal((await trouble(text, { values: 40 }))?.code, 'too-large');
});

t.test('a file above the limit is refused by its size, before it is read', async t => {
  const folder = t.testdir({ 'large.json': SMALL });
  truncateSync(`${folder}/large.json`, 2 ** 31);
  const refused = await readTrace({ name: 'large.json', path: `${folder}/large.json` });
  t.match(refused, { trouble: { code: 'too-large', what: /larger than 1073741824 bytes \(1024 MiB\)/ } });
});

/** One assertion for all runs of a property: the counterexample, if there is one. */
async function counterexample<T>(property: fc.IAsyncProperty<[T]>, numRuns: number): Promise<unknown> {
  const { counterexample: found, errorInstance } = await fc.check(property, { seed: SEED, numRuns });
  if (errorInstance instanceof Error && !errorInstance.message.startsWith('Property failed'))
    throw errorInstance;
  return found;
}

t.test('any bytes give a result', async t => {
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 200 }),
    fc.json().map(Buffer.from),
    fc.string().map(Buffer.from),
  );
  const property = fc.asyncProperty(bytes, async each => {
    const packed = Buffer.concat([Buffer.from([0x1f, 0x8b, 8, 0]), each]);
    return (await trouble(each)) !== null && (await trouble(packed)) !== null;
  });
  t.equal(await counterexample(property, 1000), null);
});

/** A trace with a few bytes taken out, put in or doubled. */
const mangled = fc
  .array(
    fc.record({
      at: fc.integer({ min: 0, max: SMALL.length }),
      remove: fc.integer({ min: 0, max: 12 }),
      insert: fc.constantFrom(
        '',
        '"',
        ',',
        '{',
        '}',
        '[',
        ']',
        '\\',
        '0',
        ' ',
        '\n',
        ':',
        '"x-z":1,',
        'null',
        '\u0000',
      ),
    }),
    { minLength: 1, maxLength: 2 },
  )
  .map(changes =>
    changes.reduce(
      (text, { at, remove, insert }) => text.slice(0, at) + insert + text.slice(at + remove),
      SMALL,
    ),
  );

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** What sets the two readers apart on one text; a space in front is another layout, which only the thorough one takes. */
async function disagreement(text: string): Promise<string | null> {
  const [quick, thorough] = [await read(text), await read(` ${text}`)];
  if (!quick.ok || !thorough.ok) {
    if (quick.ok !== thorough.ok || JSON.stringify(quick) !== JSON.stringify(thorough)) return 'trouble';
    const broken = !quick.ok && ['not-json', 'cut-off'].includes(quick.trouble.code);
    return broken && isJson(text) ? 'refused as no JSON, and is' : null;
  }
  if (!isJson(text)) return 'taken as JSON, and is none';
  if (traceText(quick.value.trace) !== traceText(thorough.value.trace)) return 'trace';
  return quick.value.lines.join() === thorough.value.lines.join() ? null : 'lines';
}

t.test('a mangled trace gives a result, and both readers agree on it', async t => {
  const property = fc.asyncProperty(mangled, async text => (await disagreement(text)) === null);
  t.equal(await counterexample(property, 1000), null);
});
