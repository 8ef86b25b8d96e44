import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import t from 'tap';
import { type Edit, parseEdit } from '../lib/edit/parse.js';
import { kernelNamed } from '../lib/kernel/kernels.js';
import { machineNamed } from '../lib/machine/built-in.js';
import { standInFor } from '../lib/machine/stand-in.js';
import type { AsyncKernel } from '../lib/model/port.js';
import { bad, good, trouble } from '../lib/model/result.js';
import { record } from '../lib/record.js';
import { CHECK_VERDICTS, type Checked, type CheckOptions, check } from '../lib/replay/check.js';
import { type CheckTotals, newCheckTotals } from '../lib/replay/check-totals.js';
import { checkJson } from '../lib/report/check/json.js';
import type { CheckPrinter } from '../lib/report/check/printer.js';
import { resultOf } from '../lib/report/check/row.js';
import { checkText } from '../lib/report/check/text.js';
import { PLAIN } from '../lib/report/text/paint.js';
import { profileNamed } from '../lib/rmm/profiles.js';
import { runAsync } from '../lib/run.js';
import type { TraceSource } from '../lib/trace/open.js';
import { traceText } from '../lib/trace/write.js';
import { answering, must, pfr0, stateOf } from './boots.js';
import { inFolder, recordings } from './rmitrace.js';

const V13 = must(kernelNamed('v13'));
const textOn = async (rmm: string) => traceText(must(await record(V13, must(machineNamed('fvp')), { rmm })));
const source = (name: string, text: string): TraceSource => ({ name, bytes: Buffer.from(text) });
const GOOD = await textOn('tf-rmm-0.9');
const OLD = await textOn('tf-rmm-0.8');
const ALL = [source('good', GOOD), source('old', OLD), source('none', ''), source('again', GOOD)];

async function listed(sources: readonly TraceSource[], options: CheckOptions = {}) {
  const totals = newCheckTotals();
  const all: Checked[] = [];
  for await (const checked of check(sources, options)) {
    totals.add(checked);
    all.push(checked);
  }
  return { all, sum: totals.sum() };
}

const edit = (text: string): Edit => must(parseEdit(text)) as Edit;
const standInOf: CheckOptions['standInOf'] = trace =>
  good(standInFor(trace, must(profileNamed('tf-rmm-0.9'))));

t.test('check gives a result for each source, in order; one that cannot be read ends nothing', async t => {
  const { all, sum } = await listed(ALL);
  t.strictSame(
    all.map(({ name, verdict }) => [name, verdict]),
    [
      ['good', 'same'],
      ['old', 'same'],
      ['none', 'trouble'],
      ['again', 'same'],
    ],
  );
  t.match(all[2], { trouble: { code: 'empty', where: { file: 'none' } } });
  t.strictSame(
    [...sum.verdicts],
    [
      ['same', 3],
      ['trouble', 1],
    ],
  );
  t.strictSame([sum.traces, sum.conformance, sum.neverFired], [4, null, []]);
});

t.test('a source is asked for when the result before it was taken, and no sooner', async t => {
  const asked: string[] = [];
  async function* sources() {
    for (const each of ALL) {
      asked.push(each.name);
      yield each;
    }
  }
  const results = check(sources());
  t.strictSame(asked, []);
  await results.next();
  t.strictSame(asked, ['good']);
  await results.next();
  t.strictSame(asked, ['good', 'old']);
  await results.return();
  t.strictSame(asked, ['good', 'old'], 'who has seen enough ends it');
});

t.test('check lets others have their turn between two traces', async t => {
  const seen: string[] = [];
  const timer = setImmediate(() => seen.push('a turn'));
  // Nothing is replayed of these: they cannot be read.
  for await (const { name } of check([source('one', ''), source('two', '')])) seen.push(name);
  clearImmediate(timer);
  t.strictSame([...seen].sort(), ['a turn', 'one', 'two']);
  t.ok(seen.indexOf('a turn') < seen.indexOf('two'), 'before the second trace at the latest');
});

