/** Logs become traces: what each format, each layer and each trouble gives, and that no register is ever invented. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import t from 'tap';
import { isBackground } from '../lib/abi/background.js';
import { callId } from '../lib/abi/smccc.js';
import { parseEdit } from '../lib/edit/parse.js';
import type { FormatOptions } from '../lib/import/format.js';
import { LOG_FORMATS } from '../lib/import/formats/index.js';
import { LAYERS } from '../lib/import/layers/index.js';
import { newNeedles } from '../lib/import/needles.js';
import {
  diff,
  findingOf,
  type Imported,
  type ImportOptions,
  importLogs,
  kernelNamed,
  machineNamed,
  record,
  replay,
  type SmcEvent,
  type TraceEvent,
  traceText,
  validateTrace,
} from '../lib/index.js';
import { KERNELS } from '../lib/kernel/kernels.js';
import { hex, type Seen, type U64, u64 } from '../lib/model/u64.js';
import { explainText } from '../lib/report/text/explain.js';
import { PLAIN } from '../lib/report/text/paint.js';
import { PROFILES } from '../lib/rmm/profiles.js';
import { createRmm } from '../lib/rmm/rmm.js';
import { must } from './boots.js';
import { CONSOLE_LINES } from './console-lines.js';
import { REAL_LOGS } from './real-logs.js';
import { type Dice, LOSSLESS, LOSSY, type Wrapping } from './wrappings.js';

const SHARED = new URL('../../shared/', import.meta.url);
const shared = existsSync(SHARED);
const skip = shared ? false : 'the folder with real logs is not at hand';

const SEED = { seed: 20_261_126, numRuns: 300 };

async function imported(log: string | Uint8Array, options: ImportOptions = {}): Promise<Imported> {
  const bytes = typeof log === 'string' ? Buffer.from(log) : log;
  return must(await importLogs([{ name: 'console.log', bytes }], options));
}

const eventsOf = ({ boots }: Imported): readonly TraceEvent[] => boots.flatMap(({ trace }) => trace.events);
const callsIn = (read: Imported): readonly SmcEvent[] => eventsOf(read).filter(event => event.type === 'smc');

/** What a call shows, without where it stands. */
function shown({ fid, args, res, junk }: SmcEvent) {
  const text = (values: readonly Seen[] | null | undefined) =>
    values?.map(value => (value === null ? null : hex(value))) ?? null;
  return { fid: hex(fid), args: text(args), res: text(res), junk: text(junk) };
}

/** A call as an RMM answered it, and the lines that it printed. */
interface Asked {
  readonly fid: U64;
  readonly args: readonly U64[];
  readonly res: readonly U64[];
  readonly console: readonly string[];
}

/** Whether every register that was read is the one that there was. */
function isOf(call: SmcEvent, { fid, args, res }: Asked): boolean {
  const same = (seen: readonly Seen[], real: readonly U64[]) =>
    seen.every((value, at) => value === null || value === (real[at] ?? 0n));
  return (
    callId(call.fid) === callId(fid) && same(call.args, args) && (call.res === null || same(call.res, res))
  );
}

const word = fc.oneof(
  fc.constantFrom(0n, 1n, 0x10000n, 0x10001n, 0x20000n, 0x30007n),
  fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
);
const REVISION = fc.constantFrom(0x10000n, 0x10001n, 0x20000n, 0x20001n, 0x30000n);

/** Calls of RMI_VERSION and RMI_FEATURES on any RMM whose console is emulated. */
const session = fc
  .record({
    profile: fc.constantFrom(
      ...PROFILES.filter(({ console, presence }) => console !== null && presence === 'running'),
    ),
    asked: fc.array(fc.tuple(fc.boolean(), REVISION, word), { minLength: 1, maxLength: 5 }),
  })
  .map(({ profile, asked }): readonly Asked[] => {
    const rmm = createRmm(profile, {
      features: new Map([
        [1, [u64(0x28f34317f34n)]],
        [2, [u64(0x317f34n), u64(0x142a9n)]],
      ]),
    });
    return asked.map(([version, revision, junk]) => {
      const fid = u64(version ? 0xc4000150n : 0xc4000165n);
      const args = [version ? revision : 0n, junk, 0x2222n, 0x3333n, 0x4444n].map(u64);
      const reply = rmm.call(fid, args);
      if (reply.kind !== 'answer') throw new Error('no answer');
      return { fid, args, res: reply.res, console: reply.console };
    });
  });

t.test('an emulated console gives the registers that it shows, and no others', async () => {
  await fc.assert(
    fc.asyncProperty(session, async asked => {
      const logged = asked.filter(({ console }) => console.length > 0);
      const calls = callsIn(await imported(`${logged.flatMap(({ console }) => console).join('\n')}\n`));
      if (calls.length !== logged.length) throw new Error(`${calls.length} calls of ${logged.length}`);
      for (const [at, call] of calls.entries()) {
        const real = logged[at];
        if (real === undefined || !isOf(call, real))
          throw new Error(`${real?.console[0]}: ${JSON.stringify(shown(call))}`);
        if (call.res?.[0] == null) throw new Error('a status that is printed is read');
      }
    }),
    SEED,
  );
});

t.test('in any stack of lossless layers it gives the same', async t => {
  const stack = fc.array(fc.constantFrom(...Object.keys(LOSSLESS)), { maxLength: 4 });
  let tried = 0;
  await fc.assert(
    fc.asyncProperty(session, stack, async (asked, names) => {
      const lines = asked.flatMap(({ console }) => console);
      if (lines.length === 0) return;
      const wrapped = names.reduce<readonly string[]>(
        (now, name) => (LOSSLESS[name] as Wrapping)(now),
        lines,
      );
      const plain = callsIn(await imported(`${lines.join('\n')}\n`)).map(shown);
      const read = await imported(`${wrapped.join('\n')}\n`);
      const found = callsIn(read).map(shown);
      if (JSON.stringify(found) !== JSON.stringify(plain))
        throw new Error(
          `${names.join(' + ')}\n${wrapped.join('\n')}\n${JSON.stringify(found)}\n${JSON.stringify(plain)}`,
        );
      if (read.notes.some(({ severity }) => severity !== 'info')) throw new Error(JSON.stringify(read.notes));
      tried += 1;
    }),
    SEED,
  );
  t.ok(tried > 100, `${tried} stacks`);
});

