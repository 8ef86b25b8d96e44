import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import t from 'tap';
import { COMMANDS } from '../cli/commands/index.js';
import { parse } from '../cli/parse.js';
import type { Io } from '../cli/process.js';
import { RMI_FEATURES, RMI_VERSION } from '../lib/abi/rmi-commands.js';
import { applyEdits } from '../lib/edit/apply.js';
import { type Edit, parseEdit } from '../lib/edit/parse.js';
import { KERNELS, kernelNamed, ownKernel } from '../lib/kernel/kernels.js';
import { LINES } from '../lib/kernel/lines.js';
import { emit, fact, returning } from '../lib/kernel/linux/asks.js';
import { kvm_err, kvm_info } from '../lib/kernel/linux/printk.js';
import { arm_smccc_1_1_invoke } from '../lib/kernel/linux/smccc.js';
import { endOf, outcomeOf } from '../lib/kernel/outcome.js';
import { MACHINES, machineNamed } from '../lib/machine/built-in.js';
import { emulate } from '../lib/machine/emulated.js';
import { standInFor } from '../lib/machine/stand-in.js';
import { endKey } from '../lib/model/end.js';
import type { Asking, Kernel, Machine, MachineState, SmcRequest } from '../lib/model/port.js';
import { good, type Result } from '../lib/model/result.js';
import { ALL_ONES, hex, type U64, u64, wrap64, ZERO } from '../lib/model/u64.js';
import { record } from '../lib/record.js';
import { replay } from '../lib/replay/replay.js';
import { sweepCsv } from '../lib/report/sweep/csv.js';
import { sweepJson } from '../lib/report/sweep/json.js';
import { sweepMarkdown } from '../lib/report/sweep/markdown.js';
import type { SweepPrinter } from '../lib/report/sweep/printer.js';
import { sweepText } from '../lib/report/sweep/text.js';
import { minimiseText } from '../lib/report/text/minimise.js';
import { coverageText } from '../lib/report/text/outcome-coverage.js';
import { PLAIN } from '../lib/report/text/paint.js';
import { troubleText } from '../lib/report/text/trouble.js';
import { PROFILES, profileNamed } from '../lib/rmm/profiles.js';
import { runSync } from '../lib/run.js';
import { axesOf } from '../lib/search/axes.js';
import { boundaryAnswers, boundaryAxis } from '../lib/search/boundary.js';
import { quickCheck } from '../lib/search/fast-check.js';
import { newKeeper } from '../lib/search/keep-traces.js';
import { mergeSweeps } from '../lib/search/merge.js';
import { minimise } from '../lib/search/minimise.js';
import { newCoverage, type Played } from '../lib/search/outcome-coverage.js';
import { planSweep, type SweepOptions, type SweepPlan } from '../lib/search/plan.js';
import { drawnAnswer, parseSeed, randomAxis } from '../lib/search/random.js';
import { rememberedReplies } from '../lib/search/reply-cache.js';
import { parseShard, rowsOf } from '../lib/search/shard.js';
import { everyEditFires, newTotals, sweepRows } from '../lib/search/sweep.js';
import type { SweepRow } from '../lib/search/sweep-table.js';
import { must } from './boots.js';
import { ended, inFolder, start } from './rmitrace.js';

const V13 = must(kernelNamed('v13'));
const FVP = must(machineNamed('fvp'));

/** Every built-in kernel, and v13 asking for 1.0. */
const ALL_KERNELS = [...KERNELS.map(({ name }) => must(kernelNamed(name))), must(kernelNamed('v13', '1.0'))];

/** A kernel that asks again as long as the low byte of x0 is 10, and reads a feature register after a good version. */
const RETRIES: Kernel = checking('retries', function* () {
  for (;;) {
    const res = yield* arm_smccc_1_1_invoke(RMI_VERSION, u64(0x20000n));
    if ((res.a0 & 0xffn) === 10n) continue;
    if (res.a0 === ALL_ONES) return -6;
    if (res.a0 !== ZERO) {
      yield* kvm_err(LINES.unsupportedWeWant, { lower: majorOf(res.a1), wants: { major: 2, minor: 0 } });
      return -6;
    }
    const features = yield* arm_smccc_1_1_invoke(RMI_FEATURES, ZERO);
    if (features.a0 !== ZERO) return -22;
    yield* kvm_info(LINES.rmiAbiVersion, { lower: majorOf(res.a1) });
    return 0;
  }
});

