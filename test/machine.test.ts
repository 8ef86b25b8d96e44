import { existsSync, readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import t, { type Test } from 'tap';
import { DEFAULT_MACHINE, MACHINES, machineNamed } from '../lib/machine/built-in.js';
import { describe, stateOf } from '../lib/machine/description.js';
import { machineFromText } from '../lib/machine/description-file.js';
import { emulate } from '../lib/machine/emulated.js';
import type { FactValue } from '../lib/model/events.js';
import { factsIn } from '../lib/model/facts.js';
import { nearest } from '../lib/model/nearest.js';
import type { Reply, Rmm, SmcRequest } from '../lib/model/port.js';
import type { Result } from '../lib/model/result.js';
import { hex, parseHex, type U64, u64, ZERO } from '../lib/model/u64.js';
import { LOG_LEVEL } from '../lib/rmm/console.js';
import type { RmmProfile } from '../lib/rmm/profile.js';
import { PROFILES, profileNamed, specProfile } from '../lib/rmm/profiles.js';
import { createRmm, type Features } from '../lib/rmm/rmm.js';
import { checkMachine, type MachineWire } from '../lib/schema/validate.js';
import { memoryOf, spelt } from './answers.js';

const QEMU = new URL('../../shared/qemu/', import.meta.url);
const ONES = '0xffffffffffffffff';
const VERSION = '0xc4000150';
const FEATURES = '0xc4000165';

t.test('each profile answers RMI_VERSION as its release did', async t => {
  const old = (rest: string) => [`SMC_RMM_VERSION              ${rest}`];
  const mid = (rest: string) => [`SMC_RMI_VERSION              ${rest}`];
  const wide = (rest: string) => [`SMC_RMI_VERSION                  ${rest}`];
  const rows: [profile: string, requested: string, x0: string, x1: string, x2: string, console: string[]][] =
    [
      [
        'tf-rmm-0.1',
        '0x10000',
        '0x380000',
        '0x0',
        '0x0',
        old('    10000        0        0        0        0 > 380000'),
      ],
      ['tf-rmm-0.3', '0x10000', '0x380000', '0x0', '0x0', old(' > 380000')],
      ['tf-rmm-eac2', '0x10000', '0x420000', '0x0', '0x0', old(' > 420000')],
      ['tf-rmm-0.5', '0x10000', '0x0', '0x10000', '0x10000', old(' 10000 > RMI_SUCCESS 10000 10000')],
      ['tf-rmm-0.6', '0x10000', '0x0', '0x10000', '0x10000', mid(' 10000 > RMI_SUCCESS 10000 10000')],
      ['tf-rmm-0.6', '0x20000', '0x1', '0x10000', '0x10000', mid(' 20000 > RMI_ERROR_INPUT')],
      ['tf-rmm-0.6-v11', '0x10000', '0x1', '0x10001', '0x10001', mid(' 10000 > RMI_ERROR_INPUT')],
      ['tf-rmm-0.6-v11', '0x10001', '0x0', '0x10001', '0x10001', mid(' 10001 > RMI_SUCCESS 10001 10001')],
      ['tf-rmm-0.7', '0x10000', '0x0', '0x10000', '0x10000', mid(' 10000 > RMI_SUCCESS 10000 10000')],
      ['tf-rmm-0.7-v11', '0x20000', '0x1', '0x10001', '0x10001', mid(' 20000 > RMI_ERROR_INPUT')],
      ['tf-rmm-0.8', '0x10000', '0x0', '0x10000', '0x10000', wide(' 10000 > RMI_SUCCESS 10000 10000')],
      ['tf-rmm-0.8', '0x10001', '0x1', '0x10000', '0x10000', wide(' 10001 > RMI_ERROR_INPUT')],
      ['tf-rmm-0.8', '0x100010000', '0x1', '0x10000', '0x10000', wide(' 100010000 > RMI_ERROR_INPUT')],
      ['tf-rmm-0.8-v11', '0x10000', '0x0', '0x10000', '0x10001', wide(' 10000 > RMI_SUCCESS 10000 10001')],
      ['tf-rmm-0.8-v11', '0x0', '0x1', '0x10001', '0x10001', wide(' 0 > RMI_ERROR_INPUT')],
      ['tf-rmm-1.0-2.0', '0x10000', '0x0', '0x10000', '0x20000', wide(' 10000 > RMI_SUCCESS 10000 20000')],
      ['tf-rmm-1.0-2.0', '0x10001', '0x1', '0x20000', '0x20000', wide(' 10001 > RMI_ERROR_INPUT')],
      ['tf-rmm-0.9', '0x20000', '0x0', '0x20000', '0x20000', wide(' 20000 > RMI_SUCCESS 20000 20000')],
      ['tf-rmm-0.9', '0x10000', '0x1', '0x20000', '0x20000', wide(' 10000 > RMI_ERROR_INPUT')],
      ['tf-rmm-head', '0x80020000', '0x1', '0x20000', '0x20000', wide(' 80020000 > RMI_ERROR_INPUT')],
      ['spec', '0x10000', '0x0', '0x10000', '0x20000', []],
      ['spec', '0x10001', '0x1', '0x10000', '0x20000', []],
      ['spec', '0x1', '0x1', '0x20000', '0x20000', []],
      ['spec', '0x30000', '0x1', '0x20000', '0x20000', []],
      ['spec-1.0', '0x20000', '0x1', '0x10000', '0x10000', []],
      ['trp', '0x0', '0x0', '0x0', '0x0', []],
      ['trp', '0x20000', '0x1', '0x0', '0x0', []],
      ['forgets-range', '0x20000', '0x1', '0x0', '0x0', []],
    ];
  for (const [name, requested, x0, x1, x2, console] of rows) {
    t.strictSame(
      spelt(rmmOf(name).call(word(VERSION), [word(requested)])),
      { res: [x0, x1, x2, '0x0', '0x0'], console },
      `${name} asked for ${requested}`,
    );
  }
});

t.test('RMI_FEATURES gives the machine’s registers, by the major revision that the RMM speaks', async t => {
  const features: Features = new Map([
    [1, [word('0x28f34317f34')]],
    [2, [word('0x317f34'), word('0x142a9')]],
    [56, [word('0x30000030')]],
  ]);
  const rows: [profile: string, index: string, x0: string, x1: string, console: string[]][] = [
    [
      'tf-rmm-0.1',
      '0x0',
      '0x0',
      '0x30000030',
      ['SMC_RMM_FEATURES                     0        0        0        0        0 > RMI_SUCCESS 30000030'],
    ],
    [
      'tf-rmm-0.1',
      '0x1',
      '0x1',
      '0x0',
      [
        'SMC_RMM_FEATURES                     1        0        0        0        0 > RMI_ERROR_INPUT        0',
      ],
    ],
    ['tf-rmm-0.3', '0x1', '0x1', '0x0', ['SMC_RMM_FEATURES              1 > RMI_ERROR_INPUT']],
    ['tf-rmm-eac2', '0x1', '0x0', '0x0', ['SMC_RMM_FEATURES              1 > RMI_SUCCESS 0']],
    [
      'tf-rmm-0.6',
      '0x0',
      '0x0',
      '0x28f34317f34',
      ['SMC_RMI_FEATURES              0 > RMI_SUCCESS 28f34317f34'],
    ],
    ['tf-rmm-0.8', '0x0', '0x0', '0x28f34317f34', []],
    ['tf-rmm-0.9', '0x0', '0x0', '0x317f34', []],
    ['tf-rmm-0.9', '0x1', '0x0', '0x142a9', []],
    ['tf-rmm-0.9', '0x2', '0x0', '0x0', []],
    ['tf-rmm-0.9', '0x100000001', '0x0', '0x0', []],
    ['tf-rmm-0.9', ONES, '0x0', '0x0', []],
  ];
  for (const [name, index, x0, x1, console] of rows) {
    t.strictSame(
      spelt(rmmOf(name, { features }).call(word(FEATURES), [word(index)])),
      { res: [x0, x1, '0x0', '0x0', '0x0'], console },
      `${name}, index ${index}`,
    );
  }
  t.strictSame(
    spelt(rmmOf('tf-rmm-0.3').call(word(FEATURES), [ZERO])),
    {
      res: ['0x0', '0x0', '0x0', '0x0', '0x0'],
      console: ['SMC_RMM_FEATURES              0 > RMI_SUCCESS 0'],
    },
    'a machine without described registers has register 0, zero',
  );
});

t.test(
  'an RMM drops bit 16 and the upper half of the FID before dispatch, but 0.1 only the upper half',
  async t => {
    const asked = (profile: string, fid: string) =>
      spelt(rmmOf(profile).call(word(fid), [word('0x10000')])).res[0];
    for (const name of ['tf-rmm-0.6', 'tf-rmm-0.8']) t.equal(asked(name, '0xc4010150'), '0x0', name);
    t.equal(asked('tf-rmm-0.8', '0x1c4000150'), '0x0');
    t.equal(asked('tf-rmm-0.8', '0x84000150'), ONES, 'but the SMC32 form is another call');
    t.equal(asked('tf-rmm-0.1', '0xc4010150'), ONES);
    t.equal(asked('tf-rmm-0.1', '0x1c4000150'), '0x380000');
  },
);

t.test('an unknown FID is a VERBOSE line up to 0.8, and one that every build prints from 0.9 on', async t => {
  const printed = (profile: string, logLevel: number) =>
    spelt(rmmOf(profile, { logLevel }).call(word('0xc401016a'), [])).console;
  const line = ['[handle_ns_smc] unknown function_id: c400016a'];
  t.strictSame(printed('tf-rmm-0.8', LOG_LEVEL.verbose), line);
  t.strictSame(printed('tf-rmm-0.8', LOG_LEVEL.info), []);
  t.strictSame(printed('tf-rmm-0.9', LOG_LEVEL.notice), line);
});

t.test('from 0.9 on, most calls are refused until RMM_ACTIVATE', async t => {
  const rmm = rmmOf('tf-rmm-0.9');
  const REALM_CREATE = word('0xc4000158');
  t.strictSame(spelt(rmm.call(REALM_CREATE, [])), {
    res: ['0xb', '0x0', '0x0', '0x0', '0x0'],
    console: ['RMM is in invalid state'],
  });
  t.equal(spelt(rmm.call(word('0xc4000151'), [])).res[0], ONES, 'an unknown FID is unknown all the same');
  t.equal(spelt(rmm.call(word('0xc40001ec'), [])).res[0], '0x1', 'RMM_CONFIG_GET is allowed, and refuses 0');
  t.strictSame(spelt(rmm.call(word('0xc4000202'), [])), {
    res: ['0x0', '0x0', '0x0', '0x0', '0x0'],
    console: ['SMC_RMI_RMM_ACTIVATE              > RMI_SUCCESS'],
  });
  t.strictSame(rmm.call(REALM_CREATE, []), {
    kind: 'unanswered',
    text: 'the emulated RMM does not implement RMI_REALM_CREATE',
  });
  for (const fid of ['0xc4000202', '0xc400016e'])
    t.strictSame(
      spelt(rmm.call(word(fid), [])),
      { res: ['0xb', '0x0', '0x0', '0x0', '0x0'], console: ['RMM is in invalid state'] },
      `${fid} comes before it, or not at all`,
    );
  t.equal(rmmOf('spec').call(word('0xc4000202'), []).kind, 'answer');
});

t.test('a command whose effect is not emulated has no answer rather than an invented one', async t => {
  const rmm = rmmOf('tf-rmm-0.8');
  const [page, delegate, undelegate] = ['0x80000000', '0xc4000151', '0xc4000152'].map(word);
  t.equal(spelt(rmm.call(delegate ?? ZERO, [page ?? ZERO])).res[0], '0x0');
  t.match(rmm.call(word('0xc4000158'), []), { text: 'the emulated RMM does not implement RMI_REALM_CREATE' });
  t.match(
    rmm.call(undelegate ?? ZERO, [page ?? ZERO]),
    { text: 'the emulated RMM does not know what became of the granule at 0x80000000' },
    'nor has what depends on it',
  );
  t.match(rmmOf('tf-rmm-0.9').call(word('0xc400016e'), [word('0x80005000')]), {
    text: 'the emulated RMM does not know what the page at 0x80005000 holds: the call does not say',
  });
});

/** Calls of one boot, `FID x1 x2 … [@ADDRESS OFFSET=WORD …]`, and `x0 x1 …` without the zeros at the end. */
function asked(rmm: Rmm, calls: readonly string[]): readonly string[] {
  return calls.map(text => {
    const [call = '', page] = text.split(' @');
    const [number = '', ...args] = call.split(' ');
    const reply = rmm.call(word(`0xc4000${number}`), args.map(word), memoryOf(page));
    if (reply.kind !== 'answer') return reply.kind;
    const words = reply.mem?.flatMap(({ words }) =>
      words.map(({ offset, value }) => ` ${hex(offset)}=${hex(value ?? ZERO)}`),
    );
    return `${spelt(reply)
      .res.join(' ')
      .replace(/( 0x0)+$/, '')}${words?.join('') ?? ''}`;
  });
}

/** The numbers of what is asked below. */
const [SET, GET, ACTIVATE, TRACKING, L1_CREATE, INFO, DEACTIVATE] = [
  '16e 0x80005000 @0x80005000 0x0=0x0 0x8=',
  '1ec 0x80005000',
  '202',
  '1e1',
  '1f3',
  '211',
  '20f',
];
const [CONTINUE, DONATE, RECLAIM, CANCEL] = ['203', '208', '209', '20a'];
const INVALID = '0xb';

function askedOf(t: Test, profile: string, rows: readonly (readonly [call: string, answer: string])[]) {
  const features: Features = new Map([[2, ['0x104130', '0x142a9'].map(word)]]);
  const rmm = createRmm(must(profileNamed(profile)), { features });
  const calls = rows.map(([call]) => call);
  t.strictSame(
    asked(rmm, calls).map((answer, at) => [calls[at], answer]),
    rows,
    profile,
  );
}

t.test('head asks for a range where 0.9 takes one address, and gives its top back', async t => {
  askedOf(t, 'tf-rmm-head', [
    [`${TRACKING} 0x80000000 0xa0000000`, '0x0 0x0 0x2 0xa0000000'],
    [`${TRACKING} 0x80000000`, '0x1'],
    [`${TRACKING} 0x80005000 0x80006000`, '0x0 0x0 0x2 0x80006000'],
    [`${TRACKING} 0x9ffff000 0xc0000000`, '0x0 0x0 0x2 0xc0000000'],
    [`${TRACKING} 0x40000000 0x80000000`, '0x0 0x1 0x2 0x80000000'],
    [`${TRACKING} 0x4000a000 0x80000000`, '0x0 0x0 0x1 0x80000000'],
    [`${TRACKING} 0x80000000 0x80000000`, '0x1'],
    [`${TRACKING} 0x80000008 0xa0000000`, '0x1'],
    [`${TRACKING} 0x80000000 0xa0000008`, '0x1'],
    [`${TRACKING} 0xffffc0000000 0x1000000000000`, '0x1'],
    [`${L1_CREATE} 0x80000000`, INVALID],
    ['201 0x80000000', INVALID],
    [ACTIVATE, '0x0'],
    [`${L1_CREATE} 0x80000000`, '0xf'],
    [INFO, ONES],
    [DEACTIVATE, ONES],
  ]);
});

t.test('the draft of 2.0 has its own bounds, and asks for activation first', async t => {
  askedOf(t, 'spec-2.0', [
    [GET, INVALID],
    [`${TRACKING} 0x80000000`, INVALID],
    [`${SET}0x1`, '0x1 0x0=0x0 0x8=0x1'],
    [`${SET}0x100`, '0x0 0x0=0x0 0x8=0x100'],
    [`${CONTINUE} 0x1`, '0x1'],
    [ACTIVATE, '0x0'],
    [ACTIVATE, INVALID],
    [`${SET}0x0`, `${INVALID} 0x0=0x0 0x8=0x0`],
    [`${GET} @0x80005000 0x0=0x5 0x10=0x5`, '0x0 0x0=0x0 0x10=0x0 0x8=0x0'],
    [`${TRACKING} 0x80000000 0x1`, '0x0 0x0 0x2'],
    [`${TRACKING} 0x80001000`, '0x1'],
    [`${TRACKING} 0x1000000000000`, '0x1'],
    [`${L1_CREATE} 0x80000000`, '0xf'],
    [`${L1_CREATE} 0x1000000000000`, '0x1'],
    ['1f1 0x80000000 0x80003000', '0x0 0x80003000'],
    ['1f1 0x80001000 0x80004000', '0x1 0x80001000'],
    ['1f2 0x80001000 0x80008000', '0x0 0x80003000'],
    [INFO, ONES],
    ['1e3', 'unanswered'],
  ]);
});

t.test('the RMM of bet3 has the platform’s tables, and can be deactivated', async t => {
  askedOf(t, 'tf-rmm-bet3', [
    [DEACTIVATE, INVALID],
    [ACTIVATE, '0x0'],
    [`${TRACKING} 0x80000000 0xa0000000`, '0x0 0x0 0x2 0xa0000000'],
    [`${INFO} 0x80000000 0xc0000000`, '0x0 0xc0000000 0x1'],
    [`${INFO} 0x40000000 0xc0000000`, '0x0 0x80000000 0x1'],
    [`${INFO} 0xc0000000 0x100000000`, '0x0 0x100000000'],
    [`${INFO} 0x80001000 0xc0000000`, '0x1'],
    [`${INFO} 0xc0000000 0xc0000000`, '0x1'],
    [`${INFO} 0xffffc0000000 0x1000000000000`, '0x1'],
    [`${L1_CREATE} 0x80000000`, INVALID],
    ['1f1 0x80000000 0x80001000', '0x0 0x80001000'],
    [DEACTIVATE, INVALID],
    ['1f2 0x80000000 0x80001000', '0x0 0x80001000'],
    [DEACTIVATE, '0x0'],
    [`${SET}0x0`, '0x0 0x0=0x0 0x8=0x0'],
    [ACTIVATE, '0x0'],
    ['1ee', 'unanswered'],
  ]);
  askedOf(t, 'tf-rmm-coarse', [[`${TRACKING} 0x80000000 0xa0000000`, '0x0 0x0 0x3 0xa0000000']]);
});

t.test('RMM_ACTIVATE by steps: more of the same, memory donated and given back', async t => {
  askedOf(t, 'sro-2', [
    [ACTIVATE, '0xd 0x1'],
    [ACTIVATE, INVALID],
    [`${SET}0x0`, `${INVALID} 0x0=0x0 0x8=0x0`],
    [`${CONTINUE} 0x2`, '0x1'],
    [`${CANCEL} 0x1`, '0x1'],
    [`${CONTINUE} 0x1`, '0xd'],
    [`${CONTINUE} 0x1`, '0x0'],
    [`${CONTINUE} 0x1`, '0x1'],
    [ACTIVATE, INVALID],
  ]);
  const list = (address: string, count: number) =>
    `0x1 0x80006098 0x1 @0x80006098 0x0=${hex(u64(BigInt(address) | (BigInt(count) << 2n)))}`;
  askedOf(t, 'sro-donate-2', [
    [ACTIVATE, '0x10d 0x1 0x20004'],
    [`${CONTINUE} 0x1`, '0x10d 0x0 0x20004'],
    [`${DONATE} 0x1 0x80006098 0x1`, 'unanswered'],
    [`${DONATE} ${list('0x80007000', 2)}`, '0x1 0x0=0x80007008'],
    [`${DONATE} ${list('0x70007000', 1)}`, '0x1 0x0=0x70007004'],
    [`${DONATE} ${list('0x80007000', 1)}`, '0x10d 0x1 0x20004 0x0=0x80007004'],
    [`${DONATE} ${list('0x80007000', 1)}`, '0x1 0x0=0x80007004'],
    [`${RECLAIM} 0x1 0x80006098 0x1`, '0x1'],
    [`${DONATE} ${list('0x80008000', 1)}`, '0x0 0x1 0x0=0x80008004'],
  ]);
  askedOf(t, 'sro-contig-3', [
    [ACTIVATE, '0x10d 0x1 0x3000c'],
    [`${DONATE} ${list('0x80007000', 3)}`, '0x0 0x3 0x0=0x8000700c'],
  ]);
  askedOf(t, 'sro-reclaim-1', [
    [ACTIVATE, '0x10d 0x1 0x20004'],
    [`${DONATE} ${list('0x80007000', 1)}`, '0x20d 0x1 0x0=0x80007004'],
    [`${RECLAIM} 0x1 0x80006098 0x100 @0x80006098 0x0=0x0`, '0xd 0x1 0x0=0x4000000080007004'],
    [`${CONTINUE} 0x1`, '0x0'],
    [DEACTIVATE, '0x0'],
  ]);
});

t.test('RMM_ACTIVATE by steps: busy, blocked, cancelled, and for ever', async t => {
  for (const [profile, status] of [
    ['sro-busy-1', '0xa'],
    ['sro-blocked-1', '0xe'],
  ] as const)
    askedOf(t, profile, [
      [ACTIVATE, '0xd 0x1'],
      [`${CONTINUE} 0x1`, status],
      [`${CONTINUE} 0x1`, '0x0'],
    ]);
  askedOf(t, 'sro-cancel-2', [
    [ACTIVATE, '0x50d 0x1 0x4'],
    ['1f1 0x80007000 0x80008000', INVALID],
    [`${CANCEL} 0x1`, '0xd'],
    [`${CANCEL} 0x1`, '0x1'],
    [`${CONTINUE} 0x1`, '0xd'],
    [`${CONTINUE} 0x1`, '0x0'],
    [ACTIVATE, '0x50d 0x2 0x4'],
  ]);
  askedOf(t, 'sro-stuck', [
    [ACTIVATE, '0x10d 0x1 0x4'],
    [`${CANCEL} 0x1`, '0x1'],
  ]);
  askedOf(t, 'sro', [[ACTIVATE, '0xd 0x1'], ...Array.from({ length: 9 }, () => ['203 0x1', '0xd'] as const)]);
  askedOf(t, 'sro-reserved', [[ACTIVATE, '0x30d 0x1']]);
  for (const name of ['sro-0', 'sro-1024', 'sro-donate', 'sro-x-1'])
    t.match(profileNamed(name), { ok: false, trouble: { code: 'unknown-name' } }, name);
});

t.test(
  'whatever is asked, an RMM answers or says why not, and the same again when it is newly booted',
  async t => {
    const numbers = [0x150n, 0x151n, 0x152n, 0x165n, 0x16en, 0x1e1n, 0x1ecn, 0x1f1n, 0x1f2n, 0x1f3n, 0x202n];
    const number = fc.constantFrom(...numbers, 0x203n, 0x208n, 0x209n, 0x20an, 0x20fn, 0x211n, 0x158n);
    const address = fc.constantFrom(
      0n,
      1n,
      0x80000n,
      0x80001n,
      0x9ffffn,
      0xa0000n,
      0x40000n,
      0xc0000n,
      1n << 36n,
    );
    const argument = fc.oneof(
      fc.constantFrom(0n, 1n, 2n, 3n, 256n, (1n << 64n) - 1n),
      address.map(page => page << 12n),
      fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }),
    );
    const word = fc.oneof(fc.constantFrom(0n, 1n, 2n, 0x8000_7004n, 0x8000_8004n, 0x8000_7ffcn), argument);
    const call = fc.record({
      number,
      args: fc.array(argument, { maxLength: 4 }),
      words: fc.option(fc.array(word, { minLength: 2, maxLength: 4 })),
    });
    const names = [
      ...PROFILES.map(({ name }) => name),
      'sro-2',
      'sro-donate-3',
      'sro-contig-2',
      'sro-reclaim-2',
      'sro-cancel-1',
    ];
    const features: Features = new Map([
      [1, [u64(0x104130n)]],
      [2, [0x104130n, 0x142afn].map(u64)],
    ]);
    const boot = (
      name: string,
      calls: readonly (typeof call extends fc.Arbitrary<infer C> ? C : never)[],
    ) => {
      const rmm = createRmm(must(profileNamed(name)), { features });
      return calls.map(({ number, args, words }) => {
        const mem = args.slice(0, 2).map(pa => ({
          pa: u64(pa),
          at: 'call' as const,
          words: (words ?? []).map((value, at) => ({ offset: u64(BigInt(at) * 8n), value: u64(value) })),
        }));
        return rmm.call(u64(0xc400_0000n | number), args.map(u64), words === null ? [] : mem);
      });
    };
    t.doesNotThrow(() =>
      fc.assert(
        fc.property(fc.constantFrom(...names), fc.array(call, { maxLength: 12 }), (name, calls) => {
          const replies = boot(name, calls);
          const whole = replies.every(reply => reply.kind !== 'answer' || reply.res.length === 18);
          return whole && isDeepStrictEqual(boot(name, calls), replies);
        }),
        { seed: 14, numRuns: 150 },
      ),
    );
  },
);

