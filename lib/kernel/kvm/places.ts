/** Where something may stand in kvm_arm_init, and how its C shows each place. */

import type { Line } from '../lines/line.js';
import { LINES } from '../lines.js';

/** The places of kvm_arm_init at which something may stand: behind each of its steps, in their order. */
export const PLACES = [
  'start',
  'hyp-mode-available',
  'kvm-mode',
  'sys-reg-table',
  'in-hyp-mode',
  'erratum',
  'ipa-limit',
  'sve',
  'vmid-allocator',
  'init-hyp-mode',
  'vector-slots',
  'subsystems',
  'mode-line',
  'kvm-init',
] as const;

export type Place = (typeof PLACES)[number];

/** Where the series puts the check. */
export const CHECK_PLACE: Place = 'in-hyp-mode';

/** A call of a step, or the words with which it gives up. */
function shownBy(call: RegExp, line: Line): RegExp {
  return new RegExp(`${call.source}|${line.text}`);
}

/** What shows each step in the C of that function: the calls and texts that it is known by. */
const SHOWN_BY: Readonly<Record<Exclude<Place, 'start'>, RegExp>> = {
  'hyp-mode-available': shownBy(/\bis_hyp_mode_available\(\)/, LINES.hypModeNotAvailable),
  'kvm-mode': shownBy(/\bKVM_MODE_NONE\b/, LINES.kvmDisabled),
  'sys-reg-table': shownBy(/\bkvm_sys_reg_table_init\(/, LINES.sysRegTables),
  'in-hyp-mode': /\bin_hyp_mode = /,
  erratum: /\bARM64_WORKAROUND_(DEVICE_LOAD_ACQUIRE|1508412)\b|Guests without required CPU erratum/,
  'ipa-limit': /\bkvm_set_ipa_limit\(/,
  sve: /\bkvm_arm_init_sve\(/,
  'vmid-allocator': /\bkvm_arm_vmid_alloc_init\(|Failed to initialize VMID allocator/,
  'init-hyp-mode': /\binit_hyp_mode\(/,
  'vector-slots': shownBy(/\bkvm_init_vector_slots\(/, LINES.vectorSlots),
  subsystems: /\binit_subsystems\(/,
  'mode-line': /mode initialized successfully/,
  'kvm-init': /\bkvm_init\(/,
};

/** The step that a line of C shows; `null` where it shows none. */
export function placeShownBy(line: string): Place | null {
  return PLACES.find(place => place !== 'start' && SHOWN_BY[place].test(line)) ?? null;
}