t.test('in a lossy one it gives a part of it, and never a register that differs', async t => {
  // A middle that is gone cannot be told from one that never was: what takes text away comes alone.
  const damage = fc.oneof(
    fc.constantFrom(...Object.keys(LOSSY)).map(name => [name]),
    fc.array(
      fc.constantFrom(
        ...Object.keys(LOSSY).filter(name => !name.endsWith(' lost, at a blank') && name !== 'a line lost'),
      ),
      {
        minLength: 2,
        maxLength: 2,
      },
    ),
  );
  const dice = fc.array(fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }), {
    minLength: 16,
    maxLength: 16,
  });
  const stack = fc.array(fc.constantFrom('a mail quote', 'carriage returns', "a harness's tag", 'colours'), {
    maxLength: 2,
  });
  let whole = 0;
  let all = 0;
  await fc.assert(
    fc.asyncProperty(session, damage, dice, stack, async (asked, names, throws, outer) => {
      const real = asked.filter(({ console }) => console.length > 0);
      if (real.length === 0) return;
      let next = 0;
      const rolled: Dice = () => throws[next++ % throws.length] ?? 0;
      const lines = real.flatMap(({ console }) => console);
      const hurt = names.reduce<readonly string[]>(
        (now, name) => (LOSSY[name] as (dice: Dice) => Wrapping)(rolled)(now),
        lines,
      );
      const wrapped = outer.reduce<readonly string[]>((now, name) => (LOSSLESS[name] as Wrapping)(now), hurt);
      const calls = callsIn(await imported(`${wrapped.join('\n')}\n`, { infer: false }));
      let from = 0;
      for (const call of calls) {
        const at = real.findIndex((one, index) => index >= from && isOf(call, one));
        if (at < 0)
          throw new Error(`${names.join(' + ')}\n${wrapped.join('\n')}\n${JSON.stringify(shown(call))}`);
        from = at + 1;
      }
      whole += calls.length;
      all += real.length;
    }),
    { ...SEED, numRuns: 1500 },
  );
  t.ok(whole > all / 2, `${whole} of ${all} calls were read`);
});

interface Answers {
  readonly calls: readonly {
    readonly fid: string;
    readonly args: readonly string[];
    readonly result: Readonly<Record<string, string>>;
    readonly console: readonly string[];
  }[];
}

t.test(
  'each console line of a real RMM gives the registers beside it, and unknown ones null',
  { skip },
  async t => {
    const folder = new URL('rmm-answers/', SHARED);
    let calls = 0;
    for (const file of readdirSync(folder).filter(name => name.endsWith('.json'))) {
      const answers: Answers = JSON.parse(readFileSync(new URL(file, folder), 'utf8'));
      for (const { fid, args, result, console } of answers.calls) {
        if (!console.some(line => /^ *SMC_RM|unknown function_id/.test(line))) continue;
        const read = await imported(`${console.join('\n')}\n`, { infer: false });
        const call = callsIn(read).at(-1);
        const registers = (texts: readonly string[]) => texts.map(text => u64(BigInt(text)));
        // The console has 32 bits of the FID, and the RMM drops the SVE hint before it looks.
        const real = u64(BigInt(fid) & 0xfffeffffn);
        const asked = { fid: real, args: registers(args), res: registers(Object.values(result)), console };
        if (call === undefined || !isOf(call, asked)) t.fail(`${file}: ${console.at(-1)}`);
        if (read.notes.length > 0) t.fail(`${file}: ${console.at(-1)}: ${read.notes[0]?.what}`);
        calls += 1;
      }
    }
    t.ok(calls > 500, `${calls} calls`);
  },
);

t.test(
  'each real log gives what is written down for it, and counts every one of its lines',
  { skip },
  async t => {
    for (const { logs, boots, lost = 0 } of REAL_LOGS) {
      const name = logs.join(' and ');
      const sources = logs.map(log => ({ name: log, path: new URL(log, SHARED).pathname }));
      const read = must(await importLogs(sources));
      const found = read.boots.map(({ trace }) => ({
        rmi: trace.events.filter(event => event.type === 'smc' && !isBackground(event)).length,
        kernel: trace.events.filter(({ type }) => type === 'log').length,
      }));
      t.strictSame(
        found,
        boots.map(({ rmi, kernel }) => ({ rmi, kernel })),
        name,
      );
      for (const [at, { finding }] of boots.entries()) {
        const { trace } = read.boots[at] ?? {};
        if (trace === undefined) continue;
        t.match(findingOf(trace).sentence, finding, name);
        const bytes = Buffer.from(traceText(trace));
        t.strictSame((await validateTrace({ name, bytes })).findings, [], `${name} validates`);
      }
      for (const { lines, ...counts } of read.logs) {
        const { name: log, ...numbers } = counts;
        t.equal(
          Object.values(numbers).reduce((sum, count) => sum + count, 0),
          lines,
          `${log}: the lines add up`,
        );
        t.ok(
          Object.values(numbers).every(count => count >= 0),
          log,
        );
      }
      t.equal(
        read.logs.reduce((sum, log) => sum + log.lost, 0),
        lost,
        `${name}: what is lost`,
      );
    }
  },
);

