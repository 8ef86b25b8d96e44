import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import t from 'tap';
import type { Edit } from '../lib/edit/edit.js';
import { findingOf, machineNamed, parseEdit, readTrace, record, replay } from '../lib/index.js';
import { KERNEL_NAMES, KERNELS, kernelNamed } from '../lib/kernel/kernels.js';
import { type Line, type Part, PRINTERS } from '../lib/kernel/lines/line.js';
import { printedBy } from '../lib/kernel/lines/since.js';
import { LINES, rowsOf } from '../lib/kernel/lines.js';
import { outcomeOf } from '../lib/kernel/outcome.js';
import type { KernelName } from '../lib/kernel/revisions/index.js';
import type { FactValue } from '../lib/model/events.js';
import type { Machine, SmcRequest } from '../lib/model/port.js';
import { hex, type Seen, u64 } from '../lib/model/u64.js';
import { PLAIN } from '../lib/report/text/paint.js';
import { replayText } from '../lib/report/text/replay.js';
import { runSync } from '../lib/run.js';
import { answering, dmesg, h, must, pfr0, returned, stateOf } from './boots.js';
import { type Answer, COLUMNS, ONES, TABLE, VERSION } from './kernel-columns.js';
import { inFolder } from './rmitrace.js';

const NAMES = KERNELS.map(kernel => kernel.name) as readonly KernelName[];
const MODE = 'info: kvm [1]: VHE mode initialized successfully';
const NVHE = 'info: kvm [1]: Hyp nVHE mode initialized successfully';
/** Enough for every boot that ends, and soon over for one that does not. */
const MAX_STEPS = 200;

interface On {
  readonly cpus?: readonly Seen[];
  readonly facts?: Readonly<Record<string, FactValue>>;
  readonly wants?: string;
  /** The n-th answer to RMI_FEATURES; the last goes on for ever. Default: success. */
  readonly features?: readonly Answer[];
}

/** A boot of `name` whose n-th RMI_VERSION gets the n-th of `versions`, the last for ever. */
function boot(name: string, versions: readonly Answer[], { cpus, facts, wants, features }: On = {}) {
  const asked: SmcRequest[] = [];
  const given = { version: 0, features: 0 };
  const machine: Machine = {
    state: stateOf(cpus ?? [pfr0(1)], facts),
    call(request) {
      asked.push(request);
      const kind = hex(request.fid) === VERSION ? 'version' : 'features';
      const pile = kind === 'version' ? versions : (features ?? [['0x0']]);
      const answer = pile[Math.min(given[kind]++, pile.length - 1)] ?? [];
      const res = Array.from({ length: request.cc === '1.1' ? 4 : 18 }, (_, x) => register(answer[x] ?? 0n));
      return { kind: 'answer', res };
    },
  };
  const events = runSync(must(kernelNamed(name, wants)), machine, { maxSteps: MAX_STEPS });
  const calls = asked.map(({ via, cc, fid, args }) => [via, cc, hex(fid), ...args.map(hex)].join(' '));
  return {
    events,
    calls,
    dmesg: dmesg(events),
    outcome: outcomeOf(events),
    returns: events.flatMap(event => (event.type === 'return' ? [`${event.of} ${event.value}`] : [])),
    warnings: events.flatMap(event => (event.type === 'warn' ? [`${event.of}: ${event.text}`] : [])),
  };
}

function register(value: string | bigint): Seen {
  return typeof value === 'bigint' ? u64(value) : h(value);
}

const QUERIES = ['kvm_is_realm 0', 'kvm_realm_state 0', 'vcpu_is_rec 0'];

const KVM_CALLS_IT = NAMES.filter(name => COLUMNS[name].ofKvm);
const BEFORE_KVM = NAMES.filter(name => !COLUMNS[name].ofKvm);
const BY_1_2 = NAMES.filter(name => COLUMNS[name].asks.startsWith('smc 1.2'));

/** Whether `name` is one of the series from `from` on. */
function isFrom(name: KernelName, from: KernelName): boolean {
  return NAMES.indexOf(name) >= NAMES.indexOf(from);
}

