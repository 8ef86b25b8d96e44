/** What the init needs of the RMI header besides the check: asm/rmi_smc.h, from v15 on linux/arm-smccc-rmi.h. */
import { RMI_COMMANDS } from '../../abi/rmi-commands.js';
import { statusCode } from '../../abi/rmi-status.js';
import type { Memory } from '../../model/events.js';
import { field, type U64, u64, ZERO } from '../../model/u64.js';
import type { Memblock } from '../linux/memory.js';

export const SMC_RMI_RMM_CONFIG_SET = fidOf('RMI_RMM_CONFIG_SET');
export const SMC_RMI_RMM_ACTIVATE = fidOf('RMI_RMM_ACTIVATE');
export const SMC_RMI_RMM_DEACTIVATE = fidOf('RMI_RMM_DEACTIVATE');
export const SMC_RMI_GRANULE_TRACKING_GET = fidOf('RMI_GRANULE_TRACKING_GET');
export const SMC_RMI_GPT_L1_CREATE = fidOf('RMI_GPT_L1_CREATE');
export const SMC_RMI_GPT_INFO = fidOf('RMI_GPT_INFO');
export const SMC_RMI_GRANULE_RANGE_DELEGATE = fidOf('RMI_GRANULE_RANGE_DELEGATE');
export const SMC_RMI_GRANULE_RANGE_UNDELEGATE = fidOf('RMI_GRANULE_RANGE_UNDELEGATE');
export const SMC_RMI_OP_CONTINUE = fidOf('RMI_OP_CONTINUE');
export const SMC_RMI_OP_MEM_DONATE = fidOf('RMI_OP_MEM_DONATE');
export const SMC_RMI_OP_MEM_RECLAIM = fidOf('RMI_OP_MEM_RECLAIM');
export const SMC_RMI_OP_CANCEL = fidOf('RMI_OP_CANCEL');

function fidOf(name: string): U64 {
  const found = RMI_COMMANDS.find(command => command.name === name);
  if (found === undefined) throw new Error(`the table of commands has no ${name}`);
  return found.fid;
}

export const RMI_INCOMPLETE = statusCode('INCOMPLETE');
export const RMI_ERROR_GPT = statusCode('ERROR_GPT');

export const RMI_MEM_CATEGORY_CONVENTIONAL = ZERO;
export const RMI_TRACKING_FINE = u64(2n);
export const RMI_GPT_PAR_PLAT = u64(1n);

/** RmiFeatureRegister0: LPA2. */
export function hasLpa2(feat_reg0: U64): boolean {
  return field(feat_reg0, 8, 1) === 1;
}

/** RmiFeatureRegister1: HASH_SHA_256. */
export function hasSha256(feat_reg1: U64): boolean {
  return field(feat_reg1, 3, 1) === 1;
}

/** RmiFeatureRegister1: RMI_GRAN_SZ_4KB, 16KB or 64KB, that of the kernel's pages. */
export function hasGranules(feat_reg1: U64, mm: Memblock): boolean {
  return field(feat_reg1, granuleSize(mm), 1) === 1;
}

/** What one entry of the level 0 GPT covers, in bytes: 2^30 shifted by RmiFeatureRegister1.L0GPTSZ. */
export function l0gptSize(feat_reg1: U64): bigint {
  return 1n << BigInt(30 + field(feat_reg1, 10, 4));
}

/** struct rmm_config in its page, which is zero but for this: tracking_region_size 0, and rmi_granule_size. */
export function rmmConfig(pa: U64, mm: Memblock): Memory {
  return {
    pa,
    at: 'call',
    words: [
      { offset: ZERO, value: ZERO },
      { offset: u64(8n), value: u64(BigInt(granuleSize(mm))) },
    ],
  };
}

/** RMI_GRANULE_SIZE_4KB, 16KB and 64KB: 0 to 2, also the bit of each in RmiFeatureRegister1. */
function granuleSize({ PAGE_SHIFT }: Memblock): number {
  return (PAGE_SHIFT - 12) / 2;
}
