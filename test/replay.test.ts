import fc from 'fast-check';
import t from 'tap';
import { align } from '../lib/compare/align.js';
import { inputName } from '../lib/compare/causes.js';
import { flowOfTrace } from '../lib/compare/events.js';
import type { Edit } from '../lib/edit/edit.js';
import {
  diff,
  diffSentence,
  type Kernel,
  kernelNamed,
  machineNamed,
  parseEdit,
  profileNamed,
  type Replay,
  type ReplayOptions,
  record,
  recordedKernel,
  replay,
  resolveEdit,
  type SmcEvent,
  standInFor,
  type Trace,
  type TraceEvent,
  type U64,
  u64,
} from '../lib/index.js';
import { outcomeOf } from '../lib/kernel/outcome.js';
import { playback } from '../lib/machine/playback.js';
import { parseCount } from '../lib/model/count.js';
import type { Asking } from '../lib/model/port.js';
import { splitmix64 } from '../lib/model/splitmix64.js';
import { replayJson } from '../lib/report/json.js';
import type { GivenOptions } from '../lib/report/results.js';
import { diffText } from '../lib/report/text/diff.js';
import { PLAIN } from '../lib/report/text/paint.js';
import { replayText } from '../lib/report/text/replay.js';
import { runAsync } from '../lib/run.js';
import { eventOf, h, hexes, must } from './boots.js';

const V13 = must(kernelNamed('v13'));

async function boot(
  options: { machine?: string; rmm?: string; kernel?: Kernel; set?: readonly string[] } = {},
): Promise<Trace> {
  const { machine = 'fvp', rmm, kernel = V13, set = [] } = options;
  return must(
    await record(kernel, must(machineNamed(machine)), {
      edits: set.map(editOf),
      ...(rmm === undefined ? {} : { rmm }),
    }),
  );
}

function editOf(text: string): Edit {
  const edit = must(parseEdit(text));
  if (edit.kind === 'numbered') throw new Error(`${text} counts events`);
  return edit;
}

function editsOf(trace: Trace, texts: readonly string[]): readonly Edit[] {
  return texts.map(text => {
    const edit = must(parseEdit(text));
    return edit.kind === 'numbered' ? must(resolveEdit(edit, trace.events)) : edit;
  });
}

async function replayed(trace: Trace, options: ReplayOptions & { kernel?: Kernel } = {}): Promise<Replay> {
  const { kernel = V13, ...rest } = options;
  return must(await replay(trace, kernel, rest));
}

const NONE: GivenOptions = { kernel: [], rmm: [], others: [] };

function text(found: Replay, given: Partial<GivenOptions> = {}): string {
  return replayText(
    { replay: found, name: 'boot.json', given: { ...NONE, ...given }, edited: null, conformance: null },
    PLAIN,
  );
}

function rmm(trace: Trace, name: string) {
  return { rmm: standInFor(trace, must(profileNamed(name))) };
}

const GOOD = await boot();
/** What the check does in GOOD, by number: reads the register, asks, prints. */
const READ = eventOf(GOOD.events, 'ftr', 'ID_AA64PFR0_EL1');
const CALL = eventOf(GOOD.events, 'smc', 'RMI_VERSION');
const LINE = eventOf(GOOD.events, 'log', 'RMI ABI version');

function withEvents(trace: Trace, change: (events: TraceEvent[]) => void): Trace {
  const events = [...trace.events];
  change(events);
  return { ...trace, events };
}

function smcAt(trace: Trace, number: number): SmcEvent {
  const event = trace.events[number - 1];
  if (event?.type !== 'smc') throw new Error(`event ${number} is no call`);
  return event;
}

t.test('a replay of an untouched trace is the same, to the event', async t => {
  const found = await replayed(GOOD);
  t.strictSame([found.verdict, found.comparison.causes.length], ['same', 0]);
  t.strictSame(found.replayed.events, GOOD.events);
  t.match(text(found), /^Same: the replay does what was recorded, accepted 2\.0\.\n/);
});

t.test('an RMM that forgets its range is the cause; the line and the return are its effects', async t => {
  const found = await replayed(GOOD, rmm(GOOD, 'forgets-range'));
  t.equal(found.verdict, 'diverged');
  t.strictSame(
    found.comparison.causes.map(cause => [cause.kind, inputName(cause), cause.differs.map(d => d.place)]),
    [['answer', String(CALL), ['x0', 'x1', 'x2']]],
  );
  t.strictSame(
    found.weighed.divergences.map(({ relation, a }) => [relation, a?.event.type]),
    [
      ['altered', 'log'],
      ['altered', 'return'],
    ],
  );
  t.equal(
    text(found),
    `Diverged: accepted 2.0 became refused (v0.0 - v0.0); the cause is the answer to RMI_VERSION (event ${CALL}), from forgets-range.

log
--- recorded
+++ replayed
@@ -1,2 +1,2 @@
-kvm [n]: RMI ABI version 2.0
+kvm [n]: Unsupported RMI ABI (v0.0 - v0.0) we want v2.0
 kvm [n]: VHE mode initialized successfully

outcome
  recorded  accepted 2.0           check returned 0, static key off, kvm_arm_init returned 0
  replayed  refused (v0.0 - v0.0)  check returned -ENXIO, static key off, kvm_arm_init returned 0

first divergence
  recorded: event ${CALL}  RMI_VERSION(requested 2.0) -> RMI_SUCCESS, lower 2.0, higher 2.0
  replayed: event ${CALL - 1}  RMI_VERSION(requested 2.0) -> RMI_ERROR_INPUT, lower 0.0, higher 0.0
    x0  recorded 0x0 (RMI_SUCCESS)     replayed 0x1 (RMI_ERROR_INPUT)
    x1  recorded 0x20000 (lower 2.0)   replayed 0x0 (lower 0.0)
    x2  recorded 0x20000 (higher 2.0)  replayed 0x0 (higher 0.0)
  last agreed: event ${READ}  sanitised ID_AA64PFR0_EL1 = 0x1211111123111112

cause
  the RMM: recorded tf-rmm-0.9, replayed forgets-range
  event ${CALL}: the answer to RMI_VERSION, above

effects
  altered line, events ${LINE} and ${LINE - 1}
    recorded  info kvm [1]: RMI ABI version 2.0
    replayed  err  kvm [1]: Unsupported RMI ABI (v0.0 - v0.0) we want v2.0
  altered return, events ${LINE + 1} and ${LINE}
    recorded  rmi_check_version returned 0
    replayed  rmi_check_version returned -6 (-ENXIO)
`,
  );
});

