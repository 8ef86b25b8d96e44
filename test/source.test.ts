import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { applyPatch } from 'diff';
import fc from 'fast-check';
import t from 'tap';
import { changedBy } from '../lib/c-kernel/source/apply-hunks.js';
import type { Hunk } from '../lib/c-kernel/source/hunks.js';
import { kernelSource } from '../lib/c-kernel/source/source.js';
import type { Given, GivenText, KernelSource } from '../lib/c-kernel/source/types.js';
import { good } from '../lib/model/result.js';

const HERE = new URL('fixtures/source/', import.meta.url).pathname;
const MAIL = new URL('../../shared/mails/v13-07-48-review.txt', import.meta.url).pathname;

const fixture = (name: string): string => readFileSync(HERE + name, 'utf8');
const textAt = (name: string): GivenText => ({ name, text: fixture(name) });
const fileAt = (name: string): Given => ({ is: 'text', ...textAt(name) });
const given = (name: string, text: string): Given => ({ is: 'text', name, text });

const CHECK = fixture('check.c');
const PATH = 'arch/arm64/kvm/rmi.c';

/** A tree with these files on top of those of the fixture; `null` takes one away. */
function tree(files: Readonly<Record<string, string | null>> = {}): Given {
  const asked = (path: string): string | null => {
    const changed = files[path];
    if (changed !== undefined) return changed;
    return existsSync(`${HERE}tree/${path}`) ? fixture(`tree/${path}`) : null;
  };
  return { is: 'tree', name: 'linux', read: async path => good(asked(path)) };
}

async function sourceOf(from: Given, patches: readonly GivenText[] = []): Promise<KernelSource> {
  const found = await kernelSource(from, patches);
  if (!found.ok) throw new Error(`${from.name}: ${JSON.stringify(found.trouble)}`);

  return found.value;
}

const texts = ({ files }: KernelSource) => files.map(({ path, text }) => [path, text]);

t.test('a C file is what it is, and its entry point is found', async t => {
  const source = await sourceOf(fileAt('check.c'));
  t.strictSame(texts(source), [['check.c', CHECK]]);
  t.strictSame(source.entries, [
    { name: 'kvm_init_rmi', file: 'check.c', level: 'kvm_arm_init', returnsInt: false, isStatic: false },
  ]);
  t.strictSame(source.from, 'file');
  t.strictSame(source.files[0]?.compiled, `#line 1 "check.c"\n${CHECK}`);
  t.strictSame(source.files[0]?.lines, { compiled: 23, of: 23 });
  t.strictSame(source.onlyInHypMode, null, 'who calls it was not to be seen');
  t.strictSame(texts(await sourceOf(given(`linux/${PATH}`, CHECK))), [[PATH, CHECK]]);
  const dressed = `\ufeff${CHECK.replaceAll('\n', '\r\n').slice(0, -2)}`;
  t.strictSame(texts(await sourceOf(given('check.c', dressed))), [['check.c', CHECK]], 'CRLF, no last end');
});

t.test('whatever a mail program did to a patch, the file that it creates comes out whole', async t => {
  for (const name of readdirSync(`${HERE}forms`).sort()) {
    const source = await sourceOf(fileAt(`forms/${name}`));
    t.strictSame(texts(source), [[PATH, CHECK]], name);
    const call = source.parts.call?.lines.map(({ text }) => text);
    if (name !== 'bare.diff') t.strictSame(call, ['\tkvm_init_rmi();'], name);
    t.strictSame(source.cut, [], name);
    const crlf = given(name, fixture(`forms/${name}`).replaceAll('\n', '\r\n'));
    t.strictSame(texts(await sourceOf(crlf)), [[PATH, CHECK]], `${name} with CRLF`);
  }
});

t.test('what a reviewer writes inside a hunk is not of it, and its lines are known', async t => {
  const name = 'forms/commented-page.txt';
  const lines = fixture(name).split('\n');
  const { remarks, files } = await sourceOf(fileAt(name));
  t.strictSame(
    remarks.map(({ line }) => lines[line - 1]).filter(line => line !== ''),
    [
      ...['> ', '> Why 0, and not', '> + something else?', '> '],
      ...[
        '+1, I like this line.',
        '- but not the next',
        '  @@ -1 +1 @@ is not a hunk here',
        '> what did you say?',
      ],
    ],
  );
  for (const at of [1, 12, 23]) {
    const origin = files[0]?.lineOf(at);
    t.strictSame(origin?.name, name);
    t.strictSame(lines[(origin?.line ?? 0) - 1], `> > +${CHECK.split('\n')[at - 1]}`.trimEnd());
  }
  t.strictSame(files[0]?.lineOf(24), null);
});

const LINES = CHECK.slice(0, -1).split('\n');
const CREATE = [
  '--- /dev/null',
  `+++ b/${PATH}`,
  `@@ -0,0 +1,${LINES.length} @@`,
  ...LINES.map(line => `+${line}`),
];

