/** The values of edits: of a register, of x0, and of each fact. */
import { parseRevision, revisionWord } from '../abi/revision.js';
import { parseStatus } from '../abi/rmi-status.js';
import type { FactValue } from '../model/events.js';
import { parseHex, type Seen, wrap64 } from '../model/u64.js';

/** What each fact may be, from its text; `null` for no value of that fact. */
export const FACT_VALUES: Readonly<Record<string, (text: string) => FactValue | null>> = {
  hyp_mode_available: truth,
  in_hyp_mode: truth,
  kvm_mode: oneOf('default', 'protected', 'nv', 'none'),
  hvhe: truth,
  nv2: truth,
  page_size: text => [4096, 16384, 65536].find(size => `${size}` === text) ?? null,
  conduit: oneOf('smc', 'hvc', 'none'),
  smccc_version: text => (parseRevision(text) === null ? null : text),
  sve_hint: truth,
};

/** x0 takes a status by name as well. */
export function statusValue(text: string, versions: boolean): Seen | undefined {
  return parseStatus(text) ?? registerValue(text, versions);
}

/** `unknown`, `0x…`, a decimal (negative ones sign-extended), or `M.m` where a revision stands; else `undefined`. */
export function registerValue(text: string, versions: boolean): Seen | undefined {
  if (text === 'unknown') return null;
  const raw = parseHex(text);
  if (raw !== null) return raw;
  if (/^-?\d{1,20}$/.test(text)) {
    const value = BigInt(text);
    return value >= -(1n << 63n) && value < 1n << 64n ? wrap64(value) : undefined;
  }
  const revision = versions ? parseRevision(text) : null;
  return revision === null ? undefined : revisionWord(revision.major, revision.minor);
}

function truth(text: string): boolean | null {
  return text === 'true' ? true : text === 'false' ? false : null;
}

function oneOf(...values: readonly string[]): (text: string) => string | null {
  return text => (values.includes(text) ? text : null);
}
