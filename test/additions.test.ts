/** The recipes of lib/README.md, "How to add", followed in memory: what each costs, and what names a step that is forgotten. */
import { readFileSync } from 'node:fs';
import t from 'tap';
import { behind, builtWith, type Changes, newCompiler } from './changed-sources.js';
import { rmitrace } from './rmitrace.js';

/** The files that the recipe with that heading lists. */
function recipe(heading: string): readonly string[] {
  const readme = readFileSync('lib/README.md', 'utf8');
  const [, text = ''] = readme.split(`\n### ${heading}\n`);
  const [own = ''] = text.split(/\n##/);
  return [...own.matchAll(/^\* `([^`]+)`/gm)].map(([, file = '']) => file);
}

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

  const compile = newCompiler();
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
  t.match((await run('sweep --rmm tf-rmm-0.8')).out, /^MACHINE .* v21$/m);
  t.match((await run('sweep --rmm tf-rmm-0.8 --kernel v21')).out, /refused \(v1\.0 - v1\.0\)/);
});