/** What each kernel does on an answer: `I 2.0`, `E 1.0`, `E 1.0 - 2.1`; `P 56.0` the prototype's line; `-` nothing. */
function lineOf(name: KernelName, cell: string): string | null {
  const { ofKvm, refuses } = COLUMNS[name];
  const [kind, ...rest] = cell.split(' ');
  const revision = rest.join(' ');
  const kvm = ofKvm ? 'kvm [1]: ' : '';
  if (kind === '-') return null;
  if (kind === 'I') return `info: ${kvm}RMI ABI version ${revision}`;
  if (kind === 'P') return `err: ${kvm}Using prototype RMM support (version ${revision})`;
  return `err: ${kvm}${refuses(revision.replace(' - ', ' - v'))}`;
}

/** What the functions of the boot return, the check having returned `check`. */
function returnsOf(name: KernelName, check: number): readonly string[] {
  const before = [
    `rmi_check_version ${check}`,
    ...(name.startsWith('rfc') ? ['kvm_init_rme 0'] : []),
    ...(BEFORE_KVM.includes(name) ? [`arm64_init_rmi ${name === 'v14' ? 0 : check}`] : []),
  ];
  return [...before, 'kvm_arm_init 0', ...(KVM_CALLS_IT.includes(name) ? QUERIES : [])];
}

for (const name of NAMES) {
  t.test(`${name} does on every answer of the table what its column says`, async t => {
    for (const [answer, cells, own] of TABLE) {
      const says = `x0 x1 x2 = ${answer.join(' ')}`;
      const { asks, reads } = COLUMNS[name];
      const cell = own?.[name] ?? cells[COLUMNS[name].cells];
      const found = boot(name, [answer]);
      if (cell === 'never') {
        t.strictSame([found.outcome.class, found.dmesg, found.returns], ['did-not-return', [], []], says);
        t.ok(found.calls.length > 20 && found.calls.every(call => call === asks), `${says}: the same call`);
        t.match(found.events.at(-1), { type: 'fault', of: 'kernel', code: 'step-limit' }, says);
        continue;
      }
      const line = lineOf(name, cell.replace('twice ', ''));
      const good = line !== null && !line.includes('Unsupported');
      const versionCalls = cell.startsWith('twice') ? [asks, asks] : [asks];
      t.strictSame(found.calls, [...versionCalls, ...(good ? reads : [])], says);
      t.strictSame(found.dmesg, line === null ? [MODE] : [line, MODE], says);
      t.strictSame(found.returns, returnsOf(name, good ? 0 : -6), says);
      const [lower, higher] = (cell.split(/^(?:twice )?[IEP] /)[1] ?? '').split(' - ');
      t.match(
        found.outcome,
        line === null
          ? { class: 'quiet', reason: 'not-supported' }
          : { class: good ? 'accepted' : 'refused', lower, higher },
        says,
      );
      t.strictSame([found.outcome.return, found.outcome.kvm_init], [good ? 0 : -6, 0], says);
    }
  });
}

t.test(
  'each kernel prints, on the answers of the table, the lines whose rows say so, and no other',
  async t => {
    for (const name of NAMES) {
      const logs = TABLE.flatMap(([answer]) =>
        boot(name, [answer]).events.filter(({ type }) => type === 'log'),
      );
      const said = logs.flatMap(log =>
        log.type !== 'log'
          ? []
          : rowsOf(log).flatMap(row =>
              row.line.part === 'check' ? [`${row.name} ${log.level} ${log.prefix}`] : [],
            ),
      );
      const rows = [...printedBy(name, NAMES)].flatMap(([row, by]) =>
        partOf(row) === 'check' ? [`${row} ${PRINTERS[by].level} ${PRINTERS[by].prefix}`] : [],
      );
      t.strictSame([...new Set(said)].sort(), rows.sort(), name);
    }
  },
);

function partOf(row: string): Part | undefined {
  return new Map<string, Line>(Object.entries(LINES)).get(row)?.part;
}

