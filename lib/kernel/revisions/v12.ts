/**
 * [PATCH v12 05/46] arm64: RMI: Check for RMI support at KVM init, 17 Dec 2025: RME becomes RMI, and the RME field is
 * looked at; the page size before it, still.
 */
import type { Asking } from '../../model/port.js';
import type { System } from '../linux/cpufeature.js';
import type { Rest } from './rest.js';
import type { Abi } from './rmi-smc.js';
import { on_4k_pages } from './v3.js';
import { rmi_check_version } from './v13.js';

export function kvm_init_rmi(system: System, abi: Abi, rest?: Rest): Asking<void> {
  return on_4k_pages(() => rmi_check_version(system, abi), rest);
}
