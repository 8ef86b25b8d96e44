import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import t from 'tap';
import { ID_REGISTERS } from '../lib/abi/id-registers.js';
import { applyEdits, editedMachine, unfiredText } from '../lib/edit/apply.js';
import type { Edit } from '../lib/edit/edit.js';
import {
  diff,
  type Kernel,
  kernelNamed,
  machineNamed,
  parseEdit,
  profileNamed,
  type Replay,
  type Reply,
  record,
  recordedKernel,
  replay,
  resolveEdit,
  type SmcEvent,
  type SmcRequest,
  type Trace,
  traceText,
  type U64,
  u64,
} from '../lib/index.js';
import { emit, smc, smcWithMemory } from '../lib/kernel/linux/asks.js';
import { emulate } from '../lib/machine/emulated.js';
import { playback } from '../lib/machine/playback.js';
import { registerKey } from '../lib/model/input-key.js';
import type { Machine } from '../lib/model/port.js';
import { splitmix64 } from '../lib/model/splitmix64.js';
import { ALL_ONES, hex, ZERO } from '../lib/model/u64.js';
import { newNeverFired } from '../lib/replay/check-totals.js';
import { runAsync } from '../lib/run.js';
import { answering, h, hexes, must, pfr0, stateOf } from './boots.js';
import { inFolder } from './rmitrace.js';

const V13 = must(kernelNamed('v13'));
const VERSION = h('0xc4000150');
const FEATURES = h('0xc4000165');
const STATE = stateOf([pfr0(1)]);

function edit(text: string): Edit {
  const edit = must(parseEdit(text));
  if (edit.kind === 'numbered') throw new Error(`${text} counts events`);
  return edit;
}

function editOn(trace: Trace, text: string): Edit {
  const edit = must(parseEdit(text));
  return edit.kind === 'numbered' ? must(resolveEdit(edit, trace.events)) : edit;
}

function trouble(text: string, trace?: Trace) {
  const parsed = parseEdit(text);
  const resolved =
    parsed.ok && parsed.value.kind === 'numbered' ? resolveEdit(parsed.value, trace?.events ?? []) : parsed;
  return resolved.ok ? null : resolved.trouble;
}

/** A kernel that makes these calls and puts out nothing. */
function asking(requests: readonly SmcRequest[]): Kernel {
  return {
    name: 'asking',
    wants: null,
    scope: 'rmi',
    models: () => false,
    *boot() {
      for (const request of requests) yield* smc(request);
      return 0;
    },
  };
}

function call(fid: U64, args: readonly number[], cc: SmcRequest['cc'] = '1.1'): SmcRequest {
  return { cpu: 0, via: 'smc', cc, fid, args: args.map(arg => u64(BigInt(arg))) };
}

const ANSWER = ['0x0', '0x10000', '0x20000', '0x0'].map(h);

interface Asked {
  /** The answers, a register list each, and the edits that made them. */
  readonly answers: readonly string[];
  readonly named: readonly (string | undefined)[];
  readonly unfired: readonly string[];
  readonly places: readonly string[];
}

async function ask(
  requests: readonly SmcRequest[],
  texts: readonly string[],
  machine: Machine = answering(STATE, ANSWER).machine,
): Promise<Asked> {
  const applied = applyEdits(texts.map(edit));
  const events = await runAsync(
    asking(requests),
    editedMachine(machine.state, state => ({ ...machine, state }), applied),
  );
  const calls = events.filter((event): event is SmcEvent => event.type === 'smc');
  return {
    answers: calls.map(
      ({ res }) =>
        hexes(res)
          ?.map(value => value ?? '?')
          .join(' ') ?? 'none',
    ),
    named: calls.map(event => event.rule),
    unfired: applied.unfired().map(unfiredText),
    places: applied.changes().map(({ place, before, after }) => `${place}: ${before} -> ${after}`),
  };
}

async function boot(set: readonly string[] = [], machine = 'fvp'): Promise<Trace> {
  return must(await record(V13, must(machineNamed(machine)), { edits: set.map(edit) }));
}

const GOOD = await boot();

/** A trace with one event put before the one that `at` finds. */
function withEvent(trace: Trace, at: number, event: Trace['events'][number]): Trace {
  return { ...trace, events: trace.events.toSpliced(at, 0, event) };
}

const register = fc.integer({ min: 0, max: 17 });
const value = fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }).map(u64);
const turns = fc.oneof(
  fc.constant({ spelt: '', turns: null }),
  fc.integer({ min: 1, max: 999999 }).map(n => ({ spelt: `#${n}`, turns: { from: n, to: n, step: 1 } })),
  fc.integer({ min: 1, max: 999999 }).map(n => ({ spelt: `#${n}+`, turns: { from: n, to: null, step: 1 } })),
  fc
    .record({
      from: fc.integer({ min: 1, max: 999 }),
      more: fc.integer({ min: 0, max: 999 }),
      step: fc.option(fc.integer({ min: 1, max: 99 })),
    })
    .map(({ from, more, step }) => ({
      spelt: `#${from}..${from + more}${step === null ? '' : `+${step}`}`,
      turns: { from, to: from + more, step: step ?? 1 },
    })),
);
const callee = fc.constantFrom(
  { spelt: 'RMI_VERSION', fid: VERSION },
  { spelt: 'RMI_FEATURES', fid: FEATURES },
  { spelt: '0xc4000202', fid: h('0xc4000202') },
  { spelt: '0xc4010150', fid: VERSION },
  { spelt: '*', fid: null },
);
const content = fc.oneof(
  value.map(each => ({ spelt: hex(each), value: each })),
  value.map(each => ({ spelt: each.toString(), value: each })),
  fc.bigInt({ min: -(1n << 63n), max: -1n }).map(each => ({
    spelt: each.toString(),
    value: u64(BigInt.asUintN(64, each)),
  })),
  value.map(seed => ({ spelt: `random(${seed})`, value: { seed } })),
  fc.constant({ spelt: 'unknown', value: null }),
);
const target = fc.oneof(
  fc.record({ register, content }).map(({ register, content }) => ({
    spelt: `.x${register}=${content.spelt}`,
    target: { kind: 'answer', register } as const,
    value: content.value,
  })),
  fc.constantFrom('unknown', 'silence', 'busy').map(reply => ({
    spelt: `=${reply}`,
    target: { kind: 'reply', reply } as const,
    value: null,
  })),
);
const condition = fc.tuple(fc.integer({ min: 1, max: 17 }), value);
const where = fc.array(
  condition.map(([register, value]) => ({ register, value })),
  { maxLength: 3 },
);

