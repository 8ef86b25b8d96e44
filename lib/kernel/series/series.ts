/** A whole series behind its check: what its later patches add to the init, and what they remember in one boot. */
import type { Asking } from '../../model/port.js';
import { emit } from '../linux/asks.js';
import { newRealm } from '../revisions/queries.js';
import type { Rest } from '../revisions/rest.js';

export interface WholeSeries {
  /** What stands behind a good version. */
  readonly rest: Rest;
  /** KVM's part, where the check is not KVM's: kvm_init_rmi of v14 and later. */
  readonly half?: () => Asking<void>;
  /** Whether realms can be had is asked of the kernel itself, in a series without KVM's part. */
  readonly available?: () => Asking<void>;
  /** What is asked of a VM once KVM is there. */
  readonly queries: () => Asking<void>;
}

/** Makes the state of one boot. */
export type Series = () => WholeSeries;

/** DEFINE_STATIC_KEY_FALSE: kvm_rme_is_available, later kvm_rmi_is_available. */
export interface StaticKey {
  enabled: boolean;
}

export function* static_branch_enable(key: StaticKey): Asking<void> {
  key.enabled = true;
  yield* emit({ type: 'return', of: 'static_branch_enable', value: 0 });
}

/**
 * The queries of a series up to v11: a new vCPU is no REC, since it has no MPIDR of one (RFC to v5) or not the feature
 * KVM_ARM_VCPU_REC (v6 to v11).
 */
export function beforeRecs(key: StaticKey): Asking<void> {
  return newRealm(key.enabled);
}

/** From v12 on every vCPU of a realm is a REC: vcpu_is_rec() is kvm_is_realm(). */
export function withRecs(key: StaticKey): Asking<void> {
  return newRealm(key.enabled, key.enabled);
}
