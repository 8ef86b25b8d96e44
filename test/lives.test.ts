/** Conformance of whole lives: of real ones, of the same with a call moved, dropped or doubled, and of small ones by hand. */
import fc from 'fast-check';
import t from 'tap';
import { newCallReader } from '../lib/conformance/calls.js';
import { conformanceOfLines } from '../lib/conformance/check-lines.js';
import { newFollower } from '../lib/conformance/lives/follow.js';
import { newSurvey } from '../lib/conformance/lives/survey.js';
import { RULE_GROUPS } from '../lib/conformance/rules.js';
import { conformanceTotals } from '../lib/conformance/totals.js';
import { conformance, type SmcEvent, type Trace } from '../lib/index.js';
import { good } from '../lib/model/result.js';
import { hex, u64 } from '../lib/model/u64.js';
import { findingLines } from '../lib/report/text/conformance.js';
import { PLAIN } from '../lib/report/text/paint.js';
import { canonicalLine } from '../lib/trace/layout.js';
import {
  type Answered,
  answersHere,
  bootsOf,
  readAnswers,
  readWhole,
  wholeHere,
  wholeNames,
} from './answers.js';
import { h, must } from './boots.js';

const LIFE = /^RMI-(GRANULE|REALM|RTT|RMM|OP)-/;

function eventOf({ fid, args, res }: Answered, cpu = 0): SmcEvent {
  return {
    type: 'smc',
    cpu,
    from: 'ns',
    via: 'smc',
    cc: '1.2',
    fid: h(fid),
    args: args.map(h),
    res: res.length === 0 ? null : res.map(h),
  };
}

function traceOf(events: readonly SmcEvent[]): Trace {
  return {
    header: {
      generator: { name: 'rmitrace', version: '0.1.0' },
      scope: 'rmi',
      kernel: { name: 'host', wants: null },
      machine: { name: 'board', cpus: 1, rmm: null, via: 'imported' },
    },
    events,
    outcome: null,
  };
}

/** `12 RMI-REALM-1 what is wrong`, of the rules about lives. */
function broken(calls: readonly Answered[]): readonly string[] {
  return conformance(traceOf(calls.map(call => eventOf(call))))
    .findings.filter(({ id }) => LIFE.test(id))
    .map(({ event, id, what }) => `${event} ${id} ${what}`);
}

