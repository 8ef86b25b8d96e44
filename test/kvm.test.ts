import { existsSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import t from 'tap';
import { inputName } from '../lib/compare/causes.js';
import { type Edit, parseEdit } from '../lib/edit/parse.js';
import { KERNELS, kernelNamed } from '../lib/kernel/kernels.js';
import { kvm_arm_init } from '../lib/kernel/kvm/arm.js';
import { CHECK_PLACE } from '../lib/kernel/kvm/places.js';
import { type Line, PRINTERS } from '../lib/kernel/lines/line.js';
import { printedBy } from '../lib/kernel/lines/since.js';
import { LINES, type ReadLine, rowsOf } from '../lib/kernel/lines.js';
import { bringUp } from '../lib/kernel/linux/cpufeature.js';
import { ftrTables } from '../lib/kernel/linux/ftr-tables.js';
import { kvm_info } from '../lib/kernel/linux/printk.js';
import { outcomeOf } from '../lib/kernel/outcome.js';
import { MACHINES, machineNamed } from '../lib/machine/built-in.js';
import { describe, stateOf } from '../lib/machine/description.js';
import type { LogEvent, TraceEvent } from '../lib/model/events.js';
import { FACTS, factsIn } from '../lib/model/facts.js';
import { ERAS, type Era, STEP_NAMES, stepOf } from '../lib/model/kvm.js';
import type { AsyncKernel } from '../lib/model/port.js';
import type { Trace } from '../lib/model/trace.js';
import { record } from '../lib/record.js';
import { replay } from '../lib/replay/replay.js';
import { findingOf } from '../lib/report/finding.js';
import { checkMachine, type MachineWire } from '../lib/schema/validate.js';
import { dmesg, must, returned } from './boots.js';

const SILENT = { rmm: 'none' } as const;
const FVP = { ...MACHINES.find(({ name }) => name === 'fvp'), ...SILENT } as MachineWire;

function v13(wants?: string): AsyncKernel {
  return must(kernelNamed('v13', wants, 'kvm'));
}

/** A boot of scope kvm; the check is silent unless the machine has an RMM. */
async function boot(
  machine: Partial<MachineWire>,
  edits: readonly string[] = [],
  kernel: AsyncKernel = v13(),
): Promise<Trace> {
  const file = { ...FVP, ...machine };
  const checked = checkMachine(file);
  if (!checked.ok) throw new Error(`${checked.pointer} ${checked.message}`);
  const read = edits.map(edit => must(parseEdit(edit)) as Edit);
  return must(await record(kernel, must(describe(file)), { edits: read }));
}

async function lines(machine: Partial<MachineWire>, edits: readonly string[] = []) {
  return dmesg((await boot(machine, edits)).events);
}

function init({ events }: Trace): number | undefined {
  return returned(events, 'kvm_arm_init');
}

const NV = [
  'info: kvm [1]: nv: 566 coarse grained trap handlers',
  'info: kvm [1]: nv: 669 fine grained trap handlers',
];
const IPA = ['info: kvm [1]: IPA Size Limit: 52 bits'];
const VGIC = [
  'info: kvm [1]: GICv3: no GICV resource entry',
  'info: kvm [1]: disabling GICv2 emulation',
  'info: kvm [1]: GIC system register CPU interface enabled',
  'info: kvm [1]: vgic interrupt IRQ9',
];
const MODE = ['info: kvm [1]: VHE mode initialized successfully'];
const NVHE = ['info: kvm [1]: Hyp nVHE mode initialized successfully'];
const RESERVED = ['info: kvm [0]: Reserved 14 MiB at 0xbec00000'];
const WHOLE = [...NV, ...IPA, ...VGIC, ...MODE];

/** MMFR0 with these fields over the default's. */
function mmfr0(...fields: readonly string[]): readonly string[] {
  return fields.map(field => `ID_AA64MMFR0_EL1.${field}`);
}

t.test('a boot of all of kvm_arm_init prints every line in the order of the source', async t => {
  const trace = await boot({ rmm: 'tf-rmm-0.9' });
  t.strictSame(dmesg(trace.events), [...NV, 'info: kvm [1]: RMI ABI version 2.0', ...IPA, ...VGIC, ...MODE]);
  t.strictSame([init(trace), trace.header.scope, trace.outcome?.class], [0, 'kvm', 'accepted']);
  t.strictSame(await lines({}), WHOLE, 'without an RMM only the RMI line is not there');
});

const CHECKS: readonly [name: string, machine: Partial<MachineWire>, wants: string | undefined][] = [
  ['an RMM that is too old', { rmm: 'tf-rmm-0.8' }, undefined],
  ['an RMM that has what is wanted', { rmm: 'tf-rmm-0.8' }, '1.0'],
  ['no RMM', { rmm: 'none' }, undefined],
  ['an RMM that forgets its range', { rmm: 'forgets-range' }, undefined],
];

t.test('whatever the check finds, kvm_arm_init goes on as it would have', async t => {
  for (const [name, machine, wants] of CHECKS) {
    const trace = await boot(machine, [], v13(wants));
    const others = dmesg(trace.events).filter(line => !line.includes('RMI'));
    t.strictSame([others, init(trace)], [WHOLE, 0], name);
    const failing = await boot(machine, ['kvm_fails_at=kvm-init'], v13(wants));
    t.equal(init(failing), -12, `${name}: nor does it mend what fails`);
  }
});

t.test('the early exits come before everything', async t => {
  const el1 = await boot({ entry: 'el1', conduit: 'hvc' });
  t.strictSame([dmesg(el1.events), init(el1)], [['info: kvm [1]: HYP mode not available'], -19]);
  const off = await boot({ kvmArmMode: 'none' });
  t.strictSame([dmesg(off.events), init(off)], [['info: kvm [1]: KVM disabled from command line'], -19]);
  t.strictSame([el1.outcome?.reason, off.outcome?.reason], ['el1-entry', 'kvm-disabled']);
});

t.test('a word of kvm-arm.mode that is ignored is said before anything else', async t => {
  t.strictSame(await lines({ entry: 'el1', kvmArmMode: 'protected' }), [
    'warn: KVM is not available. Ignoring kvm-arm.mode',
    'info: kvm [1]: HYP mode not available',
  ]);
  t.strictSame(await lines({ kvmArmMode: 'protected', hypervisor: 'vhe' }), [
    'warn: Protected KVM not available with VHE',
    ...WHOLE,
  ]);
  t.strictSame(await lines({ entry: 'el1', kvmArmMode: 'none' }), ['info: kvm [1]: HYP mode not available']);
});

t.test('the second nv line is there only with FEAT_FGT on every CPU', async t => {
  t.strictSame(
    await lines({}, mmfr0('FGT=0')),
    WHOLE.filter(line => !line.includes('fine')),
  );
  const mixed = await lines({ cpus: [{ count: 2, registers: { ID_AA64PFR0_EL1: '0x1211111123111112' } }] }, [
    'cpu1.ID_AA64MMFR0_EL1.FGT=0',
  ]);
  t.strictSame(
    mixed.slice(2),
    WHOLE.filter(line => !line.includes('fine')),
  );
  t.match(mixed[0], /^warn: CPU features: SANITY CHECK: Unexpected variation in SYS_ID_AA64MMFR0_EL1\./);
  t.strictSame((await lines({}, ['nv_coarse_handlers=554', 'nv_fine_handlers=1'])).slice(0, 2), [
    'info: kvm [1]: nv: 554 coarse grained trap handlers',
    'info: kvm [1]: nv: 1 fine grained trap handlers',
  ]);
});

t.test('the erratum that lets guests deadlock the system is one record of two lines', async t => {
  const text =
    'info: kvm [1]: Guests without required CPU erratum workarounds can deadlock system!\n' +
    'Only trusted guests should be used on this system.';
  t.strictSame(await lines({ kvm: { deadlockErratum: true } }), [...NV, text, ...IPA, ...VGIC, ...MODE]);
});

t.test('PARange, TGRAN and the page size decide the IPA limit', async t => {
  const reduced = ' (Reduced IPA size, limited VM/VMM compatibility)';
  const rows: readonly [machine: Partial<MachineWire>, fields: readonly string[], limit: string][] = [
    [{}, ['PARANGE=0'], `32 bits${reduced}`],
    [{}, ['PARANGE=1'], `36 bits${reduced}`],
    [{}, ['PARANGE=2'], '40 bits'],
    [{}, ['PARANGE=3'], '42 bits'],
    [{}, ['PARANGE=4'], '44 bits'],
    [{}, ['PARANGE=5'], '48 bits'],
    [{}, ['PARANGE=6'], '52 bits'],
    [{}, ['PARANGE=15'], '52 bits'],
    [{}, ['TGRAN4_2=2'], '48 bits'],
    [{}, ['TGRAN4_2=0'], '48 bits'],
    [{}, ['TGRAN4=0'], '48 bits'],
    [{}, ['TGRAN4_2=2', 'PARANGE=4'], '44 bits'],
    [{ pageSize: 16384 }, [], '52 bits'],
    [{ pageSize: 16384 }, ['TGRAN16=1'], '48 bits'],
    [{ pageSize: 16384 }, ['TGRAN16_2=2'], '48 bits'],
    [{ pageSize: 65536 }, [], '52 bits'],
    [{ pageSize: 65536 }, ['TGRAN64_2=0'], '52 bits'],
    [{ kvm: { era: 'linux-6.1' } }, [], '48 bits'],
    [{ kvm: { era: 'linux-5.10' } }, ['PARANGE=2'], '40bits'],
    [{ kvm: { era: 'linux-5.10' } }, ['PARANGE=0'], '32bits'],
  ];
  for (const [machine, fields, limit] of rows) {
    const found = (await lines(machine, mmfr0(...fields))).filter(line => line.includes('IPA'));
    t.strictSame(found, [`info: kvm [1]: IPA Size Limit: ${limit}`], JSON.stringify([machine, fields]));
  }
});

t.test('without a stage 2 of its page size KVM gives up', async t => {
  const sizes = [
    [4096, 'TGRAN4_2'],
    [16384, 'TGRAN16_2'],
    [65536, 'TGRAN64_2'],
  ] as const;
  for (const [pageSize, field] of sizes) {
    const none = await boot({ pageSize }, mmfr0(`${field}=1`));
    t.strictSame(dmesg(none.events), [...NV, 'err: kvm [1]: PAGE_SIZE not supported at Stage-2, giving up']);
    const odd = await boot({ pageSize }, mmfr0(`${field}=8`));
    t.strictSame(dmesg(odd.events), [...NV, 'err: kvm [1]: Unsupported value for TGRAN_2, giving up']);
    t.strictSame([init(none), init(odd)], [-22, -22]);
  }
  const apart = await boot({ cpus: [{ count: 2, registers: { ID_AA64PFR0_EL1: '0x1211111123111112' } }] }, [
    'cpu1.ID_AA64MMFR0_EL1.TGRAN4_2=2',
  ]);
  t.match(
    dmesg(apart.events),
    [/nv/, /nv/, /PAGE_SIZE not supported/],
    'CPUs that differ are taken for none',
  );
});

t.test('debug lines about the page size come only where pr_debug is on', async t => {
  const text = async (value: number) =>
    (await lines({ kvm: { debug: true } }, mmfr0(`TGRAN4_2=${value}`))).filter(line => /Stage-2/.test(line));
  t.strictSame(await text(0), ['debug: kvm [1]: PAGE_SIZE supported at Stage-2 (default)']);
  for (const value of [2, 3, 7])
    t.strictSame(await text(value), ['debug: kvm [1]: PAGE_SIZE supported at Stage-2 (advertised)']);
});

t.test('guests with shorter vectors are warned of, without a prefix', async t => {
  const warning = 'warn: KVM: SVE vector length for guests limited to 64 bytes';
  const sve = { maxVl: 256, maxVirtualisableVl: 64 };
  t.strictSame(await lines({ kvm: { sve } }), [...NV, ...IPA, warning, ...VGIC, ...MODE]);
  t.strictSame(await lines({ kvm: { sve: { ...sve, maxVl: 64 } } }), WHOLE);
  t.strictSame(await lines({ kvm: { sve } }, ['ID_AA64PFR0_EL1.SVE=0']), WHOLE, 'not without SVE');
  t.strictSame(await lines({ kvm: { sve: null } }), WHOLE, 'nor in a kernel without it');
});

t.test('the vgic says what it found', async t => {
  const start = [...NV, ...IPA];
  const irq = 'info: kvm [1]: vgic interrupt IRQ9';
  const rows: readonly [kvm: NonNullable<MachineWire['kvm']>, lines: readonly string[], value: number][] = [
    [{ gic: 'none' }, [], -19],
    [{ maintenanceInterrupt: 0 }, ['err: kvm [1]: No vgic maintenance irq'], -6],
    [{ nonArchitecturalVgic: true }, ['info: kvm [1]: Non-architectural vgic, tainting kernel', ...VGIC], 0],
    [{ gic: 'v2', gicv: '0x8040000' }, ['info: kvm [1]: vgic-v2@8040000', irq], 0],
    [
      { gicv: '0x8040000' },
      ['info: kvm [1]: vgic-v2@8040000', 'info: kvm [1]: GIC system register CPU interface enabled', irq],
      0,
    ],
    [{ gicv: '0x8040100' }, ['warn: GICV physical address 0x8040100 not page aligned', ...VGIC.slice(1)], 0],
    [
      { gicv3Traps: 'G0G1C' },
      [
        ...VGIC.slice(0, 2),
        'info: kvm [1]: GICv3 sysreg trapping enabled ([G0G1C], reduced performance)',
        ...VGIC.slice(2),
      ],
      0,
    ],
    [
      { fails: { at: 'vgic-interrupt', error: -6 } },
      [...VGIC.slice(0, 3), 'err: kvm [1]: Cannot register interrupt 9'],
      -6,
    ],
  ];
  for (const [kvm, found, value] of rows) {
    const trace = await boot({ kvm });
    t.strictSame(dmesg(trace.events), [...start, ...found, ...MODE], JSON.stringify(kvm));
    t.strictSame([returned(trace.events, 'kvm_vgic_hyp_init'), init(trace)], [value, 0], 'and KVM goes on');
  }
  const busy = await boot({ kvm: { fails: { at: 'vgic-interrupt' } } });
  t.strictSame([dmesg(busy.events).at(-1), init(busy)], ['err: kvm [1]: Cannot register interrupt 9', -16]);
});

t.test('pKVM and nested virtualisation do not go on without their vgic', async t => {
  const pkvm = await boot({ kvmArmMode: 'protected', kvm: { gic: 'none' } });
  t.strictSame([dmesg(pkvm.events), init(pkvm)], [[...RESERVED, ...NV, ...IPA], -19]);
  const nothing = 'err: kvm [1]: NV support requires GICv3 or GICv5 with legacy support, giving up';
  for (const kvm of [{ gic: 'none' }, { gic: 'v2', gicv: '0x8040000' }] as const) {
    const nested = await boot({ kvmArmMode: 'nested', nv2: true, kvm });
    t.strictSame([dmesg(nested.events).at(-1), init(nested)], [nothing, -22]);
    const older = await boot({ kvmArmMode: 'nested', kvm: { ...kvm, era: 'linux-6.12' } });
    t.strictSame([dmesg(older.events).at(-1), init(older)], [MODE[0], 0], 'Linux 6.12 does not look');
  }
});

t.test('the timer says why it cannot be had, and of its erratum', async t => {
  const before = [...NV, ...IPA, ...VGIC];
  const none = await boot({ kvm: { timecounter: false } });
  t.strictSame(dmesg(none.events), [...before, 'err: kvm [1]: kvm_arch_timer: uninitialized timecounter']);
  t.equal(init(none), -19);
  const irq = await boot({ kvm: { vtimerInterrupt: 27, fails: { at: 'vtimer-interrupt', error: -22 } } });
  t.equal(dmesg(irq.events).at(-1), "err: kvm [1]: kvm_arch_timer: can't request vtimer interrupt 27 (-22)");
  const broken = 'info: kvm [1]: Broken CNTVOFF_EL2, trapping virtual timer';
  t.strictSame(await lines({ kvm: { brokenCntvoff: true } }), [...before, broken, ...MODE]);
});

t.test('each step that fails says so in its words, and ends the init with its error', async t => {
  const hyp = (text: string, error = -12) => [
    ...(text === '' ? [] : [`err: kvm [1]: ${text}`]),
    `err: kvm [1]: error initializing Hyp mode: ${error}`,
  ];
  const tables = 'info: kvm [1]: Error initializing system register tables';
  const before = [...NV, ...IPA];
  const rows: Readonly<Record<string, readonly string[]>> = {
    'nv-cgt': ['err: kvm [1]: CGT[7] has MBZ bit set', ...NV, tables],
    'nv-mcb': [...NV.slice(0, 1), 'err: kvm [1]: Recursive MCB 7/7', ...NV.slice(1), tables],
    'vmid-allocator': [...before, 'err: kvm [1]: Failed to initialize VMID allocator.'],
    'hyp-pages': [...before, ...hyp('')],
    'hyp-text': [...before, ...hyp('Cannot map world-switch code')],
    'hyp-data': [...before, ...hyp('Cannot map .hyp.data section')],
    'hyp-rodata': [...before, ...hyp('Cannot map .hyp.rodata section')],
    rodata: [...before, ...hyp('Cannot map rodata section')],
    'hyp-bss': [...before, ...hyp('Cannot map hyp bss section: -12')],
    bss: [...before, ...hyp('Cannot map bss section')],
    'hyp-stack': [...before, ...hyp('Cannot map hyp stack')],
    'hyp-percpu': [...before, ...hyp('Cannot map hyp percpu region')],
    'psci-relay': [...before, ...hyp('Cannot initialize protected mode without PSCI', -19)],
    'c1-pro-erratum': [...before, ...hyp('pKVM requires firmware support for C1-Pro erratum 4193714', -19)],
    'hyp-protection': [...before, ...hyp('Failed to init hyp memory protection')],
    'vector-slots': [...before, 'err: kvm [1]: Cannot initialise vector slots'],
    'vgic-interrupt': [...before, ...VGIC.slice(0, 3), 'err: kvm [1]: Cannot register interrupt 9'],
    'vtimer-interrupt': [
      ...before,
      ...VGIC,
      "err: kvm [1]: kvm_arch_timer: can't request vtimer interrupt 11 (-16)",
    ],
    'vcpu-affinity': [...before, ...VGIC, 'err: kvm [1]: kvm_arch_timer: error setting vcpu affinity'],
    'hyp-tracing': [...before, ...VGIC, 'err: kvm [1]: Failed to initialize Hyp tracing'],
    'kvm-init': [...before, ...VGIC, ...NVHE],
  };
  t.strictSame(Object.keys(rows), STEP_NAMES);
  const errors = { ENOMEM: -12, EINVAL: -22, ENODEV: -19, EBUSY: -16, ENOSYS: -38 };
  for (const at of STEP_NAMES) {
    const { needs, error, fixed, indexed } = stepOf(at);
    const host = needs === 'protected' ? { kvmArmMode: needs } : { hypervisor: 'nvhe' as const };
    const index = indexed === true ? { index: 7 } : {};
    const trace = await boot({ ...host, kvm: { fails: { at, ...index } } });
    const reserved = needs === 'protected' ? RESERVED : [];
    t.strictSame(dmesg(trace.events), [...reserved, ...(rows[at] ?? [])], at);
    t.equal(init(trace), errors[error], `${at}: -${error}`);
    if (fixed === true) continue;
    const other = await boot({ ...host, kvm: { fails: { at, error: -71 } } });
    t.equal(init(other), -71, `${at}: the error that is given`);
  }
});

t.test('a handshake that went well may be followed by an init that did not', async t => {
  const failed = await boot({ rmm: 'tf-rmm-0.9' }, ['kvm_fails_at=kvm-init', 'kvm_error=-16']);
  t.equal(dmesg(failed.events).at(-1), MODE[0], 'after it said that it was initialized');
  t.strictSame([returned(failed.events, 'kvm_init'), init(failed)], [-16, -16]);
  const { class: found, kvm_init, kvm_is_realm } = outcomeOf(failed.events);
  t.strictSame([found, kvm_init, kvm_is_realm], ['accepted', -16, undefined]);
  t.match(
    findingOf(failed).sentence,
    /agree on RMI 2\.0 .* KVM gave up after that: kvm_arm_init returned -EBUSY\.$/,
  );
  const before = await boot({ rmm: 'tf-rmm-0.9' }, ['kvm_fails_at=nv-mcb']);
  t.strictSame([before.outcome?.class, before.outcome?.reason], ['not-reached', undefined]);
  t.equal(findingOf(before).sentence, 'KVM gave up before the check: kvm_arm_init returned -EINVAL.');
});

t.test('a protected hypervisor needs memory that was reserved long before', async t => {
  const trace = await boot({ kvmArmMode: 'protected', kvm: { hypMemory: null } });
  t.strictSame(dmesg(trace.events), [
    'err: kvm [0]: Failed to reserve hyp memory',
    ...NV,
    ...IPA,
    'err: kvm [1]: error initializing Hyp mode: -12',
  ]);
  t.equal(init(trace), -12);
});

t.test('each era names the mode in its own words', async t => {
  const rows: readonly [machine: Partial<MachineWire>, texts: readonly (string | null)[]][] = [
    [{}, ['VHE', 'VHE', 'VHE', 'VHE']],
    [{ hypervisor: 'nvhe' }, ['Hyp', 'Hyp', 'Hyp nVHE', 'Hyp nVHE']],
    [{ hypervisor: 'hvhe' }, [null, null, 'Hyp hVHE', 'Hyp hVHE']],
    [{ kvmArmMode: 'nvhe' }, [null, 'Hyp', 'Hyp nVHE', 'Hyp nVHE']],
    [{ kvmArmMode: 'protected' }, [null, 'Protected nVHE', 'Protected nVHE', 'Protected nVHE']],
    [{ kvmArmMode: 'protected', hypervisor: 'hvhe' }, [null, null, 'Protected hVHE', 'Protected hVHE']],
    [{ kvmArmMode: 'nested', nv2: true }, [null, null, 'VHE', 'VHE+NV2']],
  ];
  for (const [machine, texts] of rows) {
    for (const [at, era] of ERAS.entries()) {
      const described = describe({ ...FVP, ...machine, kvm: { era } });
      const text = texts[at];
      if (text === null || text === undefined) {
        t.strictSame(
          described.ok ? null : described.trouble.where.pointer,
          '/kvm/era',
          JSON.stringify([machine, era]),
        );
        continue;
      }
      const last = (await lines({ ...machine, kvm: { era } })).at(-1);
      t.equal(last, `info: kvm [1]: ${text} mode initialized successfully`);
    }
  }
});

t.test('a machine whose kvm member contradicts itself is refused', async t => {
  const at = (name: string, rest: object = {}) => ({ fails: { at: name, ...rest } });
  const rows: readonly [machine: Partial<MachineWire>, pointer: string, code?: string][] = [
    [{ kvm: { hypMemory: null } }, '/kvm/hypMemory'],
    [{ kvm: { hypMemory: { mebibytes: 1, base: '0x0' } }, kvmArmMode: 'nvhe' }, '/kvm/hypMemory'],
    [{ kvm: { sve: { maxVl: 64, maxVirtualisableVl: 128 } } }, '/kvm/sve'],
    [
      {
        kvm: { sve: { maxVl: 64, maxVirtualisableVl: 64 } },
        cpus: [{ registers: { ID_AA64PFR0_EL1: '0x1211111023111112' } }],
      },
      '/kvm/sve',
    ],
    [{ kvm: { gic: 'none', gicv: '0x0' } }, '/kvm/gic'],
    [{ kvm: { gic: 'none', maintenanceInterrupt: 9 } }, '/kvm/gic'],
    [{ kvm: { gic: 'v2', gicv: '0x1000', gicv3Traps: 'C' } }, '/kvm/gic'],
    [{ kvm: { gic: 'v2' } }, '/kvm/gicv'],
    [{ kvm: { brokenCntvoff: true }, hypervisor: 'nvhe' }, '/kvm/brokenCntvoff'],
    [{ kvm: { era: 'linux-6.1', brokenCntvoff: true } }, '/kvm/era'],
    [{ kvm: at('hyp-stack') }, '/kvm/fails'],
    [{ kvm: at('hyp-protection'), kvmArmMode: 'nvhe' }, '/kvm/fails'],
    [{ kvm: { ...at('vcpu-affinity'), gic: 'none' } }, '/kvm/fails'],
    [{ kvm: { ...at('vgic-interrupt'), maintenanceInterrupt: 0 } }, '/kvm/fails'],
    [{ kvm: { ...at('nv-cgt'), era: 'linux-6.1' } }, '/kvm/fails'],
    [{ kvm: { ...at('hyp-tracing'), era: 'linux-6.12' } }, '/kvm/fails'],
    [{ kvm: at('kvm-init'), entry: 'el1', conduit: 'hvc' }, '/kvm/fails'],
    [{ kvm: at('kvm-init'), kvmArmMode: 'none' }, '/kvm/fails'],
    [{ kvm: at('nv-cgt', { error: -12 }) }, '/kvm/fails/error'],
    [{ kvm: at('kvm-init', { index: 1 }) }, '/kvm/fails/index'],
    [{ kvm: at('kvm_init') }, '/kvm/fails/at', 'unknown-name'],
  ];
  for (const [machine, pointer, code = 'bad-machine'] of rows) {
    const file = { ...FVP, ...machine };
    t.ok(checkMachine(file).ok, 'the schema has nothing against it');
    const described = describe(file);
    t.strictSame(
      described.ok ? 'described' : [described.trouble.code, described.trouble.where.pointer],
      [code, pointer],
      JSON.stringify(machine),
    );
  }
  for (const [kvm, message] of [
    [{ sve: { maxVl: 17, maxVirtualisableVl: 16 } }, 'must be a multiple of 16; found 17'],
    [{ gicv3Traps: 'CG0' }, 'must be none, or some of G0, G1, C and D in that order, like G0G1; found "CG0"'],
    [{ pid: 1 }, 'is a key that this version does not know (keys of your own begin with x-)'],
  ] as const) {
    const checked = checkMachine({ ...FVP, kvm });
    t.equal(checked.ok ? '' : checked.message, message);
  }
});

t.test('only recordings of scope kvm have its facts, and each can be edited', async t => {
  const rmi = stateOf(must(machineNamed('fvp')));
  const kvm = stateOf(must(machineNamed('fvp')), 'kvm');
  const added = [...kvm.facts.keys()].filter(name => !rmi.facts.has(name));
  t.strictSame(
    added,
    FACTS.filter(({ scope }) => scope === 'kvm').map(({ name }) => name),
  );
  t.strictSame(
    [...kvm.facts.keys()],
    factsIn('kvm').map(({ name }) => name),
  );
  t.strictSame(
    [[...rmi.mrs.keys()], [...kvm.mrs.keys()]],
    [['ID_AA64PFR0_EL1'], ['ID_AA64PFR0_EL1', 'ID_AA64MMFR0_EL1']],
  );
  for (const [name, value] of kvm.facts) {
    const same = parseEdit(`${name}=${value}`);
    t.strictSame(same.ok ? same.value.value : null, value, `${name}=${value}`);
    t.notOk(parseEdit(`${name}=-`).ok, `${name} is not anything`);
  }
  for (const [text, value] of [
    ['kvm_error=-4095', -4095],
    ['kvm_error=5', null],
    ['kvm_error=-4096', null],
    ['kvm_error=-0', null],
    ['sve_max_vl=24', null],
    ['gicv3_traps=G1D', 'G1D'],
    ['gicv3_traps=', null],
    ['hyp_mem_mib=1048577', null],
    ['kvm_fails_at=bss', 'bss'],
  ] as const) {
    const edit = parseEdit(text);
    t.strictSame(edit.ok ? edit.value.value : null, value, text);
  }
  const document = readFileSync(new URL('../lib/kernel/README.md', import.meta.url), 'utf8');
  for (const word of [...added, ...STEP_NAMES, ...ERAS])
    t.ok(document.includes(`\`${word}\``), `lib/kernel/README.md knows ${word}`);
});

t.test('a kernel of one scope is not run on a trace of the other', async t => {
  const whole = await boot({});
  const around = must(await record(must(kernelNamed('v13')), must(describe(FVP))));
  for (const [trace, kernel] of [
    [around, v13()],
    [whole, must(kernelNamed('v13'))],
  ] as const) {
    const refused = await replay(trace, kernel);
    t.equal(refused.ok ? '' : refused.trouble.code, 'wrong-scope');
  }
  const edits = [must(parseEdit('gic=none')) as Edit];
  for (const refused of [
    await replay(around, must(kernelNamed('v13')), { edits }),
    await record(must(kernelNamed('v13')), must(describe(FVP)), { edits }),
  ]) {
    t.equal(refused.ok ? '' : refused.trouble.code, 'wrong-scope');
    t.match(refused.ok ? '' : refused.trouble.what, /"gic=none" is for a boot of scope kvm/);
  }
});

t.test('a trace of scope kvm replays as it was recorded, and an edit of a fact is a cause', async t => {
  const trace = await boot({ hypervisor: 'nvhe', rmm: 'tf-rmm-0.9' });
  t.equal(must(await replay(trace, v13())).verdict, 'same');
  const edited = must(
    await replay(trace, v13(), { edits: [must(parseEdit('kvm_fails_at=hyp-bss')) as Edit] }),
  );
  t.strictSame([edited.verdict, edited.comparison.causes.map(inputName)], ['diverged', ['kvm_fails_at']]);
  t.equal(edited.outcomes.replayed.kvm_init, -12);
  const without = {
    ...trace,
    events: trace.events.filter(event => event.type !== 'fact' || event.name !== 'gic'),
  };
  const stopped = must(await replay(without, v13()));
  t.strictSame(stopped.outcomes.replayed.class, 'unanswered');
  t.match(stopped.replayed.events.at(-1), {
    text: 'the kernel asks for the fact gic, which the machine does not have',
  });
});

/** Any machine of scope kvm that can be, and any step that fails on it. */
const ANY = fc.record({
  entry: fc.constantFrom('el2', 'el2', 'el2', 'el2', 'el1'),
  hypervisor: fc.constantFrom('vhe', 'nvhe', 'hvhe'),
  kvmArmMode: fc.constantFrom(null, 'none', 'protected', 'protected', 'protected', 'nvhe', 'nested'),
  pageSize: fc.constantFrom(4096, 16384, 65536),
  rmm: fc.constantFrom('none', 'tf-rmm-0.8', 'tf-rmm-0.9'),
  cpus: fc
    .oneof(
      fc.constant({}),
      fc.bigInt(0n, (1n << 64n) - 1n).map(value => ({ ID_AA64MMFR0_EL1: `0x${value.toString(16)}` })),
    )
    .map(mmfr0 => [{ registers: { ID_AA64PFR0_EL1: '0x1211111123111112', ...mmfr0 } }]),
  kvm: fc.record(
    {
      era: fc.constantFrom(...ERAS),
      debug: fc.boolean(),
      deadlockErratum: fc.boolean(),
      sve: fc.constantFrom(null, { maxVl: 64, maxVirtualisableVl: 32 }),
      gic: fc.constantFrom('none', 'v2', 'v3'),
      maintenanceInterrupt: fc.nat(20),
      nonArchitecturalVgic: fc.boolean(),
      gicv: fc.constantFrom('0x0', '0x8040000', '0x8040100'),
      gicv3Traps: fc.constantFrom('none', 'G0', 'C'),
      timecounter: fc.constantFrom(true, true, true, false),
      brokenCntvoff: fc.boolean(),
      hypMemory: fc.constantFrom(null, { mebibytes: 14, base: '0xbec00000' }),
      fails: fc.constantFrom(null, null, null, ...STEP_NAMES.map(at => ({ at }))),
    },
    { requiredKeys: [] },
  ),
});

/** The machine without those members of `kvm` that contradict the rest; `null` where something else does. */
function agreeing(file: MachineWire): MachineWire | null {
  const described = describe(file);
  if (described.ok) return file;
  const [, member = ''] = /^\/kvm\/(\w+)/.exec(described.trouble.where.pointer ?? '') ?? [];
  const kvm = Object.entries(file.kvm ?? {}).filter(([name]) => name !== member);
  if (kvm.length === Object.keys(file.kvm ?? {}).length) return null;
  return agreeing({ ...file, kvm: Object.fromEntries(kvm) });
}

/** The rows of `logs` that a kernel of that era prints so; `null` for a line that has none. */
function rowsIn(logs: readonly LogEvent[], era: Era): readonly (ReadLine | null)[] {
  const prints = printedBy(era, ERAS);
  return logs.map(log => {
    const isSo = ({ name }: ReadLine) => {
      const by = prints.get(name);
      return by !== undefined && PRINTERS[by].level === log.level;
    };
    return rowsOf(log).find(row => row.line.part === 'check' || isSo(row)) ?? null;
  });
}

t.test('every line that a boot prints has a row of its era, and is one that its kernel models', async t => {
  const kernel = must(kernelNamed('v13', undefined, 'kvm'));
  const printed = new Set<string>();
  let boots = 0;
  await fc.assert(
    fc.asyncProperty(ANY, async machine => {
      const file = { ...FVP, ...machine } as MachineWire;
      if (!checkMachine(file).ok) throw new Error(`not a machine: ${JSON.stringify(file)}`);
      const agreed = agreeing(file);
      if (agreed === null) return true;
      boots++;
      const trace = must(await record(kernel, must(describe(agreed))));
      const logs = trace.events.filter(event => event.type === 'log');
      const again = must(await replay(trace, kernel));
      const era = ERAS.find(name => name === agreed.kvm?.era) ?? 'linux-2026';
      const rows = rowsIn(logs, era);
      for (const row of rows) printed.add(row?.name ?? 'none');
      const end = rows.findIndex(row => row?.line.ends !== undefined);
      return (
        logs.every(kernel.models) &&
        (end < 0 || end === rows.length - 1) &&
        (returned(trace.events, 'kvm_arm_init') !== 0 || rows.at(-1)?.line.ends === 'initialized') &&
        again.verdict === 'same' &&
        init(trace) !== undefined
      );
    }),
    { seed: 6, numRuns: 1500 },
  );
  t.ok(boots > 700, `${boots} boots`);
  const all = Object.entries<Line>(LINES).filter(([, { part }]) => part === 'early' || part === 'kvm');
  t.strictSame(
    all.map(([name]) => name).filter(name => !printed.has(name)),
    [],
    'every row is printed by some boot',
  );
});

/** What a real console shows of KVM's init: `kvm [n]: …`, and `KVM: …` without a prefix, without stamps. */
function consoleLines(log: string): readonly string[] {
  const found: string[] = [];
  for (const line of log.replaceAll('\r', '').split('\n')) {
    // Each boot prints its own dmesg again at the end.
    if (line.startsWith('INIT: ')) break;
    const text = /^\[ *\d+\.\d+\] (kvm \[\d+\]: .*|KVM: .*|KVM is not .*|Protected KVM not .*)$/.exec(
      line,
    )?.[1];
    if (text !== undefined) found.push(text);
  }
  return found;
}

function printed(events: readonly TraceEvent[]): readonly string[] {
  return dmesg(events).flatMap(line => line.replace(/^\w+: /, '').split('\n'));
}

/** The check of that age, where it is built in: the series on Linux 6.12-rc1 says what the host supports. */
const OF_6_12 = KERNELS.find(({ name }) => name === 'v3');

const LOGS: readonly {
  readonly log: string;
  readonly machine: Partial<MachineWire>;
  readonly wants?: string;
  readonly rmi?: string;
  readonly lines: readonly string[];
}[] = [
  ...(['1.0', '1.1'] as const).map(wants => ({
    log: wants === '1.0' ? 'linux-1.0-on-rmm-0.8-accepted' : 'linux-1.1-on-rmm-0.8-refused',
    machine: named('qemu-linux-6.12'),
    wants,
    rmi: wants === '1.0' ? 'RMI ABI version 1.0' : 'Unsupported RMI ABI (v1.0) host supports v1.1',
    lines: linux612(),
  })),
  {
    log: 'linux-1.1-rmm-failed-to-boot',
    machine: { ...named('qemu-linux-6.12'), rmm: 'failed' },
    wants: '1.1',
    lines: linux612(),
  },
  {
    log: 'linux-no-rme',
    machine: {
      ...named('qemu-linux-6.12'),
      cpus: [{ registers: { ID_AA64PFR0_EL1: '0x1301001121112222' } }],
      rmm: 'none',
    },
    lines: linux612(),
  },
  {
    log: 'linux-entered-at-el1',
    machine: { ...named('qemu-linux-6.12'), entry: 'el1', conduit: 'hvc' },
    lines: ['kvm [1]: HYP mode not available'],
  },
  {
    log: 'debian61-kvm-none',
    machine: { ...named('debian-6.1-nvhe'), kvmArmMode: 'none' },
    lines: ['kvm [1]: KVM disabled from command line'],
  },
  {
    log: 'debian61-no-hyp-mode',
    machine: { ...named('debian-6.1-nvhe'), kvmArmMode: null, entry: 'el1' },
    lines: ['kvm [1]: HYP mode not available'],
  },
  { log: 'debian61-nvhe', machine: named('debian-6.1-nvhe'), lines: debian61('Hyp') },
  {
    log: 'debian61-protected',
    machine: named('debian-6.1-protected'),
    lines: ['kvm [0]: Reserved 14 MiB at 0xbec00000', ...debian61('Protected nVHE')],
  },
];

function named(name: string): Partial<MachineWire> {
  return MACHINES.find(machine => machine.name === name) ?? {};
}

function vgicOf(mode: string): readonly string[] {
  const vgic = VGIC.map(line => line.replace('info: ', ''));
  return [...vgic, `kvm [1]: ${mode} mode initialized successfully`];
}

function linux612(): readonly string[] {
  return [
    'kvm [1]: nv: 554 coarse grained trap handlers',
    'kvm [1]: nv: 669 fine grained trap handlers',
    'kvm [1]: IPA Size Limit: 52 bits',
    ...vgicOf('VHE'),
  ];
}

function debian61(mode: string): readonly string[] {
  return ['kvm [1]: IPA Size Limit: 48 bits', ...vgicOf(mode)];
}

for (const { log, machine, wants, rmi, lines } of LOGS) {
  t.test(`KVM's lines of the real boot ${log} come out of a machine description`, async t => {
    const name = OF_6_12 !== undefined && wants !== undefined ? 'v3' : 'v13';
    const trace = await boot(machine, [], must(kernelNamed(name, wants, 'kvm')));
    const found = printed(trace.events);
    t.strictSame(
      found.filter(line => !line.includes('RMI ABI')),
      lines,
    );
    const whole = rmi === undefined ? lines : [...lines.slice(0, 2), `kvm [1]: ${rmi}`, ...lines.slice(2)];
    const noKernel = OF_6_12 === undefined && rmi !== undefined && wants !== '1.0';
    t.test('with the line of the check', { skip: noKernel && 'needs the check of that age, v3' }, async t => {
      t.strictSame(found, whole);
    });
    const file = new URL(`../../shared/qemu/${log}.log`, import.meta.url);
    t.test('as the console had them', { skip: !existsSync(file) && `needs ${log}.log` }, async t => {
      t.strictSame(consoleLines(readFileSync(file, 'latin1')), whole);
    });
  });
}

t.test('the check finds out at which level the kernel runs', async t => {
  for (const [hypervisor, expected] of [
    ['vhe', true],
    ['nvhe', false],
  ] as const) {
    const seen: boolean[] = [];
    const kernel: AsyncKernel = {
      ...v13(),
      *boot() {
        const system = yield* bringUp(ftrTables({ rme: true, mmfr0: true }));
        return yield* kvm_arm_init(system, {
          behind: CHECK_PLACE,
          *call(in_hyp_mode) {
            seen.push(in_hyp_mode);
            yield* kvm_info(LINES.rmiAbiVersion, { lower: { major: 7, minor: 0 } });
            return 0;
          },
        });
      },
    };
    const { events } = await boot({ hypervisor }, [], kernel);
    t.strictSame(seen, [expected]);
    t.equal(dmesg(events)[2], 'info: kvm [1]: RMI ABI version 7.0', 'after the nv lines');
  }
});
