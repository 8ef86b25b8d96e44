/** Reports for people: that a mail is one, that nothing in it is a patch, and that a hostile trace stays text. */
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import t, { type Test } from 'tap';
import { commandInLines } from '../lib/model/command-line.js';
import { lkmlReport } from '../lib/report/report/lkml.js';
import { markdownReport } from '../lib/report/report/markdown.js';
import type { ReportAbout, ReportedTrace } from '../lib/report/results.js';
import { readTrace } from '../lib/trace/read.js';
import { inFolder, recordings, rmitrace } from './rmitrace.js';

const GOLDEN = readdirSync('traces').filter(name => name.endsWith('.json'));

async function reported(name: string, path = join('traces', name)): Promise<ReportedTrace> {
  const read = await readTrace({ name, path });
  if (!read.ok) throw new Error(read.trouble.what);
  return { name, ...read.value };
}

/** Each golden trace alone, and beside the one in which all goes well. */
async function* abouts(): AsyncGenerator<ReportAbout> {
  const good = await reported('accepted.json');
  for (const name of GOLDEN) {
    const other = await reported(name);
    yield { a: other, b: null };
    yield { a: good, b: other };
  }
}

/** What a program takes for a patch, or for the start of another mail, in every text that a trace may have. */
const TEXTS = [
  '--- a/file.c\n+++ b/file.c\n@@ -1 +1 @@\n-a\n+b',
  'diff --git a/x b/x',
  'Index: x',
  '*** 1,2 ****',
  '12d',
  `${'x'.repeat(60)} --- a/file.c ${'y'.repeat(60)} +++ b/file.c ${'z'.repeat(62)} @@ -1 +1 @@ 3d`,
  ' X X --- a/file.c',
  '- --- a/file.c',
  '-- >8 -- 8< --',
  'From nobody Mon Sep 17 00:00:00 2001',
  'Subject: [PATCH] x',
  '--\u00a0',
  '\u202e\u2028\u001b]0;x\u0007\ud800é世界🙂',
  '```\n</details><script>alert(1)</script>',
  '![x](https://example.invalid/x) @everyone #1 www.example.invalid $x$ | a',
  '&lt;b&gt; <!-- x --> </details>',
];

/** good.json and bad.json of `folder`, with such texts wherever there may be any. */
async function hostile(folder: string): Promise<ReportAbout> {
  await recordings(folder);
  const of = async (file: string, name: string): Promise<ReportedTrace> => {
    const read = await reported(name, join(folder, file));
    const texts = TEXTS.map(
      (text, at) => ({ type: 'log', level: 'err', text: `${text}${file}`, line: at + 1 }) as const,
    );
    const { header, events, outcome } = read.trace;
    return {
      ...read,
      trace: {
        header: {
          ...header,
          kernel: {
            ...header.kernel,
            name: `${TEXTS[6]} ${TEXTS[12]} ${TEXTS[13]} ${TEXTS[14]} ${TEXTS[15]} ${file}`,
          },
          machine: { ...header.machine, name: TEXTS[0] ?? '', rmm: TEXTS[13] ?? '' },
        },
        events: [
          ...events.map(event =>
            event.type === 'smc'
              ? { ...event, rule: TEXTS[5] ?? '', inferred: { res: TEXTS[5] ?? '' } }
              : event,
          ),
          ...texts,
          ...texts.map(({ text }) => ({ type: 'warn', of: 'kvm_arm_init', text }) as const),
        ],
        outcome,
      },
    };
  };
  return { a: await of('good.json', TEXTS[0] ?? ''), b: await of('bad.json', TEXTS[15] ?? '') };
}

function isMail(t: Test, mail: string, name: string): void {
  const lines = mail.split('\n');
  t.match(lines[0], /^Subject: \[rmitrace\] \S/, name);
  t.equal(lines[1], '', name);
  t.strictSame(
    lines.filter(line => line.length > 72 || /[^\x20-\x7e]/.test(line) || /\s$/.test(line)),
    [],
    name,
  );
}