function majorOf(version: bigint) {
  return { major: Number(version >> 16n), minor: 0 };
}

/** A kernel that asks whatever the machine is. */
function checking(name: string, check: () => Asking<number>): Kernel {
  const run = () => returning('rmi_check_version', check());
  return {
    name,
    wants: '2.0',
    scope: 'rmi',
    models: () => true,
    *boot() {
      if ((yield* fact('kvm_mode')) === 'none') {
        yield* kvm_info(LINES.kvmDisabled);
        return -19;
      }
      yield* run();
      yield* emit({ type: 'return', of: 'kvm_arm_init', value: 0 });
      return 0;
    },
    // biome-ignore lint/correctness/useYield: it has no CPUs to bring up
    *broughtUp() {
      return run;
    },
  };
}

function editsOf(...texts: readonly string[]): readonly Edit[] {
  return texts.map(text => {
    const edit = must(parseEdit(text));
    if (edit.kind === 'numbered') throw new Error(text);
    return edit;
  });
}

function plan(options: Partial<SweepOptions> & { readonly set?: readonly string[] } = {}): SweepPlan {
  const { set = [], axes = [], ...rest } = options;
  const given = must(axesOf(set.map(text => ({ text, where: {} }))));
  return must(planSweep({ kernels: [V13], machines: [FVP], rmms: null, ...rest, axes: [...given, ...axes] }));
}

function swept(swept: SweepPlan): readonly SweepRow[] {
  return [...sweepRows(swept, 0, swept.table.rows)];
}

/** What the command line prints of these rows. */
function printed(
  swept: SweepPlan,
  rows: readonly SweepRow[],
  printer: (first: readonly SweepRow[]) => SweepPrinter,
): string {
  const totals = newTotals(swept.table.columns.length);
  for (const row of rows) totals.add(row);
  const made = printer(rows);
  return made.head + rows.map((row, nth) => made.row(row, nth)).join('') + made.foot(totals.sum(), 0);
}

async function* linesOf(text: string): AsyncGenerator<Result<string>, void> {
  for (const line of text.trimEnd().split('\n')) yield good(line);
}

function part(name: string, text: string) {
  return { name, lines: linesOf(text) };
}

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

t.test('every combination is a row: values of one place are one axis, the last changes fastest', async t => {
  const rows = swept(
    plan({
      rmms: [must(profileNamed('tf-rmm-0.8')), must(profileNamed('none'))],
      set: ['RMI_VERSION.x0=0,1', 'RMI_VERSION(x1=2.0).x2=1.0', 'RMI_VERSION.x0=-1,1'],
    }),
  );
  t.strictSame(
    rows.map(({ row, rmm, values, cells }) => [row, rmm, ...values, cells[0]?.class]),
    [
      [1, 'tf-rmm-0.8', '0', '1.0', 'accepted'],
      [2, 'tf-rmm-0.8', '1', '1.0', 'refused'],
      [3, 'tf-rmm-0.8', '-1', '1.0', 'quiet'],
      [4, 'none', '0', '1.0', 'accepted'],
      [5, 'none', '1', '1.0', 'refused'],
      [6, 'none', '-1', '1.0', 'quiet'],
    ],
  );
  const states = plan({
    machines: [FVP, must(machineNamed('no-rme'))],
    set: ['conduit=smc,none', 'ID_AA64PFR0_EL1.RME=1'],
  });
  t.strictSame(
    swept(states).map(({ machine, values, cells }) => [
      machine,
      ...values,
      cells[0]?.reason ?? cells[0]?.class,
    ]),
    [
      ['fvp', 'smc', '1', 'accepted'],
      ['fvp', 'none', '1', 'no-conduit'],
      ['no-rme', 'smc', '1', 'not-supported'],
      ['no-rme', 'none', '1', 'no-conduit'],
    ],
  );
});

