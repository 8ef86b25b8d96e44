/**
 * Stateful operations of 2.0: a command that answers RMI_INCOMPLETE goes on by the handle in x1, with what the answer asks for,
 * until another status ends it. Until then what it is to change is HELD, and it has succeeded only then.
 */
import type { Status } from '../../abi/rmi-status.js';
import { field, hex, type U64 } from '../../model/u64.js';
import type { LifeBreach } from './breach.js';
import type { KnownGranule } from './granules.js';
import { granulesAt, type NamedCall } from './places.js';
import type { LifeRow } from './row.js';
import { RMM_STATES } from './states.js';
import { realmNamed, succeed, type Where } from './success.js';
import { granuleOf, type KnownRealm, type World } from './world.js';

/** The command that an answer asks for: its memory request, bits 9:8 of x0. */
const ASKS = ['RMI_OP_CONTINUE', 'RMI_OP_MEM_DONATE', 'RMI_OP_MEM_RECLAIM', null] as const;

interface Operation {
  /** The event that began it. */
  readonly event: number;
  readonly name: string;
  /** The command that it asks for. */
  readonly asks: (typeof ASKS)[number];
  /** What it changes once it succeeds, and what it was before. */
  readonly granules: readonly {
    readonly pa: U64;
    readonly before: KnownGranule | undefined;
    readonly after: KnownGranule;
  }[];
  readonly realm: { readonly rd: U64; readonly after: KnownRealm | undefined } | null;
  readonly rmm: World['rmm'] | null;
  /** What it contradicts, should it succeed. */
  readonly breaches: readonly LifeBreach[];
  /** Whether it may have ended: a refusal of an OP_ command may be its own, or the operation's end. */
  readonly doubtful: boolean;
}

export interface Operations {
  /** A command answered RMI_INCOMPLETE. */
  begin(where: Where, call: NamedCall, row: LifeRow | null): readonly LifeBreach[];
  /** One of the OP_ commands answered `status`. */
  goOn(where: Where, call: NamedCall, status: Status): readonly LifeBreach[];
  /** How many handles are remembered. */
  size(): number;
}

/** The OP_ commands. */
export const OPERATIONS: ReadonlySet<string> = new Set([
  'RMI_OP_CONTINUE',
  'RMI_OP_MEM_DONATE',
  'RMI_OP_MEM_RECLAIM',
  'RMI_OP_CANCEL',
]);

const SUCCESS = 'RMI_SUCCESS';
const INCOMPLETE = 'RMI_INCOMPLETE';

export function newOperations(): Operations {
  const open = new Map<U64, Operation>();
  /** The event that ended the last operation of a handle. */
  const ended = new Map<U64, number>();

  return {
    size: () => open.size + ended.size,

    begin(where, call, row) {
      const handle = call.call.event.res?.[1] ?? null;
      if (handle === null) return [];
      const before = open.get(handle);
      open.set(handle, prepared(where, call, row));
      if (before === undefined || before.doubtful) return [];
      const what = `its handle ${hex(handle)} is that of ${before.name} of event ${before.event}, which has not ended`;
      return [{ id: 'RMI-OP-1', what }];
    },

    goOn({ world, setting }, call, status) {
      const handle = call.argument('handle');
      if (handle === null) return [];
      const operation = open.get(handle);
      if (status.name !== SUCCESS && status.name !== INCOMPLETE) {
        if (operation !== undefined) open.set(handle, doubted(world, operation));
        return [];
      }
      // It was delegated before, or, where the operation asked for such memory, was not.
      if (call.name === 'RMI_OP_MEM_DONATE')
        Object.assign(world, { moved: call.call.number, donated: call.call.number });
      if (operation === undefined) {
        const since = ended.get(handle);
        // An operation that is older than the trace may have any handle; with the RMM activated in it there is none.
        const none = since !== undefined || (setting.complete && world.rmm.event !== null);
        const when = since === undefined ? '' : `: that of the last one ended with event ${since}`;
        return none ? [{ id: 'RMI-OP-1', what: `no operation has the handle ${hex(handle)}${when}` }] : [];
      }
      const cancelled = call.name === 'RMI_OP_CANCEL';
      const asked = operation.asks === null || operation.asks === call.name || cancelled;
      const breaches: LifeBreach[] = asked
        ? []
        : [
            {
              id: 'RMI-OP-2',
              what: `${operation.name} of event ${operation.event} asks for ${operation.asks}, and goes on by ${call.name}`,
            },
          ];
      if (status.name === INCOMPLETE) {
        open.set(handle, { ...operation, asks: cancelled ? null : asksOf(status) });
        return breaches;
      }
      open.delete(handle);
      ended.set(handle, call.call.number);
      return [...breaches, ...end(world, operation, !cancelled, call.call.number)];
    },
  };
}