/** Whether a kernel asks at all where one thing is not as it wants; the reason where it does not. */
const GUARDS: readonly {
  readonly where: string;
  readonly on: On;
  readonly asks: (name: KernelName) => boolean;
  readonly reason: string;
  readonly mode?: string;
  readonly via?: string;
}[] = [
  {
    where: 'the RME field is 0',
    on: { cpus: [pfr0(0)] },
    asks: name => !isFrom(name, 'v12'),
    reason: 'no-rme',
  },
  ...[16384, 65536].map(page_size => ({
    where: `pages have ${page_size} bytes`,
    on: { facts: { page_size } },
    asks: (name: KernelName) => isFrom(name, 'v13'),
    reason: 'page-size',
  })),
  {
    where: 'the kernel runs at EL1',
    on: { facts: { in_hyp_mode: false } },
    asks: name => isFrom(name, 'v9'),
    reason: 'not-in-hyp',
    mode: NVHE,
  },
  {
    where: 'the conduit is HVC',
    on: { facts: { conduit: 'hvc' } },
    asks: name => !isFrom(name, 'next'),
    reason: 'no-conduit',
    via: 'hvc',
  },
  {
    where: 'there is no conduit',
    on: { facts: { conduit: 'none' } },
    asks: () => false,
    reason: 'no-conduit',
  },
  {
    where: 'the firmware is older than SMCCC 1.1',
    on: { facts: { smccc_version: '1.0' } },
    asks: () => false,
    reason: 'no-conduit',
  },
];

for (const { where, on, asks, reason, mode = MODE, via = 'smc' } of GUARDS) {
  t.test(`each kernel asks, or is silent without a call, where ${where}`, async t => {
    for (const name of NAMES) {
      const found = boot(name, [['0x1', '0x10000', '0x20000']], on);
      if (asks(name)) {
        t.strictSame(found.calls, [COLUMNS[name].asks.replace('smc', via)], name);
        t.equal(found.outcome.class, 'refused', name);
        continue;
      }
      t.strictSame([found.calls, found.dmesg], [[], [mode]], name);
      t.strictSame([found.outcome.class, found.outcome.reason, found.outcome.kvm_init], ['quiet', reason, 0]);
      // A guard of the caller keeps the check from running; one of its own makes it fail.
      const ran = !['page-size', 'not-in-hyp'].includes(reason);
      t.equal(found.outcome.return, ran ? -6 : undefined, name);
    }
  });
}

t.test(
  'where page size and exception level could both be why, it is the one that stops every kernel',
  async t => {
    const both = { facts: { in_hyp_mode: false, page_size: 65536 } };
    for (const name of ['rfc', 'v3', 'v8', 'v9', 'v12'])
      t.equal(boot(name, [[]], both).outcome.reason, 'page-size', name);
  },
);

t.test('from v14 on the check comes before KVM, which may then give up', async t => {
  const gone = [
    [{ hyp_mode_available: false, in_hyp_mode: false }, 'HYP mode not available', 'el1-entry'],
    [{ kvm_mode: 'none' }, 'KVM disabled from command line', 'kvm-disabled'],
  ] as const;
  for (const [facts, text, reason] of gone) {
    const line = `info: kvm [1]: ${text}`;
    for (const name of NAMES) {
      const found = boot(name, [['0x0', '0x20000', '0x20000']], { facts });
      const quiet = boot(name, [[ONES]], { facts });
      t.equal(found.outcome.kvm_init, -19, name);
      if (BEFORE_KVM.includes(name)) {
        t.strictSame(found.dmesg, ['info: RMI ABI version 2.0', line], name);
        t.strictSame([found.outcome.class, found.outcome.lower], ['accepted', '2.0'], name);
        t.strictSame([quiet.dmesg, quiet.outcome.class], [[line], 'quiet'], name);
        t.equal(quiet.outcome.reason, 'not-supported', `${name}: that KVM gave up is not why`);
      } else {
        t.strictSame([found.calls, found.dmesg], [[], [line]], name);
        t.strictSame([found.outcome.class, found.outcome.reason], ['not-reached', reason], name);
        t.equal(found.outcome.return, undefined, name);
      }
    }
  }
});