t.test('a conforming RMM can be made with any revisions', async t => {
  const profile = specProfile('mine', ['0x10000', '0x10002'].map(word), 'mine');
  const answer = createRmm(profile, { features: new Map() }).call(word(VERSION), [word('0x10001')]);
  t.strictSame(spelt(answer).res.slice(0, 3), ['0x1', '0x10000', '0x10002']);
});

t.test(
  'registers that are no results come back zero up to x3, and as the caller left them from x4 on',
  async t => {
    const request = call(VERSION, ['0x20000', '0x9', '0x25', '0x33', '0x44'], { cc: '1.2' });
    const res = answered(on('fvp', 'tf-rmm-0.9').call(request));
    t.equal(res.length, 18);
    t.strictSame(res.slice(0, 7), ['0x0', '0x20000', '0x20000', '0x0', '0x33', '0x44', '0x0']);
  },
);

t.test('a 1.1 caller receives x0 to x3', async t => {
  t.strictSame(answered(on('fvp', 'tf-rmm-0.9').call(call(VERSION, ['0x20000']))), [
    '0x0',
    '0x20000',
    '0x20000',
    '0x0',
  ]);
});

t.test('without an RMM EL3 answers -1, and x1 on are what the caller left there', async t => {
  const request = call('0xc4010150', ['0x10001', '0x9', '0x25'], { cc: '1.1' });
  const left = [ONES, '0x10001', '0x9', '0x25'];
  t.strictSame(on('no-rme', 'none').call(request), { kind: 'answer', res: left.map(word), console: [] });
  t.strictSame(
    on('fvp', 'failed').call(request),
    {
      kind: 'answer',
      res: left.map(word),
      console: [{ src: 'el3', text: 'WARNING: RMMD: Failed to boot up RMM. Ignoring RMI call' }],
    },
    'an RMM that failed to boot is told apart on EL3’s console alone',
  );
});

