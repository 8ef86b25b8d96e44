/** What is known of granules, realms and the RMM while the calls of a trace go by. A state that is not known is a set. */
import { hex, type U64 } from '../../model/u64.js';
import { type LifeBreach, since } from './breach.js';
import { type Granules, type Known, type KnownGranule, newGranules } from './granules.js';
import type { PageBits } from './ranges.js';
import {
  type Change,
  common,
  GRANULE_STATES,
  type GranuleState,
  REALM_STATES,
  type RealmState,
  RMM_STATES,
  type RmmState,
  statesText,
} from './states.js';
import { newTables, type TableCount, type Tables } from './tables.js';

/** What a trace as a whole says of itself. */
export interface Setting {
  /** Whether it has the commands that a console of TF-RMM leaves out. */
  readonly complete: boolean;
  /** Whether it begins where the RMM's host does: RMI_VERSION comes before all that changes a state. */
  readonly fromBoot: boolean;
  /** Whether calls of several CPUs may overlap. */
  readonly parallel: boolean;
  /** Whether its RMM has REALM_TERMINATE, without which a realm is destroyed as in 1.0. */
  readonly terminates: boolean;
}

export interface KnownRealm extends Known<RealmState> {
  /** Whether the trace saw it created. */
  readonly born: boolean;
  /** All that it owns is known if nothing was obscured since: `obscured` as it was then; `null` where it is not. */
  readonly clearSince: number | null;
  readonly tables: Tables;
}

export interface World {
  readonly granules: Granules;
  readonly realms: Map<U64, KnownRealm>;
  readonly tables: TableCount;
  rmm: Known<RmmState>;
  /** What a granule is that nobody named yet. */
  unseen: readonly GranuleState[];
  /** The last event that may have taken granules, or given them back, that no register names: delegated ones; any. */
  moved: number;
  donated: number;
  /** How often something was done that may have been about any realm. */
  obscured: number;
}

const ALL: readonly RealmState[] = REALM_STATES.filter(state => state !== 'NULL');
/** The states that a granule may change between without a console of TF-RMM saying so. */
const UNWATCHED: readonly GranuleState[] = ['UNDELEGATED', 'DELEGATED', 'RTT', 'DATA', 'HELD'];

export function newWorld(): World {
  return {
    granules: newGranules(),
    realms: new Map(),
    tables: { entries: 0 },
    rmm: { states: RMM_STATES, event: null },
    unseen: GRANULE_STATES,
    moved: 0,
    donated: 0,
    obscured: 0,
  };
}

/** How much there is to be remembered. */
export function sizeOf({ granules, realms, tables }: World): number {
  return granules.size() + realms.size + tables.entries;
}

export function granuleOf({ granules, unseen, moved, donated }: World, pa: U64): KnownGranule {
  const granule = granules.get(pa);
  if (granule === undefined) return { states: unseen, event: null, owner: null, seen: 0 };
  const { states, seen } = granule;
  const may =
    (seen < moved && states.includes('DELEGATED')) || (seen < donated && states.includes('UNDELEGATED'));
  return may && !states.includes('HELD') ? { ...granule, states: [...states, 'HELD'] } : granule;
}

export function realmOf({ realms, tables }: World, rd: U64, pages: PageBits): KnownRealm {
  const unknown = { states: ALL, event: null, born: false, clearSince: null };
  return realms.get(rd) ?? { ...unknown, tables: newTables(pages, tables) };
}

/** A success found the granule in one of `from`: what it is afterwards, and what that contradicts. */
export function changeGranule(
  world: World,
  setting: Setting,
  pa: U64,
  { from, to }: Change<GranuleState>,
  owner: U64 | null,
  event: number,
): LifeBreach | null {
  const was = granuleOf(world, pa);
  const states = watched(was.states, setting);
  const kept = common(new Set(states), from);
  const known = world.granules.has(pa);
  const stays = to === null && kept.length > 0 && known;
  world.granules.set(pa, {
    states: to ?? (kept.length > 0 ? kept : from),
    event: stays ? was.event : event,
    owner: to === null ? was.owner : owner,
    seen: event,
  });
  if (kept.length === 0) {
    const now = known
      ? `${hex(pa)} is ${statesText(states)}${since(was.event)}`
      : `${hex(pa)} was not delegated${since(world.rmm.event)}, when the RMM was activated`;
    return { id: 'RMI-GRANULE-1', what: `${now}, and the command needs ${statesText(from)}` };
  }
  const assumed = !known && setting.complete && setting.fromBoot && !from.includes('UNDELEGATED');
  return assumed
    ? { id: 'RMI-GRANULE-2', what: `${hex(pa)} is used as ${statesText(from)}, and no event delegated it` }
    : null;
}

/** The states that a granule may be in by now. */
export function watched(states: readonly GranuleState[], { complete }: Setting): readonly GranuleState[] {
  const may = !complete && states.some(state => UNWATCHED.includes(state));
  return may ? [...new Set([...states, ...UNWATCHED])] : states;
}

/** A realm got or lost something that is not followed. */
export function obscure(world: World, rd: U64 | null): void {
  if (rd === null) world.obscured += 1;
  const realm = rd === null ? undefined : world.realms.get(rd);
  if (rd !== null && realm !== undefined) world.realms.set(rd, { ...realm, clearSince: null });
}

/** Whether all that the realm owns is known. */
export function isClear({ obscured }: World, { clearSince }: KnownRealm): boolean {
  return clearSince === obscured;
}

/** What of the realm is still there: `the REC 0x…`, `the table 0x…`, `the data 0x…`. */
export function ownedText({ granules }: World, rd: U64): string | null {
  for (const pa of granules.ownedBy(rd)) {
    const [state, more] = granules.get(pa)?.states ?? [];
    const name = state === undefined || more !== undefined ? undefined : OWNED[state];
    if (name !== undefined) return `${name} ${hex(pa)}`;
  }
  return null;
}

const OWNED: Readonly<Partial<Record<GranuleState, string>>> = {
  REC: 'the REC',
  HELD: 'what an operation that has not ended makes or unmakes,',
  RTT: 'the table',
  DATA: 'the data',
};
