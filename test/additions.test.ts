/** The recipes of lib/README.md, "How to add", followed in memory: what each costs, and what names a step that is forgotten. */
import { readFileSync, writeFileSync } from 'node:fs';
import t from 'tap';
import type { Fact } from '../lib/model/facts.js';
import { behind, builtWith, type Changes, newCompiler } from './changed-sources.js';
import { rmitrace } from './rmitrace.js';

/** The files that the recipe with that heading lists. */
function recipe(heading: string): readonly string[] {
  const readme = readFileSync('lib/README.md', 'utf8');
  const [, text = ''] = readme.split(`\n### ${heading}\n`);
  const [own = ''] = text.split(/\n##/);
  return [...own.matchAll(/^\* `([^`]+)`/gm)].map(([, file = '']) => file);
}

/** One compiler: what a test has read, the next need not read again. */
const compile = newCompiler();

const V21 = `/** A revision that is not there: the queued check, which words its refusal in another way. */
import { ENXIO } from '../../abi/errno.js';
import { RMI_VERSION as SMC_RMI_VERSION } from '../../abi/rmi-commands.js';
import { NOT_SUPPORTED_64 as SMCCC_RET_NOT_SUPPORTED } from '../../abi/smccc.js';
import type { Asking } from '../../model/port.js';
import type { U64 } from '../../model/u64.js';
import { LINES } from '../lines.js';
import { returning } from '../linux/asks.js';
import { unsigned_short } from '../linux/c-types.js';
import { read_sanitised_ftr_reg, type System } from '../linux/cpufeature.js';
import { pr_err, pr_info } from '../linux/printk.js';
import { arm_smccc_1_2_smc } from '../linux/smccc.js';
import { type Abi, MASKED, RMI_ABI_VERSION, RMI_SUCCESS } from './rmi-smc.js';

function* rmi_check_version(system: System, abi: Abi): Asking<number> {
  yield* read_sanitised_ftr_reg(system, 'ID_AA64PFR0_EL1');
  const res = yield* arm_smccc_1_2_smc(SMC_RMI_VERSION, RMI_ABI_VERSION(abi.major, abi.minor));
  if (res.a0 === SMCCC_RET_NOT_SUPPORTED) return -ENXIO;
  const part = (version: U64) => ({
    major: unsigned_short(MASKED.GET_MAJOR(version)),
    minor: unsigned_short(MASKED.GET_MINOR(version)),
  });
  if (res.a0 !== RMI_SUCCESS) {
    yield* pr_err(LINES.hostSpeaks, { wants: abi, lower: part(res.a1), higher: part(res.a2) });
    return -ENXIO;
  }
  yield* pr_info(LINES.rmiAbiVersion, { lower: part(res.a1) });
  return 0;
}

export function arm64_init_rmi(system: System, abi: Abi): Asking<number> {
  return returning('rmi_check_version', rmi_check_version(system, abi));
}
`;

const REVISIONS = 'lib/kernel/revisions/index.ts';
const LINES = 'lib/kernel/lines/check.ts';
const COLUMNS = 'test/kernel-columns.ts';
const OWN = 'lib/kernel/revisions/v21.ts';

const ROW = `
  v21: {
    aliases: ['v22'],
    wants: '2.0',
    date: null,
    title: '[PATCH v21]',
    summary: 'says what the host speaks',
    unverified: 'all of it',
    frame: BEFORE_KVM,
    check: (system, abi) => returning('arm64_init_rmi', v21.arm64_init_rmi(system, abi)),
  },`;

const LINE = `
  hostSpeaks: check('The host speaks RMI {wants:%d.%d}, the RMM v{lower:%d.%d} to v{higher:%d.%d}', {
    by: { pr_err: 'v21' },
    insteadOf: ['unsupportedRange'],
    says: { class: 'refused' },
  }),`;

/** Each step of the recipe, by its file. */
function steps(): ReadonlyMap<string, string> {
  const [path, text] = behind(
    REVISIONS,
    "import * as v17 from './v17.js';\n",
    "import * as v21 from './v21.js';\n",
  );
  const last = text.indexOf('\n} as const satisfies');
  return new Map([
    [OWN, V21],
    [path, text.slice(0, last) + ROW + text.slice(last)],
    behind(LINES, 'export const CHECK = {', LINE),
    behind(COLUMNS, "  next: { ...V17, cells: 'next' },\n", '  v21: V17,\n'),
  ]);
}

t.test('a kernel revision with a changed line costs its file, two rows and a column', async t => {
  const all = steps();
  t.strictSame(
    [...recipe('A kernel revision')].sort(),
    [...all.keys()].map(file => file.replace('v21', 'NAME')).sort(),
  );

  const files = [...all.keys()];
  t.strictSame(compile(all, files), [], 'with all of them it compiles');
  const without = (file: string): Changes => new Map([...all].filter(([name]) => name !== file));
  const forgotten: readonly (readonly [file: string, says: RegExp])[] = [
    [OWN, /revisions\/index\.ts: Cannot find module '\.\/v21\.js'/],
    [REVISIONS, /revisions\/index\.ts: .*[Pp]roperty 'v21' is missing/],
    [LINES, /revisions\/v21\.ts: Property 'hostSpeaks' does not exist/],
    [COLUMNS, /kernel-columns\.ts: Property 'v21' is missing/],
  ];
  for (const [file, says] of forgotten)
    t.match(compile(without(file), files).join('\n'), says, `without ${file}`);
});

t.test('a kernel revision that is added is in all that lists or runs kernels', async t => {
  const folder = t.testdir({});
  const app = await builtWith(steps(), folder);
  const run = (line: string) => rmitrace(line.split(' '), { app, cwd: folder });
  t.match((await run('list kernels')).out, /^v21 +v22 +UNVERIFIED +2\.0\n +says what the host speaks$/m);
  t.match((await run('list kernels --json')).out, /"name": "v21"/);
  t.match((await run('record --kernel v22 -o new.json')).err, /v22 has the same check as v21/);
  const refused = await run('record --kernel v21 --rmm tf-rmm-0.8 -o old.json');
  t.equal(refused.code, 0);
  t.match(refused.err, /No realms: KVM asked for 2\.0, the RMM has 1\.0 only/);
  t.match((await run('show old.json')).out, /The host speaks RMI 2\.0, the RMM v1\.0 to v1\.0/);
  t.equal((await run('check new.json old.json')).code, 0);
  t.match((await run('sweep --rmm tf-rmm-0.8')).out, /^v21: 1 refused$/m);
  t.match((await run('sweep --rmm tf-rmm-0.8 --kernel v21')).out, /refused \(v1\.0 - v1\.0\)/);
});

const CSV = `/** A check as comma-separated values: a line a trace. */
import { counted } from '../../model/count.js';
import { visible } from '../text/escape.js';
import { page } from '../text/layout.js';
import type { CheckPrinter } from './printer.js';

export function checkCsv(): CheckPrinter {
  return {
    head: page(['verdict,trace']),
    trace: ({ verdict, name }, nth) => page([\`\${nth + 1},\${verdict},\${visible(name)}\`]),
    foot: ({ totals }) => page([\`# \${counted(totals.traces, 'trace')}\`]),
  };
}
`;

t.test('a report format of a check costs its file and a row', async t => {
  const FORMATS = 'lib/report/check/formats.ts';
  const own = 'lib/report/check/csv.ts';
  const [, imported] = behind(
    FORMATS,
    "import { checkJson } from './json.js';\n",
    "import { checkCsv } from './csv.js';\n",
  );
  const at = imported.lastIndexOf('];');
  const row = "  { name: 'csv', is: 'text', printer: checkCsv },\n";
  const all = new Map([
    [own, CSV],
    [FORMATS, imported.slice(0, at) + row + imported.slice(at)],
  ]);
  t.strictSame(
    [...recipe('A report format')].sort(),
    [...all.keys()].map(file => file.replace('csv', 'NAME')).sort(),
  );
  t.strictSame(compile(all, [...all.keys()]), []);
  t.match(compile(new Map([...all].slice(1)), [FORMATS]).join('\n'), /Cannot find module '\.\/csv\.js'/);

  const folder = t.testdir({});
  const app = await builtWith(all, folder);
  const run = (line: string) => rmitrace(line.split(' '), { app, cwd: folder });
  await run('record -o good.json');
  t.match(await run('check good.json none.json --format csv'), {
    code: 2,
    out: 'verdict,trace\n1,same,good.json\n2,trouble,none.json\n# 2 traces\n',
  });
  t.match((await run('check --help')).out, /, markdown, csv/);
  t.strictSame((await run('--complete -- rmitrace check --format t')).out, 'text\ntap\n');
});

const FACTS = 'lib/model/facts/rmi.ts';
const GENERATED = 'lib/schema/generated/machine.ts';

const FACT = `
  {
    name: 'trng',
    values: { kind: 'one-of', values: ['none', 'smc', 'cpu'] },
    default: 'none',
    member: 'trng',
    says: 'Where random numbers come from.',
  },`;

const NEW_FACT: Fact = {
  name: 'trng',
  scope: 'rmi',
  values: { kind: 'one-of', values: ['none', 'smc', 'cpu'] },
  default: 'none',
  member: 'trng',
  says: 'Where random numbers come from.',
};

t.test(
  'a fact of the machine costs a row, and one that follows from others does not compile alone',
  async t => {
    const rows = behind(FACTS, 'export const RMI_FACTS = [', FACT);
    t.strictSame(recipe('A fact of the machine'), [rows[0]]);
    const compile = newCompiler();
    const files = [FACTS, 'lib/model/facts.ts', 'lib/machine/facts.ts', 'lib/machine/description.ts'];
    t.strictSame(compile(new Map([rows]), files), []);
    const concluded = new Map([[FACTS, rows[1].replace("member: 'trng'", 'member: null')]]);
    t.match(
      compile(concluded, files).join('\n'),
      /lib\/machine\/facts\.ts: Property 'trng' is missing in type/,
      'what it follows from is asked for',
    );
  },
);

t.test('a fact that is added is in all that reads, checks, edits or lists facts', async t => {
  const { machineSchema, withTable } = await import(new URL('../schemas/facts.js', import.meta.url).href);
  const { validators } = await import(new URL('../schemas/generate.js', import.meta.url).href);
  const schema = machineSchema(JSON.parse(readFileSync('schemas/machine.schema.json', 'utf8')), [NEW_FACT]);
  t.match(schema.properties.trng, { enum: ['none', 'smc', 'cpu'], default: 'none' });
  t.match(
    withTable(readFileSync('lib/README.md', 'utf8'), [NEW_FACT]),
    '| `trng` | `none`, `smc`, `cpu` | `none` | Where random numbers come from. |',
  );

  const machine = { format: 'rmitrace-machine', version: 1, name: 'drawing', trng: 'cpu' };
  const cpus = [{ registers: { ID_AA64PFR0_EL1: '0x1211111123111112' } }];
  const folder = t.testdir({ 'drawing.json': JSON.stringify({ ...machine, cpus }) });
  const changes = new Map([
    behind(FACTS, 'export const RMI_FACTS = [', FACT),
    [GENERATED, validators('machine.schema.json', schema)],
  ]);
  const app = await builtWith(changes, folder);
  const run = (line: string) => rmitrace(line.split(' '), { app, cwd: folder });
  t.equal((await run('record -o usual.json')).code, 0);
  t.match((await run('show usual.json')).out, /^ *\d+ +fact +trng = none$/m, 'by default');
  t.equal((await run('record ./drawing.json -o drawing-trace.json')).code, 0);
  t.match((await run('show drawing-trace.json')).out, /^ *\d+ +fact +trng = cpu$/m, 'described');
  t.equal((await run('record --set trng=smc -o edited.json')).code, 0);
  t.match((await run('show edited.json')).out, /^ *\d+ +fact +trng = smc$/m, 'edited');
  t.match((await run('diff usual.json edited.json')).out, /the cause is trng/);
  t.match((await run('record --set trng=hvc')).err, /"hvc" is not a value of trng/);
  t.match((await run('record --set trgn=smc')).err, /did you mean trng\?/);
  const file = `${folder}/edited.json`;
  writeFileSync(file, readFileSync(file, 'utf8').replace('"trng","value":"smc"', '"trng","value":"hvc"'));
  t.match((await run('validate edited.json')).out, /trng must be one of none, smc, cpu; found "hvc"/);
});

const PROFILES = 'lib/rmm/profiles.ts';

const PROFILE = `
  {
    ...SPEC,
    name: 'acme',
    summary: 'speaks 1.0 and 2.1',
    releases: ['7.1.0'],
    revisions: [R1_0, R2_1],
  },`;

t.test('an RMM costs a row', async t => {
  const rows = behind(PROFILES, '\n  CONFORMING,', PROFILE);
  t.strictSame(recipe('An RMM'), [rows[0]]);
  t.strictSame(compile(new Map([rows]), [PROFILES]), []);
});

t.test('an RMM that is added is in all that lists, runs or recognises RMMs', async t => {
  const folder = t.testdir({});
  const app = await builtWith(new Map([behind(PROFILES, '\n  CONFORMING,', PROFILE)]), folder);
  const run = (line: string, input = '') => rmitrace(line.split(' '), { app, cwd: folder, input });
  t.match((await run('list rmms')).out, /^acme .*\n? +speaks 1\.0 and 2\.1$/m);
  t.match((await run('list rmms --json')).out, /"name": "acme"/);
  t.match((await run('--complete -- rmitrace record --rmm ac')).out, /^acme$/m);
  t.match((await run('record --rmm amce')).err, /did you mean acme\?/);
  const recorded = await run('record --rmm acme --wants 2.1 -o acme.json');
  t.match(recorded.err, /KVM and the RMM agree on RMI 2\.1 \(RMM profile acme answers like this\)/);
  t.match((await run('check acme.json --rmm acme --answers --conformance')).out, /^same +acme\.json/m);
  t.match((await run('replay acme.json --rmm auto')).out, /^Same/, 'by the name in the header');
  t.match((await run('sweep --kernel v13 --rmm acme')).out, /^fvp +acme +refused \(v1\.0 - v2\.1\)$/m);
  const call = '{"fid":"0xc4000150","args":["0x20001"]}\n';
  t.match((await run('serve --rmm acme', call)).out, /"res":\["0x0","0x20001","0x20001"\]/);

  const file = `${folder}/acme.json`;
  const nameless = readFileSync(file, 'utf8').replace('"rmm":"acme"', '"rmm":null');
  writeFileSync(
    file,
    nameless.replace(
      '{"type":"smc"',
      '{"type":"console","text":"Booting RMM v.7.1.0(release)","src":"rmm"},\n{"type":"smc"',
    ),
  );
  t.match((await run('replay acme.json --rmm auto')).err, /acme/, 'by its banner');
});