t.test('no quoting, no remark and no line end changes what comes out', async t => {
  const quote = fc.constantFrom('', '> ', '>> ', '> > ', '>>', ' > ', '| ', '> > > ');
  const remark = fc.constantFrom(
    '',
    'Why?',
    '-- ',
    '# include',
    'diff',
    '}',
    '@@',
    'From here',
    'static int x;',
  );
  const remarks = fc.array(fc.record({ at: fc.nat(CREATE.length), text: remark }), { maxLength: 6 });
  await fc.assert(
    fc.asyncProperty(
      quote,
      remarks,
      fc.constantFrom('\n', '\r\n'),
      fc.boolean(),
      async (mark, said, end, cut) => {
        const lines = CREATE.flatMap((line, at) => [
          ...said.filter(each => each.at === at && at > 2).map(({ text }) => text),
          cut ? `${mark}${line}`.trimEnd() : mark + line,
        ]);
        const mailed = given('a.txt', ['Somebody wrote:', ...lines, 'Bye', ''].join(end));
        t.strictSame(texts(await sourceOf(mailed)), [[PATH, CHECK]]);
      },
    ),
    { numRuns: 200, seed: 13 },
  );
});

t.test('a tree gives the file that makes the call, the KVM half, and the headers they include', async t => {
  const source = await sourceOf(tree());
  t.strictSame(
    source.files.map(({ path }) => path),
    ['arch/arm64/kernel/rmi.c', 'arch/arm64/kvm/rmi.c'],
  );
  t.strictSame(
    source.entries.map(({ name, level, returnsInt, isStatic }) => [name, level, returnsInt, isStatic]),
    [
      ['arm64_init_rmi', 'subsys_initcall', true, true],
      ['kvm_init_rmi', 'kvm_arm_init', false, false],
    ],
  );
  t.strictSame([...source.headers.keys()].sort(), [
    'asm/kvm_rmi.h',
    'asm/rmi_cmds.h',
    'linux/arm-smccc-rmi.h',
  ]);
  const header = fixture('tree/arch/arm64/include/asm/kvm_rmi.h');
  t.strictSame(
    source.headers.get('asm/kvm_rmi.h'),
    `#line 1 "asm/kvm_rmi.h"\n${header.replace(/^int.*$/m, '')}`,
  );
  t.strictSame(source.onlyInHypMode, true);
  t.strictSame(source.files[1]?.lines, { compiled: 9, of: 15 }, 'nobody at init asks for kvm_rmi_later');
  t.strictSame(source.files[1]?.lineOf(3), { name: 'linux/arch/arm64/kvm/rmi.c', line: 3 });
  t.match(source.files[0]?.compiled, /^subsys_initcall/m);
  t.match(source.files[0]?.compiled, /bool rmi_spoken/, 'the other half asks for it');

  const newest = await sourceOf(
    tree({ 'drivers/firmware/arm_rmm/rmi.c': CHECK.replace('kvm_init', 'arm64_init') }),
  );
  t.strictSame(
    newest.files.map(({ path }) => path),
    ['drivers/firmware/arm_rmm/rmi.c', 'arch/arm64/kvm/rmi.c'],
    'the newest place of the check comes first',
  );
  const alone = await sourceOf(tree({ 'arch/arm64/kernel/rmi.c': null, [PATH]: CHECK }));
  t.strictSame(texts(alone), [[PATH, CHECK]]);
  t.strictSame(alone.from, 'tree');
});

const patchOf = (hunk: readonly string[]): string =>
  [`--- a/${PATH}`, `+++ b/${PATH}`, ...hunk, ''].join('\n');