t.test('a silent RMM never comes back, and EL3 still answers its own calls', async t => {
  const machine = on('fvp', 'silent');
  t.equal(machine.call(call(VERSION, ['0x20000'])).kind, 'silence');
  t.strictSame(answered(machine.call(call('0x84000000', []))).slice(0, 1), ['0x10001']);
});

t.test('EL3 answers what is not RMI’s by itself', async t => {
  const machine = on('fvp', 'tf-rmm-0.9');
  const rows: [fid: string, x1: string, x0: string][] = [
    ['0x80000000', '0x0', '0x10005'],
    ['0x84000006', '0x0', ONES],
    ['0x84000050', '0x10005', ONES],
    ['0xc4000190', '0x10001', ONES],
    ['0xc40002d0', '0x1', ONES],
    ['0x84000150', '0x10000', ONES],
  ];
  for (const [fid, x1, x0] of rows)
    t.strictSame(answered(machine.call(call(fid, [x1]))).slice(0, 2), [x0, x1], fid);
  t.strictSame(machine.call(call('0xc40001cf', [])), {
    kind: 'answer',
    res: [ONES, '0x0', '0x0', '0x0'].map(word),
    console: [{ src: 'el3', text: 'WARNING: RMMD: RMM-EL3 call originated from secure or normal world' }],
  });
  t.match(
    machine.call(call('0x84000003', [])),
    { kind: 'fault', code: 'unanswered' },
    'CPU_ON is not emulated',
  );
});

