import fc from 'fast-check';
import t from 'tap';
import { kernelNamed } from '../lib/kernel/kernels.js';
import { bringUp, read_sanitised_ftr_reg } from '../lib/kernel/linux/cpufeature.js';
import { ftrTables } from '../lib/kernel/linux/ftr-tables.js';
import { outcomeOf } from '../lib/kernel/outcome.js';
import { kvm_is_realm, kvm_realm_state, vcpu_is_rec } from '../lib/kernel/revisions/v13.js';
import type { Kernel } from '../lib/model/port.js';
import type { RealmState } from '../lib/model/trace.js';
import { ALL_ONES, hex, type Seen, u64 } from '../lib/model/u64.js';
import { runSync } from '../lib/run.js';
import { answering, dmesg, h, must, pfr0, returned, stateOf } from './boots.js';

const V13 = must(kernelNamed('v13'));
const MODE = 'info: kvm [1]: VHE mode initialized successfully';

function boot(
  res: readonly Seen[] | null,
  options: {
    kernel?: Kernel;
    cpus?: readonly Seen[];
    facts?: Record<string, string | number | boolean>;
  } = {},
) {
  const { machine, asked } = answering(stateOf(options.cpus ?? [pfr0(1)], options.facts), res);
  const events = runSync(options.kernel ?? V13, machine);
  return {
    asked,
    events,
    dmesg: dmesg(events),
    outcome: outcomeOf(events),
    check: returned(events, 'rmi_check_version'),
  };
}

function answer(...texts: readonly string[]): readonly Seen[] {
  return [...texts, '0x0', '0x0', '0x0'].slice(0, 4).map(h);
}

t.test('v13 prints, for each answer of the table of known answers, exactly this line', async t => {
  const ones = '0xffffffffffffffff';
  const refused = (low: string, high: string) =>
    `err: kvm [1]: Unsupported RMI ABI (v${low} - v${high}) we want v2.0`;
  const accepted = (low: string) => `info: kvm [1]: RMI ABI version ${low}`;
  const rows: readonly (readonly [answer: readonly Seen[], line: string | null, says: string])[] = [
    [answer('0x0', '0x10000', '0x10000'), accepted('1.0'), 'success with another revision than asked'],
    [answer('0x0', '0x10000', '0x10001'), accepted('1.0'), 'success, higher is 1.1'],
    [answer('0x0', '0x20000', '0x20000'), accepted('2.0'), 'success'],
    [answer('0x1', '0x10000', '0x10000'), refused('1.0', '1.0'), 'an RMM that is too old'],
    [answer('0x1', '0x20000', '0x20000'), refused('2.0', '2.0'), 'a refusal that names what is wanted'],
    [answer('0x1', '0x10000', '0x20001'), refused('1.0', '2.1'), 'a refusal with a range'],
    [answer(ones, '0x20000'), null, 'a 64-bit -1'],
    [answer('0xffffffff'), refused('0.0', '0.0'), 'a 32-bit -1 is not NOT_SUPPORTED'],
    [answer('0xfffffffffffffffe'), refused('0.0', '0.0'), '-2'],
    [answer('0x100', '0x20000', '0x20000'), refused('2.0', '2.0'), 'status 0 with an index is not success'],
    [answer('0x0', '0x80020000'), accepted('32770.0'), 'bit 31'],
    [answer('0x0', '0x100020000'), accepted('2.0'), 'bit 32 is cut off'],
    [answer('0x0', ones, ones), accepted('65535.65535'), 'all ones'],
    [answer('0xa'), refused('0.0', '0.0'), 'RMI_BUSY'],
    [answer('0xe'), refused('0.0', '0.0'), 'RMI_BLOCKED'],
    [answer('0x380000'), refused('0.0', '0.0'), 'version 56.0 in x0'],
    [answer('0x10000'), refused('0.0', '0.0'), 'version 1.0 in x0'],
    [answer('0x0'), accepted('0.0'), 'success and nothing else'],
  ];
  for (const [res, line, says] of rows) {
    const found = boot(res);
    t.strictSame(found.dmesg, line === null ? [MODE] : [line, MODE], says);
    t.equal(found.check, line?.startsWith('info') ? 0 : -6, `${says}: return of the check`);
    t.equal(returned(found.events, 'kvm_arm_init'), 0, `${says}: KVM goes on`);
  }
});