t.test('a patch applies on top of a file, a tree and another patch', async t => {
  const fixed = CHECK.replace(/\t(arm_smccc.*)\(2, 0\)(.*)/, '\t/* as it was once */\n\t$1(1, 0)$2');
  t.not(fixed, CHECK);
  const fix = textAt('fix.patch');
  const half = { 'arch/arm64/kernel/rmi.c': null, [PATH]: CHECK };
  for (const base of [fileAt('forms/git.patch'), tree(half)]) {
    const source = await sourceOf(base, [fix]);
    t.strictSame(texts(source), [[PATH, fixed]], base.name);
    t.strictSame(
      source.patches.at(-1),
      {
        name: 'fix.patch',
        hunks: [{ line: 3, file: PATH, state: 'ran', change: '+\t/* as it was once */' }],
      },
      'and says what of it runs',
    );
    t.strictSame(source.files[0]?.lineOf(9), { name: 'fix.patch', line: 7 }, 'a new line is from the patch');
    t.strictSame(source.files[0]?.lineOf(12)?.name === 'fix.patch', false, 'another is from where it was');
  }
  t.strictSame(texts(await sourceOf(given('rmi.c', CHECK), [fix])), [['rmi.c', fixed]]);
  t.strictSame(texts(await sourceOf(given(`../linux/${PATH}`, CHECK), [fix])), [[PATH, fixed]]);
  t.match(
    await kernelSource(given('check.c', CHECK), [fix]),
    {
      trouble: {
        code: 'bad-patch',
        what: `the patch changes nothing that runs: none of its 1 hunk does (${PATH} was not given)`,
        where: { file: 'fix.patch', line: 3 },
      },
    },
    'check.c has another name than the patch',
  );

  const later = patchOf([
    '@@ -8,5 +8,5 @@',
    ' ',
    ' \t/* as it was once */',
    `-${fixed.split('\n')[9]}`,
    `+${fixed.split('\n')[9]?.replace('(1, 0)', '(1, 1)')}`,
    ' ',
    ' \tif (res.a0 != RMI_SUCCESS) {',
  ]);
  const again = { name: 'later.patch', text: later };
  const shifted = { name: 'later.patch', text: later.replace('-8,5 +8,5', '-90,5 +90,5') };
  for (const second of [again, shifted]) {
    const both = await sourceOf(fileAt('forms/quoted.eml'), [fix, second]);
    t.strictSame(texts(both), [[PATH, fixed.replace('(1, 0)', '(1, 1)')]], 'in order, and at some distance');
    t.strictSame(
      [both.files[0]?.lineOf(9)?.name, both.files[0]?.lineOf(10)?.name],
      ['fix.patch', 'later.patch'],
    );
  }
  const moved = [
    `diff --git a/${PATH} b/arch/arm64/kvm/rme.c`,
    `rename from ${PATH}`,
    'rename to arch/arm64/kvm/rme.c',
    '',
  ];
  const mv = {
    name: 'mv.patch',
    text: patchText([
      ...moved.slice(0, 3),
      `--- a/${PATH}`,
      '+++ b/arch/arm64/kvm/rme.c',
      '@@ -1,0 +1 @@',
      '+/* moved */',
    ]),
  };
  const renamed = await sourceOf(fileAt('forms/bare.diff'), [mv]);
  t.strictSame(texts(renamed), [['arch/arm64/kvm/rme.c', `/* moved */\n${CHECK}`]]);
  t.strictSame(
    renamed.patches.at(-1)?.hunks.map(({ file, state }) => [file, state]),
    [
      ['arch/arm64/kvm/rme.c', 'ran'],
      ['Makefile', 'no-file'],
    ],
  );
  const gone = await kernelSource(fileAt('forms/bare.diff'), [mv, fix]);
  t.match(gone, { trouble: { code: 'bad-patch', where: { file: 'fix.patch' } } }, 'the old name is gone');
});

t.test('a call of the check is where the lines around it put it, with its conditions', async t => {
  const whole = fixture('whole.txt');
  const call = '> +\tkvm_init_rmi();\n> +\n';
  const before = '> \tin_hyp_mode = is_kernel_in_hyp_mode();\n>  \n'.replace('> \t', '>  \t');
  const rows: readonly (readonly [string, string, string, readonly string[]])[] = [
    ['as it is', whole, 'in-hyp-mode', ['\tkvm_init_rmi();']],
    [
      'a condition over two lines',
      whole.replace(call, '> +\tif (in_hyp_mode &&\n> +\t    kvm_init_rmi())\n'),
      'in-hyp-mode',
      ['\tif (in_hyp_mode &&', '\t    kvm_init_rmi())'],
    ],
    [
      'called twice, and what the patch adds beside it',
      whole
        .replace('+2900,7 @@', '+2900,12 @@')
        .replace(
          call,
          '> +\tif (in_hyp_mode)\n> +\t\tret = 1;\n> +\tkvm_init_rmi();\n> +\tkvm_init_rmi();\n> +\n> +\tif (ret)\n> +\t\treturn ret;\n',
        ),
      'in-hyp-mode',
      [
        '\tif (in_hyp_mode)',
        '\t\tret = 1;',
        ...['\tkvm_init_rmi();', '\tkvm_init_rmi();', '', '\tif (ret)', '\t\treturn ret;'],
      ],
    ],
    [
      'behind another step',
      whole.replace('in_hyp_mode = is_kernel_in_hyp_mode();', 'err = init_subsystems();'),
      'subsystems',
      ['\tkvm_init_rmi();'],
    ],
    [
      'only the step after it is to be seen',
      whole
        .replace('in_hyp_mode = is_kernel_in_hyp_mode();', 'something();')
        .replace('1508412))', '1508412) && kvm_set_ipa_limit())'),
      'in-hyp-mode',
      ['\tkvm_init_rmi();'],
    ],
  ];
  t.ok(whole.includes(before) && whole.includes(call));
  for (const [says, text, behind, lines] of rows) {
    const { parts } = await sourceOf(given('whole.txt', text));
    t.strictSame([parts.call?.behind, parts.call?.lines.map(line => line.text)], [behind, lines], says);
  }
});

