import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import t from 'tap';
import { type Child, startChild } from '../lib/c-kernel/child.js';
import { type CompiledKernel, type CompileOptions, compileKernel } from '../lib/c-kernel/compile/compile.js';
import { RUNTIME, runtimeFiles } from '../lib/c-kernel/compile/runtime.js';
import { kernelSource } from '../lib/c-kernel/source/source.js';
import type { KernelSource } from '../lib/c-kernel/source/types.js';
import { KERNEL_NAMES, kernelNamed, ownKernel } from '../lib/kernel/kernels.js';
import { outcomeOf } from '../lib/kernel/outcome.js';
import { MACHINES, machineNamed } from '../lib/machine/built-in.js';
import { emulate } from '../lib/machine/emulated.js';
import type { TraceEvent } from '../lib/model/events.js';
import type { AsyncKernel } from '../lib/model/port.js';
import { good, type Result } from '../lib/model/result.js';
import { hex, type Seen, type U64, u64 } from '../lib/model/u64.js';
import { runProgram } from '../lib/pipe/program.js';
import { record } from '../lib/record.js';
import { replay } from '../lib/replay/replay.js';
import { linesReachedText } from '../lib/report/text/line-coverage.js';
import { PLAIN } from '../lib/report/text/paint.js';
import { PROFILES } from '../lib/rmm/profiles.js';
import { runAsync, runSync } from '../lib/run.js';
import { readTrace } from '../lib/trace/read.js';
import { traceText } from '../lib/trace/write.js';
import { answering, dmesg, h, must, pfr0, returned, stateOf } from './boots.js';
import { ended, NODE, rmitrace, start } from './rmitrace.js';

const CC =
  spawnSync('cc', ['--version']).error === undefined ? undefined : { skip: 'there is no C compiler' };
const GCOV = CC ?? (spawnSync('gcov', ['--version']).error === undefined ? {} : { skip: 'there is no gcov' });
const MAIL = new URL('../../shared/mails/v13-07-48-review.txt', import.meta.url);
const CACHE = mkdtempSync(join(tmpdir(), 'rmitrace-compiled-'));
const ENV = { PATH: process.env.PATH ?? '' };
const MODE = 'info: kvm [1]: VHE mode initialized successfully';

t.teardown(() => rmSync(CACHE, { recursive: true, force: true }));

const fixture = (name: string) => readFileSync(new URL(`c/${name}`, import.meta.url), 'utf8');

async function sourceOf(text: string, name = 'rmi.c'): Promise<KernelSource> {
  return must(await kernelSource({ is: 'text', name, text }));
}

async function compiling(text: string, options: Partial<CompileOptions> = {}, name = 'rmi.c') {
  const source = await sourceOf(text, name);
  return compileKernel(source, { name, cc: ['cc'], env: ENV, cache: CACHE, ...options });
}

/** Boots once on one answer to every call. */
async function booted(
  kernel: AsyncKernel,
  res: readonly Seen[] | null,
  facts: Record<string, string | number | boolean> = {},
  cpus: readonly Seen[] = [pfr0(1)],
  maxSteps = 2000,
) {
  const { machine, asked } = answering(stateOf(cpus, facts), res);
  const events = await runAsync(kernel, machine, { maxSteps });
  return { events, asked, dmesg: dmesg(events), outcome: outcomeOf(events) };
}

const answer = (...texts: readonly string[]): readonly Seen[] =>
  [...texts, '0x0', '0x0', '0x0'].slice(0, 4).map(h);

const fault = (events: readonly TraceEvent[]) => {
  const [event] = events.filter(each => each.type === 'fault');
  return event === undefined ? null : [event.of, event.code, event.text];
};

const troubleOf = (result: Result<unknown>) => (result.ok ? null : result.trouble);

/** A file whose check does `body`, and that says which revision it likes. */
const checkOf = (body: string, before = '') => `#include <linux/kvm_host.h>
#include <asm/rmi_cmds.h>
${before}
static int rmi_check_version(void)
{
	struct arm_smccc_res res;
	arm_smccc_1_1_invoke(SMC_RMI_VERSION, 0x20000UL, &res);
	${body}
}
void kvm_init_rmi(void)
{
	rmi_check_version();
}
`;

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
    const read = async (path: string) => good(tree[path] ?? null);
    const source = must(await kernelSource({ is: 'tree', name: 'linux', read }));
    const kernel = must(await compileKernel(source, { name: 'linux', cc: ['cc'], env: ENV, cache: CACHE }));
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