t.test('a feature register that cannot be read is warned of, and ends the init', async t => {
  const good: Answer = ['0x0', '0x20000', '0x20000'];
  const warnings: Readonly<Record<string, string>> = {
    v14: 'arm64_init_rmi: rmi_features(1, &rmm_feat_reg1)',
    v15: 'rmi_read_features: rmi_features(i, &rmi_feat_reg_cache[i])',
    v17: 'rmi_read_features: args.a0 != RMI_SUCCESS',
    next: 'rmi_read_features: args.a0 != RMI_SUCCESS',
  };
  for (const name of BEFORE_KVM) {
    const found = boot(name, [good], { features: [['0x0'], ['0x1']] });
    t.strictSame(found.warnings, [warnings[name]], name);
    t.equal(found.calls.length, 3, `${name}: version, feature register 0, feature register 1`);
    t.equal(returned(found.events, 'arm64_init_rmi'), name === 'v14' ? 0 : -22, name);
    t.strictSame([found.outcome.class, found.outcome.return], ['accepted', 0], name);
    // rmi_features of v14 and v15 returns an int; later a0 is looked at as it is.
    const high = boot(name, [good], { features: [['0x100000000']] });
    t.equal(high.warnings.length, BY_1_2.includes(name) ? 1 : 0, `${name}: a status above bit 31 alone`);
  }
  for (const name of ['v12', 'v13'])
    t.equal(boot(name, [good], { features: [['0x1']] }).calls.length, 1, `${name} makes one call`);
});

t.test('the retry loops look at the low byte of x0, success at all of it', async t => {
  const good: Answer = ['0x0', '0x20000', '0x20000'];
  const lines = (name: string, answers: readonly Answer[]) => {
    const { calls, dmesg } = boot(name, answers);
    return [calls.filter(call => call.includes(VERSION)).length, dmesg[0]];
  };
  const agreed = 'info: RMI ABI version 2.0';
  const error = 'err: Unsupported RMI ABI (v0.0 - v0.0) we want v2.0';
  const blocked: Answer = ['0x30e'];
  const busy: Answer = ['0xabcdef0000000a'];
  t.strictSame(lines('v17', [busy, blocked, blocked, blocked, busy, good]), [6, agreed]);
  t.strictSame(lines('next', [busy, blocked, busy, busy, good]), [5, agreed]);
  t.strictSame(lines('next', [blocked, busy, blocked, good]), [3, error], 'twice in all, not in a row');
  t.strictSame(lines('next', [busy, [ONES]]), [2, MODE], 'silent after a retry');
  t.strictSame(lines('next', [['0x10b'], good]), [1, error], 'another status is not repeated');
  const features = boot('next', [good], { features: [['0xa'], ['0xe'], ['0x0'], ['0xe'], ['0xe'], ['0x0']] });
  t.equal(features.calls.length, 1 + 5, 'register 0 three times, register 1 twice');
  t.strictSame(features.warnings, ['rmi_read_features: args.a0 != RMI_SUCCESS']);
});

t.test('SMCCC 1.2 calls carry no SVE hint, the others do', async t => {
  for (const name of NAMES) {
    const [call] = boot(name, [['0x1']], { facts: { sve_hint: true } }).calls;
    t.equal(call?.split(' ')[2], BY_1_2.includes(name) ? VERSION : '0xc4010150', name);
  }
});

t.test('before v11 a mixed RME field is an unknown one, and reported', async t => {
  for (const name of NAMES) {
    const { dmesg, calls } = boot(name, [['0x1']], { cpus: [pfr0(2), pfr0(1), pfr0(2)] });
    const old = NAMES.indexOf(name) < NAMES.indexOf('v12');
    const sanity = [
      'warn: CPU features: SANITY CHECK: Unexpected variation in SYS_ID_AA64PFR0_EL1. Boot CPU: 0x20000000000000, CPU1: 0x10000000000000',
      'warn: CPU features: Unsupported CPU feature variation detected.',
    ];
    t.strictSame(
      dmesg.filter(line => line.startsWith('warn')),
      old ? sanity : [],
      name,
    );
    t.equal(calls.length, 1, `${name} asks all the same`);
  }
});

t.test('--wants changes what each kernel asks, takes and prints', async t => {
  const wants = '3.7';
  for (const name of NAMES) {
    const found = boot(name, [['0x1', '0x10000', '0x20000']], { wants });
    const bare = name.startsWith('rfc');
    t.equal(found.calls[0]?.split(' ')[3], bare ? undefined : '0x30007', name);
    t.match(found.dmesg[0], bare ? /we support 3$/ : /(we want|host supports) v3\.7$/, name);
  }
  t.match(boot('rfc', [['0x30001']], { wants }).dmesg[0], /RMI ABI version 3\.1$/, 'the major alone counts');
});