/** What goes with the check, as a tree has it. */
const AROUND: Readonly<Record<string, string>> = {
  'arch/arm64/kvm/arm.c': [
    '#include <asm/kvm_rmi.h>',
    'DEFINE_STATIC_KEY_FALSE(kvm_rmi_is_available);',
    'static __init int kvm_arm_init(void)',
    '{',
    '\tin_hyp_mode = is_kernel_in_hyp_mode();',
    '\tif (in_hyp_mode)',
    '\t\tkvm_init_rmi();',
    '\treturn kvm_init(1);',
    '}',
    '',
  ].join('\n'),
  'arch/arm64/kernel/cpufeature.c': [
    'static const struct arm64_ftr_bits ftr_id_aa64pfr0[] = {',
    '\tARM64_FTR_BITS(FTR_HIDDEN, FTR_NONSTRICT, FTR_LOWER_SAFE, ID_AA64PFR0_EL1_RME_SHIFT, 4, 0),',
    '\tARM64_FTR_BITS(FTR_VISIBLE, NOBODY_KNOWS, FTR_LOWER_SAFE, ID_AA64PFR0_EL1_DIT_SHIFT, 4, 0),',
    '};',
    '',
  ].join('\n'),
  'arch/arm64/include/asm/kvm_host.h':
    '#include <asm/kvm_rmi.h>\nstruct kvm_arch {\n\tint other;\n\tbool is_realm;\n\tstruct realm realm;\n};\n',
  'arch/arm64/include/asm/kvm_emulate.h': [
    'static inline int other(struct kvm_vcpu *vcpu) { return unknown(vcpu); }',
    'static inline bool kvm_is_realm(struct kvm *kvm) { return kvm->arch.is_realm; }',
    'static inline bool vcpu_is_rec(struct kvm_vcpu *vcpu) { return kvm_is_realm(vcpu->kvm); }',
    '',
  ].join('\n'),
  'arch/arm64/include/asm/kvm_rmi.h':
    'enum realm_state { REALM_STATE_NONE, REALM_STATE_NEW };\nstruct realm { enum realm_state state; };\n',
};

t.test('of a tree the row, the call, the key and the queries take part as they stand there', async t => {
  const check = { 'arch/arm64/kernel/rmi.c': null, 'arch/arm64/kvm/rmi.c': CHECK };
  const { parts } = await sourceOf(tree({ ...check, ...AROUND }));
  const textsOf = (lines: readonly { text: string }[] = []) => lines.map(({ text }) => text.trim());
  t.strictSame(textsOf(parts.call?.lines), ['if (in_hyp_mode)', 'kvm_init_rmi();']);
  t.strictSame(parts.call?.lines[1]?.origin, { name: 'linux/arch/arm64/kvm/arm.c', line: 7 });
  t.match(parts.rows, [{ table: 'ftr_id_aa64pfr0', added: { length: 1 }, removed: [] }]);
  t.strictSame(textsOf(parts.members), ['bool is_realm;', 'struct realm realm;']);
  t.strictSame(
    [parts.queries, parts.states],
    [
      ['kvm_is_realm', 'vcpu_is_rec'],
      ['REALM_STATE_NONE', 'REALM_STATE_NEW'],
    ],
  );
  t.notMatch(textsOf([...parts.tops.values()].flat()).join(), 'unknown(', 'and nothing else of those files');

  const cpufeature = AROUND['arch/arm64/kernel/cpufeature.c'] ?? '';
  const without = { 'arch/arm64/kernel/cpufeature.c': cpufeature.replace(/.*RME.*\n/, '') };
  const taken = await sourceOf(tree({ ...check, ...AROUND, ...without }));
  t.match(taken.parts.rows, [{ added: [], removed: { length: 1 } }], 'a table without the row');

  const emulate = AROUND['arch/arm64/include/asm/kvm_emulate.h'] ?? '';
  const foreign = {
    'arch/arm64/include/asm/kvm_emulate.h': emulate.replace('return kvm_is_realm', 'return has_feature'),
  };
  const left = await sourceOf(tree({ ...check, ...AROUND, ...foreign }));
  t.strictSame(
    [left.parts.queries, left.parts.members],
    [[], []],
    'a query that uses more of KVM is not run',
  );
});

