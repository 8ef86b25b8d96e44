import fc from 'fast-check';
import t from 'tap';
import { applyEdits } from '../lib/edit/apply.js';
import { plainEdits } from '../lib/edit/plain-answers.js';
import { outcomeOf } from '../lib/kernel/outcome.js';
import { MACHINES, machineNamed } from '../lib/machine/built-in.js';
import { emulate } from '../lib/machine/emulated.js';
import type { Machine, SmcRequest } from '../lib/model/port.js';
import { ALL_ONES, hex, type U64, u64, wrap64, ZERO } from '../lib/model/u64.js';
import { PROFILES, profileNamed } from '../lib/rmm/profiles.js';
import { runSync } from '../lib/run.js';
import { boundaryAnswers, boundaryAxis } from '../lib/search/boundary.js';
import { quickCheck } from '../lib/search/fast-check.js';
import { drawnAnswer, parseSeed, randomAxis } from '../lib/search/random.js';
import { rememberedReplies } from '../lib/search/reply-cache.js';
import { must } from './boots.js';
import { ALL_KERNELS, editsOf, FVP, plan, RETRIES, swept, V13 } from './sweeps.js';

const REGISTER = fc.oneof(
  fc.constantFrom(0n, 1n, 10n, 14n, 0x100n, 0x10an, 0x10000n, 0x20000n, 0xffffffffn, -1n, -2n).map(wrap64),
  fc.bigInt(0n, 31n).map(u64),
  fc.bigInt(0n, (1n << 64n) - 1n).map(u64),
);

/** Any machine, any RMM, any edits of what it is and answers. */
const BOOT = fc.record({
  machine: fc.constantFrom(...MACHINES.map(({ name }) => name)),
  rmm: fc.constantFrom(...PROFILES.map(({ name }) => name)),
  state: fc.subarray([
    'conduit=none',
    'smccc_version=1.0',
    'kvm_mode=none',
    'page_size=65536',
    'in_hyp_mode=false',
    'cpu0.ID_AA64PFR0_EL1.RME=0',
    'sve_hint=true',
  ]),
  answer: fc.option(fc.tuple(REGISTER, REGISTER, REGISTER)),
  turn: fc.constantFrom('', '#1', '#2', '#2+'),
});

t.test('the quick check comes to the end of a whole run, whatever the machine is and answers', async t => {
  const ends = new Set<string>();
  let quickly = 0;
  fc.assert(
    fc.property(BOOT, ({ machine, rmm, state, answer, turn }) => {
      const [description, profile] = [must(machineNamed(machine)), must(profileNamed(rmm))];
      const made = emulate(description, profile);
      const edited = applyEdits(editsOf(...state)).state(made.state);
      const given = editsOf(...(answer ?? []).map((value, x) => `RMI_VERSION${turn}.x${x}=${hex(value)}`));
      const replies = rememberedReplies(() => emulate(description, profile));
      const asking = (call: (request: SmcRequest) => ReturnType<Machine['call']>) => {
        const counting = applyEdits(given);
        return (request: SmcRequest) => counting.callSync(request, () => call(request));
      };
      for (const kernel of [...ALL_KERNELS, RETRIES]) {
        const fresh = emulate(description, profile);
        const whole = outcomeOf(
          runSync(
            kernel,
            { state: edited, call: asking(request => fresh.call(request)) },
            { maxSteps: 2000 },
          ),
        );
        const { class: outcomeClass, reason = null, lower = null, higher = null } = whole;
        const check = quickCheck(kernel, edited);
        // Twice: what is remembered of the first must not change the second.
        for (const quick of [check(asking(replies())), check(asking(replies()))]) {
          if (quick === null) continue;
          quickly++;
          ends.add(quick.class + (quick.reason ?? ''));
          const { class: quickClass, ...rest } = { reason: null, lower: null, higher: null, ...quick };
          const [was, is] = [
            [outcomeClass, reason, lower, higher],
            [quickClass, rest.reason, rest.lower, rest.higher],
          ];
          if (was.join() !== is.join())
            throw new Error(`${kernel.name}: ${was.join()} quickly is ${is.join()}`);
        }
      }
    }),
    { numRuns: 400, seed: 4 },
  );
  t.ok(quickly > 1000, `${quickly} runs were quick`);
  for (const end of ['accepted', 'refused', 'quietnot-supported', 'quietno-rme', 'not-reachedkvm-disabled'])
    t.ok(ends.has(end), end);
});

