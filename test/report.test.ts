/** Reports for people: that a mail is one, that nothing in it is a patch, and that a hostile trace stays text. */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createContext, runInContext } from 'node:vm';
import fc from 'fast-check';
import { type BrowserContextOptions, chromium } from 'playwright-core';
import t, { type Test } from 'tap';
import { pageAssets } from '../cli/page-assets.js';
import { commandInLines } from '../lib/model/command-line.js';
import type { TraceEvent } from '../lib/model/events.js';
import type { Result } from '../lib/model/result.js';
import { u64 } from '../lib/model/u64.js';
import type { Replay } from '../lib/replay/replay.js';
import { htmlReport } from '../lib/report/html/document.js';
import { htmlOf } from '../lib/report/html/element.js';
import { traceStory } from '../lib/report/html/parts.js';
import { AS_RECORDED, commandOf, fragmentOf, type WhatIf, whatIfOf } from '../lib/report/html/what-if.js';
import { lkmlReport } from '../lib/report/report/lkml.js';
import { markdownReport } from '../lib/report/report/markdown.js';
import { partOf, reportedLarge } from '../lib/report/report/part.js';
import type { ReportAbout, ReportedTrace } from '../lib/report/results.js';
import { largeTrace } from '../lib/trace/large.js';
import { openSource } from '../lib/trace/open.js';
import { readTrace } from '../lib/trace/read.js';
import { traceText } from '../lib/trace/write.js';
import { must } from './boots.js';
import { inFolder, recordings, rmitrace } from './rmitrace.js';

/** As it is now: other tests, which may run at the same time, go into other folders. */
const TRACES = resolve('traces');
const GOLDEN = readdirSync(TRACES).filter(name => name.endsWith('.json'));

async function reported(name: string, path = join(TRACES, name)): Promise<ReportedTrace> {
  const read = await readTrace({ name, path });
  if (!read.ok) throw new Error(read.trouble.what);
  return { name, ...read.value };
}

/** A mail of each golden trace alone, and of it beside the one in which all goes well. */
async function mailsOf(): Promise<readonly string[]> {
  const good = await reported('accepted.json');
  const traces = await Promise.all(GOLDEN.map(name => reported(name)));
  return traces.flatMap(trace => [lkmlReport({ a: trace, b: null }), lkmlReport({ a: good, b: trace })]);
}

const MAILS = mailsOf();

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
  '-----8<------->8-----',
  'From nobody Mon Sep 17 00:00:00 2001',
  'Subject: [PATCH] x',
  '--\u00a0',
  '\u202e\u2028\u001b]0;x\u0007\ud800é世界🙂',
  '```\n</details><script>alert(1)</script>',
  `" onfocus="document.body.id='PWNED'" autofocus x="`,
  '![x](https://example.invalid/x) @everyone #1 www.example.invalid $x$ | a',
  '&lt;b&gt; <!-- x --> </details>',
  '</script><script>document.body.id = "PWNED"</script><img src="https://example.invalid/x" onerror="document.body.id = 1">',
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
            name: `${TEXTS.slice(6).join(' ').slice(0, 240)} ${file}`,
          },
          machine: {
            ...header.machine,
            name: TEXTS.find(text => text.includes('$x$')) ?? '',
            rmm: TEXTS.at(-1) ?? '',
          },
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
  return {
    a: await of('good.json', TEXTS[0] ?? ''),
    b: await of('bad.json', `${TEXTS.at(-1)}${'n'.repeat(100)}-----8<------->8----- 12d`),
  };
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
  for (const mail of await MAILS) isMail(t, mail, mail.split('\n')[0] ?? '');
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
    '\n|   x0  good.json 0x0 (RMI_SUCCESS)     bad.json 0x1 (RMI_ERROR_INPUT)\n',
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
  const mails = [lkmlReport(await hostile(cwd)), ...(await MAILS)];
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

const PLAIN_PAGE = { style: '', script: '' };

/** What the script of a page gives to others, run outside a browser. */
interface PageScript {
  readonly rmitrace: {
    carriedFrom(text: string): { readonly trace: unknown; readonly digest: string };
    replayOf(trace: unknown, digest: string, asked: WhatIf): Promise<Result<Replay>>;
    replaySentence(replay: Replay): string;
    findingOf(trace: unknown): { readonly sentence: string };
  };
}

function pageScript(): PageScript {
  const context = createContext({ clearTimeout, setTimeout });
  runInContext(pageAssets().script, context);
  return runInContext('rmitrace_page', context) as PageScript;
}