t.test(
  'a later patch of a series changes what an earlier one added to a file that is not at hand',
  async t => {
    const later = [
      '--- a/arch/arm64/include/asm/kvm_emulate.h',
      '+++ b/arch/arm64/include/asm/kvm_emulate.h',
      '@@ -720,4 +720,4 @@',
      ' static inline bool vcpu_is_rec(struct kvm_vcpu *vcpu)',
      ' {',
      '-\treturn false;',
      '+\treturn kvm_is_realm(vcpu->kvm);',
      ' }',
      '--- a/arch/arm64/kvm/mmu.c',
      '+++ b/arch/arm64/kvm/mmu.c',
      '@@ -1,2 +1,3 @@',
      ' int one;',
      '+static int nobody_asks(struct unknown *x) { return x->y; }',
      ' int two;',
      '',
    ].join('\n');
    const { parts, patches } = await sourceOf(given('whole.txt', fixture('whole.txt')), [
      { name: 'later.patch', text: later },
    ]);
    const lines = [...parts.tops.values()].flat().map(({ text }) => text);
    t.ok(lines.includes('\treturn kvm_is_realm(vcpu->kvm);') && !lines.includes('\treturn false;'));
    t.strictSame(
      patches.map(({ hunks }) => hunks.filter(({ state }) => state !== 'ran').map(({ file }) => file)),
      [[], ['arch/arm64/kvm/mmu.c']],
    );

    const two = fixture('whole.txt')
      .replace('+700,18 @@', '+700,20 @@')
      .replace(
        '> +\treturn static_branch_unlikely',
        '> +\tif (!kvm)\n> +\treturn false;\n> +\treturn static_branch_unlikely',
      );
    const inside = [
      ...later.split('\n').slice(0, 8),
      '@@ -713,4 +713,5 @@',
      ' static inline enum realm_state kvm_realm_state(struct kvm *kvm)',
      ' {',
      '+\tkvm = kvm ? kvm : NULL;',
      ' \treturn READ_ONCE(kvm->arch.realm.state);',
      ' }',
      '',
    ].join('\n');
    const again = await sourceOf(given('whole.txt', two), [{ name: 'later.patch', text: inside }]);
    t.strictSame(
      [...again.parts.tops.values()]
        .flat()
        .map(({ text }) => text)
        .filter(text => /^\s|^static inline/.test(text)),
      [
        'static inline bool kvm_is_realm(struct kvm *kvm)',
        '\tif (!kvm)',
        '\treturn false;',
        '\treturn static_branch_unlikely(&kvm_rmi_is_available) && kvm->arch.is_realm;',
        'static inline enum realm_state kvm_realm_state(struct kvm *kvm)',
        '\tkvm = kvm ? kvm : NULL;',
        '\treturn READ_ONCE(kvm->arch.realm.state);',
        'static inline bool vcpu_is_rec(struct kvm_vcpu *vcpu)',
        '\treturn kvm_is_realm(vcpu->kvm);',
      ],
      'a line that stands twice is told by those before it, and one may be added inside',
    );
  },
);

t.test('what of a patch takes part is told hunk by hunk', async t => {
  const hunk = (at: string, ...lines: string[]) => [at, ...lines].join('\n');
  const line = (n: number) => CHECK.split('\n')[n - 1] ?? '';
  const blank = CHECK.split('\n').indexOf('') + 1;
  const text = patchOf([
    hunk(
      `@@ -${blank} +${blank},3 @@`,
      ` ${line(blank)}`,
      '+static int nobody_calls(void) { return 1; }',
      '+',
    ),
    hunk(`@@ -${blank + 1},1 +${blank + 3},2 @@`, ` ${line(blank + 1)}`, '+#define COMMENTED 1 /* x */'),
  ]);
  const other = [
    '--- a/arch/arm64/kvm/arm.c',
    '+++ b/arch/arm64/kvm/arm.c',
    '@@ -1 +1 @@',
    '-a',
    '+b',
    '',
  ].join('\n');
  const { patches } = await sourceOf(given('rmi.c', `${CHECK}`), [
    { name: 'deep/in/mine.patch', text: `${text}${other}` },
  ]);
  t.strictSame(
    patches.map(({ name, hunks }) => [name, ...hunks.map(({ state, change }) => `${state} ${change}`)]),
    [
      [
        'mine.patch',
        'unused +static int nobody_calls(void) { return 1; }',
        'ran +#define COMMENTED 1 /* x */',
        'no-file +b',
      ],
    ],
  );
});

/** A rename and, since a patch has hunks, one against a file that is not there. */
const patchText = (lines: readonly string[]): string =>
  [
    ...lines,
    'diff --git a/Makefile b/Makefile',
    '--- a/Makefile',
    '+++ b/Makefile',
    '@@ -1 +1 @@',
    '-a',
    '+b',
  ].join('\n');

