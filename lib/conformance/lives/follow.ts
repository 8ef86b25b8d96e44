/**
 * The lives of granules, realms, RECs and the RMM, call by call. Nothing is known at the beginning; each answer says
 * something, and an answer that no state allows is wrong. Of what no register shows, all that may be is possible.
 */
import { decodeStatus, type Status } from '../../abi/rmi-status.js';
import { smcccError } from '../../abi/smccc.js';
import type { CheckedCall } from '../calls.js';
import type { LifeBreach } from './breach.js';
import { changes, pagesOf, rowOf } from './eras.js';
import { newOperations, OPERATIONS, type Operations } from './operations.js';
import { type NamedCall, namedCall } from './places.js';
import { refuse } from './refusal.js';
import type { LifeRow } from './row.js';
import { succeed, type Where } from './success.js';
import type { Surveyed } from './survey.js';
import { newWorld, obscure, sizeOf } from './world.js';

/** Takes the calls of a trace in their order. */
export interface Follower {
  /** What the answer contradicts. */
  take(call: CheckedCall): readonly LifeBreach[];
}

/** More granules, or pages that are mapped, are not known at once: what follows is the middle of a life. */
export const MOST_KNOWN = 2 ** 17;

/** What each call contradicts. `surveyed`: what all of them say; `null`: their lives are not followed. */
export function newFollower(surveyed: Surveyed | null, most: number = MOST_KNOWN): Follower {
  if (surveyed === null) return { take: () => [] };
  let { setting } = surveyed;
  let world = newWorld();
  let operations = newOperations();
  const forget = (): void => {
    setting = { ...setting, fromBoot: false };
    world = newWorld();
    operations = newOperations();
  };
  return {
    take(call) {
      const { x0 } = call;
      const revision = call.revision ?? surveyed.spoken;
      const named = namedCall(call, revision);
      const row = rowOf(named, revision);
      if (x0 === undefined || x0 === null) {
        // It may have done anything.
        if (row === null || changes(row)) forget();
        return [];
      }
      if (smcccError(x0) !== null) return [];
      const where: Where = { world, setting, pages: pagesOf(revision) };
      const breaches = answered(where, operations, named, row, decodeStatus(x0, revision));
      if (sizeOf(world) + operations.size() > most) forget();
      return breaches;
    },
  };
}

function answered(
  where: Where,
  operations: Operations,
  call: NamedCall,
  row: LifeRow | null,
  status: Status,
): readonly LifeBreach[] {
  if (OPERATIONS.has(call.name ?? '')) return operations.goOn(where, call, status);
  if (status.name === 'RMI_INCOMPLETE') return operations.begin(where, call, row);
  if (row === null) return status.name === 'RMI_SUCCESS' ? notFollowed(where, call) : [];
  return status.name === 'RMI_SUCCESS' ? succeed(where, call, row) : refuse(where, call, row, status);
}

/** A command whose text nobody has read did something. */
function notFollowed({ world }: Where, { call }: NamedCall): readonly LifeBreach[] {
  world.moved = call.number;
  obscure(world, null);
  return [];
}