t.test('a real log and the calls that EL3 saw complement each other', { skip }, async t => {
  const source = (end: string) => {
    const name = `linux-1.1-on-rmm-0.8-refused.${end}`;
    return { name, path: new URL(`qemu/${name}`, SHARED).pathname };
  };
  const version = ({ boots }: Imported) =>
    boots[0]?.trace.events.find(event => event.type === 'smc' && callId(event.fid) === 0xc4000150n);
  const alone = version(must(await importLogs([source('log')])));
  if (alone?.type !== 'smc') throw new Error('the console shows the call');
  t.strictSame(
    alone.res,
    [1n, 0x10000n, null, null],
    'lower from the line of the kernel, higher from nowhere',
  );
  t.match(alone.inferred, { x1: /^line 173: Unsupported RMI ABI/ });
  const plain = version(must(await importLogs([source('log')], { infer: false })));
  t.match(plain, { res: [1n, null, null, null] }, 'without conclusions only what the RMM prints');

  const both = must(await importLogs([source('log'), source('jsonl')]));
  const [boot] = both.boots;
  const whole = version(both);
  if (whole?.type !== 'smc' || boot === undefined) throw new Error('both show the call');
  t.strictSame(whole.res, [1n, 0x10000n, 0x10000n, 0n]);
  t.equal(hex(whole.fid), '0xc4010150', 'with the hint that no console shows');
  t.equal(whole.inferred, undefined);
  t.strictSame(
    both.boots.flatMap(({ notes }) => notes),
    [],
    'and nothing contradicts',
  );
  const replayed = must(await replay(boot.trace, must(kernelNamed('v5', '1.1'))));
  t.equal(replayed.verdict, 'same', 'the kernel of that time does the same again');
});

const BANNER_OF_08 = 'Booting RMM v.0.8.0(release) tf-rmm-v0.8.0 Built: Jan  1 2026 10:00:00 with GCC 14.2.0';
const BANNER_OF_09 = 'Booting RMM v.0.9.0(release) tf-rmm-v0.9.0 Built: Feb  1 2026 10:00:00 with GCC 14.2.0';
const REFUSED_CALL = 'SMC_RMI_VERSION                   20000 > RMI_ERROR_INPUT';
const AGREED_CALL = 'SMC_RMI_VERSION                   20000 > RMI_SUCCESS 20000 20000';
const REFUSED_LINE = 'kvm [1]: Unsupported RMI ABI (v1.0 - v1.0) we want v2.0';
const AGREED_LINE = 'kvm [1]: RMI ABI version 2.0';
const BARE_LINE = 'RMI ABI version 2.0';
const MODE_LINE = 'kvm [1]: VHE mode initialized successfully';
const LIMIT_LINE = 'kvm [1]: IPA Size Limit: 40 bits';

/** What a log holds, and the lines of each boot that is found in it. */
const BOOTS_IN: Readonly<Record<string, { readonly lines: readonly string[]; readonly boots: string }>> = {
  "a second RMM banner after KVM's init begins a boot": {
    lines: [BANNER_OF_08, REFUSED_CALL, REFUSED_LINE, MODE_LINE, BANNER_OF_09, AGREED_CALL, AGREED_LINE],
    boots: '1-4 5-7',
  },
  "a second banner on the RMM's own console does too": {
    lines: [BANNER_OF_08, REFUSED_CALL, BANNER_OF_09, AGREED_CALL],
    boots: '1-2 3-4',
  },
  "without a banner the RMM's call before the second kernel's line is the second boot's": {
    lines: [REFUSED_CALL, REFUSED_LINE, MODE_LINE, AGREED_CALL, AGREED_LINE, MODE_LINE],
    boots: '1-3 4-6',
  },
  "an RMM's console behind the kernel's is of the same boot": {
    lines: [REFUSED_LINE, MODE_LINE, BANNER_OF_08, REFUSED_CALL],
    boots: '1-4',
  },
  'a stamp that goes back is another boot': {
    lines: [`[    0.510000] ${REFUSED_LINE}`, `[    0.520000] ${MODE_LINE}`, `[    0.410000] ${LIMIT_LINE}`],
    boots: '1-2 3-3',
  },
  'stamps of CPUs that print at once are not': {
    lines: [`[    0.520010] ${REFUSED_LINE}`, `[    0.520003] ${LIMIT_LINE}`, `[    0.530000] ${MODE_LINE}`],
    boots: '1-3',
  },
  'nor is a mode line that overtook a line of the check': {
    lines: [`[    0.520010] ${MODE_LINE}`, `[    0.520003] ${REFUSED_LINE}`],
    boots: '1-2',
  },
  'stamps of three decimals are stamps': {
    lines: [`[    0.520] ${MODE_LINE}`, `[    0.300] ${REFUSED_LINE}`],
    boots: '1-1 2-2',
  },
  'so are stamps of one decimal, as a person types them': {
    lines: [`[    0.5] ${MODE_LINE}`, `[    0.3] ${REFUSED_LINE}`],
    boots: '1-1 2-2',
  },
  'dmesg shows the same boot again, with what the console hid': {
    lines: [
      `[    0.510000] ${REFUSED_LINE}`,
      '[    0.000000] CPU: All CPU(s) started at EL2',
      `[    0.410000] ${LIMIT_LINE}`,
      `[    0.510000] ${REFUSED_LINE}`,
      `[    0.520000] ${MODE_LINE}`,
    ],
    boots: '1-5',
  },
  'journalctl draws a line between boots': {
    lines: [
      '-- Boot 0123456789abcdef0123456789abcdef --',
      `Nov 20 10:00:01 host kernel: ${REFUSED_LINE}`,
      '-- Boot 1123456789abcdef0123456789abcdef --',
      `Nov 21 10:00:01 host kernel: ${LIMIT_LINE}`,
    ],
    boots: '1-2 3-4',
  },
  "the journal's JSON names each record's boot": {
    lines: [
      `{"_BOOT_ID":"a","_TRANSPORT":"kernel","MESSAGE":"${REFUSED_LINE}"}`,
      `{"_BOOT_ID":"b","_TRANSPORT":"kernel","MESSAGE":"${LIMIT_LINE}"}`,
    ],
    boots: '1-1 2-2',
  },
  'the firmware that runs after a kernel begins a boot, and that of a guest does not': {
    lines: [LIMIT_LINE, 'U-Boot 2026.01 (Jan 01 2026)', LIMIT_LINE, '# lkvm run -k Image', 'U-Boot 2026.01'],
    boots: '1-1 2-5',
  },
};