t.test('of a file of a whole series only what the init reaches is left, every line in its place', async t => {
  const source = await sourceOf(fileAt('series.c'));
  const [file] = source.files;
  const before = fixture('series.c').split('\n');
  const [mark, ...after] = file?.compiled.split('\n') ?? [];
  t.strictSame(mark, '#line 1 "series.c"');
  t.strictSame(after.length, before.length);
  for (const [at, line] of after.entries()) if (line !== '') t.strictSame(line, before[at]);
  const lineOf = (start: string): number => before.findIndex(line => line.startsWith(start)) + 1;
  const leftOut = before.flatMap((line, at) => (line === after[at] ? [] : [at + 1]));
  const through = (from: number, to: number): number[] =>
    before.flatMap((line, at) => (at + 1 >= from && at < to && line !== '' ? [at + 1] : []));
  t.strictSame(leftOut, [
    ...through(lineOf('struct realm_table {'), lineOf('struct realm_table {') + 3),
    ...through(lineOf('static DEFINE_MUTEX'), lineOf('/* Not at init') + 8),
    ...through(lineOf('static int dump_tables'), lineOf('late_initcall')),
    ...through(lineOf('int kvm_create_realm'), lineOf('EXPORT_SYMBOL_GPL(kvm_create')),
    lineOf('MODULE_LICENSE'),
  ]);
  // With the empty lines around it.
  t.strictSame(file?.lines, { compiled: 48, of: 79 });
});

t.test('a file whose top level cannot be read is compiled whole', async t => {
  for (const odd of ['}', '{', '/* never ends', "char c = '", '#if 1\nint f(void) {\n#else\n']) {
    const text = `${CHECK}${odd}\n`;
    const { files, entries } = await sourceOf(given('rmi.c', text));
    t.strictSame([files[0]?.compiled, entries.length], [`#line 1 "rmi.c"\n${text}`, 1], odd);
  }
});

const TROUBLES: Readonly<
  Record<string, readonly [code: string, line: number | null, what: RegExp, next: RegExp]>
> = {
  'empty.c': ['empty', null, /the file is empty/, /another file/],
  'no-entry.c': [
    'no-source',
    null,
    /nothing in the file defines one of arm64_init_rmi, kvm_init_rmi, kvm_init_rme/,
    /source/,
  ],
  'no-call.c': ['no-source', null, /kvm_init_rmi in no-call.c reaches no RMI_VERSION call/, /tree or series/],
  'no-patch.eml': ['no-source', null, /it has no patch/, /mail that has the patch/],
  'html-only.eml': ['no-source', null, /only HTML/, /plain text/],
  'page.html': ['no-source', null, /only HTML/, /lore\.kernel\.org/],
  'nameless.diff': ['no-source', 1, /no file is named before the first hunk/, /first lines/],
  'only-a-change.patch': [
    'no-source',
    null,
    /changes arch\/arm64\/kvm\/arm\.c, which was not given/,
    /--patch/,
  ],
  'trimmed.eml': [
    'bad-patch',
    11,
    /rmi\.c is incomplete: its hunk promises 23 lines and has 11/,
    /as it was sent/,
  ],
  'twice.mbox': ['bad-patch', 46, /exists already with other content \(twice\.mbox:12\)/, /one revision/],
};

t.test('what cannot be used is said in one line, with its place and a next step', async t => {
  t.strictSame(
    readdirSync(`${HERE}troubles`).sort(),
    [...Object.keys(TROUBLES), 'does-not-apply.patch'].sort(),
    'every fixture is tried',
  );
  for (const [name, [code, line, what, next]] of Object.entries(TROUBLES)) {
    const found = await kernelSource(given(name, fixture(`troubles/${name}`)));
    if (found.ok) throw new Error(`${name} was taken`);
    const { trouble } = found;
    t.strictSame([trouble.code, trouble.where.file, trouble.where.line ?? null], [code, name, line], name);
    t.match(trouble.what, what, name);
    t.match(trouble.next, next, name);
    t.notMatch(trouble.what + trouble.next, /\n|\.$/, name);
  }
  const binary = await kernelSource(given('rmi.o', '\x7fELF\n\0\0'));
  t.match(binary, { trouble: { code: 'no-source', what: /binary/, where: { line: 2 } } });
  const none = await kernelSource(tree({ 'arch/arm64/kernel/rmi.c': null, [PATH]: null }));
  t.match(none, { trouble: { code: 'no-source', what: /none of drivers\/firmware.* in the tree/ } });
});

/** A hunk of lines `a` to `c`, its place right or off by some lines. */
const ANY_HUNK = fc
  .record({
    old: fc.array(fc.constantFrom(' a', ' b', ' c', '-a', '-b', '-c', '+a', '+b', '+d'), {
      minLength: 1,
      maxLength: 4,
    }),
    start: fc.integer({ min: 0, max: 9 }),
  })
  .map(({ old, start }): Hunk => {
    const side = (mark: string) => old.filter(text => !text.startsWith(mark)).length;
    const lines = old.map((text, at) => ({ text, line: 100 + at }));
    const [oldLines, newLines] = [side('+'), side('-')];
    return {
      oldStart: start,
      oldLines,
      newStart: start,
      newLines,
      lines,
      line: 99,
      heading: '',
      whole: true,
    };
  });