t.test('an edit without effect on the kernel leaves the replay the same, and is named', async t => {
  const found = await replayed(GOOD, { edits: editsOf(GOOD, ['RMI_VERSION.x2=1.0']) });
  t.equal(found.verdict, 'same');
  t.match(text(found), /^No effect on the kernel: one input differs and it still ends accepted 2\.0\.\n/);
  t.match(
    text(found),
    /\[edited: RMI_VERSION\.x2=1\.0\]\n +x2 +recorded 0x20000 \(higher 2\.0\) +replayed 0x10000 \(higher 1\.0\)/,
  );
  const smc = found.replayed.events[CALL - 1];
  t.equal(smc?.rule, 'RMI_VERSION.x2=1.0', 'the trace names the edit that made the answer');
});

t.test('an edited input is a cause, never the first divergence', async t => {
  const answer = text(await replayed(GOOD, { edits: editsOf(GOOD, ['RMI_VERSION.x1=1.0']) }));
  t.match(answer, `\nfirst divergence\n  recorded: event ${LINE}  info kvm [1]: RMI ABI version 2.0\n`);
  t.match(answer, `  last agreed: event ${READ}  sanitised ID_AA64PFR0_EL1 = 0x1211111123111112`);
  const register = text(await replayed(GOOD, { edits: editsOf(GOOD, ['ID_AA64PFR0_EL1.RME=0']) }));
  t.match(register, `\nfirst divergence\n  recorded: event ${CALL}  RMI_VERSION(requested 2.0)`);
  t.match(register, '  replayed: nothing\n');
  t.notMatch(register, 'last agreed', 'the state differs before anything can agree');
});

t.test(
  'the commands that lead on keep the edits, and offer no nearest answer where there is none',
  async t => {
    const quiet = await boot({ set: ['ID_AA64PFR0_EL1.RME=0'] });
    const asks = text(await replayed(quiet, { edits: editsOf(quiet, ['ID_AA64PFR0_EL1.RME=1']) }));
    t.match(asks, "boot.json --set 'ID_AA64PFR0_EL1.RME=1' --rmm PROFILE");
    t.notMatch(asks, '--answer-anyway');
    const both = ['RMI_VERSION.x1=unknown', 'RMI_VERSION.x2=3.0'];
    const settles = text(await replayed(GOOD, { edits: editsOf(GOOD, both) }));
    t.match(settles, "boot.json --set 'RMI_VERSION#1.x1=0x…' --set 'RMI_VERSION.x2=3.0'\n");
  },
);

t.test('the last event that agreed stands before the first that differs, be it state or a call', async t => {
  const numberOf = (report: string, what: string) => /event (\d+)/.exec(report.split(what)[1] ?? '')?.[1];
  const against = (other: Trace) =>
    diffText({ difference: diff(GOOD, other), names: { a: 'good', b: 'other' } }, PLAIN);
  const at = (is: (event: TraceEvent) => boolean) => GOOD.events.findIndex(is) + 1;

  const state = against(await boot({ set: ['page_size=16384'] }));
  const fact = at(event => event.type === 'fact' && event.name === 'page_size');
  t.equal(numberOf(state, 'first difference'), String(fact));
  t.equal(numberOf(state, 'last agreed'), String(fact - 1));

  const both = against(await boot({ set: ['page_size=16384', 'RMI_VERSION.x1=1.0'] }));
  t.equal(numberOf(both, 'last agreed'), String(fact - 1), 'a call differs too, further down');
  t.notMatch(against(await boot({ set: ['ID_AA64PFR0_EL1.RME=0'] })), 'last agreed', 'nothing is before it');

  const call = against(await boot({ rmm: 'tf-rmm-0.8' }));
  const smc = at(event => event.type === 'smc');
  t.equal(numberOf(call, 'first difference'), String(smc));
  t.ok((parseCount(numberOf(call, 'last agreed') ?? '') ?? smc) < smc, call);
});