t.test('v13 asks once, RMI_VERSION with the wanted revision in x1, by SMC', async t => {
  const { asked } = boot(answer('0x0'));
  t.strictSame(
    asked.map(({ via, cc, fid, args }) => [via, cc, hex(fid), args.map(hex)]),
    [['smc', '1.1', '0xc4000150', ['0x20000']]],
  );
});

t.test('--wants changes what is asked and what is printed', async t => {
  const kernel = must(kernelNamed('v13', '32767.65535'));
  const { asked, dmesg } = boot(answer('0x1', '0x10000', '0x20000'), { kernel });
  t.equal(hex(asked[0]?.args[0] ?? u64(0n)), '0x7fffffff');
  t.equal(dmesg[0], 'err: kvm [1]: Unsupported RMI ABI (v1.0 - v2.0) we want v32767.65535');
  for (const wrong of ['32768.0', '1.65536', '2', '02.0', '-1.0', '2.0 ', '']) {
    const refused = kernelNamed('v13', wrong);
    t.equal(refused.ok ? 'accepted' : refused.trouble.code, 'bad-value', JSON.stringify(wrong));
  }
});

t.test('a kernel that is not built in is named with the nearest that is', async t => {
  const refused = kernelNamed('vv13');
  t.strictSame(refused.ok ? null : refused.trouble.code, 'no-kernel');
  t.match(refused.ok ? '' : refused.trouble.next, /did you mean v13\?/);
});

t.test('without RME on every CPU the kernel prints no RMI line and makes no call', async t => {
  const reasons = [
    [[pfr0(0)], 'no-rme'],
    [[pfr0(1), pfr0(1), pfr0(0)], 'rme-hidden-by-cpu2'],
    [[pfr0(0), pfr0(1)], 'rme-hidden-by-cpu0'],
  ] as const;
  for (const [cpus, reason] of reasons) {
    const { asked, dmesg, outcome, check } = boot(answer('0x0', '0x20000', '0x20000'), { cpus });
    t.strictSame([asked.length, dmesg, check], [0, [MODE], -6], reason);
    t.strictSame([outcome.class, outcome.reason], ['quiet', reason]);
  }
});

t.test('RME 2 and 1 sanitise to 1, and the kernel goes on without a word about it', async t => {
  const { dmesg, asked } = boot(answer('0x0', '0x20000', '0x20000'), { cpus: [pfr0(2), pfr0(1)] });
  t.strictSame([asked.length, dmesg], [1, ['info: kvm [1]: RMI ABI version 2.0', MODE]]);
});

t.test('no call leaves the kernel without a conduit, or below SMCCC 1.1', async t => {
  for (const facts of [{ conduit: 'none' }, { smccc_version: '1.0' }, { smccc_version: '0.2' }]) {
    const { asked, dmesg, outcome } = boot(answer('0x0', '0x20000', '0x20000'), { facts });
    t.strictSame([asked.length, dmesg, outcome.reason], [0, [MODE], 'no-conduit'], JSON.stringify(facts));
  }
});

t.test('the conduit decides between SMC and HVC', async t => {
  const { asked } = boot(answer('0xffffffffffffffff'), { facts: { conduit: 'hvc', in_hyp_mode: false } });
  t.strictSame(
    asked.map(({ via }) => via),
    ['hvc'],
  );
});

t.test('a machine that hints sets bit 16 of the FID', async t => {
  const { asked } = boot(answer('0x0'), { facts: { sve_hint: true } });
  t.strictSame(
    asked.map(({ fid }) => hex(fid)),
    ['0xc4010150'],
  );
});