t.test('what a sweep cannot do it refuses with one clear line', async t => {
  const trouble = (...edits: readonly string[]) => {
    const axes = axesOf(edits.map(text => ({ text, where: {} })));
    return axes.ok ? null : axes.trouble;
  };
  t.match(trouble('12.x0=1'), { code: 'bad-edit', what: /a sweep has no trace/ });
  t.match(trouble('RMI_VERSION.x1=1.0,,2.0'), null, 'an empty value is none');
  for (const edit of ['RMI_VERSION.x1=', 'RMI_VERSION.x1', 'nonsense=1', 'RMI_VERSION.x99=1,2', '=', ''])
    t.match(trouble(edit), { code: 'bad-edit' }, edit);
  const twice = planSweep({
    kernels: [V13],
    machines: [FVP],
    rmms: null,
    axes: [...must(axesOf([{ text: 'RMI_VERSION.x0=1', where: {} }])), boundaryAxis(['2.0'])],
  });
  t.match(twice, { ok: false, trouble: { code: 'bad-edit', what: 'two axes edit RMI_VERSION.x0' } });
  const never = everyEditFires(plan({ set: ['RMI_VERSION.x0=0,1', 'RMI_VERSION#2.x0=5'] }));
  t.match(never, { ok: false, trouble: { code: 'edit-never-fired', what: /"RMI_VERSION#2.x0"/ } });
  t.ok(everyEditFires(plan({ kernels: [RETRIES], set: ['RMI_VERSION#2.x0=5', 'RMI_VERSION.x0=0,10'] })).ok);
  t.match(everyEditFires(plan({ set: ['cpu7.ID_AA64PFR0_EL1=0'] })), { ok: false });
  const elsewhere = plan({ machines: [must(machineNamed('no-rme')), FVP], set: ['RMI_VERSION.x0=1'] });
  t.ok(everyEditFires(elsewhere).ok, 'one machine that asks is enough');
});

t.test('the parts of a sweep are the whole, each row once', async t => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1e6 }), fc.integer({ min: 1, max: 50 }), (rows, of) => {
      const parts = Array.from({ length: of }, (_, at) => rowsOf({ part: at + 1, of }, rows));
      const sizes = parts.map(({ from, to }) => to - from);
      return (
        parts[0]?.from === 0 &&
        parts.at(-1)?.to === rows &&
        parts.every(({ from }, at) => at === 0 || from === parts[at - 1]?.to) &&
        Math.max(...sizes) - Math.min(...sizes) <= 1
      );
    }),
    { seed: 5 },
  );
  t.strictSame(parseShard('2/3'), { part: 2, of: 3 });
  t.strictSame(['0/3', '4/3', '1', '1/0', '1/x', '-1/2'].map(parseShard), [
    null,
    null,
    null,
    null,
    null,
    null,
  ]);
});

/** Kernels that agree on some answers and not on others. */
const SOMETIMES = [V13, must(kernelNamed('next')), RETRIES];

const SOME = (kernels: readonly Kernel[] = [...SOMETIMES, must(kernelNamed('v13', '1.0'))]) =>
  plan({
    kernels,
    rmms: [must(profileNamed('tf-rmm-0.8')), must(profileNamed('spec')), must(profileNamed('silent'))],
    axes: [randomAxis(40, u64(9n))],
  });

t.test('joined parts print what the whole prints, to the byte, in every format', async t => {
  const whole = SOME();
  const { table } = whole;
  const rows = swept(whole);
  for (const differ of [false, true]) {
    const listed = rows.filter(row => row.differs || !differ);
    for (const of of [1, 2, 7, 130]) {
      const parts = Array.from({ length: of }, (_, at) => {
        const shard = { part: at + 1, of };
        const { from, to } = rowsOf(shard, table.rows);
        const totals = newTotals(table.columns.length);
        const own = [...sweepRows(whole, from, to)];
        for (const row of own) totals.add(row);
        const printer = sweepJson(table, shard, differ);
        const kept = own.filter(row => row.differs || !differ);
        const text =
          printer.head +
          kept.map((row, nth) => printer.row(row, nth)).join('') +
          printer.foot(totals.sum(), 0);
        JSON.parse(text);
        return part(`part${at + 1}`, text);
      });
      const merged = must(await mergeSweeps(parts.reverse()));
      const joined: SweepRow[] = [];
      for await (const row of merged.rows()) joined.push(must(row));
      t.strictSame(merged.table, table);
      t.equal(merged.only, differ ? 'differ' : 'all');
      const totals = newTotals(table.columns.length);
      for (const row of rows) totals.add(row);
      for (const printer of [
        sweepText(table, listed, PLAIN),
        sweepCsv(table),
        sweepMarkdown(table),
        sweepJson(table, null, differ),
      ]) {
        const text = (all: readonly SweepRow[], sums: ReturnType<typeof totals.sum>) =>
          printer.head + all.map((row, nth) => printer.row(row, nth)).join('') + printer.foot(sums, 0);
        t.equal(text(joined, merged.totals()), text(listed, totals.sum()), `${of} parts`);
      }
    }
  }
});

