/** Where in a boot the rows of the table of lines stand, for telling one boot from the next. */
import type { Line } from '../kernel/lines/line.js';
import { LINES, type LineName } from '../kernel/lines.js';
import { isError } from '../kernel/realms.js';

/** In the order of a boot: a row of an earlier stage does not come after one of a later. */
export type Stage = 'bring-up' | 'check' | 'before' | 'within' | 'end';
const STAGES: readonly Stage[] = ['bring-up', 'check', 'before', 'within', 'end'];

/** The number of the last stage. */
export const LAST_STAGE = STAGES.length - 1;

/** The nv lines come before the check where KVM calls it, and after it from v14 on. */
const BEFORE: ReadonlySet<string> = new Set<LineName>(['nvCoarse', 'nvFine']);

/** Rows that a boot prints for more than one CPU or register. */
const REPEATED: ReadonlySet<string> = new Set<LineName>([
  'sanityCheck',
  'cpuFeatureVariation',
  'noInterrupt',
]);

const ROWS: ReadonlyMap<string, Line> = new Map(Object.entries(LINES));

/** A mode line, by which KVM's init says that it went well. */
export function isMode(row: string | null): boolean {
  return row !== null && ROWS.get(row)?.ends === 'initialized';
}

/** With these kvm_arm_init is over: its mode line, or a line behind which it gives up. */
export function isEnd(row: string | null): boolean {
  return row !== null && ROWS.get(row)?.ends !== undefined;
}

/** A line of the check itself, in whichever words. */
export function isOfCheck(row: string | null): boolean {
  return row !== null && ROWS.get(row)?.part === 'check';
}

/** A line that tells what came of the check: one a boot. */
export function isVerdict(row: string | null): boolean {
  return row !== null && isOfCheck(row) && ROWS.get(row)?.says !== undefined;
}

/** An error line of the check or of the init behind it. */
export function saysFailure(row: string | null): boolean {
  const line = row === null ? undefined : ROWS.get(row);
  return line !== undefined && (line.part === 'check' || line.part === 'init') && isError(line);
}

export function isOnce(row: string): boolean {
  return !REPEATED.has(row);
}

/** The number of the row's stage. */
export function stageOf(row: string, prefix: 'kvm' | null): number {
  if (isEnd(row)) return STAGES.indexOf('end');
  if (BEFORE.has(row)) return STAGES.indexOf('before');
  const part = ROWS.get(row)?.part;
  if (part === 'early' || part === 'bring-up') return STAGES.indexOf('bring-up');
  // KVM's own check comes between the nv lines and the rest of its init.
  if (part === 'check' || part === 'init') return STAGES.indexOf(prefix === 'kvm' ? 'within' : 'check');
  return STAGES.indexOf('within');
}
