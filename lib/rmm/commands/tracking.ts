/** Granule tracking and the granule protection table: what the host asks of each region of its memory. */
import { statusWord } from '../../abi/rmi-status.js';
import { type U64, u64, ZERO } from '../../model/u64.js';
import { isAnyIn, isBeyond, isDevice, isDram } from '../memory.js';
import { gptBytes, granuleBytes, trackingBytes, type World } from '../world.js';
import { argument, type Command, done, isAligned, refused, SUCCESS } from './command.js';

/** RmiMemCategory. */
const CONVENTIONAL = ZERO;
const DEV_NCOH = u64(1n);
/** RmiTrackingRegionState. */
const NONE = u64(1n);
const FINE = u64(2n);
const COARSE = u64(3n);

/** Category and state, of the page at `address` alone: TF-RMM 0.9 and head look at no other of a range. */
function tracked({ memory }: World, address: U64, populated: U64): readonly [U64, U64] {
  if (isDram(memory, address)) return [CONVENTIONAL, populated];
  return isDevice(memory, address) ? [DEV_NCOH, populated] : [CONVENTIONAL, NONE];
}

const TRACKING_GET = { name: 'GRANULE_TRACKING_GET', logsSuccess: true, states: 'any' } as const;

/** TF-RMM 0.9, and the draft of its time: one address. x3, from where later kernels go on, is zero. */
export const TRACKING_GET_OF_ONE: Command = {
  ...TRACKING_GET,
  inputs: 1,
  outputs: 2,
  run: (world, call) => {
    const address = argument(call, 1);
    if (!isAligned(address, trackingBytes(world)) || isBeyond(world.memory, address)) return refused();
    return done(SUCCESS, ...tracked(world, address, FINE));
  },
};

export const TRACKING_GET_OF_DRAFT: Command = { ...TRACKING_GET_OF_ONE, states: 'active' };

/** Head and later: a range, and in x3 its top as it was given. */
function ofRange(populated: U64): Command {
  return {
    ...TRACKING_GET,
    inputs: 2,
    outputs: 3,
    run: (world, call) => {
      const [base, top] = [argument(call, 1), argument(call, 2)];
      const bytes = granuleBytes(world);
      if (!isAligned(base, bytes) || !isAligned(top, bytes) || base >= top) return refused();
      return isBeyond(world.memory, top) ? refused() : done(SUCCESS, ...tracked(world, base, populated), top);
    },
  };
}

export const TRACKING_GET_OF_RANGE: Command = ofRange(FINE);
export const TRACKING_GET_COARSE: Command = ofRange(COARSE);

const L1_CREATE = {
  name: 'GPT_L1_CREATE',
  inputs: 1,
  outputs: 0,
  logsSuccess: false,
  states: 'active',
} as const;

/** The platform built every table: 15 in TF-RMM 0.9, head and the draft, 11 in later ones. */
function exists(status: 'ERROR_GPT' | 'ERROR_GLOBAL', bounded: boolean): Command['run'] {
  return (world, call) => {
    const address = argument(call, 1);
    if (!isAligned(address, gptBytes(world))) return refused();
    return bounded && isBeyond(world.memory, address) ? refused() : done(statusWord(status));
  };
}

/** TF-RMM 0.9 and head look at no bound. */
export const GPT_L1_CREATE: Command = { ...L1_CREATE, run: exists('ERROR_GPT', false) };
export const GPT_L1_CREATE_OF_DRAFT: Command = { ...L1_CREATE, run: exists('ERROR_GPT', true) };
export const GPT_L1_CREATE_DENIED: Command = { ...L1_CREATE, run: exists('ERROR_GLOBAL', true) };

/** Who manages an entry of the level 0 table: RESERVED or PLAT. */
const RESERVED = ZERO;
const PLAT = u64(1n);

/** One entry a call. */
export const GPT_INFO: Command = {
  name: 'GPT_INFO',
  inputs: 2,
  outputs: 2,
  logsSuccess: false,
  states: 'active',
  run: (world, call) => {
    const [base, top] = [argument(call, 1), argument(call, 2)];
    const bytes = gptBytes(world);
    if (isBeyond(world.memory, base) || isBeyond(world.memory, top) || top <= base) return refused();
    if (!isAligned(base, bytes) || !isAligned(top, bytes)) return refused();
    const next = u64(base + bytes);
    return done(SUCCESS, next, isAnyIn(world.memory, base, next) ? PLAT : RESERVED);
  },
};