t.test('parts that do not belong together, or are not whole, are refused', async t => {
  const whole = SOME();
  const text = (at: number, of: number, of2 = whole) => {
    const { from, to } = rowsOf({ part: at, of }, of2.table.rows);
    const rows = [...sweepRows(of2, from, to)];
    return printed(of2, rows, () => sweepJson(of2.table, { part: at, of }, false));
  };
  const [one, two] = [text(1, 2), text(2, 2)];
  const other = text(2, 2, plan());
  const lines = two.split('\n');
  const cases: readonly (readonly [string, readonly string[], RegExp])[] = [
    ['bad-value', [one], /part 2 of 2 is missing/],
    ['bad-value', [one, one], /part 1 of 2 is given twice/],
    ['bad-value', [one, other], /another sweep/],
    ['bad-value', [one, text(2, 3)], /a part of 3/],
    ['bad-value', [one, '{"format": "rmitrace"}'], /not a report of a sweep/],
    ['bad-value', [one, JSON.stringify(JSON.parse(two), null, 2)], /not a report of a sweep/],
    ['bad-value', [one, two.replace('"accepted"', '"agreed"')], /must be/],
    ['bad-value', [one, [...lines.slice(0, 6), ...lines.slice(7)].join('\n')], /totals do not match/],
    ['bad-value', [one, [...lines.slice(0, 6), ...lines.slice(5)].join('\n')], /is not in its place/],
    ['cut-off', [one, lines.slice(0, 9).join('\n')], /ends early/],
    ['cut-off', [one, lines.slice(0, 2).join('\n')], /ends early/],
    ['cut-off', ['', one], /ends early|not a report/],
  ];
  for (const [code, parts, what] of cases) {
    const merged = await mergeSweeps(parts.map((each, at) => part(`p${at}`, each)));
    let trouble = merged.ok ? null : merged.trouble;
    if (merged.ok) for await (const row of merged.value.rows()) if (!row.ok) trouble = row.trouble;
    t.match(trouble, { what }, String(what));
    if (parts[0] !== '') t.equal(trouble?.code, code);
  }
});

t.test('the same sweep prints the same bytes, and --differ a part of its rows', async t => {
  const [one, two] = [SOME(SOMETIMES), SOME(SOMETIMES)];
  const text = (swept: SweepPlan, rows: readonly SweepRow[]) =>
    printed(swept, rows, first => sweepText(swept.table, first, PLAIN));
  t.equal(text(one, swept(one)), text(two, swept(two)));
  const differing = swept(one).filter(row => row.differs);
  t.ok(differing.length > 0 && differing.length < one.table.rows);
  for (const { cells } of differing) t.ok(new Set(cells.map(cell => JSON.stringify(cell))).size > 1);
  for (const { cells } of swept(one).filter(row => !row.differs))
    t.equal(new Set(cells.map(cell => JSON.stringify(cell))).size, 1);
});

t.test('a table reads well, and no name in it breaks the format', async t => {
  const odd = { ...FVP, name: '=a,"b"|\u001b[31m' };
  const one = plan({ kernels: ALL_KERNELS.slice(-1), machines: [odd], set: ['RMI_VERSION.x0=0,-1'] });
  const rows = swept(one);
  t.equal(
    printed(one, rows, first => sweepText(one.table, first, PLAIN)),
    [
      'MACHINE          RMM         RMI_VERSION.x0  v13 wants 1.0',
      '=a,"b"|\\x1b[31m  tf-rmm-0.9  0               accepted 2.0',
      '=a,"b"|\\x1b[31m  tf-rmm-0.9  -1              quiet (not-supported)',
      '',
      '2 rows, 1 kernel',
      'v13 wants 1.0: 1 accepted, 1 quiet (not-supported)',
      '',
    ].join('\n'),
  );
  t.equal(
    printed(one, rows, () => sweepCsv(one.table)),
    [
      'ROW,MACHINE,RMM,RMI_VERSION.x0,v13 wants 1.0,DIFFERS',
      '1,"\'=a,""b""|\u001b[31m",tf-rmm-0.9,0,accepted 2.0,no',
      '2,"\'=a,""b""|\u001b[31m",tf-rmm-0.9,-1,quiet (not-supported),no',
      '',
    ].join('\n'),
  );
  const markdown = printed(one, rows, () => sweepMarkdown(one.table));
  for (const line of markdown.split('\n').slice(0, 4)) t.equal(line.match(/(?<!\\)\|/g)?.length, 5, line);
  t.match(markdown, 'RMI\\_VERSION.x0');
});

