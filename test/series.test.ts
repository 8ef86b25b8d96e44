/** Scope init: the whole series behind each check, on real and odd RMMs, and on any answers. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import t from 'tap';
import { callName } from '../lib/abi/decode.js';
import { RETURNED } from '../lib/abi/smccc.js';
import { builtIn, KERNELS, kernelNamed, namesInScope } from '../lib/kernel/kernels.js';
import { printedBy } from '../lib/kernel/lines/since.js';
import { rowsOf } from '../lib/kernel/lines.js';
import { outcomeOf } from '../lib/kernel/outcome.js';
import { stateOf as machineState } from '../lib/machine/description.js';
import { emulate } from '../lib/machine/emulated.js';
import { playback } from '../lib/machine/playback.js';
import { endKey, endText } from '../lib/model/end.js';
import type { FactValue, Memory, TraceEvent } from '../lib/model/events.js';
import type { Reply, SmcRequest } from '../lib/model/port.js';
import type { Scope } from '../lib/model/trace.js';
import { hex, type U64, u64, ZERO } from '../lib/model/u64.js';
import { profileNamed } from '../lib/rmm/profiles.js';
import { runSync } from '../lib/run.js';
import { wireOf } from '../lib/trace/wire.js';
import { dmesg, h, must, returned } from './boots.js';
import { rmitrace } from './rmitrace.js';
import { predicted, SERIES } from './series.js';
import { FVP } from './sweeps.js';

const SEED = 14;
const ORDER = KERNELS.map(({ name }) => name);

const FVP_FACTS: Readonly<Record<string, FactValue>> = Object.fromEntries(machineState(FVP, 'init').facts);

/** What answers: x0 on, and memory after the call. */
type Answers = (request: SmcRequest, nth: number) => readonly U64[] | Reply;

interface Given {
  readonly scope?: Scope;
  readonly facts?: Readonly<Record<string, FactValue>>;
  readonly maxSteps?: number;
}

function boot(kernel: string, answers: Answers, { scope = 'init', facts = {}, ...options }: Given = {}) {
  const state = machineState(FVP, scope);
  let nth = 0;
  const call = (request: SmcRequest): Reply => {
    const answer = answers(request, nth++);
    return 'kind' in answer ? answer : { kind: 'answer', res: answer };
  };
  const facted = { ...state, facts: new Map([...state.facts, ...Object.entries(facts)]) };
  return runSync(must(kernelNamed(kernel, undefined, scope)), { state: facted, call }, options);
}

function onRmm(kernel: string, rmm: string, scope: Scope = 'init') {
  const profile = must(profileNamed(rmm));
  return runSync(must(kernelNamed(kernel, undefined, scope)), emulate(FVP, profile, { scope }));
}

/** `RMI_GRANULE_TRACKING_GET 0x80000000 0xa0000000`. */
function asked({ fid, args }: Pick<SmcRequest, 'fid' | 'args'>): string {
  return [callName(fid, '2.0'), ...args.map(hex)].join(' ');
}

function calls(events: readonly TraceEvent[]): readonly string[] {
  return events.flatMap(event =>
    event.type === 'smc' ? [asked({ ...event, args: event.args.map(arg => arg ?? ZERO) })] : [],
  );
}

function warnings(events: readonly TraceEvent[]): readonly string[] {
  return events.flatMap(event => (event.type === 'warn' ? [event.of] : []));
}

const GOOD: Readonly<Record<string, (args: readonly U64[]) => readonly string[]>> = {
  RMI_VERSION: ([wants]) => (wants === undefined ? ['0x10000'] : ['0x0', hex(wants), hex(wants)]),
  RMI_FEATURES: ([index = ZERO]) => ['0x0', index === ZERO ? '0x104130' : '0x142a9'],
  RMI_RMM_CONFIG_SET: () => ['0x0'],
  RMI_RMM_ACTIVATE: () => ['0x0'],
  RMI_RMM_DEACTIVATE: () => ['0x0'],
  RMI_GRANULE_TRACKING_GET: ([, top = ZERO]) => ['0x0', '0x0', '0x2', hex(top)],
  RMI_GPT_L1_CREATE: () => ['0xf'],
  RMI_GPT_INFO: ([base = ZERO, top = ZERO]) =>
    base % (1n << 30n) === 0n ? ['0x0', hex(top), '0x1'] : ['0x1'],
  RMI_GRANULE_RANGE_DELEGATE: ([, top = ZERO]) => ['0x0', hex(top)],
  RMI_GRANULE_RANGE_UNDELEGATE: ([, top = ZERO]) => ['0x0', hex(top)],
};

function good({ fid, args, cc }: SmcRequest): readonly U64[] {
  return whole(cc, (GOOD[callName(fid, '2.0')] ?? (() => ['0x1']))(args).map(h));
}

/** As many registers as the caller is given, those left out zero. */
function whole(cc: SmcRequest['cc'], res: readonly U64[]): readonly U64[] {
  return Array.from({ length: RETURNED[cc] }, (_, x) => res[x] ?? ZERO);
}

/** Good answers but to the calls of that name: their answers in order, the last again and again. */
function but(name: string, ...answers: readonly (readonly string[])[]): Answers {
  return scripted({ [name]: answers });
}