t.test('a mail is plain ASCII in at most 72 columns, its subject in one line', async t => {
  for await (const about of abouts()) isMail(t, lkmlReport(about), about.b?.name ?? about.a.name);
  isMail(t, lkmlReport(await hostile(t.testdir())), 'hostile');
});

t.test('a mail says what a mail of syzbot says, in that order', async t => {
  const run = await recordings(t.testdir());
  const { out } = await run('report good.json bad.json');
  const parts = [
    'Subject: [rmitrace] v13: accepted 2.0 became refused (v0.0 - v0.0)\n\n',
    'Different: good.json ends accepted 2.0',
    '\ntool     rmitrace ',
    '\nkernel   v13, wants 2.0\n',
    '\nRMM      good.json: tf-rmm-0.9 (emulated)\n         bad.json: forgets-range (emulated)\n',
    '\nsha256:',
    '\nThe first difference:\n\n| good.json: event 13  RMI_VERSION(requested 2.0)',
    '\n|     -> x0  0x1         status RMI_ERROR_INPUT\n',
    '\n| -kvm [n]: RMI ABI version 2.0\n| +kvm [n]: Unsupported RMI ABI (v0.0 - v0.0) we want v2.0\n',
    '\nAgainst the RMM specification:\n\n| error  RMI-VERSION-9  event 12 x1',
    '\nTo see it again:\n\nrmitrace replay good.json --rmm forgets-range\nrmitrace diff good.json bad.json\n',
  ];
  let at = 0;
  for (const part of parts) {
    const next = out.indexOf(part, at);
    t.ok(next >= at, part);
    at = next;
  }
});

t.test('no program takes a mail for a patch', async t => {
  const cwd = t.testdir();
  const mails = [lkmlReport(await hostile(cwd))];
  for await (const about of abouts()) mails.push(lkmlReport(about));
  for (const mail of mails.slice(0, 3)) {
    const patch = spawnSync('patch', ['--dry-run', '-p1', '-f'], { cwd, input: mail, encoding: 'utf8' });
    if (patch.error === undefined)
      t.match(patch.stderr + patch.stdout, 'Only garbage was found in the patch input');
    const apply = spawnSync('git', ['apply', '--check'], { cwd, input: mail, encoding: 'utf8' });
    t.match(apply.stderr, 'No valid patches in input');
    const from = `From: a <a@example.invalid>\n${mail}`;
    const info = spawnSync('git', ['mailinfo', '--scissors', 'msg', 'patch'], {
      cwd,
      input: from,
      encoding: 'utf8',
    });
    t.equal(info.status, 0);
    t.equal(readFileSync(join(cwd, 'patch'), 'utf8'), '', 'git am has nothing to apply');
    t.match(info.stdout, /^Subject: (?!\[)/m);
    t.ok(readFileSync(join(cwd, 'msg'), 'utf8').includes('To see it again'), 'and no scissors cut it');
  }
  for (const mail of mails)
    t.notMatch(mail, /^[\sX]*(?:---|\+\+\+|\*\*\*|@@|diff |Index:|From |\d+(?:,\d+)?[acds]$)/m);
});

t.test('a command that is broken into lines is the same words to a shell', async t => {
  const word = fc.oneof(
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 120 }),
    fc.constantFrom("it's", '$(touch x)', '`x`', '-x', 'a\nb', '\\', '"', '\u202e', '*'),
  );
  const commands = fc.sample(
    fc.array(
      word.filter(each => !each.includes('\0') && !/\p{Cs}/u.test(each)),
      { minLength: 1, maxLength: 6 },
    ),
    { seed: 13, numRuns: 200 },
  );
  const lines = commands.map(words => commandInLines(words, 72));
  t.strictSame(
    lines.flat().filter(line => line.length > 72 || /[^\x20-\x7e]/.test(line)),
    [],
  );
  const script = lines.map(each => `printf '%s\\0' ${each.join('\n')}; printf '\\0'`).join('\n');
  const { stdout, error } = spawnSync('bash', ['-c', script], { encoding: 'utf8' });
  if (error !== undefined) return t.comment('skipped: no bash here');
  t.strictSame(
    stdout
      .split('\0\0')
      .slice(0, -1)
      .map(each => each.split('\0')),
    commands,
  );
});