t.test('--answers counts an answer that differs without effect; an edit is never counted', async t => {
  const old = await boot({ rmm: 'tf-rmm-0.8', kernel: must(kernelNamed('v13', '1.0')) });
  const kernel = must(kernelNamed('v13', '1.0'));
  const onV11 = rmm(old, 'tf-rmm-0.8-v11');
  t.equal((await replayed(old, { kernel, ...onV11 })).verdict, 'same', 'x2 is 1.1 instead of 1.0: no effect');
  t.equal((await replayed(old, { kernel, ...onV11, answers: true })).verdict, 'diverged');
  t.equal(
    (await replayed(old, { kernel, edits: editsOf(old, ['RMI_VERSION.x2=1.1']), answers: true })).verdict,
    'same',
  );
});

t.test('playback has no answer for another revision than was asked', async t => {
  const found = await replayed(GOOD, { kernel: must(kernelNamed('v13', '1.0')) });
  t.strictSame([found.verdict, found.outcomes.replayed.class], ['unanswered', 'unanswered']);
  t.strictSame(
    found.unanswered.map(({ nearest, differs }) => [nearest?.number, differs]),
    [[CALL, [{ register: 'x1', recorded: '0x20000', asked: '0x10000' }]]],
  );
  const report = text(found, { kernel: ['--kernel', 'v13', '--wants', '1.0'] });
  const asks = 'Unanswered: the kernel asks RMI_VERSION 0x10000, but';
  t.ok(report.startsWith(`${asks} event ${CALL} was recorded with x1 0x20000, `), report);
  t.match(report, /the kernel: recorded v13, wants 2\.0; replayed v13, wants 1\.0/);
  t.match(report, /the replay stops there: 7 recorded events were not reached/);
  t.match(report, /rmitrace replay boot\.json --kernel v13 --wants 1\.0 --rmm PROFILE/);
  t.match(report, /rmitrace replay boot\.json --kernel v13 --wants 1\.0 --answer-anyway/);
});

t.test('an answer by HVC is none to a call by SMC', async t => {
  const low = await boot({ machine: 'conduit-hvc' });
  const found = await replayed(low, { edits: editsOf(low, ['conduit=smc']) });
  t.equal(found.outcomes.replayed.class, 'unanswered');
  const number = eventOf(low.events, 'smc', 'RMI_VERSION');
  t.match(text(found), `asks RMI_VERSION 0x20000 by SMC, but event ${number} was recorded by HVC`);
});

t.test('--answer-anyway gives the nearest answer, and marks report and trace', async t => {
  const found = await replayed(GOOD, { kernel: must(kernelNamed('v13', '1.0')), answerAnyway: true });
  t.equal(found.outcomes.replayed.class, 'accepted');
  t.equal(found.replayed.header.replay?.answeredAnyway, true);
  t.match(text(found), /with the nearest answers to calls that were not recorded/);
});

t.test('a trace of an unanswered replay is unanswered when replayed', async t => {
  const kernel = must(kernelNamed('v13', '1.0'));
  const first = (await replayed(GOOD, { kernel })).replayed;
  const again = await replayed(first, { kernel });
  t.strictSame([again.verdict, again.outcomes.replayed.class], ['same', 'unanswered']);
});

t.test('the n-th equal request gets the n-th recorded answer', async t => {
  const twice = withEvents(GOOD, events => {
    events.splice(CALL, 0, { ...smcAt(GOOD, CALL), res: [h('0x1'), h('0x7'), h('0x8'), h('0x0')] });
  });
  const found = await replayed(twice, { kernel: recordedKernel(twice.events, 'rmi') });
  t.equal(found.verdict, 'same');
  const answers = found.replayed.events
    .filter(event => event.type === 'smc')
    .map(({ res }) => hexes(res)?.slice(0, 2));
  t.strictSame(answers, [
    ['0x0', '0x20000'],
    ['0x1', '0x7'],
  ]);
});

t.test('bit 16 of the FID, and no other, is left out of the match', async t => {
  const hinted = (mask: bigint) =>
    withEvents(GOOD, events => {
      const call = smcAt(GOOD, CALL);
      events[CALL - 1] = { ...call, fid: u64(call.fid ^ mask) };
    });
  t.equal((await replayed(hinted(0x10000n))).verdict, 'same');
  t.equal((await replayed(hinted(0x20000n))).outcomes.replayed.class, 'unanswered');
  t.equal((await replayed(hinted(0x1n))).outcomes.replayed.class, 'unanswered');
});

t.test('a 1.2 recording answers a 1.1 request of the same registers', async t => {
  const on12 = withEvents(GOOD, events => {
    events[CALL - 1] = {
      ...smcAt(GOOD, CALL),
      cc: '1.2',
      args: [h('0x20000')],
      res: [h('0x0'), h('0x20000'), h('0x20000')],
    };
  });
  t.equal((await replayed(on12)).verdict, 'same');
  const other = withEvents(GOOD, events => {
    events[CALL - 1] = {
      ...smcAt(GOOD, CALL),
      cc: '1.2',
      args: [h('0x20000'), h('0x5')],
      res: [h('0x0'), h('0x20000')],
    };
  });
  t.equal((await replayed(other)).verdict, 'same', 'x2 is a register that the 1.1 caller did not set');
});

t.test('background calls are kept and never matched', async t => {
  const background = withEvents(GOOD, events => {
    const psci: SmcEvent = { ...smcAt(GOOD, CALL), fid: h('0x84000000'), args: [], res: [h('0x10001')] };
    const rsi: SmcEvent = {
      ...smcAt(GOOD, CALL),
      fid: h('0xc4000190'),
      args: [h('0x10000')],
      res: [h('0xffffffffffffffff')],
    };
    events.splice(0, 0, psci, rsi);
  });
  t.equal((await replayed(background)).verdict, 'same');
  t.equal(outcomeOf(background.events).class, 'accepted');
});