function scripted(script: Readonly<Record<string, readonly (readonly string[])[]>>): Answers {
  const seen = new Map<string, number>();
  return request => {
    const name = callName(request.fid, '2.0').replace('RMI_', '');
    const own = script[name];
    if (own === undefined) return good(request);
    const nth = seen.get(name) ?? 0;
    seen.set(name, nth + 1);
    const res = (own[nth] ?? own.at(-1) ?? []).map(h);
    return [...res, ...Array.from({ length: 4 - res.length }, () => ZERO)];
  };
}

t.test('each series comes to what it came to on each RMM that was asked', async t => {
  // rmi-init.md §7: kernels against RMMs, one region of 512 MiB.
  const TRACKING = 'no realms: RMI_GRANULE_TRACKING_GET';
  const table: Readonly<Record<string, readonly string[]>> = {
    'tf-rmm-0.8': SERIES.map(() => 'refused (v1.0 - v1.0)'),
    'tf-rmm-0.9': ['realms, 2.0', TRACKING, TRACKING, TRACKING, TRACKING, TRACKING],
    'tf-rmm-head': [
      `${TRACKING} 1`,
      'realms, 2.0',
      'realms, 2.0',
      'realms, 2.0',
      'no realms: RMI_GPT_INFO -1',
      'no realms: RMI_GPT_INFO -1',
    ],
    'tf-rmm-bet3': [
      `${TRACKING} 1`,
      ...Array.from({ length: 3 }, () => 'no realms: RMI_GPT_L1_CREATE 11'),
      'no realms: RMI_GPT_INFO 1',
      'realms, 2.0',
    ],
    'tf-rmm-coarse': [`${TRACKING} 1`, TRACKING, TRACKING, TRACKING, TRACKING, TRACKING],
  };
  for (const [rmm, row] of Object.entries(table))
    t.strictSame(
      SERIES.map(kernel => endText(outcomeOf(onRmm(kernel, rmm)))),
      row,
      rmm,
    );

  const says = (kernel: string, rmm: string) => {
    const events = onRmm(kernel, rmm);
    const lines = dmesg(events).filter(line => !/RMI ABI|mode initialized/.test(line));
    return [...lines, ...warnings(events), returned(events, 'arm64_init_rmi')];
  };
  const unfit = "err: Granule tracking for region isn't fine/conventional:";
  t.strictSame(says('v13', 'tf-rmm-0.9'), [undefined], 'the key is silent');
  t.strictSame(says('v13', 'tf-rmm-head'), [`${unfit.replace('err:', 'err: kvm [1]:')} 80000000`, undefined]);
  t.strictSame(says('v14', 'tf-rmm-0.9'), [`${unfit} 0`, 0], 'v14 returns 0 whatever happened');
  t.strictSame(says('v14', 'tf-rmm-head'), ['info: RMI configured', 0]);
  t.strictSame(says('v14', 'tf-rmm-bet3'), ['err: GPT Level1 table missing for 80000000', 0]);
  t.strictSame(says('v16', 'tf-rmm-0.9'), [`${unfit} 0`, -19]);
  t.strictSame(says('v16', 'tf-rmm-bet3'), ['err: GPT Level1 table missing for 80000000', -12]);
  t.strictSame(says('v17', 'tf-rmm-0.9'), [`${unfit} 0-0`, 'arm64_init_rmi', -19]);
  t.strictSame(says('v17', 'tf-rmm-head'), ['arm64_init_rmi', -12], 'silent');
  t.strictSame(says('v17', 'tf-rmm-bet3'), [-12], 'silent, and deactivated');
  t.strictSame(says('next', 'tf-rmm-0.9'), ['rmi_verify_memory_tracking', 'arm64_init_rmi', -6], 'silent');
  t.strictSame(says('next', 'tf-rmm-head'), [
    'err: RMI_GPT_INFO failed for 80000000-c0000000: (-1)',
    'arm64_init_rmi',
    -6,
  ]);
  t.equal(returned(onRmm('next', 'tf-rmm-head'), 'is_rmm_active'), 1, 'it could not be deactivated');
  t.equal(returned(onRmm('next', 'tf-rmm-coarse'), 'is_rmm_active'), 0, 'it could');
});

t.test('what scope rmi prints is how scope init begins, and stands in its place in scope kvm', async t => {
  for (const kernel of namesInScope('rmi')) {
    for (const rmm of ['tf-rmm-0.8', 'tf-rmm-0.9', 'none', 'silent']) {
      const lines = (scope: Scope) =>
        dmesg(
          runSync(
            must(kernelNamed(kernel, undefined, scope)),
            emulate(FVP, must(profileNamed(rmm)), { scope }),
          ),
        );
      const [rmi, init, kvm] = [lines('rmi'), lines('init'), lines('kvm')];
      const check = rmi.filter(line => !/mode initialized/.test(line));
      const found = [
        init.slice(0, check.length),
        rmi.filter(line => init.includes(line) && kvm.includes(line)),
      ];
      t.strictSame(found, [check, rmi], `${kernel} ${rmm}`);
    }
  }
});