t.test('an HVC reaches the hypervisor below, not the RMM', async t => {
  const machine = on('conduit-hvc', 'tf-rmm-0.9');
  t.strictSame(answered(machine.call(call(VERSION, ['0x20000'], { via: 'hvc' }))), [
    ONES,
    '0x20000',
    '0x0',
    '0x0',
  ]);
});

t.test('two runs of one machine do not share an RMM', async t => {
  const [first, second] = [on('fvp', 'tf-rmm-0.9'), on('fvp', 'tf-rmm-0.9')];
  first.call(call('0xc4000202', []));
  t.equal(answered(second.call(call('0xc4000158', [])))[0], '0xb');
});

t.test('every named machine can be described, and its state says what it is', async t => {
  // All that fvp was when this was written; of the others what is not a fact's default, lib/model/facts.ts.
  const rows: [machine: string, facts: Readonly<Record<string, FactValue>>][] = [
    [
      'fvp',
      {
        hyp_mode_available: true,
        in_hyp_mode: true,
        kvm_mode: 'default',
        hvhe: false,
        nv2: false,
        page_size: 4096,
        conduit: 'smc',
        smccc_version: '1.5',
        sve_hint: false,
      },
    ],
    ['qemu-max', { sve_hint: true }],
    ['no-rme', {}],
    ['big-little-hides-rme', {}],
    ['big-little-rme-2-1', {}],
    ['conduit-none', { conduit: 'none' }],
    ['conduit-hvc', { in_hyp_mode: false, conduit: 'hvc' }],
    ['el1-entry', { hyp_mode_available: false, in_hyp_mode: false, conduit: 'hvc' }],
    ['kvm-disabled', { kvm_mode: 'none' }],
    ['nvhe', { in_hyp_mode: false }],
    ['hvhe', { in_hyp_mode: false, hvhe: true }],
    ['protected', { in_hyp_mode: false, kvm_mode: 'protected' }],
    ['nested', { kvm_mode: 'nv', nv2: true }],
    ['qemu-linux-6.12', { sve_hint: true }],
    ['debian-6.1-nvhe', { in_hyp_mode: false }],
    ['debian-6.1-protected', { in_hyp_mode: false, kvm_mode: 'protected' }],
    ['pages-16k', { page_size: 16384 }],
    ['pages-64k', { page_size: 65536 }],
  ];
  const usual = Object.fromEntries(factsIn('rmi').map(fact => [fact.name, fact.default]));
  t.strictSame(
    MACHINES.map(({ name }) => name),
    rows.map(([name]) => name),
  );
  t.equal(MACHINES[0]?.name, DEFAULT_MACHINE);
  for (const machine of MACHINES)
    t.ok(checkMachine(machine).ok, `the file of ${machine.name} fits the schema`);
  for (const [name, facts] of rows) {
    const state = stateOf(must(machineNamed(name)));
    t.strictSame(Object.fromEntries(state.facts), { ...usual, ...facts }, name);
  }
});