t.test('calls that are missing, extra, altered and reordered are told apart', async t => {
  const call = smcAt(GOOD, CALL);
  const calls = (...args: readonly string[]) => flowOfTrace(args.map(arg => ({ ...call, args: [h(arg)] })));
  const relations = (a: readonly string[], b: readonly string[]) =>
    align(calls(...a), calls(...b)).pairs.map(({ relation }) => relation);
  t.strictSame(relations(['0x1', '0x2'], ['0x1', '0x2']), ['same', 'same']);
  t.strictSame(relations(['0x1', '0x2', '0x3'], ['0x1', '0x3']), ['same', 'missing', 'same']);
  t.strictSame(relations(['0x1', '0x3'], ['0x1', '0x2', '0x3']), ['same', 'extra', 'same']);
  t.strictSame(relations(['0x1', '0x2', '0x3'], ['0x1', '0x9', '0x3']), ['same', 'altered', 'same']);
  t.strictSame(relations(['0x1', '0x2', '0x3'], ['0x2', '0x3', '0x1']).sort(), ['reordered', 'same', 'same']);
});

t.test('every event of two random flows appears exactly once beside the other flow', async t => {
  const call = smcAt(GOOD, CALL);
  const flow = fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 12 });
  const events = (list: readonly number[]) =>
    flowOfTrace(list.map(arg => ({ ...call, args: [u64(BigInt(arg))] })));
  fc.assert(
    fc.property(flow, flow, (left, right) => {
      const { pairs } = align(events(left), events(right));
      const numbers = (side: 'a' | 'b') =>
        pairs.flatMap(pair => pair[side]?.number ?? []).sort((x, y) => x - y);
      const all = (list: readonly number[]) => list.map((_, at) => at + 1);
      return JSON.stringify([numbers('a'), numbers('b')]) === JSON.stringify([all(left), all(right)]);
    }),
    { numRuns: 2000, seed: 7 },
  );
  t.pass('2,000 pairs of flows');
});

t.test('calls of different FIDs are never one call altered', async t => {
  const call = smcAt(GOOD, CALL);
  const flow = (...fids: readonly string[]) => flowOfTrace(fids.map(fid => ({ ...call, fid: h(fid) })));
  const { pairs } = align(flow('0xc4000150', '0xc4000165'), flow('0xc4000150', '0xc400016e'));
  t.strictSame(
    pairs.map(({ relation }) => relation),
    ['same', 'missing', 'extra'],
  );
});

t.test(
  'an event that is missing far before many altered ones is one event, and nothing is cut short',
  async t => {
    const call = smcAt(GOOD, CALL);
    const args = Array.from({ length: 10_000 }, (_, at) => u64(BigInt(at)));
    const flow = (list: readonly U64[]) => flowOfTrace(list.map(arg => ({ ...call, args: [arg] })));
    const changed = args.toSpliced(30, 1).map((arg, at) => (at < 8_899 ? arg : u64(arg + 100_000n)));
    const { pairs, cutShort } = align(flow(args), flow(changed));
    const count = (relation: string) => pairs.filter(pair => pair.relation === relation).length;
    t.strictSame([count('same'), count('altered'), count('missing'), count('extra')], [8_899, 1_100, 1, 0]);
    t.equal(cutShort, null);
  },
);

t.test(
  'where the alignment is cut short the report says where, and what it calls the same is the same',
  async t => {
    const call = smcAt(GOOD, CALL);
    const drawn = (seed: bigint) =>
      Array.from({ length: 4_000 }, (_, at) => u64(splitmix64(u64(seed), BigInt(at + 1)) % 60n));
    const traceOf = (list: readonly U64[]): Trace => ({
      ...GOOD,
      events: list.map(arg => ({ ...call, args: [arg] })),
    });
    const [a, b] = [traceOf(drawn(1n)), traceOf(drawn(2n))];
    const difference = diff(a, b);
    t.not(difference.comparison.cutShort, null);
    t.match(
      diffText({ difference, names: { a: 'a.json', b: 'b.json' } }, PLAIN),
      /The alignment was cut short at event \d+ of a\.json/,
    );
    for (const { relation, a: left, b: right } of difference.comparison.pairs) {
      if (relation !== 'same' || left?.event.type !== 'smc' || right?.event.type !== 'smc') continue;
      if (left.event.args[0] !== right.event.args[0])
        t.fail(`event ${left.number} is not event ${right.number}`);
    }
  },
);

