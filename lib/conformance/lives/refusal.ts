/** What a refusal proves: RMI_ERROR_REALM, RMI_ERROR_REC and RMI_ERROR_GLOBAL speak of a state, the others of arguments too. */
import type { Status } from '../../abi/rmi-status.js';
import { hex } from '../../model/u64.js';
import { type LifeBreach, since } from './breach.js';
import type { NamedCall } from './places.js';
import type { LifeRow } from './row.js';
import { common, type GranuleState, RMM_STATES, statesText } from './states.js';
import { possible, realmNamed, type Where } from './success.js';
import { granuleOf, isClear, ownedText, realmOf, watched } from './world.js';

export function refuse(where: Where, call: NamedCall, row: LifeRow, status: Status): readonly LifeBreach[] {
  switch (status.name) {
    case 'RMI_ERROR_GLOBAL':
      return row.global ? refusedByRmm(where, row) : [];
    case 'RMI_ERROR_REALM': {
      const wrong = refusedBy(where, call, call.argument('rd') === null ? 'rec' : 'rd');
      return wrong.length > 0 ? wrong : refusedByRealm(where, call, row, status.index);
    }
    case 'RMI_ERROR_REC':
      return refusedBy(where, call, 'rec');
    default:
      return [];
  }
}

function refusedByRmm({ world }: Where, { rmm }: LifeRow): readonly LifeBreach[] {
  if (rmm === null) return [];
  const others = RMM_STATES.filter(state => !rmm.from.includes(state));
  const { states, event } = world.rmm;
  const kept = common(new Set(states), others);
  if (kept.length > 0) world.rmm = { states: kept, event };
  if (kept.length > 0) return [];
  return [
    { id: 'RMI-RMM-2', what: `it is RMI_ERROR_GLOBAL, and the RMM is ${statesText(states)}${since(event)}` },
  ];
}

const NEEDED: Readonly<Record<'rd' | 'rec', GranuleState>> = { rd: 'RD', rec: 'REC' };

/** The status speaks of a realm or a REC: there is one. */
function refusedBy({ world, setting }: Where, call: NamedCall, name: 'rd' | 'rec'): readonly LifeBreach[] {
  const pa = call.argument(name);
  if (pa === null) return [];
  const { states, event } = granuleOf(world, pa);
  if (watched(states, setting).includes(NEEDED[name])) {
    const never = !world.granules.has(pa) && setting.complete && setting.fromBoot;
    const what = `the status speaks of a ${NEEDED[name]} ${hex(pa)}, and no event delegated it`;
    return never ? [{ id: 'RMI-GRANULE-2', what }] : [];
  }
  const what = `${hex(pa)} is ${statesText(states)}${since(event)}, and the status speaks of a ${NEEDED[name]}`;
  return [{ id: 'RMI-REALM-2', what }];
}

function refusedByRealm(where: Where, call: NamedCall, row: LifeRow, index: number): readonly LifeBreach[] {
  const { world, setting, pages } = where;
  const rd = realmNamed(world, call);
  if (rd === null || !world.realms.has(rd)) return [];
  const realm = realmOf(world, rd, pages);
  const { states, event } = realm;
  const now = `it is RMI_ERROR_REALM, and the realm is ${statesText(states)}${since(event)}`;
  if (row.notLive) {
    // In 2.0 it may also be that the realm is no zombie.
    const unready = row.realm?.from.includes('ZOMBIE') && states.some(state => state !== 'ZOMBIE');
    const known = setting.complete && realm.born && isClear(world, realm) && realm.tables.empty();
    if (unready || !known || ownedText(world, rd) !== null) return [];
    return [{ id: 'RMI-REALM-2', what: `${now} and owns nothing` }];
  }
  const proven = row.refusals.find(each => each.index === null || each.index === index);
  if (proven === undefined) return [];
  const kept = common(new Set(possible(realm, setting)), proven.states);
  if (kept.length > 0) world.realms.set(rd, { ...realm, states: kept });
  return kept.length > 0 ? [] : [{ id: 'RMI-REALM-2', what: now }];
}
