/** Verdicts on traces that do not say everything: by hand, cut short, imported. What nobody recorded is no cause. */
import t from 'tap';
import {
  diff,
  diffSentence,
  findingOf,
  kernelNamed,
  machineNamed,
  profileNamed,
  type Replay,
  readTrace,
  record,
  recordedKernel,
  replay,
  standInFor,
  type Trace,
  type TraceEvent,
  traceText,
} from '../lib/index.js';
import { ownKernel } from '../lib/kernel/kernels.js';
import { outcomeOf } from '../lib/kernel/outcome.js';
import { machineFromText } from '../lib/machine/description-file.js';
import { contradictionOf } from '../lib/replay/contradiction.js';
import { stepsFor } from '../lib/replay/weigh-unknowns.js';
import { replayJson } from '../lib/report/json.js';
import { replaySentence } from '../lib/report/sentences.js';
import { diffText } from '../lib/report/text/diff.js';
import { PLAIN } from '../lib/report/text/paint.js';
import { replayText } from '../lib/report/text/replay.js';
import { showText } from '../lib/report/text/show.js';
import { MAX_STEPS } from '../lib/run.js';
import { h, must } from './boots.js';
import { rmitrace } from './rmitrace.js';

const V13 = must(kernelNamed('v13'));
const GOOD = must(await record(V13, must(machineNamed('fvp')), { rmm: 'tf-rmm-0.9' }));

function without(drop: (event: TraceEvent) => boolean, from: Trace = GOOD): Trace {
  return { ...from, events: from.events.filter(event => !drop(event)) };
}

const isFact = (name: string) => (event: TraceEvent) => event.type === 'fact' && event.name === name;
const isState = ({ type }: TraceEvent) => type === 'fact' || type === 'mrs' || type === 'ftr';

async function replayed(trace: Trace): Promise<Replay> {
  return must(await replay(trace, V13));
}

t.test('an input that the trace does not record is named, and is no cause', async t => {
  const found = await replayed(without(isFact('conduit')));
  t.equal(found.verdict, 'unanswered');
  t.equal(replaySentence(found), 'Unanswered: this trace does not record `conduit`, which v13 reads first.');
  const report = replayJson({
    replay: found,
    name: 'a.json',
    given: { kernel: [], rmm: [], others: [] },
    edited: null,
    conformance: null,
  }) as {
    unanswered: unknown;
  };
  t.strictSame(report.unanswered, [
    {
      text: 'the trace does not record conduit',
      nearest: null,
      differs: [],
      input: 'conduit',
      edit: 'conduit=smc',
    },
  ]);
  const text = replayText(
    {
      replay: found,
      name: 'a.json',
      given: { kernel: [], rmm: [], others: [] },
      edited: null,
      conformance: null,
    },
    PLAIN,
  );
  t.notMatch(text, /the kernel itself/);
  t.match(text, / {4}rmitrace replay a\.json --set 'conduit=smc'\n/);
});

t.test('every input that is missing is named, in the order in which the kernel asks', async t => {
  const found = await replayed(without(isState));
  t.equal(found.verdict, 'unanswered');
  t.strictSame(
    found.missing.map(({ key }) => key),
    [
      'ID_AA64PFR0_EL1',
      'hyp_mode_available',
      'kvm_mode',
      'in_hyp_mode',
      'conduit',
      'smccc_version',
      'sve_hint',
      'nv2',
    ],
  );
});

t.test('a call that the trace does not record is no cause: its own kernel asks for it each time', async t => {
  const found = await replayed(without(({ type }) => type === 'smc'));
  t.equal(found.verdict, 'unanswered');
  const about = {
    name: 'a.json',
    given: { kernel: [], rmm: [], others: [] },
    edited: null,
    conformance: null,
  };
  t.notMatch(replayText({ replay: found, ...about }, PLAIN), /the kernel itself|^cause/m);
  const other = must(await replay(GOOD, must(kernelNamed('v13', '1.0'))));
  t.match(
    replayText({ replay: other, ...about }, PLAIN),
    /the kernel: recorded v13, wants 2\.0; replayed v13, wants 1\.0/,
    'another kernel asks for something else',
  );
});

