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
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import type { CompileOptions } from '../lib/c-kernel/compile/compile.js';
import { includeFilesFor } from '../lib/c-kernel/compile/include-files.js';
import { RUNTIME, runtimeFiles } from '../lib/c-kernel/compile/runtime.js';
import { KERNEL_NAMES } from '../lib/kernel/kernels.js';
import { hex } from '../lib/model/u64.js';
import { readTrace } from '../lib/trace/read.js';
import { h, must, pfr0, returned } from './boots.js';
import {
  answer,
  booted,
  CACHE,
  CC,
  checkOf,
  compiling,
  fault,
  fixture,
  MODE,
  newFilePatch,
  sourceOf,
  troubleOf,
} from './c-kernels.js';
import { ENV, ended, rmitrace, start } from './rmitrace.js';

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
  const header = [
    '#define SMC_RMI_VERSION 0xc4000150UL',
    '#define RMI_ABI_MAJOR_VERSION 7',
    '#define RMI_ABI_MINOR_VERSION 3',
    '#define RMI_SUCCESS 0',
    '#define RMI_ABI_VERSION(major, minor) (((major) << 16) | (minor))',
    '#define RMI_ABI_VERSION_GET_MAJOR(version) ((version) >> 20)',
    '#define RMI_ABI_VERSION_GET_MINOR(version) ((version) & 0xfffff)',
  ].join('\n');
  const patch = [
    ...newFilePatch('arch/arm64/include/asm/rmi_smc.h', header),
    ...newFilePatch('arch/arm64/kvm/rmi.c', fixture('asks.c')),
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
      ...newFilePatch('arch/arm64/kvm/rmi.c', fixture('asks.c')),
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
  const cwd = t.testdir({ 'first.c': fixture('first.c') });
  const started = join(cwd, 'started');
  writeFileSync(join(cwd, 'slow.sh'), `[ "$1" = --version ] || { : > '${started}'; exec sleep 60; }\n`);
  const env = { ...ENV, CC: `sh ${join(cwd, 'slow.sh')}`, XDG_CACHE_HOME: join(cwd, 'cache') };
  const child = start(['record', '--kernel', './first.c'], { cwd, env });
  const end = ended(child);
  const kept = join(cwd, 'cache/rmitrace');
  while (child.exitCode === null && !existsSync(started)) await new Promise(next => setTimeout(next, 5));
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

t.test("a reviewer's remark stands beside what its line did", { ...CC }, async t => {
  const cwd = t.testdir({
    'whole.txt': readFileSync(new URL('fixtures/source/whole.txt', import.meta.url)),
  });
  const run = (line: string) =>
    rmitrace(line.split(' '), { cwd, env: { XDG_CACHE_HOME: join(cwd, 'cache') } });
  await run('record --kernel v13 -o good.json');
  const replayed = await run('replay good.json --kernel ./whole.txt -v -o again.json');
  t.match(replayed.out, /^ {2}11 of 11 hunks of whole\.txt ran$/m);
  t.match(
    replayed.out,
    / {2}remark {2}whole\.txt:29, on arch\/arm64\/include\/asm\/kvm_emulate\.h, vcpu_is_rec\(\) \(line 27: “return false;”\)\n {4}\| Never\? Then what is it for\?\n {4}event \d+ {2}vcpu_is_rec returned 0\n/,
  );
  t.match(
    replayed.out,
    /\| Which of the two revisions is this, the lower one\?\n {4}\| It may be misread\.\n {4}event \d+ {2}info kvm \[1\]: RMI ABI version 2\.0\n/,
  );
  t.notMatch((await run('replay good.json --kernel ./whole.txt')).out, 'remark');
  t.match(
    (await run('show again.json')).out,
    /log +info kvm \[1\]: RMI ABI version 2\.0\n +remark +whole\.txt:143, on .*\n +\| Which of the two/,
  );
  const { result } = JSON.parse((await run('replay good.json --kernel ./whole.txt --json')).out);
  t.match(result.patches[0].remarks[0], {
    line: 29,
    text: 'Never? Then what is it for?',
    file: 'arch/arm64/include/asm/kvm_emulate.h',
    about: 27,
    in: 'vcpu_is_rec',
  });
  t.equal((await run('validate again.json')).code, 0);
  t.equal((await run('fmt again.json')).out, readFileSync(join(cwd, 'again.json'), 'utf8'));
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

t.test('what a file calls results and requests tells whose headers stand in', async t => {
  const of = async (body: string) => {
    const source = await sourceOf(checkOf(body));
    const { from, defines } = includeFilesFor(source, new Map(), undefined, { major: 2, minor: 0 });
    return [
      from,
      ...['ONE_STATE_BIT', 'BUILT_FOR_4K'].filter(name => defines.includes(`-DRMITRACE_${name}=1`)),
    ];
  };
  const call = 'struct arm_smccc_1_2_regs regs; arm_smccc_1_2_smc(&regs, &regs);';
  t.strictSame(await of('return 0;'), ['v13']);
  t.strictSame(await of(`${call} return RMI_RESULT_STATUS(regs.a0);`), ['next']);
  t.strictSame(await of(`${call} return RMI_RETURN_STATUS(regs.a0);`), ['v17']);
  const donates = `${call} return RMI_RETURN_STATUS(regs.a0) + RMI_DONATE_SIZE(regs.a2);`;
  t.strictSame(await of(donates), ['v17', 'ONE_STATE_BIT']);
  t.strictSame(await of('\n#ifdef CONFIG_PAGE_SIZE_4KB\n#endif\nreturn 0;'), ['v13', 'BUILT_FOR_4K']);
  const theirs =
    'struct rmi_sro_state { int mine; };\nstatic int rmi_features(int index)\n{\n\treturn index;\n}\n';
  const source = await sourceOf(checkOf('return rmi_features(sizeof(struct rmi_sro_state));', theirs));
  const { defines } = includeFilesFor(source, new Map(), undefined, { major: 2, minor: 0 });
  t.match(defines.join(), /THEIR_RMI_FEATURES.*THEIR_RMI_SRO_STATE/);
});

t.test('without a compiler the trouble says what to do', async t => {
  const trouble = troubleOf(await compiling(fixture('asks.c'), { cc: ['no-such-compiler'] }));
  t.match(trouble, { code: 'no-compiler', what: /"no-such-compiler" cannot be started/, next: /CC/ });
});