t.test('the page says of every golden trace what the command line says, as recorded and edited', async t => {
  const { rmitrace: page } = pageScript();
  t.notMatch(pageAssets().script, 'instancePath', 'no validator came along');
  const asked: readonly Partial<WhatIf>[] = [
    {},
    { sets: ['RMI_VERSION.x1=1.0', 'RMI_VERSION.x0=0'] },
    { kernel: 'v7', anyway: true },
    { kernel: 'next', rmm: 'tf-rmm-0.8', sets: ['conduit=smc'] },
    { kernel: 'recorded', rmm: 'busy' },
    { kernel: 'next', rmm: 'auto' },
    { wants: '1.1', rmm: 'spec', sets: ['RMI_VERSION.x2=unknown'] },
    { kernel: 'v99', sets: ['1.nonsense=2'] },
  ];
  const cwd = t.testdir({
    'console.log':
      'ERROR:   RMM init failed: -2\nWARNING: RMMD: Failed to boot up RMM. Ignoring RMI call\n[    0.8] kvm [1]: VHE mode initialized successfully\n',
  });
  const imported = join(cwd, 'boot.json');
  t.equal((await rmitrace(['import', join(cwd, 'console.log'), '-o', imported])).code, 0);
  const made = join(cwd, 'made.json');
  for (const [nth, file] of [...GOLDEN.map(name => join('traces', name)), imported].entries()) {
    const { trace, digest } = page.carriedFrom(readFileSync(file, 'utf8'));
    // Each trace as it is, and with one of the edits, in turn.
    for (const part of [asked[0], asked[1 + (nth % 7)]]) {
      const whole = { ...AS_RECORDED, ...part };
      const command = commandOf(file, whole);
      const found = await page.replayOf(trace, digest, whole);
      const words = command.replaceAll("'", '').split(' ').slice(1);
      const said = JSON.parse((await rmitrace([...words, '--json', '-o', made])).out);
      if (!found.ok) {
        t.match(said.trouble, { code: found.trouble.code, what: found.trouble.what }, command);
        continue;
      }
      const { verdict, outcomes, edits } = found.value;
      t.strictSame(
        JSON.parse(JSON.stringify([page.replaySentence(found.value), verdict, outcomes, edits.length])),
        [said.result?.sentence, said.result?.verdict, said.result?.outcomes, said.result?.edits.length],
        command,
      );
      const shown = JSON.parse((await rmitrace(['show', made, 'end', '--json'])).out);
      t.equal(page.findingOf(found.value.replayed).sentence, shown.result.sentence, command);
    }
  }
});

t.test('an edit in the address of a page is the same edit when it comes back', async t => {
  const text = fc.string({ unit: 'grapheme', maxLength: 20 }).filter(each => !/\p{Cs}/u.test(each));
  const asked = fc.record({
    trace: fc.constantFrom('a', 'b'),
    kernel: text,
    wants: text,
    rmm: text,
    sets: fc.array(text.filter(each => each !== '')),
    anyway: fc.boolean(),
  });
  fc.assert(
    fc.property(asked, each => {
      const fragment = fragmentOf(each);
      if (fragment === '') return whatIfOf(fragment) === null;
      return JSON.stringify(whatIfOf(fragment)) === JSON.stringify(each);
    }),
    { seed: 13, numRuns: 200 },
  );
  t.equal(whatIfOf('a13'), null, 'an event');
  t.strictSame(whatIfOf('set=%zz&x'), { ...AS_RECORDED, sets: ['%zz'] }, 'cut by a hand');
});