t.test('a program that is run to its end is bounded in time and in what it says', async t => {
  const run = (code: string, options = {}) => runProgram({ argv: [...NODE, '-e', code], ...options });
  t.match(await run('console.log(1); console.error(2); process.exit(3)'), {
    kind: 'ended',
    ok: false,
    text: 'ended with exit code 3',
    stdout: '1\n',
    stderr: '2\n',
  });
  t.match(await run('console.log("x".repeat(1000))', { maxBytes: 10 }), { ok: true, stdout: 'x'.repeat(10) });
  t.match(await run('setInterval(() => {}, 1000)', { timeoutMs: 300 }), { kind: 'timeout', text: /300 ms/ });
  t.match(await runProgram({ argv: ['./no-such-program'] }), { kind: 'not-started', code: 'ENOENT' });
});

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
	pr_debug("never\n");
	return 0;`;
  const kernel = must(await compiling(`#define pr_fmt(fmt) "rmi: " fmt\n${checkOf(body)}`));
  const { events } = await booted(kernel, answer('0x0'));
  t.strictSame(events.filter(event => event.type === 'log').slice(0, -1), [
    { type: 'log', level: 'err', text: 'rmi: two\nlines é \ufffd\\ \u001b[31m\n' },
    { type: 'log', level: null, text: 'no level' },
    { type: 'log', level: 'crit', text: 'ffffffffffffffff -3  |   ab|' },
    { type: 'log', level: 'err', text: 'rmi: kvm [1]: prefixed' },
  ]);
  await kernel.close();
});

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
  await kernel.close();
});

t.test(
  'what the file uses and nobody provides is named, at its line, with the way on',
  { ...CC },
  async t => {
    const rows = [
      ['return rmm_do_something(&res);', 'rmm_do_something'],
      ['return RMM_CONSTANT;', 'RMM_CONSTANT'],
      ['rmm_type x = 1; return x;', 'rmm_type'],
      ['struct rmm_block block; return sizeof(block);', 'struct rmm_block'],
    ] as const;
    for (const [body, name] of rows) {
      t.match(troubleOf(await compiling(checkOf(body))), {
        code: 'does-not-compile',
        what: `the file uses ${name}, which rmitrace does not provide`,
        where: { file: 'rmi.c', line: 8 },
        next: /--shim DIR/,
      });
    }
    const linked = troubleOf(await compiling(checkOf('return elsewhere();', 'int elsewhere(void);')));
    t.match(linked, { code: 'does-not-compile', what: /uses elsewhere, which rmitrace does not provide/ });
    const syntax = troubleOf(await compiling(checkOf('return 1 +;')));
    t.match(syntax, {
      code: 'does-not-compile',
      what: /^the compiler refuses the source: expected/,
      where: { line: 8 },
    });
  },
);

t.test('a header of --shim goes before what stands in for it', { ...CC }, async t => {
  const shims = new Map([['asm/rmm_extra.h', '#define RMM_CONSTANT 42\n']]);
  const text = `#include <asm/rmm_extra.h>\n${checkOf('return RMM_CONSTANT;')}`;
  const kernel = must(await compiling(text, { shims }));
  t.equal(returned((await booted(kernel, answer('0x0'))).events, 'rmi_check_version'), 42);
  await kernel.close();
});