t.test('an issue has the trace in it, and a trace that is too large is to be attached', async t => {
  const cwd = t.testdir();
  const run = await recordings(cwd);
  const { out } = await run('report bad.json --format markdown');
  const [, json = ''] =
    /<details><summary>bad\.json \(sha256:[0-9a-f]{12}\)<\/summary>\n\n```json\n(.*?)```\n\n<\/details>/s.exec(
      out,
    ) ?? [];
  t.equal(json, readFileSync(join(cwd, 'bad.json'), 'utf8'), 'byte for byte');
  t.match(out, /\n<details><summary>All events of bad\.json, decoded<\/summary>\n/);
  await run('record fvp --kernel next --set RMI_VERSION.x0=RMI_BUSY --max-steps 200 -o large.json');
  const large = await run('report large.json bad.json --format markdown');
  t.match(large.out, /\nlarge\.json is too large to stand here \(\d+ characters\): attach it\.\n/);
  t.ok(large.out.length < 65536, 'GitHub takes it');
});

/** The lines of Markdown that stand in no fence, and what stands in each. */
function unfenced(markdown: string): { readonly prose: string; readonly fences: readonly string[] } {
  const fences: string[] = [];
  const prose = markdown.replace(/^(`{3,})(?:text|diff|json|sh)\n(.*?)^\1$/gms, (_, _fence, inside) => {
    fences.push(inside);
    return '';
  });
  return { prose, fences };
}

t.test('in an issue the text of a trace stays text', async t => {
  const markdown = markdownReport(await hostile(t.testdir()));
  t.ok(markdown.length < 65536);
  const { prose, fences } = unfenced(markdown);
  t.equal(fences.length, 6);
  t.notMatch(prose, '```', 'no fence is left open');
  const tags = new Set(prose.replaceAll('\\<', '').match(/<[^>]*>/g));
  t.strictSame([...tags].sort(), [
    '<!-- -->',
    '</details>',
    '</span>',
    '</summary>',
    '<details>',
    '<span>',
    '<summary>',
  ]);
  t.notMatch(prose, /(?<!\\)!\[|(?<!\\)\]\(|@everyone|www\.|:\/\//);
  t.notMatch(markdown, /[\p{Cf}\p{Zl}\p{Zp}\p{Cs}\u001b]/u);
});

t.test('--json has the texts and the commands of a report', async t => {
  const run = await recordings(t.testdir());
  const { result } = JSON.parse((await run('report good.json bad.json --json')).out) as {
    result: { title: string; commands: readonly string[] };
  };
  t.equal(result.title, 'v13: accepted 2.0 became refused (v0.0 - v0.0)');
  t.strictSame(result.commands, [
    'rmitrace replay good.json --rmm forgets-range',
    'rmitrace diff good.json bad.json',
  ]);
});

t.test('the command that a report names makes the second trace of the first', async t => {
  const cwd = t.testdir();
  const run = inFolder(cwd);
  await run('record fvp --rmm tf-rmm-0.9 -o good.json');
  for (const options of [
    '--kernel v7',
    '--kernel next --wants 1.0 --answer-anyway',
    '--rmm tf-rmm-0.8 --set RMI_VERSION.x1=1.0 --set sve_hint=true',
    '--kernel recorded --set 13.x2=unknown',
  ]) {
    await run(`replay good.json ${options} -o made.json`);
    const { result } = JSON.parse((await run('report good.json made.json --json')).out) as {
      result: { commands: readonly string[] };
    };
    const [command = ''] = result.commands;
    await rmitrace([...command.replaceAll("'", '').split(' ').slice(1), '-o', 'again.json'], { cwd });
    t.equal(
      readFileSync(join(cwd, 'again.json'), 'utf8'),
      readFileSync(join(cwd, 'made.json'), 'utf8'),
      command,
    );
  }
});
