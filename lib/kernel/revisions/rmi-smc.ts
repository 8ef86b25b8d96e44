/** The RMI header: asm/rmi_smc.h to v14, linux/arm-smccc-rmi.h from v15 on. What each check needs of it. */
import { statusCode, statusWord } from '../../abi/rmi-status.js';
import { bits, field, type U64, wrap64 } from '../../model/u64.js';

/** RMI_ABI_MAJOR_VERSION (0..32767) and RMI_ABI_MINOR_VERSION (0..65535): what the host wants. */
export interface Abi {
  readonly major: number;
  readonly minor: number;
}

export const RMI_SUCCESS = statusWord('SUCCESS');
export const RMI_BUSY = statusCode('BUSY');
export const RMI_BLOCKED = statusCode('BLOCKED');

/** RMI_RETURN_STATUS, later RMI_RESULT_STATUS: bits 7:0 of x0, whatever else is set. */
export function RMI_RETURN_STATUS(a0: U64): number {
  return field(a0, 0, 8);
}

export function RMI_ABI_VERSION(major: number, minor: number): U64 {
  return wrap64((BigInt(major) << 16n) | BigInt(minor));
}

/** RMI_ABI_VERSION_GET_MAJOR and RMI_ABI_VERSION_GET_MINOR, before any assignment cuts what they give. */
export interface VersionMacros {
  readonly GET_MAJOR: (version: U64) => U64;
  readonly GET_MINOR: (version: U64) => U64;
}

/** Before v20: `>> 16`, without a mask, so bit 31 and above reach the major revision; `& 0xFFFF`. */
export const SHIFTED: VersionMacros = {
  GET_MAJOR: version => bits(version, 16, 48),
  GET_MINOR: version => bits(version, 0, 16),
};

/** From v20 on: FIELD_GET of bits 30:16 and 15:0, as the specification lays them out. */
export const MASKED: VersionMacros = {
  GET_MAJOR: version => bits(version, 16, 15),
  GET_MINOR: version => bits(version, 0, 16),
};