t.test("the source's own RMI headers win, and --wants and --abi are refused then", { ...CC }, async t => {
  const patch = [
    'diff --git a/arch/arm64/include/asm/rmi_smc.h b/arch/arm64/include/asm/rmi_smc.h',
    'new file mode 100644',
    '--- /dev/null',
    '+++ b/arch/arm64/include/asm/rmi_smc.h',
    '@@ -0,0 +1,7 @@',
    '+#define SMC_RMI_VERSION 0xc4000150UL',
    '+#define RMI_ABI_MAJOR_VERSION 7',
    '+#define RMI_ABI_MINOR_VERSION 3',
    '+#define RMI_SUCCESS 0',
    '+#define RMI_ABI_VERSION(major, minor) (((major) << 16) | (minor))',
    '+#define RMI_ABI_VERSION_GET_MAJOR(version) ((version) >> 20)',
    '+#define RMI_ABI_VERSION_GET_MINOR(version) ((version) & 0xfffff)',
    'diff --git a/arch/arm64/kvm/rmi.c b/arch/arm64/kvm/rmi.c',
    'new file mode 100644',
    '--- /dev/null',
    '+++ b/arch/arm64/kvm/rmi.c',
    `@@ -0,0 +1,${fixture('asks.c').split('\n').length - 1} @@`,
    ...fixture('asks.c')
      .trimEnd()
      .split('\n')
      .map(line => `+${line}`),
    '',
  ].join('\n');
  const kernel = must(await compiling(patch, {}, 'x.patch'));
  t.strictSame([kernel.compiled.headers, kernel.wants], ['own', '7.3']);
  const run = await booted(kernel, answer('0x0', '0x500003'));
  t.strictSame(
    [run.dmesg[0], run.asked[0]?.args.map(hex)],
    ['info: kvm [1]: RMI ABI version 5.3', ['0x70003']],
  );
  await kernel.close();
  t.match(troubleOf(await compiling(patch, { wants: '2.0' }, 'x.patch')), {
    code: 'bad-value',
    what: /^--wants/,
  });
  t.match(troubleOf(await compiling(patch, { abi: 'v13' }, 'x.patch')), {
    code: 'bad-value',
    what: /^--abi/,
  });
});

t.test(
  'what was compiled before is not compiled again; another flag, wish or byte is',
  { ...CC },
  async t => {
    const built = async (text: string, options: Partial<CompileOptions> = {}) => {
      const kernel = must(await compiling(text, options));
      await kernel.close();
      return kernel.built;
    };
    const text = fixture('first.c');
    const first = await built(text, { wants: '5.0' });
    const second = await built(text, { wants: '5.0' });
    t.strictSame([first.cached, second.cached, second.digest], [false, true, first.digest]);
    t.equal((await built(text, { wants: '5.1' })).cached, false);
    t.equal((await built(`${text}\n`, { wants: '5.0' })).cached, false);
  },
);

/** A compiler that does `script` first, with its arguments in \"$@\", and then is cc. */
function ccAfter(script: string): string {
  const path = join(mkdtempSync(join(CACHE, 'cc-')), 'cc');
  writeFileSync(path, `#!/bin/sh\n${script}\nexec cc "$@"\n`, { mode: 0o755 });
  return path;
}

t.test('where the sanitizer is missing, the check is compiled without it', { ...CC }, async t => {
  const rows: readonly [what: string, says: string][] = [
    ['gcc without libubsan', '/usr/bin/ld: cannot find -lubsan\ncollect2: error: ld returned 1 exit status'],
    [
      'clang without its runtime',
      '/usr/bin/ld: cannot find /usr/lib/llvm/clang_rt.x.a\nclang: error: linker command failed with exit code 1',
    ],
  ];
  for (const [what, says] of rows) {
    const isLink = 'case "$*" in *" -c "*) ;; *-fsanitize*)';
    const cc = ccAfter(`${isLink} printf '%s\\n' "${says}" >&2; exit 1;; esac`);
    const commands: string[] = [];
    const onCompiler = (text: string) => void commands.push(text);
    const kernel = must(await compiling(fixture('asks.c'), { cc: [cc], onCompiler }));
    t.strictSame(
      (await booted(kernel, answer('0x0', '0x20000'))).dmesg[0],
      'info: kvm [1]: RMI ABI version 2.0',
      what,
    );
    await kernel.close();
    t.match(commands.join(''), says, 'what the linker said is told');
  }
  const refuses = ccAfter(
    'case "$*" in *-fsanitize*) echo "cc: error: unknown -fsanitize" >&2; exit 1;; esac',
  );
  await must(await compiling(fixture('asks.c'), { cc: [refuses] })).close();
  const never = ccAfter(
    `case "$*" in *" -c "*|--version) ;; *) echo "ld: undefined reference to 'gone'" >&2; exit 1;; esac`,
  );
  t.match(troubleOf(await compiling(fixture('asks.c'), { cc: [never] })), { what: /uses gone, which/ });
});