t.test('whatever an edit of calls says, reading it gives what was meant', async t => {
  t.doesNotThrow(() =>
    fc.assert(
      fc.property(callee, where, turns, target, (callee, where, turns, target) => {
        const conditions = where.map(each => `x${each.register}=${hex(each.value)}`).join(',');
        const text = `${callee.spelt}${where.length === 0 ? '' : `(${conditions})`}${turns.spelt}${target.spelt}`;
        const read = must(parseEdit(text));
        const meant = {
          kind: 'edit',
          text,
          selector: { kind: 'call', fid: callee.fid, where, turns: turns.turns },
          target: target.target,
          value: target.value,
        };
        return isDeepStrictEqual(read, meant);
      }),
      { seed: 3, numRuns: 300 },
    ),
  );
});

t.test('whatever an edit of registers says, reading it gives what was meant', async t => {
  const place = fc.constantFrom(
    ...[...ID_REGISTERS].flatMap(([reg, fields]) => [
      { reg, field: null },
      ...fields.map(field => ({ reg, field })),
    ]),
  );
  const cpu = fc.option(fc.integer({ min: 0, max: 9999 }));
  t.doesNotThrow(() =>
    fc.assert(
      fc.property(place, cpu, content, ({ reg, field }, cpu, content) => {
        const text = `${cpu === null ? '' : `cpu${cpu}.`}${reg}${field === null ? '' : `.${field.name}`}=${content.spelt}`;
        const read = parseEdit(text);
        const fits =
          field === null ||
          (content.value !== null &&
            (typeof content.value === 'object' || content.value < 1n << BigInt(field.width)));
        if (!fits) return !read.ok;
        const target =
          field === null
            ? { kind: 'whole' }
            : { kind: 'bits', name: field.name, lsb: field.lsb, width: field.width };
        const selector = { kind: 'register', reg, cpus: cpu === null ? null : { from: cpu, to: cpu } };
        const meant = { kind: 'edit', text, selector, target, value: content.value };
        return isDeepStrictEqual(must(read), meant);
      }),
      { seed: 3, numRuns: 500 },
    ),
  );
});

t.test('no text makes the reader throw, and what it refuses it quotes', async t => {
  const piece = fc.constantFrom(
    ...[
      'RMI_VERSION',
      '*',
      '0xc4000150',
      '(x1=',
      ')',
      '#',
      '1',
      '..',
      '+',
      '.x',
      '=',
      'busy',
      'random(',
      'cpu0.',
    ],
    ...['ID_AA64PFR0_EL1', '.RME', 'unknown', '-1', '\u001b', '\n', ' ', '13'],
  );
  const texts = fc.oneof(
    fc.array(piece, { maxLength: 8 }).map(pieces => pieces.join('')),
    fc.string(),
  );
  t.doesNotThrow(() =>
    fc.assert(
      fc.property(texts, text => {
        const found = parseEdit(text);
        return found.ok || (found.trouble.code === 'bad-edit' && found.trouble.next !== '');
      }),
      { seed: 3, numRuns: 3000 },
    ),
  );
});

t.test('a count selects just the calls that it says', async t => {
  const calls = Array.from({ length: 30 }, () => call(VERSION, [0x20000]));
  const small = fc.record({
    from: fc.integer({ min: 1, max: 12 }),
    more: fc.integer({ min: 0, max: 20 }),
    step: fc.integer({ min: 1, max: 7 }),
  });
  await fc.assert(
    fc.asyncProperty(small, async ({ from, more, step }) => {
      const { named } = await ask(calls, [`RMI_VERSION#${from}..${from + more}+${step}.x3=1`]);
      const meant = new Set<number>();
      for (let turn = from; turn <= Math.min(from + more, calls.length); turn += step) meant.add(turn);
      return named.every((made, at) => (made !== undefined) === meant.has(at + 1));
    }),
    { seed: 3, numRuns: 100 },
  );
  t.strictSame(
    (await ask(calls.slice(0, 5), ['RMI_VERSION#3+.x3=1'])).named.map(made => made !== undefined),
    [false, false, true, true, true],
  );
});

