/** What the queries that come with the check (RFC to v13) answer right after init, and their enum realm_state. */
import type { Asking } from '../../model/port.js';
import type { RealmState } from '../../model/trace.js';
import { emit } from '../linux/asks.js';
import * as v13 from './v13.js';

/** Numbering of enum realm_state. */
const REALM_STATES: readonly RealmState[] = [
  'REALM_STATE_NONE',
  'REALM_STATE_NEW',
  'REALM_STATE_ACTIVE',
  'REALM_STATE_DYING',
  'REALM_STATE_DEAD',
];

/** The queries that a run asks after the init, to show what KVM would make of a VM. No boot prints or asks them. */
export const QUERIES: readonly string[] = ['kvm_is_realm', 'kvm_realm_state', 'vcpu_is_rec'];

/** What the series numbers a state; `null` for one that it does not have. */
export function realmStateValue(name: string): number | null {
  const at = REALM_STATES.findIndex((state: string) => state === name);
  return at < 0 ? null : at;
}

export function realmStateName(value: number): RealmState | undefined {
  return REALM_STATES[value];
}

/**
 * The three queries of a VM that its user asked to be a realm, and of a new vCPU of it. In the check's own patch they are
 * the same from the RFC to v13; later patches of a series change vcpu_is_rec alone.
 */
export function* newRealm(
  kvm_rmi_is_available = v13.KVM_RMI_IS_AVAILABLE,
  vcpu_is_rec = v13.vcpu_is_rec(),
): Asking<void> {
  const arch: v13.kvm_arch = { is_realm: true, realm: { state: 'REALM_STATE_NONE' } };
  const is_realm = v13.kvm_is_realm(arch, kvm_rmi_is_available);
  yield* emit({ type: 'return', of: 'kvm_is_realm', value: is_realm ? 1 : 0 });
  yield* emit({
    type: 'return',
    of: 'kvm_realm_state',
    value: REALM_STATES.indexOf(v13.kvm_realm_state(arch)),
  });
  yield* emit({ type: 'return', of: 'vcpu_is_rec', value: vcpu_is_rec ? 1 : 0 });
}

/** From v14 on the queries come with another patch. */
export function* noQueries(): Asking<void> {}
