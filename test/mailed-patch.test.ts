import { existsSync, readdirSync, readFileSync } from 'node:fs';
import t from 'tap';
import { type Child, startChild } from '../lib/c-kernel/child.js';
import type { CompiledKernel } from '../lib/c-kernel/compile/compile.js';
import { kernelNamed } from '../lib/kernel/kernels.js';
import { outcomeOf } from '../lib/kernel/outcome.js';
import type { TraceEvent } from '../lib/model/events.js';
import { hex, type U64, u64 } from '../lib/model/u64.js';
import { replay } from '../lib/replay/replay.js';
import { runAsync, runSync } from '../lib/run.js';
import { readTrace } from '../lib/trace/read.js';
import { answering, h, must, pfr0, stateOf } from './boots.js';
import { CC, compiling, fixture } from './c-kernels.js';

const MAIL = new URL('../../shared/mails/v13-07-48-review.txt', import.meta.url);

/** The mail as it is; nothing of it is in this project. */
const mail = existsSync(MAIL) ? readFileSync(MAIL, 'utf8') : null;
// tap writes into what it is given: a copy for each test.
const WITH_MAIL = CC ?? (mail === null ? { skip: 'the mail is not there' } : {});
const V13_MAIL = 'v13-07-48-review.txt';

t.test(
  'the mailed patch, unedited, and the built-in v13 agree on 20,000 random answers',
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
    t.match(await child.hello(), { wants: '2.0', rows: [{ change: 'added', table: 'ftr_id_aa64pfr0' }] });
    const ways = { accepted: 0, refused: 0, quiet: 0 };
    let differ = 0;
    for (let batch = 0; batch < 20 && differ === 0; batch += 1) {
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
    t.equal(ways.accepted + ways.refused + ways.quiet, 20_000);
    t.ok(Math.min(...Object.values(ways)) > 1_000, `all ways were gone: ${JSON.stringify(ways)}`);
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

const WHOLE = readFileSync(new URL('fixtures/source/whole.txt', import.meta.url), 'utf8');

/** A change to a patch, the golden trace that shows it, and what is seen first. */
interface Mutant {
  readonly says: string;
  readonly before: string;
  readonly after: string;
  readonly trace: string;
  readonly first: object;
}

const MUTANTS: readonly Mutant[] = [
  {
    says: 'the higher value of a field is the safe one',
    before: 'FTR_LOWER_SAFE, ID_AA64PFR0_EL1_RME_SHIFT',
    after: 'FTR_HIGHER_SAFE, ID_AA64PFR0_EL1_RME_SHIFT',
    trace: 'rme-hidden-by-cpu3.json',
    first: { type: 'return', of: 'rmi_check_version', value: -6 },
  },
  {
    says: 'the check is called from EL1 alone',
    before: '> +\tkvm_init_rmi();\n> +\n',
    after: '> +\tif (!in_hyp_mode)\n> +\t\tkvm_init_rmi();\n',
    trace: 'accepted.json',
    first: { type: 'log', text: 'RMI ABI version 2.0' },
  },
  {
    says: 'the check is called before KVM looks whether it is disabled',
    before: ' \tin_hyp_mode = is_kernel_in_hyp_mode();',
    after: ' \tif (!is_hyp_mode_available()) { fails(); return -ENODEV; }',
    trace: 'kvm-disabled.json',
    first: { type: 'log', text: 'KVM disabled from command line' },
  },
  {
    says: 'every VM is a realm',
    before: 'return static_branch_unlikely(&kvm_rmi_is_available) && kvm->arch.is_realm;',
    after: 'return true;',
    trace: 'accepted.json',
    first: { type: 'return', of: 'kvm_is_realm', value: 1 },
  },
  {
    says: 'every vCPU is a REC',
    before: 'return false;',
    after: 'return true;',
    trace: 'accepted.json',
    first: { type: 'return', of: 'vcpu_is_rec', value: 1 },
  },
  {
    says: 'the key is on from the start',
    before: 'DEFINE_STATIC_KEY_FALSE',
    after: 'DEFINE_STATIC_KEY_TRUE',
    trace: 'no-rme.json',
    first: { type: 'return', of: 'kvm_is_realm', value: 1 },
  },
  {
    says: 'one more state, behind the last',
    before: '\tREALM_STATE_DEAD\n',
    after: '\tREALM_STATE_DEAD, REALM_STATE_PAUSED\n',
    trace: 'accepted.json',
    first: { type: 'return', of: 'kvm_realm_state', value: 5 },
  },
];

t.test(
  'whatever is changed in the whole patch, a golden trace shows it, at its place',
  { ...CC },
  async t => {
    const goldens = readdirSync(TRACES).filter(file => file.endsWith('.json'));
    const traceAt = async (name: string) =>
      must(await readTrace({ name, path: new URL(name, TRACES).pathname })).trace;
    const whole = must(await compiling(WHOLE, {}, 'whole.txt'));
    t.equal(whole.compiled.queries, 'own');
    const hunks = whole.compiled.patches?.flatMap(patch => patch.hunks) ?? [];
    t.strictSame([hunks.length, new Set(hunks.map(({ state }) => state))], [11, new Set(['ran'])]);
    for (const name of goldens) {
      const trace = await traceAt(name);
      if (trace.header.kernel.name !== 'v13' || trace.header.kernel.wants !== '2.0') continue;
      const again = must(await replay(trace, whole.inScope(trace.header.scope)));
      t.strictSame(again.replayed.events, trace.events, `${name}: to the event, as it was written`);
    }
    await whole.close();
    for (const { says, before, after, trace: name, first } of MUTANTS) {
      t.ok(WHOLE.includes(before), says);
      const kernel = must(await compiling(WHOLE.replace(before, after), {}, 'whole.txt'));
      const trace = await traceAt(name);
      const again = must(await replay(trace, kernel.inScope(trace.header.scope)));
      await kernel.close();
      t.not(again.verdict, 'same', says);
      const [found] = again.weighed.divergences;
      t.match(found?.b?.event ?? found?.a?.event, first, says);
    }
    const refused = await compiling(
      WHOLE.replace('+enum realm_state {', '+enum of realm states {'),
      {},
      'whole.txt',
    );
    const line = WHOLE.split('\n').indexOf('> +enum realm_state {') + 1;
    t.match(refused, {
      ok: false,
      trouble: { code: 'does-not-compile', where: { file: 'whole.txt', line } },
    });
  },
);