t.test('what is kept and does not start is built again', { ...CC }, async t => {
  const text = `${fixture('first.c')}// kept\n`;
  const commands: string[] = [];
  const onCompiler = (text: string) => void commands.push(text);
  const first = must(await compiling(text));
  await first.close();
  for (const broken of ['', '#!/nowhere\n', 'no program']) {
    writeFileSync(first.built.program, broken, { mode: 0o755 });
    const again = must(await compiling(text, { onCompiler }));
    t.match(
      await booted(again, answer('0x10000')),
      { dmesg: [/version 1\.0/, MODE] },
      JSON.stringify(broken),
    );
    await again.close();
    t.strictSame([again.built.cached, again.built.digest], [false, first.built.digest]);
  }
  commands.length = 0;
  const last = must(await compiling(text, { onCompiler }));
  await last.close();
  t.equal(last.built.cached, true);
  t.match(commands.join(''), /^compiled earlier, with .*\ncc -Iinclude .*unit-0\.c/, 'and how it was built');
});

t.test(
  '--abi takes every revision of the patch: its headers, what it wants, who calls it',
  { ...CC },
  async t => {
    for (const name of KERNEL_NAMES) {
      const late = ['v17', 'v18', 'v19', 'v20', 'next'].includes(name);
      const kernel = must(await compiling(fixture(late ? 'retries.c' : 'asks.c'), { abi: name }));
      const early = /^(rfc|v[3-9]$|v1[0-2]$)/.test(name);
      t.strictSame(
        [kernel.compiled.headers, kernel.wants, kernel.standIn.as, kernel.standIn.onlyInHypMode],
        [
          ['next', 'v20'].includes(name) ? 'next' : late ? 'v17' : 'v13',
          early ? '1.0' : '2.0',
          name,
          /^(rfc|v[3-8]$)/.test(name),
        ],
        name,
      );
      await kernel.close();
    }
    const retries = must(await compiling(fixture('retries.c'), { abi: 'v17' }));
    const blocked = await booted(retries, answer('0xe'), {}, [pfr0(1)], 50);
    t.match(fault(blocked.events), ['kernel', 'step-limit'], 'v17 has no limit where it is blocked');
    const unmasked = await booted(retries, answer('0x0', '0x80020000'));
    t.match(unmasked.dmesg[0], 'RMI ABI version 32770.0', 'and no mask');
    await retries.close();
  },
);

t.test('a mail whose subject says its revision wants what that revision wants', { ...CC }, async t => {
  const mail = (subject: string) =>
    [
      'From: A Writer <writer@example.org>',
      `Subject: ${subject}`,
      '',
      'diff --git a/arch/arm64/kvm/rmi.c b/arch/arm64/kvm/rmi.c',
      'new file mode 100644',
      '--- /dev/null',
      '+++ b/arch/arm64/kvm/rmi.c',
      `@@ -0,0 +1,${fixture('asks.c').split('\n').length - 1} @@`,
      ...fixture('asks.c')
        .trimEnd()
        .split('\n')
        .map(line => `+${line}`),
      '',
    ].join('\n');
  const rows: readonly [subject: string, wants: string, as: string | null, el2: boolean | null][] = [
    ['[PATCH v7 06/45] arm64: RME: Check', '1.0', 'v7', true],
    ['Re: [PATCH v10 05/43] arm64: RME: Check', '1.0', 'v10', false],
    ['[RFC PATCH 04/28] arm64: RME: Check', '1.0', 'rfc', true],
    ['[PATCH v13 07/48] arm64: RMI: Check', '2.0', 'v13', false],
    ['[PATCH 3/6] firmware: arm_rmm: Check', '2.0', null, null],
    ['[PATCH v99 1/1] something else', '2.0', null, null],
    ['v7 of something', '2.0', null, null],
  ];
  for (const [subject, wants, as, onlyInHypMode] of rows) {
    const kernel = must(await compiling(mail(subject), {}, 'x.patch'));
    t.match(kernel.standIn, { as, onlyInHypMode }, subject);
    t.equal(kernel.wants, wants, subject);
    await kernel.close();
  }
  const other = must(await compiling(mail(rows[0]?.[0] ?? ''), { abi: 'v13', wants: '1.1' }, 'x.patch'));
  t.strictSame([other.wants, other.standIn.onlyInHypMode], ['1.1', false], 'the command line is asked first');
  await other.close();
  const v7 = must(await compiling(mail(rows[0]?.[0] ?? ''), {}, 'x.patch'));
  t.strictSame((await booted(v7, answer('0x0', '0x10000'), { in_hyp_mode: false })).asked, [], 'only at EL2');
  await v7.close();
});

