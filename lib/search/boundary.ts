/**
 * The answers to RMI_VERSION at and around each boundary that a revision of the check has: what it compares x0 with and
 * by which of its bits, the fields that it takes out of x0, x1 and x2 and the C types that it puts them in, and the
 * revision that it wants.
 */
import { parseRevision, revisionWord } from '../abi/revision.js';
import { statusWord } from '../abi/rmi-status.js';
import { ALL_ONES, hex, type U64, u64, wrap64, ZERO } from '../model/u64.js';
import type { Axis } from './axes.js';
import { answerAxis, type VersionRegisters } from './version-answers.js';

/** `wants` are the revisions that the swept kernels ask for, `M.m`. */
export function boundaryAxis(wants: readonly string[]): Axis {
  const answers = boundaryAnswers(wants);
  return answerAxis('boundary', answers.length, index => answers[index] ?? [ZERO, ZERO, ZERO]);
}

/** Each once, in an order that depends on `wants` alone. */
export function boundaryAnswers(wants: readonly string[]): readonly VersionRegisters[] {
  const found = new Map<string, VersionRegisters>();
  for (const answer of crossed(wants.flatMap(word))) found.set(answer.map(hex).join(' '), answer);
  return [...found.values()];
}

/** One register takes every boundary value while the others let the check read it. */
function* crossed(wanted: readonly U64[]): Generator<VersionRegisters> {
  const ordinary = [ZERO, R1_0, R2_0, ...wanted];
  for (const x0 of [...STATUSES, ...IN_X0, ...wanted]) {
    for (const revision of ordinary) yield [x0, revision, revision];
    yield [x0, R1_0, R2_1];
  }
  for (const revision of [...REVISIONS, ...wanted.flatMap(around)]) {
    for (const x0 of [SUCCESS, ERROR_INPUT]) {
      yield [x0, revision, revision];
      for (const other of ordinary) {
        yield [x0, revision, other];
        yield [x0, other, revision];
      }
    }
  }
}

function word(wanted: string): readonly U64[] {
  const revision = parseRevision(wanted);
  return revision === null ? [] : [revisionWord(revision.major, revision.minor)];
}

/** One minor and one major less and more. */
function around(revision: U64): readonly U64[] {
  return [-0x10000n, -1n, 0n, 1n, 0x10000n].map(step => wrap64(revision + step));
}

const SUCCESS = statusWord('SUCCESS');
const ERROR_INPUT = statusWord('ERROR_INPUT');
const R1_0 = revisionWord(1, 0);
const R2_0 = revisionWord(2, 0);
const R2_1 = revisionWord(2, 1);

/** Statuses: all of x0 is compared with success and with NOT_SUPPORTED, its low byte with BUSY (10) and BLOCKED (14). */
const STATUSES: readonly U64[] = [
  ...[0x0n, 0x1n, 0x2n, 0x9n, 0xan, 0xbn, 0xdn, 0xen, 0xfn, 0x10n, 0xffn],
  // A status of 0, 10 and 14 with an index, and with stray bits above it.
  ...[0x100n, 0x101n, 0x10an, 0x10en, 0x1000an, 0x1000en, 0x10000000an, 0x10000000en],
  // NOT_SUPPORTED, NOT_REQUIRED and INVALID_PARAMETER, then -1 and its neighbours in 32 bits.
  ...[-1n, -2n, -3n, 0xfffffffen, 0xffffffffn, 0x100000000n, 0x1ffffffffn],
  ...[0x7fffffffn, 0x80000000n, 0x7fffffffffffffffn, 0x8000000000000000n],
].map(wrap64);

/** Revisions where older kernels read them: in x0. Majors 56 and 66 are those of the prototypes. */
const IN_X0: readonly U64[] = [
  ...[revisionWord(0, 0xffff), R1_0, revisionWord(1, 1), revisionWord(1, 0xffff), R2_0],
  ...[56, 66].flatMap(major => [
    revisionWord(major - 1, 0xffff),
    revisionWord(major, 0),
    revisionWord(major, 1),
    revisionWord(major + 1, 0),
  ]),
  // Beyond the 16 bits of a major, and of an int.
  ...[0x800000000000n, 0x1000000000000n].map(u64),
];

/** Words of x1 and x2: the ends of both fields, and each bit that one of the layouts drops. */
const REVISIONS: readonly U64[] = [
  ...[0x0n, 0x1n, 0xffffn, 0x10000n, 0x10001n, 0x1ffffn, 0x20000n, 0x20001n, 0x2ffffn, 0x30000n],
  ...[0x7fff0000n, 0x7fffffffn, 0x80000000n, 0x80010000n, 0x80020000n, 0xffffffffn],
  ...[0x100000000n, 0x100010000n, 0x100020000n, 0x7fff00000000n, 0x800000020000n, 0x8000000000020000n],
  ALL_ONES,
].map(u64);
