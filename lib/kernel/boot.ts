/**
 * A boot around a check: CPU bring-up, the initcalls that come before KVM, kvm_arm_init. Any check can be put into any
 * frame; a frame is what the series changed around it.
 */
import type { LogEvent } from '../model/events.js';
import type { Asking } from '../model/port.js';
import { kvm_arm_init } from './arm.js';
import { returning } from './asks.js';
import { bringUp, type System } from './cpufeature.js';
import { ftrTables } from './ftr-tables.js';

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
}

/** kvm_init_rme, kvm_init_rmi or arm64_init_rmi on a booted system. Nobody looks at its value. */
export type Check = (system: System) => Asking<unknown>;

/** The whole boot. Its value is what kvm_arm_init returns. */
export function* bootOf(frame: Frame, check: Check): Asking<number> {
  const system = yield* bringUp(ftrTables({ rme: frame.rme }));
  const early = frame.level === 'subsys_initcall';
  if (early) yield* check(system);
  const init = kvm_arm_init(early ? undefined : in_hyp_mode => calledBy(frame, in_hyp_mode, check(system)));
  const value = yield* returning('kvm_arm_init', init);
  if (value === 0) yield* frame.queries();
  return value;
}

function* calledBy({ onlyInHypMode }: Frame, in_hyp_mode: boolean, check: Asking<unknown>): Asking<void> {
  if (in_hyp_mode || !onlyInHypMode) yield* check;
}

type Line = { readonly prefix: 'kvm' | undefined; readonly text: RegExp };

/** The lines of scope `rmi` that stand in every frame. */
const AROUND: readonly Line[] = [
  { prefix: undefined, text: /^CPU features: (SANITY CHECK: |Unsupported CPU feature variation detected)/ },
  { prefix: 'kvm', text: /^HYP mode not available$/ },
  { prefix: 'kvm', text: /^KVM disabled from command line$/ },
  { prefix: 'kvm', text: /VHE(\+NV2)? mode initialized successfully$/ },
];

/** The check's own, which have KVM's prefix where KVM calls it. */
const OF_THE_CHECK = /^(Unsupported RMI ABI \(|RMI ABI version |Using prototype RMM support \()/;

/** Whether a boot in this frame would print such a line; of any other line of a real boot it says nothing. */
export function modelledBy({ level }: Pick<Frame, 'level'>): (log: LogEvent) => boolean {
  const lines = [
    ...AROUND,
    { prefix: level === 'kvm_arm_init' ? ('kvm' as const) : undefined, text: OF_THE_CHECK },
  ];
  return log => lines.some(line => line.prefix === log.prefix && line.text.test(log.text));
}