t.test('a kept trace comes to the class of its cell, one for each kernel and class', async t => {
  const silent = plan({ kernels: ALL_KERNELS, rmms: [must(profileNamed('silent'))] });
  const busy = plan({ kernels: [RETRIES], set: ['RMI_VERSION.x0=10'] });
  const names = new Set<string>();
  for (const [own, some] of Object.entries({ some: SOME(), silent, busy })) {
    const keep = newKeeper(some);
    for (const row of sweepRows(some, 0, some.table.rows)) {
      for (const { name, trace } of await keep(row)) {
        t.equal(trace.header.kernel.name, name[0]);
        t.ok(name.includes(endOf(trace.events).class));
        t.notOk(names.has(`${own} ${name.join('-')}`), `${name.join('-')} once`);
        names.add(`${own} ${name.join('-')}`);
      }
    }
  }
  for (const name of [
    'silent v13-wants-2.0-did-not-return',
    'some v13-wants-1.0-refused',
    'busy retries-did-not-return',
  ])
    t.ok(names.has(name), [...names].join());
});

t.test('an answer that nobody knows decides, or does not', async t => {
  const rmms = [must(profileNamed('silent'))];
  const [partly] = swept(plan({ rmms, set: ['RMI_VERSION.x0=0'] }));
  t.strictSame(partly?.cells, [{ class: 'undetermined' }], 'x1 is what v13 prints');
  const [status] = swept(plan({ rmms, set: ['RMI_VERSION.x0=-1'] }));
  t.match(status?.cells, [{ class: 'quiet', reason: 'not-supported' }], 'nobody reads x1');
  const axes = ['ID_AA64PFR0_EL1=0x0,unknown', 'RMI_VERSION.x2=unknown', 'RMI_VERSION.x0=0,1'];
  t.strictSame(
    swept(plan({ set: axes })).map(({ cells }) => cells[0]?.reason ?? cells[0]?.class),
    ['no-rme', 'no-rme', 'undetermined', 'undetermined'],
  );
  t.strictSame(
    swept(plan({ set: axes.slice(1) })).map(({ cells }) => cells[0]?.class),
    ['accepted', 'undetermined'],
    'x2 is printed where the RMM refuses',
  );
});

async function coverage(all: readonly Played[]) {
  const counted = newCoverage();
  for (const each of all) counted.add(each);
  return counted.covered();
}

async function played(name: string, machine: string, rmm?: string): Promise<Played> {
  const trace = must(await record(V13, must(machineNamed(machine)), rmm === undefined ? {} : { rmm }));
  return { name, replay: must(await replay(trace, must(ownKernel(trace)))) };
}

t.test('coverage names who reaches each end; what it proposes for the others does what it says', async t => {
  const all = [
    await played('good', 'fvp'),
    await played('again', 'fvp'),
    await played('hidden', 'big-little-hides-rme'),
    await played('quiet', 'no-rme'),
  ];
  const covered = await coverage(all);
  const of = (end: string) => covered.find(each => each.end === end);
  t.strictSame(
    covered.filter(({ reachedBy }) => reachedBy !== null).map(({ end, reachedBy }) => [end, reachedBy]),
    [
      ['accepted', 'good'],
      ['quiet (no-rme)', 'quiet'],
      ['quiet (rme-hidden-by-cpuN)', 'hidden'],
    ],
  );
  t.strictSame(of('accepted')?.edit, null);
  t.strictSame(of('quiet (no-conduit)')?.edit?.set, ['conduit=none']);
  t.match(of('quiet (page-size)'), { reachedBy: null, edit: null }, 'v13 does not look at the page size');
  for (const { end, edit } of covered) {
    if (edit === null) continue;
    const trace = all.find(({ name }) => name === edit.trace)?.replay.recorded;
    if (trace === undefined) throw new Error(edit.trace);
    const rmm = edit.rmm === null ? {} : { rmm: standInFor(trace, must(profileNamed(edit.rmm))) };
    const run = async (set: readonly string[]) => {
      const ran = await replay(trace, must(ownKernel(trace)), { edits: editsOf(...set), ...rmm });
      return ran.ok ? endKey(ran.value.outcomes.replayed) : '';
    };
    t.equal(await run(edit.set), end, `${edit.trace} ${edit.rmm} ${edit.set.join(' ')}`);
    for (const one of edit.set)
      t.not(await run(edit.set.filter(other => other !== one)), end, `${one} is needed for ${end}`);
  }
  const ends = covered
    .filter(({ reachedBy, edit }) => reachedBy !== null || edit !== null)
    .map(({ end }) => end);
  for (const end of [
    'refused',
    'quiet (not-supported)',
    'not-reached (el1-entry)',
    'did-not-return',
    'undetermined',
  ])
    t.ok(ends.includes(end), end);
});