t.test('entered at EL1, or disabled on the command line, KVM gives up before the check', async t => {
  const el1 = boot(answer('0x0'), { facts: { hyp_mode_available: false, in_hyp_mode: false } });
  t.strictSame(el1.dmesg, ['info: kvm [1]: HYP mode not available']);
  t.strictSame(
    [el1.outcome.class, el1.outcome.reason, el1.outcome.kvm_init],
    ['not-reached', 'el1-entry', -19],
  );
  const none = boot(answer('0x0'), { facts: { kvm_mode: 'none' } });
  t.strictSame(none.dmesg, ['info: kvm [1]: KVM disabled from command line']);
  t.strictSame(
    [none.outcome.class, none.outcome.reason, none.outcome.kvm_init],
    ['not-reached', 'kvm-disabled', -19],
  );
  t.strictSame([el1.asked.length, none.asked.length, el1.check, none.check], [0, 0, undefined, undefined]);
});

t.test('the mode line says what KVM runs as', async t => {
  const el1 = { in_hyp_mode: false };
  const modes = [
    [{}, 'VHE'],
    [{ kvm_mode: 'nv', nv2: true }, 'VHE+NV2'],
    [el1, 'Hyp nVHE'],
    [{ ...el1, hvhe: true }, 'Hyp hVHE'],
    [{ ...el1, kvm_mode: 'protected' }, 'Protected nVHE'],
    [{ ...el1, kvm_mode: 'protected', hvhe: true }, 'Protected hVHE'],
  ] as const;
  for (const [facts, mode] of modes) {
    t.equal(
      boot(answer('0x0'), { facts }).dmesg.at(-1),
      `info: kvm [1]: ${mode} mode initialized successfully`,
    );
  }
});

t.test('a call that never comes back ends the boot there', async t => {
  const { events, outcome, dmesg } = boot(null);
  t.strictSame([outcome.class, dmesg], ['did-not-return', []]);
  t.strictSame(events.at(-1)?.type, 'smc');
});

t.test('the static key stays off, so nothing is a realm; the state is told all the same', async t => {
  const states: readonly RealmState[] = [
    'REALM_STATE_NONE',
    'REALM_STATE_NEW',
    'REALM_STATE_ACTIVE',
    'REALM_STATE_DYING',
    'REALM_STATE_DEAD',
  ];
  for (const state of states) {
    t.equal(kvm_is_realm({ is_realm: true, realm: { state } }), false);
    t.equal(kvm_realm_state({ is_realm: true, realm: { state } }), state);
  }
  t.equal(
    kvm_is_realm({ is_realm: true, realm: { state: 'REALM_STATE_NEW' } }, true),
    true,
    'with the key on',
  );
  t.equal(kvm_is_realm({ is_realm: false, realm: { state: 'REALM_STATE_NEW' } }, true), false);
  t.equal(vcpu_is_rec(), false);
  const { outcome } = boot(answer('0x0', '0x20000', '0x20000'));
  t.strictSame(outcome, {
    class: 'accepted',
    lower: '2.0',
    return: 0,
    key: false,
    kvm_is_realm: false,
    kvm_realm_state: 'REALM_STATE_NONE',
    vcpu_is_rec: false,
    kvm_init: 0,
  });
});

t.test('a strict field that varies is reported for every CPU and register, the summary once', async t => {
  const [withSve, without] = [h('0x10000100000000'), h('0x10000000000000')];
  const { dmesg } = boot(answer('0x0', '0x20000', '0x20000'), { cpus: [withSve, without, without] });
  t.strictSame(dmesg.slice(0, 3), [
    'warn: CPU features: SANITY CHECK: Unexpected variation in SYS_ID_AA64PFR0_EL1. Boot CPU: 0x10000100000000, CPU1: 0x10000000000000',
    'warn: CPU features: Unsupported CPU feature variation detected.',
    'warn: CPU features: SANITY CHECK: Unexpected variation in SYS_ID_AA64PFR0_EL1. Boot CPU: 0x10000100000000, CPU2: 0x10000000000000',
  ]);
});