t.test('so does a boot, before it begins and while it takes long', async t => {
  let turns = 0;
  const count = () => {
    turns++;
    timer = setImmediate(count);
  };
  let timer = setImmediate(count);
  const seen: number[] = [];
  const forEver: AsyncKernel = {
    ...V13,
    async *boot() {
      for (;;) {
        seen.push(turns);
        yield { ask: 'fact', name: 'page_size' };
      }
    },
  };
  await runAsync(forEver, answering(stateOf([pfr0(1)]), null).machine, { maxSteps: 5000 });
  clearImmediate(timer);
  t.ok((seen[0] ?? 0) > 0, 'before');
  t.ok((seen.at(-1) ?? 0) > (seen[0] ?? 0), 'while');
});

t.test(
  'check replays on the kernel and the RMM that it is given, and tells of answers and edits',
  async t => {
    const { all, sum } = await listed(ALL.slice(0, 2), { standInOf, answers: true, conformance: true });
    t.strictSame(
      all.map(({ verdict }) => verdict),
      ['same', 'diverged'],
    );
    t.strictSame(sum.conformance, { answers: 2, findings: new Map() });

    const kernelOf = () => bad(trouble('no-kernel', 'nobody', {}, 'ask somebody'));
    const refused = await listed(ALL.slice(0, 1), { kernelOf });
    t.match(refused.all, [{ verdict: 'trouble', trouble: { code: 'no-kernel' } }]);
    const unproven = await listed(ALL.slice(0, 1), {
      standInOf: () => bad(trouble('no-profile', 'x', {}, 'y')),
    });
    t.match(unproven.all, [{ verdict: 'trouble', trouble: { code: 'no-profile' } }]);

    const edits = [edit('RMI_VERSION.x3=1'), edit('RMI_FEATURES.x1=0')];
    const edited = await listed(ALL.slice(1, 2), { edits });
    t.strictSame(
      edited.sum.neverFired.map(({ edit: { text }, why }) => [text, why]),
      [['RMI_FEATURES.x1=0', 'no such call was made']],
    );
  },
);

t.test('a trace that was edited by hand is told, and its conformance counted by severity', async t => {
  const stray = must(
    await record(V13, must(machineNamed('fvp')), { edits: [edit('RMI_VERSION.x1=0x80020000')] }),
  );
  const hand = source('hand', GOOD.replace('RMI ABI version 2.0', 'RMI ABI version 2.1'));
  const { all, sum } = await listed([hand, source('stray', traceText(stray))], { conformance: true });
  t.strictSame(
    all.map(({ edited }) => edited !== null),
    [true, false],
  );
  t.equal(sum.conformance?.findings.get('error'), 1);
});

const END = { coverage: null, lines: null, trouble: null, exit: 0 } as const;

function printed(printer: CheckPrinter, all: readonly Checked[], totals: CheckTotals): string {
  const rows = all.map(each => ({
    ...resultOf(each),
    name: each.name,
    digest: each.digest,
    line: null,
    again: '',
  }));
  return (
    printer.head +
    rows.map((each, nth) => printer.trace(each, nth)).join('') +
    printer.foot({ ...END, totals })
  );
}

t.test('every line of text has its columns in the same places, whatever comes after it', async t => {
  const { all, sum } = await listed([...ALL, source('hidden\u001b', '{')]);
  const names = all.map(({ name }) => name);
  const lines = printed(checkText(names, PLAIN), all, sum).split('\n');
  t.strictSame(
    lines.slice(0, 5).map(line => line.slice(0, 'undetermined  hidden\\x1b  '.length)),
    [
      'same          good        ',
      'same          old         ',
      'trouble       none        ',
      'same          again       ',
      'trouble       hidden\\x1b  ',
    ],
  );
  t.equal(lines[5], '5 traces: 3 same, 2 trouble');
  t.ok(CHECK_VERDICTS.every(verdict => verdict.length <= 'undetermined'.length));
});