t.test('a retry loop, silence and a machine without an answer are left to a whole run', async t => {
  const { state } = emulate(FVP, must(profileNamed('spec')));
  const check = quickCheck(RETRIES, state);
  t.equal(
    check(() => ({ kind: 'answer', res: [u64(10n), ZERO, ZERO, ZERO] })),
    null,
    'BUSY for ever',
  );
  t.equal(
    check(() => ({ kind: 'silence' })),
    null,
  );
  t.equal(
    check(() => ({ kind: 'fault', code: 'unanswered', text: '' })),
    null,
  );
  t.equal(
    check(() => ({ kind: 'answer', res: [null, ZERO, ZERO, ZERO] })),
    null,
    'an unknown',
  );
  const { broughtUp: _, ...booted } = V13;
  t.equal(
    quickCheck(booted, state)(() => ({ kind: 'silence' })),
    null,
    'a kernel that can only be booted',
  );
  const [row] = swept(plan({ kernels: [RETRIES, booted], set: ['RMI_VERSION.x0=10'] }));
  t.strictSame(
    row?.cells.map(cell => cell.class),
    ['did-not-return', 'refused'],
  );
});

t.test('remembered replies are those of a newly booted machine, call by call', async t => {
  let boots = 0;
  const counted = (): Machine => {
    let calls = 0;
    boots++;
    const { state } = emulate(FVP, must(profileNamed('spec')));
    return { state, call: ({ fid }) => ({ kind: 'answer', res: [fid, u64(BigInt(++calls))] }) };
  };
  const boot = rememberedReplies(counted);
  const request = (fid: bigint): SmcRequest => ({ cpu: 0, via: 'smc', cc: '1.1', fid: u64(fid), args: [] });
  const asked = (...fids: readonly bigint[]) => {
    const calls = boot();
    return fids.map(fid => {
      const reply = calls(request(fid));
      return reply.kind === 'answer' ? reply.res.map(value => value ?? ZERO) : [];
    });
  };
  t.strictSame(asked(1n, 2n), [
    [1n, 1n],
    [2n, 2n],
  ]);
  t.strictSame(asked(1n, 2n), asked(1n, 2n));
  t.equal(boots, 1, 'the same again needs no machine');
  t.strictSame(asked(1n, 3n), [
    [1n, 1n],
    [3n, 2n],
  ]);
  t.strictSame(asked(2n), [[2n, 1n]]);
  t.strictSame(asked(1n, 3n, 3n).at(-1), [3n, 3n]);
  t.equal(asked(...Array.from({ length: 5000 }, () => 1n)).at(-1)?.[1], 5000n, 'more than is remembered');
  t.equal(asked(...Array.from({ length: 5001 }, () => 1n)).at(-1)?.[1], 5001n);
});

/** rmi-facts.md §1.5: x0, x1, x2; and what v13 makes of them. `..` and `any` are taken for the word beside them. */
const TABLE_1_5: readonly (readonly [bigint, bigint, bigint, string])[] = [
  [0n, 0x10000n, 0x10000n, 'accepted 1.0'],
  [0n, 0x10000n, 0x10001n, 'accepted 1.0'],
  [0n, 0x20000n, 0x20000n, 'accepted 2.0'],
  [1n, 0x10000n, 0x10000n, 'refused 1.0 1.0'],
  [1n, 0x20000n, 0x20000n, 'refused 2.0 2.0'],
  [1n, 0x10000n, 0x20001n, 'refused 1.0 2.1'],
  [-1n, 0x20000n, 0x20000n, 'quiet not-supported'],
  [0xffffffffn, 0n, 0n, 'refused 0.0 0.0'],
  [-2n, 0n, 0n, 'refused 0.0 0.0'],
  [0x100n, 0x20000n, 0x20000n, 'refused 2.0 2.0'],
  [0n, 0x80020000n, 0x80020000n, 'accepted 32770.0'],
  [0n, 0x100020000n, 0x100020000n, 'accepted 2.0'],
  [0n, -1n, -1n, 'accepted 65535.65535'],
  [10n, 0n, 0n, 'refused 0.0 0.0'],
  [14n, 0n, 0n, 'refused 0.0 0.0'],
  [0x380000n, 0n, 0n, 'refused 0.0 0.0'],
  [0x10000n, 0n, 0n, 'refused 0.0 0.0'],
  [0n, 0n, 0n, 'accepted 0.0'],
];

