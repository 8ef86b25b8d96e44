import { existsSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import t from 'tap';
import type { ScopedKernel } from '../lib/c-kernel/kernel.js';
import { kernelNamed, ownKernel } from '../lib/kernel/kernels.js';
import { MACHINES, machineNamed } from '../lib/machine/built-in.js';
import { emulate } from '../lib/machine/emulated.js';
import type { AsyncKernel, Reply, SmcRequest } from '../lib/model/port.js';
import { hex, u64 } from '../lib/model/u64.js';
import { record } from '../lib/record.js';
import { replay } from '../lib/replay/replay.js';
import { sweepText } from '../lib/report/sweep/text.js';
import { linesReachedText } from '../lib/report/text/line-coverage.js';
import { minimiseText } from '../lib/report/text/minimise.js';
import { PLAIN } from '../lib/report/text/paint.js';
import { PROFILES } from '../lib/rmm/profiles.js';
import { runAsync, runSync } from '../lib/run.js';
import { axesOf } from '../lib/search/axes.js';
import { minimise } from '../lib/search/minimise.js';
import { planSweep } from '../lib/search/plan.js';
import { anySweepRows, newTotals } from '../lib/search/sweep.js';
import type { SweepRow } from '../lib/search/sweep-table.js';
import { readTrace } from '../lib/trace/read.js';
import { traceText } from '../lib/trace/write.js';
import { answering, dmesg, must, pfr0, returned, stateOf } from './boots.js';
import {
  answer,
  booted,
  CACHE,
  CC,
  checkOf,
  compiling,
  compilingTree,
  fault,
  fixture,
  GCOV,
  MODE,
  troubleOf,
} from './c-kernels.js';
import { rmitrace, SHELL_RMITRACE } from './rmitrace.js';
import { editsOf, FVP } from './sweeps.js';

t.test('C from March 2026, in our own words, does what the built-in v13 does', { ...CC }, async t => {
  const kernel = must(await compiling(fixture('asks.c')));
  const v13 = must(kernelNamed('v13'));
  t.strictSame([kernel.name, kernel.wants, kernel.compiled.headers], ['rmi.c', '2.0', 'v13']);
  for (const res of [
    answer('0x0', '0x20000'),
    answer('0x1', '0x10000', '0x10001'),
    answer('0xffffffffffffffff'),
  ])
    for (const facts of [
      {},
      { conduit: 'none' },
      { sve_hint: true },
      { in_hyp_mode: false },
      { kvm_mode: 'none' },
    ]) {
      const { machine } = answering(stateOf([pfr0(1)], facts), res);
      t.strictSame((await booted(kernel, res, facts)).events, runSync(v13, machine));
    }
  t.strictSame((await booted(kernel, null)).outcome.class, 'did-not-return', 'an answer that never comes');
  t.strictSame((await booted(kernel, answer('0x0'))).outcome.class, 'accepted', 'and then another boot');
  await kernel.close();
});

t.test('C from October 2026 asks before KVM, in registers, and retries', { ...CC }, async t => {
  const kernel = must(await compiling(fixture('retries.c')));
  t.equal(kernel.compiled.headers, 'next');
  const good = await booted(kernel, answer('0x0', '0x80020000', '0x20000'));
  t.strictSame(good.dmesg, ['info: RMI ABI version 2.0', MODE], 'bit 31 is masked, no prefix');
  t.strictSame(
    good.asked.map(({ via, cc, fid, args }) => [via, cc, hex(fid), args.map(hex)]),
    [
      ['smc', '1.2', '0xc4000150', ['0x20000']],
      ['smc', '1.2', '0xc4000165', []],
      ...['0x1', '0x2', '0x3', '0x4'].map(index => ['smc', '1.2', '0xc4000165', [index]]),
    ],
  );
  t.equal(returned(good.events, 'rmi_check_version'), 0);
  t.equal(returned(good.events, 'arm64_init_rmi'), 0);
  const refused = await booted(kernel, answer('0x1', '0x10000', '0x10000'));
  t.strictSame(refused.dmesg, ['err: Unsupported RMI ABI (v1.0 - v1.0) we want v2.0', MODE]);
  t.equal(returned(refused.events, 'arm64_init_rmi'), -6);
  const none = await booted(kernel, answer('0x0'), { kvm_mode: 'none' });
  t.strictSame(none.dmesg, ['info: RMI ABI version 0.0', 'info: kvm [1]: KVM disabled from command line']);
  t.equal((await booted(kernel, answer('0xe'))).asked.length, 2, 'blocked: twice in all');
  t.equal((await booted(kernel, answer('0x0'), { conduit: 'hvc' })).asked.length, 0, 'no SMC, no call');
  const busy = await booted(kernel, answer('0xa'), {}, [pfr0(1)], 500);
  t.strictSame(busy.outcome.class, 'did-not-return', 'busy without end');
  t.strictSame(fault(busy.events)?.slice(0, 2), ['kernel', 'step-limit']);
  await kernel.close();
});

t.test(
  'on every built-in machine and RMM, C of three ages does what the built-in kernel does',
  { ...CC },
  async t => {
    const rows = [
      {
        file: 'first.c',
        name: 'rfc',
        wants: '1.0',
        leaveOut: 'static_branch_enable(&kvm_rme_is_available);',
      },
      { file: 'asks.c', name: 'v13', wants: '2.0', leaveOut: '' },
      { file: 'retries.c', name: 'next', wants: '2.0', leaveOut: '' },
    ];
    let runs = 0;
    for (const { file, name, wants, leaveOut } of rows) {
      const kernel = must(await compiling(fixture(file).replace(leaveOut, ''), { wants }));
      const model = must(kernelNamed(name));
      for (const machine of MACHINES) {
        for (const rmm of PROFILES) {
          const at = () => emulate(must(machineNamed(machine.name)), rmm);
          // The RFC's kvm_arm_init asks at EL2 alone, and the file by itself does not show its caller.
          if (name === 'rfc' && at().state.facts.get('in_hyp_mode') !== true) continue;
          const real = await runAsync(kernel, at(), { maxSteps: 200 });
          const expected = runSync(model, at(), { maxSteps: 200 });
          runs += 1;
          if (!isDeepStrictEqual(real, expected))
            t.strictSame(real, expected, `${file} and ${name} on ${machine.name} with ${rmm.name}`);
        }
      }
      await kernel.close();
    }
    t.ok(runs > 2 * MACHINES.length * PROFILES.length, `${runs} boots`);
  },
);

/** By FID, in hex: what an RMM answers to the calls of the init; x0 = 0 to any other. */
const ANSWERS: Readonly<Record<string, readonly string[]>> = {
  c4000150: ['0x0', '0x20000', '0x20000'],
  c4000165: ['0x0', '0x109'],
  c40001e1: ['0x0', '0x0', '0x2', '0xa0000000'],
  c40001f3: ['0xf'],
  c4000211: ['0x0', '0xc0000000', '0x1'],
};
const REGION = {
  ...{ memory: '0x80000000+0x20000000', lpa2: true, leftover_x2: '0x0', initcall_debug: false },
  ...{ config_page: '0x9ffff000', sro_object: '0x9fffe000', donated_memory: '0x90000000' },
  allocation_fails: 'nothing',
};

/** The whole init on these answers: the calls in hex, the lines, what warned and how it ended. */
async function initOf(
  kernel: ScopedKernel,
  facts: Record<string, string | number | boolean> = REGION,
  answers: typeof ANSWERS = {},
) {
  const calls: string[] = [];
  const turns = new Map<string, number>();
  const call = ({ fid, args }: SmcRequest): Reply => {
    const name = hex(fid).slice(2);
    calls.push([name, ...args.map(arg => hex(arg).slice(2))].join(' '));
    const turn = turns.get(name) ?? 0;
    turns.set(name, turn + 1);
    const given = answers[`${name} ${turn}`] ?? answers[name] ?? ANSWERS[name] ?? [];
    return { kind: 'answer', res: answer(...(given.length === 0 ? ['0x0'] : given)) };
  };
  const machine = { state: stateOf([pfr0(1)], facts), call };
  const events = await runAsync(kernel.inScope('init'), machine, { maxSteps: 300 });
  const warned = events.filter(({ type }) => type === 'warn').length;
  return { calls, lines: dmesg(events), warned, events, fault: fault(events) };
}

t.test(
  'whole files of the series compile, by themselves, with a header, and as a tree',
  { ...CC },
  async t => {
    const texts: Record<string, string> = {
      'arch/arm64/kernel/rmi.c': fixture('series-v14.c'),
      'arch/arm64/include/asm/rmi_cmds.h': fixture('series-v14.h'),
    };
    const features = ['c4000165 0', 'c4000165 1'];
    const granules = ['c40001e1 80000000 a0000000', 'c40001f3 80000000'];
    const v14 = ['c4000150 20000', ...features, 'c400016e 9ffff000', 'c4000202', ...granules];
    const rows = [
      {
        kernel: must(await compiling(fixture('series-v13.c'))),
        calls: [...v14.slice(0, -2), 'c40001e1 80000000', 'c40001f3 80000000'],
        lines: ['info: kvm [1]: RMI ABI version 2.0', MODE],
      },
      {
        kernel: must(await compiling(fixture('series-v14.c'))),
        calls: v14,
        lines: ['info: RMI ABI version 2.0', 'info: RMI configured', MODE],
      },
      {
        kernel: must(await compilingTree(texts)),
        calls: v14,
        lines: ['info: RMI ABI version 2.0', 'info: RMI configured', MODE],
      },
      {
        kernel: must(await compiling(fixture('series-next.c'))),
        calls: [
          ...['c4000150 20000', 'c4000165', ...['1', '2', '3', '4'].map(index => `c4000165 ${index}`)],
          ...['c400016e 9ffff000', 'c4000202', 'c40001e1 80000000 a0000000', 'c4000211 80000000 c0000000'],
        ],
        lines: ['info: RMI ABI version 2.0', 'info: RMI configured', MODE],
      },
    ];
    for (const { kernel, calls, lines } of rows) {
      // GPT_L1_CREATE is of the gigabyte around the region.
      const ran = await initOf(kernel);
      t.strictSame([ran.calls, ran.lines, ran.fault], [calls, lines, null]);
      const { memory: _, ...without } = REGION;
      const nowhere = await initOf(kernel, without);
      t.match(nowhere.fault, ['machine', 'unanswered', /the fact memory, which the machine does not have/]);
      const elsewhere = await booted(kernel, answer('0x0', '0x109'), { lpa2: false });
      t.match(elsewhere.events.at(-1), {
        code: 'unanswered',
        text: 'the C hands memory over with RMI_RMM_CONFIG_SET, which only scope init describes (--scope init)',
      });
    }
    const [v13, , , next] = rows.map(({ kernel }) => kernel);
    if (v13 === undefined || next === undefined) throw new Error('compiled');
    t.match(
      (await initOf(v13, { ...REGION, page_size: 65_536 })).fault,
      ['kernel', 'unanswered', 'the C was compiled for pages of 4096 bytes, the machine has pages of 65536'],
      'a file that asks for CONFIG_PAGE_SIZE_4KB',
    );
    const large = await initOf(next, { ...REGION, page_size: 65_536 });
    t.strictSame(large.lines[1], 'err: RMM does not support 64KB granules', 'one that does not');

    // RMM_ACTIVATE that wants two pages, delegated; takes one of them; gives it back; and is done.
    const more = await initOf(next, REGION, {
      c4000202: ['0x10d', '0x77', '0x8'],
      'c40001f1 0': ['0x0', '0x90001000'],
      'c40001f1 1': ['0x0', '0x90002000'],
      c4000208: ['0x20d', '0x1'],
      'c4000209 0': ['0xd', '0x0'],
    });
    t.match(
      more.calls.slice(7),
      [
        'c4000202',
        'c40001f1 90000000 90001000',
        'c40001f1 90001000 90002000',
        'c4000208 77 9fffe098 2',
        'c40001f2 90001000 90002000',
        'c4000209 77 9fffe098 100',
        'c4000203 77',
        ...granules.slice(0, 1),
        'c4000211 80000000 c0000000',
      ],
      'it donates, reclaims and continues',
    );
    const endless = await initOf(next, REGION, { c4000202: ['0x10d', '0x77', '0x8'], c40001f1: ['0x0'] });
    t.ok(endless.warned >= 2, 'a range that does not advance');
    for (const { kernel } of rows) await kernel.close();
  },
);

t.test(
  'in scope init whole series in C do what the built-in ones do, to the byte of a page',
  { ...CC },
  async t => {
    const texts: Record<string, string> = {
      'arch/arm64/kernel/rmi.c': fixture('series-v14.c'),
      'arch/arm64/kvm/rmi.c': fixture('series-v14-kvm.c'),
      'arch/arm64/include/asm/rmi_cmds.h': fixture('series-v14.h'),
    };
    const rows = [
      ['v13', must(await compiling(fixture('series-v13.c')))],
      ['v14', must(await compilingTree(texts))],
      ['next', must(await compiling(fixture('series-next.c')))],
    ] as const;
    const rmms = ['tf-rmm-0.8', 'tf-rmm-0.9', 'tf-rmm-head', 'tf-rmm-bet3', 'tf-rmm-coarse', 'sro-2', 'none'];
    const machines: readonly (readonly string[])[] = [
      [],
      ['memory=0x80000000+0x20000000,0xa0000000+0x1000:nomap,0x880000000+0x80001800'],
      ['in_hyp_mode=false', 'initcall_debug=true'],
      ['lpa2=false', 'leftover_x2=0xa0000000'],
      ['allocation_fails=config-page'],
      ['allocation_fails=sro-object'],
      ['allocation_fails=memory-notifier'],
      ['conduit=hvc'],
      ['RMI_FEATURES.x1=0'],
      ['RMI_RMM_CONFIG_SET.x0=0xffffffffffffffff'],
      ['RMI_GRANULE_TRACKING_GET.x3=0'],
    ];
    let realms = 0;
    for (const [name, kernel] of rows) {
      const model = must(kernelNamed(name, undefined, 'init'));
      for (const rmm of rmms) {
        // All machines on one RMM that every kernel configures, and the first on the others.
        for (const texts of rmm === 'tf-rmm-bet3' || rmm === 'tf-rmm-0.9' ? machines : [[]]) {
          const boot = async (kernel: AsyncKernel) =>
            record(kernel, FVP, { rmm, edits: editsOf(...texts), maxSteps: 2000 });
          const [real, expected] = [await boot(kernel.inScope('init')), await boot(model)];
          const says = `${name} on ${rmm} with ${texts.join(' ')}`;
          if (!real.ok || !expected.ok) {
            t.strictSame(real, expected, says);
            continue;
          }
          realms += real.value.outcome?.realms?.available === true ? 1 : 0;
          t.strictSame(real.value.outcome, expected.value.outcome, says);
          if (!isDeepStrictEqual(real.value.events, expected.value.events))
            t.strictSame(real.value.events, expected.value.events, says);
        }
      }
      await kernel.close();
    }
    t.ok(realms > 5, `${realms} boots have realms`);
  },
);

t.test('a WARN_ON is an event with its function and its condition', { ...CC }, async t => {
  const kernel = must(await compiling(fixture('retries.c')));
  let calls = 0;
  const { machine } = answering(stateOf([pfr0(1)]), answer('0x0', '0x20000'));
  const events = await runAsync(kernel, {
    ...machine,
    call: request => {
      calls += 1;
      return calls === 3 ? { kind: 'answer', res: answer('0x1') } : machine.call(request);
    },
  });
  t.match(
    events.filter(event => event.type === 'warn'),
    [{ of: 'arm64_init_rmi', text: 'regs.a0 != RMI_SUCCESS' }],
  );
  t.equal(returned(events, 'arm64_init_rmi'), -22);
  await kernel.close();
});

t.test('C from 2023 reads no register, sends no argument, and looks at the page size', { ...CC }, async t => {
  const kernel = must(await compiling(fixture('first.c'), { wants: '1.0' }));
  t.equal(kernel.wants, '1.0');
  const good = await booted(kernel, answer('0x10000'), {}, [pfr0(0)]);
  t.strictSame(good.asked[0]?.args, []);
  t.strictSame(good.dmesg[0], 'info: kvm [1]: RMI ABI version 1.0');
  t.strictSame([good.outcome.key, good.outcome.kvm_is_realm], [true, true], 'the static key is on');
  const again = await booted(kernel, answer('0xfffffffffffffffe'));
  t.equal(again.dmesg[0], 'err: kvm [1]: Unsupported RMI ABI (version -1.65534) we support 1');
  t.equal(again.outcome.key, false, 'and off again in the next boot');
  const large = await booted(kernel, answer('0x10000'), { page_size: 65536 });
  t.strictSame([large.asked, large.dmesg], [[], [MODE]]);
  await kernel.close();
});

t.test(
  'two halves of a tree run in the order of the kernel, and share what they export',
  { ...CC },
  async t => {
    const tree: Readonly<Record<string, string>> = {
      'arch/arm64/kernel/rmi.c': fixture('early.c'),
      'arch/arm64/kvm/rmi.c': fixture('in-kvm.c'),
    };
    const kernel = must(await compilingTree(tree));
    const found = await booted(kernel, answer('0x0', '0x20000'));
    t.strictSame(found.dmesg, ['info: RMI ABI version 2.0', 'info: kvm [1]: features 20000', MODE]);
    t.strictSame(
      found.asked.map(({ fid, args }) => [hex(fid), args.map(hex)]),
      [
        ['0xc4000150', ['0x20000']],
        ['0xc4000165', ['0x0']],
        ['0xc40001d0', ['0x880000000']],
      ],
      'a page is at the same physical address in every boot',
    );
    t.strictSame([found.outcome.key, found.outcome.kvm_is_realm], [true, true]);
    t.strictSame(
      (await booted(kernel, answer('0x0', '0x20000'))).events,
      found.events,
      'again, to the event',
    );
    t.equal((await booted(kernel, answer('0x0'), { in_hyp_mode: false })).outcome.key, false);
    await kernel.close();
  },
);

t.test('a static variable is as at the start in every boot', { ...CC }, async t => {
  const body = 'pr_info("boot %d %d\\n", ++boots, ++zero); pr_warn_once("once\\n"); return -ENXIO;';
  const kernel = must(await compiling(checkOf(body, 'static int boots = 40, zero;')));
  for (let boot = 0; boot < 3; boot += 1)
    t.strictSame((await booted(kernel, answer('0x0'))).dmesg, ['info: boot 41 1', 'warn: once', MODE]);
  await kernel.close();
});

t.test('lines are what printk makes of them', { ...CC }, async t => {
  const body = String.raw`
	pr_err("two\nlines %s\\ \x1b[31m\n\n", "\xc3\xa9 \xff");
	printk("no level\n");
	printk(KERN_CRIT "%016llx %-4d|%5s|", ~0ULL, -3, "ab");
	kvm_err("prefixed\n");
	pr_err("%d%% %p|%s\n", 5, &res, "after");
	pr_debug("never\n");
	return 0;`;
  const kernel = must(await compiling(`#define pr_fmt(fmt) "rmi: " fmt\n${checkOf(body)}`));
  const { events } = await booted(kernel, answer('0x0'));
  t.strictSame(events.filter(event => event.type === 'log').slice(0, -1), [
    { type: 'log', level: 'err', text: 'rmi: two\nlines é \ufffd\\ \u001b[31m\n' },
    { type: 'log', level: null, text: 'no level' },
    { type: 'log', level: 'crit', text: 'ffffffffffffffff -3  |   ab|' },
    { type: 'log', level: 'err', text: 'rmi: kvm [1]: prefixed' },
    { type: 'log', level: 'err', text: 'rmi: 5% (____ptrval____)|after' },
  ]);
  await kernel.close();
});

t.test(
  'an init may return a value; a header that says otherwise is refused at its place',
  { ...CC },
  async t => {
    const text = checkOf('return 0;').replace(
      /void kvm_init_rmi.*/s,
      'int kvm_init_rmi(void)\n{\n\treturn rmi_check_version();\n}\n',
    );
    const kernel = must(await compiling(text));
    const { events } = await booted(kernel, answer('0x0', '0x20000'));
    t.match(
      events.filter(({ type }) => type === 'return'),
      [{ of: 'rmi_check_version', value: 0 }],
    );
    await kernel.close();
    const line = text.split('\n').indexOf('int kvm_init_rmi(void)') + 1;
    t.match(await compiling(text.replace('\n\n', '\nvoid kvm_init_rmi(void);\n')), {
      trouble: { code: 'does-not-compile', where: { line } },
    });
  },
);

t.test('whatever a check does, the run ends and the trace says how', { ...CC }, async t => {
  const rows: readonly (readonly [body: string, code: string, text: RegExp, outcome: string])[] = [
    [
      'return *(volatile int *)8;',
      'crashed',
      /^(SIGSEGV: a bad address|undefined behaviour at .*:10: )/,
      'crashed',
    ],
    ['BUG();', 'crashed', /^BUG in rmi_check_version$/, 'crashed'],
    ['BUG_ON(res.a0 == 0);', 'crashed', /^BUG_ON\(res.a0 == 0\) in rmi_check_version$/, 'crashed'],
    [
      'return 1 << (res.a2 + 31);',
      'crashed',
      /^undefined behaviour at .*rmi.c:13: [Ss]hift exponent 47/,
      'crashed',
    ],
    ['return recurse(&res) + recurse(&res);', 'crashed', /^SIGSEGV: a bad address$/, 'crashed'],
    ['for (;;) barrier();', 'timeout', /^the compiled check gave no line within 400 ms$/, 'did-not-return'],
    ['for (;;) pr_info("again\\n");', 'step-limit', /^the kernel did not return within/, 'did-not-return'],
    [
      'write(1, "what\\n", 5); for (;;) barrier();',
      'garbage',
      /wrote an invalid line: "what"$/,
      'undetermined',
    ],
    ['exit(7);', 'crashed', /^the compiled check ended with exit code 7$/, 'crashed'],
    [
      'return (int)read_sanitised_ftr_reg(SYS_ID_AA64SMFR0_EL1);',
      'unanswered',
      /^the check reads ID_AA64SMFR0_EL1, which the machine does not describe$/,
      'unanswered',
    ],
    [
      'return (int)read_sanitised_ftr_reg(sys_reg(3, 0, 0, 9, 1));',
      'unanswered',
      /^the check reads S3_0_C0_C9_1, which the machine does not describe$/,
      'unanswered',
    ],
    [
      'pr_info("from %pS\\n", &res); return 0;',
      'unanswered',
      /^a line is printed with %pS, and only the kernel knows what that prints$/,
      'unanswered',
    ],
    [
      'pr_info("%*ph\\n", 4, &res); return 0;',
      'unanswered',
      /^a line is printed with %\*ph, and only/,
      'unanswered',
    ],
  ];
  const before = `long write(int file, const void *from, unsigned long size); void exit(int status);
static int recurse(struct arm_smccc_res *res) { volatile char here[4096]; here[0] = 1; return recurse(res) + here[0]; }`;
  // One file for all: x1 chooses.
  const cases = rows.map(([body], at) => `case ${at}: ${body}`).join('\n');
  const text = checkOf(`switch (res.a1) {\n${cases}\n}\nreturn -ENXIO;`, before);
  const kernel = must(await compiling(text, { lineMs: 400 }));
  for (const [at, [body, code, says, outcome]] of rows.entries()) {
    const run = await booted(kernel, answer('0x0', hex(u64(BigInt(at))), '0x10'));
    const [of, found, why = ''] = fault(run.events) ?? [];
    t.strictSame([of, found, run.outcome.class], ['kernel', code, outcome], body);
    t.match(why, says, body);
  }
  t.equal(
    fault((await booted(kernel, answer('0x0', '0x100'))).events),
    null,
    'and then a boot in which nothing happens',
  );

  const bug = 'RMI_VERSION.x1=0x1';
  const axes = must(axesOf([bug, 'RMI_VERSION.x2=0x10,0x11'].map(text => ({ text, where: {} }))));
  const plan = must(planSweep({ kernels: [kernel], machines: [FVP], rmms: null, axes }));
  const swept: SweepRow[] = [];
  for await (const row of anySweepRows(plan, 0, plan.table.rows)) swept.push(must(row));
  t.strictSame(
    swept.map(({ whys }) => whys),
    [['BUG in rmi_check_version'], ['BUG in rmi_check_version']],
    'a sweep has the reason of each',
  );
  const printer = sweepText(plan.table, swept, PLAIN);
  for (const [nth, row] of swept.entries()) printer.row(row, nth);
  t.match(
    printer.foot(newTotals(1).sum(), 0, null),
    '\nrmi.c wants 2.0: first in row 1, crashed: BUG in rmi_check_version\n',
    'and prints that of the first',
  );
  const good = must(await record(must(kernelNamed('v13')), FVP, { rmm: 'tf-rmm-0.9' }));
  const found = must(await minimise(good, kernel, editsOf(bug)));
  const result = { found, name: 'good.json', options: [] };
  t.match(minimiseText(result, PLAIN), '  diverged, crashed (BUG in rmi_check_version)\n');
  await kernel.close();
});

t.test('a trace says that its kernel was compiled, and is never run by itself', { ...CC }, async t => {
  const kernel = must(await compiling(fixture('asks.c')));
  const recorded = must(await record(kernel, must(machineNamed('fvp'))));
  await kernel.close();
  t.match(recorded.header.kernel, {
    name: 'rmi.c',
    wants: '2.0',
    via: 'compiled',
    compiled: { digest: kernel.built.digest, headers: 'v13', queries: 'v13' },
  });
  const text = traceText(recorded);
  t.notOk(text.includes(CACHE), 'no path');
  const read = must(await readTrace({ name: 'x', bytes: Buffer.from(text) }));
  t.strictSame(read.trace, recorded, 'written and read');
  t.match(troubleOf(ownKernel(read.trace)), {
    code: 'no-kernel',
    what: /compiled from "rmi.c"/,
    next: /--kernel FILE/,
  });
  const v13 = must(await replay(read.trace, must(kernelNamed('v13'))));
  t.equal(v13.verdict, 'same', 'a built-in kernel may be put on it');
});

t.test(
  'the lines and branches that traces reach are counted, and those they never do',
  { ...GCOV },
  async t => {
    const kernel = must(await compiling(fixture('asks.c'), { coverage: true }));
    await booted(kernel, answer('0x0', '0x20000'));
    await booted(kernel, null);
    await booted(kernel, answer('0x0'), {}, [pfr0(0)]);
    const [file] = must(await kernel.reached());
    const found = new Map(file?.lines.map(line => [line.text, line]));
    t.equal(file?.path, 'rmi.c');
    t.equal(found.get(String.raw`kvm_info("RMI ABI version %d.%d\n", lower[0], lower[1]);`)?.count, 1);
    t.match(found.get('if (res.a0 == RMI_SUCCESS) {'), { count: 1, line: 23 });
    t.equal(found.get('if (res.a0 == RMI_SUCCESS) {')?.branches.filter(taken => taken > 0).length, 1);
    t.equal(found.get('higher[0] = RMI_ABI_VERSION_GET_MAJOR(res.a2);')?.count, 0, 'no refusal');
    t.match(found.get('if (cpuid_feature_extract_unsigned_field(pfr0, ID_AA64PFR0_EL1_RME_SHIFT) == 0)'), {
      count: 3,
      branches: [1, 2],
    });
    t.notOk(
      file?.lines.some(({ line }) => line > 39),
      'nothing of what stands behind the file',
    );
    const shown = linesReachedText(
      [file].flatMap(each => each ?? []),
      PLAIN,
    );
    t.match(shown, /^\nrmi\.c: \d+ of \d+ lines reached, \d+ of \d+ branches$/m);
    t.match(shown, /^ {4}never {4}28 {2}higher\[0\] = /m);
    t.match(shown, /if \(res\.a0 == RMI_SUCCESS\) \{ {2}\(branch 2 of 2 never\)$/m);
    await kernel.close();
    t.notOk(existsSync(kernel.built.folder), 'and nothing of it is kept');
  },
);

t.test('the command line compiles what --kernel names, and says what it took', { ...CC }, async t => {
  const folder = t.testdir({
    'asks.c': fixture('asks.c'),
    'extra.c': `#include <asm/extra.h>\n${checkOf('return EXTRA;')}`,
    'fix.patch': [
      '--- a/asks.c',
      '+++ b/asks.c',
      '@@ -1,2 +1,2 @@',
      '-// A check like that of March 2026, in our own words: the RME field, one call, the range on a refusal.',
      '+// Another line.',
      ' #include <linux/kvm_host.h>',
      '',
    ].join('\n'),
    // A compiler whose programs end at once.
    'cc.sh':
      'cc "$@" || exit; case " $* " in *" -c "* | *" -r "*) exit; esac\n' +
      'for word; do [ "$last" = -o ] && printf "#!/bin/sh\\nexit 3\\n" > "$word"; last=$word; done; true\n',
    'huge.c': '',
    shim: { asm: { 'extra.h': '#define EXTRA -6\n' } },
  });
  truncateSync(join(folder, 'huge.c'), (16 << 20) + 1);
  const run = (line: string) =>
    rmitrace(line.split(' '), { cwd: folder, env: { XDG_CACHE_HOME: join(folder, 'cache') } });
  const recorded = await run('record --kernel ./asks.c --patch fix.patch -v -o new.json');
  t.equal(recorded.code, 0, recorded.err);
  t.match(recorded.err, /^cc -Iinclude .*unit-0\.c/m, '-v shows the compiler');
  t.match(
    recorded.err,
    /^\.\/asks\.c: compiled asks\.c \(\d+ of 39 lines\) with rmitrace's RMI headers of v13, wanting 2\.0$/m,
  );
  t.notMatch(readFileSync(join(folder, 'new.json'), 'utf8'), folder, 'no path in the trace');
  const rows: readonly (readonly [line: string, code: number, says: RegExp])[] = [
    ['check new.json', 2, /compiled from \\?"asks\.c\\?", and a trace never runs code by itself/],
    ['replay new.json', 2, /`--kernel FILE`/],
    ['check --kernel ./asks.c new.json', 0, /1 same/],
    ['replay new.json --kernel ./asks.c --set RMI_VERSION.x0=1', 1, /wants 2\.0|refused/],
    ['replay new.json --kernel extra.c', 2, /asm\/extra|uses EXTRA, which rmitrace does not provide/],
    ['replay new.json --kernel extra.c --shim shim', 1, /diverged/i],
    ['replay new.json --kernel extra.c --shim nowhere', 2, /nowhere/],
    ['replay new.json --abi v13', 2, /--abi needs --kernel FILE/],
    ['record --kernel nothing.c', 2, /nothing\.c/],
    ['record --kernel huge.c', 2, /huge\.c: the file is larger than 16 MiB/],
    ['record --kernel ./asks.c --wants two', 2, /"two" is not a revision M\.m/],
  ];
  for (const [line, code, says] of rows) {
    const ran = await run(line);
    t.equal(ran.code, code, `${line}: ${ran.err}`);
    t.match(ran.out + ran.err, says, line);
  }
  const cc = { CC: `sh ${join(folder, 'cc.sh')}`, XDG_CACHE_HOME: join(folder, 'other') };
  t.match(await rmitrace(['record', '--kernel', './asks.c'], { cwd: folder, env: cc }), {
    code: 2,
    err: /the compiled check ended with exit code 3 before its first boot \(see the compiler output with `-v`\)/,
  });
  const env = { XDG_CACHE_HOME: join(folder, 'asks.c') };
  t.match(await rmitrace(['record', '--kernel', './asks.c'], { cwd: folder, env }), {
    code: 2,
    err: /asks\.c\/rmitrace: the build cannot be cached: a part of the path is not a folder \(set XDG_CACHE_HOME/,
  });
});

t.test(
  'a kernel tree is read where it is; files that it does not have are not missed',
  { ...CC },
  async t => {
    const halves = { kernel: { 'rmi.c': fixture('early.c') }, kvm: { 'rmi.c': fixture('in-kvm.c') } };
    const cwd = t.testdir({ linux: { arch: { arm64: halves } }, cache: {} });
    const env = { XDG_CACHE_HOME: join(cwd, 'cache') };
    const ran = await rmitrace(['record', '--kernel', 'linux/', '--rmm', 'tf-rmm-0.9'], { cwd, env });
    t.equal(ran.code, 0, ran.err);
    t.match(ran.err, /compiled arch\/arm64\/kernel\/rmi\.c \(\d+ of \d+ lines\), arch\/arm64\/kvm\/rmi\.c/);
    t.equal(JSON.parse(ran.out).kernel.name, 'linux');
  },
);

t.test('sweep and minimise take C, and a real RMM, each boot a whole one', { ...CC }, async t => {
  const cwd = t.testdir({
    'asks.c': fixture('asks.c'),
    'other.c': fixture('asks.c').replace('res.a0 == RMI_SUCCESS', 'res.a0 == RMI_SUCCESS || res.a2 > res.a1'),
    'wrong.patch':
      '--- a/asks.c\n+++ b/asks.c\n@@ -23 +23 @@\n-\tif (res.a0 == RMI_SUCCESS) {\n+\tif (res.a0) {\n',
    again: { 'asks.c': fixture('asks.c') },
  });
  const run = (line: string, ...words: readonly string[]) =>
    rmitrace([...line.split(' '), ...words], { cwd, env: { XDG_CACHE_HOME: join(cwd, 'cache') } });
  const serves = `exec:${SHELL_RMITRACE} serve --rmm tf-rmm-0.8`;
  const wide = ['--set', 'RMI_VERSION.x2=1.1'];
  const table = await run(
    'sweep --format csv --kernel v13 --kernel ./asks.c --kernel ./other.c --rmm tf-rmm-0.9 -o kept --rmm',
    serves,
    ...wide,
  );
  t.equal(table.code, 0, table.err);
  t.match(table.out, /^1,fvp,tf-rmm-0\.9,1\.1,accepted 2\.0,accepted 2\.0,accepted 2\.0,no$/m);
  t.match(
    table.out,
    /^2,fvp,.*exec:.*,1\.1,refused \(v1\.0 - v1\.1\),refused \(v1\.0 - v1\.1\),accepted 1\.0,yes$/m,
  );
  t.strictSame(
    readdirSync(join(cwd, 'kept')).toSorted(),
    ['asks.c', 'other.c', 'v13'].flatMap(name =>
      [`${name}-accepted.json`, ...(name === 'other.c' ? [] : [`${name}-refused.json`])].sort(),
    ),
  );
  const patched = await run('sweep --kernel v13 --kernel ./asks.c --patch wrong.patch --differ');
  t.match(patched, { code: 1, out: /refused \(v2\.0 - v2\.0\)/ });
  t.match(await run('sweep --kernel ./asks.c --wants 1.0 --abi v17 --rmm tf-rmm-0.8'), {
    code: 0,
    out: 'accepted 1.0',
  });
  t.match(await run('sweep --rmm', 'exec:exit 3'), { code: 2, out: '', err: /ended with exit code 3/ });

  await run('record --kernel v13 -o good.json');
  const fewest = await run(
    'minimise good.json --kernel ./asks.c --set nv2=true --set RMI_VERSION.x0=1 --set sve_hint=true',
  );
  t.equal(fewest.code, 1, fewest.err);
  t.match(fewest.out, 'RMI_VERSION.x0=1');
  t.match(fewest.out, /--kernel \.\/asks\.c/, 'the command that shows it names the C');
  for (const [line, says] of [
    ['sweep --kernel v13 --abi v13', '--abi needs --kernel FILE, a C source'],
    ['sweep --kernel ./asks.c --kernel ./other.c --patch wrong.patch', '--patch goes with one --kernel FILE'],
    ['sweep --kernel ./asks.c --kernel again/asks.c', 'two columns would be called "asks.c"'],
    ['sweep --rmm-timeout 5', '--rmm-timeout needs --rmm exec:COMMAND'],
    ['minimise good.json --set nv2=true --patch wrong.patch', '--patch needs --kernel FILE'],
  ] as const)
    t.match(await run(line), { code: 2, out: '', err: says }, line);
});

t.test('a compiler that says nothing, and one without its gcov, are trouble', { ...CC }, async t => {
  const cwd = t.testdir({ 'asks.c': fixture('asks.c'), cache: {}, bin: {} });
  for (const [name, script] of [
    ['gcc', 'exec cc "$@"'],
    ['gcov', 'echo no counts'],
  ])
    writeFileSync(join(cwd, `bin/${name}`), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  const run = (CC: string, ...words: readonly string[]) =>
    rmitrace([...words, '--kernel', './asks.c'], { cwd, env: { CC, XDG_CACHE_HOME: join(cwd, 'cache') } });
  t.match(await run('false', 'record'), { code: 2, err: /the compiler refuses the source: / });
  const gcc = join(cwd, 'bin/gcc');
  t.match(await run(gcc, 'record', '-o', 'new.json'), { code: 0 });
  t.match(await run(gcc, 'check', 'new.json', '--coverage'), {
    code: 2,
    err: /"[^"]*bin\/gcov" gives no counts for asks\.c \(use gcc, with the gcov of the same version\)/,
  });
});
