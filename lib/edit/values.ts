/** The values of edits of a register, and of x0. */
import { parseRevision, revisionWord } from '../abi/revision.js';
import { parseStatus } from '../abi/rmi-status.js';
import { readHex, type Seen, type U64, wrap64 } from '../model/u64.js';
import type { Drawn } from './edit.js';

/** What an edit may put into a register: a value, or `random(SEED)`; else `undefined`. */
export function newValue(text: string, versions: boolean): Seen | Drawn | undefined {
  const seed = /^random\((?<seed>.*)\)$/s.exec(text)?.groups?.seed;
  if (seed === undefined) return registerValue(text, versions);
  const value = integer(seed);
  return value === undefined ? undefined : { seed: value };
}

/** x0 takes a status by name as well. */
export function newStatus(text: string, versions: boolean): Seen | Drawn | undefined {
  return parseStatus(text) ?? newValue(text, versions);
}

/** `unknown`, `0x…`, a decimal (negative ones sign-extended), or `M.m` where a revision stands; else `undefined`. */
export function registerValue(text: string, versions: boolean): Seen | undefined {
  if (text === 'unknown') return null;
  const revision = versions ? parseRevision(text) : null;
  return revision === null ? integer(text) : revisionWord(revision.major, revision.minor);
}

/** A number has no dot, and a revision has one. */
function integer(text: string): U64 | undefined {
  const raw = readHex(text);
  if (raw !== null) return raw;
  if (!/^-?\d{1,20}$/.test(text)) return undefined;
  const value = BigInt(text);
  return value >= -(1n << 63n) && value < 1n << 64n ? wrap64(value) : undefined;
}