t.test(
  'an unknown that does not matter is said not to; one that does is named, with the edit that settles it',
  async t => {
    const unknown = (edit: string) => replayed(GOOD, { edits: editsOf(GOOD, [edit]) });
    const higher = await unknown('RMI_VERSION.x2=unknown');
    t.strictSame([higher.verdict, higher.unknowns?.matter], ['same', false]);
    t.match(text(higher), /nobody saw RMI_VERSION#1\.x2; the kernel acts the same with any value/);

    const lower = await unknown('RMI_VERSION.x1=unknown');
    t.equal(lower.verdict, 'undetermined');
    t.strictSame(
      lower.unknowns?.deciding.map(({ edit }) => edit),
      ['RMI_VERSION#1.x1'],
    );
    t.match(
      text(lower),
      /^Undetermined: what the kernel does depends on RMI_VERSION#1\.x1, which nobody saw\.\n/,
    );
    t.match(text(lower), /settle it: rmitrace replay boot\.json --set 'RMI_VERSION#1\.x1=0x…'/);

    const rme = await unknown('cpu0.ID_AA64PFR0_EL1=unknown');
    t.strictSame(
      [rme.verdict, rme.unknowns?.deciding.map(({ edit }) => edit)],
      ['undetermined', ['cpu0.ID_AA64PFR0_EL1']],
    );
    t.equal(
      rme.replayed.events.find(event => event.type === 'ftr')?.value,
      null,
      'what follows from an unknown is unknown',
    );
  },
);

t.test('of two unknowns only the one that decides is named', async t => {
  const refused = await boot({ rmm: 'tf-rmm-0.8' });
  const found = await replayed(refused, {
    edits: editsOf(refused, ['RMI_VERSION.x3=unknown', 'RMI_VERSION.x2=unknown']),
  });
  t.strictSame(
    found.unknowns?.unknowns.map(({ edit }) => edit),
    ['RMI_VERSION#1.x2', 'RMI_VERSION#1.x3'],
  );
  t.strictSame(
    found.unknowns?.deciding.map(({ edit }) => edit),
    ['RMI_VERSION#1.x2'],
  );
});

t.test('edits reach registers of one CPU, of all CPUs, fields and facts', async t => {
  const two = await boot({ machine: 'big-little-rme-2-1' });
  const outcome = async (...texts: readonly string[]) => {
    const { class: found, reason } = (await replayed(two, { edits: editsOf(two, texts) })).outcomes.replayed;
    return reason ?? found;
  };
  t.equal(await outcome('cpu1.ID_AA64PFR0_EL1.RME=0'), 'rme-hidden-by-cpu1');
  t.equal(await outcome('ID_AA64PFR0_EL1.RME=0'), 'no-rme');
  t.equal(await outcome('ID_AA64PFR0_EL1=0'), 'no-rme');
  t.equal(await outcome('1=0x0'), 'rme-hidden-by-cpu0', 'by event number');
  t.equal(await outcome('conduit=none'), 'no-conduit');
  t.equal(await outcome('smccc_version=1.0'), 'no-conduit');
  t.equal(await outcome('kvm_mode=none'), 'kvm-disabled');
  t.equal(await outcome('hyp_mode_available=false'), 'el1-entry');
  t.equal(await outcome('conduit=hvc'), 'unanswered', 'nobody recorded what a hypervisor answers');
});

t.test('edits choose calls by event, name, FID, count, argument and all of them', async t => {
  const call = smcAt(GOOD, CALL);
  const many = withEvents(GOOD, events => {
    events.splice(CALL - 1, 1, ...[1, 2, 3, 4, 5].map(n => ({ ...call, args: [u64(BigInt(n))] })));
  });
  const edited = async (...texts: readonly string[]) =>
    (
      await replayed(many, { kernel: recordedKernel(many.events, 'rmi'), edits: editsOf(many, texts) })
    ).replayed.events
      .filter(event => event.type === 'smc')
      .map(({ res }) => hexes(res)?.[3] ?? '-')
      .join(' ');
  t.equal(await edited(`${CALL + 1}.x3=0x9`), '0x0 0x9 0x0 0x0 0x0');
  t.equal(await edited('RMI_VERSION.x3=0x9'), '0x9 0x9 0x9 0x9 0x9');
  t.equal(await edited('0xc4000150.x3=0x9'), '0x9 0x9 0x9 0x9 0x9');
  t.equal(await edited('*.x3=0x9'), '0x9 0x9 0x9 0x9 0x9');
  t.equal(await edited('RMI_VERSION#2.x3=0x9'), '0x0 0x9 0x0 0x0 0x0');
  t.equal(await edited('RMI_VERSION#4+.x3=0x9'), '0x0 0x0 0x0 0x9 0x9');
  t.equal(await edited('RMI_VERSION#1..5+2.x3=0x9'), '0x9 0x0 0x9 0x0 0x9');
  t.equal(await edited('RMI_VERSION#2..3.x3=0x9'), '0x0 0x9 0x9 0x0 0x0');
  t.equal(await edited('RMI_VERSION(x1=3).x3=0x9'), '0x0 0x0 0x9 0x0 0x0');
  t.equal(
    await edited('RMI_VERSION#1.x3=0x1', '*.x3=0x9'),
    '0x1 0x9 0x9 0x9 0x9',
    'the first edit that fits wins',
  );
});

t.test('values are hex, decimal, a revision where one stands, a status, or unknown', async t => {
  const set = async (edit: string) => {
    const found = await replayed(GOOD, { edits: editsOf(GOOD, [edit]) });
    return hexes(smcAt(found.replayed, CALL).res)?.join(' ');
  };
  t.equal(await set('RMI_VERSION.x1=1.0'), '0x0 0x10000 0x20000 0x0');
  t.equal(await set('RMI_VERSION.x1=65537'), '0x0 0x10001 0x20000 0x0');
  t.equal(await set('RMI_VERSION.x0=-1'), '0xffffffffffffffff 0x20000 0x20000 0x0');
  t.equal(await set('RMI_VERSION.x0=NOT_SUPPORTED'), '0xffffffffffffffff 0x20000 0x20000 0x0');
  t.equal(await set('RMI_VERSION.x0=RMI_ERROR_RTT(2)'), '0x204 0x20000 0x20000 0x0');
  t.equal(await set('RMI_VERSION.x0=unknown'), ' 0x20000 0x20000 0x0');
});

t.test('an edit that cannot be is refused, and says why', async t => {
  const code = (edit: string): string => {
    const parsed = parseEdit(edit);
    if (!parsed.ok) return parsed.trouble.code;
    if (parsed.value.kind === 'edit') return 'accepted';
    const resolved = resolveEdit(parsed.value, GOOD.events);
    return resolved.ok ? 'accepted' : resolved.trouble.code;
  };
  const refused = [
    '',
    '=',
    'x',
    'RMI_VERSION',
    'RMI_VERSION=1',
    'RMI_VERSION.x1',
    'RMI_VERSION.x18=0',
    'RMI_VERSIO.x1=0',
    'RMI_VERSION.x1=1x',
    'RMI_VERSION.x1=01x',
    'RMI_VERSION.x1=18446744073709551616',
    'RMI_VERSION#0.x1=0',
    'RMI_VERSION#3..2.x1=0',
    'RMI_VERSION(x0=1).x1=0',
    'RMI_VERSION(x1=).x1=0',
    'RMI_FEATURES.x1=2.0',
    'conduit=pipe',
    'page_size=1',
    'ID_AA64PFR0_EL1.RME=16',
    'ID_AA64PFR0_EL1.NONE=1',
    'ID_NONE_EL1=1',
    '0.x1=1',
    '99.x1=1',
    `${CALL}=1`,
    'cpu0.ID_AA64PFR0_EL1.RME=unknown',
    '__proto__=1',
  ];
  for (const edit of refused) t.equal(code(edit), 'bad-edit', JSON.stringify(edit));
});

t.test('an edit of what follows from something else names the input to edit', async t => {
  const trouble = (number: number) => {
    const resolved = resolveEdit(must(parseEdit(`${number}=0x0`)) as never, GOOD.events);
    return resolved.ok ? null : resolved.trouble;
  };
  const ftr = GOOD.events.findIndex(event => event.type === 'ftr') + 1;
  t.equal(trouble(ftr)?.code, 'derived-event');
  t.match(trouble(ftr)?.next, /edit its input instead: ID_AA64PFR0_EL1=0x0/);
  for (const type of ['log', 'return', 'console']) {
    const number = GOOD.events.findIndex(event => event.type === type) + 1;
    t.equal(trouble(number)?.code, 'derived-event', type);
  }
});

t.test('an edit that never fires is trouble, not silence', async t => {
  for (const edit of [
    'RMI_VERSION#2.x0=1',
    'RMI_FEATURES.x1=0',
    'RMI_VERSION(x1=1.0).x0=1',
    'cpu7.ID_AA64PFR0_EL1=0',
  ]) {
    const found = await replay(GOOD, V13, { edits: editsOf(GOOD, [edit]) });
    t.equal(found.ok ? 'fired' : found.trouble.code, 'edit-never-fired', edit);
  }
});

t.test('a sanitised register edited by hand loses to the raw ones', async t => {
  const lying = withEvents(GOOD, events => {
    const at = events.findIndex(event => event.type === 'ftr');
    events[at] = { type: 'ftr', reg: 'ID_AA64PFR0_EL1', value: u64(0n) };
  });
  t.equal((await replayed(lying)).outcomes.replayed.class, 'accepted');
});

t.test('where a trace has no raw register its sanitised one is the input, and can be edited', async t => {
  const bare = withEvents(GOOD, events => {
    events.splice(0, 1);
  });
  t.equal((await replayed(bare)).verdict, 'same');
  t.equal(
    (await replayed(bare, { edits: editsOf(bare, ['ID_AA64PFR0_EL1.RME=0']) })).outcomes.replayed.reason,
    'no-rme',
  );
});

t.test('every cause that is state names the edit that changed it, by the key that both have', async t => {
  const bare = withEvents(GOOD, events => {
    events.splice(0, 1);
  });
  const two = await boot({ machine: 'big-little-rme-2-1' });
  for (const [trace, ...edits] of [
    [GOOD, 'cpu0.ID_AA64PFR0_EL1.RME=2', 'conduit=hvc', 'nv2=true'],
    [two, 'ID_AA64PFR0_EL1.RME=3', 'page_size=65536'],
    [bare, 'ID_AA64PFR0_EL1.RME=2', 'kvm_mode=protected'],
  ] as const) {
    const { comparison, edits: changes } = await replayed(trace, { edits: editsOf(trace, edits) });
    const state = comparison.causes.filter(cause => cause.kind === 'state');
    t.strictSame(
      state.map(({ key, edit }) => `${key} by ${edit}`).sort(),
      changes.map(({ place, edit }) => `${place} by ${edit}`).sort(),
      edits.join(' '),
    );
  }
});

t.test(
  'a trace without a fact that the kernel asks for is unanswered, and an edit can supply it',
  async t => {
    const bare = withEvents(GOOD, events => {
      events.splice(
        events.findIndex(event => event.type === 'fact' && event.name === 'conduit'),
        1,
      );
    });
    t.equal((await replayed(bare)).outcomes.replayed.class, 'unanswered');
    t.equal(
      (await replayed(bare, { edits: editsOf(bare, ['conduit=smc']) })).outcomes.replayed.class,
      'accepted',
    );
  },
);

t.test('a recorded line that the kernel does not model is listed, and is no divergence', async t => {
  const real = withEvents(GOOD, events => {
    events.push({ type: 'log', level: 'info', prefix: 'kvm', pid: 1, text: 'vgic interrupt IRQ9' });
  });
  const found = await replayed(real);
  t.strictSame(
    [found.verdict, found.weighed.notModelled.map(log => log.text)],
    ['same', ['vgic interrupt IRQ9']],
  );
  const modelled = withEvents(GOOD, events => {
    events.push({ type: 'log', level: 'info', prefix: 'kvm', pid: 1, text: 'HYP mode not available' });
  });
  t.equal((await replayed(modelled)).verdict, 'diverged');
});

t.test('calls after the last one are missing for the same kernel, and go on for another', async t => {
  const longer = withEvents(GOOD, events => {
    events.splice(CALL, 0, {
      ...smcAt(GOOD, CALL),
      fid: h('0xc4000165'),
      args: [h('0x0')],
      res: [h('0x0'), h('0x30')],
    });
  });
  const same = await replayed(longer);
  t.strictSame(
    [same.verdict, same.weighed.divergences.map(({ relation }) => relation)],
    ['diverged', ['missing']],
  );
  const other = { ...longer, header: { ...longer.header, kernel: { name: 'v13-whole', wants: '2.0' } } };
  const found = await replayed(other);
  t.strictSame([found.verdict, found.weighed.goesOn], ['same', 1]);
  t.match(text(found), /the recording goes on: one call after the last of kernel v13/);
});

t.test('two kernels on two machines are two causes, with the commands that separate them', async t => {
  const found = await replayed(GOOD, {
    kernel: must(kernelNamed('v13', '1.0')),
    ...rmm(GOOD, 'tf-rmm-0.8'),
    edits: editsOf(GOOD, ['sve_hint=true']),
  });
  t.match(
    text(found, { kernel: ['--kernel', 'v13', '--wants', '1.0'], rmm: ['--rmm', 'tf-rmm-0.8'] }),
    /kernel and machine both changed; these commands change one at a time:\n +rmitrace replay boot\.json --kernel v13 --wants 1\.0\n +rmitrace replay boot\.json --rmm tf-rmm-0\.8 --set 'sve_hint=true'\n/,
  );
  const found2 = diff(
    GOOD,
    await boot({ rmm: 'tf-rmm-0.8', kernel: must(kernelNamed('v13', '1.0')), machine: 'qemu-max' }),
  );
  t.equal(found2.twoCauses, true);
  t.match(diffSentence(found2, { a: 'a', b: 'b' }), /the kernels differ, and so do the machines/);
});

t.test('an answer to an altered request is an effect, not a cause', async t => {
  const other = await boot({ kernel: must(kernelNamed('v13', '1.0')) });
  const { comparison } = diff(GOOD, other);
  t.strictSame([comparison.causes.length, comparison.effects.length, comparison.kernelIsCause], [0, 1, true]);
});

t.test('a further input that differs though its request is equal is a further cause', async t => {
  const call = smcAt(GOOD, CALL);
  const pair = (second: string) =>
    withEvents(GOOD, events => {
      events.splice(CALL, 0, { ...call, fid: h('0xc4000165'), args: [h('0x0')], res: [h('0x0'), h(second)] });
    });
  const changed = withEvents(pair('0x31'), events => {
    events[CALL - 1] = { ...call, res: [h('0x0'), h('0x20000'), h('0x20001')] };
  });
  t.equal(diff(pair('0x30'), changed).comparison.causes.length, 2);
});

t.test('--kernel recorded tests the machine alone: there an answer that differs counts', async t => {
  const kernel = recordedKernel(GOOD.events, 'rmi');
  t.equal((await replayed(GOOD, { kernel })).verdict, 'same');
  t.equal((await replayed(GOOD, { kernel, ...rmm(GOOD, 'tf-rmm-0.9') })).verdict, 'same');
  const other = await replayed(GOOD, { kernel, ...rmm(GOOD, 'tf-rmm-0.8') });
  t.equal(other.verdict, 'diverged');
  t.equal(
    (await replayed(GOOD, { kernel, ...rmm(GOOD, 'silent') })).verdict,
    'diverged',
    'nor does silence pass',
  );
});

t.test('the pid of a line, its time and keys beginning with x- are not compared; its level is', async t => {
  const at = GOOD.events.findIndex(event => event.type === 'log');
  const log = GOOD.events[at];
  if (log?.type !== 'log') throw new Error('no line');
  const change = (part: object) =>
    withEvents(GOOD, events => {
      events[at] = { ...log, ...part };
    });
  const same = [
    { pid: 77 },
    { t: '0.716726' },
    { line: 3 },
    { level: null },
    { extra: new Map([['x-note', 1]]) },
  ];
  for (const part of same) t.equal(diff(GOOD, change(part)).verdict, 'same', JSON.stringify(part));
  for (const part of [{ level: 'err' }, { text: 'RMI ABI version 2.1' }, { prefix: undefined }]) {
    t.equal(diff(GOOD, change(part)).verdict, 'different', JSON.stringify(part));
  }
});

t.test('diff finds no difference between a trace and itself, and finds state before calls', async t => {
  t.equal(diff(GOOD, GOOD).verdict, 'same');
  const found = diff(GOOD, await boot({ machine: 'no-rme' }));
  t.strictSame(
    found.comparison.causes.map(cause => [inputName(cause), cause.differs.map(({ place }) => place)]),
    [['cpu0.ID_AA64PFR0_EL1', ['value', 'RME']]],
  );
});

t.test('the header of a written replay says what was edited, what stood in, and what it replays', async t => {
  const found = await replayed(GOOD, {
    ...rmm(GOOD, 'tf-rmm-0.8'),
    edits: editsOf(GOOD, ['RMI_VERSION.x2=0', 'cpu0.ID_AA64PFR0_EL1.RME=3']),
  });
  t.match(found.replayed.header.replay, {
    of: /^sha256:[0-9a-f]{64}$/,
    kernel: 'v13',
    rmm: 'tf-rmm-0.8',
    edits: [
      { event: 1, place: 'cpu0.ID_AA64PFR0_EL1', before: '0x1211111123111112', after: '0x1231111123111112' },
      { event: CALL, place: 'RMI_VERSION.x2', before: '0x10000', after: '0x0', rule: 'RMI_VERSION.x2=0' },
    ],
  });
});

t.test('a boot is not recorded on an input that nobody knows', async t => {
  for (const [rmm, edit] of [
    ['tf-rmm-0.9', 'RMI_VERSION.x1=unknown'],
    ['tf-rmm-0.9', 'cpu0.ID_AA64PFR0_EL1=unknown'],
    ['silent', 'RMI_VERSION.x0=0'],
  ] as const) {
    const made = await record(V13, must(machineNamed('fvp')), { rmm, edits: [editOf(edit)] });
    t.equal(made.ok ? 'recorded' : made.trouble.code, 'bad-edit', edit);
  }
});

t.test('replay of a recording is the recording, whatever the machine, RMM and answers', async t => {
  const register = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom('fvp', 'qemu-max', 'big-little-rme-2-1', 'conduit-none', 'nvhe', 'el1-entry', 'no-rme'),
      fc.constantFrom('tf-rmm-0.3', 'tf-rmm-0.8', 'tf-rmm-0.9', 'spec', 'none', 'silent'),
      fc.option(fc.tuple(fc.integer({ min: 0, max: 3 }), register), { nil: undefined }),
      async (machine, profile, edit) => {
        const set = edit === undefined ? [] : [`RMI_VERSION.x${edit[0]}=0x${edit[1].toString(16)}`];
        const made = await record(V13, must(machineNamed(machine)), { rmm: profile, edits: set.map(editOf) });
        if (!made.ok) return ['edit-never-fired', 'bad-edit'].includes(made.trouble.code);
        const found = await replayed(made.value);
        return (
          found.verdict === 'same' &&
          JSON.stringify(
            replayJson({ replay: found, name: '', given: NONE, edited: null, conformance: null }),
          ).length > 0
        );
      },
    ),
    { numRuns: 500, seed: 11 },
  );
  t.pass('500 recordings');
});

