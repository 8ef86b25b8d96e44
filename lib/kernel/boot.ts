/**
 * A boot around a check: CPU bring-up, the initcalls that come before KVM, kvm_arm_init. Any check can be put into any
 * frame; a frame is what the series changed around it.
 */
import type { LogEvent } from '../model/events.js';
import type { Asking } from '../model/port.js';
import type { Scope } from '../model/trace.js';
import { type KvmInitRmi, kvm_arm_init, kvm_arm_init_around_check } from './kvm/arm.js';
import { kvm_early } from './kvm/early.js';
import { CHECK_PLACE, type Place } from './kvm/places.js';
import { rowsOf } from './lines.js';
import { returning } from './linux/asks.js';
import { bringUp, type System } from './linux/cpufeature.js';
import { type FtrTables, ftrTables } from './linux/ftr-tables.js';
import { initcall } from './linux/initcall.js';
import type { Rest } from './revisions/rest.js';
import type { WholeSeries } from './series/series.js';

/** Who calls the check: KVM's init, or the kernel itself before any KVM is there. */
export type InitLevel = 'subsys_initcall' | 'kvm_arm_init';

export interface Frame {
  readonly level: InitLevel;
  /** kvm_arm_init calls the check `if (in_hyp_mode)`: RFC to v8. */
  readonly onlyInHypMode: boolean;
  /** Whether the table of ID_AA64PFR0_EL1 has the RME field: v11 on. */
  readonly rme: boolean;
  /** What is asked of a VM once KVM is there. */
  readonly queries: () => Asking<void>;
  /** The check's value is an error of kvm_arm_init: RFC. */
  readonly failsKvm?: true;
  /** Where kvm_arm_init calls it. Default: where the series has it. */
  readonly behind?: Place;
  /** Changes to the tables of ID registers. Default: none. */
  readonly changed?: (tables: FtrTables) => FtrTables;
}

/** kvm_init_rme, kvm_init_rmi or arm64_init_rmi on a booted system. Its value is not used. */
export type Check = (system: System, in_hyp_mode: boolean) => Asking<unknown>;

/**
 * The whole boot, or with scope `rmi` as much of it as is around the check. Its value is what kvm_arm_init returns.
 * `half`: what KVM's init calls in the place of a check that came before it. `available`: as a whole series has it.
 */
export function bootOf(
  frame: Frame,
  check: Check,
  scope: Scope,
  half?: Check,
  available?: () => Asking<void>,
): Asking<number> {
  return booted(frame, check, scope, { half, available, ...(scope === 'init' ? { initcall } : {}) });
}

/** The same with the whole series behind its check: scope `init`. */
export function bootOfSeries(
  frame: Frame,
  check: (system: System, rest: Rest) => Asking<unknown>,
  { rest, half, available, queries }: WholeSeries,
): Asking<number> {
  const around = { half, available, initcall };
  return booted({ ...frame, queries }, system => check(system, rest), 'init', around);
}

/** What may stand around a check. */
interface Around {
  readonly half: Check | undefined;
  /** What is asked of the kernel itself once all is over, KVM there or not. */
  readonly available?: (() => Asking<void>) | undefined;
  readonly initcall?: typeof initcall;
}

function* booted(frame: Frame, check: Check, scope: Scope, around: Around): Asking<number> {
  const { half, available, initcall = unseen } = around;
  const whole = scope === 'kvm';
  if (whole) yield* kvm_early();
  const tables = ftrTables({ rme: frame.rme, mmfr0: whole });
  const system = yield* bringUp(frame.changed?.(tables) ?? tables);
  const early = frame.level === 'subsys_initcall';
  if (early) yield* initcall('arm64_init_rmi', check(system, false));
  const called = early ? half : check;
  const kvm_init_rmi: KvmInitRmi | undefined = called && {
    behind: frame.behind ?? CHECK_PLACE,
    call: in_hyp_mode => calledBy(frame, in_hyp_mode, called(system, in_hyp_mode)),
  };
  const init = (whole ? kvm_arm_init : kvm_arm_init_around_check)(system, kvm_init_rmi);
  const value = yield* returning('kvm_arm_init', initcall('kvm_arm_init', init));
  if (available !== undefined) yield* available();
  if (value === 0) yield* frame.queries();
  return value;
}

function unseen<T>(_: string, body: Asking<T>): Asking<T> {
  return body;
}

/** CPU bring-up alone; its value makes the check on that system, as often as it is called. */
export function* broughtUp({ rme }: Frame, check: Check): Asking<() => Asking<unknown>> {
  const system = yield* bringUp(ftrTables({ rme, mmfr0: false }));
  return () => check(system, true);
}

/** 0, or the error that kvm_arm_init returns. */
function* calledBy(
  { onlyInHypMode, failsKvm }: Frame,
  in_hyp_mode: boolean,
  check: Asking<unknown>,
): Asking<number> {
  if (!in_hyp_mode && onlyInHypMode) return 0;
  const value = yield* check;
  return failsKvm === true && typeof value === 'number' ? value : 0;
}

/**
 * Whether a boot in this frame would print such a line: whether there is a row for it in that scope. The check's own have
 * KVM's prefix where KVM calls it. Of any other line of a real boot it says nothing.
 */
export function modelledBy({ level }: Pick<Frame, 'level'>, scope: Scope): (log: LogEvent) => boolean {
  const prefix = level === 'kvm_arm_init' ? 'kvm' : undefined;
  return log =>
    rowsOf(log).some(
      ({ line }) =>
        (line.scope === scope || line.scope === 'rmi') && (line.part !== 'check' || log.prefix === prefix),
    );
}