t.test('what is kept is taken only whole, and only from this user', { ...CC }, async t => {
  const cache = join(t.testdir({ kept: {} }), 'kept');
  chmodSync(cache, 0o755);
  const again = async () => {
    const kernel = must(await compiling(fixture('first.c'), { cache }));
    const { events } = await booted(kernel, [h('0x0'), h('0x20000'), h('0x20000'), h('0x0')]);
    await kernel.close();
    t.ok(events.length > 0);
    return kernel.built;
  };
  const { program, folder } = await again();
  t.equal((await again()).cached, true);
  t.strictSame(
    [cache, folder].map(path => statSync(path).mode & 0o777),
    [0o700, 0o700],
  );
  const whole = readFileSync(program);
  const damages: readonly (readonly [string, () => void])[] = [
    ['empty', () => writeFileSync(program, '')],
    ['cut short', () => writeFileSync(program, whole.subarray(0, whole.length - 100))],
    ['another one', () => writeFileSync(program, '#!/bin/sh\necho not this one\n')],
    ['nobody knows what it was', () => rmSync(join(folder, 'kernel.sha256'))],
    ['open to others', () => chmodSync(folder, 0o777)],
    [
      'whole, and does not start',
      () => {
        writeFileSync(program, 'nonsense');
        writeFileSync(join(folder, 'kernel.sha256'), createHash('sha256').update('nonsense').digest('hex'));
      },
    ],
  ];
  for (const [what, damage] of damages) {
    damage();
    t.equal((await again()).cached, false, what);
  }
  if (process.getuid?.() === 0) {
    chownSync(cache, 65_534, 65_534);
    const refused = await compiling(fixture('first.c'), { cache });
    t.match(refused, { trouble: { code: 'unwritable', what: /belongs to another user/ } });
  }
});

t.test('an interruption leaves nothing of a build behind', { ...CC }, async t => {
  const cwd = t.testdir({ 'first.c': fixture('first.c'), 'slow.sh': '[ "$1" = --version ] || sleep 60\n' });
  const env = { ...ENV, CC: `sh ${join(cwd, 'slow.sh')}`, XDG_CACHE_HOME: join(cwd, 'cache') };
  const child = start(['record', '--kernel', './first.c'], { cwd, env });
  const end = ended(child);
  const kept = join(cwd, 'cache/rmitrace');
  while (child.exitCode === null && !(existsSync(kept) && readdirSync(kept).length > 0))
    await new Promise(next => setTimeout(next, 5));
  child.kill('SIGINT');
  t.equal((await end).code, 130);
  t.strictSame(readdirSync(kept), []);
});