t.test('each CPU’s raw register is part of the state, boot CPU first', async t => {
  const raw = (name: string) =>
    stateOf(must(machineNamed(name)))
      .mrs.get('ID_AA64PFR0_EL1')
      ?.map(shown);
  const [with1, without, with2] = ['0x1211111123111112', '0x1201111123111112', '0x1221111123111112'];
  t.strictSame(raw('fvp'), [with1]);
  t.strictSame(raw('qemu-max'), ['0x1321001121112222']);
  t.strictSame(raw('big-little-hides-rme'), [with1, with1, with1, without]);
  t.strictSame(raw('big-little-rme-2-1'), [with2, with1]);
});

t.test('a machine that cannot be is refused, with a pointer to what to change', async t => {
  const rows: [what: Partial<MachineWire>, code: string, pointer: string][] = [
    [{ conduit: 'hvc' }, 'bad-machine', '/conduit'],
    [{ conduit: 'hvc', kvmArmMode: 'nested' }, 'bad-machine', '/conduit'],
    [{ conduit: 'hvc', hypervisor: 'vhe', kvmArmMode: 'protected' }, 'bad-machine', '/conduit'],
    [{ kvmArmMode: 'nested', hypervisor: 'nvhe' }, 'bad-machine', '/kvmArmMode'],
    [{ rmm: 'tf-rmm-0.0' }, 'unknown-name', '/rmm'],
    [{ smcccVersion: '40000.0' }, 'bad-machine', '/smcccVersion'],
    [
      { cpus: [{ registers: { ID_AA64PFR0_EL1: '1x' } }] },
      'bad-machine',
      '/cpus/0/registers/ID_AA64PFR0_EL1',
    ],
    [{ features: { '2': ['0x1', '1'] } }, 'bad-machine', '/features/2/1'],
    [{ cpus: [{ registers: { A: '0x1' } }, { registers: {} }] }, 'bad-machine', '/cpus/1/registers'],
    [{ cpus: [{ count: 4096, registers: {} }, { registers: {} }] }, 'bad-machine', '/cpus'],
  ];
  for (const [what, code, pointer] of rows) {
    const refused = describe({ ...file(), ...what });
    if (refused.ok) t.fail(`${JSON.stringify(what)} was taken`);
    else
      t.strictSame([refused.trouble.code, refused.trouble.where], [code, { pointer }], JSON.stringify(what));
  }
  for (const kvmArmMode of ['nvhe', 'protected'] as const) {
    t.ok(describe({ ...file(), conduit: 'hvc', kvmArmMode }).ok, `${kvmArmMode} takes the kernel to EL1`);
  }
});

