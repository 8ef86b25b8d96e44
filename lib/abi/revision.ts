/** The word in which RMI_VERSION asks for and answers a revision: minor in bits 15:0, major in bits 30:16. */
import { field, type U64, u64, withBits } from '../model/u64.js';
import { MOST, parseVersion, type Version } from '../model/version.js';

/** The revisions whose commands, statuses and registers are described here. */
export const RMI_REVISIONS = ['1.0', '1.1', '2.0'] as const;

export type RmiRevision = (typeof RMI_REVISIONS)[number];

export type Revision = Version;

/** The word for a revision; a major or minor that does not fit its field is a bug of the caller, and throws. */
export function revisionWord(major: number, minor: number): U64 {
  if (!fits(major, MOST.major) || !fits(minor, MOST.minor))
    throw new RangeError(`no revision ${major}.${minor}`);
  return u64((BigInt(major) << 16n) | BigInt(minor));
}

/** Reads `M.m`; `null` for another spelling or a number out of range. */
export function parseRevision(text: string): Revision | null {
  return parseVersion(text);
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