t.test('the boots of a log are told apart', async t => {
  for (const [name, { lines, boots }] of Object.entries(BOOTS_IN)) {
    const read = await imported(`${lines.join('\n')}\n`);
    t.equal(read.boots.map(({ from, to }) => `${from}-${to}`).join(' '), boots, name);
  }
});

t.test('what was lost or contradicts is of the boot in which it stands', async t => {
  const lines = [BANNER_OF_08, REFUSED_CALL, REFUSED_LINE, MODE_LINE, BANNER_OF_09, AGREED_CALL, AGREED_LINE];
  const read = await imported([...lines, MODE_LINE, 'SMC_RMI_REALM_CR', ''].join('\n'));
  const losses = read.boots.map(({ notes }) => notes.filter(({ severity }) => severity === 'loss').length);
  t.strictSame(losses, [0, 1]);
  t.strictSame(read.notes, [], 'and not of the log as a whole');
});

/** Records that cannot be of one boot, and what the finding says of them. */
const CONTRADICTIONS: Readonly<
  Record<string, { readonly lines: readonly string[]; readonly says: RegExp; readonly calls: number }>
> = {
  "an RMM's success and the kernel's refusal": {
    lines: [AGREED_CALL, REFUSED_LINE, MODE_LINE],
    says: /has x0 RMI_SUCCESS, and the kernel's line says refused \(v1\.0 - v1\.0\)\.$/,
    calls: 1,
  },
  'the revision of an answer and that of the line': {
    lines: [
      'SMC_RMI_VERSION                   20000 > RMI_SUCCESS 20000 20000',
      'kvm [1]: RMI ABI version 2.1',
    ],
    says: /has x1 lower 2\.0, and the kernel's line says accepted 2\.1\.$/,
    calls: 1,
  },
  "EL3's NOT_SUPPORTED and a line of the check": {
    lines: ['WARNING: RMMD: Failed to boot up RMM. Ignoring RMI call', AGREED_LINE],
    says: /has x0 .*NOT_SUPPORTED, and the kernel's line says accepted 2\.0\.$/,
    calls: 1,
  },
  'two ends of one check': {
    lines: [`[    0.510000] ${REFUSED_LINE}`, `[    0.511000] ${AGREED_LINE}`],
    says: /the kernel printed `Unsupported RMI ABI .*` and `RMI ABI version 2\.0`\.$/,
    calls: 0,
  },
  "an RMM's banner and a revision that it does not have": {
    lines: [BANNER_OF_08, 'RMI ABI revision v1.0', AGREED_LINE],
    says: /the RMM's banner says RMI 1\.0, and the kernel's line says accepted 2\.0\.$/,
    calls: 1,
  },
  'an init that is done, and an error of it': {
    lines: [BARE_LINE, 'RMM activate failed (1)', 'RMI configured'],
    says: /the kernel printed `RMM activate failed \(1\)` and `RMI configured`\.$/,
    calls: 1,
  },
  'an init that is done, and what it returned': {
    lines: [BARE_LINE, 'RMI configured', 'initcall arm64_init_rmi+0x0/0x1f8 returned -6 after 35 usecs'],
    says: /the kernel printed `RMI configured`, and arm64_init_rmi returned -6\.$/,
    calls: 1,
  },
  'a refusal, and the init behind it': {
    lines: ['Unsupported RMI ABI (v1.0 - v1.0) we want v2.0', 'RMI configured'],
    says: /the kernel printed `Unsupported RMI ABI .*` and `RMI configured`\.$/,
    calls: 1,
  },
  "an RMM's answer to the configuration, and the kernel's line": {
    lines: [
      BARE_LINE,
      'RMM config set failed (1)',
      'SMC_RMI_RMM_CONFIG_SET            881230000 > RMI_SUCCESS',
    ],
    says: /RMI_RMM_CONFIG_SET was answered RMI_SUCCESS, and the kernel printed `RMM config set failed \(1\)`\.$/,
    calls: 2,
  },
};

t.test('records that contradict are the finding, and no call is made up from them', async t => {
  for (const [name, { lines, says, calls }] of Object.entries(CONTRADICTIONS)) {
    const read = await imported(`${lines.join('\n')}\n`);
    const [boot, other] = read.boots;
    if (boot === undefined) throw new Error(name);
    t.equal(other, undefined, `${name}: one boot`);
    t.match(findingOf(boot.trace).sentence, says, name);
    t.equal(callsIn(read).length, calls, `${name}: calls`);
    t.ok(
      boot.notes.some(({ severity }) => severity === 'error'),
      `${name}: a note`,
    );
  }
  const later = '[  100.871500] RMI_GRANULE_TRACKING_GET failed for 900000000-910000000: (1)';
  const [added, another] = (
    await imported(
      `[    0.201000] ${BARE_LINE}\n[    0.203000] RMI configured\n[    0.871500] ${MODE_LINE}\n${later}\n${later.replace('100', '101')}\n`,
    )
  ).boots;
  t.equal(another, undefined, 'memory that is added later is of no other boot');
  t.match(added && findingOf(added.trace).sentence, /agree on RMI 2\.0\.$/, 'and costs no realms');
  const firmware = ['SMC_RMI_VERSION                   10000 > RMI_ERROR_INPUT', AGREED_CALL, AGREED_LINE];
  const [boot] = (await imported(`${firmware.join('\n')}\n`)).boots;
  t.match(boot && findingOf(boot.trace).sentence, /agree on RMI 2\.0/, "a firmware's own call is none");
});

