/** What rmi_check_version does with the answer, from v7 to v20: the lines that print the range of the RMM. */
import { ENXIO } from '../../abi/errno.js';
import { NOT_SUPPORTED_64 as SMCCC_RET_NOT_SUPPORTED } from '../../abi/smccc.js';
import type { Asking } from '../../model/port.js';
import { LINES } from '../lines.js';
import { unsigned_short } from '../linux/c-types.js';
import type { Printk } from '../linux/printk.js';
import type { arm_smccc_res } from '../linux/smccc.js';
import { type Abi, RMI_SUCCESS, type VersionMacros } from './rmi-smc.js';

/** 0 where the RMM speaks the wanted revision (or says so), else -ENXIO. */
export function* range_checked(
  res: arm_smccc_res,
  abi: Abi,
  { GET_MAJOR, GET_MINOR }: VersionMacros,
  { info, err }: Printk,
): Asking<number> {
  // An int constant against an unsigned long: all 64 bits must be ones.
  if (res.a0 === SMCCC_RET_NOT_SUPPORTED) return -ENXIO;

  const version_major = unsigned_short(GET_MAJOR(res.a1));
  const version_minor = unsigned_short(GET_MINOR(res.a1));

  // All of a0: a status of 0 with an index in bits 15:8 is not success.
  if (res.a0 !== RMI_SUCCESS) {
    const high_version_major = unsigned_short(GET_MAJOR(res.a2));
    const high_version_minor = unsigned_short(GET_MINOR(res.a2));

    yield* err(LINES.unsupportedRange, {
      lower: { major: version_major, minor: version_minor },
      higher: { major: high_version_major, minor: high_version_minor },
      wants: abi,
    });
    return -ENXIO;
  }

  yield* info(LINES.rmiAbiVersion, { lower: { major: version_major, minor: version_minor } });

  return 0;
}