function asksOf({ index }: Status): Operation['asks'] {
  return ASKS[index & 3] ?? null;
}

/** What the command would do by succeeding, undone again but for what it holds until then. */
function prepared(where: Where, call: NamedCall, row: LifeRow | null): Operation {
  const { world } = where;
  const event = call.call.number;
  const { x0 } = call.call;
  const asks = x0 === undefined || x0 === null ? null : (ASKS[field(x0, 8, 2)] ?? null);
  const nothing: Operation = {
    event,
    name: call.name ?? 'the operation',
    asks,
    granules: [],
    realm: null,
    rmm: null,
    breaches: [],
    doubtful: false,
  };
  if (row === null) {
    world.moved = event;
    return nothing;
  }
  const was = { ...world };
  const rd = realmNamed(world, call);
  const realm = rd === null ? undefined : world.realms.get(rd);
  const changed = row.granules.filter(({ change }) => change.to !== null);
  const addresses = changed.flatMap(({ place }) => granulesAt(call, place) ?? []);
  const before = addresses.map(pa => ({ pa, before: world.granules.get(pa) }));
  const breaches = succeed(where, call, { ...row, table: null, moves: false });

  const granules = before.map(({ pa, before }) => ({ pa, before, after: granuleOf(world, pa) }));
  const after = rd === null ? undefined : world.realms.get(rd);
  const rmm = row.rmm === null || row.rmm.to === null ? null : world.rmm;
  Object.assign(world, { rmm: was.rmm, unseen: was.unseen, moved: was.moved });
  if (rmm !== null) world.rmm = { states: ['INTERMEDIATE'], event };
  for (const { pa, before, after } of granules)
    world.granules.set(pa, { ...after, states: ['HELD'], owner: before?.owner ?? after.owner });
  if (rd !== null && realm === undefined) world.realms.delete(rd);
  if (rd !== null && realm !== undefined) world.realms.set(rd, realm);
  const changesRealm = rd !== null && row.realm !== null && row.realm.to !== null;
  return { ...nothing, granules, realm: changesRealm ? { rd, after } : null, rmm, breaches };
}

function end(world: World, operation: Operation, succeeded: boolean, event: number): readonly LifeBreach[] {
  for (const { pa, before, after } of operation.granules) {
    if (succeeded) world.granules.set(pa, { ...after, event, seen: event });
    else if (before !== undefined) world.granules.set(pa, before);
    else world.granules.delete(pa);
  }
  const { realm, rmm, breaches, name } = operation;
  if (!succeeded) return [];
  if (realm?.after !== undefined) world.realms.set(realm.rd, { ...realm.after, event });
  else if (realm !== null) world.realms.delete(realm.rd);
  if (rmm !== null) world.rmm = { ...rmm, event };
  world.moved = event;
  return breaches.map(breach => ({ ...breach, what: `${name} of event ${operation.event}: ${breach.what}` }));
}

/** It may have failed, and then all is as it was before it. */
function doubted(world: World, operation: Operation): Operation {
  for (const { pa, before } of operation.granules) {
    const granule = world.granules.get(pa);
    const states = [...new Set([...(before?.states ?? world.unseen), 'HELD' as const])];
    if (granule !== undefined) world.granules.set(pa, { ...granule, states });
  }
  if (operation.rmm !== null) world.rmm = { states: RMM_STATES, event: null };
  return { ...operation, doubtful: true };
}