t.test('what a kernel wanted is what its line names or its call asks, where no header says it', async t => {
  const kernel = { name: 'v6', wants: null, via: 'imported' } as const;
  const version = { type: 'smc', cpu: 0, from: 'ns', via: 'smc', cc: '1.1', fid: h('0xc4000150') } as const;
  const refused = { ...version, args: [null], res: [h('0x1'), h('0x10000'), h('0x10000')] };
  const line = (text: string) => ({ type: 'log', level: null, text }) as const;
  const trace = (events: readonly TraceEvent[]): Trace => ({
    ...GOOD,
    header: { ...GOOD.header, kernel, machine: { ...GOOD.header.machine, rmm: null, via: 'imported' } },
    events: [...GOOD.events.filter(isState), ...events],
  });
  const named = trace([refused, line('Unsupported RMI ABI (v1.0 - v1.0) we want v1.1')]);
  t.equal(findingOf(named).sentence, 'No realms: KVM asked for 1.1, the RMM has 1.0 only.');
  t.equal(must(ownKernel(named)).wants, '1.1');
  const asked = trace([{ ...refused, args: [h('0x30001')] }, line('Unsupported RMI ABI (v1.0 - v1.0)')]);
  t.equal(must(ownKernel(asked)).wants, '3.1');
  t.equal(must(ownKernel(trace([refused]))).wants, must(kernelNamed('v6')).wants, 'else what its patch asks');
  const [odd] = [trace([{ ...refused, args: [h('0xffff80020000')] }])];
  t.ok(ownKernel(odd).ok, 'a request that is no revision is no reason to refuse the trace');
});