t.test('small register values are printed 16 columns wide, 0x included', async t => {
  const { dmesg } = boot(answer('0x0'), { cpus: [h('0x11112222'), h('0x1111112222')] });
  t.match(dmesg[0], /Boot CPU: 0x00000011112222, CPU1: 0x00001111112222$/);
});

t.test('a kernel whose table has no RME row reads RME as 0, and reports where it varies', async t => {
  const read = (cpus: readonly Seen[], rme: boolean) => {
    const kernel: Kernel = {
      name: 'reads',
      wants: null,
      scope: 'rmi',
      models: () => true,
      *boot() {
        yield* read_sanitised_ftr_reg(yield* bringUp(ftrTables({ rme })), 'ID_AA64PFR0_EL1');
        return 0;
      },
    };
    const events = runSync(kernel, answering(stateOf(cpus), null).machine);
    const ftr = events.find(event => event.type === 'ftr');
    return { ftr: hex(ftr?.value ?? ALL_ONES), dmesg: dmesg(events).length };
  };
  t.strictSame(read([pfr0(2), pfr0(1)], true), { ftr: hex(pfr0(1)), dmesg: 0 });
  t.strictSame(read([pfr0(2), pfr0(1)], false), { ftr: '0x0', dmesg: 2 });
  t.strictSame(read([pfr0(1)], false), { ftr: '0x0', dmesg: 0 });
});

t.test('FP and AdvSIMD are signed: 0xf, not implemented, is the lower value', async t => {
  const { events } = boot(answer('0x0'), { cpus: [h('0x110000'), h('0xff0000')] });
  t.equal(hex(events.find(event => event.type === 'ftr')?.value ?? ALL_ONES), '0xff0000');
});

t.test('100,000 random answers give what the C expressions of the patch give', async t => {
  /** Said again in 64-bit arithmetic on decimal strings and masks, from the mail's expressions alone. */
  const stated = (rme: bigint, x0: bigint, x1: bigint, x2: bigint, major: number, minor: number) => {
    if (rme % 16n === 0n) return { line: null, check: -6, calls: 0 };
    if (x0 === 2n ** 64n - 1n) return { line: null, check: -6, calls: 1 };
    const revision = (x: bigint) => `${(x / 65536n) % 65536n}.${x % 65536n}`;
    if (x0 !== 0n) {
      const range = `(v${revision(x1)} - v${revision(x2)})`;
      return {
        line: `err: kvm [1]: Unsupported RMI ABI ${range} we want v${major}.${minor}`,
        check: -6,
        calls: 1,
      };
    }
    return { line: `info: kvm [1]: RMI ABI version ${revision(x1)}`, check: 0, calls: 1 };
  };
  const register = fc.oneof(
    fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
    fc.constantFrom(
      0n,
      1n,
      0x10000n,
      0x20000n,
      0x80020000n,
      0xffffffffn,
      2n ** 64n - 1n,
      2n ** 64n - 2n,
      0x100n,
      2n ** 32n,
    ),
  );
  let [lines, silent] = [0, 0];
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 15 }),
      register,
      register,
      register,
      fc.integer({ min: 0, max: 32767 }),
      fc.integer({ min: 0, max: 65535 }),
      (rme, x0, x1, x2, major, minor) => {
        const kernel = must(kernelNamed('v13', `${major}.${minor}`));
        const found = boot([u64(x0), u64(x1), u64(x2), u64(0n)], { kernel, cpus: [pfr0(rme)] });
        const want = stated(BigInt(rme), x0, x1, x2, major, minor);
        const same =
          JSON.stringify(found.dmesg) === JSON.stringify(want.line === null ? [MODE] : [want.line, MODE]) &&
          found.check === want.check &&
          found.asked.length === want.calls &&
          (want.calls === 0 || found.asked[0]?.args[0] === (BigInt(major) << 16n) + BigInt(minor));
        if (want.line === null) silent++;
        else lines++;
        return same;
      },
    ),
    { numRuns: 100_000, seed: 20260318 },
  );
  t.ok(
    lines > 50_000 && silent > 5_000,
    `both sides of each test were reached (${lines} lines, ${silent} silent)`,
  );
});