t.test('a later revision of a patch that does the same is an alias of it', async t => {
  const aliases = KERNELS.flatMap(({ name, aliases }) => aliases.map(alias => `${alias}=${name}`));
  t.strictSame(aliases, [
    ...['v4=v3', 'v5=v3', 'v8=v7', 'v10=v9', 'v11=v12', 'v16=v15', 'v18=v17', 'v19=v17', 'v20=next'],
  ]);
  for (const alias of aliases) {
    const [asked = '', name = ''] = alias.split('=');
    t.equal(must(kernelNamed(asked)).name, name);
  }
  t.equal(new Set(KERNEL_NAMES).size, NAMES.length + aliases.length, 'every name once');
});

t.test('each kernel models its own lines, and no other kernel’s', async t => {
  for (const name of NAMES) {
    const kernel = must(kernelNamed(name));
    const kvm = { prefix: 'kvm', pid: 1 } as const;
    for (const text of ['RMI ABI version 1.0', 'Unsupported RMI ABI (v1.0) we want v1.0']) {
      const line = { type: 'log', level: 'info', text } as const;
      t.equal(kernel.models({ ...line, ...kvm }), KVM_CALLS_IT.includes(name), `${name}: with prefix`);
      t.equal(kernel.models(line), BEFORE_KVM.includes(name), `${name}: without`);
    }
    const other = { type: 'log', level: 'info', text: 'IPA Size Limit: 48 bits', ...kvm } as const;
    t.equal(kernel.models(other), false);
  }
});

interface Recording {
  readonly machine?: string;
  readonly rmm?: string;
  readonly set?: readonly string[];
  readonly wants?: string;
}

/** A boot of a built-in machine, recorded. */
async function recorded(name: string, { machine = 'fvp', rmm, set = [], wants }: Recording = {}) {
  const edits = set.map(text => must(parseEdit(text)) as Edit);
  const options = { edits, maxSteps: MAX_STEPS, ...(rmm === undefined ? {} : { rmm }) };
  return must(await record(must(kernelNamed(name, wants)), must(machineNamed(machine)), options));
}

t.test('the finding says of each kernel what it did, and why', async t => {
  const rows: readonly (readonly [name: string, Recording, sentence: string])[] = [
    [
      'rfc',
      { rmm: 'tf-rmm-0.3' },
      'No realms: KVM supports major 1, asks without an argument and reads 0x380000 in x0 as revision 56.0 (TF-RMM 0.3 answers like this).',
    ],
    [
      'rfc',
      { rmm: 'tf-rmm-0.8' },
      'No realms: KVM supports major 1, asks without an argument and reads 0x1 in x0 as revision 0.1 (a status, RMI_ERROR_INPUT, of an RMM that takes an argument) (TF-RMM 0.8).',
    ],
    [
      'rfc-proto',
      { rmm: 'tf-rmm-eac2' },
      "KVM accepts the prototype's RMI 66.0: it asks without an argument and reads 0x420000 in x0 as revision 66.0 (RMM profile tf-rmm-eac2 answers like this).",
    ],
    [
      'v3',
      { rmm: 'tf-rmm-0.9' },
      'No realms: KVM asked for 1.0, the RMM refused and names 2.0 (TF-RMM 0.9 answers like this).',
    ],
    [
      'v6',
      { rmm: 'tf-rmm-0.8', set: ['RMI_VERSION.x0=RMI_ERROR_INPUT'] },
      'No realms: KVM asked for 1.0, and the RMM refused but names v1.0 (edited: RMI_VERSION.x0=RMI_ERROR_INPUT).',
    ],
    [
      'v7',
      { machine: 'nvhe' },
      'No RMI line: the kernel runs at EL1, and this one asks only where it runs at EL2.',
    ],
    [
      'v9',
      { set: ['page_size=16384'] },
      'No RMI line: the host has 16K pages, and this kernel asks only where they are 4K.',
    ],
    [
      'v14',
      { machine: 'el1-entry', set: ['conduit=smc'] },
      'KVM and the RMM agree on RMI 2.0 (TF-RMM 0.9 answers like this). KVM itself gave up afterwards: the kernel was entered at EL1.',
    ],
    [
      'v15',
      { set: ['RMI_FEATURES(x1=0).x0=RMI_ERROR_GLOBAL'] },
      'No realms, although RMI 2.0 was agreed on (TF-RMM 0.9 answers like this): RMI_FEATURES 0x0 was answered RMI_ERROR_GLOBAL; arm64_init_rmi returned -EINVAL.',
    ],
    [
      'v17',
      { set: ['RMI_FEATURES(x1=0).x0=RMI_BLOCKED'] },
      'The boot does not end: the kernel did not return within its step limit; it repeats RMI_FEATURES, which is answered RMI_BLOCKED.',
    ],
    [
      'next',
      { machine: 'conduit-hvc' },
      'No RMI line: the conduit is HVC, and this kernel asks by SMC alone.',
    ],
    ['next', { set: ['RMI_VERSION.x1=0x80020000'] }, 'KVM accepts RMI 2.0 (x1 is 0x80020000).'],
  ];
  for (const [name, how, sentence] of rows)
    t.equal(findingOf(await recorded(name, how)).sentence, sentence, `${name} ${JSON.stringify(how)}`);
});

