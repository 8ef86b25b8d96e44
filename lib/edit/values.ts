/** The values of edits: of a register, of x0, and of each fact. */
import { parseRevision, revisionWord } from '../abi/revision.js';
import { parseStatus } from '../abi/rmi-status.js';
import { parseCount } from '../model/count.js';
import type { FactValue } from '../model/events.js';
import { ERAS, STEP_NAMES } from '../model/kvm.js';
import { hex, parseHex, type Seen, type U64, wrap64 } from '../model/u64.js';
import type { Drawn } from './edit.js';

/** The same for the facts of scope `kvm` alone. */
export const KVM_FACT_VALUES: Readonly<Record<string, (text: string) => FactValue | null>> = {
  kvm_era: oneOf(...ERAS),
  kvm_mode_ignored: truth,
  kvm_debug: truth,
  hyp_mem_mib: upTo(1_048_576),
  hyp_mem_base: address,
  nv_coarse_handlers: upTo(65_535),
  nv_fine_handlers: upTo(65_535),
  guest_deadlock_erratum: truth,
  sve_max_vl: vectorLength,
  sve_max_virtualisable_vl: vectorLength,
  gic: oneOf('none', 'v2', 'v3'),
  vgic_irq: upTo(65_535),
  vgic_non_architectural: truth,
  gicv_base: address,
  gicv3_traps: text => (/^(none|(?=.)(G0)?(G1)?C?D?)$/.test(text) ? text : null),
  timecounter: truth,
  vtimer_irq: upTo(65_535),
  broken_cntvoff: truth,
  kvm_fails_at: oneOf('nothing', ...STEP_NAMES),
  kvm_fails_index: upTo(65_535),
  kvm_error: errno,
};

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
  ...KVM_FACT_VALUES,
};

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
  const raw = parseHex(text);
  if (raw !== null) return raw;
  if (!/^-?\d{1,20}$/.test(text)) return undefined;
  const value = BigInt(text);
  return value >= -(1n << 63n) && value < 1n << 64n ? wrap64(value) : undefined;
}

function truth(text: string): boolean | null {
  return text === 'true' ? true : text === 'false' ? false : null;
}

function oneOf(...values: readonly string[]): (text: string) => string | null {
  return text => (values.includes(text) ? text : null);
}

function upTo(most: number): (text: string) => number | null {
  return text => {
    const value = parseCount(text);
    return value !== null && value <= most ? value : null;
  };
}

function address(text: string): string | null {
  const value = parseHex(text);
  return value === null ? null : hex(value);
}

/** In bytes; 0 is a kernel without SVE. */
function vectorLength(text: string): number | null {
  const value = parseCount(text);
  return value !== null && value <= 256 && value % 16 === 0 ? value : null;
}

/** Negative, as the kernel has it; 0 is the step's usual one. */
function errno(text: string): number | null {
  const value = parseCount(text.replace(/^-/, ''));
  if (value === null || value > 4095 || value > 0 !== text.startsWith('-')) return null;
  return value === 0 ? 0 : -value;
}
