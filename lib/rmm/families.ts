/** RMMs that are named by a word and a parameter: `busy-3`, `random-42`. Each name always means the same RMM. */
import { parseRevision, revisionWord } from '../abi/revision.js';
import { statusWord } from '../abi/rmi-status.js';
import { parseCount } from '../model/count.js';
import { bad, good, type Result, trouble } from '../model/result.js';
import { hex, parseHex, type U64, u64 } from '../model/u64.js';
import { commandsBySteps, commandsOfSpec } from './commands/index.js';
import { HANDLERS } from './handlers.js';
import type { Misbehaviour } from './misbehaviour.js';
import type { OperationRule } from './operation.js';
import type { RmmProfile } from './profile.js';

export interface Family {
  /** What stands before the parameter and its hyphen. */
  readonly word: string;
  /** How it is written: `busy-N`. */
  readonly usage: string;
  /** What the parameter may be, to follow `usage`. */
  readonly range: string;
  readonly summary: string;
  /** The profile of one parameter; `null` where it is out of range or in another spelling. */
  make(parameter: string): Partial<RmmProfile> | null;
}

const MOST_CALLS = 1_000_000;
/** A machine's file has 64 characters for the name of its RMM. */
const MOST_REVISIONS = 5;
/** Bits 63:31 of a revision must be zero. */
const RESERVED = { first: 31, last: 63 } as const;

/** As many as an unsigned count of 10 bits has: a donate request has 14, a host's list 256 entries. */
const MOST_STEPS = 1023;

interface Steps {
  readonly word: string;
  readonly what: (n: string) => string;
  readonly rule: (n: bigint) => OperationRule;
}

const PLAIN: OperationRule = { asks: 'nothing', times: 1n, first: null, cancels: false };

const STEPS: readonly Steps[] = [
  {
    word: 'sro',
    what: n => `is incomplete, ${n} times, until OP_CONTINUE`,
    rule: times => ({ ...PLAIN, times }),
  },
  {
    word: 'sro-donate',
    what: n => `asks for a granule, ${n} times`,
    rule: times => ({ ...PLAIN, asks: 'donation', times }),
  },
  {
    word: 'sro-contig',
    what: n => `asks for ${n} granules in one piece`,
    rule: times => ({ ...PLAIN, asks: 'contiguous', times }),
  },
  {
    word: 'sro-reclaim',
    what: n => `takes ${n} granules and gives each back before it completes`,
    rule: times => ({ ...PLAIN, asks: 'return', times }),
  },
  {
    word: 'sro-busy',
    what: n => `is incomplete once; then RMI_BUSY to ${n} calls`,
    rule: calls => ({ ...PLAIN, first: { status: 'BUSY', calls } }),
  },
  {
    word: 'sro-blocked',
    what: n => `is incomplete once; then RMI_BLOCKED to ${n} calls`,
    rule: calls => ({ ...PLAIN, first: { status: 'BLOCKED', calls } }),
  },
  {
    word: 'sro-cancel',
    what: n => `asks for what no host can give; ${n} steps to be cancelled`,
    rule: times => ({ ...PLAIN, asks: 'delegated', times, cancels: true }),
  },
];