t.test(
  'on any answers a series makes the calls, prints the lines and returns the value of its table',
  async t => {
    const word = fc.oneof(
      fc.constantFrom(0n, 1n, 2n, 10n, 11n, 14n, 15n, 0x100n, 0x10fn, 0x1_0000_0000n, (1n << 64n) - 1n),
      fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }),
    );
    // Mostly a good answer: else few boots would come far.
    const odd = fc.record({
      x: fc.tuple(word, word, word, word).map(values => values.map(u64)),
      keeps: fc.constantFrom(0, 1, 2, 3, 4, 4, 4, 4, 4, 4, 4, 4),
    });
    const machine = fc.record({
      page_size: fc.constantFrom(4096, 4096, 16384, 65536),
      lpa2: fc.boolean(),
      in_hyp_mode: fc.constantFrom(true, true, true, false),
      allocation_fails: fc.constantFrom(
        'nothing',
        'nothing',
        'nothing',
        'vmid-bitmap',
        'config-page',
        'sro-object',
        'memory-notifier',
      ),
      leftover_x2: fc.constantFrom('0x0', '0xa0000000'),
      memory: fc.constantFrom(
        '0x80000000+0x20000000',
        '0x80000800+0x3ffff000,0xc0000000+0x1000:nomap,0x880000000+0x100000000',
        '0x80000100+0x200,0x90000000+0x10000000',
        'none',
      ),
    });
    const features = fc.record({ reg0: word, reg1: word, known: fc.boolean() });
    for (const kernel of ['rfc', 'v7', 'v12', ...SERIES]) {
      const ends = new Set<string>();
      const printed = printedBy(builtIn(kernel)?.name ?? '', ORDER);
      fc.assert(
        fc.property(
          fc.array(odd, { minLength: 12, maxLength: 12 }),
          machine,
          features,
          (answers, facts, regs) => {
            const answer = (request: SmcRequest, nth: number): readonly U64[] => {
              const res = [...good(request)];
              if (callName(request.fid) === 'RMI_FEATURES' && !regs.known)
                res[1] = u64(request.args.length === 0 || request.args[0] === ZERO ? regs.reg0 : regs.reg1);
              const { x = [], keeps = 4 } = answers[nth] ?? {};
              // The registers from `keeps` on are any.
              return res.map((value, at) => (at >= keeps && at < 4 ? (x[at] ?? value) : value));
            };
            const tape: string[] = [];
            const events = boot(
              kernel,
              (request, nth) => {
                tape.push(asked(request));
                return answer(request, nth);
              },
              { facts, maxSteps: 2000 },
            );
            const expected = predicted(kernel, { ...FVP_FACTS, ...facts }, answer, 400);
            if (expected === null) return;
            const found = {
              calls: tape,
              log: dmesg(events).filter(line => !/mode initialized/.test(line)),
              warned: warnings(events),
              value: returned(events, 'arm64_init_rmi') ?? null,
              key: outcomeOf(events).key,
            };
            ends.add(endKey(outcomeOf(events)));
            for (const event of events)
              if (event.type === 'log' && !/mode initialized/.test(event.text))
                if (!rowsOf(event).some(({ name }) => printed.has(name)))
                  throw new Error(`${kernel} prints no row of its revision: ${event.text}`);
            const [is, should] = [found, expected].map(each => JSON.stringify(each));
            if (is !== should)
              throw new Error(`${kernel} ${JSON.stringify(facts)}\nis     ${is}\nshould ${should}`);
          },
        ),
        { seed: SEED, numRuns: 40 },
      );
      t.ok(ends.has('realms') && ends.size > 2, `${kernel}: ${[...ends].join(', ')}`);
    }
  },
);

/** What an init does with RMM_ACTIVATE that is incomplete: the calls behind it up to the tracking, and how it ends. */
function activated(kernel: string, script: Parameters<typeof scripted>[0], given: Given = {}) {
  const events = boot(kernel, scripted(script), given);
  const all = calls(events);
  const from = all.indexOf('RMI_RMM_ACTIVATE');
  const to = all.findIndex(call => call.startsWith('RMI_GRANULE_TRACKING_GET'));
  return {
    calls: all.slice(from + 1, to < 0 ? undefined : to).map(call => call.replace('RMI_', '')),
    warned: warnings(events),
    end: endText(outcomeOf(events)),
    value: returned(events, 'arm64_init_rmi'),
    events,
  };
}

/** x0 of RMI_INCOMPLETE. */
const NONE = '0xd';
const DONATE = '0x10d';
const RECLAIM = '0x20d';
const UNKNOWN = '0x30d';
const CANCELLABLE = 0x400;
const orCancel = (x0: string) => `0x${(Number.parseInt(x0, 16) | CANCELLABLE).toString(16)}`;
const HANDLE = '0x77';
const LIST = '0x9fffe098';

