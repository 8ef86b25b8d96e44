/** Where in a boot the rows of the table of lines stand, for telling one boot from the next. */
import { LINES, type LineName } from '../kernel/lines.js';

/** In the order of a boot: a row of an earlier stage does not come after one of a later. */
export type Stage = 'bring-up' | 'check' | 'before' | 'within' | 'end';
const STAGES: readonly Stage[] = ['bring-up', 'check', 'before', 'within', 'end'];

/** The number of the last stage. */
export const LAST_STAGE = STAGES.length - 1;

/** With these kvm_arm_init is over: its mode line, or a line behind which it gives up. */
const ENDS: ReadonlySet<string> = new Set<LineName>([
  'hypModeNotAvailable',
  'kvmDisabled',
  'sysRegTables',
  'modeInitialized',
  'modeInitialized6_12',
  'vheMode',
  'hypMode',
  'protectedMode',
  'noTimecounter',
  'noVtimerInterrupt',
  'hypModeError',
  'nvNeedsGicv3',
  'noStage2PageSize',
  'unknownTgran2',
]);

/** Printed when the command line is read and when memory is reserved: long before the init. */
const EARLY: ReadonlySet<string> = new Set<LineName>([
  'protectedNotWithVhe',
  'modeIgnored',
  'hypMemoryReserved',
  'hypMemoryMissing',
]);

/** The nv lines come before the check where KVM calls it, and after it from v14 on. */
const BEFORE: ReadonlySet<string> = new Set<LineName>(['nvCoarse', 'nvFine']);

/** Rows that a boot prints for more than one CPU or register. */
const REPEATED: ReadonlySet<string> = new Set<LineName>([
  'sanityCheck',
  'cpuFeatureVariation',
  'noInterrupt',
]);

/** The mode lines, by which KVM's init says that it went well. */
const MODES: ReadonlySet<string> = new Set<LineName>([
  'modeInitialized',
  'modeInitialized6_12',
  'vheMode',
  'hypMode',
  'protectedMode',
]);

const PARTS: ReadonlyMap<string, string> = new Map(
  Object.entries(LINES).map(([name, { part }]) => [name, part]),
);

export function isMode(row: string | null): boolean {
  return row !== null && MODES.has(row);
}

export function isEnd(row: string | null): boolean {
  return row !== null && ENDS.has(row);
}

export function isOnce(row: string): boolean {
  return !REPEATED.has(row);
}

/** The number of the row's stage. */
export function stageOf(row: string, prefix: 'kvm' | null): number {
  if (ENDS.has(row)) return STAGES.indexOf('end');
  if (BEFORE.has(row)) return STAGES.indexOf('before');
  const part = PARTS.get(row);
  if (part === 'bring-up' || EARLY.has(row)) return STAGES.indexOf('bring-up');
  // KVM's own check comes between the nv lines and the rest of its init.
  if (part === 'check' || part === 'init') return STAGES.indexOf(prefix === 'kvm' ? 'within' : 'check');
  return STAGES.indexOf('within');
}