t.test(
  'the unknowns of one register are weighed together: one event of CPU 4095 makes 4095 of them',
  async t => {
    const [first] = GOOD.events;
    if (first?.type !== 'mrs') throw new Error('a recording begins with its registers');
    const wide = { ...GOOD, events: [...GOOD.events, { ...first, cpu: 4095 }] };
    const counted = { boots: 0 };
    const counting = {
      ...V13,
      boot: () => {
        counted.boots++;
        return V13.boot();
      },
    };
    const found = must(await replay(wide, counting));
    t.equal(found.unknowns?.unknowns.length, 4095 - GOOD.header.machine.cpus);
    t.ok(counted.boots < 50, `${counted.boots} boots`);
    const report = text(found);
    t.match(report, /cpu\d to cpu4094\.ID_AA64PFR0_EL1/);
    t.ok(report.length < 20_000);
  },
);

t.test('a call of a long trace is looked up, not searched for', async t => {
  const call = GOOD.events.find(event => event.type === 'smc');
  if (call === undefined) throw new Error('a recording has a call');
  const calls = Array.from({ length: 30_000 }, (_, at) => ({ ...call, args: [u64(BigInt(at))] }));
  // Backwards: the one that is asked for is always the last of those that are left.
  const machine = playback(calls);
  const answered = calls.toReversed().filter(({ cpu, via, cc, fid, args }) => {
    return machine.call({ cpu, via, cc, fid, args }).kind === 'answer';
  });
  t.equal(answered.length, calls.length);
});

