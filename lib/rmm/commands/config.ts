/** RMM_CONFIG_SET and RMM_CONFIG_GET: a page of the host's with the configuration of the RMM. */
import { bits, field, hex, type U64, u64, ZERO } from '../../model/u64.js';
import { granuleBytes, isNonSecure, type World } from '../world.js';
import {
  argument,
  type Called,
  type Command,
  type Done,
  done,
  isAligned,
  refused,
  SUCCESS,
  word,
} from './command.js';

/** struct rmm_config: tracking_region_size, then rmi_granule_size; the rest of the page is zero. */
const TRACKING_REGION_SIZE = u64(0x0n);
const GRANULE_SIZE = u64(0x8n);

type Supports = (world: World, trackingRegionSize: U64, granuleSize: U64) => boolean;

/** TF-RMM 0.9 and head, built for 4KB: all 64 bits of both words must be zero. */
const isAllZero: Supports = (_, trackingRegionSize, granuleSize) =>
  trackingRegionSize === ZERO && granuleSize === ZERO;

/** The draft: fields of 8 bits. Feature register 1 says which granules there are; 16KB and 64KB have two tracking regions. */
const isSupported: Supports = ({ features }, trackingRegionSize, granuleSize) => {
  const [tracking, granule] = [field(trackingRegionSize, 0, 8), field(granuleSize, 0, 8)];
  return granule <= 2 && field(features[1] ?? ZERO, granule, 1) === 1 && tracking <= (granule === 0 ? 0 : 1);
};

function configSet(supports: Supports): Command['run'] {
  return (world, call) => {
    const pa = argument(call, 1);
    if (!isPage(world, pa)) return refused();
    const [trackingRegionSize, granuleSize] = [TRACKING_REGION_SIZE, GRANULE_SIZE].map(at =>
      word(call, pa, at),
    );
    if (trackingRegionSize == null || granuleSize == null)
      return { unanswered: `know what the page at ${hex(pa)} holds: the call does not say` };
    if (!supports(world, trackingRegionSize, granuleSize)) return refused();
    world.config = {
      trackingRegionSize: bits(trackingRegionSize, 0, 8),
      granuleSize: bits(granuleSize, 0, 8),
    };
    return done(SUCCESS);
  };
}

/** The whole page is written: what is not the configuration's becomes zero. */
function configGet(world: World, call: Called): Done {
  const pa = argument(call, 1);
  if (!isPage(world, pa)) return refused();
  const before = call.mem.filter(memory => memory.pa === pa).flatMap(({ words }) => words);
  const offsets = new Set([TRACKING_REGION_SIZE, GRANULE_SIZE, ...before.map(({ offset }) => offset)]);
  const { trackingRegionSize, granuleSize } = world.config;
  const content = new Map([
    [TRACKING_REGION_SIZE, trackingRegionSize],
    [GRANULE_SIZE, granuleSize],
  ]);
  const words = [...offsets].map(offset => ({ offset, value: content.get(offset) ?? ZERO }));
  return { res: [SUCCESS], wrote: { pa, words } };
}

function isPage(world: World, pa: U64): boolean {
  return pa !== ZERO && isAligned(pa, granuleBytes(world)) && isNonSecure(world, pa);
}

const SET = { name: 'RMM_CONFIG_SET', inputs: 1, outputs: 0, states: 'init', logsSuccess: true } as const;
const GET = { name: 'RMM_CONFIG_GET', inputs: 1, outputs: 0, logsSuccess: true, run: configGet } as const;

export const RMM_CONFIG_SET: Command = { ...SET, run: configSet(isAllZero) };
export const RMM_CONFIG_SET_OF_DRAFT: Command = { ...SET, run: configSet(isSupported) };
export const RMM_CONFIG_GET: Command = { ...GET, states: 'any' };
export const RMM_CONFIG_GET_OF_DRAFT: Command = { ...GET, states: 'active' };