t.test('coverage goes kernel by kernel, and gets a machine that never asked to ask', async t => {
  const disabled = await played('disabled', 'kvm-disabled');
  const old = must(await record(must(kernelNamed('v13', '1.0')), FVP));
  const covered = await coverage([
    disabled,
    { name: 'old', replay: must(await replay(old, must(ownKernel(old)))) },
  ]);
  t.strictSame([...new Set(covered.map(({ wants }) => wants))], ['2.0', '1.0']);
  const accepted = covered.find(({ end, wants }) => end === 'accepted' && wants === '2.0');
  t.match(accepted, { edit: { trace: 'disabled', rmm: 'spec', set: ['kvm_mode=default'] } });
  t.match(
    coverageText(covered, PLAIN),
    /accepted +not reached: rmitrace replay disabled --rmm spec --set kvm_mode=default\n/,
  );
  const odd = covered.map(each => ({
    ...each,
    edit: { trace: "it's\u001b.json", rmm: null, set: ['a(x1=2)=3'] },
  }));
  t.match(coverageText(odd, PLAIN), "rmitrace replay 'it'\\''s\\x1b.json' --set 'a(x1=2)=3'");
  t.strictSame(await coverage([]), []);
});

async function minimised(edits: readonly string[], rmm?: string) {
  const trace = must(await record(V13, FVP));
  const standIn = rmm === undefined ? {} : { rmm: standInFor(trace, must(profileNamed(rmm))) };
  return minimise(trace, V13, editsOf(...edits), standIn);
}

t.test('minimise finds the fewest edits that fail the same way, and says what it tried', async t => {
  const x0 = 'RMI_VERSION.x0=1';
  const x2 = 'RMI_VERSION.x2=1.0';
  const found = must(await minimised(['nv2=false', x0, 'RMI_VERSION.x3=7', x2]));
  t.strictSame(found.smallest, [x0, x2]);
  t.match(found, {
    proven: true,
    failure: { verdict: 'diverged', outcome: { class: 'refused', higher: '1.0' } },
  });
  t.match(found.failure?.first, /^event \d+ altered: err: Unsupported RMI ABI \(v2.0 - v1.0\) we want v2.0$/);
  t.strictSame(found.steps[0], { edits: [], ends: 'passes' });
  t.strictSame(found.steps.find(({ edits }) => edits.join() === x0)?.ends, 'fails-otherwise');
  t.strictSame(found.steps.at(-1), { edits: [x0, x2], ends: 'fails-so' });
  t.match(
    minimiseText(found, ['replay', 'good.json'], PLAIN),
    `  rmitrace replay good.json --set ${x0} --set ${x2}\n`,
  );
});

t.test('minimise: one edit is enough, all are needed, none is, or nothing fails', async t => {
  const one = must(await minimised(['nv2=false', 'RMI_VERSION.x0=-1', 'RMI_VERSION.x1=0']));
  t.match(one, { smallest: ['RMI_VERSION.x0=-1'], failure: { outcome: { reason: 'not-supported' } } });
  const whole = must(await minimised(['RMI_VERSION.x0=1']));
  t.strictSame(whole.smallest, ['RMI_VERSION.x0=1']);
  t.match(minimiseText(whole, [], PLAIN), /^Fails only with the edit: RMI_VERSION.x0=1\.\n/);
  const none = must(await minimised(['nv2=false'], 'none'));
  t.match(none, { smallest: [], steps: [{ edits: [], ends: 'fails-so' }] });
  t.match(minimiseText(none, [], PLAIN), /the edits are not the cause/);
  const passes = must(await minimised(['nv2=false', 'RMI_VERSION.x2=9.9']));
  t.match(passes, { failure: null, smallest: [], steps: [] });
  t.match(minimiseText(passes, [], PLAIN), /^No effect: with all 2 edits/);
  const unknown = must(await minimised(['RMI_VERSION.x0=unknown', 'RMI_VERSION.x2=unknown', 'nv2=false']));
  t.match(unknown, { smallest: ['RMI_VERSION.x0=unknown'], failure: { verdict: 'undetermined' } });
  t.match(await minimised(['RMI_VERSION#2.x0=1']), { ok: false, trouble: { code: 'edit-never-fired' } });
});

