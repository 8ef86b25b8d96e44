/** What the answers of a trace, taken together, prove of the RMM that gave them. */
import type { MachineHeader } from '../model/trace.js';
import { vouchedProfile } from '../rmm/profiles.js';
import { type CheckedCall, type Evidence, implemented } from './calls.js';
import { followLives } from './lives/follow.js';

/** `machine`: whose name is believed, if it is one of ours. */
export function evidenceOf(machine: MachineHeader, calls: readonly CheckedCall[]): Evidence {
  const vouched = vouchedProfile(machine);
  const profile = vouched !== null && vouched.revisions.length > 0 ? vouched : null;
  return { profile, implemented: implemented(profile, calls), lives: followLives(calls) };
}