t.test('an operation is continued by the handle of its first answer until it is complete', async t => {
  for (const kernel of ['v15', 'v16', 'v17', 'next']) {
    const found = activated(kernel, {
      RMM_ACTIVATE: [[NONE, HANDLE]],
      OP_CONTINUE: [[NONE, '0x1'], ['0xa'], [NONE, '0x2'], ['0x0']],
    });
    const calls = ['OP_CONTINUE 0x77', 'OP_CONTINUE 0x77', 'OP_CONTINUE 0x77', 'OP_CONTINUE 0x77'];
    t.strictSame(
      [found.calls, found.warned, found.value],
      [calls, [], kernel === 'v17' ? -12 : 0],
      `${kernel}, and repeated on RMI_BUSY; v17 then goes on at address 1`,
    );
  }
  for (const kernel of ['v13', 'v14'])
    t.equal(
      activated(kernel, { RMM_ACTIVATE: [[NONE, HANDLE]] }).end,
      'no realms: RMI_RMM_ACTIVATE 13',
      `${kernel} knows no operations`,
    );
});

t.test('memory is delegated, described and donated, and what is left of it given back', async t => {
  // Two pages, delegated: one is taken, and the operation is complete.
  for (const [kernel, state] of [
    ['v16', 0],
    ['next', 0],
    ['next', 1],
  ] as const) {
    const found = activated(kernel, {
      RMM_ACTIVATE: [[DONATE, HANDLE, hex(u64(BigInt((state << 17) | (2 << 2))))]],
      OP_MEM_DONATE: [['0x0', '0x1']],
    });
    const delegates = [
      'GRANULE_RANGE_DELEGATE 0x90000000 0x90001000',
      'GRANULE_RANGE_DELEGATE 0x90001000 0x90002000',
    ];
    const donates = [`OP_MEM_DONATE 0x77 ${LIST} 0x2`];
    const undelegates = ['GRANULE_RANGE_UNDELEGATE 0x90001000 0x90002000'];
    t.strictSame(
      found.calls,
      state === 0 ? [...delegates, ...donates, ...undelegates] : donates,
      `${kernel}, state ${state}`,
    );
    const donated = found.events.find(
      event => event.type === 'smc' && callName(event.fid, '2.0') === 'RMI_OP_MEM_DONATE',
    );
    const top = state === 0 ? '0x' : '0x40000000';
    t.strictSame(
      donated?.type === 'smc' && donated.mem?.[0]?.words.map(({ value }) => value && hex(value)),
      [`${top}90000004`, `${top}90001004`],
      'a descriptor each: address, one block, a page',
    );
  }

  // Four pages in one piece, of which the RMM takes one.
  const contig = [DONATE, HANDLE, hex(u64(BigInt((1 << 16) | (4 << 2))))];
  const partly = { RMM_ACTIVATE: [contig], OP_MEM_DONATE: [['0x0', '0x1']] };
  t.strictSame(activated('next', partly).calls.slice(-1), ['GRANULE_RANGE_UNDELEGATE 0x90001000 0x90004000']);
  t.strictSame(
    activated('v16', partly).calls.slice(-3),
    ['1000', '2000', '3000'].map(
      page => `GRANULE_RANGE_UNDELEGATE 0x9000${page} 0x9000${Number(page) / 1000 + 1}000`,
    ),
    'page by page up to v16',
  );

  // A range is gone on with where the RMM stopped; one that does not get on is an error from v17 on.
  const slowly = {
    RMM_ACTIVATE: [[DONATE, HANDLE, hex(u64(BigInt((1 << 16) | (2 << 2))))]],
    GRANULE_RANGE_DELEGATE: [
      ['0x0', '0x90001000'],
      ['0x0', '0x90002000'],
    ],
    OP_MEM_DONATE: [['0x0', '0x2']],
  };
  t.strictSame(activated('next', slowly).calls, [
    'GRANULE_RANGE_DELEGATE 0x90000000 0x90002000',
    'GRANULE_RANGE_DELEGATE 0x90001000 0x90002000',
    `OP_MEM_DONATE 0x77 ${LIST} 0x1`,
  ]);
  const stuck = { ...slowly, GRANULE_RANGE_DELEGATE: [['0x0', '0x90000000']] };
  t.strictSame(activated('next', stuck).warned, ['rmi_delegate_range', 'rmi_sro_memxfer_execute']);
  t.equal(activated('next', stuck).value, -6);
  t.equal(activated('v15', stuck, { maxSteps: 500 }).end, 'did-not-return');
});

t.test('memory that the RMM gives back is read from the list, and undelegated', async t => {
  const pa = h('0x9fffe098');
  const entries = ['0x90000004', '0x4000000090001004'].map(h);
  const reclaim: Answers = request => {
    const name = callName(request.fid, '2.0');
    if (name === 'RMI_RMM_ACTIVATE') return [RECLAIM, HANDLE].map(h);
    if (name !== 'RMI_OP_MEM_RECLAIM') return name === 'RMI_OP_CONTINUE' ? [ZERO] : good(request);
    const words = entries.map((value, at) => ({ offset: u64(BigInt(8 * at)), value }));
    return { kind: 'answer', res: [NONE, '0x2'].map(h), mem: [{ pa, at: 'return', words }] };
  };
  const all = calls(boot('next', reclaim)).map(call => call.replace('RMI_', ''));
  t.strictSame(all.slice(all.indexOf('RMM_ACTIVATE') + 1).slice(0, 3), [
    `OP_MEM_RECLAIM 0x77 ${LIST} 0x100`,
    'OP_CONTINUE 0x77',
    'GRANULE_RANGE_UNDELEGATE 0x90000000 0x90001000',
  ]);
  const refused = {
    RMM_ACTIVATE: [[orCancel(RECLAIM), HANDLE]],
    OP_MEM_RECLAIM: [['0x1']],
    OP_CANCEL: [['0x0']],
  };
  t.strictSame(activated('next', refused).warned, ['rmi_sro_reclaim', 'rmi_sro_memxfer_execute']);
  t.equal(activated('next', refused).value, -22);
  t.equal(activated('v16', refused).value, -6, 'up to v16 the status is the result');
});