t.test('minimise leaves edits out one by one where there are too many for every set', async t => {
  const many = [
    ...['nv2=false', 'hvhe=false', 'page_size=16384', 'sve_hint=false', 'smccc_version=1.2'],
    ...['RMI_VERSION.x0=1', 'kvm_mode=default', 'in_hyp_mode=true', 'hyp_mode_available=true', 'conduit=smc'],
    ...['RMI_VERSION.x1=1.0', 'ID_AA64PFR0_EL1.RME=1', 'RMI_VERSION.x2=9.9', 'RMI_VERSION.x3=7'],
  ];
  const found = must(await minimised(many));
  t.match(found, { proven: false, smallest: ['RMI_VERSION.x0=1', 'RMI_VERSION.x1=1.0'] });
  t.match(minimiseText(found, [], PLAIN), /not every smaller set was tried/);
  t.ok(found.steps.length < 100, 'and not every set is');
});

t.test('minimise ends where the RMM behind it fails', async t => {
  const trace = must(await record(V13, FVP));
  let boots = 0;
  const machine = (state: MachineState): Machine => {
    boots++;
    const fails = boots > 2;
    return {
      state,
      call: () =>
        fails
          ? { kind: 'fault', code: 'died', text: 'it died' }
          : { kind: 'answer', res: [u64(1n), ZERO, ZERO, ZERO] },
    };
  };
  const given = editsOf('RMI_VERSION.x1=1.0', 'RMI_VERSION.x2=1.0', 'nv2=false');
  t.match(await minimise(trace, V13, given, { rmm: { name: 'dying', via: 'pipe', machine } }), {
    ok: false,
    trouble: { what: /it died/ },
  });
  t.equal(boots, 3, 'and it is not asked again');
});

t.test('every smaller set fails otherwise or passes, whatever the edits', async t => {
  const pool = [
    'RMI_VERSION.x0=1',
    'RMI_VERSION.x0=-1',
    'RMI_VERSION.x1=1.0',
    'RMI_VERSION.x2=1.1',
    'conduit=none',
  ];
  await fc.assert(
    fc.asyncProperty(
      fc.subarray([...pool, 'nv2=true', 'RMI_VERSION.x3=5'], { minLength: 1 }),
      async edits => {
        const ran = await minimised(edits);
        if (!ran.ok || ran.value.failure === null) return;
        const { smallest, steps, failure } = ran.value;
        t.equal(smallest.length < edits.length ? steps.at(-1)?.ends : 'fails-so', 'fails-so');
        t.ok(steps.slice(0, -1).every(({ ends }) => ends !== 'fails-so'));
        const again = must(await minimised(smallest.length === 0 ? edits : smallest));
        t.strictSame(again.failure, failure);
        t.strictSame(again.smallest, smallest, 'nothing is left to leave out');
      },
    ),
    { numRuns: 25, seed: 6 },
  );
});