t.test('a dmesg of a refusal replays the same on the kernel that printed it', async t => {
  for (const { name, wants } of KERNELS.filter(({ frame }) => frame !== undefined)) {
    const kernel = must(kernelNamed(name));
    const trace = await record(kernel, must(machineNamed('fvp')), { rmm: 'tf-rmm-0.8' });
    const lines = must(trace).events.flatMap(event =>
      event.type === 'log' ? [`${event.prefix === undefined ? '' : 'kvm [1]: '}${event.text}`] : [],
    );
    const [boot] = (await imported(`${lines.join('\n')}\n`)).boots;
    if (boot === undefined) throw new Error(name);
    const again = must(await replay(boot.trace, kernel));
    t.equal(again.verdict, 'same', `${name}, wanting ${wants}`);
  }
});

t.test('a log of a whole init: the kernels that print its lines, and its calls between them', async t => {
  const returned = (value: number) => `initcall arm64_init_rmi+0x0/0x1f8 returned ${value} after 35 usecs`;
  const NAMED: Readonly<Record<string, readonly [name: string, ...lines: string[]]>> = {
    'a text that two revisions have': ['next', BARE_LINE, 'RMI configured'],
    'and what a later one alone has': [
      'next',
      BARE_LINE,
      'RMI configured',
      "kvm [1]: RMM doesn't support SHA-256 measurements",
    ],
    'without the end of the range': [
      'v15',
      BARE_LINE,
      "Granule tracking for region isn't fine/conventional: 880000000",
    ],
    'a failure that is returned': ['v17', BARE_LINE, 'RMM activate failed', returned(-6)],
    'a failure that is not': ['v14', BARE_LINE, 'RMM activate failed', returned(0)],
    "the RFC's line, which the prototype prints for no 66.0": [
      'rfc',
      'kvm [1]: Unsupported RMI ABI (version 66.0) we support 1',
    ],
  };
  for (const [what, [name, ...lines]] of Object.entries(NAMED)) {
    const [boot] = (await imported(`${lines.join('\n')}\n${MODE_LINE}\n`)).boots;
    t.equal(boot?.trace.header.kernel.name, name, what);
    if (name === 'rfc')
      t.match(boot && findingOf(boot.trace).sentence, /supports major 1,/, 'the major alone');
  }
  const rmm = [
    AGREED_CALL,
    ...[0x330, 7, 0, 0, 0].map(
      (value, at) =>
        `SMC_RMI_FEATURES                  ${at} > RMI_SUCCESS ${hex(u64(BigInt(value))).slice(2)}`,
    ),
    'SMC_RMI_RMM_CONFIG_SET            881230000 > RMI_ERROR_INPUT',
  ];
  const kernel = [BARE_LINE, 'RMM config set failed (1)', returned(-22), MODE_LINE];
  const bytes = (lines: readonly string[]) => Buffer.from(`${lines.join('\n')}\n`);
  const apart = must(
    await importLogs([
      { name: 'kernel.log', bytes: bytes(kernel) },
      { name: 'rmm.log', bytes: bytes(rmm) },
    ]),
  );
  const [first, ...rest] = rmm;
  const [check, ...failed] = kernel;
  const together = await imported(bytes([first ?? '', check ?? '', ...rest, ...failed]));
  const kinds = (read: Imported) =>
    eventsOf(read).flatMap(event =>
      event.type === 'smc' ? [hex(event.fid)] : event.type === 'log' ? [event.text] : [],
    );
  t.strictSame(kinds(apart), kinds(together), 'in the order of one console, and no call twice');
  for (const { boots } of [apart, together]) {
    const [boot] = boots;
    if (boot === undefined) throw new Error('a boot');
    const again = must(await replay(boot.trace, must(kernelNamed('next'))));
    t.equal(again.verdict, 'same', 'what the init behind the check returned is no divergence');
  }
});

t.test('a line of the kernel that is cut or garbled is lost, and not passed over', async t => {
  const CUT: Readonly<Record<string, string>> = {
    'RMM activate failed (1': 'the end of a line of the kernel',
    'GPT Level1 table missing': 'the end of a line of the kernel',
    'kvm [1]: Unsupported RMI ABI (v2.0 - v2.0) we want v1': 'the end of a line of the check',
    'kvm [1]: Unsupp\ufffdrted RMI ABI (v2.0 - v2.0) we want v1.0':
      'a line of the check with other characters in it',
  };
  for (const [line, what] of Object.entries(CUT)) {
    const { boots, notes } = await imported(`[    0.201000] ${line}`);
    const lost = [...notes, ...boots.flatMap(boot => boot.notes)].filter(
      ({ severity }) => severity === 'loss',
    );
    t.strictSame(
      lost.map(note => note.what),
      [what],
      line,
    );
  }
  const front = 'Nov 26 10:00:00 board7.example kernel: [    0.203000]';
  const wrapped = await imported(
    `> ${front} RMM activate failed\n> (11)\n> ${front.replace('3000', '4000')} ${MODE_LINE}\n`,
  );
  t.strictSame(
    eventsOf(wrapped).flatMap(event => (event.type === 'log' ? [event.text] : []))[0],
    'RMM activate failed (11)',
    'a status that a mailer wrapped',
  );
});

t.test('a record of a call that ends before its answer', async t => {
  const record = '{"n": 1, "world": "NonSecure", "in": ["0xc4000150", "0x20000"]}';
  const logs = (...lines: readonly string[]) => [
    { name: 'el3.jsonl', bytes: Buffer.from(`${record}\n`) },
    { name: 'console.log', bytes: Buffer.from(lines.map(line => `${line}\n`).join('')) },
  ];
  const refused = must(await importLogs(logs(REFUSED_LINE, MODE_LINE)));
  t.strictSame(
    callsIn(refused).map(({ res }) => res?.map(value => (value === null ? null : hex(value)))),
    [[null, '0x10000', '0x10000', null]],
    'one call, answered as the line says',
  );
  t.match(refused.boots[0]?.notes[0], { severity: 'error', what: /no answer, but the kernel went on$/ });
  const silent = must(await importLogs(logs(MODE_LINE)));
  t.strictSame(callsIn(silent)[0]?.res, [null, null, null, null], 'a mode line comes after the check');
  const hung = must(await importLogs(logs('kvm [1]: nv: 570 coarse grained trap handlers')));
  t.equal(callsIn(hung)[0]?.res, null, 'it may have come before the check');
  const wide = await imported(
    '{"n": 1, "world": "NonSecure", "in": ["0xc4000150"], "out": ["0x10000000000000000"]}\n',
  );
  t.match(wide.notes, [{ severity: 'loss' }], 'a value of 65 bits');
});

