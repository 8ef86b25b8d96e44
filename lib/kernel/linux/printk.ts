/**
 * printk by the names that the init uses. kvm_info and kvm_err put `kvm [%i]: ` with the task's pid before the text
 * (include/linux/kvm_host.h); at boot that is the init task, 1. The pr_ functions put nothing: no pr_fmt where they
 * are used here.
 */
import type { Level } from '../../model/events.js';
import type { Asking } from '../../model/port.js';
import { emit, fact } from './asks.js';

/** The two functions by which a check says what came of it. */
export interface Printk {
  readonly info: (text: string) => Asking<void>;
  readonly err: (text: string) => Asking<void>;
}

const INIT_TASK = 1;
/** The boot CPU's idle task, which everything before the init task runs in. */
const IDLE_TASK = 0;

export function kvm_info(text: string): Asking<void> {
  return kvm_print('info', text);
}

export function kvm_err(text: string): Asking<void> {
  return kvm_print('err', text);
}

export function pr_info(text: string): Asking<void> {
  return emit({ type: 'log', level: 'info', text });
}

export function pr_err(text: string): Asking<void> {
  return emit({ type: 'log', level: 'err', text });
}

/** pr_debug: compiled out, or off, unless the machine says that it is on. */
export function* kvm_debug(text: string): Asking<void> {
  if ((yield* fact('kvm_debug')) === true) yield* kvm_print('debug', text);
}

/** kvm_info and kvm_err before there is an init task. */
export function kvm_info_early(text: string): Asking<void> {
  return kvm_print('info', text, IDLE_TASK);
}

export function kvm_err_early(text: string): Asking<void> {
  return kvm_print('err', text, IDLE_TASK);
}

export function pr_warn(text: string): Asking<void> {
  return emit({ type: 'log', level: 'warn', text });
}

export const KVM: Printk = { info: kvm_info, err: kvm_err };
export const PR: Printk = { info: pr_info, err: pr_err };

function kvm_print(level: Level, text: string, pid = INIT_TASK): Asking<void> {
  return emit({ type: 'log', level, prefix: 'kvm', pid, text });
}
