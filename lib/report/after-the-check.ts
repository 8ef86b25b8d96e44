/** What a finding says besides the check itself: of a kernel that takes x0 for the revision, and of what came after. */
import { errnoText } from '../abi/errno.js';
import { decodeStatus, fitsStatus } from '../abi/rmi-status.js';
import { endSaid } from '../kernel/outcome.js';
import type { TraceEvent } from '../model/events.js';
import type { Outcome } from '../model/trace.js';
import { hex, type U64 } from '../model/u64.js';

/** The finding of a check that asked without an argument; `so` names the RMMs that answer like this. */
export function withoutArgument(
  { class: outcomeClass, lower = '?' }: Outcome,
  x0: U64,
  wants: string | null,
  so: string,
): string {
  const major = wants?.split('.')[0] ?? '?';
  const reads = `asks without an argument and reads ${hex(x0)} in x0 as revision ${lower}`;
  if (outcomeClass === 'accepted') {
    const what = lower.startsWith(`${major}.`) ? `RMI ${lower}` : `the prototype's RMI ${lower}`;
    return `KVM accepts ${what}: it ${reads}${so}.`;
  }
  const status = fitsStatus(x0)
    ? ` (a status, ${decodeStatus(x0).text}, of an RMM that takes an argument)`
    : '';
  return `No realms: KVM supports major ${major}, ${reads}${status}${so}.`;
}

/** Sentences on what failed after a check that ran, each with a blank before it; empty where nothing did. */
export function afterwards(events: readonly TraceEvent[], outcome: Outcome): string {
  const said: string[] = [];
  const reason = events
    .map(event => (event.type === 'log' ? (endSaid(event.text)?.reason ?? '') : ''))
    .find(why => GAVE_UP[why] !== undefined);
  const { kvm_init = 0 } = outcome;
  if (reason !== undefined) said.push(`KVM itself gave up afterwards: ${GAVE_UP[reason]}.`);
  // The check never decides whether KVM comes up: a good handshake may be followed by a failed init.
  else if (kvm_init !== 0) said.push(`KVM gave up after that: kvm_arm_init returned ${errnoText(kvm_init)}.`);
  return said.map(sentence => ` ${sentence}`).join('');
}

/** From v14 on the check comes before KVM, which may still give up. */
const GAVE_UP: Readonly<Record<string, string>> = {
  'el1-entry': 'the kernel was entered at EL1',
  'kvm-disabled': 'it is disabled on the command line',
};