export const FAMILIES: readonly Family[] = [
  {
    word: 'spec',
    usage: 'spec-M.m[+M.m…]',
    range: `up to ${MOST_REVISIONS}, the lowest first`,
    summary: 'answers as the specification says: spec-1.1, spec-1.0+2.1',
    make: parameter => {
      const words = parameter.split('+').map(wordOf);
      const rising = words.every((word, at) => word !== null && (at === 0 || (words[at - 1] ?? word) < word));
      const revisions = words.filter(word => word !== null);
      return rising && revisions.length === words.length && words.length <= MOST_REVISIONS
        ? {
            revisions,
            commands: commandsOfSpec(revisions),
            summary: `answers as the specification says: ${parameter.replaceAll('+', ', ')}`,
          }
        : null;
    },
  },
  {
    word: 'busy',
    usage: 'busy-N',
    range: `N from 1 to ${MOST_CALLS}`,
    summary: 'RMI_BUSY to the first N calls, then as spec',
    make: parameter => first(parameter, 'BUSY'),
  },
  {
    word: 'blocked',
    usage: 'blocked-N',
    range: `N from 1 to ${MOST_CALLS}`,
    summary: 'RMI_BLOCKED to the first N calls, then as spec',
    make: parameter => first(parameter, 'BLOCKED'),
  },
  {
    word: 'index',
    usage: 'index-N',
    range: 'N from 1 to 255',
    summary: 'RMI_SUCCESS with index N, though RMI_VERSION has no index',
    make: parameter => {
      const n = countUpTo(parameter, 255);
      return n === null
        ? null
        : wrong({ kind: 'status', x0: u64(n << 8n) }, `RMI_SUCCESS with index ${n} to RMI_VERSION`);
    },
  },
  {
    word: 'status',
    usage: 'status-0xX',
    range: 'X in lower case, no leading zeros',
    summary: 'x0 is X for RMI_VERSION, the rest as spec',
    make: parameter => {
      const x0 = parseHex(parameter);
      return x0 === null ? null : wrong({ kind: 'status', x0 }, `x0 ${hex(x0)} to RMI_VERSION`);
    },
  },
  {
    word: 'stray',
    usage: 'stray-N',
    range: `N from ${RESERVED.first} to ${RESERVED.last}`,
    summary: 'bit N set in lower and higher, which must be zero',
    make: parameter => {
      const bit = exactCount(parameter);
      return bit === null || bit < RESERVED.first || bit > RESERVED.last
        ? null
        : wrong({ kind: 'stray', bit }, `bit ${bit} set in lower and higher`);
    },
  },
  {
    word: 'random',
    usage: 'random-N',
    range: 'N from 0 to 999999999',
    summary: 'random answers, the same for each seed N',
    make: parameter => {
      const seed = exactCount(parameter);
      return seed === null
        ? null
        : wrong({ kind: 'random', seed: u64(BigInt(seed)) }, `random answers, seed ${seed}`);
    },
  },
  ...STEPS.map(
    ({ word, what, rule }): Family => ({
      word,
      usage: `${word}-N`,
      range: `N from 1 to ${MOST_STEPS}`,
      summary: `RMM_ACTIVATE ${what('N')}`,
      make: parameter => {
        const times = countUpTo(parameter, MOST_STEPS);
        return times === null ? null : bySteps(rule(times), what(String(times)));
      },
    }),
  ),
];

/** An RMM of 2.0 whose RMM_ACTIVATE is a stateful operation. */
export function bySteps(rule: OperationRule, summary: string): Partial<RmmProfile> {
  return {
    revisions: [revisionWord(2, 0)],
    handlers: HANDLERS.bet3,
    commands: commandsBySteps(rule),
    summary: `RMM_ACTIVATE ${summary}`,
  };
}

/** The profile `name` of a family; `null` where it is of none. Trouble: `unknown-name`, a parameter out of range. */
export function familyProfile(name: string, conforming: RmmProfile): Result<RmmProfile> | null {
  // `sro-busy-2` is of the family `sro-busy`, not of `sro`.
  const words = FAMILIES.filter(({ word }) => name.startsWith(`${word}-`));
  const family = words.toSorted((one, other) => other.word.length - one.word.length)[0];
  if (family === undefined) return null;
  const made = family.make(name.slice(family.word.length + 1));
  if (made !== null) return good({ ...conforming, ...made, name });
  const what = `no RMM is called ${JSON.stringify(name)}`;
  return bad(trouble('unknown-name', what, {}, `write ${family.usage}, ${family.range}`));
}

function wrong(misbehaviour: Misbehaviour, summary: string): Partial<RmmProfile> {
  return { misbehaviour, summary };
}

function first(parameter: string, status: 'BUSY' | 'BLOCKED'): Partial<RmmProfile> | null {
  const calls = countUpTo(parameter, MOST_CALLS);
  if (calls === null) return null;
  const times = calls === 1n ? 'call' : `${calls} calls`;
  const x0 = statusWord(status);
  return wrong({ kind: 'status-first', x0, calls }, `RMI_${status} to the first ${times}, then as spec`);
}

function countUpTo(text: string, most: number): bigint | null {
  const count = exactCount(text);
  return count === null || count < 1 || count > most ? null : BigInt(count);
}

/** Without leading zeros: one RMM, one name. */
function exactCount(text: string): number | null {
  const count = parseCount(text);
  return String(count) === text ? count : null;
}

function wordOf(text: string): U64 | null {
  const revision = parseRevision(text);
  return revision === null ? null : revisionWord(revision.major, revision.minor);
}