t.test('a feature register that hangs the RMM is named as the call that never came back', async t => {
  const { header } = await recorded('next');
  const { machine } = answering(stateOf([pfr0(1)]), null);
  const version: Machine = {
    ...machine,
    call: request =>
      hex(request.fid) === VERSION
        ? { kind: 'answer', res: ['0x0', '0x20000', '0x20000'].map(h) }
        : machine.call(request),
  };
  const events = runSync(must(kernelNamed('next')), version);
  const { sentence } = findingOf({ header, events, outcome: outcomeOf(events) });
  t.equal(sentence, 'RMI_FEATURES never came back: the boot hangs in that call.');
});

t.test('each kernel replays its own trace as recorded, and another’s by what it asks', async t => {
  const old = await recorded('v13', { rmm: 'tf-rmm-0.8' });
  for (const name of NAMES) {
    const kernel = must(kernelNamed(name));
    const own = await recorded(name);
    t.equal(must(await replay(own, kernel)).verdict, 'same', `${name} on its own`);
    const found = must(await replay(old, kernel)).outcomes.replayed;
    const asks20 = NAMES.indexOf(name) >= NAMES.indexOf('v13') || name.startsWith('rfc');
    t.equal(found.class, asks20 ? 'refused' : 'unanswered', `${name} on a refusal of 2.0`);
  }
});