t.test('a range that ends with a status above bit 31 has not failed: its result is an int', async t => {
  for (const kernel of ['v16', 'v17', 'next']) {
    const { calls } = activated(kernel, {
      RMM_ACTIVATE: [[DONATE, HANDLE, '0x4']],
      GRANULE_RANGE_DELEGATE: [['0x100000000']],
      OP_MEM_DONATE: [['0x0', '0x1']],
    });
    t.strictSame(
      calls,
      ['GRANULE_RANGE_DELEGATE 0x90000000 0x90001000', `OP_MEM_DONATE 0x77 ${LIST} 0x1`],
      kernel,
    );
  }
});

t.test(
  'what fails is cancelled where that can be done; where not, the operation stays open or goes round',
  async t => {
    const nothing = (x0: string) => ({
      RMM_ACTIVATE: [[x0, HANDLE, '0x0']],
      OP_CANCEL: [[NONE]],
      OP_CONTINUE: [['0x0']],
    });
    const cancelled = activated('next', nothing(orCancel(DONATE)));
    t.strictSame(cancelled.calls, ['OP_CANCEL 0x77', 'OP_CONTINUE 0x77']);
    t.strictSame([cancelled.value, cancelled.warned], [-125, ['rmi_sro_donate']]);
    t.match(dmesg(cancelled.events).join('\n'), /RMM activate failed \(-125\)/);
    const open = activated('next', nothing(DONATE));
    t.strictSame([open.calls, open.value], [[], -22]);
    t.strictSame(open.warned, ['rmi_sro_donate', 'rmi_sro_memxfer_execute']);
    const unknown = activated('next', nothing(UNKNOWN));
    t.strictSame(
      [unknown.value, unknown.warned],
      [-6, ['rmi_sro_memxfer_execute', 'rmi_sro_memxfer_execute']],
    );
    t.equal(activated('v17', nothing(UNKNOWN)).value, -6, 'WARN_ON_ONCE(1) is 1, no errno');

    for (const kernel of ['v15', 'v16']) {
      const round = activated(kernel, nothing(UNKNOWN));
      t.strictSame([round.calls, round.end], [[], 'did-not-return'], `${kernel} goes round without a call`);
      t.match(JSON.stringify(round.events.at(-1)), /goes round without making a call/);
    }
    t.equal(
      activated('v15', nothing(orCancel(DONATE))).end,
      'did-not-return',
      'v15 takes no memory for done',
    );
    t.equal(activated('v16', nothing(orCancel(DONATE))).value, -125);
    t.equal(activated('v15', nothing(orCancel(UNKNOWN))).value, 0, 'v15 takes the last status, here success');
    t.strictSame(
      activated(
        'next',
        { RMM_ACTIVATE: [[orCancel(DONATE), HANDLE, '0x4']] },
        { facts: { allocation_fails: 'donated-memory' } },
      ).calls,
      ['OP_CANCEL 0x77'],
      'memory that is not there',
    );
  },
);

t.test('an RMM that is busy, blocked, never complete or never further is an outcome', async t => {
  const ends = (kernel: string, answers: Answers) =>
    endText(outcomeOf(boot(kernel, answers, { maxSteps: 400 })));
  for (const kernel of ['v15', 'v16', 'v17', 'next']) {
    t.equal(ends(kernel, but('RMM_ACTIVATE', ['0xa'])), 'did-not-return', `${kernel}: RMI_BUSY for ever`);
    t.equal(
      ends(kernel, scripted({ RMM_ACTIVATE: [[NONE, HANDLE]], OP_CONTINUE: [[NONE]] })),
      'did-not-return',
      `${kernel}: RMI_INCOMPLETE for ever`,
    );
  }
  t.equal(ends('v17', but('RMM_ACTIVATE', ['0xe'])), 'did-not-return', 'RMI_BLOCKED for ever');
  t.equal(ends('next', but('RMM_ACTIVATE', ['0xe'])), 'no realms: RMI_RMM_ACTIVATE 14');
  const blocked = boot('next', but('RMM_ACTIVATE', ['0xe'], ['0xa'], ['0xe']));
  t.equal(
    calls(blocked).filter(call => call === 'RMI_RMM_ACTIVATE').length,
    3,
    'two in all, RMI_BUSY not counted',
  );
  t.equal(ends('v13', but('RMM_ACTIVATE', ['0xa'])), 'no realms: RMI_RMM_ACTIVATE 10', 'v13 repeats nothing');

  const again = but('GRANULE_TRACKING_GET', ['0x0', '0x0', '0x2', '0x80000000']);
  for (const kernel of ['v14', 'v15', 'v16', 'v17']) t.equal(ends(kernel, again), 'did-not-return', kernel);
  t.equal(ends('next', again), 'no realms: RMI_GRANULE_TRACKING_GET');
  t.equal(ends('v13', again), 'realms, 2.0', 'v13 knows no top');
  t.equal(ends('next', but('GPT_INFO', ['0x0', '0x80000000', '0x1'])), 'no realms: RMI_GPT_INFO');
  const beyond = but('GRANULE_TRACKING_GET', ['0x0', '0x0', '0x2', '0xffffffffffffffff']);
  t.equal(ends('next', beyond), 'realms, 2.0', 'a top beyond the end ends the loop');
});