t.test('what a log leaves open is unknown in the trace, and no difference', async t => {
  const [boot] = (await imported(`${REFUSED_LINE}\n${MODE_LINE}\n`)).boots;
  if (boot === undefined) throw new Error('a boot');
  const { events } = boot.trace;
  t.match(
    events.find(({ type }) => type === 'ftr'),
    { reg: 'ID_AA64PFR0_EL1', value: null, inferred: { 'RME at least 1': /^line 1: / } },
    'of the register only one field is known, and of that the least',
  );
  const asked = must(
    await record(must(kernelNamed('v13')), must(machineNamed('fvp')), { rmm: 'tf-rmm-0.8' }),
  );
  t.equal(diff(boot.trace, asked).verdict, 'same', 'a later SMCCC, and returns that no log shows');
  const without = must(parseEdit('ID_AA64PFR0_EL1.RME=0'));
  if (without.kind !== 'edit') throw new Error('an edit');
  const replayed = must(await replay(boot.trace, must(kernelNamed('v13')), { edits: [without] }));
  t.equal(replayed.verdict, 'diverged', 'one field of it can be set');
  t.match(replayed.comparison.causes, [{ key: 'ID_AA64PFR0_EL1', edit: 'ID_AA64PFR0_EL1.RME=0' }]);
});

t.test(
  'values that a build shows of a refusal are read, and its banner names the nearest profile',
  async t => {
    const banner = 'Booting RMM v.0.9.0(release) v0.9-1234-gdeadbee-custom Built: Jan  1 2026 with GCC 14';
    const call = 'SMC_RMI_VERSION                   10001 > RMI_ERROR_INPUT 10000 20000';
    const read = await imported(`${banner}\nRMI ABI revision v2.0\n${call}\n`);
    t.strictSame(callsIn(read).map(shown), [
      { fid: '0xc4000150', args: ['0x10001'], res: ['0x1', '0x10000', '0x20000', null], junk: null },
    ]);
    t.strictSame(
      read.boots.flatMap(({ notes }) => notes.map(({ what }) => what)),
      [
        'the RMM: its banner says v.0.9.0, build v0.9-1234-gdeadbee-custom, RMI 2.0, which no profile matches; the nearest is tf-rmm-0.9',
      ],
    );
  },
);

t.test('the evidence of several logs names the log of each line', async t => {
  const named = (name: string, text: string) => ({ name, bytes: Buffer.from(text) });
  const kernel = named('dmesg.txt', `[    0.510000] ${REFUSED_LINE}\n[    0.520000] ${MODE_LINE}\n`);
  const rmm = named('rmm.log', 'Booting RMM v.0.8.0\n');
  const both = must(await importLogs([kernel, rmm]));
  const text = explainText(both, both.boots, PLAIN);
  t.match(text, /^ {2}rmm\.log line 1 +rmm +Booting RMM/m);
  t.match(text, /^ {2}dmesg\.txt line 2 +kernel +kvm \[1\]/m);
  const one = must(await importLogs([kernel]));
  t.match(explainText(one, one.boots, PLAIN), /^ {2}line 2 +kernel/m);
});

t.test('a JSON array on one line is not read, and that is said', async t => {
  const record = `{"PRIORITY":"3","MESSAGE":"${REFUSED_LINE}"}`;
  const lost = async (log: string) =>
    (await imported(log)).notes.concat((await imported(log)).boots.flatMap(({ notes }) => notes));
  for (const log of [`[${record},${record}]`, `{"dmesg": [${record}, ${record}]}`, `["${REFUSED_LINE}","x"]`])
    t.match(await lost(log), [{ severity: 'loss', what: /^a JSON array on one line.*jq -c/ }], log);
  for (const log of [`${record}\n${record}\n`, `[\n${record},\n${record}\n]\n`, `["${REFUSED_LINE}"]`])
    t.notMatch(await lost(log), [{ what: /JSON array/ }], log);
});

t.test('logs of different boots that are read together are said to be so', async t => {
  const named = (name: string, text: string) => ({ name, bytes: Buffer.from(text) });
  const errors = async (one: string, two: string) => {
    const read = must(await importLogs([named('a.log', one), named('b.log', two)]));
    return read.boots.flatMap(({ notes }) => notes.filter(({ severity }) => severity === 'error'));
  };
  const console = `[    0.510000] ${REFUSED_LINE}\n`;
  t.strictSame(await errors(console, `${console}[    0.520000] ${MODE_LINE}\n`), []);
  t.match(await errors(console, `[    0.610000] ${REFUSED_LINE}\n`), [
    { what: /^the logs are of different boots: `Unsupported .*` at 0\.510000 s, and `.*` at 0\.610000 s$/ },
  ]);
  const started = (release: string) => `Linux version ${release} (a@b)\n`;
  t.match(await errors(started('7.1.0'), started('7.2.0')), [{ what: /7\.1\.0.*7\.2\.0/ }]);
});

