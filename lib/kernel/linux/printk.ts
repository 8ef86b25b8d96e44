/**
 * printk by the names that the init uses, each with a row of lib/kernel/lines.ts in place of a format string: it takes the
 * rows that it prints and no other. kvm_info and kvm_err put `kvm [%i]: ` with the task's pid before the text
 * (include/linux/kvm_host.h); at boot that is the init task, 1. The pr_ functions put nothing: no pr_fmt where they
 * are used here.
 */
import type { LogEvent } from '../../model/events.js';
import type { Asking } from '../../model/port.js';
import { type Line, PRINTERS, type Printer, printed, type ValuesOf } from '../lines/line.js';
import type { Row } from '../lines.js';
import { fact } from './asks.js';

/** The rows that all of these functions print. */
type RowBy<P extends Printer> = Extract<Row, { readonly by: Readonly<Record<P, string>> }>;

/** Nothing for a line without places. */
type Values<L extends Line> = unknown extends ValuesOf<L['text']> ? [] : [values: ValuesOf<L['text']>];

type Prints<P extends Printer> = <L extends RowBy<P>>(line: L, ...values: Values<L>) => Asking<void>;

/** The two functions by which a check says what came of it. */
export interface Printk {
  readonly info: Prints<'kvm_info' | 'pr_info'>;
  readonly err: Prints<'kvm_err' | 'pr_err'>;
}

export const INIT_TASK = 1;
/** The boot CPU's idle task, which everything before the init task runs in. */
const IDLE_TASK = 0;

export const kvm_info: Prints<'kvm_info'> = (line, ...values) => print('kvm_info', line, values);
export const kvm_err: Prints<'kvm_err'> = (line, ...values) => print('kvm_err', line, values);
export const pr_info: Prints<'pr_info'> = (line, ...values) => print('pr_info', line, values);
export const pr_err: Prints<'pr_err'> = (line, ...values) => print('pr_err', line, values);
export const pr_warn: Prints<'pr_warn'> = (line, ...values) => print('pr_warn', line, values);

/** pr_debug: compiled out, or off, unless the machine says that it is on. */
export const kvm_debug: Prints<'kvm_debug'> = function* (line, ...values) {
  if ((yield* fact('kvm_debug')) === true) yield* print('kvm_debug', line, values);
};

/** printk(KERN_DEBUG …), which a console shows only at loglevel 8. */
export const printk_debug: Prints<'printk_debug'> = (line, ...values) => print('printk_debug', line, values);

/** kvm_info and kvm_err before there is an init task. */
export const kvm_info_early: Prints<'kvm_info'> = (line, ...values) =>
  print('kvm_info', line, values, IDLE_TASK);
export const kvm_err_early: Prints<'kvm_err'> = (line, ...values) =>
  print('kvm_err', line, values, IDLE_TASK);

export const KVM: Printk = { info: kvm_info, err: kvm_err };
export const PR: Printk = { info: pr_info, err: pr_err };

/** The only place where a kernel written here puts out a line. */
function* print(by: Printer, line: Line, [values]: readonly unknown[], pid = INIT_TASK): Asking<void> {
  const { level, prefix } = PRINTERS[by];
  const text = printed(line, values ?? {});
  const event: LogEvent =
    prefix === undefined ? { type: 'log', level, text } : { type: 'log', level, prefix, pid, text };
  yield { ask: 'emit', event };
}