t.test(
  'of a long boot a page shows the first events and what differs, and says what it leaves out',
  async t => {
    const good = await reported('accepted.json');
    const lines = Array.from(
      { length: 1500 },
      (_, at) => ({ type: 'log', level: 'info', text: `${at} ${'x'.repeat(1500)}` }) as const,
    );
    const [end] = good.trace.events.slice(-1);
    const long = (events: readonly TraceEvent[]) => ({ ...good, trace: { ...good.trace, events } });
    const a = long([...good.trace.events, ...lines]);
    const page = htmlReport(
      { a, b: long([...a.trace.events, ...(end === undefined ? [] : [end])]) },
      PLAIN_PAGE,
    );
    t.equal(page.match(/<li id="/g)?.length, 1001);
    t.match(page, 'Not shown: 520 events.');
    t.match(page, /<li id="b1521" class="step extra"/);
    t.match(page, 'The trace is too long to be edited in this page.');
    t.notMatch(page, '<script type="application/json"');
  },
);

const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(
  existsSync,
);

t.test('a page in a browser', { skip: CHROMIUM === undefined ? 'no Chromium here' : false }, async t => {
  const cwd = t.testdir();
  const run = await recordings(cwd);
  const files = {
    two: (await run('report good.json bad.json --format html')).out,
    one: (await run('report good.json --format html')).out,
    hostile: htmlReport(await hostile(cwd), pageAssets()),
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(cwd, `${name}.html`), text);
  // Chromium's own sandbox does not start as root.
  const args = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  const browser = await chromium.launch({ executablePath: CHROMIUM ?? '', args });
  t.teardown(() => browser.close());

  /** A page, and all that it asked for or complained of. */
  const opened = async (name: string, fragment = '', options: BrowserContextOptions = {}) => {
    const context = await browser.newContext(options);
    context.setDefaultTimeout(10_000);
    const page = await context.newPage();
    const noise: string[] = [];
    page.on('request', request => noise.push(request.url().replace(/^.*\//, '')));
    page.on('console', message => noise.push(message.text()));
    page.on('pageerror', error => noise.push(error.message));
    page.on('dialog', dialog => noise.push(dialog.message()));
    await page.goto(`file://${cwd}/${name}.html${fragment}`);
    return { page, noise, text: (selector: string) => page.textContent(selector) };
  };

  await t.test('it shows the events, filters and searches them, and goes to them by keys', async t => {
    const { page, noise, text } = await opened('two');
    t.match(await text('h1'), 'accepted 2.0 became refused');
    t.equal(await text('#found'), '20 of 20 events');
    await page.keyboard.press('j');
    t.equal(await page.evaluate('document.activeElement.id'), 'a12', 'the first that is not folded');
    await page.keyboard.press('k');
    t.equal(await page.evaluate('document.activeElement.id'), 'a20', 'round the end');
    await page.keyboard.press('/');
    await page.keyboard.type('abi');
    t.equal(await text('#found'), '1 of 20 events');
    t.match(await text('.step:not([hidden])'), /RMI ABI version 2\.0.*Unsupported RMI ABI/s);
    await page.fill('#search', '');
    await page.check('#only-differences');
    t.equal(await text('#found'), '3 of 20 events');
    await page.uncheck('input[value=smc]');
    t.equal(await text('#found'), '2 of 20 events');
    await page.keyboard.press('n');
    t.equal(await page.evaluate('document.activeElement.id'), 'a14');
    await page.check('input[value=smc]');
    await page.click('#a14 .links a');
    t.equal(await page.evaluate('location.hash'), '#a13', 'from an effect to its cause');
    t.strictSame(noise, ['two.html'], 'it asks for nothing, and the policy has nothing to say');
  });

  await t.test('an answer is edited, the kernel says something else, and a link leads there', async t => {
    const { page, noise, text } = await opened('one');
    t.match(await text('.decides .links'), 'and then: log 14, return 15, log 16');
    await page.fill('[data-place="RMI_VERSION.x1"]', '0x10000');
    await page.selectOption('#kernel', 'v7');
    await page.fill('#wants', '2.0');
    await page.locator('#wants').blur();
    const command = `rmitrace replay good.json --kernel v7 --wants 2.0 --set 'RMI_VERSION.x1=0x10000'`;
    await page.waitForSelector('#verdict.diverged');
    t.equal(await text('#command'), command);
    const said = await run('replay good.json --kernel v7 --wants 2.0 --set RMI_VERSION.x1=0x10000');
    t.equal(await text('#verdict'), said.out.split('\n')[0]);
    t.match(await text('#finding'), 'The replay: KVM asked for 2.0 and accepts RMI 1.0');
    t.match(await text('#result'), '+kvm [n]: RMI ABI version 1.0');
    t.notOk(await page.isVisible('#recording'), 'in its place');
    const fragment = String(await page.evaluate('location.hash'));
    await page.click('#result .altered .links a');
    t.ok(await page.isVisible('.step:target'), 'from an effect to its cause, in the replay');
    await page.goBack();
    t.equal(fragment, '#kernel=v7&wants=2.0&set=RMI_VERSION.x1%3D0x10000');
    t.equal(await page.getAttribute('#link', 'href'), fragment);

    const other = await opened('one', fragment);
    await other.page.waitForSelector('#verdict:visible');
    t.equal(await other.text('#verdict'), await text('#verdict'));
    t.equal(await other.page.inputValue('[data-place="RMI_VERSION.x1"]'), '0x10000');

    await page.fill('#set', 'RMI_VERSION.x1=2.0\nnonsense');
    await page.locator('#set').blur();
    await page.waitForSelector('#trouble:visible');
    t.match(await text('#trouble'), 'the edit "nonsense" cannot be read: it has no `=`');
    await page.click('button[type=reset]');
    await page.waitForSelector('#recording:visible');
    t.equal(await page.inputValue('#set'), '');
    await page.goBack();
    await page.waitForSelector('#trouble:visible');
    t.strictSame([...noise, ...other.noise], ['one.html', 'one.html']);
  });

  await t.test('a hostile trace is text in it', async t => {
    const { page, noise, text } = await opened(
      'hostile',
      '#trace=b&kernel=v13&set=RMI_VERSION.x1%3D%3Cimg%20src%3Dx%3E',
    );
    await page.waitForSelector('#trouble:visible');
    t.match(await text('#trouble'), '"<img src=x>" is not a value');
    t.match(await text('main'), '</script><script>document.body.id = "PWNED"</script>');
    await page.fill('#set', '');
    await page.locator('#set').blur();
    await page.waitForSelector('#verdict:visible');
    t.match(await text('#result'), '</script><script>document.body.id = "PWNED"</script>', 'nor in a replay');
    t.strictSame(
      await page.evaluate(`[document.body.id, document.scripts.length,
        document.querySelectorAll('img, iframe, object, a:not([href^="#"]), [onfocus], [onerror], [autofocus]').length]`),
      ['', 4, 0],
    );
    await page.click('button[type=reset]');
    await page.waitForSelector('#recording:visible');
    t.notMatch(await page.content(), /[\u202e\u2028\u001b]/);
    t.strictSame(noise, ['hostile.html']);
  });

  await t.test('without scripts it has all events and no form; on a phone nothing is cut off', async t => {
    const bare = await opened('two', '', { javaScriptEnabled: false });
    t.equal(await bare.page.locator('.step').count(), 20);
    t.strictSame(
      [await bare.page.isVisible('#what-if'), await bare.page.isVisible('#toolbar')],
      [false, false],
    );
    const backs: unknown[] = [];
    for (const colorScheme of ['light', 'dark'] as const) {
      const { page, noise } = await opened('two', '', { viewport: { width: 360, height: 640 }, colorScheme });
      t.ok(await page.evaluate('document.documentElement.scrollWidth <= innerWidth'), colorScheme);
      backs.push(await page.evaluate('getComputedStyle(document.body).backgroundColor'));
      t.strictSame(noise, ['two.html']);
    }
    t.not(backs[0], backs[1], 'light and dark');
  });
});

t.test('a report of a large trace, which is not held, is that of the trace', async t => {
  const tail = fc.constantFrom<TraceEvent[]>(
    { type: 'log', level: 'info', text: 'é "quoted"' },
    { type: 'console', src: 'rmm', text: 'a line' },
    {
      type: 'smc',
      cpu: 1,
      from: 'ns',
      via: 'smc',
      cc: '1.2',
      fid: u64(0xc400_0151n),
      args: [u64(0x8000_0000n)],
      res: [u64(0x77n)],
    },
  );
  const traces = await Promise.all(GOLDEN.slice(0, 6).map(name => reported(name)));
  const property = fc.asyncProperty(
    fc.constantFrom(...traces),
    fc.array(tail, { minLength: 4, maxLength: 5 }),
    fc.constantFrom(1, 260),
    fc.boolean(),
    async ({ name, trace: short }, kinds, times, isLast) => {
      const more = Array.from({ length: times }, () => kinds).flat();
      const events = isLast ? [...more, ...short.events] : [...short.events, ...more];
      const bytes = Buffer.from(traceText({ ...short, events }));
      const read = must(await readTrace({ name, bytes }));
      const opened = must(await openSource({ name, bytes }, Number.POSITIVE_INFINITY));
      const large = must(await largeTrace({ name, opened }, 0));
      if (large === null) throw new Error('it is canonical');
      const held: ReportAbout = { a: must(await reportedLarge(name, large, true)), b: null };
      const whole: ReportAbout = { a: { name, ...read }, b: null };
      t.equal(lkmlReport(held), lkmlReport(whole));
      t.equal(held.a.part?.characters, bytes.toString().length);
      const marked = markdownReport(whole);
      // A small one stands in an issue.
      if (marked.includes('is too large to stand here')) t.equal(markdownReport(held), marked);
      const story = ({ a }: ReportAbout) => htmlOf(traceStory(a.trace, a.part ?? partOf(a.trace)));
      t.equal(story(held), story(whole));
    },
  );
  await fc.assert(property, { seed: 20_261_126, numRuns: 5 });
});
