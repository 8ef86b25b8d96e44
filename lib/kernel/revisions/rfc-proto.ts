/**
 * The patch on top of the RFC that adds RME_USE_PROTOTYPE_HACKS: an RMM of before the specification's first release is
 * taken, with an error line, and the check succeeds.
 */
import type { Asking } from '../../model/port.js';
import { LINES } from '../lines.js';
import { kvm_err } from '../linux/printk.js';
import type { Rest } from './rest.js';
import * as rfc from './rfc.js';
import type { Abi } from './rmi-smc.js';

/** PROTOTYPE_RMI_ABI_MAJOR_VERSION: a build has one; 56 stands in the patch, 66 in the line of a later build's boot. */
const PROTOTYPES: readonly number[] = [56, 66];

function* prototype(version_major: number, version_minor: number): Asking<boolean> {
  if (!PROTOTYPES.includes(version_major)) return false;
  yield* kvm_err(LINES.prototypeSupport, { lower: { major: version_major, minor: version_minor } });
  return true;
}

export function kvm_init_rme(abi: Abi, rest?: Rest): Asking<number> {
  return rfc.kvm_init_rme(abi, prototype, rest);
}