t.test(
  'a boot hangs in the call where the log ends before its line, and not where the kernel goes on',
  async t => {
    const nv = [
      'kvm [1]: nv: 570 coarse grained trap handlers',
      'kvm [1]: nv: 664 fine grained trap handlers',
    ];
    const ended = async (last: string) => {
      const lines = ['INFO:    RMM init end.', ...nv.map((line, at) => `[    0.30000${at}] ${line}`), last];
      const [boot] = (await imported(`${lines.join('\n')}\n`)).boots;
      return boot === undefined ? '' : findingOf(boot.trace).sentence;
    };
    t.match(await ended(''), /^RMI_VERSION never came back, unless the log was cut off/);
    t.match(
      await ended('[   21.300000] rcu: INFO: rcu_preempt detected stalls on CPUs'),
      /^RMI_VERSION never/,
    );
    t.match(
      await ended('[    0.310000] hw perfevents: enabled'),
      /^No handshake in the log: KVM's init began/,
    );
  },
);

t.test('lines that end with CR alone are lines, and one without end is read in pieces', async t => {
  const read = await imported(`${AGREED_CALL}\r[    0.5] usb\r[    0.511000] ${AGREED_LINE}\r`);
  t.match(read, { logs: [{ lines: 3, read: 2 }] });
  const long = `${'kvm [1]: x SMC_RMI_VERSION '.repeat(20_000)}\n${AGREED_LINE}\n`;
  t.match(await imported(long), {
    logs: [{ lines: 2 }],
    boots: [{ trace: { outcome: { class: 'accepted' } } }],
  });
});

t.test('texts are found in bytes wherever they begin, and lines counted', t => {
  const texts = ['RMM', ': (', 'Lost ', 'kvm [', 'SMC_RM'];
  const needles = newNeedles(texts);
  const line = fc
    .array(fc.oneof(fc.constantFrom(...texts, 'RM', ': ', 'kvm', '\r', 'é', ''), fc.string({ maxLength: 9 })))
    .map(parts => parts.join('').replaceAll('\n', ''));
  const log = fc.record({ lines: fc.array(line, { maxLength: 12 }), front: fc.nat(9), torn: fc.boolean() });
  const found = (bytes: Buffer, front: number): readonly (readonly [number, string])[] => {
    const lines: (readonly [number, string])[] = [];
    let number = 1;
    for (let at = front; at < bytes.length; ) {
      const place = needles.find(bytes, at, bytes.length);
      number += needles.passed();
      if (place < 0) break;
      const end = bytes.indexOf(10, place);
      const to = end < 0 ? bytes.length : end;
      lines.push([number, bytes.toString('utf8', needles.start(), to)]);
      number += 1;
      at = to + 1;
    }
    return [...lines, [number, 'the end']];
  };
  fc.assert(
    fc.property(log, ({ lines, front, torn }) => {
      const text = `${lines.join('\n')}${torn || lines.length === 0 ? '' : '\n'}`;
      const written = Buffer.from(text);
      // Whatever the address: it begins behind a front that is not looked through.
      const bytes = Buffer.from(new ArrayBuffer(front + written.length));
      bytes.fill('RMM').set(written, front);
      const own = text.split('\n');
      const wanted = own.flatMap((each, at) =>
        texts.some(needle => each.includes(needle)) ? [[at + 1, each] as const] : [],
      );
      const open = (own.at(-1) ?? '') !== '' && wanted.at(-1)?.[0] === own.length;
      t.strictSame(found(bytes, front), [...wanted, [open ? own.length + 1 : own.length, 'the end']]);
    }),
    SEED,
  );
  t.end();
});

t.test('each text in a line is found once, though one begin with another', t => {
  const texts = ['RMM', 'RMM does', 'for RMM', ': (', 'model: ', ' (ffff'];
  const needles = newNeedles(texts);
  const line = fc.array(fc.constantFrom(...texts, ' ', 'x', 'RM', 'for '), { maxLength: 6 });
  fc.assert(
    fc.property(line, fc.nat(3), (parts, front) => {
      const text = parts.join('');
      const bytes = Buffer.from(new ArrayBuffer(front + text.length));
      bytes.fill(' ').set(Buffer.from(text), front);
      const found: string[] = [];
      for (
        let at = needles.find(bytes, front, bytes.length);
        at >= 0;
        at = needles.next(bytes, front, bytes.length)
      )
        found.push(`${texts[needles.which()]} at ${at - front}`);
      const wanted = texts.flatMap(each =>
        Array.from({ length: text.length }, (_, at) => at).flatMap(at =>
          text.startsWith(each, at) ? [`${each} at ${at}`] : [],
        ),
      );
      t.strictSame(found.sort(), wanted.sort());
    }),
    SEED,
  );
  t.end();
});

t.test('what is passed over is what reading it would give', async t => {
  const records = readdirSync('test/fixtures/import').flatMap(name =>
    readFileSync(`test/fixtures/import/${name}`, 'latin1').split('\n'),
  );
  const noise = [
    ...records,
    ...Object.values(CONSOLE_LINES).flatMap(lines => lines.map(({ line }) => line)),
    'Booting RMM v.0.8.0(release)',
    'SMC_RMI_VERSION                   20000 > RMI_ERROR_INPUT 10000 10000',
    'SMC_RMI_GRANULE_DELEGATE          880000000 > RMI_SUCCESS',
    'SMC_RMI_RTT_CREATE                8a0000000 8a0001000 0',
    '   3 > RMI_SUCCESS',
    'calling  kvm_arm_init+0x0/0x4f0 @ 1',
    '[    0.311000] initcall usb_init+0x0/0x1d0 returned 0 after 120 usecs',
    '[    0.311000] kvm [1]: Unsupported RMI ABI (v1.0 - v1.0) we want v2.0',
    '[   17.311000] kvm [977]: unsupported sysreg access at 0xffff800010, 0x0, 0x1',
    ' kvm-977 [000] d..1. 17.311000: p_read: (vfs_read+0x0/0x2c0) count=0x40, 0x1, "a"',
    'usb 1-1: new device: (low speed), 0x40',
    'é RMM: ‘quoted’',
    '',
  ];
  const slow = LOG_FORMATS.map(({ name, says, anchors, open }) => ({
    name,
    says,
    anchors,
    open(options: FormatOptions) {
      const { pass, ...reader } = open(options);
      return reader;
    },
  }));
  const oldTarmac = [
    '20 clk ES (ffff80008004b0dc:aa0003e0) O EL2h_n:     MOV      x0,x1',
    '                R X0 00000000c4000150',
    '21 clk ES (ffff80008004b0e0:d4000003) O EL2h_n:     SMC      #0',
    '                R X1 0000000000020000',
    '29 clk ES (000000000001b0e0:d69f03e0) O EL3h_s:     ERET',
    '                R X0 0000000000000001',
    '30 clk ES (ffff80008004b0e4:d65f03c0) O EL2h_n:     RET',
  ];
  const part = fc.oneof(
    fc.nat(oldTarmac.length).map(from => oldTarmac.slice(from)),
    fc.constantFrom(...noise).map(line => [line]),
    fc.tuple(fc.nat(records.length), fc.nat(40)).map(([at, count]) => records.slice(at, at + count)),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(part, { maxLength: 12 }), fc.constantFrom('\n', '\r\n'), async (parts, end) => {
      const log = Buffer.from(`${parts.flat().join(end)}${end}`, 'latin1');
      const read = await imported(log);
      t.strictSame(read, await imported(log, { formats: slow }), log.toString('latin1'));
      for (const { name, lines, ...counts } of read.logs) {
        t.ok(Object.values(counts).every(count => count >= 0));
        t.equal(
          Object.values(counts).reduce((sum, count) => sum + count),
          lines,
          name,
        );
      }
    }),
    { ...SEED, numRuns: 60 },
  );
});