t.test('a text that is no machine description says what it is', async t => {
  const trace = readFileSync('traces/accepted.json', 'utf8');
  for (const [text, code, what] of [
    ['', 'empty', /empty/],
    [' \n', 'empty', /empty/],
    ['{"name":', 'not-json', /not JSON/],
    [trace, 'bad-machine', /a trace, not a machine description/],
    [' '.repeat((1 << 20) + 1) + JSON.stringify(file()), 'too-large', /larger than 1 MiB/],
    ['[]', 'bad-machine', /the description must be an object/],
  ] as const) {
    const refused = machineFromText(text, 'board.json');
    t.match(
      refused,
      { ok: false, trouble: { code, what, where: { file: 'board.json' } } },
      text.slice(0, 20),
    );
  }
  t.ok(machineFromText(JSON.stringify(file()), 'board.json').ok);
});

t.test('a key that stands twice is refused: which of the two was meant nobody knows', async t => {
  const text = JSON.stringify(file()).replace('"version":1', '"version":1,"version":1');
  t.match(machineFromText(text, 'mine.json'), {
    trouble: { code: 'duplicate-key', what: 'the key "version" stands twice in one object' },
  });
});

t.test('kvm-arm.mode=protected is ignored by a kernel that stays at EL2', async t => {
  const { facts } = stateOf(must(describe({ ...file(), hypervisor: 'vhe', kvmArmMode: 'protected' })));
  t.strictSame([facts.get('kvm_mode'), facts.get('in_hyp_mode')], ['default', true]);
});