/** A life by hand: `151 80000000 = 0`, FID number and arguments, then x0 on, all in hex. */
function life(text: string): readonly Answered[] {
  return text
    .split('\n')
    .filter(line => line.trim() !== '')
    .map(line => {
      const [call = '', answer = ''] = line.replace(/#.*/, '').trim().split(' = ');
      const words = (list: string) => list.split(' ').map(word => `0x${word}`);
      const [number = '', ...args] = words(call);
      return {
        fid: `0xc4000${number.slice(2)}`,
        args,
        res: answer === '?' ? [] : words(answer),
        console: [],
      };
    });
}

t.test('real lives pass', async t => {
  for (const name of answersHere())
    for (const { calls } of bootsOf(readAnswers(name))) t.strictSame(broken(calls), [], name);
});

t.test('and so do those of the other builds, and the whole init, boot by boot', wholeHere, async t => {
  for (const name of wholeNames())
    for (const [at, { calls }] of bootsOf(readWhole(name)).entries())
      t.strictSame(broken(calls), [], `${name}, boot ${at + 1}: ${calls.length} calls`);
});

const LIVES = answersHere().filter(name => name.endsWith('.lifecycle'));

/** What a call touches: `changes` makes or unmakes it, `needs` wants it as it is, `adds` makes one of several. */
interface Touch {
  readonly changes: readonly string[];
  readonly needs: readonly string[];
  readonly adds: readonly string[];
}

const number = ({ fid }: Answered): string => fid.slice(-3);
const isQuery = (call: Answered): boolean => ['150', '165', '1e1', '1ec'].includes(number(call));

/**
 * The specification said once more, by what a call touches: a life in which two calls that touch the same changed their order
 * is impossible, unless both only need it, or only add to it. What stands in memory alone touches nothing here.
 */
function touch(call: Answered, rmm: readonly string[]): Touch {
  const [x0 = '', ...out] = call.res;
  const [a = '', b = '', , d = '', e = ''] = call.args;
  const made = (changes: string[], needs: string[] = [], adds: string[] = []): Touch => ({
    changes,
    needs: [...needs, ...rmm],
    adds,
  });
  const nothing: Touch = { changes: [], needs: [], adds: [] };
  if (isQuery(call) || x0 === '0xffffffffffffffff') return nothing;
  switch (`${number(call)} ${x0}`) {
    case '151 0x0':
    case '152 0x0':
      return made([a]);
    case '1f1 0x0':
    case '1f2 0x0':
      return made([a]);
    case '16e 0x0':
      return { ...nothing, needs: ['rmm'] };
    case '202 0x0':
      return { ...nothing, changes: ['rmm'] };
    case '158 0xb':
      return { ...nothing, needs: ['rmm'] };
    case '158 0x0':
      return made([a, 'realm']);
    case '157 0x0':
      return made(['realm'], [a]);
    case '159 0x0':
      return made([a, 'realm'], ['content']);
    case '201 0x0':
      return made(['realm'], [a]);
    case '167 0x0':
      return made([], [a]);
    case '15a 0x0':
      return made([b], [a, 'realm'], ['content']);
    case '15a 0x10d':
      return made([b, 'handle'], [a, 'realm'], ['content']);
    case '15b 0x0':
      return made([a], [], ['content']);
    case '15b 0x20d':
      return made([a, 'handle'], [], ['content']);
    case '208 0xd':
    case '209 0xd':
      return made(['handle']);
    case '203 0x0':
      return made(['handle', REC], [], ['content']);
    case '15c 0x0':
      return made([], [a, 'realm'], ['off']);
    case '15c 0x102':
    case '15c 0x2':
      return made([], [a, 'realm', 'off']);
    case '15d 0x0':
      return made([b, `level ${d}`], [a, `level 0x${Number(d) - 1}`], ['content']);
    case '15e 0x0':
      return made(
        [out[0] ?? '', `level ${call.args[2]}`],
        [a, `level 0x${Number(call.args[2]) - 1}`],
        ['content'],
      );
    case '168 0x0':
      return made([], [a, 'realm', 'level 0x3']);
    case '161 0x0':
      return made([], [a, 'page', 'level 0x3']);
    case '154 0x0':
      return made([b, 'page'], [a, 'level 0x3'], ['content']);
    case '155 0x0':
      return made([out[0] ?? '', 'page'], [RD, 'level 0x3'], ['content']);
    case '1f5 0x0':
      return made([page(e), 'page'], [a, 'level 0x3'], ['content']);
    case '1f6 0x0':
      return made([page(out[1] ?? ''), 'page'], [a, 'level 0x3'], ['content']);
    default:
      return nothing;
  }
}

const RD = '0x80000000';
const REC = '0x80001000';
const page = (descriptor: string): string => hex(u64(h(descriptor) & ~0xfffn));

function conflict(one: Touch, other: Touch): boolean {
  const meet = (a: readonly string[], b: readonly string[]) => a.some(each => b.includes(each));
  const all = ({ changes, needs, adds }: Touch) => [...changes, ...needs, ...adds];
  return (
    meet(one.changes, all(other)) ||
    meet(other.changes, all(one)) ||
    meet(one.adds, other.needs) ||
    meet(other.adds, one.needs)
  );
}

/** Calls whose order the life of an RMM of 2.0 has with RMM_ACTIVATE, too. */
const ofRmm = (calls: readonly Answered[]): readonly string[] =>
  calls.some(call => number(call) === '202') ? ['rmm'] : [];

const moved = (calls: readonly Answered[], from: number, to: number): readonly Answered[] => {
  const call = calls[from];
  return call === undefined ? calls : calls.toSpliced(from, 1).toSpliced(to, 0, call);
};

/** RMI_ERROR_REALM of RMI_REALM_DESTROY is right wherever the realm is live: it has its own test. */
const isLiveRefusal = (call: Answered): boolean => number(call) === '159' && call.res[0] === '0x2';

t.test(
  'a call that is moved is found, unless all that it passes over could come before and after it',
  async t => {
    for (const name of LIVES) {
      const { calls } = readAnswers(name);
      const touches = calls.map(call => touch(call, ofRmm(calls)));
      const version = calls.findIndex(call => number(call) === '150');
      const wrong: string[] = [];
      const counts = { found: 0, allowed: 0 };
      const places = fc.sample(fc.nat(calls.length - 1), { numRuns: 6 * calls.length, seed: 7 });
      for (const [from, call] of calls.entries()) {
        if (isLiveRefusal(call)) continue;
        const near = [0, version + 1, from - 1, from + 1, calls.length - 1];
        for (const to of new Set([...near, ...places.slice(6 * from, 6 * from + 6)])) {
          if (to < 0 || to >= calls.length || to === from) continue;
          const over = to > from ? touches.slice(from + 1, to + 1) : touches.slice(to, from);
          const own = touches[from];
          const impossible = own !== undefined && over.some(each => conflict(own, each));
          // Before RMI_VERSION an RMM may have come into any state.
          if (impossible && to <= version) continue;
          const found = broken(moved(calls, from, to)).length > 0;
          counts[found ? 'found' : 'allowed']++;
          if (found !== impossible) wrong.push(`${from} to ${to}: ${impossible ? 'not found' : 'found'}`);
        }
      }
      t.strictSame(wrong, [], name);
      t.ok(counts.found > 200 && counts.allowed > 200, `${name}: ${JSON.stringify(counts)}`);
    }
  },
);

t.test('a call that is dropped is found, unless nothing later needs what it made', async t => {
  for (const name of LIVES) {
    const { calls } = readAnswers(name);
    const touches = calls.map(call => touch(call, ofRmm(calls)));
    const wrong = calls.flatMap((call, at) => {
      const { changes } = touches[at] ?? { changes: [] };
      const needed = touches.slice(at + 1).some(each => conflict({ changes, needs: [], adds: [] }, each));
      // Without it the RMM may be of an earlier draft, which has no RMI_REALM_TERMINATE.
      const excused = number(call) === '201';
      const found = broken(calls.toSpliced(at, 1)).length > 0;
      return found === (needed && !excused) ? [] : [`${at}: ${found ? 'found' : 'not found'}`];
    });
    t.strictSame(wrong, [], name);
  }
});

t.test('a call that is doubled is found, unless it changes nothing', async t => {
  for (const name of LIVES) {
    const { calls } = readAnswers(name);
    const wrong = calls.flatMap((call, at) => {
      const { changes } = touch(call, ofRmm(calls));
      const found = broken(calls.toSpliced(at, 0, call)).length > 0;
      return found === changes.length > 0 ? [] : [`${at}: ${found ? 'found' : 'not found'}`];
    });
    t.strictSame(wrong, [], name);
  }
});

t.test('the realm of the two mistakes: activated at its end, and created twice', async t => {
  const { calls } = readAnswers('v0.8.0.lifecycle');
  const at = (fid: string) => calls.findIndex(call => number(call) === fid);
  const [create, activate] = [at('158'), at('157')];
  t.match(broken(moved(calls, activate, calls.length - 1)), [
    /^36 RMI-REALM-1 the realm is NEW since event 10, and the command needs ACTIVE$/,
    /^76 RMI-GRANULE-1 0x80000000 is UNDELEGATED since event 69, and the command needs RD$/,
  ]);
  const again = calls[create];
  t.strictSame(broken(again === undefined ? [] : calls.toSpliced(create + 1, 0, again)), [
    '11 RMI-GRANULE-1 0x80000000 is RD since event 10, and the command needs DELEGATED',
  ]);
});

/** 1.0 agreed, and a realm with a REC that has not run. */
const REALM = `
  150 10000 = 0 10000 10000
  151 1000 = 0
  151 2000 = 0
  151 3000 = 0
  158 1000 9000 = 0
  15a 1000 2000 9000 = 0`;

t.test('what small lives break', async t => {
  const rows: readonly [what: string, calls: string, ...expected: string[]][] = [
    ['a realm with a REC', REALM],
    ['a REC of a realm that is not active', `${REALM}\n15c 2000 9000 = 0`, '7 RMI-REALM-1'],
    ['it is refused so', `${REALM}\n15c 2000 9000 = 2`],
    ['but not as one of a realm that is off', `${REALM}\n15c 2000 9000 = 102`, '7 RMI-REALM-2'],
    ['an active realm runs', `${REALM}\n157 1000 = 0\n15c 2000 9000 = 0`],
    ['and has not turned itself off before', `${REALM}\n157 1000 = 0\n15c 2000 9000 = 102`, '8 RMI-REALM-2'],
    ['but may have then', `${REALM}\n157 1000 = 0\n15c 2000 9000 = 0\n15c 2000 9000 = 102`],
    [
      'it does not run after that',
      `${REALM}\n157 1000 = 0\n15c 2000 9000 = 0\n15c 2000 9000 = 102\n15c 2000 9000 = 0`,
      '10 RMI-REALM-1',
    ],
    ['a REC is made of a new realm', `${REALM}\n157 1000 = 0\n15a 1000 3000 9000 = 0`, '8 RMI-REALM-1'],
    ['there may be too many RECs', `${REALM}\n15a 1000 3000 9000 = 2`],
    ['a live realm stays', `${REALM}\n159 1000 = 2`],
    ['and is not destroyed', `${REALM}\n159 1000 = 0`, '7 RMI-REALM-3'],
    ['without its REC it is not live', `${REALM}\n15b 2000 = 0\n159 1000 = 2`, '8 RMI-REALM-2'],
    [
      'unless something is mapped that is not followed',
      `${REALM}\n15b 2000 = 0\n15f 1000 0 3 7 = 0\n159 1000 = 2`,
    ],
    ['an RD is no REC', `${REALM}\n15b 1000 = 0`, '7 RMI-GRANULE-1'],
    ['nor is a status of a realm of no realm', `${REALM}\n157 3000 = 2`, '7 RMI-REALM-2'],
    ['a refusal of the arguments proves nothing', `${REALM}\n157 3000 = 1\n152 1000 = 1\n15b 1000 = 1`],
    ['what is used stays', `${REALM}\n152 1000 = 0`, '7 RMI-GRANULE-1'],
    ['what is not may go, or be what a parameter named', `${REALM}\n152 3000 = 0\n151 3000 = 0`],
    ['what is gone is gone', `${REALM}\n152 3000 = 0\n152 3000 = 0`, '8 RMI-GRANULE-1'],
    ['a granule that nobody delegated', `${REALM}\n15a 1000 4000 9000 = 0`, '7 RMI-GRANULE-2'],
    ['tables are made from above', `${REALM}\n15d 1000 3000 0 2 = 0\n151 4000 = 0\n15d 1000 4000 0 3 = 0`],
    ['not from below', `${REALM}\n15d 1000 3000 0 3 = 0\n151 4000 = 0\n15d 1000 4000 0 2 = 0`, '9 RMI-RTT-1'],
    [
      'each has its range',
      `${REALM}\n15d 1000 3000 0 3 = 0\n151 4000 = 0\n15d 1000 4000 200000 3 = 0\n15e 1000 0 3 = 0 3000 0`,
    ],
    [
      'and is destroyed as what it is',
      `${REALM}\n15d 1000 3000 0 3 = 0\n151 4000 = 0\n15d 1000 4000 200000 3 = 0\n15e 1000 0 3 = 0 5000 0`,
      '10 RMI-GRANULE-2',
    ],
    [
      'a page is mapped once',
      `${REALM}\n15d 1000 3000 0 3 = 0\n151 4000 = 0\n154 1000 4000 5000 = 0\n155 1000 5000 = 0 4000 0`,
    ],
    [
      'and is unmapped as what it is',
      `${REALM}\n15d 1000 3000 0 3 = 0\n151 4000 = 0\n154 1000 4000 5000 = 0\n155 1000 6000 = 0 4000 0`,
      '10 RMI-RTT-1',
    ],
    [
      'folding ends what is known of tables',
      `${REALM}\n15d 1000 3000 0 3 = 0\n166 1000 0 3 = 0 3000\n15d 1000 3000 0 3 = 0\n15d 1000 3000 0 3 = 0`,
      '10 RMI-GRANULE-1',
    ],
    ['an unknown revision is not followed', '151 1000 = 0\n151 1000 = 0'],
    ['nor is an RMM before EAC4', `150 10000 = 380000\n${REALM.replace(/150.*/, '')}\n158 1000 9000 = 0`],
    [
      'a refusal says which revision it is',
      `150 20000 = 1 10000 10000\n151 1000 = 0\n151 1000 = 0`,
      '3 RMI-GRANULE-1',
    ],
    [
      'a call that never came back may have done anything',
      `${REALM}\n152 1000 = ?\n152 1000 = 0\n151 1000 = 0\n151 1000 = 0`,
      '10 RMI-GRANULE-1',
    ],
  ];
  for (const [what, calls, ...expected] of rows)
    t.strictSame(
      broken(life(calls)).map(finding => finding.split(' ').slice(0, 2).join(' ')),
      expected,
      what,
    );
});

/** 2.0 agreed, and an RMM that is active. */
const ACTIVE = `
  150 20000 = 0 20000 20000
  16e 9000 = 0
  202 = 0
  1f1 1000 4000 = 0 4000
  158 1000 9000 = 0`;

t.test('and in 2.0', async t => {
  const begun = `${ACTIVE}\n15a 1000 2000 9000 = 10d 7 40`;
  const rows: readonly [what: string, calls: string, ...expected: string[]][] = [
    ['a range is as long as the answer says', `${ACTIVE}\n1f1 4000 6000 = 0 5000\n1f1 5000 6000 = 0 6000`],
    ['and its granules are delegated', `${ACTIVE}\n1f1 2000 3000 = 0 3000`, '6 RMI-GRANULE-1'],
    [
      'what was never delegated is an error from RMM_ACTIVATE on',
      `${ACTIVE}\n158 8000 9000 = 0`,
      '6 RMI-GRANULE-1',
    ],
    ['RMM_ACTIVATE comes once', `${ACTIVE}\n202 = 0`, '6 RMI-RMM-1'],
    ['or is refused', `${ACTIVE}\n202 = b\n16e 9000 = b`],
    ['an active RMM refuses nothing for not being it', `${ACTIVE}\n157 1000 = b`, '6 RMI-RMM-2'],
    [
      'what it refuses before says that it is not',
      '150 20000 = 0 20000 20000\n1f1 1000 2000 = b 0\n1f1 1000 2000 = 0 2000',
      '3 RMI-RMM-1',
    ],
    ['a realm is terminated, then destroyed', `${ACTIVE}\n201 1000 = 0\n159 1000 = 0`],
    [
      'an RMM with RMI_REALM_TERMINATE wants it',
      `${ACTIVE}\n159 1000 = 0\n158 1000 9000 = 0\n201 1000 = 0`,
      '6 RMI-REALM-1',
    ],
    [
      'an operation asks, is given, and ends',
      `${begun}\n208 7 9000 10 = d 10 0\n203 7 0 = 0\n157 1000 = 0\n15c 2000 9000 = 0`,
    ],
    ['until then its granule is nothing', `${begun}\n15c 2000 9000 = 0`, '7 RMI-GRANULE-1'],
    ['nor may it go', `${begun}\n1f2 2000 3000 = 0 3000`, '7 RMI-GRANULE-1'],
    ['a realm that it is made for is live', `${begun}\n159 1000 = 0`, '7 RMI-REALM-3'],
    ['it goes on by its handle', `${begun}\n203 8 0 = 0`, '7 RMI-OP-1'],
    ['and by what it asked for', `${begun}\n203 7 0 = 0`, '7 RMI-OP-2'],
    ['once', `${begun}\n208 7 9000 10 = d 10 0\n203 7 0 = 0\n203 7 0 = 0`, '9 RMI-OP-1'],
    [
      'a refusal may be its end or not',
      `${begun}\n208 7 9000 10 = 1\n15a 1000 2000 9000 = 10d 7 40\n208 7 9000 10 = d 10 0\n203 7 0 = 0`,
    ],
    ['two have not one handle', `${begun}\n15a 1000 3000 9000 = 10d 7 40`, '7 RMI-OP-1'],
    [
      'what is cancelled was never made',
      `${begun}\n20a 7 = 20d 0\n209 7 9000 10 = d 1\n203 7 0 = 2\n15a 1000 3000 9000 = 10d 8 40`,
    ],
    [
      'it succeeds only if it could begin',
      `${ACTIVE}\n157 1000 = 0\n15a 1000 2000 9000 = d 7 0\n203 7 0 = 0`,
      '8 RMI-REALM-1',
    ],
    ['and may fail instead', `${ACTIVE}\n157 1000 = 0\n15a 1000 2000 9000 = d 7 0\n203 7 0 = 2`],
    ['RMM_DEACTIVATE wants all back', `${ACTIVE}\n20f = 0`, '6 RMI-RMM-1'],
    [
      'tables of 64KB pages are as they should be',
      `${ACTIVE}\n1f1 10000 50000 = 0 50000\n15d 1000 10000 0 2 = 0\n15d 1000 20000 0 3 = 0\n15d 1000 30000 20000000 3 = 0`,
    ],
    [
      'several pages at a time may be a block',
      `${ACTIVE}\n15d 1000 2000 0 2 = 0\n1f1 200000 400000 = 0 400000\n1f5 1000 0 200000 1 200800 = 0 200000`,
    ],
  ];
  for (const [what, calls, ...expected] of rows)
    t.strictSame(
      broken(life(calls)).map(finding => finding.split(' ').slice(0, 2).join(' ')),
      expected,
      what,
    );
});

t.test('a trace made from a console has no successes of most commands, and none is missed', async t => {
  for (const name of LIVES) {
    const all = readAnswers(name).calls;
    const [of20] = ofRmm(all);
    const quiet = [
      '151',
      '152',
      '153',
      '154',
      '155',
      '15c',
      '15d',
      '15e',
      '161',
      '168',
      '1f1',
      '1f2',
      '1f5',
      '1f6',
    ];
    const printed = all.filter(call => call.res[0] !== '0x0' || !quiet.includes(number(call)));
    t.ok(printed.length < all.length / 2 || of20 !== undefined, name);
    t.strictSame(broken(printed), [], `${name}: ${printed.length} of ${all.length} calls`);
    const at = printed.findIndex(call => number(call) === '158' && call.res[0] === '0x0');
    t.match(broken(printed.toSpliced(at, 0, ...printed.slice(at, at + 1))), [
      /RMI-GRANULE-1 0x80000000 is RD/,
    ]);
  }
});

t.test('calls of several CPUs end in another order than they begin', async t => {
  const calls = life(`${REALM}
    157 1000 = 0
    15c 2000 9000 = 0
    15c 3000 9000 = 102
    15c 2000 9000 = 0`);
  const rec = life(`${REALM}\n15a 1000 3000 9000 = 0`).at(-1);
  const both = rec === undefined ? [] : calls.toSpliced(6, 0, rec);
  t.match(broken(both), [/^11 RMI-REALM-1/], 'on one CPU the realm is off');
  const events = both.map((call, at) => eventOf(call, at % 2));
  t.strictSame(
    conformance(traceOf(events)).findings.filter(({ id }) => LIFE.test(id)),
    [],
  );
});

t.test('a long life is followed', async t => {
  const pages = Array.from({ length: 5_000 }, (_, at) => hex(u64(0x1_0000_0000n + BigInt(at) * 0x1000n)));
  const ipa = (at: number) => hex(u64(BigInt(at) * 0x1000n));
  const one = (fid: string, args: readonly string[], res: readonly string[]): Answered => ({
    fid: `0xc4000${fid}`,
    args,
    res,
    console: [],
  });
  const calls = [
    ...life(REALM),
    ...pages.flatMap((pa, at) => [one('151', [pa], ['0x0']), one('154', ['0x1000', pa, ipa(at)], ['0x0'])]),
    ...pages.flatMap((pa, at) => [
      one('155', ['0x1000', ipa(at)], ['0x0', pa, '0x0']),
      one('152', [pa], ['0x0']),
    ]),
    ...life('15b 2000 = 0\n159 1000 = 0'),
  ];
  t.strictSame(broken(calls), [], `${calls.length} calls`);
});

/** A call of any kind, of few addresses, so that what it does meets what others did. */
const anyCall: fc.Arbitrary<SmcEvent> = fc
  .record({
    fid: fc.constantFrom(
      '150',
      '150',
      '151',
      '152',
      '154',
      '155',
      '157',
      '158',
      '159',
      '15a',
      '15c',
      '15d',
      '165',
      '202',
    ),
    args: fc.array(
      fc.constantFrom('0x1000', '0x2000', '0x3000', '0x80000000', '0x10000', '0x20000', '0x3', null),
    ),
    res: fc.option(
      fc.tuple(
        fc.constantFrom('0x0', '0x0', '0x0', '0x1', '0x102', '0x3', null, '0x20000', '0xffffffffffffffff'),
        fc.constantFrom('0x10000', '0x20000', '0x0', null),
        fc.constantFrom('0x10000', '0x20000', '0x0', null),
      ),
    ),
    over: fc.constantFrom(
      {},
      {},
      {},
      { cpu: 1 },
      { inferred: { res: 'nobody' } },
      { via: 'hvc' as const },
      { t: '1.5' },
    ),
  })
  .map(({ fid, args, res, over }) => {
    const seen = (text: string | null) => (text === null ? null : h(text));
    const [x1 = null] = args;
    return {
      ...eventOf({ fid: `0xc4000${fid}`, args: [], res: [], console: [] }),
      args: fid === '150' ? [seen(x1 === '0x20000' ? x1 : '0x10000')] : args.slice(0, 4).map(seen),
      res: res === null ? null : res.map(seen),
      ...over,
    };
  });

const someLife = fc
  .tuple(fc.boolean(), fc.array(anyCall, { maxLength: 40 }))
  .map(([isRealm, calls]) => [...(isRealm ? life(REALM).map(each => eventOf(each)) : []), ...calls]);

t.test('a trace that is not held is judged as one that is', async t => {
  let count = 0;
  const property = fc.asyncProperty(someLife, fc.nat(20), async (events, from) => {
    const trace = traceOf(events);
    async function* lines() {
      const all = events.map(canonicalLine);
      yield good(all.slice(0, 7));
      yield good(all.slice(7));
    }
    const { machine } = trace.header;
    t.strictSame(must(await conformanceOfLines(lines, machine)), conformance(trace));
    const numbers = events.flatMap((_, at) => (at >= from ? [at + 1] : []));
    const some = conformance(trace, numbers);
    t.strictSame(must(await conformanceOfLines(lines, machine, number => number > from)), some);
    count += some.findings.length;
  });
  await fc.assert(property, { seed: 20_261_126, numRuns: 150 });
  t.ok(count > 100, `${count} findings`);
});

t.test('a rule that does not concern a call finds nothing in it', async t => {
  const property = fc.property(
    someLife,
    fc.constantFrom('1.0', '1.1', '2.0', undefined),
    (events, revision) => {
      const reader = newCallReader();
      const evidence = { implemented: [], profile: null, life: [] };
      return events.every((event, at) => {
        const read = reader.take(event, at + 1);
        const call = read && { ...read, revision: revision ?? read.revision };
        const idle = RULE_GROUPS.filter(({ concerns }) => call !== null && !concerns(call, evidence));
        return idle.every(({ rules }) =>
          rules.every(({ check }) => call === null || [...check(call, evidence)].length === 0),
        );
      });
    },
  );
  t.equal(fc.check(property, { seed: 20_261_126, numRuns: 200 }).counterexample, null);
});

t.test('who remembers less finds less, and nothing else', async t => {
  let [all, some] = [0, 0];
  const property = fc.property(someLife, fc.integer({ min: 1, max: 6 }), (events, most) => {
    const reader = newCallReader();
    const calls = events.flatMap((event, at) => reader.take(event, at + 1) ?? []);
    const survey = newSurvey();
    for (const each of calls) survey.take(each);
    const [whole, short] = [newFollower(survey.end()), newFollower(survey.end(), most)];
    for (const each of calls) {
      const breaches = [whole.take(each), short.take(each)].map(list => list.map(({ id }) => id));
      const [known = [], found = []] = breaches;
      all += known.length;
      some += found.length;
      // What it forgot it cannot hold against an answer; what it knows it knows as well as the other.
      if (found.some(id => !known.includes(id))) return false;
    }
    return true;
  });
  t.equal(fc.check(property, { seed: 20_261_126, numRuns: 400 }).counterexample, null);
  t.ok(some > 50 && all > some + 50, `${some} of ${all}`);
});

t.test('what is found often is counted', async t => {
  const events = Array.from({ length: 150 }, () =>
    eventOf({ fid: '0xc4000151', args: [], res: ['0x77'], console: [] }),
  );
  const found = conformance(traceOf(events));
  t.equal(found.findings.length, 100);
  t.strictSame(found.more, [{ id: 'RMI-STATUS-1', severity: 'error', count: 50 }]);
  t.match(findingLines(found, PLAIN).at(-1), /error {2}RMI-STATUS-1 {2}and 50 more$/);
  t.equal(conformanceTotals(found).findings.get('error'), 150);
});