t.test(
  'the JSON report has a trace a line, and is one report of the schema, whole or in trouble',
  async t => {
    const { all, sum } = await listed(ALL, { conformance: true, edits: [edit('RMI_FEATURES.x1=0')] });
    const schema = JSON.parse(readFileSync('schemas/report.schema.json', 'utf8'));
    const valid = new Ajv2020({ strict: false, validateFormats: false }).compile(schema);
    const text = printed(checkJson(), all, sum);
    t.ok(valid(JSON.parse(text)), JSON.stringify(valid.errors));
    t.strictSame(
      text
        .split('\n')
        .flatMap(line => (/^\{"name"/.test(line) ? [JSON.parse(line.replace(/,$/, '')).name] : [])),
      ['good', 'old', 'none', 'again'],
    );
    const none = printed(checkJson(), [], newCheckTotals().sum());
    t.ok(valid(JSON.parse(none)), JSON.stringify(valid.errors));
    const late = checkJson();
    const foot = late.foot({
      ...END,
      totals: sum,
      trouble: trouble('no-compiler', 'there is no gcov', {}, 'install it'),
      exit: 2,
    });
    const report = JSON.parse(`${late.head}${foot}`);
    t.ok(valid(report), JSON.stringify(valid.errors));
    t.match(report, { exit: 2, result: { traces: [], trouble: { code: 'no-compiler' } } });
  },
);

t.test('of a folder only files are taken: a pipe in it does not make check wait', async t => {
  const cwd = t.testdir({ set: { deep: {} } });
  await recordings(cwd);
  const good = readFileSync(join(cwd, 'good.json'));
  writeFileSync(join(cwd, 'set', 'a.json'), good);
  execFileSync('mkfifo', [join(cwd, 'set', 'b.json'), join(cwd, 'set', 'deep', 'b.json.gz')]);
  symlinkSync(join(cwd, 'set', 'b.json'), join(cwd, 'set', 'c.json'));
  symlinkSync(join(cwd, 'good.json'), join(cwd, 'set', 'd.json'));
  symlinkSync('nowhere', join(cwd, 'set', 'e.json'));
  mkdirSync(join(cwd, 'set', 'f.json'));
  const { code, out } = await inFolder(cwd)('check set');
  t.equal(code, 2);
  t.strictSame(
    out.match(/^\w+ +set\S+/gm)?.map(line => line.replace(/ +/, ' ')),
    ['same set/a.json', 'same set/d.json', 'trouble set/e.json'],
  );
  t.match(out, /e\.json +the trace cannot be read: no such file/);
});

t.test("with --expect a board's known failure is told from a new one, by its console", async t => {
  const cwd = t.testdir({
    'known.log': '[    5.789100] kvm [1]: HYP mode not available\n',
    'again.log': '[    5.912300] kvm [1]: HYP mode not available\n',
    'new.log': '[    5.912300] kvm [1]: KVM disabled from command line\n',
    'silent.log': '[    5.912300] kvm [1]: IPA Size Limit: 40 bits\n',
  });
  const run = inFolder(cwd);
  const same = await run('check again.log --expect known.log');
  t.equal(same.code, 0);
  t.match(same.out, /^same +again\.log +Same: it ends as known\.log does, not-reached \(el1-entry\)\.$/m);
  const other = await run('check again.log new.log silent.log --expect known.log');
  t.equal(other.code, 1);
  t.match(
    other.out,
    /^diverged +new\.log +Diverged: known\.log ends .*this boot not-reached \(kvm-disabled\)/m,
  );
  t.match(other.out, /^undetermined +silent\.log /m, 'what a log does not tell is no known failure');
  const report = JSON.parse((await run('check new.log --expect known.log --json')).out);
  t.match(report, { exit: 1, result: { traces: [{ verdict: 'diverged' }] } });
  t.match((await run('check new.log --expect known.log --rmm auto')).err, /does not go with --expect/);
});