t.test('a misspelt name is answered with the nearest one', async t => {
  const next = (result: Result<unknown>) =>
    result.ok ? '' : `${result.trouble.code}: ${result.trouble.next}`;
  t.match(next(machineNamed('fpv')), /^unknown-name: did you mean fvp\? there are fvp, qemu-max, /);
  t.match(next(profileNamed('tf-rmm-9')), /^unknown-name: did you mean tf-rmm-0\.9\? /);
  t.match(next(profileNamed('something else')), /^unknown-name: there are tf-rmm-0\.1, /);
  t.equal(nearest('nhve', ['hvhe', 'nvhe']), 'nvhe', 'two letters swapped are one error');
  t.equal(nearest('x', ['yz']), null);
  t.equal(nearest('x'.repeat(1e6), ['hvhe', 'x'.repeat(9)]), null, 'a long one is compared with none');
  t.equal(nearest('', []), null);
});

t.test('profiles have names of their own, and revisions from the lowest up', async t => {
  t.equal(new Set(PROFILES.map(({ name }) => name)).size, PROFILES.length);
  for (const { name, revisions } of PROFILES) {
    t.strictSame(
      revisions,
      [...revisions].sort((a, b) => (a < b ? -1 : 1)),
      name,
    );
  }
});

/** Each boot that was seen from EL3, on the machine and RMM that it had; what is compared, of all calls from NS. */
const BOOTS: readonly [boot: string, profile: string, compared: number][] = [
  ['probe-rmm-0.8', 'tf-rmm-0.8', 34],
  ['probe-rmm-0.9', 'tf-rmm-0.9', 35],
  ['linux-1.0-on-rmm-0.8-accepted', 'tf-rmm-0.8', 11],
  ['linux-1.1-on-rmm-0.8-refused', 'tf-rmm-0.8', 10],
  ['linux-1.1-rmm-failed-to-boot', 'failed', 10],
];