t.test('of several edits the first that fits a register wins it, and only who wins is named', async t => {
  const requests = [1, 2, 1, 3, 1, 2].map(arg => call(VERSION, [arg]));
  const one = fc.record({
    arg: fc.option(fc.integer({ min: 1, max: 3 })),
    turn: fc.option(fc.integer({ min: 1, max: 4 })),
    register: fc.integer({ min: 0, max: 3 }),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(one, { minLength: 1, maxLength: 6 }), async edits => {
      const texts = edits.map(({ arg, turn, register }, at) => {
        const condition = arg === null ? '' : `(x1=${arg})`;
        return `RMI_VERSION${condition}${turn === null ? '' : `#${turn}`}.x${register}=${0x100 + at}`;
      });
      const seen = edits.map(() => 0);
      const won = new Set<number>();
      const expected = requests.map(({ args }) => {
        const res = ANSWER.map(hex);
        const taken = new Set<number>();
        const made: string[] = [];
        for (const [at, { arg, turn, register }] of edits.entries()) {
          if (arg !== null && args[0] !== BigInt(arg)) continue;
          seen[at] = (seen[at] ?? 0) + 1;
          if ((turn !== null && turn !== seen[at]) || taken.has(register)) continue;
          taken.add(register);
          won.add(at);
          made.push(texts[at] ?? '');
          res[register] = `0x${(0x100 + at).toString(16)}`;
        }
        return { answer: res.join(' '), made: made.length === 0 ? undefined : made.join('; ') };
      });
      const found = await ask(requests, texts);
      return (
        found.answers.every((answer, at) => answer === expected[at]?.answer) &&
        found.named.every((made, at) => made === expected[at]?.made) &&
        found.unfired.length === edits.length - won.size
      );
    }),
    { seed: 3, numRuns: 300 },
  );
  t.pass('300 lists of edits');
});

t.test('an edit counts the calls that fit its name and arguments, whichever edit wins', async t => {
  const calls = [call(VERSION, [1]), call(FEATURES, [0]), call(VERSION, [2]), call(VERSION, [1])];
  const x3 = async (...texts: readonly string[]) =>
    (await ask(calls, texts)).answers.map(answer => answer.split(' ')[3]).join(' ');
  t.equal(await x3('RMI_VERSION#2.x3=9'), '0x0 0x0 0x9 0x0', 'another call is not counted');
  t.equal(await x3('RMI_VERSION(x1=1)#2.x3=9'), '0x0 0x0 0x0 0x9', 'nor one with other arguments');
  t.equal(await x3('*#2.x3=9'), '0x0 0x9 0x0 0x0');
  t.equal(await x3('RMI_VERSION.x3=1', '*#4.x3=9', 'RMI_FEATURES.x3=2'), '0x1 0x2 0x1 0x1');
  t.equal(await x3('RMI_VERSION(x2=0).x3=9'), '0x0 0x0 0x0 0x0', 'a 1.1 caller that set x1 alone has no x2');
});

t.test('an argument that a 1.2 caller left out as a trailing zero is zero', async t => {
  const calls = [call(FEATURES, [1], '1.2'), call(FEATURES, [1, 5], '1.2')];
  const { named } = await ask(calls, ['RMI_FEATURES(x1=1,x2=0).x3=9']);
  t.strictSame(
    named.map(made => made !== undefined),
    [true, false],
  );
});

t.test('x4 to x17 are there in an answer by SMCCC 1.2, and not in one by 1.1', async t => {
  const beyond = 'RMI_FEATURES.x17=7';
  const by12 = await ask([call(FEATURES, [0], '1.2')], [beyond]);
  t.equal(by12.answers[0]?.split(' ').length, 18);
  t.match(by12.answers[0], / 0x7$/);
  const by11 = await ask([call(FEATURES, [0])], [beyond, 'RMI_FEATURES.x0=1']);
  t.strictSame(by11.unfired, [
    'the edit "RMI_FEATURES.x17=7" was not used: an answer by SMCCC 1.1 has only x0 to x3',
  ]);
  t.equal(by11.named[0], 'RMI_FEATURES.x0=1', 'an edit that did nothing is not named');
});

t.test('several edits make one answer, and all of them are named', async t => {
  const { answers, named, places } = await ask(
    [call(VERSION, [0x20000])],
    ['RMI_VERSION.x1=1.1', '*.x0=RMI_ERROR_INPUT', '0xc4000150#1.x2=1.1'],
  );
  t.strictSame(answers, ['0x1 0x10001 0x10001 0x0']);
  t.equal(named[0], 'RMI_VERSION.x1=1.1; *.x0=RMI_ERROR_INPUT; 0xc4000150#1.x2=1.1');
  t.strictSame(places, [
    'RMI_VERSION.x1: 0x10000 -> 0x10001',
    'RMI_VERSION.x0: 0x0 -> 0x1',
    'RMI_VERSION.x2: 0x20000 -> 0x10001',
  ]);
});

t.test('a call that never came back comes back with what an edit gives, the rest unknown', async t => {
  const silent = answering(STATE, null).machine;
  const one = await ask([call(VERSION, [0x20000])], ['RMI_VERSION.x0=0'], silent);
  t.strictSame(one.answers, ['0x0 ? ? ?']);
  t.strictSame(one.places, ['RMI_VERSION.x0: no answer -> 0x0']);
  const wide = await ask([call(VERSION, [0x20000], '1.2')], ['RMI_VERSION.x9=1'], silent);
  t.match(wide.answers[0], /^\?( \?){8} 0x1( \?){8}$/, 'all of x0 to x17 where the caller reads so many');
  t.strictSame((await ask([call(VERSION, [0x20000])], [], silent)).answers, ['none']);
});

