/** What the success of a command proves, and what it contradicts. */
import type { U64 } from '../../model/u64.js';
import { type LifeBreach, since } from './breach.js';
import { granulesAt, type NamedCall } from './places.js';
import type { PageBits } from './ranges.js';
import type { LifeRow } from './row.js';
import { type Change, common, GRANULE_STATES, type RealmState, statesText } from './states.js';
import { newTables } from './tables.js';
import {
  changeGranule,
  granuleOf,
  isClear,
  type KnownRealm,
  obscure,
  ownedText,
  realmOf,
  type Setting,
  type World,
} from './world.js';

export interface Where {
  readonly world: World;
  readonly setting: Setting;
  readonly pages: PageBits;
}

/** `world` is afterwards as the call left it. */
export function succeed(where: Where, call: NamedCall, row: LifeRow): readonly LifeBreach[] {
  const { world } = where;
  const event = call.call.number;
  const rd = realmNamed(world, call);
  const rmm = changeRmm(where, row, event);
  const granules = changeGranules(where, call, row, rd);
  // Of a granule that is no RD or REC there is no realm to ask about.
  const realm = granules.length > 0 || rd === null ? [] : changeRealm(where, row, rd, event);
  const table = rd === null ? [] : changeTables(where, call, row, rd);
  if (row.moves) world.moved = event;
  if (row.obscures) obscure(world, rd);
  return [...rmm, ...granules, ...realm, ...table];
}

/** The RD of the realm that a call is about. */
export function realmNamed(world: World, call: NamedCall): U64 | null {
  const rec = call.argument('rec');
  return call.argument('rd') ?? (rec === null ? null : granuleOf(world, rec).owner);
}

function changeRmm({ world, setting }: Where, { rmm }: LifeRow, event: number): readonly LifeBreach[] {
  if (rmm === null) return [];
  const was = world.rmm;
  const kept = common(new Set(was.states), rmm.from);
  const delegated = rmm.to?.includes('INIT')
    ? [...world.granules].find(([, { states }]) => !states.includes('UNDELEGATED'))
    : undefined;
  world.rmm =
    rmm.to === null
      ? { states: kept.length > 0 ? kept : rmm.from, event: kept.length > 0 ? was.event : event }
      : { states: rmm.to, event };
  if (kept.length === 0) {
    const what = `the RMM is ${statesText(was.states)}${since(was.event)}, and the command needs ${statesText(rmm.from)}`;
    return [{ id: 'RMI-RMM-1', what }];
  }
  // Before it no granule can be delegated.
  if (rmm.to?.includes('ACTIVE') && setting.complete) world.unseen = ['UNDELEGATED'];
  if (delegated === undefined) return [];
  const [, { states, event: at }] = delegated;
  return [
    {
      id: 'RMI-RMM-1',
      what: `a granule is ${statesText(states)}${since(at)}, and all have to be UNDELEGATED`,
    },
  ];
}

function changeGranules(where: Where, call: NamedCall, row: LifeRow, rd: U64 | null): readonly LifeBreach[] {
  const { world, setting } = where;
  return row.granules.flatMap(({ place, change }) => {
    const found = granulesAt(call, place);
    if (found === null || found.length > 1) obscure(world, rd);
    if (found === null) world.moved = call.call.number;
    const owner = change.to?.some(state => OWNED.has(state)) ? rd : null;
    return (found ?? []).flatMap(
      pa => changeGranule(world, setting, pa, change, owner, call.call.number) ?? [],
    );
  });
}

const OWNED: ReadonlySet<string> = new Set(['REC', 'RTT', 'DATA']);

function changeRealm(where: Where, row: LifeRow, rd: U64, event: number): readonly LifeBreach[] {
  const { world, setting, pages } = where;
  if (row.realm === null) return [];
  const { from, to } = row.notLive && !setting.terminates ? withoutTerminate(row.realm) : row.realm;
  if (from.includes('NULL')) {
    const born = {
      states: to ?? from,
      event,
      born: true,
      clearSince: world.obscured,
      tables: newTables(pages, world.tables),
    };
    world.realms.set(rd, born);
    return [];
  }
  const realm = realmOf(world, rd, pages);
  const states = possible(realm, setting);
  const kept = common(new Set(states), from);
  const live = row.notLive ? ownedText(world, rd) : null;
  if (live !== null) disown(world, rd);
  if (to?.includes('NULL')) world.realms.delete(rd);
  else {
    const stays = to === null && kept.length > 0;
    world.realms.set(rd, {
      ...realm,
      states: to ?? (kept.length > 0 ? kept : from),
      event:
        stays || (to !== null && kept.length > 0 && realm.states.join() === to.join()) ? realm.event : event,
    });
  }
  const wrong = `the realm is ${statesText(realm.states)}${since(realm.event)}, and the command needs ${statesText(from)}`;
  return [
    ...(kept.length === 0 ? [{ id: 'RMI-REALM-1', what: wrong } as const] : []),
    ...(live === null ? [] : [{ id: 'RMI-REALM-3', what: `${live} is still the realm's` } as const]),
  ];
}

/** Earlier drafts of 2.0 have no REALM_TERMINATE, and destroy a realm as 1.0 does. */
function withoutTerminate({ to }: Change<RealmState>): Change<RealmState> {
  return { from: ['NEW', 'ACTIVE', 'SYSTEM_OFF', 'ZOMBIE'], to };
}

/** A realm turns itself off in a REC_ENTER that the trace may not have, or that ends after a later call. */
export function possible({ states }: KnownRealm, { complete, parallel }: Setting): readonly RealmState[] {
  const runs = states.includes('ACTIVE') || (parallel && states.includes('SYSTEM_OFF'));
  return runs && (parallel || !complete)
    ? [...new Set([...states, 'ACTIVE', 'SYSTEM_OFF'] as const)]
    : states;
}

/** Its realm is gone, and what became of what it owned nobody knows. */
function disown(world: World, rd: U64): void {
  for (const pa of world.granules.ownedBy(rd))
    world.granules.set(pa, { ...granuleOf(world, pa), states: GRANULE_STATES, owner: null });
}

function changeTables(where: Where, call: NamedCall, row: LifeRow, rd: U64): readonly LifeBreach[] {
  const { world, setting, pages } = where;
  const realm = realmOf(world, rd, pages);
  if (row.table === null || !setting.complete || !realm.born || !isClear(world, realm)) return [];
  const data = row.granules.find(({ change: { from, to } }) => [...from, ...(to ?? [])].includes('DATA'));
  const wrong = realm.tables.take(row.table, call, data === undefined ? null : granulesAt(call, data.place));
  return wrong === null ? [] : [{ id: 'RMI-RTT-1', what: wrong }];
}