t.test('of very many calls outside the handshake the first are read, and each is counted', async t => {
  const call = 'SMC_RMI_GRANULE_DELEGATE          880000000 > RMI_SUCCESS\n';
  const log = `${call.repeat(12_000)}\n[    0.511000] ${AGREED_LINE}\n${call.repeat(500)}`;
  const read = await imported(log);
  t.strictSame(read.logs, [
    {
      name: 'console.log',
      lines: 12_502,
      read: 10_001,
      repeated: 0,
      guests: 0,
      background: 0,
      lost: 0,
      beyond: 2500,
      others: 1,
    },
  ]);
  t.match(read.boots, [{ trace: { outcome: { class: 'accepted' } } }]);
});

t.test('each layer is taken off a record of the kernel, and what it says of the record is kept', async t => {
  t.strictSame(Object.keys(CONSOLE_LINES).sort(), LAYERS.map(({ name }) => name).sort(), 'none is without');
  for (const [name, lines] of Object.entries(CONSOLE_LINES)) {
    for (const { line, t: stamp, level = null } of lines) {
      const log = eventsOf(await imported(`first\n${line}\nlast\n`)).find(({ type }) => type === 'log');
      const kept = { type: 'log', prefix: 'kvm', text: 'RMI ABI version 2.0', level };
      t.match(
        log,
        { ...kept, ...(stamp === undefined ? {} : { t: stamp }) },
        `${name}: ${JSON.stringify(line)}`,
      );
    }
  }
});

t.test('each real log is in a test, with what it gives', { skip }, async t => {
  const tests = ['real-logs.ts', 'tracers.test.ts']
    .map(name => readFileSync(new URL(`../test/${name}`, import.meta.url), 'utf8'))
    .join('\n');
  const files = ['captures', 'qemu', 'formats', 'cases']
    .flatMap(folder =>
      readdirSync(new URL(`${folder}/`, SHARED), { recursive: true }).map(name => `${folder}/${name}`),
    )
    .filter(name => /\.(?:log|jsonl|txt)$/.test(name));
  t.ok(files.length > 80, `${files.length} files`);
  const named = (file: string) =>
    tests.includes(file) || tests.includes(`'${file.replace(/^formats\//, '')}'`);
  t.strictSame(
    files.filter(file => !named(file)),
    [],
  );
});

t.test('a mail that breaks and spells its lines gives what was pasted into it', async t => {
  const mail = [
    'Content-Transfer-Encoding: quoted-printable',
    '',
    `> [    0.510000] ${REFUSED_LINE}=20`,
    '> SMC_RMI_VERSION                   20000 > RMI_ERROR_INPUT=',
    '',
    '> [    0.520000] kvm [1]: VHE mode initialized succ=',
    'essfully',
    '',
  ].join('\n');
  const read = await imported(mail);
  t.strictSame(
    eventsOf(read).flatMap(event => (event.type === 'log' ? [event.text] : [])),
    ['Unsupported RMI ABI (v1.0 - v1.0) we want v2.0', 'VHE mode initialized successfully'],
  );
  t.equal(callsIn(read).length, 1);
  t.notOk([...read.notes, ...(read.boots[0]?.notes ?? [])].some(({ severity }) => severity === 'loss'));
  const tracer = await imported(
    '91.1 cpu2 lkvm smc fid=3Dc40001=350 a1=3D20000\n91.2 cpu2 lkvm smc ret x0=3D1\n',
  );
  t.match(callsIn(tracer).map(shown), [{ fid: '0xc4000150', args: ['0x20000'], res: ['0x1'] }]);
});

t.test("the kernel's lines are whole again where another CPU cut in, and else said to be cut", async t => {
  const cut = [
    '[    0.510000] kvm [1]: Unsupported RMI AB[    0.510001] usb 1-1: new device',
    'I (v1.0 - v1.0) we want v2.0',
    `[    0.520000] ${MODE_LINE}`,
    '',
  ];
  const [boot] = (await imported(cut.join('\n'))).boots;
  t.match(boot && findingOf(boot.trace).sentence, /^No realms: KVM asked for 2\.0, the RMM has 1\.0 only/);
  const ended = await imported('[    0.510000] kvm [1]: Unsupported RMI ABI (v1.0 - v\n');
  t.match(ended.boots[0] && findingOf(ended.boots[0].trace).sentence, /refused .* the line .* is not whole/);
  t.match(ended.notes, [{ severity: 'loss', what: 'the end of a line of the check' }]);
});
