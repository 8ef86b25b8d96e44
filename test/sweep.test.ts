/** Sweeps: their rows, their parts, what is printed of them. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import t from 'tap';
import { kernelNamed } from '../lib/kernel/kernels.js';
import { endOf } from '../lib/kernel/outcome.js';
import { machineNamed } from '../lib/machine/built-in.js';
import type { Kernel } from '../lib/model/port.js';
import { u64 } from '../lib/model/u64.js';
import { sweepCsv } from '../lib/report/sweep/csv.js';
import { sweepJson } from '../lib/report/sweep/json.js';
import { sweepMarkdown } from '../lib/report/sweep/markdown.js';
import { sweepText } from '../lib/report/sweep/text.js';
import { PLAIN } from '../lib/report/text/paint.js';
import { profileNamed } from '../lib/rmm/profiles.js';
import { axesOf } from '../lib/search/axes.js';
import { boundaryAxis } from '../lib/search/boundary.js';
import { newKeeper } from '../lib/search/keep-traces.js';
import { mergeSweeps } from '../lib/search/merge.js';
import { planSweep, type SweepPlan } from '../lib/search/plan.js';
import { randomAxis } from '../lib/search/random.js';
import { parseShard, rowsOf } from '../lib/search/shard.js';
import { everyEditFires, newTotals, sweepRows } from '../lib/search/sweep.js';
import type { SweepRow } from '../lib/search/sweep-table.js';
import { must } from './boots.js';
import { ended, inFolder, rmitrace, start } from './rmitrace.js';
import { ALL_KERNELS, FVP, part, plan, printed, RETRIES, swept, V13 } from './sweeps.js';

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
  const never = await everyEditFires(plan({ set: ['RMI_VERSION.x0=0,1', 'RMI_VERSION#2.x0=5'] }));
  t.match(never, { ok: false, trouble: { code: 'edit-never-fired', what: /"RMI_VERSION#2.x0"/ } });
  t.ok(
    (await everyEditFires(plan({ kernels: [RETRIES], set: ['RMI_VERSION#2.x0=5', 'RMI_VERSION.x0=0,10'] })))
      .ok,
  );
  t.match(await everyEditFires(plan({ set: ['cpu7.ID_AA64PFR0_EL1=0'] })), { ok: false });
  const elsewhere = plan({ machines: [must(machineNamed('no-rme')), FVP], set: ['RMI_VERSION.x0=1'] });
  t.ok((await everyEditFires(elsewhere)).ok, 'one machine that asks is enough');
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
          printer.foot(totals.sum(), 0, null);
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
          printer.head + all.map((row, nth) => printer.row(row, nth)).join('') + printer.foot(sums, 0, null);
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
    ['bad-value', [one, two.replace('"cells":[', '"cells":[,')], /this is not JSON as a sweep prints it/],
    [
      'bad-value',
      [one, two.replace('"command":"sweep"', '"command":"check"')],
      /a report of another command/,
    ],
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
      '1,"\'=a,""b""|\\x1b[31m",tf-rmm-0.9,0,accepted 2.0,no',
      '2,"\'=a,""b""|\\x1b[31m",tf-rmm-0.9,-1,quiet (not-supported),no',
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
  const packed = gzipSync(readFileSync(join(cwd, 'part1.json')));
  writeFileSync(join(cwd, 'part1.json.gz'), packed);
  t.equal((await run('sweep --merge part2.json part1.json.gz --json')).out, json.out, 'and compressed');
  writeFileSync(join(cwd, 'torn.json.gz'), packed.subarray(0, 300));
  t.match(await run('sweep --merge part2.json torn.json.gz'), { code: 2, err: /the gzip data is damaged/ });
  const long = (await run('sweep --kernel v13 --random 2000 --json')).out;
  writeFileSync(join(cwd, 'cut.json'), long.slice(0, long.lastIndexOf('{"row"')));
  for (const option of ['--json', '--format json']) {
    const late = await run(`sweep --merge cut.json ${option}`);
    t.equal(late.code, 2);
    t.ok(late.out.length > 1 << 16, 'rows were printed before the trouble');
    const report = JSON.parse(late.out);
    t.ok(valid(report), ajv.errorsText(valid.errors));
    t.match(report, { exit: 2, result: { trouble: { where: { file: 'cut.json' } } } });
  }
  t.match(
    (await run('sweep --kernel v13 --format csv')).out,
    /^ROW,MACHINE,RMM,v13,DIFFERS\r?\n1,fvp,tf-rmm-0\.9,accepted 2\.0,no\r?\n$/,
  );
  t.match((await run('sweep --kernel v13 --format markdown')).out, /^\| MACHINE \| RMM \| v13 \|\n/);
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
    ['--rmm exec:true', /the RMM behind the pipe ended/],
    ['--seed 1', /--seed needs --random/],
    ['--shard 3/2', /--shard takes I\/N/],
    ['fvp', /name a machine with --machine/],
    ['--merge', /--merge needs at least one FILE/],
    [`--merge ${part1} --boundary`, /--merge does not take --boundary/],
    [`--merge ${part1}`, /part 2 of 2 is missing/],
    ['--merge nothing.json', /no such file/],
    ['--merge test', /test: it is a folder/],
    ['--max-steps 0', /--max-steps takes a number/],
  ] as const) {
    const { code, out, err } = await rmitrace(['sweep', ...words.split(' ')]);
    t.strictSame([code, out], [2, ''], words);
    t.match(err, says, words);
    t.match(err, /^rmitrace: .*\n$/, `${words}: one line`);
  }
});

t.test('whoever has seen enough of a long sweep does not wait for the rest', async t => {
  const child = start(['sweep', '--kernel', 'v13', '--random', '9000000'], {});
  child.stdout?.once('data', () => child.stdout?.destroy());
  t.match(await ended(child), { code: 0, err: '' });
});

t.test(
  'a part from a stranger is refused: keys twice, bytes that are no text, parts without number',
  async t => {
    const cwd = t.testdir();
    const run = inFolder(cwd);
    writeFileSync(join(cwd, 'part.json'), (await run('sweep --shard 1/2 --json')).out);
    const text = readFileSync(join(cwd, 'part.json'), 'latin1');
    const refused = async (from: RegExp, to: string, says: RegExp) => {
      t.match(text, from);
      writeFileSync(join(cwd, 'changed.json'), text.replace(from, to), 'latin1');
      t.match(await run('sweep --merge changed.json'), { code: 2, err: says });
    };
    await refused(/"of":2/, '"of":4294967295', /part 2 of 4294967295 is missing/);
    await refused(/"row":1,/, '"row":1,"row":1,', /part 2 of 2 is missing|"row" stands twice/);
    await refused(/"columns":/, '"rows":1,"columns":', /"rows" stands twice/);
    await refused(/"fvp"/, '"fvp\xff"', /not UTF-8/);
  },
);

t.test('a name in a table is a name: no formula, no link, no mention, no control character', async t => {
  const name = 'x;=cmd @you #1 https://a.b www.c.d $m$ \x1b[31m;-1;-a';
  const table = { ...plan().table, machines: [name] };
  const row = { row: 1, machine: name, rmm: '=rmm', values: [], cells: [], differs: false };
  t.equal(
    sweepCsv(table).row(row, 0),
    "1,x;'=cmd @you #1 https://a.b www.c.d $m$ \\x1b[31m;-1;'-a,'=rmm,no\n",
  );
  const markdown = sweepMarkdown(table).row(row, 0);
  t.notMatch(markdown, /@you|#1|:\/\/|www\.|\$m\$|\x1b/);
  t.match(markdown, 'x;=cmd @<!-- -->you \\#<!-- -->1 https:<!-- -->//a.b www<!-- -->.c.d <span>$</span>m');
});

t.test('a sweep of RMMs says first which of them each kernel goes on with, and fits 80 columns', async t => {
  const run = inFolder(t.testdir());
  const rmms = '--rmm tf-rmm-0.8 --rmm tf-rmm-0.9';
  const narrow = (await run(`sweep --kernel v13 ${rmms}`)).out;
  t.match(narrow, /^v13 goes on with tf-rmm-0\.9, not with tf-rmm-0\.8\n\nMACHINE {2}RMM {9}v13\n/);
  const wide = (await run(`sweep --kernel v7 --kernel v13 --kernel v16 --kernel next ${rmms}`)).out;
  t.match(wide, /^v7 goes on with tf-rmm-0\.8, not with tf-rmm-0\.9\n/);
  t.match(
    wide,
    /\nfvp {2}tf-rmm-0\.9\n {2}refused \(v2\.0 - v2\.0\) {2}v7\n {2}accepted 2\.0 {11}v13 v15 next\n/,
  );
  t.strictSame(
    wide.split('\n').filter(line => line.length > 80),
    [],
  );
  t.match(
    (await run(`sweep --kernel v13 --kernel v16 --rmm tf-rmm-0.9 --rmm tf-rmm-head`)).out,
    /^v13 goes on with all of them\n/,
  );
  t.match(
    (await run('sweep --kernel v13 --rmm tf-rmm-0.8 --rmm tf-rmm-0.3')).out,
    /^v13 goes on with none of them\n/,
  );
  const edited = (await run('sweep --kernel v7 --kernel v13 --kernel next --rmm tf-rmm-0.8 --boundary')).out;
  t.match(edited, /^fvp {2}tf-rmm-0\.8 {2}RMI_VERSION\.x0=0x0 {2}RMI_VERSION\.x1=0x0 .*\n/);
  t.notMatch(edited, /goes on with/, 'where answers are edited, the RMM is not all that matters');
});

t.test('a cell of a sweep has the colour of what came of the boot', async t => {
  const { out } = await rmitrace(
    ['sweep', '--kernel', 'v13', '--rmm', 'tf-rmm-0.8', '--rmm', 'tf-rmm-0.9', '--color', 'always'],
    {
      cwd: t.testdir(),
    },
  );
  const [bad = '', good = ''] = out.split('\n').filter(line => line.startsWith('fvp'));
  const colour = (line: string) => /\x1b\[(\d+)m(?:accepted|refused)/.exec(line)?.[1];
  t.ok(colour(bad) !== undefined && colour(good) !== undefined && colour(bad) !== colour(good), out);
});
