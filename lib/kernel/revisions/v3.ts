/**
 * [PATCH v3 07/43] arm64: RME: Check for RME support at KVM init, 10 Jun 2024, to v6, 12 Dec 2024: the wanted revision
 * goes along, x0 is a status, and the lower revision is all that is printed. v6 changes two words of the error.
 */
import { ENXIO } from '../../abi/errno.js';
import { RMI_VERSION as SMC_RMI_VERSION } from '../../abi/rmi-commands.js';
import { NOT_SUPPORTED_64 as SMCCC_RET_NOT_SUPPORTED } from '../../abi/smccc.js';
import type { Asking } from '../../model/port.js';
import { LINES } from '../lines.js';
import { fact, returning } from '../linux/asks.js';
import { int } from '../linux/c-types.js';
import { kvm_err, kvm_info } from '../linux/printk.js';
import { arm_smccc_1_1_invoke } from '../linux/smccc.js';
import type { Rest } from './rest.js';
import { SZ_4K } from './rfc.js';
import { type Abi, RMI_ABI_VERSION, RMI_SUCCESS, SHIFTED } from './rmi-smc.js';

/** The error of v3 to v5, or v6's. */
export type Unsupported = typeof LINES.unsupportedHostSupports | typeof LINES.unsupportedWeWant;

function* rmi_check_version(abi: Abi, unsupported: Unsupported): Asking<number> {
  const host_version = RMI_ABI_VERSION(abi.major, abi.minor);

  const res = yield* arm_smccc_1_1_invoke(SMC_RMI_VERSION, host_version);

  if (res.a0 === SMCCC_RET_NOT_SUPPORTED) return -ENXIO;

  const version_major = int(SHIFTED.GET_MAJOR(res.a1));
  const version_minor = int(SHIFTED.GET_MINOR(res.a1));

  if (res.a0 !== RMI_SUCCESS) {
    yield* kvm_err(unsupported, { lower: { major: version_major, minor: version_minor }, wants: abi });
    return -ENXIO;
  }

  yield* kvm_info(LINES.rmiAbiVersion, { lower: { major: version_major, minor: version_minor } });

  return 0;
}

export function kvm_init_rme(abi: Abi, unsupported: Unsupported, rest?: Rest): Asking<void> {
  return on_4k_pages(() => rmi_check_version(abi, unsupported), rest);
}

/** kvm_init_rme of v3 to v12 around its check: only a host with 4K pages asks at all. Returns nothing. */
export function* on_4k_pages(rmi_check_version: () => Asking<number>, rest?: Rest): Asking<void> {
  if ((yield* fact('page_size')) !== SZ_4K) return;

  if (yield* returning('rmi_check_version', rmi_check_version())) return;

  if (rest !== undefined) yield* rest([]);
}