t.test('a whole answer may be unknown, or never come', async t => {
  const calls = [call(VERSION, [0x20000]), call(VERSION, [0x20000])];
  t.strictSame((await ask(calls, ['RMI_VERSION.x0=0', 'RMI_VERSION#1=unknown'])).answers, [
    '0x0 ? ? ?',
    '0x0 0x10000 0x20000 0x0',
  ]);
  const hung = await ask(calls, ['RMI_VERSION#2=silence', '*#2.x1=0']);
  t.strictSame(hung.answers, ['0x0 0x10000 0x20000 0x0', 'none']);
  t.strictSame(hung.named, [undefined, 'RMI_VERSION#2=silence']);
  t.match(hung.unfired, [/"\*#2\.x1=0" was not used: earlier edits already set everything that it sets/]);
  const late = await ask(calls, ['RMI_VERSION.x3=1', 'RMI_VERSION#2=silence']);
  t.strictSame(late.answers, ['0x0 0x10000 0x20000 0x1', '0x0 0x10000 0x20000 0x1'], 'the first edit wins');
  t.match(late.unfired, [/silence" was not used: earlier edits already set/]);
});

t.test(
  'a busy RMM is not asked, and a recording keeps its answer for the call that comes through',
  async t => {
    const { machine, asked } = answering(STATE, ANSWER);
    const busy = await ask(
      [call(VERSION, [0x20000]), call(VERSION, [0x20000]), call(VERSION, [0x20000])],
      ['RMI_VERSION#1..2=busy'],
      machine,
    );
    t.strictSame(busy.answers, ['0xa 0x0 0x0 0x0', '0xa 0x0 0x0 0x0', '0x0 0x10000 0x20000 0x0']);
    t.equal(asked.length, 1);
    t.strictSame(busy.places, ['RMI_VERSION: not asked -> RMI_BUSY', 'RMI_VERSION: not asked -> RMI_BUSY']);

    const retries: Kernel = {
      ...asking([]),
      *boot() {
        for (;;) {
          const [x0 = 0n] = yield* smc(call(VERSION, [0x20000]));
          if (x0 !== 0xan) return 0;
        }
      },
    };
    const applied = applyEdits([edit('RMI_VERSION#1..3=busy')]);
    const recorded = playback(GOOD.events);
    const events = await runAsync(
      retries,
      editedMachine(recorded.state, () => recorded, applied),
    );
    t.strictSame(
      events.filter((event): event is SmcEvent => event.type === 'smc').map(({ res }) => hexes(res)?.[0]),
      ['0xa', '0xa', '0xa', '0x0'],
    );
    t.notOk(events.some(event => event.type === 'fault'));
    const wide = await ask([call(VERSION, [1, 2, 3, 4, 5], '1.2')], ['*=busy'], machine);
    t.equal(wide.answers[0], '0xa 0x0 0x0 0x0 0x4 0x5', 'x4 on are what the caller had');
  },
);

t.test('busy and silence win only where no edit before them fits the call', async t => {
  const { answers, unfired } = await ask([call(VERSION, [1])], ['RMI_VERSION.x3=1', 'RMI_VERSION=busy']);
  t.strictSame(answers, ['0x0 0x10000 0x20000 0x1']);
  t.match(unfired, [/busy" was not used: earlier edits already set/]);
  const first = await ask([call(VERSION, [1])], ['RMI_VERSION=busy', 'RMI_VERSION.x3=1']);
  t.strictSame(first.answers, ['0xa 0x0 0x0 0x0']);
  t.match(first.unfired, [/x3=1" was not used: earlier edits already set/]);
});

t.test('random values are SplitMix64, by seed and count, so that a narrower edit keeps them', async t => {
  t.strictSame(
    [1, 2, 3].map(count => hex(splitmix64(u64(0n), BigInt(count)))),
    ['0xe220a8397b1dcdaf', '0x6e789e6aa1b965f4', '0x6c45d188009454f'],
    'the sequence of seed 0 that its authors give',
  );
  t.strictSame(
    [1, 2, 3, 4, 5].map(count => splitmix64(u64(1234567n), BigInt(count))),
    [
      6457827717110365317n,
      3203168211198807973n,
      9817491932198370423n,
      4593380528125082431n,
      16408922859458223821n,
    ],
  );
  const calls = [1, 2, 3].map(() => call(VERSION, [0x20000]));
  const column = async (text: string) => (await ask(calls, [text])).answers.map(each => each.split(' ')[1]);
  const all = await column('RMI_VERSION.x1=random(0)');
  t.strictSame(all, ['0xe220a8397b1dcdaf', '0x6e789e6aa1b965f4', '0x6c45d188009454f']);
  t.strictSame(await column('RMI_VERSION#2.x1=random(0)'), ['0x10000', all[1], '0x10000']);
  t.strictSame(await column('RMI_VERSION.x1=random(0x0)'), all);
});

t.test('random reaches registers and fields of registers, a value a CPU', async t => {
  const state = stateOf([pfr0(1), pfr0(1), pfr0(1)]);
  const set = (text: string) => {
    const applied = applyEdits([edit(text)]);
    return hexes(applied.state(state).mrs.get('ID_AA64PFR0_EL1') ?? []);
  };
  t.strictSame(set('ID_AA64PFR0_EL1=random(0)'), [
    '0xe220a8397b1dcdaf',
    '0x6e789e6aa1b965f4',
    '0x6c45d188009454f',
  ]);
  t.strictSame(
    set('ID_AA64PFR0_EL1.RME=random(0)'),
    ['0xf0000000000000', '0x40000000000000', '0xf0000000000000'],
    'the low bits of each',
  );
  t.strictSame(set('cpu1.ID_AA64PFR0_EL1=random(0)')?.[1], '0x6e789e6aa1b965f4', 'whichever CPUs are edited');
  t.strictSame(set('cpu1-2.ID_AA64PFR0_EL1=0x7')?.slice(1), ['0x7', '0x7'], 'some of them');
  t.not(set('cpu1-2.ID_AA64PFR0_EL1=0x7')?.[0], '0x7');
  t.strictSame(set('cpu*.ID_AA64PFR0_EL1=0x7'), ['0x7', '0x7', '0x7'], 'and all of them');
  t.match(trouble('cpu2-1.ID_AA64PFR0_EL1=0x7'), { what: /cpu2-1 goes downwards/, next: 'write cpu1-2' });
  t.match(trouble('conduit=random(1)')?.what, /"random\(1\)" is not a value of conduit/);
});

t.test('of edits of one register the first wins its bits, and who gets none does not fire', async t => {
  const state = (...texts: readonly string[]) => {
    const applied = applyEdits(texts.map(edit));
    const [value = null] =
      applied.state(stateOf([u64(0x1211111123111112n)])).mrs.get('ID_AA64PFR0_EL1') ?? [];
    return {
      value: hexes([value])?.[0],
      unfired: applied.unfired().map(unfiredText),
      changes: applied.changes(),
    };
  };
  const mixed = state('ID_AA64PFR0_EL1.RME=2', 'cpu0.ID_AA64PFR0_EL1=0x0');
  t.equal(mixed.value, '0x20000000000000');
  t.strictSame(
    mixed.changes.map(({ place, before, after }) => [place, before, after]),
    [
      ['cpu0.ID_AA64PFR0_EL1', '0x1211111123111112', '0x1221111123111112'],
      ['cpu0.ID_AA64PFR0_EL1', '0x1221111123111112', '0x20000000000000'],
    ],
  );
  const lost = state('ID_AA64PFR0_EL1=0x0', 'ID_AA64PFR0_EL1.RME=2');
  t.equal(lost.value, '0x0');
  t.match(lost.unfired, [/RME=2" was not used: earlier edits already set everything that it sets/]);
  const unknown = state('ID_AA64PFR0_EL1=unknown', 'ID_AA64PFR0_EL1.RME=2');
  t.equal(unknown.value, null);
  const applied = applyEdits(['conduit=none', 'conduit=hvc'].map(edit));
  t.equal(applied.state(STATE).facts.get('conduit'), 'none');
  t.match(applied.unfired().map(unfiredText), [/conduit=hvc" was not used/]);
});

t.test('a field of a register that nobody saw is set, and the rest of it stays unknown', async t => {
  const applied = applyEdits([edit('ID_AA64PFR0_EL1.RME=1'), edit('ID_AA64PFR0_EL1.EL3=2')]);
  const { mrs, limits } = applied.state(stateOf([null]));
  t.strictSame(mrs.get('ID_AA64PFR0_EL1'), [null]);
  t.strictSame(applied.unfired(), []);
  const limit = limits?.get(registerKey('ID_AA64PFR0_EL1', 0));
  t.strictSame(hexes([limit?.(ZERO) ?? null, limit?.(ALL_ONES) ?? null]), [
    '0x10000000002000',
    '0xff1fffffffff2fff',
  ]);
  t.strictSame(
    applied.changes().map(({ before, after }) => [before, after]),
    [
      ['unknown', 'unknown but for 0x10000000000000 in 0xf0000000000000'],
      ['unknown', 'unknown but for 0x2000 in 0xf000'],
    ],
  );
});

t.test('an edit that never fires says what it came by', async t => {
  const why = async (text: string, trace = GOOD) => {
    const found = await replay(trace, V13, { edits: [editOn(trace, text)] });
    return found.ok ? 'fired' : found.trouble.what.replace(/^.*was not used: /s, '');
  };
  t.equal(await why('RMI_VERSION#2.x0=1'), 'only one such call was made');
  t.equal(await why('RMI_FEATURES.x1=0'), 'no such call was made');
  t.equal(await why('RMI_VERSION(x1=1.0).x0=1'), 'no such call with those arguments was made');
  t.equal(await why('RMI_VERSION.x7=1'), 'an answer by SMCCC 1.1 has only x0 to x3');
  t.equal(await why('cpu7.ID_AA64PFR0_EL1=0'), 'the machine has one CPU, cpu0');
  const two = await boot([], 'big-little-rme-2-1');
  for (const cpus of ['cpu2', 'cpu0-2', 'cpu2-9'])
    t.equal(await why(`${cpus}.ID_AA64PFR0_EL1.RME=0`, two), 'the machine has 2 CPUs, cpu0 to cpu1');
  const twice = withEvent(
    GOOD,
    GOOD.events.length,
    GOOD.events.find(event => event.type === 'smc') as SmcEvent,
  );
  t.equal(
    await why(`${twice.events.length}.x0=1`, twice),
    `the kernel did not make the call of event ${twice.events.length} again`,
  );
});

t.test('background calls are never matched, and an edit of one says so', async t => {
  for (const name of [
    'PSCI_VERSION',
    'SMCCC_VERSION',
    'RSI_VERSION',
    'TRNG_VERSION',
    '0x84000000',
    '0xc4000190',
  ]) {
    const found = trouble(`${name}.x0=1`);
    t.equal(found?.code, 'bad-edit', name);
    t.match(found?.what, `${name} is a background call: it is kept and shown, but no edit matches it`);
  }
  const psci = { ...call(h('0x84000000'), []), type: 'smc', from: 'ns', res: ['0x10001'].map(h) } as const;
  const probed = withEvent(GOOD, 5, psci);
  t.match(trouble('6.x0=1', probed)?.what, /event 6 is a background call: it is kept and shown/);
  const found = await ask([psci, call(VERSION, [0x20000])], ['*#1.x3=1']);
  t.strictSame(found.named, [undefined, '*#1.x3=1'], '* does not count them either');
});

t.test('what cannot be read is quoted, with the way it should look', async t => {
  for (const [text, what, next] of [
    ['RMI_VERSIN.x1=0', /"RMI_VERSIN" selects nothing/, /did you mean RMI_VERSION\?/],
    ['conduitt=none', /"conduitt" selects nothing/, /did you mean conduit\?/],
    ['RMI_VERSION#0.x1=0', /"#0": calls are counted from 1/, /#1\.\.9\+2/],
    ['RMI_VERSION#5..2.x1=0', /"#5\.\.2": .* a range goes upwards/, /#2\+/],
    ['RMI_VERSION#2+3.x1=0', /"#2\+3" is not a count/, /#2\+/],
    ['RMI_VERSION(x1).x1=0', /"x1" is not a condition/, /RMI_VERSION\(x1=2\.0\)\.x0=1/],
    ['RMI_VERSION(x18=0).x1=0', /"x18=0" is not a condition: it needs a register x1 to x17/, /x1=2\.0/],
    ['RMI_VERSION(x1=unknown).x1=0', /"x1=unknown" is not a condition/, /x1=2\.0/],
    ['RMI_VERSION.x18=0', /x0 to x17, not x18/, /one of these/],
    ['RMI_VERSION.lower=0', /x0 to x17, not lower/, /one of these/],
    ['RMI_VERSION=0', /a whole answer is one of unknown, silence, busy, not "0"/, /a register of it/],
    ['RMI_VERSION.x0=busy', /`busy` is a whole answer/, /RMI_BUSY/],
    ['RMI_VERSION.x3=1.0', /"1\.0" is not a value/, /random\(SEED\)/],
    ['RMI_VERSION.x1=random(x)', /"random\(x\)" is not a value/, /random\(SEED\)/],
    ['RMI_VERSION.x1=random(18446744073709551616)', /is not a value/, /random/],
    ['ID_AA64PFR1_EL0=0', /ID_AA64PFR1_EL0 is not an ID register/, /ID_AA64PFR/],
    ['=1', /it has no selector before its `=`/, /SELECTOR\.FIELD=VALUE/],
    [`RMI_VERSION.x1=${'0'.repeat(300)}`, /more than 200 characters/, /two edits/],
  ] as const) {
    const found = trouble(text);
    t.equal(found?.code, 'bad-edit', text);
    t.match(found?.what, what, text);
    t.match(found?.next, next, text);
  }
  const smcAt = GOOD.events.findIndex(event => event.type === 'smc') + 1;
  t.match(trouble(`${smcAt}=busy`, GOOD)?.next, /RMI_VERSION#1=busy/);
  t.equal(trouble(`${smcAt}=silence`, GOOD), null);
});

t.test('edits work for a machine that answers late, and for one that fails', async t => {
  const late = { state: STATE, call: async (): Promise<Reply> => ({ kind: 'answer', res: ANSWER }) };
  const applied = applyEdits([edit('RMI_VERSION.x3=1')]);
  const events = await runAsync(
    asking([call(VERSION, [1])]),
    editedMachine(late.state, state => ({ ...late, state }), applied),
  );
  t.equal(events.find((event): event is SmcEvent => event.type === 'smc')?.rule, 'RMI_VERSION.x3=1');
  const dead = { state: STATE, call: (): Reply => ({ kind: 'fault', code: 'died', text: 'the child died' }) };
  const failing = applyEdits([edit('RMI_VERSION.x3=1')]);
  await runAsync(
    asking([call(VERSION, [1])]),
    editedMachine(dead.state, state => ({ ...dead, state }), failing),
  );
  t.match(failing.unfired().map(unfiredText), [/was not used: the machine had no answer to that call/]);
});

t.test('an edit may bring an answer where the trace has an unknown, or a hang', async t => {
  const hang = must(await record(V13, must(machineNamed('fvp')), { rmm: 'silent' }));
  const again = async (...texts: readonly string[]) =>
    must(await replay(hang, V13, { edits: texts.map(text => editOn(hang, text)) })).outcomes.replayed.class;
  t.equal(await again('RMI_VERSION.x0=0', 'RMI_VERSION.x1=2.0'), 'accepted');
  t.equal(await again('RMI_VERSION.x0=0'), 'undetermined', 'nobody knows what the kernel would print');
  t.equal(await again('RMI_VERSION.x0=-1'), 'quiet');
  const hung = must(await replay(GOOD, V13, { edits: [edit('RMI_VERSION=silence')] }));
  t.equal(hung.outcomes.replayed.class, 'did-not-return');
  t.strictSame(hung.replayed.header.replay?.edits, [
    {
      event: GOOD.events.findIndex(event => event.type === 'smc') + 1,
      place: 'RMI_VERSION',
      before: 'an answer',
      after: 'no answer',
      rule: 'RMI_VERSION=silence',
    },
  ]);
  t.match(traceText(hung.replayed), '"res":null,"rule":"RMI_VERSION=silence"');
});

const CONFIG_SET = h('0xc400016e');

function configSet(granuleSize: number): SmcRequest {
  const words = [
    [0n, 0n],
    [8n, BigInt(granuleSize)],
  ].map(([offset = 0n, value = 0n]) => ({ offset: u64(offset), value: u64(value) }));
  return {
    ...call(CONFIG_SET, [0x8000_5000], '1.2'),
    mem: [{ pa: h('0x80005000'), at: 'call', words }],
  };
}

/** The events of calls on an emulated RMM, or on what `events` record, and what the edits did. */
async function memoryBoot(
  requests: readonly SmcRequest[],
  texts: readonly string[],
  events?: Trace['events'],
) {
  const recorded = events === undefined ? null : playback(events);
  const profile = must(profileNamed('tf-rmm-0.9'));
  const applied = applyEdits(texts.map(edit));
  const found = await runAsync(
    asking(requests),
    editedMachine(
      recorded?.state ?? STATE,
      state => recorded ?? emulate(must(machineNamed('fvp')), profile, { state }),
      applied,
    ),
  );
  const calls = found.filter((event): event is SmcEvent => event.type === 'smc');
  return {
    events: found,
    x0: calls.map(({ res }) => hexes(res)?.[0] ?? 'none'),
    mem: calls.map(({ mem = [] }) =>
      mem.map(({ at, words }) => `${at} ${words.map(({ value }) => hexes([value])).join(' ')}`),
    ),
    named: calls.map(({ rule }) => rule),
    places: applied.changes().map(({ place, before, after }) => `${place}: ${before} -> ${after}`),
    unfired: applied.unfired().map(unfiredText),
    fault: found.find(event => event.type === 'fault')?.text,
  };
}

t.test('an edit of memory is what the RMM finds there, and the kernel after it', async t => {
  const text = 'RMI_RMM_CONFIG_SET.mem[0x8]=1';
  const plain = await memoryBoot([configSet(0)], []);
  t.strictSame([plain.x0, plain.mem], [['0x0'], [['call 0x0 0x0', 'return 0x0 0x0']]]);
  const edited = await memoryBoot([configSet(0)], [text]);
  t.strictSame(edited.x0, ['0x1'], 'TF-RMM 0.9 refuses granules of 16KB');
  t.strictSame(edited.mem, [['call 0x0 0x0', 'return 0x0 0x1']], 'what the kernel left stays in the trace');
  t.strictSame(edited.places, ['RMI_RMM_CONFIG_SET.mem[0x8]: 0x0 -> 0x1']);
  t.strictSame(edited.named, [text]);

  const replayed = await memoryBoot([configSet(0)], [text], plain.events);
  t.strictSame(
    [replayed.x0, replayed.mem, replayed.places],
    [['0x0'], [['call 0x0 0x0', 'return 0x0 0x1']], edited.places],
    'a recorded answer stays',
  );
  const others = [
    'RMI_RMM_CONFIG_SET.mem[8]=2',
    'RMI_RMM_CONFIG_SET#1.mem[0x8]=3',
    'RMI_RMM_ACTIVATE.mem[0x0]=0',
  ];
  const several = await memoryBoot([configSet(0), call(h('0xc4000202'), [])], others);
  t.strictSame(several.mem, [['call 0x0 0x0', 'return 0x0 0x2'], []]);
  t.match(several.unfired, [/earlier edits already set/, /the call points to no memory that is known/]);
  const get = await memoryBoot(
    [{ ...configSet(5), fid: h('0xc40001ec') }],
    ['RMI_RMM_CONFIG_GET.mem[0x8]=unknown'],
  );
  t.strictSame(get.mem, [['call 0x0 0x5', 'return 0x0 ']], 'over what the RMM writes');
  for (const bad of ['mem[0x4]', 'mem[0x10000]', 'mem[]', 'mem[x]', 'mem', 'mem[-8]'])
    t.notOk(parseEdit(`RMI_RMM_CONFIG_SET.${bad}=0`).ok, bad);
});

t.test('a recorded answer is for the memory that it was recorded for', async t => {
  const { events } = await memoryBoot([configSet(0), configSet(1), configSet(0)], []);
  const again = await memoryBoot([configSet(1), configSet(0), configSet(0)], [], events);
  t.strictSame(again.x0, ['0x1', '0x0', '0x0']);
  const other = await memoryBoot([configSet(2)], [], events);
  t.match(other.fault, /nothing was recorded .* comes nearest \(mem\[0x8\] is 0x2, recorded 0x0\)/);
  const traceOf = (found: Trace['events']): Trace => ({ ...GOOD, events: found, outcome: null });
  const compared = diff(
    traceOf(events),
    traceOf((await memoryBoot([configSet(0), configSet(2)], [])).events),
  );
  t.match(compared.comparison.actions[0], { relation: 'altered', differs: [{ place: 'mem[0x8]' }] });
});

t.test('a word of memory that nobody saw is an unknown input', async t => {
  const kernel: Kernel = {
    ...asking([]),
    *boot() {
      const { mem } = yield* smcWithMemory({ ...configSet(0), fid: h('0xc40001ec') });
      const granule = mem[0]?.words.get(h('0x8')) ?? ZERO;
      yield* emit({ type: 'return', of: 'asking', value: granule === ZERO ? 0 : 1 });
      return 0;
    },
  };
  const fvp = must(machineNamed('fvp'));
  const edits = [edit('RMI_RMM_CONFIG_GET.mem[0x8]=unknown')];
  t.match(await record(kernel, fvp, { edits }), {
    trouble: { code: 'bad-edit', what: /^RMI_RMM_CONFIG_GET\.mem\[0x8\] is unknown/ },
  });
  const trace = must(await record(kernel, fvp));
  const { verdict, unknowns } = must(await replay(trace, kernel, { edits }));
  t.equal(verdict, 'undetermined');
  t.strictSame(
    unknowns?.deciding.map(({ edit }) => edit),
    ['RMI_RMM_CONFIG_GET#1.mem[0x8]'],
  );
});

t.test('an edit gives an answer where there is none; the rest of it is zero, and it is marked', async t => {
  const REALM_CREATE = h('0xc4000158');
  const requests = [call(VERSION, [0x20000], '1.2'), call(REALM_CREATE, [1], '1.2')];
  const { events, fault } = await memoryBoot(requests.slice(0, 1), []);
  t.equal(fault, undefined);
  const stopped = await memoryBoot(requests, [], events);
  t.match([stopped.x0, stopped.fault], [['0x0', 'none'], /nothing was recorded for 0xc4000158/]);
  const given = await memoryBoot(requests, ['RMI_REALM_CREATE.x1=5'], events);
  const last = given.events.findLast((event): event is SmcEvent => event.type === 'smc');
  t.strictSame([hexes(last?.res ?? null), last?.rule], [['0x0', '0x5'], 'RMI_REALM_CREATE.x1=5']);
  t.match(last?.inferred?.res, /the edit that gives it/);
  t.strictSame(given.places, ['RMI_REALM_CREATE.x1: no answer -> 0x5']);
  const again = await memoryBoot(requests, [], given.events);
  t.match(again.events.at(-1), { inferred: { res: /the edit that gives it/ } }, 'and stays so');

  // A trace that ends at its unanswered call, by the event's number too.
  const number = stopped.events.findIndex(event => event.type === 'smc' && event.fid === REALM_CREATE) + 1;
  const numbered = parseEdit(`${number}.x0=1`);
  const resolved = numbered.ok && numbered.value.kind === 'numbered' ? numbered.value : null;
  t.ok(resolved !== null && resolveEdit(resolved, stopped.events).ok);
  const boot = await memoryBoot(requests, ['RMI_REALM_CREATE.x0=RMI_ERROR_INPUT'], stopped.events);
  t.strictSame(boot.x0, ['0x0', '0x1']);
  const emulated = await memoryBoot([call(h('0xc4000202'), []), ...requests], ['RMI_REALM_CREATE.x0=0']);
  t.strictSame(emulated.x0, ['0x0', '0x0', '0x0'], 'an emulated RMM too may lack one');
  t.match((await memoryBoot(requests, ['RMI_REALM_CREATE=unknown'], events)).unfired, [/had no answer/]);
});

t.test('a boot that was seen up to RMI_VERSION is carried on with the answers that edits give', async t => {
  const v14 = must(kernelNamed('v14', undefined, 'init'));
  const whole = must(await record(v14, must(machineNamed('fvp')), { rmm: 'tf-rmm-head' }));
  const at = whole.events.findIndex(event => event.type === 'smc');
  const cut: Trace = { ...whole, events: whole.events.slice(0, at + 1), outcome: null };
  const replayed = async (...texts: readonly string[]) => {
    const found = must(await replay(cut, v14, { edits: texts.map(edit) }));
    return [
      found.verdict,
      found.outcomes.replayed.class,
      found.outcomes.replayed.key,
      found.unanswered.length,
    ];
  };
  const given = [
    'RMI_FEATURES(x1=0).x1=0x317f34',
    'RMI_FEATURES(x1=1).x1=0x142a9',
    'RMI_RMM_CONFIG_SET.x0=0',
    'RMI_RMM_ACTIVATE.x0=0',
    'RMI_GRANULE_TRACKING_GET.x2=2',
    'RMI_GRANULE_TRACKING_GET.x3=0xa0000000',
    'RMI_GPT_L1_CREATE.x0=RMI_ERROR_GPT',
  ];
  t.strictSame(await replayed(), ['unanswered', 'unanswered', false, 1]);
  t.strictSame(await replayed(...given.slice(0, 3)), ['unanswered', 'unanswered', false, 1]);
  t.strictSame(await replayed(...given), ['diverged', 'accepted', true, 0]);
});

t.test('over many traces an edit has to fire in one of them', async t => {
  const old = must(await record(V13, must(machineNamed('fvp')), { rmm: 'tf-rmm-0.8' }));
  const edits = [edit('RMI_VERSION.x3=1'), edit('cpu1.ID_AA64PFR0_EL1.RME=1'), edit('RMI_FEATURES.x1=0')];
  const two = await boot([], 'big-little-rme-2-1');
  const all: Replay[] = [];
  for (const trace of [GOOD, old, two]) all.push(must(await replay(trace, V13, { edits, mayMiss: true })));
  const neverFired = (replays: readonly Replay[]) => {
    const never = newNeverFired();
    for (const each of replays) never.add(each);
    return never.list();
  };
  t.strictSame(neverFired(all).map(unfiredText), [
    'the edit "RMI_FEATURES.x1=0" was not used: no such call was made',
  ]);
  t.strictSame(
    neverFired(all.slice(0, 2)).map(({ edit }) => edit.text),
    ['cpu1.ID_AA64PFR0_EL1.RME=1', 'RMI_FEATURES.x1=0'],
  );
  t.strictSame(neverFired([]), [], 'nothing was asked');
});

t.test('--kernel recorded under edits counts no edited answer as a divergence', async t => {
  const kernel = recordedKernel(GOOD.events, 'rmi');
  const found = must(await replay(GOOD, kernel, { edits: [edit('*.x1=random(5)')] }));
  t.equal(found.verdict, 'same');
});

t.test('check takes edits and files of edits for all its traces', async t => {
  const cwd = t.testdir({ 'edits.txt': '# too old\nRMI_VERSION.x0=RMI_ERROR_INPUT\nRMI_VERSION.x1=1.0\n' });
  writeFileSync(join(cwd, 'good.json'), traceText(GOOD));
  writeFileSync(join(cwd, 'no-rme.json'), traceText(await boot([], 'no-rme')));
  const run = inFolder(cwd);
  const checked = await run('check good.json no-rme.json --set @edits.txt');
  t.equal(checked.code, 1);
  t.match(checked.out, /diverged +good\.json +Diverged: accepted 2\.0 became refused \(v1\.0 - v2\.0\)/);
  t.match(checked.out, /same +no-rme\.json/, 'an edit need not fire in every trace');

  const never = await run('check good.json no-rme.json --set RMI_VERSION#2.x0=1');
  t.equal(never.code, 2);
  t.match(never.out, /\n2 traces: 2 same\n$/);
  t.match(
    never.err,
    /^rmitrace: the edit "RMI_VERSION#2\.x0=1" was not used: the reasons differ between traces/,
  );
  const json = await run('check good.json --set RMI_VERSION#2.x0=1 --json');
  t.equal(json.code, 2);
  t.strictSame(JSON.parse(json.out).result.neverFired, [
    { edit: 'RMI_VERSION#2.x0=1', why: 'only one such call was made' },
  ]);
  t.match(
    (await run('check good.json --set 13.x0=1')).err,
    /names an event by number, but the numbers differ between traces/,
  );
});