t.test('KVM’s part tells by revision what a VM is, and why there are no realms', async t => {
  const of = (kernel: string, facts: Given['facts'] = {}, answers: Answers = good) => {
    const events = boot(kernel, answers, { facts });
    const { key, kvm_is_realm, kvm_realm_state, vcpu_is_rec } = outcomeOf(events);
    const lines = dmesg(events).filter(line => /support|disabled|HYP/.test(line));
    return [endText(outcomeOf(events)), key, kvm_is_realm, kvm_realm_state, vcpu_is_rec, ...lines];
  };
  const NEW = 'REALM_STATE_NONE';
  t.strictSame(of('rfc'), ['realms, 1.0', true, true, NEW, false]);
  t.strictSame(of('v9'), ['realms, 1.0', true, true, NEW, false], 'a vCPU without KVM_ARM_VCPU_REC');
  t.strictSame(of('v12'), ['realms, 1.0', true, true, NEW, true]);
  for (const kernel of ['v13', 'v14', 'v16'])
    t.strictSame(of(kernel), ['realms, 2.0', true, true, NEW, true]);
  t.strictSame(of('next'), ['realms, 2.0', false, undefined, undefined, undefined], 'no part of KVM');

  const nvhe = { in_hyp_mode: false };
  t.strictSame(of('v16', nvhe), ['no realms: not-in-hyp', false, false, NEW, false]);
  t.strictSame(of('v13', nvhe).slice(0, 2), ['realms, 2.0', true], 'v13 asks nobody');
  t.equal(of('next', nvhe)[0], 'realms, 2.0');
  t.match(of('v16', { kvm_mode: 'none' }), ['no realms: kvm-disabled']);
  t.match(of('v16', { hyp_mode_available: false, in_hyp_mode: false }), ['no realms: el1-entry']);

  const features = (reg0: string, reg1: string) => but('FEATURES', ['0x0', reg0], ['0x0', reg1]);
  const LPA2 = "err: kvm [1]: RMM doesn't support LPA2";
  for (const kernel of ['v13', 'v14', 'v16'])
    t.strictSame(of(kernel, {}, features('0x30', '0x9')).slice(5), [LPA2], kernel);
  t.equal(of('v13', {}, features('0x30', '0x9'))[0], 'no realms: lpa2');
  t.equal(of('v13', { lpa2: false }, features('0x30', '0x9'))[0], 'realms, 2.0');
  t.strictSame(of('v15', {}, features('0x130', '0x1')).slice(5), [
    "err: kvm [1]: RMM doesn't support SHA-256 measurements",
  ]);
  t.equal(of('v14', {}, features('0x130', '0x1'))[0], 'realms, 2.0', 'from v15 on');
  t.strictSame(of('v16', { page_size: 65536 }, features('0x130', '0x9')).slice(5), [
    'err: RMM does not support 64KB granules',
  ]);

  const without = (kernel: string, what: string) => of(kernel, { allocation_fails: what })[0];
  t.equal(without('v12', 'vmid-bitmap'), 'no realms: no-memory');
  t.equal(returned(boot('rfc', good, { facts: { allocation_fails: 'vmid-bitmap' } }), 'kvm_arm_init'), -12);
  for (const kernel of ['v13', 'v14', 'v16', 'v17', 'next'])
    t.equal(without(kernel, 'config-page'), 'no realms: no-memory', kernel);
  t.equal(without('next', 'sro-object'), 'no realms: no-memory');
  t.equal(without('next', 'memory-notifier'), 'no realms: no-memory');
});

t.test('initcall_debug puts a line before each initcall and one with its value after it', async t => {
  const lines = (kernel: string, facts = {}) =>
    dmesg(boot(kernel, good, { facts: { initcall_debug: true, ...facts } })).filter(line =>
      /call/.test(line),
    );
  t.strictSame(lines('v13'), [
    'debug: calling  kvm_arm_init+0x0/0x0 @ 1',
    'debug: initcall kvm_arm_init+0x0/0x0 returned 0 after 0 usecs',
  ]);
  t.strictSame(lines('next', { page_size: 65536 }), [
    'debug: calling  arm64_init_rmi+0x0/0x0 @ 1',
    'debug: initcall arm64_init_rmi+0x0/0x0 returned -6 after 0 usecs',
    'debug: calling  kvm_arm_init+0x0/0x0 @ 1',
    'debug: initcall kvm_arm_init+0x0/0x0 returned 0 after 0 usecs',
  ]);
});