t.test('the command line: a table, its parts joined, kept traces, and one line where it cannot', async t => {
  const cwd = t.testdir();
  const run = inFolder(cwd);
  const line = 'sweep --kernel v13 --wants 1.0 --wants 2.0 --boundary';
  const [whole, json] = await Promise.all([run(`${line} --differ`), run(`${line} --json`)]);
  t.equal(whole.code, 0, 'v13 says the same of one answer, whatever it wants');
  t.match(
    whole.out,
    /^MACHINE +RMM +RMI_VERSION.x0 .* v13 wants 1.0 +v13\n\n\d+ rows, 2 kernels: 0 rows differ\n/,
  );
  const ajv = new Ajv2020({ strict: false, validateFormats: false });
  const valid = ajv.compile(JSON.parse(readFileSync('schemas/report.schema.json', 'utf8')));
  t.ok(valid(JSON.parse(json.out)), ajv.errorsText(valid.errors));
  for (const part of [1, 2]) {
    const { out } = await run(`${line} --shard ${part}/2 --json`);
    t.ok(valid(JSON.parse(out)), ajv.errorsText(valid.errors));
    writeFileSync(join(cwd, `part${part}.json`), out);
  }
  t.equal((await run('sweep --merge part2.json part1.json --json')).out, json.out);
  t.equal((await run('sweep --merge part2.json part1.json --differ')).out, whole.out);
  const differ = await run('sweep --rmm spec --kernel v13 --wants 1.0 --wants 3.0 --differ -o kept/');
  t.match(differ, { code: 1, out: /1 row differs/ });
  t.strictSame(readdirSync(join(cwd, 'kept')).sort(), [
    'v13-wants-1.0-accepted.json',
    'v13-wants-3.0-refused.json',
  ]);
  t.match(await run('check kept'), { code: 0 });
  const coverage = await run('check kept --coverage --json');
  t.ok(valid(JSON.parse(coverage.out)), ajv.errorsText(valid.errors));
  const minimise = await run('minimise kept/v13-wants-1.0-accepted.json --set RMI_VERSION.x0=1 --json');
  t.equal(minimise.code, 1);
  t.ok(valid(JSON.parse(minimise.out)), ajv.errorsText(valid.errors));
});

/** Runs a command in this process that is to print nothing but trouble. */
async function refused(words: readonly string[]) {
  const troubles: string[] = [];
  const nothing = () => t.fail(`${words.join(' ')} printed something`);
  const io: Io = {
    json: false,
    terminal: false,
    paint: PLAIN,
    print: nothing,
    data: nothing,
    note: nothing,
    aside: () => nothing,
    compiler: { cc: ['cc'], env: {}, cache: '' },
    progress: () => {},
    breathe: async () => true,
    trouble(trouble) {
      troubles.push(troubleText(trouble));
      return 2;
    },
    input: () => {
      throw new Error('nothing is read');
    },
    writing: (_, write) => write(),
  };
  const parsed = parse(words, COMMANDS);
  if (parsed.kind !== 'run') throw new Error(words.join(' '));
  return { troubles, code: await parsed.command.run(io, parsed.args) };
}

t.test('what cannot be swept is told in one line, with exit 2', async t => {
  const whole = SOME();
  const part1 = join(
    t.testdir({
      'part1.json': printed(whole, swept(plan()).slice(0, 0), () =>
        sweepJson(whole.table, { part: 1, of: 2 }, false),
      ),
    }),
    'part1.json',
  );
  for (const [words, says] of [
    ['--kernel v31', /no kernel is called "v31" \(did you mean v3\?/],
    ['--machine fpv', /did you mean fvp/],
    ['--rmm sepc', /did you mean spec/],
    ['--kernel v13 --set RMI_VERSION.x9=1,2', /no row of the sweep uses the edit "RMI_VERSION.x9"/],
    ['--set 3.x0=1', /a sweep has no trace/],
    ['--random 10000001 --kernel v13', /10000001 boots, more than 10,000,000/],
    ['--random 0', /--random takes a number from 1 up/],
    ['--rmm exec:true', /sweep runs emulated RMMs only/],
    ['--seed 1', /--seed needs --random/],
    ['--shard 3/2', /--shard takes I\/N/],
    ['fvp', /name a machine with --machine/],
    ['--merge', /--merge needs at least one FILE/],
    [`--merge ${part1} --boundary`, /--merge does not take --boundary/],
    [`--merge ${part1}`, /part 2 of 2 is missing/],
    ['--merge nothing.json', /no such file/],
    ['--max-steps 0', /--max-steps takes a number/],
  ] as const) {
    const { troubles, code } = await refused(['sweep', ...words.split(' ')]);
    t.equal(code, 2, words);
    t.match(troubles, [says], words);
    t.equal(troubles.length, 1, `${words}: one line`);
  }
});

t.test('whoever has seen enough of a long sweep does not wait for the rest', async t => {
  const child = start(['sweep', '--kernel', 'v13', '--random', '9000000'], {});
  child.stdout?.once('data', () => child.stdout?.destroy());
  t.match(await ended(child), { code: 0, err: '' });
});