t.test(
  'hunks go where the library puts them, one after another, and every line keeps its origin',
  async t => {
    const file = fc.array(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 9 });
    fc.assert(
      fc.property(file, fc.array(ANY_HUNK, { minLength: 1, maxLength: 3 }), (lines, hunks) => {
        const origins = lines.map((_, at) => ({ name: 'base', line: at + 1 }));
        const changed = changedBy({ path: 'a.c', lines, origins, cut: null }, hunks, 'patch');
        let text: string | false = lines.join('\n');
        for (const { newStart, newLines, oldLines, lines: marked } of hunks) {
          if (text === false) break;
          const start = newStart + (newLines === 0 ? 1 : 0);
          const oldStart = Math.max(1, Math.min(start, text.split('\n').length + 1));
          const hunk = {
            oldStart,
            oldLines,
            newStart: oldStart,
            newLines,
            lines: marked.map(line => line.text),
          };
          const names = { oldFileName: '', newFileName: '', oldHeader: '', newHeader: '', index: '' };
          text = applyPatch(text, { ...names, hunks: [hunk] }, { autoConvertLineEndings: false });
          // A file without a line has an empty one in the library.
          if (text === '') return;
        }
        t.equal(changed.ok ? changed.value.file.lines.join('\n') : false, text);
        if (!changed.ok) return;
        for (const [at, { name, line }] of changed.value.file.origins.entries()) {
          const from = name === 'base' ? lines[line - 1] : undefined;
          if (from !== undefined) t.equal(changed.value.file.lines[at], from);
        }
      }),
      { seed: 15, numRuns: 300 },
    );
  },
);

t.test('a patch of 50,000 hunks passes each line of its file once', async t => {
  const count = 50_000;
  const texts = Array.from({ length: count }, (_, at) => [`int a${at};`, `int c${at};`]).flat();
  const hunks = Array.from({ length: count }, (_, at): Hunk => {
    const marked = [` int a${at};`, `+int b${at};`, ` int c${at};`];
    const lines = marked.map(text => ({ text, line: 4 * at }));
    const counts = { oldStart: 2 * at + 1, oldLines: 2, newStart: 3 * at + 1, newLines: 3 };
    return { ...counts, lines, line: 4 * at, heading: '', whole: true };
  });
  const origins = texts.map((_, at) => ({ name: 'base', line: at + 1 }));
  const changed = changedBy({ path: 'a.c', lines: texts, origins, cut: null }, hunks, 'patch');
  t.equal(changed.ok && changed.value.file.lines.length, 3 * count);
  t.strictSame(changed.ok && changed.value.sides.at(-1), [
    { name: 'base', line: 2 * count - 1 },
    { name: 'patch', line: 4 * (count - 1) },
    { name: 'base', line: 2 * count },
  ]);
});

t.test('a hunk that does not apply to a file at hand is named by file, line and text', async t => {
  const name = 'troubles/does-not-apply.patch';
  const wrong = await kernelSource(fileAt('forms/git.patch'), [textAt(name)]);
  t.strictSame(wrong, {
    ok: false,
    trouble: {
      code: 'bad-patch',
      what: `the hunk does not apply to ${PATH} around line 17: it has no such line: “return 1;”`,
      where: { file: name, line: 6 },
      next: 'give the base that the patch applies to',
    },
  });
  const fix = textAt('fix.patch');
  const twice = await kernelSource(fileAt('forms/git.patch'), [fix, fix]);
  t.match(twice, {
    trouble: { code: 'bad-patch', next: 'leave the patch out: what it adds is in the file already' },
  });
  const cut = await kernelSource(fileAt('forms/git.patch'), [{ ...fix, text: fix.text.slice(0, -40) }]);
  t.match(cut, { trouble: { code: 'bad-patch', what: /is incomplete/, where: { line: 3 } } });
  const beyond = { name: 'beyond.patch', text: patchOf(['@@ -900,0 +901 @@', '+/* beyond */']) };
  const { files } = await sourceOf(fileAt('forms/git.patch'), [beyond]);
  t.strictSame(
    files[0]?.text,
    `${CHECK}/* beyond */\n`,
    'without a line around it, the end is the nearest place',
  );
});

t.test('a path that leads out of the tree is never read', async t => {
  const asked: string[] = [];
  const whole = tree();
  if (whole.is !== 'tree') throw new Error('a tree is a tree');
  const read = (path: string) => {
    asked.push(path);
    return whole.read(path);
  };
  const watched: Given = { ...whole, read };
  const paths = ['../../etc/passwd', '/etc/passwd', 'arch/../../x.c', 'arch//x.c', 'arch/./x.c'];
  const text = paths.map(path => `--- a/${path}\n+++ b/${path}\n@@ -1 +1 @@\n-a\n+b\n`).join('');
  const { notAtHand } = await sourceOf(watched, [
    { name: 'out.patch', text: `${text}${patchOf(['@@ -900,0 +901 @@', '+/* beyond */'])}` },
  ]);
  t.strictSame(
    notAtHand.reduce((sum, { hunks }) => sum + hunks, 0),
    5,
  );
  t.strictSame(
    asked.filter(path => /(^|\/)\.{0,2}(\/|$)/.test(path)),
    [],
  );
});

