/** The word in which RMI_VERSION asks for and answers a revision: minor in bits 15:0, major in bits 30:16. */
import { field, type U64, u64, withBits } from '../model/u64.js';

/** The revisions whose commands, statuses and registers are described here. */
export const RMI_REVISIONS = ['1.0', '1.1', '2.0'] as const;

export type RmiRevision = (typeof RMI_REVISIONS)[number];

export interface Revision {
  readonly major: number;
  readonly minor: number;
}

const MAJOR_MAX = 0x7fff;
const MINOR_MAX = 0xffff;
const TEXT = /^(0|[1-9][0-9]{0,4})\.(0|[1-9][0-9]{0,4})$/;

/** The word for a revision; a major or minor that does not fit its field is a bug of the caller, and throws. */
export function revisionWord(major: number, minor: number): U64 {
  if (!fits(major, MAJOR_MAX) || !fits(minor, MINOR_MAX))
    throw new RangeError(`no revision ${major}.${minor}`);
  return u64((BigInt(major) << 16n) | BigInt(minor));
}

/** Reads `M.m` in decimal digits without leading zeros; `null` for another spelling or a number out of range. */
export function parseRevision(text: string): Revision | null {
  const [, majorDigits, minorDigits] = TEXT.exec(text) ?? [];
  if (majorDigits === undefined || minorDigits === undefined) return null;
  const revision = { major: small(majorDigits), minor: small(minorDigits) };
  return revision.major <= MAJOR_MAX && revision.minor <= MINOR_MAX ? revision : null;
}

/** Major and minor by the specification's layout, whatever stands in the reserved bits. */
export function revisionParts(word: U64): Revision {
  return { major: field(word, 16, 15), minor: field(word, 0, 16) };
}

/** `M.m` by the specification's layout. What a kernel prints may differ: earlier macros did not mask bit 31 and up. */
export function revisionText(word: U64): string {
  const { major, minor } = revisionParts(word);
  return `${major}.${minor}`;
}

/** Bits 63:31, in place: 0 in a word that conforms. */
export function reservedBits(word: U64): U64 {
  return withBits(word, 0, 31, 0n);
}

/** Which of RMI_REVISIONS a word names; `null` for another revision or a word with reserved bits set. */
export function rmiRevision(word: U64): RmiRevision | null {
  if (reservedBits(word) !== 0n) return null;
  const text = revisionText(word);
  return RMI_REVISIONS.find(revision => revision === text) ?? null;
}

function fits(value: number, max: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= max;
}

/** At most five decimal digits as a number. */
function small(digits: string): number {
  return field(u64(BigInt(digits)), 0, 32);
}
