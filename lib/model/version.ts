/** A version as people and files write it: `M.m`, as much of it as fits the words of SMCCC_VERSION and RMI_VERSION. */
import { parseCount } from './count.js';

export interface Version {
  readonly major: number;
  readonly minor: number;
}

/** A major has 15 bits, a minor 16. */
export const MOST = { major: 0x7fff, minor: 0xffff } as const;

/** Reads `M.m` in decimal digits without leading zeros; `null` for another spelling or a number out of range. */
export function parseVersion(text: string): Version | null {
  const [, majorDigits, minorDigits] = SPELLING.exec(text) ?? [];
  const [major, minor] = [parseCount(majorDigits), parseCount(minorDigits)];
  if (major === null || minor === null || major > MOST.major || minor > MOST.minor) return null;
  return { major, minor };
}

/** Whether `one` is a later version than `other`. */
export function isLater(one: Version, other: Version): boolean {
  return one.major === other.major ? one.minor > other.minor : one.major > other.major;
}

const SPELLING = /^(0|[1-9][0-9]{0,4})\.(0|[1-9][0-9]{0,4})$/;
