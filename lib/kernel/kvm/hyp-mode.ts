/** init_hyp_mode (arch/arm64/kvm/arm.c): only where the kernel is not at EL2 itself. */
import { ENOMEM } from '../../abi/errno.js';
import type { StepName } from '../../model/kvm.js';
import type { Asking } from '../../model/port.js';
import { count, fact } from '../linux/asks.js';
import { kvm_err } from '../linux/printk.js';
import { step } from './steps.js';

/** Each mapping, and what is said where it fails; `null` is a step that fails without a line of its own. */
type Line = readonly [name: StepName, text: ((err: number) => string) | null];

const MAPPINGS: readonly Line[] = [
  ['hyp-pages', null],
  ['hyp-text', () => 'Cannot map world-switch code'],
  ['hyp-data', () => 'Cannot map .hyp.data section'],
  ['hyp-rodata', () => 'Cannot map .hyp.rodata section'],
  ['rodata', () => 'Cannot map rodata section'],
  ['hyp-bss', err => `Cannot map hyp bss section: ${err}`],
  ['bss', () => 'Cannot map bss section'],
  ['hyp-stack', () => 'Cannot map hyp stack'],
  ['hyp-percpu', () => 'Cannot map hyp percpu region'],
];

const PROTECTION: readonly Line[] = [
  ['psci-relay', () => 'Cannot initialize protected mode without PSCI'],
  ['c1-pro-erratum', () => 'pKVM requires firmware support for C1-Pro erratum 4193714'],
  ['hyp-protection', () => 'Failed to init hyp memory protection'],
];

/** 0, or the error of the step that failed. */
export function* init_hyp_mode(): Asking<number> {
  const err = yield* initialized();
  if (err !== 0) yield* kvm_err(`error initializing Hyp mode: ${err}`);
  return err;
}

function* initialized(): Asking<number> {
  const is_protected_kvm_enabled = (yield* fact('kvm_mode')) === 'protected';
  if (is_protected_kvm_enabled && (yield* count('hyp_mem_mib')) === 0) return -ENOMEM;
  for (const [name, text] of [...MAPPINGS, ...(is_protected_kvm_enabled ? PROTECTION : [])]) {
    const err = yield* step(name);
    if (err === 0) continue;
    if (text !== null) yield* kvm_err(text(err));
    return err;
  }
  return 0;
}