t.test('a line that was copied whole into a text is told how to be written', async t => {
  const by = (text: string): string =>
    findingOf({ ...GOOD, events: [{ type: 'log', level: null, text }] }).sentence;
  t.equal(
    by('[    0.512345] kvm [1]: RMI ABI version 2.0'),
    'Event 1 is no line of a kernel as it stands: its text holds what stands before the line. Write it as "prefix":"kvm","pid":1,"text":"RMI ABI version 2.0","t":"0.512345".',
  );
  t.match(by('kvm [7]: Unsupported RMI ABI (v1.0 - v1.0) we want v2.0'), /"pid":7,"text":"Unsupported RMI/);
  t.match(by('[1.5] RMI ABI version 2.0'), /as "text":"RMI ABI version 2\.0","t":"1\.5"\.$/);
  t.notMatch(by('kvm [1]: of something else'), /^Event/);
});

t.test('the edits that are proposed for what is missing supply it', async t => {
  const dir = t.testdir({
    'a.json': JSON.stringify({ ...JSON.parse(await goodText()), events: callsAndLines(await goodText()) }),
  });
  const { out } = await rmitrace(['replay', `${dir}/a.json`]);
  const proposed = /^ {4}rmitrace replay (?<words>.*)$/m.exec(out)?.groups?.words ?? '';
  const sets = [...proposed.matchAll(/--set '([^']+)'/g)].flatMap(([, edit = '']) => ['--set', edit]);
  t.equal(sets.length, 16);
  const again = await rmitrace(['replay', `${dir}/a.json`, ...sets]);
  t.match(again.out, /accepted 2\.0/);
  t.notMatch(again.out, /Unanswered/);
});

async function goodText(): Promise<string> {
  return (await rmitrace(['record', 'fvp', '--rmm', 'tf-rmm-0.9', '-o', '-'])).out;
}

function callsAndLines(text: string): readonly unknown[] {
  const { events } = JSON.parse(text) as { events: readonly { type: string }[] };
  return events.filter(({ type }) => !['fact', 'mrs', 'ftr'].includes(type));
}

t.test(
  'what only one of two traces records is not known in the other: no cause, no effect, no difference',
  async t => {
    const less = without(isFact('conduit'));
    const difference = diff(less, GOOD);
    t.equal(difference.verdict, 'same');
    t.strictSame([difference.comparison.causes, difference.comparison.effects], [[], []]);
    const names = { a: 'less.json', b: 'good.json' };
    t.equal(
      diffSentence(difference, names),
      'Same in all that both record: both end accepted 2.0; less.json does not record conduit.',
    );
    t.match(
      diffText({ difference, names }, PLAIN),
      /known on one side only\n {2}conduit: only in good\.json\n/,
    );

    const old = must(await record(V13, must(machineNamed('fvp')), { rmm: 'tf-rmm-0.8' }));
    const lessOld = without(event => event.type === 'mrs', old);
    t.match(
      diffSentence(diff(GOOD, lessOld), { a: 'good.json', b: 'old.json' }),
      /the cause is the answer to RMI_VERSION/,
      'the answers differ, and that one register is not recorded is no cause',
    );
  },
);

t.test('a trace without returns does not diverge for that', async t => {
  const found = await replayed(without(({ type }) => type === 'return'));
  t.equal(found.verdict, 'same');
});

t.test('where nothing is compared nothing is the same', async t => {
  const noLine = without(({ type }) => type === 'log' || type === 'return');
  t.equal(outcomeOf(noLine.events).class, 'undetermined');
  const found = await replayed(noLine);
  t.equal(found.verdict, 'undetermined');
  t.equal(
    replaySentence(found),
    'Undetermined: this trace does not record how the check ended; the replay ends accepted 2.0.',
  );

  const noCall = without(({ type }) => type === 'smc');
  const repeated = must(await replay(noCall, recordedKernel(noCall.events, 'rmi')));
  t.equal(repeated.verdict, 'undetermined');
  t.equal(replaySentence(repeated), 'Undetermined: this trace records no call that could be made again.');

  const nothing = await replayed({ ...GOOD, events: [{ type: 'console', src: 'rmm', text: 'Booting RMM' }] });
  t.equal(nothing.verdict, 'unanswered');
});

t.test('a mode line that no line of the check precedes proves that the check was silent', async t => {
  const mode: TraceEvent = {
    type: 'log',
    level: 'info',
    prefix: 'kvm',
    text: 'VHE mode initialized successfully',
  };
  const call = GOOD.events.find(event => event.type === 'smc');
  if (call?.type !== 'smc') throw new Error('recorded');
  const answered = (x0: bigint): TraceEvent => ({
    ...call,
    res: [BigInt.asUintN(64, x0) as never, null, null, null],
  });
  t.strictSame(outcomeOf([mode]), { class: 'quiet', key: false });
  t.strictSame(outcomeOf([answered(-1n), mode]), { class: 'quiet', reason: 'not-supported', key: false });
  t.equal(
    outcomeOf([answered(0n), mode]).class,
    'undetermined',
    'every kernel of the series prints a line then',
  );
  t.equal(outcomeOf([answered(-1n)]).class, 'undetermined', 'the log may have been cut off');
});

t.test('a replay may take as many steps as its recording did, or as --max-steps says', async t => {
  const call = GOOD.events.find(({ type }) => type === 'smc');
  if (call === undefined) throw new Error('recorded');
  t.equal(stepsFor(GOOD.events), MAX_STEPS);
  t.ok(stepsFor(Array.from({ length: 200_000 }, () => call)) >= 400_000);

  const busy = ['record', 'fvp', '--kernel', 'next', '--rmm', 'busy', '--max-steps', '60', '-o', 'busy.json'];
  const how = { cwd: t.testdir() };
  t.equal((await rmitrace(busy, how)).code, 0);
  t.match((await rmitrace(['check', 'busy.json'], how)).out, /^same /);
  const fewer = await rmitrace(['check', 'busy.json', '--max-steps', '20'], how);
  t.strictSame([fewer.code, fewer.out.startsWith('same')], [1, false]);
  t.match(fewer.out, /step limit/);
});

t.test("a call that is the firmware's is no part of the kernel's handshake", async t => {
  const call = GOOD.events.find(event => event.type === 'smc');
  if (call?.type !== 'smc') throw new Error('recorded');
  const earlier = { ...call, args: [h('0x10000')], res: [h('0x1'), null, null, null] };
  const before = (event: TraceEvent): Trace => ({ ...GOOD, events: [event, ...GOOD.events] });
  for (const [asked, why] of [
    [earlier, 'it asks for another revision than the kernel wants, before the kernel asks'],
    [{ ...earlier, args: [h('0x20000')], by: 'firmware' } as const, 'the trace says so'],
  ] as const) {
    const found = await replayed(before(asked));
    t.equal(found.verdict, 'same', why);
    const again = must(await replay(before(asked), recordedKernel(before(asked).events, 'rmi')));
    t.equal(again.verdict, 'same', `${why}: the calls alone`);
    t.equal(diff(before(asked), GOOD).verdict, 'same', why);
    t.match(findingOf(before(asked)).sentence, /^KVM and the RMM agree on RMI 2\.0/, why);
  }
  const twice = await replayed(before({ ...call, res: [h('0x1'), h('0x10000'), h('0x10000'), h('0x0')] }));
  t.equal(twice.verdict, 'diverged', "the same request twice may both be the kernel's");

  const read = must(
    await readTrace({ name: 'a', bytes: Buffer.from(traceText(before({ ...earlier, by: 'firmware' }))) }),
  );
  t.equal(read.trace.events[0]?.type === 'smc' ? read.trace.events[0].by : null, 'firmware');
});

t.test('an edit by hand is the cause, and the register is named', async t => {
  const edited = (at: number, value: string): Trace => ({
    ...GOOD,
    events: GOOD.events.map(event =>
      event.type === 'smc' && event.res !== null ? { ...event, res: event.res.with(at, h(value)) } : event,
    ),
  });
  for (const [register, value, text] of [
    [0, '0x1', 'x0 of the answer to RMI_VERSION (event 13) is 0x1, but the recorded line says accepted 2.0'],
    [
      1,
      '0x10000',
      'x1 of the answer to RMI_VERSION (event 13) is 0x10000, but the recorded line says accepted 2.0',
    ],
  ] as const) {
    const found = await replayed(edited(register, value));
    t.equal(found.verdict, 'diverged');
    t.ok(
      replaySentence(found).includes(
        `Diverged: the answer and the line disagree, and one of them was edited: ${text}`,
      ),
      text,
    );
    const report = replayText(
      {
        replay: found,
        name: 'a.json',
        given: { kernel: [], rmm: [], others: [] },
        edited: null,
        conformance: null,
      },
      PLAIN,
    );
    t.notMatch(report, /the kernel itself/);
    const shown = showText({ trace: edited(register, value), numbers: null, conformance: null }, PLAIN);
    t.ok(shown.startsWith(`The answer and the line disagree, and one of them was edited: ${text}.\n`), text);
    t.notMatch(shown, /TF-RMM 0\.9 answers like this/);
  }
  const printed: Trace = {
    ...GOOD,
    header: { ...GOOD.header, kernel: { name: 'lab', wants: '2.0', via: 'imported' } },
    events: edited(0, '0x1').events.filter(event => event.type === 'smc' || event.type === 'log'),
  };
  t.equal(contradictionOf(printed)?.register, 'x0', 'of any kernel: success under an answer that is none');
  t.equal(contradictionOf(GOOD), null);
});

t.test('every CPU that lacks RME is named, and nobody is said to know what a log does not tell', async t => {
  const machine = must(
    machineFromText(
      JSON.stringify({
        format: 'rmitrace-machine',
        version: 1,
        name: 'lab',
        cpus: [1, 0, 1, 0, 0].map(rme => ({ registers: { ID_AA64PFR0_EL1: `0x12${rme}1111123111112` } })),
      }),
      'lab',
    ),
  );
  const hidden = must(await record(V13, machine));
  t.match(
    findingOf(hidden).sentence,
    /RME is 1 on CPU0 but 0 on CPU1 and CPU3 to CPU4, so the kernel never asked/,
  );
  const elsewhere: Trace = {
    ...GOOD,
    header: { ...GOOD.header, machine: { ...GOOD.header.machine, rmm: null, via: 'imported' } },
  };
  const shown = showText({ trace: elsewhere, numbers: null, conformance: null }, PLAIN);
  t.match(shown, /RMM not known \(imported\)/);
  t.notMatch(shown, /static key off|RMM none/);
  t.equal(diff(elsewhere, GOOD).outcomes.a.key, null);
  const onV10: Trace = {
    ...elsewhere,
    header: { ...elsewhere.header, kernel: { name: 'v10', wants: '1.0', via: 'imported' } },
  };
  const ofV10 = showText({ trace: onV10, numbers: null, conformance: null }, PLAIN);
  t.match(ofV10, /in a whole series of v10 the static key is on after a good version/);
  t.notMatch(shown, /in a whole series/);
  t.match(
    showText({ trace: GOOD, numbers: null, conformance: null }, PLAIN),
    /v13, wants 2\.0 \(built-in: this patch alone, nothing enables the static key\)/,
  );
});

t.test('a trace by hand that ends at the line before the call says that it never came back', async t => {
  const nv = ['nv: 570 coarse grained trap handlers', 'nv: 664 fine grained trap handlers'];
  const events = [
    { type: 'console', text: 'INFO:    RMM init end.' },
    ...nv.map(text => ({ type: 'log', prefix: 'kvm', text })),
  ];
  const hand = { format: 'rmitrace', version: 1, scope: 'kvm', kernel: { name: 'v13' } };
  const ending = async (more: readonly object[]) => {
    const text = JSON.stringify({ ...hand, events: [...events, ...more] });
    return findingOf(must(await readTrace({ name: 'a', bytes: Buffer.from(text) })).trace).sentence;
  };
  t.match(await ending([]), /^RMI_VERSION never came back, unless the log was cut off/);
  t.match(await ending([{ type: 'log', prefix: 'kvm', text: 'something else' }]), /^No handshake in the log/);
});

t.test('that two pre-releases of RMI 2.0 answer 2.0 is said once, and of no others', async t => {
  const note = /both are pre-releases of RMI 2\.0: all of them answer 2\.0, and they are not one interface/g;
  const shown = (trace: Trace) => showText({ trace, numbers: null, conformance: null }, PLAIN);
  t.equal(shown(GOOD).match(note)?.length, 1);
  const old = must(kernelNamed('v7'));
  t.notMatch(shown(must(await record(old, must(machineNamed('fvp')), { rmm: 'tf-rmm-0.8' }))), note);
});

t.test('who failed is said, and why', async t => {
  const ending = (
    of: 'kernel' | 'machine',
    code: 'crashed' | 'garbage' | 'step-limit',
    text: string,
    more: readonly TraceEvent[] = [],
  ): Trace => ({
    ...GOOD,
    events: [
      ...without(({ type }) => type === 'log' || type === 'return').events,
      ...more,
      { type: 'fault', of, code, text },
    ],
  });
  const why = 'undefined behaviour at rmi.c:23: a shift by 64';
  t.match(
    diffSentence(diff(GOOD, ending('kernel', 'crashed', why)), { a: 'a', b: 'b' }),
    `a ends accepted 2.0, b ends crashed (${why})`,
  );
  t.equal(
    findingOf(ending('kernel', 'garbage', 'the check wrote x')).sentence,
    'The kernel under test failed: the check wrote x.',
  );
  t.equal(
    findingOf(ending('machine', 'garbage', 'the RMM wrote x')).sentence,
    'The machine failed: the RMM wrote x.',
  );
  const slow = 'no line within 10 s';
  t.match(
    findingOf(ending('kernel', 'step-limit', slow)).sentence,
    `${slow}; it made its last call, RMI_VERSION, which is answered RMI_SUCCESS`,
  );
  const call = GOOD.events.filter(({ type }) => type === 'smc');
  t.match(
    findingOf(ending('kernel', 'step-limit', slow, call)).sentence,
    `${slow}; it repeats RMI_VERSION, which`,
  );
});

t.test('two events that cannot both be are told, whichever of them was edited', async t => {
  const changed = (change: (event: TraceEvent) => readonly TraceEvent[]): Trace => ({
    ...GOOD,
    events: GOOD.events.flatMap(change),
  });
  const call = (res: Readonly<Record<number, string>>) => (event: TraceEvent) => {
    if (event.type !== 'smc' || event.res === null) return [event];
    const answer = Object.entries(res).reduce((all, [x, value]) => all.with(Number(x), h(value)), event.res);
    return [{ ...event, res: answer }];
  };
  const OLD = must(await record(V13, must(machineNamed('fvp')), { rmm: 'tf-rmm-0.8' }));
  const rows: [Trace, RegExp][] = [
    [
      changed(event => [
        event.type === 'log' && event.text.startsWith('RMI')
          ? { ...event, text: 'RMI ABI version 2.1' }
          : event,
      ]),
      /^the answer and the line disagree, and one of them was edited: x1 of .* is 0x20000, but the recorded line says accepted 2\.1$/,
    ],
    [
      { ...OLD, events: OLD.events.flatMap(call({ 1: '0x20000', 2: '0x30000' })) },
      /: x1 and x2 of the answer to RMI_VERSION \(event \d+\) are 0x20000 and 0x30000, but the recorded line says refused \(v1\.0 - v1\.0\)$/,
    ],
    [
      changed(event => (event.type === 'ftr' ? [] : [event])),
      /^the registers and what was read of them disagree, .*: v13 reads ID_AA64PFR0_EL1 as 0x\w+, but the trace has no ftr event of it$/,
    ],
    [
      changed(event => [event.type === 'ftr' ? { ...event, value: h('0x10000000000000') } : event]),
      /: v13 reads ID_AA64PFR0_EL1 as 0x\w+, but it is 0x10000000000000 in its ftr event$/,
    ],
    [
      changed(event => [
        event.type === 'fact' && event.name === 'conduit' ? { ...event, value: 'hvc' } : event,
      ]),
      /^the conduit and the call disagree, .*: the conduit is hvc \(event \d+\), but RMI_VERSION \(event \d+\) was made by SMC$/,
    ],
    [
      changed(event =>
        event.type === 'console'
          ? [{ ...event, text: 'SMC_RMI_VERSION                   20000 > RMI_SUCCESS 20000 30000' }]
          : [event],
      ),
      /^the console and the call disagree, .* says `SMC_RMI_VERSION .*`, x2 of the answer 0x30000, but it is 0x20000 in RMI_VERSION/,
    ],
  ];
  for (const [trace, text] of rows) {
    const found = contradictionOf(trace);
    t.match(found?.text, text);
    const sentence = found?.text ?? '';
    const shown = showText({ trace, numbers: null, conformance: null }, PLAIN);
    t.equal(shown.toLowerCase().indexOf(`${sentence.toLowerCase()}.\n`), 0, 'the headline of show');
    const again = must(await replay(trace, V13, { edited: true }));
    t.equal(again.contradiction?.text, found?.text);
    const difference = diff(trace, trace === rows[1]?.[0] ? OLD : GOOD);
    if (difference.verdict === 'different')
      t.ok(
        diffSentence(difference, { a: 'a', b: 'b' }).endsWith(`; in a ${sentence}.`),
        diffSentence(difference, { a: 'a', b: 'b' }),
      );
  }
  t.equal(contradictionOf(OLD), null);
  const given = changed(event =>
    call({ 2: '0x30000' })(event).map(each =>
      each.type === 'smc' ? { ...each, rule: 'RMI_VERSION.x2=0x30000' } : each,
    ),
  );
  t.equal(contradictionOf(given), null, 'an edit that the event names is no contradiction');
});

t.test('realms that are lost after an agreed revision are the finding, and why', async t => {
  const line = (text: string, prefix?: 'kvm'): TraceEvent => ({
    type: 'log',
    level: 'err',
    text,
    ...(prefix === undefined ? {} : { prefix }),
  });
  const smc = GOOD.events.find(event => event.type === 'smc');
  if (smc?.type !== 'smc') throw new Error('recorded');
  const call = (fid: string, arg: string, x0: string, x1: string | null = null): TraceEvent => ({
    ...smc,
    fid: h(fid),
    args: [h(arg)],
    res: [h(x0), x1 === null ? null : h(x1), null, null],
  });
  const V14 = must(await record(must(kernelNamed('v14')), must(machineNamed('fvp')), { rmm: 'tf-rmm-0.9' }));
  const after = (trace: Trace, ...events: readonly TraceEvent[]) =>
    findingOf({ ...trace, events: [...trace.events, ...events] }).sentence;
  const fact = (name: string, value: boolean | number) => (event: TraceEvent) =>
    event.type === 'fact' && event.name === name ? { ...event, value } : event;
  const having = (trace: Trace, name: string, value: boolean | number): Trace => ({
    ...trace,
    events: trace.events.map(fact(name, value)),
  });
  const lost = 'No realms, although RMI 2.0 was agreed on (TF-RMM 0.9 answers like this): ';
  t.equal(after(V14, line('RMM activate failed')), `${lost}the kernel says "RMM activate failed".`);
  t.equal(
    after(
      GOOD,
      call('0xc40001e1', '0x10040000000', '0x1'),
      line("Granule tracking for region isn't fine/conventional: 10040000000", 'kvm'),
    ),
    `${lost}the kernel says "Granule tracking for region isn't fine/conventional: 10040000000"; RMI_GRANULE_TRACKING_GET 0x10040000000 was answered RMI_ERROR_INPUT.`,
  );
  t.equal(
    after(V14, call('0xc400016e', '0x81500000', '0xb')),
    `${lost}RMI_RMM_CONFIG_SET 0x81500000 was answered RMI_ERROR_GLOBAL.`,
  );
  t.match(
    after(having(V14, 'page_size', 65536), call('0xc4000165', '0x1', '0x0', '0x142a9')),
    /: the host has 64K pages, and the RMM has no granules of that size \(RmiFeatureRegister1 is 0x142a9\)\.$/,
  );
  t.match(
    after(V14, { type: 'return', of: 'arm64_init_rmi', value: -19 }),
    /: arm64_init_rmi returned -ENODEV\.$/,
    'a later return of the init counts',
  );
  t.match(after(having(V14, 'in_hyp_mode', false)), /^No realms, .*: the host runs at EL1 \(nVHE\)/);
  t.match(
    after(having(GOOD, 'in_hyp_mode', false)),
    / But the host runs at EL1 \(nVHE\), where realms do not run/,
  );
  t.notMatch(after(V14, call('0xc40001f3', '0x80000000', '0xf')), /No realms/, 'the table is there already');
});

t.test('a query that one kernel lacks is no difference, and one that it answers otherwise is', async t => {
  const later = must(
    await replay(GOOD, must(kernelNamed('v14')), { rmm: standInFor(GOOD, must(profileNamed('tf-rmm-0.9'))) }),
  );
  const returns = later.weighed.divergences.flatMap(({ a }) =>
    a?.event.type === 'return' ? [a.event.of] : [],
  );
  t.strictSame(returns, []);
  const [v13, v14] = [GOOD, must(await record(must(kernelNamed('v14')), must(machineNamed('fvp'))))];
  t.strictSame(
    diff(v13, v14).comparison.actions.flatMap(({ a }) => (a?.event.type === 'return' ? [a.event.of] : [])),
    [],
  );
  const isRealm: Trace = {
    ...GOOD,
    events: GOOD.events.map(event =>
      event.type === 'return' && event.of === 'kvm_is_realm' ? { ...event, value: 1 } : event,
    ),
  };
  t.equal(diff(GOOD, isRealm).verdict, 'different');
  t.equal((await replayed(isRealm)).verdict, 'diverged');
});

t.test('CPUs that only one machine has are the difference, not the kernel', async t => {
  const mixed = must(await record(V13, must(machineNamed('big-little-hides-rme'))));
  t.equal(
    diffSentence(diff(GOOD, mixed), { a: 'a', b: 'b' }),
    'Different: a ends accepted 2.0, b ends quiet (rme-hidden-by-cpu3); the machines differ: a has 1 CPU, b 4.',
  );
});
