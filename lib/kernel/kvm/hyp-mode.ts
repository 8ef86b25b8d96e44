/** init_hyp_mode (arch/arm64/kvm/arm.c): only where the kernel is not at EL2 itself. */
import { ENOMEM } from '../../abi/errno.js';
import type { StepName } from '../../model/kvm.js';
import type { Asking } from '../../model/port.js';
import { LINES } from '../lines.js';
import { count, fact } from '../linux/asks.js';
import { kvm_err } from '../linux/printk.js';
import { step } from './steps.js';

/** Each mapping, and what is said where it fails; `null` is a step that fails without a line of its own. */
type Line = readonly [name: StepName, line: ((err: number) => Asking<void>) | null];

const MAPPINGS: readonly Line[] = [
  ['hyp-pages', null],
  ['hyp-text', () => kvm_err(LINES.cannotMapHypText)],
  ['hyp-data', () => kvm_err(LINES.cannotMapHypData)],
  ['hyp-rodata', () => kvm_err(LINES.cannotMapHypRodata)],
  ['rodata', () => kvm_err(LINES.cannotMapRodata)],
  ['hyp-bss', err => kvm_err(LINES.cannotMapHypBss, { err })],
  ['bss', () => kvm_err(LINES.cannotMapBss)],
  ['hyp-stack', () => kvm_err(LINES.cannotMapHypStack)],
  ['hyp-percpu', () => kvm_err(LINES.cannotMapHypPercpu)],
];

const PROTECTION: readonly Line[] = [
  ['psci-relay', () => kvm_err(LINES.protectedWithoutPsci)],
  ['c1-pro-erratum', () => kvm_err(LINES.c1ProErratum)],
  ['hyp-protection', () => kvm_err(LINES.hypProtection)],
];

/** 0, or the error of the step that failed. */
export function* init_hyp_mode(): Asking<number> {
  const err = yield* initialized();
  if (err !== 0) yield* kvm_err(LINES.hypModeError, { err });
  return err;
}

function* initialized(): Asking<number> {
  const is_protected_kvm_enabled = (yield* fact('kvm_mode')) === 'protected';
  if (is_protected_kvm_enabled && (yield* count('hyp_mem_mib')) === 0) return -ENOMEM;
  for (const [name, line] of [...MAPPINGS, ...(is_protected_kvm_enabled ? PROTECTION : [])]) {
    const err = yield* step(name);
    if (err === 0) continue;
    if (line !== null) yield* line(err);
    return err;
  }
  return 0;
}