t.test('a patch of which something did not run is not the same, and is named', { ...CC }, async t => {
  const change = (line: string) => [
    '--- a/asks.c',
    '+++ b/asks.c',
    '@@ -23 +23 @@',
    '-\tif (res.a0 == RMI_SUCCESS) {',
    `+\t${line}`,
    '',
  ];
  const elsewhere = [
    '--- a/arch/arm64/kvm/arm.c',
    '+++ b/arch/arm64/kvm/arm.c',
    '@@ -1 +1 @@',
    '-a',
    '+b',
    '',
  ];
  const folder = t.testdir({
    'asks.c': fixture('asks.c'),
    'same.patch': change('if (RMI_SUCCESS == res.a0) {').join('\n'),
    'partly.patch': [...change('if (!res.a0) {').slice(0, -1), ...elsewhere].join('\n'),
    'wrong.patch': change('if (res.a0 != RMI_SUCCESS) {').join('\n'),
    'idle.patch': elsewhere.join('\n'),
  });
  const run = (line: string) =>
    rmitrace(line.split(' '), { cwd: folder, env: { XDG_CACHE_HOME: join(folder, 'cache') } });
  await run('record --kernel v13 -o good.json');
  const first = async (line: string) => (await run(line)).out.split('\n')[0];
  t.equal(
    await first('replay good.json --kernel ./asks.c --patch same.patch'),
    'Same: the replay with same.patch does what was recorded, accepted 2.0.',
  );
  const sentence =
    'Same for what ran: 1 of 2 hunks of partly.patch; the replay does what was recorded, accepted 2.0.';
  const partly = await run('replay good.json --kernel ./asks.c --patch partly.patch');
  t.strictSame([partly.code, partly.out.split('\n')[0]], [0, sentence]);
  t.match(partly.out, /^ {2}ran +partly\.patch:3 +asks\.c +\+if \(!res\.a0\) \{$/m);
  t.match(
    partly.out,
    /^ {2}did not run: its file was not given +partly\.patch:8 +arch\/arm64\/kvm\/arm\.c +\+b$/m,
  );
  t.equal(await first('replay good.json --kernel ./asks.c --patch partly.patch -q'), sentence);
  const hunks = [
    { line: 3, file: 'asks.c', state: 'ran', change: '+\tif (!res.a0) {' },
    { line: 8, file: 'arch/arm64/kvm/arm.c', state: 'no-file', change: '+b' },
  ];
  const patches = [{ name: 'partly.patch', hunks }];
  const { result } = JSON.parse(
    (await run('replay good.json --kernel ./asks.c --patch partly.patch --json')).out,
  );
  t.strictSame([result.sentence, result.patches], [sentence, patches]);
  const checked = JSON.parse(
    (await run('check good.json --kernel ./asks.c --patch partly.patch --json')).out,
  );
  t.strictSame([checked.result.traces[0].sentence, checked.result.traces[0].patches], [sentence, patches]);
  t.match((await run('check good.json --kernel ./asks.c --patch partly.patch')).out, sentence);
  t.equal(
    await first('replay good.json --kernel ./asks.c --patch wrong.patch'),
    'Diverged: accepted 2.0 became refused (v2.0 - v2.0); the cause is the kernel: recorded v13 (wants 2.0), ' +
      'replayed asks.c (wants 2.0) with wrong.patch, which changes asks.c (wrong.patch:3: “+if (res.a0 != RMI_SUCCESS) {”).',
  );
  const idle = await run('replay good.json --kernel ./asks.c --patch idle.patch');
  t.strictSame([idle.code, idle.out], [2, '']);
  t.match(
    idle.err,
    'the patch changes nothing that runs: none of its 1 hunk does (arch/arm64/kvm/arm.c was not given)',
  );
  t.equal((await run('record --kernel ./asks.c --patch partly.patch -o made.json')).code, 0);
  const { trace } = must(await readTrace({ name: 'made', path: join(folder, 'made.json') }));
  t.strictSame(trace.header.kernel.compiled?.patches, patches, 'the trace says it');
  t.equal((await run('validate made.json')).code, 0);
  t.equal((await run('fmt made.json')).out, readFileSync(join(folder, 'made.json'), 'utf8'));
});

t.test('every file that the compiler may read of the runtime is part of the key of what is kept', async t => {
  const folder = join(mkdtempSync(join(CACHE, 'runtime-')), 'c');
  cpSync(RUNTIME, folder, { recursive: true });
  const before = await runtimeFiles(folder);
  t.strictSame(before, await runtimeFiles(), 'a copy is the same files');
  writeFileSync(join(folder, 'rmitrace', 'another.h'), '#define ANOTHER 1\n');
  const after = await runtimeFiles(folder);
  t.strictSame(
    after.filter(([path]) => !before.some(([known]) => known === path)),
    [['rmitrace/another.h', '#define ANOTHER 1\n']],
    'a header that is added changes the key',
  );
});

t.test('without a compiler the trouble says what to do', async t => {
  const trouble = troubleOf(await compiling(fixture('asks.c'), { cc: ['no-such-compiler'] }));
  t.match(trouble, { code: 'no-compiler', what: /"no-such-compiler" cannot be started/, next: /CC/ });
});

/** The mail as it is; nothing of it is in this project. */
const mail = existsSync(MAIL) ? readFileSync(MAIL, 'utf8') : null;
// tap writes into what it is given: a copy for each test.
const WITH_MAIL = CC ?? (mail === null ? { skip: 'the mail is not there' } : {});
const V13_MAIL = 'v13-07-48-review.txt';

t.test(
  'the mailed patch, unedited, and the built-in v13 agree on 100,000 random answers',
  { ...WITH_MAIL },
  async t => {
    const kernel = must(await compiling(mail ?? '', {}, V13_MAIL));
    const v13 = must(kernelNamed('v13'));
    t.strictSame(kernel.compiled.headers, 'v13');
    const next = random(0x20260318n);
    const draw = () => ({
      res: [register(next), register(next), register(next), u64(0n)],
      rme: Number(next() % 16n),
    });
    for (let run = 0; run < 500; run += 1) {
      const { res, rme } = draw();
      const machine = () => answering(stateOf([pfr0(rme)]), res).machine;
      const [real, model] = [await runAsync(kernel, machine()), runSync(v13, machine())];
      if (actions(real) !== actions(model))
        t.strictSame(real, model, `${res.map(hex).join(' ')}, RME ${rme}`);
    }
    await kernel.close();

    // The answers are known beforehand: sent at once, they cost no turn of the pipe each.
    const child = startChild({ argv: [kernel.built.program] });
    t.strictSame(await child.hello(), { wants: '2.0' });
    const ways = { accepted: 0, refused: 0, quiet: 0 };
    let differ = 0;
    for (let batch = 0; batch < 100 && differ === 0; batch += 1) {
      const cases = Array.from({ length: 1_000 }, draw);
      for (const { res, rme } of cases) {
        child.send(`boot kvm_init_rmi ID_AA64PFR0_EL1=${hex(pfr0(rme))}`);
        child.send(res.map(hex).join(' '));
      }
      for (const { res, rme } of cases) {
        const real = await said(child, pfr0(rme));
        const model = actions(runSync(v13, answering(stateOf([pfr0(rme)]), res).machine));
        if (`${real}${REST}` !== model) {
          differ += 1;
          t.equal(`${real}${REST}`, model, `${res.map(hex).join(' ')}, RME ${rme}`);
        }
        ways[real.includes('Unsupported') ? 'refused' : real.includes('RMI ABI') ? 'accepted' : 'quiet'] += 1;
      }
    }
    t.equal(ways.accepted + ways.refused + ways.quiet, 100_000);
    t.ok(Math.min(...Object.values(ways)) > 5_000, `all ways were gone: ${JSON.stringify(ways)}`);
    await child.close();
  },
);

/** What the frame adds after the check. */
const REST = `info kvm [1]: VHE mode initialized successfully
kvm_arm_init 0
kvm_is_realm 0
kvm_realm_state 0
vcpu_is_rec 0
`;

/** What the kernel asked, printed and returned, as text. */
function actions(events: readonly TraceEvent[]): string {
  let text = '';
  for (const event of events) {
    if (event.type === 'smc') text += `${event.cc} ${event.fid} ${event.args.join(' ')}\n`;
    else if (event.type === 'log') text += `${event.level} ${event.prefix} [${event.pid}]: ${event.text}\n`;
    else if (event.type === 'return') text += `${event.of} ${event.value}\n`;
    else if (event.type === 'ftr') text += `${event.reg} ${event.value}\n`;
    else if (event.type !== 'fact' && event.type !== 'mrs') text += `${event.type}\n`;
  }
  return text;
}

/** The same of a child, until its entry point returns: the check alone. */
async function said(child: Child, value: U64): Promise<string> {
  let text = '';
  for (let line = await child.next(); line.say !== 'done'; line = await child.next()) {
    if (line.say === 'smc') text += `${line.cc} ${line.regs.join(' ')}\n`;
    else if (line.say === 'log') text += `${line.level} ${line.text}\n`;
    else if (line.say === 'return') text += `${line.of} ${line.value}\n`;
    else if (line.say === 'read') text += `${line.reg} ${value}\n`;
    else return `${text}${JSON.stringify(line)}`;
  }
  return text;
}

/** 64 bits at a time, the same in every run (xorshift64*). */
function random(seed: bigint): () => bigint {
  let state = seed;
  return () => {
    state ^= state >> 12n;
    state = BigInt.asUintN(64, state ^ (state << 25n));
    state ^= state >> 27n;
    return BigInt.asUintN(64, state * 0x2545f4914f6cdd1dn);
  };
}

const EDGES = ['0x0', '0x1', '0xa', '0xe', '0xff', '0x100', '0xffffffff', '0xffffffffffffffff'].map(h);

/** Any 64 bits, small ones, and those at which a check turns. */
function register(next: () => bigint): U64 {
  const kind = next() % 4n;
  if (kind === 0n) return u64(next());
  if (kind === 1n) return u64(next() >> 46n);
  return EDGES[Number(next() % 8n)] ?? u64(0n);
}

const TRACES = new URL('../traces/', import.meta.url);

t.test(
  'the mailed patch replays every golden trace of v13 as the built-in does',
  { ...WITH_MAIL },
  async t => {
    const kernels = new Map<string, CompiledKernel>();
    for (const name of readdirSync(TRACES).filter(file => file.endsWith('.json'))) {
      const { trace } = must(await readTrace({ name, path: new URL(name, TRACES).pathname }));
      const { name: own, wants } = trace.header.kernel;
      if (own !== 'v13' || wants === null) continue;
      const kernel = kernels.get(wants) ?? must(await compiling(mail ?? '', { wants }, V13_MAIL));
      kernels.set(wants, kernel);
      const again = must(await replay(trace, kernel.inScope(trace.header.scope)));
      t.strictSame([again.verdict, again.outcomes.replayed], ['same', outcomeOf(trace.events)], name);
      t.strictSame(again.replayed.events, trace.events, `${name}: to the event`);
    }
    t.ok(kernels.size > 0);
    for (const kernel of kernels.values()) await kernel.close();
  },
);

const ONE_CHARACTER = [
  {
    says: 'another register for the higher revision',
    before: 'GET_MAJOR(res.a2)',
    after: 'GET_MAJOR(res.a1)',
    trace: 'refused-range.json',
    first: { type: 'log', text: 'Unsupported RMI ABI (v1.0 - v1.0) we want v1.1' },
  },
  {
    says: 'the test of RME the other way round',
    before: '_RME_SHIFT) == 0',
    after: '_RME_SHIFT) != 0',
    trace: 'accepted.json',
    // The call of the recording comes after the changed kernel's last: another kernel may end earlier.
    first: { type: 'log', text: 'RMI ABI version 2.0' },
  },
];

for (const { says, before, after, trace: name, first } of ONE_CHARACTER) {
  t.test(`one character of the C changed, ${says}: replay diverges there`, { ...CC }, async t => {
    const { trace } = must(await readTrace({ name, path: new URL(name, TRACES).pathname }));
    const texts = [
      [fixture('asks.c'), 'rmi.c'] as const,
      ...(mail === null ? [] : [[mail, V13_MAIL] as const]),
    ];
    for (const [text, file] of texts) {
      t.ok(text.includes(before), file);
      const kernel = must(
        await compiling(text.replace(before, after), { wants: trace.header.kernel.wants ?? '2.0' }, file),
      );
      const again = must(await replay(trace, kernel));
      await kernel.close();
      t.equal(again.verdict, 'diverged', file);
      const [found] = again.weighed.divergences;
      t.match(found?.b?.event ?? found?.a?.event, first, file);
    }
  });
}

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
      'cc "$@" || exit; case " $* " in *" -c "*) exit; esac\n' +
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