/** RMI calls that are not emulated. */
const SKIPPED = new Set(['0xc4000164']);

const qemuHere = existsSync(QEMU)
  ? {}
  : { skip: 'the recordings of the real machine are not beside this project' };

t.test(
  'every call that a real EL3 saw from the normal world comes out register for register',
  qemuHere,
  async t => {
    for (const [boot, profile, expected] of BOOTS) {
      const machine = on('qemu-max', profile);
      let compared = 0;
      for (const line of readFileSync(new URL(`${boot}.jsonl`, QEMU), 'utf8')
        .trim()
        .split('\n')) {
        const { world, in: before, out }: { world: string; in: string[]; out?: string[] } = JSON.parse(line);
        if (world !== 'NonSecure' || out === undefined) continue;
        const [fid = '', ...args] = before.map(unpadded);
        const reply = machine.call(call(fid, args, { cc: '1.2' }));
        if (reply.kind === 'fault' && SKIPPED.has(fid)) continue;
        compared += 1;
        t.strictSame(answered(reply), out.map(unpadded), `${boot}: ${fid} ${args[0]}`);
      }
      t.equal(compared, expected, boot);
    }
  },
);

t.test('the console of that machine shows the same lines, in the same order', qemuHere, async t => {
  const logs: readonly [log: string, profile: string][] = [
    ['probe-rmm-0.8', 'tf-rmm-0.8'],
    ['probe-rmm-0.9', 'tf-rmm-0.9'],
    ['probe-rmm-el3-mismatch', 'failed'],
    ['probe-no-rme', 'none'],
  ];
  for (const [log, profile] of logs) {
    const machine = on('qemu-max', profile);
    const text = readFileSync(new URL(`${log}.log`, QEMU), 'utf8').replaceAll('\r', '');
    let compared = 0;
    for (const [, before = '', lines = ''] of text.matchAll(
      /^NS: {3}in {2}(.*)\n((?:.*\n)*?)NS: {3}out /gm,
    )) {
      const [fid = '', ...args] = [...before.matchAll(/x\d+=(0x[0-9a-f]+)/g)].map(([, value = '']) =>
        unpadded(value),
      );
      const reply = machine.call(call(fid, args, { cc: '1.2' }));
      if (reply.kind === 'fault' && SKIPPED.has(fid)) continue;
      compared += 1;
      const printed = reply.kind === 'answer' ? (reply.console ?? []).map(line => line.text) : [];
      t.strictSame(printed, lines.split('\n').slice(0, -1), `${log}: ${fid} ${args[0]}`);
    }
    t.ok(compared >= 27, `${log}: ${compared} calls`);
  }
});

function word(text: string): U64 {
  const value = parseHex(text);
  if (value === null) throw new Error(`not a register value: ${text}`);
  return value;
}

/** `0x0000000000010005` as `0x10005`. */
function unpadded(text: string): string {
  return text.replace(/^0x0+(?=.)/, '0x');
}

function shown(value: U64 | null): string {
  return value === null ? 'unknown' : hex(value);
}

function must<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(result.trouble.what);
  return result.value;
}

function profileOf(name: string): RmmProfile {
  return must(profileNamed(name));
}

function rmmOf(name: string, options: { features?: Features; logLevel?: number } = {}) {
  return createRmm(profileOf(name), { features: new Map(), ...options });
}

function on(machine: string, profile: string) {
  return emulate(must(machineNamed(machine)), profileOf(profile));
}

function call(fid: string, args: readonly string[], more: Partial<SmcRequest> = {}): SmcRequest {
  return { cpu: 0, via: 'smc', cc: '1.1', fid: word(fid), args: args.map(word), ...more };
}

function file(): MachineWire {
  return { format: 'rmitrace-machine', version: 1, name: 'mine', cpus: [{ registers: {} }] };
}

function answered(reply: Reply): string[] {
  return reply.kind === 'answer' ? reply.res.map(shown) : [reply.kind];
}