t.test('the command line sweeps, keeps, replays and explains whole inits', async t => {
  const cwd = t.testdir();
  const run = (line: string) => rmitrace(line.split(' '), { cwd });
  const line =
    'sweep --scope init --kernel v13 --kernel v16 --kernel next --rmm tf-rmm-0.8 --rmm tf-rmm-0.9 --rmm tf-rmm-head';
  const { code, out, err } = await run(`${line} -o kept --format csv`);
  t.equal(code, 0);
  const TRACKING = 'no realms: RMI_GRANULE_TRACKING_GET';
  t.strictSame(out.trimEnd().split('\n'), [
    'ROW,MACHINE,RMM,v13,v16,next,DIFFERS',
    '1,fvp,tf-rmm-0.8,refused (v1.0 - v1.0),refused (v1.0 - v1.0),refused (v1.0 - v1.0),no',
    `2,fvp,tf-rmm-0.9,"realms, 2.0",${TRACKING},${TRACKING},yes`,
    `3,fvp,tf-rmm-head,${TRACKING} 1,"realms, 2.0",no realms: RMI_GPT_INFO -1,yes`,
  ]);
  t.match(err, /of next UNVERIFIED in scope init: KVM's part, which was not queued with it\n/);
  t.notMatch(err, /of v13|has the same check as/, 'v16 keeps its name');
  const kept = readdirSync(join(cwd, 'kept')).sort();
  t.strictSame(kept, [
    'next-no-realms-RMI_GPT_INFO-0xffffffffffffffff.json',
    'next-no-realms-RMI_GRANULE_TRACKING_GET-0x0.json',
    'next-refused.json',
    'v13-no-realms-RMI_GRANULE_TRACKING_GET-0x1.json',
    'v13-realms.json',
    'v13-refused.json',
    'v16-no-realms-RMI_GRANULE_TRACKING_GET-0x0.json',
    'v16-realms.json',
    'v16-refused.json',
  ]);
  t.match((await run(`check ${kept.map(name => `kept/${name}`).join(' ')}`)).out, /^9 traces: 9 same$/m);
  t.match((await run(`validate ${kept.map(name => `kept/${name}`).join(' ')}`)).code, 0);

  const ajv = new Ajv2020({ strict: false, validateFormats: false });
  const valid = ajv.compile(JSON.parse(readFileSync('schemas/report.schema.json', 'utf8')));
  const whole = (await run(`${line} --json`)).out;
  t.ok(valid(JSON.parse(whole)), ajv.errorsText(valid.errors));
  for (const part of [1, 2])
    writeFileSync(join(cwd, `${part}.json`), (await run(`${line} --shard ${part}/2 --json`)).out);
  t.equal((await run('sweep --merge 1.json 2.json --json')).out, whole);
  const other = (await run(`${line.replace('--scope init ', '')} --shard 2/2 --json`)).out;
  writeFileSync(join(cwd, 'other.json'), other);
  t.equal(
    (await run('sweep --merge 1.json other.json --json')).code,
    2,
    'parts of two scopes do not go together',
  );

  const says: readonly (readonly [kernel: string, rmm: string, sentence: RegExp])[] = [
    ['v13', 'tf-rmm-0.9', /^one\.json: Realms are available: KVM and the RMM agree on RMI 2\.0/],
    ['next', 'tf-rmm-bet3', /Realms are available.* The key stays off: KVM's part is not in this series/],
    [
      'v14',
      'tf-rmm-0.9',
      /although RMI 2\.0 was agreed: this kernel asks GRANULE_TRACKING_GET with two inputs, TF-RMM 0\.9 knows one/,
    ],
    ['v13', 'tf-rmm-head', /asks GRANULE_TRACKING_GET with one input, .* knows two \(x2, .* holds 0x0\)/],
    [
      'next',
      'tf-rmm-head',
      /does not know RMI_GPT_INFO, which this kernel asks; .* returned -ENXIO; the RMM stays active/,
    ],
    ['v14', 'tf-rmm-bet3', /answers GPT_L1_CREATE with RMI_ERROR_GLOBAL where firmware has made the table/],
    ['v17', 'tf-rmm-bet3', /asks from address 1 on; no line says so; arm64_init_rmi returned -ENOMEM/],
    ['next', 'tf-rmm-coarse', /tracks the memory 0x80000000 0xa0000000 as CONVENTIONAL COARSE/],
    ['next', 'sro-cancel-2', /could not give .* what RMI_RMM_ACTIVATE asks for, and cancelled it/],
    ['next', 'sro-stuck', /asks for what the kernel cannot do \(RMI_INCOMPLETE\(donate\)\), .* stays open/],
    [
      'v14',
      'tf-rmm-head --set kvm_mode=none',
      /agreed: KVM is disabled on the command line \(kvm-arm\.mode=none\)\. KVM itself gave up afterwards/,
    ],
    ['v14', 'sro-2', /leaves RMI_RMM_ACTIVATE incomplete .* this kernel carries no operation on/],
    ['next', 'sro-blocked-2', /RMI_RMM_ACTIVATE incomplete, and RMI_OP_CONTINUE was answered RMI_BLOCKED;/],
    [
      'v16',
      'sro-3 --set RMI_OP_CONTINUE.x0=1',
      /incomplete, and RMI_OP_CONTINUE was answered RMI_ERROR_INPUT;/,
    ],
    [
      'next',
      'sro-cancel-2 --set RMI_OP_CANCEL.x0=1',
      /OP_CANCEL was answered RMI_ERROR_INPUT: it stays open/,
    ],
    ['v15', 'sro-cancel-2', /cancelled RMI_RMM_ACTIVATE and went on .* was answered RMI_ERROR_GLOBAL;/],
    [
      'next',
      'tf-rmm-bet3 --set RMI_RMM_ACTIVATE.x0=11',
      /agreed: RMI_RMM_ACTIVATE was answered RMI_ERROR_GLOBAL/,
    ],
    [
      'next',
      'tf-rmm-bet3 --set RMI_GRANULE_TRACKING_GET.x3=0x80000000',
      /no further than where it began \(x3 is 0x80000000\); .* WARN_ON in rmi_verify_memory_tracking;/,
    ],
    ['next', 'tf-rmm-bet3 --set RMI_GPT_INFO.x1=0', /no further than where it began \(x1 is 0x0\)/],
    ['next', 'tf-rmm-bet3 --set RMI_GPT_INFO.x2=3', /not managed by firmware \(x2 is 0x3\); the kernel says/],
    [
      'v13',
      'tf-rmm-0.9 --set pa_width=32 --set memory=0x100000000+0x1000',
      /0x100000000 was answered RMI_ERROR_INPUT/,
    ],
    ['next', 'tf-rmm-bet3 --set RMI_FEATURES#2.x0=1', /no line says so, only the backtrace of a WARN_ON in/],
  ];
  for (const [kernel, rmm, sentence] of says)
    t.match((await run(`record --scope init --kernel ${kernel} --rmm ${rmm} -o one.json`)).err, sentence);
  t.match(
    (await run('record --scope init --kernel v13 --rmm tf-rmm-head --set leftover_x2=0xa0000000 -o two.json'))
      .err,
    /Realms are available/,
    'with a top left over in x2, v13 comes to realms on a later RMM',
  );
  await run('record --scope init --kernel v14 --rmm tf-rmm-head -o v14.json');
  const inputs =
    /the kernels give RMI_GRANULE_TRACKING_GET different numbers of inputs: .* otherwise \(ask one/;
  t.match((await run('replay v14.json --kernel v13')).out, inputs);
  t.notMatch((await run('replay v14.json --kernel v13 --rmm tf-rmm-head')).out, inputs);
  t.notMatch((await run('replay v14.json --kernel v16')).out, inputs);
  await run('record --scope init --kernel next --rmm tf-rmm-bet3 -o next.json');
  t.match(
    (await run('show next.json')).out,
    /^note +UNVERIFIED of the series of next: KVM's part, which was/m,
  );
  await run('record --scope init --kernel next --rmm sro-stuck -o stuck.json');
  t.match(
    (await run('record --scope init --kernel next --after stuck.json -o after.json')).err,
    /sro-stuck is active already, or becoming so: it was not reset before this boot;/,
  );
  t.match(
    (await run('list kernels')).out,
    /UNVERIFIED: .*in scope init KVM's part, which was not queued with it/,
  );
});

t.test('whatever an operation asks for, the boot ends, and its replay is the recording', async t => {
  const word = fc.oneof(
    fc.constantFrom(0n, 1n, 4n, 8n, 0x20004n, 0x30010n),
    fc.bigInt({ min: 0x90000000n, max: 0x90010000n }),
    fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }),
  );
  const status = fc
    .constantFrom(NONE, DONATE, RECLAIM, UNKNOWN, '0x0', '0x0', '0x1', '0xa', '0xe')
    .chain(x0 => fc.constantFrom(h(x0), h(x0 === '0x0' ? x0 : orCancel(x0))));
  const answers = fc.array(fc.tuple(status, word, word), { minLength: 40, maxLength: 40 });
  const list = fc.array(word, { minLength: 4, maxLength: 4 });
  const ends = new Set<string>();
  for (const kernel of ['v15', 'v16', 'v17', 'next']) {
    fc.assert(
      fc.property(answers, list, fc.constantFrom(4096, 16384, 65536), (any, words, page_size) => {
        let nth = 0;
        const events = boot(
          kernel,
          request => {
            if (/VERSION|FEATURES|CONFIG_SET/.test(callName(request.fid, '2.0'))) return good(request);
            const [x0, x1, x2] = any[nth++ % any.length] ?? [ZERO, 0n, 0n];
            const mem = (request.mem ?? []).map(
              ({ pa }): Memory => ({
                pa,
                at: 'return',
                words: words.map((value, at) => ({ offset: u64(BigInt(8 * at)), value: u64(value) })),
              }),
            );
            return { kind: 'answer', res: whole(request.cc, [x0, u64(x1), u64(x2)]), mem };
          },
          { facts: { page_size }, maxSteps: 1000 },
        );
        const again = runSync(must(kernelNamed(kernel, undefined, 'init')), playback(events), {
          maxSteps: 1000,
        });
        ends.add(outcomeOf(events).class);
        return JSON.stringify(again.map(wireOf)) === JSON.stringify(events.map(wireOf));
      }),
      { seed: SEED, numRuns: 15 },
    );
  }
  t.strictSame([...ends].sort(), ['accepted', 'did-not-return']);
});
