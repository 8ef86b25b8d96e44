/** Values of RMI 2.0 that have names, or fields: what GRANULE_TRACKING_GET and GPT_INFO tell, what a host is to donate. */
import { bits, field, hex, type U64 } from '../model/u64.js';
import { lookupRmiByName } from './rmi-commands.js';

/** RmiMemCategory; NONE by Linux's header for 2.0-bet3. */
const CATEGORIES: readonly string[] = ['CONVENTIONAL', 'DEV_NCOH', 'DEV_COH', 'NONE'];
/** RmiTrackingRegionState; INTERMEDIATE by that header. */
const TRACKING_STATES: readonly string[] = ['RESERVED', 'NONE', 'FINE', 'COARSE', 'INTERMEDIATE'];
/** Who manages an entry of the granule protection table: UNVERIFIED, from renderings of a later draft. */
const GPT_STATES: readonly string[] = ['RESERVED', 'PLAT', 'HOST_NOT_CREATED', 'HOST_CREATED'];
/** What memory that is asked for must be; `conditional` by Linux's header for 2.0-bet3. */
const DONATED_STATES: readonly string[] = ['delegated', 'undelegated', 'conditional'];

type Show = (value: U64) => string;

export const memoryCategory: Show = named(CATEGORIES);
export const trackingState: Show = named(TRACKING_STATES);

/** Block size in bits 1:0, count in 15:2, contiguous in 16, state in 18:17. */
function donateRequest(request: U64): string {
  if (request === 0n) return hex(request);
  const [size, count] = [field(request, 0, 2), field(request, 2, 14)];
  const state = DONATED_STATES[field(request, 17, 2)] ?? `state ${field(request, 17, 2)}`;
  const contiguous = field(request, 16, 1) === 1 ? ' contiguous' : '';
  const stray = bits(request, 19, 45) === 0n ? '' : `, stray bits ${hex(request)}`;
  const blocks = `${size === 0 ? 'granule' : 'block'}${count === 1 ? '' : 's'}`;
  return `${count}${contiguous} ${state} ${blocks}${size === 0 ? '' : ` of size ${size}`}${stray}`;
}

/** How registers read, by the names that the table of commands gives them. */
export function valueShows(fid: U64): ReadonlyMap<string, Show> {
  return SHOWS.get(fid) ?? NONE;
}

const NONE: ReadonlyMap<string, Show> = new Map();

const TRACKED: ReadonlyMap<string, Show> = new Map([
  ['category', memoryCategory],
  ['state', trackingState],
]);
const REQUESTED: ReadonlyMap<string, Show> = new Map([['donate_request', donateRequest]]);

const SHOWS: ReadonlyMap<U64 | null, ReadonlyMap<string, Show>> = new Map([
  [lookupRmiByName('RMI_GRANULE_TRACKING_GET'), TRACKED],
  [lookupRmiByName('RMI_GRANULE_TRACKING_SET'), TRACKED],
  [lookupRmiByName('RMI_GPT_INFO'), new Map([['state', named(GPT_STATES)]])],
  [lookupRmiByName('RMI_OP_CONTINUE'), REQUESTED],
  [lookupRmiByName('RMI_OP_MEM_DONATE'), REQUESTED],
]);

function named(names: readonly string[]): Show {
  return value => (value < BigInt(names.length) ? (names[field(value, 0, 32)] ?? hex(value)) : hex(value));
}
