/**
 * The call of RMI_VERSION and the line that the kernel prints of its answer. An RMM prints no revisions when it refuses, and
 * in a release build nothing at all; the kernel's line has them.
 */
import { parseRevision, reservedBits, revisionWord } from '../../abi/revision.js';
import { RMI_VERSION } from '../../abi/rmi-commands.js';
import { callId } from '../../abi/smccc.js';
import { type Seen, type U64, ZERO } from '../../model/u64.js';
import type { Placed } from '../collect.js';
import type { CallReading, LogReading } from '../format.js';
import { isEnd, isVerdict } from '../rows.js';
import {
  because,
  type Conclusion,
  type Context,
  concluded,
  inferred,
  noted,
  unrecordedCall,
} from './rule.js';

export const VERSION: Conclusion = {
  says: "what RMI_VERSION was asked and answered, from the kernel's line on it",
  apply(recorded, context) {
    const placed = cameBack(recorded, context);
    const at = placed.findIndex(({ reading }) => reading.kind === 'log' && saidOf(reading) !== null);
    const line = placed[at];
    const said = line?.reading.kind === 'log' ? saidOf(line.reading) : null;
    if (line === undefined || said === null) return placed;
    const why = because(context, line);
    const call = callOf(placed, at, said);
    // A call that the line contradicts is not joined with it, and no other is made up.
    if (call === null && (isContradicted(placed, said) || saysOtherwise(placed, line))) return placed;
    if (call === null)
      return [...placed.slice(0, at), concluded(callBehind(said, why), line), ...placed.slice(at)];
    return placed.map((each, index) => (index === call ? joined(each, said, why, context) : each));
  },
};

/**
 * A record may end before the call does: its recorder was stopped. Where the kernel printed what came of the check, or the
 * end of KVM's init, the call came back all the same.
 */
function cameBack(placed: readonly Placed[], context: Context): readonly Placed[] {
  const goesOn = placed.some(({ reading }) => {
    return reading.kind === 'log' && (isVerdict(reading.row) || isEnd(reading.row));
  });
  if (!goesOn) return placed;
  return placed.map(each => {
    if (each.reading.kind !== 'call' || !isVersion(each.reading) || each.reading.res !== null) return each;
    noted(context, 'error', 'the record of RMI_VERSION has no answer, but the kernel went on', each);
    return { ...each, reading: { ...each.reading, res: [null, null, null, null] } };
  });
}

/** What a line of the check says of the call before it; a revision that its `%d` cannot have made whole is unknown. */
interface Said {
  readonly accepted: boolean;
  readonly lower: U64 | null;
  readonly higher: U64 | null;
  readonly wants: U64 | null;
  /** RFC's check asks without an argument and takes x0 for the revision. */
  readonly word: boolean;
}

function saidOf({ row, values }: LogReading): Said | null {
  if (row === null || !ROWS.has(row)) return null;
  return {
    accepted: row === 'rmiAbiVersion' || row === 'prototypeSupport',
    lower: revisionOf(values.lower),
    higher: revisionOf(values.higher),
    wants: revisionOf(values.wants),
    word: row === 'prototypeSupport' || row === 'unsupportedWeSupport',
  };
}

const ROWS: ReadonlySet<string> = new Set([
  'rmiAbiVersion',
  'prototypeSupport',
  'unsupportedWeSupport',
  'unsupportedHostSupports',
  'unsupportedWeWant',
  'unsupportedRange',
]);

/** `M.m` as the word; `null` for one that the kernel cut or read as negative: other words print the same. */
function revisionOf(text: string | undefined): U64 | null {
  const revision = text === undefined ? null : parseRevision(text);
  return revision === null ? null : revisionWord(revision.major, revision.minor);
}

/** The call that the line is about: the last before it that may be, else the first behind it. */
function callOf(placed: readonly Placed[], at: number, said: Said): number | null {
  const calls = placed.flatMap(({ reading }, index) =>
    reading.kind === 'call' && isVersion(reading) && mayBe(reading, said) ? [index] : [],
  );
  return calls.findLast(index => index < at) ?? calls.find(index => index > at) ?? null;
}

function isVersion({ fid, from }: CallReading): boolean {
  return from === 'ns' && fid !== null && callId(fid) === RMI_VERSION;
}

/** Whether the kernel printed another end of the check too. */
function saysOtherwise(placed: readonly Placed[], { reading: first }: Placed): boolean {
  return placed.some(
    ({ reading }) =>
      reading.kind === 'log' &&
      first.kind === 'log' &&
      saidOf(reading) !== null &&
      reading.text !== first.text,
  );
}

/** What a kernel prints of a word with reserved bits is its own affair. */
function differs(seen: Seen, said: Seen): boolean {
  return seen !== null && said !== null && reservedBits(seen) === ZERO && seen !== said;
}

/** Whether there is a call of the revision that the line is about, and with another answer. */
function isContradicted(placed: readonly Placed[], { wants, word }: Said): boolean {
  return placed.some(({ reading }) => {
    if (word || reading.kind !== 'call' || !isVersion(reading) || reading.res === null) return false;
    const [requested = null] = reading.args;
    return requested === null || wants === null || requested === wants;
  });
}

/** Firmware may ask before the kernel does: a call for another revision, or with the other end, is not the kernel's. */
function mayBe({ args, res }: CallReading, { accepted, wants, lower, higher, word }: Said): boolean {
  if (res === null || (word && args.length > 0 && args[0] != null)) return false;
  const [x0 = null, x1 = null, x2 = null] = res;
  const [requested = null] = args;
  if (requested !== null && wants !== null && requested !== wants) return false;
  if (word) return x0 === null || lower === null || x0 === lower;
  if (x0 !== null && (x0 === ZERO) !== accepted) return false;
  return !differs(x1, lower) && !differs(x2, higher);
}

function joined(each: Placed, said: Said, why: string, context: Context): Placed {
  if (each.reading.kind !== 'call' || said.word) return each;
  const call = each.reading;
  const [x0 = null, x1 = null, x2 = null, ...rest] = call.res ?? [];
  const filled: readonly Seen[] = [
    x0 ?? (said.accepted ? ZERO : null),
    x1 ?? said.lower,
    x2 ?? said.higher,
    ...rest,
  ];
  const args = call.args.length === 1 && call.args[0] === null ? [said.wants] : call.args;
  const fields = [
    ...['x0', 'x1', 'x2'].filter((_, at) => (call.res?.[at] ?? null) === null && filled[at] != null),
    ...(args[0] != null && call.args[0] === null ? ['args'] : []),
  ];
  if (fields.length === 0) return each;
  noted(context, 'info', "registers of RMI_VERSION that only the kernel's line tells", each);
  return {
    ...each,
    reading: { ...call, args, res: filled, inferred: { ...call.inferred, ...inferred(fields, why) } },
  };
}

/** No record of the call: the kernel printed what it did with the answer, so it asked. */
function callBehind({ accepted, lower, higher, wants, word }: Said, why: string): CallReading {
  const res: readonly Seen[] = word
    ? [lower, null, null, null]
    : [accepted ? ZERO : null, lower, higher, null];
  const names = ['x0', 'x1', 'x2'].filter((_, at) => res[at] !== null);
  const args = word ? [] : [wants];
  const fields = [...(wants === null || word ? [] : ['args']), ...names];
  return unrecordedCall(args, res, fields, why);
}