t.test('the nearest of many recorded calls is found once for each request', async t => {
  const call = GOOD.events.find(event => event.type === 'smc');
  if (call === undefined) throw new Error('a recording has a call');
  const calls = Array.from({ length: 500 }, (_, at) => ({ ...call, args: [u64(BigInt(at))] }));
  const machine = playback(calls, { answerAnyway: true });
  const request = { cpu: 0, via: call.via, cc: call.cc, fid: call.fid, args: [u64(0xffffn)] };
  for (let asked = 0; asked < 20_000; asked++) machine.call(request);
  t.equal(machine.unanswered.length, 20_000);
  t.equal(machine.unanswered.at(-1)?.nearest?.number, 1);
});

t.test('a run that takes long lets signals in, however fast its answers come', async t => {
  const heard: string[] = [];
  setImmediate(() => heard.push('signal'));
  const endless = {
    ...V13,
    *boot(): Asking<number> {
      for (let turn = 0; turn < 5_000; turn++) {
        if (heard.length > 0) return turn;
        yield { ask: 'emit', event: { type: 'log', level: 'info', text: 'again' } };
      }
      return 5_000;
    },
  };
  const events = await runAsync(endless, playback(GOOD.events));
  t.ok(events.filter(event => event.type === 'log').length < 5_000);
});