t.test('a caller of SMCCC 1.2 on the answers to one of 1.1 is told what nobody saw, in one word', async t => {
  const old = await recorded('v13', { rmm: 'tf-rmm-0.8' });
  const found = must(await replay(old, must(kernelNamed('next'))));
  const text = replayText(
    {
      replay: found,
      name: 'old.json',
      given: { kernel: [], rmm: [], others: [] },
      edited: null,
      conformance: null,
    },
    PLAIN,
  );
  t.match(text, /^ {2}nobody saw RMI_VERSION#1\.x4 to x17; the kernel acts the same with any value$/m);
});

t.test('a recording that ended at its step limit ends there again, with any limit', async t => {
  const trace = await recorded('v17', { set: ['RMI_VERSION.x0=RMI_BLOCKED'] });
  t.equal(trace.outcome?.class, 'did-not-return');
  const again = must(await replay(trace, must(kernelNamed('v17'))));
  t.strictSame([again.verdict, again.unanswered], ['same', []]);
  const other = must(await replay(trace, must(kernelNamed('next'))));
  t.strictSame([other.verdict, other.outcomes.replayed.class], ['diverged', 'refused'], 'next gives up');
  const v13 = must(await replay(trace, must(kernelNamed('v13', '1.0'))));
  t.equal(v13.outcomes.replayed.class, 'unanswered', 'another request is still unanswered');
});

t.test('the command line knows aliases, lists what is not verified, and bounds a boot', async t => {
  const run = inFolder(t.testdir({}));
  const [aliased, list, json, steps, endless] = await Promise.all([
    run('record fvp --kernel v19 -o v19.json'),
    run('list kernels'),
    run('list kernels --json'),
    run('record fvp --kernel v17 --max-steps 0'),
    run('record fvp --kernel v17 --set RMI_VERSION.x0=RMI_BUSY --max-steps 12'),
  ]);
  t.match(aliased.err, /^v19 has the same check as v17, and the trace names it so$/m);
  const path = `${t.testdirName}/v19.json`;
  t.strictSame(must(await readTrace({ name: path, path })).trace.header.kernel, {
    name: 'v17',
    wants: '2.0',
    via: 'built-in',
  });
  t.match(readFileSync(path, 'utf8'), /"kernel": \{"name":"v17","wants":"2\.0"/);

  for (const { name, aliases, date, wants } of KERNELS) {
    const row = list.out.split('\n').find(line => line.split(/ {2,}/)[0] === name) ?? '';
    for (const cell of [...aliases, date ?? 'UNVERIFIED', wants])
      t.ok(row.includes(cell), `${name}: ${cell}`);
  }
  const rows: readonly Record<string, string>[] = JSON.parse(json.out).result.rows;
  const unverified = rows.filter(row => row.unverified?.startsWith('UNVERIFIED: ')).map(row => row.name);
  t.strictSame(
    unverified,
    KERNELS.filter(kernel => kernel.unverified !== null).map(({ name }) => name),
  );
  t.ok(unverified.includes('rfc') && !unverified.includes('v13'));
  t.match(rows[2], { name: 'v3', aliases: 'v4 v5', date: '2024-06-10', wants: '1.0' });

  t.strictSame([steps.code, steps.out], [2, '']);
  t.match(steps.err, /--max-steps takes a number from 1 up, not "0"/);
  t.equal(endless.code, 0);
  t.match(endless.err, /^The boot does not end: .* repeats RMI_VERSION, which is answered RMI_BUSY\.$/m);
});

/** The C of every revision said again, from the mails' expressions alone, in arithmetic on bigints. */
interface Input {
  readonly name: KernelName;
  readonly rme: number;
  readonly inHyp: boolean;
  readonly page: number;
  readonly conduit: string;
  readonly versions: readonly (readonly [bigint, bigint, bigint])[];
  readonly features: readonly bigint[];
}

function stated(input: Input): { readonly lines: readonly string[]; readonly returns: readonly string[] } {
  const { name, rme, inHyp, page, conduit, versions, features } = input;
  const at = NAMES.indexOf(name);
  const is = (from: KernelName, to = NAMES.at(-1) ?? from) =>
    at >= NAMES.indexOf(from) && at <= NAMES.indexOf(to);
  const mode = inHyp ? MODE : NVHE;
  const rest = ['kvm_arm_init 0', ...(is('v14') ? [] : QUERIES)];
  const rfc = is('rfc', 'rfc-proto');
  if (is('rfc', 'v7') && !inHyp) return { lines: [mode], returns: rest };
  const around = (lines: readonly string[], check: number, init = check) => ({
    lines: [...lines, mode],
    returns: [
      `rmi_check_version ${check}`,
      ...(rfc ? ['kvm_init_rme 0'] : []),
      ...(is('v14') ? [`arm64_init_rmi ${name === 'v14' ? 0 : init}`] : []),
      ...rest,
    ],
  });
  if (is('rfc', 'v12') && page !== 4096)
    return { lines: [mode], returns: [...(rfc ? ['kvm_init_rme 0'] : []), ...rest] };
  if (is('v12') && rme === 0) return around([], -6);
  if (conduit === 'none' || (is('next') && conduit !== 'smc')) return around([], -6);

  /** The answer that a call ends with: `null` where it is repeated for ever. The pile's last stays on it. */
  const settled = <T>(pile: T[], status: (of: T) => bigint): T | null => {
    let blocked = 0;
    for (let turn = 0; turn < 20; turn++) {
      const got = pile.length > 1 ? pile.shift() : pile[0];
      if (got === undefined) return null;
      const low = status(got) % 256n;
      if (!is('v17') || (low !== 10n && low !== 14n)) return got;
      if (is('next') && low === 14n && ++blocked === 2) return got;
    }
    return null;
  };
  const answer = settled([...versions], ([x0]) => x0);
  if (answer === null) return { lines: [], returns: [] };
  const [x0, x1, x2] = answer;
  if (x0 === 2n ** 64n - 1n) return around([], -6);
  const kvm = is('v14') ? '' : 'kvm [1]: ';
  const asInt = (x: bigint) => BigInt.asIntN(32, x);
  const version = (x: bigint) => {
    const minor = x % 65536n;
    if (is('rfc', 'v6')) return `${asInt(x >> 16n)}.${minor}`;
    return `${(x >> 16n) % (is('next') ? 32768n : 65536n)}.${minor}`;
  };
  if (rfc) {
    const major = asInt(x0 >> 16n);
    if (name === 'rfc-proto' && (major === 56n || major === 66n))
      return around([`err: kvm [1]: Using prototype RMM support (version ${version(x0)})`], 0);
    if (major !== 1n)
      return around([`err: kvm [1]: Unsupported RMI ABI (version ${version(x0)}) we support 1`], -6);
    return around([`info: kvm [1]: RMI ABI version ${version(x0)}`], 0);
  }
  if (x0 !== 0n) {
    const named = is('v7') ? `${version(x1)} - v${version(x2)}` : version(x1);
    return around([`err: ${kvm}${COLUMNS[name].refuses(named)}`], -6);
  }
  const info = `info: ${kvm}RMI ABI version ${version(x1)}`;
  const pile = [...features];
  for (let i = 0; i < (is('v17') ? 5 : is('v14') ? 2 : 0); i++) {
    const status = settled(pile, x => x);
    if (status === null) return { lines: [info], returns: ['rmi_check_version 0'] };
    const failed = is('v17') ? status !== 0n : status % 2n ** 32n !== 0n;
    if (failed) return around([info], 0, -22);
  }
  return around([info], 0);
}

t.test('50,000 random boots give what the C expressions of each revision give', async t => {
  const status = fc.constantFrom(0n, 0n, 0n, 1n, 10n, 14n, 0x10an, 0x30en, 0x100n, 2n ** 32n, 2n ** 64n - 1n);
  const word = fc.oneof(
    fc.constantFrom(0n, 0x10000n, 0x20000n, 0x380000n, 0x420000n, 0x80020000n, 0x100020000n, 2n ** 64n - 2n),
    fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
  );
  const input = fc.record({
    name: fc.constantFrom(...NAMES),
    rme: fc.constantFrom(0, 1, 2, 3, 15),
    inHyp: fc.constantFrom(true, true, true, false),
    page: fc.constantFrom(4096, 4096, 4096, 16384, 65536),
    conduit: fc.constantFrom('smc', 'smc', 'smc', 'hvc', 'none'),
    versions: fc.array(fc.tuple(fc.oneof(status, word), word, word), { minLength: 1, maxLength: 4 }),
    features: fc.array(status, { minLength: 1, maxLength: 6 }),
  });
  const reached = new Map<string, number>();
  fc.assert(
    fc.property(input, given => {
      const { name, rme, inHyp, page, conduit, versions, features } = given;
      const found = boot(name, versions, {
        cpus: [pfr0(rme)],
        facts: { in_hyp_mode: inHyp, page_size: page, conduit },
        features: features.map(x0 => [x0]),
      });
      const key = `${name} ${found.outcome.class}`;
      reached.set(key, (reached.get(key) ?? 0) + 1);
      const { lines, returns } = stated(given);
      return (
        JSON.stringify([lines, returns]) === JSON.stringify([found.dmesg, found.returns]) &&
        found.outcome.class !== 'undetermined'
      );
    }),
    { numRuns: 50_000, seed: 20261002 },
  );
  const classes = ['accepted', 'refused', 'quiet'];
  for (const name of NAMES)
    for (const of of classes) t.ok((reached.get(`${name} ${of}`) ?? 0) > 20, `${name} ${of}`);
  for (const name of BY_1_2)
    t.ok((reached.get(`${name} did-not-return`) ?? 0) > 20, `${name} did-not-return`);
});