t.test('any text is a source or a trouble, and a hostile one takes no longer', async t => {
  const pieces = [
    '@@ -1,2 +1,2 @@',
    '--- a/x.c',
    '+++ b/x.c',
    'diff --git a/x b/x',
    '> ',
    '+',
    '-',
    ' ',
    '{',
    '}',
    '#if',
    '#else',
    '#endif',
    '/*',
    '*/',
    '"',
    "'",
    '\n',
    '\n',
    '\n',
    'void kvm_init_rmi(void)',
    'SMC_RMI_VERSION',
    ';',
    '=',
    'From a Thu Jan  1 10:00:00 2026',
    'From: a',
    'Content-Type: multipart/mixed; boundary=a',
    '--a',
    'Content-Transfer-Encoding: base64',
    '\\',
  ];
  const text = fc.array(fc.constantFrom(...pieces), { maxLength: 60 }).map(each => each.join(''));
  await fc.assert(
    fc.asyncProperty(text, fc.constantFrom('a.c', 'a.eml'), text, async (one, name, other) => {
      const found = await kernelSource(given(name, one), [{ name: 'b.patch', text: other }]);
      if (found.ok)
        for (const { text, compiled } of found.value.files)
          t.equal(compiled.split('\n').length, text.split('\n').length + 1);
      else t.ok(found.trouble.next);
    }),
    { numRuns: 500, seed: 5 },
  );
  const many = (piece: string): string => piece.repeat(5_000);
  const hostile = [
    many('{}'),
    many('a;'),
    many('#'),
    many('#if\n'),
    many('/*/'),
    many('> '),
    many('= {}'),
    many('f(){}'),
    many('\\\n'),
    many(' '),
    `From: a\n\n${many('=\n')}`,
    many('diff --git a/x b/x\n'),
    many('@@ -1 +1 @@\n'),
    many('static int a('),
    many('struct a{'),
  ];
  for (const piece of hostile) {
    for (const source of [piece, `${CHECK}${piece}`, `${CREATE.join('\n')}\n${piece}`]) {
      t.ok('ok' in (await kernelSource(given('a.c', source))), JSON.stringify(piece.slice(0, 20)));
      t.ok('ok' in (await kernelSource(given('a.eml', source))), JSON.stringify(piece.slice(0, 20)));
    }
  }
});

t.test('a mail has room for more lines than a call has for values', async t => {
  const remarks = CREATE.with(-2, `${CREATE.at(-2)}\n${'Why?\n'.repeat(200_000)}`);
  const source = await sourceOf(given('long.eml', `${remarks.join('\n')}\n`));
  t.strictSame([texts(source), source.remarks.length], [[[PATH, CHECK]], 200_001]);
  const names = Array.from({ length: 200_000 }, (_, at) => `n${at}`);
  const wide = CHECK.replace('ask())', `ask() || f(${names.join(',')}))`);
  t.strictSame(texts(await sourceOf(given('check.c', wide))), [['check.c', wide]]);
});

t.test(
  'the v13 mail under review gives its rmi.c whole',
  { skip: existsSync(MAIL) ? false : 'the mail is not there' },
  async t => {
    const text = readFileSync(MAIL, 'utf8');
    const source = await sourceOf(given('v13-07-48-review.txt', text));
    const created = text.split('\n').slice(text.split('\n').indexOf('> +++ b/arch/arm64/kvm/rmi.c') + 2);
    const lines = created.slice(0, 57).map(line => line.slice('> +'.length));
    t.strictSame(texts(source), [[PATH, `${lines.join('\n')}\n`]]);
    t.strictSame(source.files[0]?.lines, { compiled: 57, of: 57 });
    t.strictSame(source.notAtHand, [], 'every hunk is used');
    t.strictSame(
      source.patches[0]?.hunks.map(({ state }) => state),
      Array(11).fill('ran'),
    );
    t.strictSame(
      [...source.headers].map(([name, header]) => [name, header.split('\n').length - 2]),
      [['asm/kvm_rmi.h', 56]],
    );
    t.match(source.patches[0]?.remarks, [{ in: 'vcpu_is_rec', on: '+}', text: /^Hi,\n\nBoth/ }]);
    t.strictSame([source.onlyInHypMode, source.cut, source.remarks.length], [false, [], 10]);
    t.strictSame(source.files[0]?.lineOf(57), { name: 'v13-07-48-review.txt', line: 301 });
  },
);
