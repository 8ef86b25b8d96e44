/**
 * [RFC PATCH 04/28] arm64: RME: Check for RME support at KVM init, 27 Jan 2023: arch/arm64/kvm/rme.c. RMI_VERSION has
 * no argument yet, and x0 is no status but the revision itself, of which the major alone must fit.
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
import { type Abi, SHIFTED } from './rmi-smc.js';

export const SZ_4K = 4096;

/** Whether a revision is taken before the major is looked at: the place where the prototype's patch adds its lines. */
export type Taken = (version_major: number, version_minor: number) => Asking<boolean>;

function* rmi_check_version(abi: Abi, taken: Taken | undefined): Asking<number> {
  const res = yield* arm_smccc_1_1_invoke(SMC_RMI_VERSION);

  if (res.a0 === SMCCC_RET_NOT_SUPPORTED) return -ENXIO;

  const version_major = int(SHIFTED.GET_MAJOR(res.a0));
  const version_minor = int(SHIFTED.GET_MINOR(res.a0));

  if (taken !== undefined && (yield* taken(version_major, version_minor))) return 0;

  if (version_major !== abi.major) {
    yield* kvm_err(LINES.unsupportedWeSupport, {
      lower: { major: version_major, minor: version_minor },
      wants: abi.major,
    });
    return -ENXIO;
  }

  yield* kvm_info(LINES.rmiAbiVersion, { lower: { major: version_major, minor: version_minor } });

  return 0;
}

/** An int, 0 in this patch alone: kvm_arm_init returns it where it is not. */
export function* kvm_init_rme(abi: Abi, taken?: Taken, rest?: Rest): Asking<number> {
  if ((yield* fact('page_size')) !== SZ_4K) return 0;

  if (yield* returning('rmi_check_version', rmi_check_version(abi, taken))) return 0;

  return rest === undefined ? 0 : yield* rest([]);
}