t.test('the boundary has every row of the known behaviour, each answer once', async t => {
  for (const wants of [['2.0'], ['1.0'], ['1.0', '2.0']]) {
    const keys = boundaryAnswers(wants).map(answer => answer.map(hex).join(' '));
    t.equal(new Set(keys).size, keys.length);
    for (const [x0, x1, x2] of TABLE_1_5)
      t.ok(keys.includes([x0, x1, x2].map(wrap64).map(hex).join(' ')), `${x0} ${x1} ${x2}`);
  }
  const lows = new Set(boundaryAnswers(['2.0']).map(([x0]) => hex(x0)));
  for (const x0 of ['0xa', '0xe', '0x10a', '0x10e', '0x1000a', '0x10000000e', '0xffffffff', '0x100000000'])
    t.ok(lows.has(x0), x0);
  t.ok(
    boundaryAnswers(['9.7']).some(([, x1]) => x1 === 0x90008n),
    'one more than the wanted revision',
  );
  const rows = swept(plan({ axes: [boundaryAxis(['2.0'])] }));
  for (const [x0, x1, x2, end] of TABLE_1_5) {
    const values = [x0, x1, x2].map(wrap64).map(hex);
    const cell = rows.find(row => row.values.join() === values.join())?.cells[0];
    t.equal([cell?.class, cell?.reason ?? cell?.lower, cell?.higher].join(' ').trim(), end, values.join(' '));
  }
});

t.test('random answers are those of their seed, each by itself', async t => {
  const seven = randomAxis(100, u64(7n));
  t.strictSame(seven.at(42), randomAxis(50, u64(7n)).at(42), 'the n-th does not depend on how many');
  t.notSame(seven.at(42), randomAxis(100, u64(8n)).at(42));
  const drawn = Array.from({ length: 2000 }, (_, at) => drawnAnswer(u64(1n), at));
  const has = (fits: (x0: U64, x1: U64) => boolean) =>
    t.ok(
      drawn.some(([x0, x1]) => fits(x0, x1)),
      String(fits),
    );
  has(x0 => x0 === 0n);
  has(x0 => x0 === ALL_ONES);
  has(x0 => (x0 & 0xffn) === 10n);
  has((x0, x1) => x0 === 0n && x1 === 0x20000n);
  has((_, x1) => x1 > 0xffffffffn);
  t.equal(parseSeed('18446744073709551615'), ALL_ONES);
  t.strictSame(['-1', '0x1', '18446744073709551616', ''].map(parseSeed), [null, null, null, null]);
});

t.test('plain edits make the registers that edits with a count and a log make', async t => {
  const places = ['RMI_VERSION', 'RMI_FEATURES', '*', 'RMI_VERSION#2', 'RMI_VERSION(x1=1.0)'];
  const edit = fc.tuple(fc.constantFrom(...places), fc.nat(19), REGISTER);
  const fid = fc.constantFrom(0xc400_0150n, 0xc401_0150n, 0xc400_0165n, 0x8400_0000n).map(u64);
  const asked = fc.record({ fid, cc: fc.constantFrom('1.1' as const, '1.2' as const) });
  let plainly = 0;
  fc.assert(
    fc.property(
      fc.array(edit, { maxLength: 4 }),
      asked,
      fc.array(REGISTER, { minLength: 4, maxLength: 18 }),
      (given, { fid, cc }, res) => {
        const edits = editsOf(...given.map(([place, x, value]) => `${place}.x${x % 18}=${hex(value)}`));
        const plain = plainEdits(edits);
        const isPlain = given.every(([place]) => !/[#(]/.test(place));
        if ((plain !== null) !== isPlain) throw new Error('plain are those of every answer to a command');
        if (plain === null) return;
        plainly++;
        const request: SmcRequest = { cpu: 0, via: 'smc', cc, fid, args: [] };
        const reply = { kind: 'answer', res } as const;
        const counted = applyEdits(edits).callSync(request, () => reply);
        if (counted.kind !== 'answer' || counted.res.join() !== plain(request, reply).join())
          throw new Error(edits.map(({ text }) => text).join());
      },
    ),
    { numRuns: 1000, seed: 5 },
  );
  t.ok(plainly > 200, `${plainly} were plain`);
});
