/**
 * The lives of granules, realms, RECs and the RMM, call by call. Nothing is known at the beginning; each answer says
 * something, and an answer that no state allows is wrong. Of what no register shows, all that may be is possible.
 */
import { type RmiRevision, rmiRevision } from '../../abi/revision.js';
import { RMI_VERSION } from '../../abi/rmi-commands.js';
import { decodeStatus, type Status } from '../../abi/rmi-status.js';
import { callId, smcccError } from '../../abi/smccc.js';
import type { CheckedCall } from '../calls.js';
import type { LifeBreach } from './breach.js';
import { newOperations, OPERATIONS, type Operations } from './operations.js';
import { type NamedCall, namedCall } from './places.js';
import type { PageBits } from './ranges.js';
import { refuse } from './refusal.js';
import { LIVES_1 } from './rmi-1.js';
import { LIVES_2 } from './rmi-2.js';
import type { LifeRow, LifeTable } from './row.js';
import { succeed, type Where } from './success.js';
import { newWorld, obscure, type Setting } from './world.js';

interface Era {
  readonly table: LifeTable;
  readonly pages: PageBits;
}

const ONE: Era = { table: LIVES_1, pages: { least: 12, most: 12 } };
const ERAS: Readonly<Record<RmiRevision, Era>> = {
  '1.0': ONE,
  '1.1': ONE,
  '2.0': { table: LIVES_2, pages: { least: 12, most: 16 } },
};

/** What each call contradicts, by its event. An RMM older than 1.0, and one whose revision nobody knows, is not followed. */
export function followLives(calls: readonly CheckedCall[]): ReadonlyMap<number, readonly LifeBreach[]> {
  const spoken = revisionSpoken(calls);
  if (spoken === undefined || calls.some(({ early }) => early)) return new Map();
  const steps = calls.map(call => {
    const revision = call.revision ?? spoken;
    const named = namedCall(call, revision);
    return { named, revision, row: ERAS[revision].table.get(named.name ?? '') ?? null };
  });
  let setting = settingOf(steps);
  const found = new Map<number, readonly LifeBreach[]>();
  let world = newWorld();
  let operations = newOperations();
  for (const { named, revision, row } of steps) {
    const { x0, number } = named.call;
    if (x0 === undefined || x0 === null) {
      if (row !== null && !changes(row)) continue;
      // It may have done anything: what follows is the middle of a life.
      setting = { ...setting, fromBoot: false };
      world = newWorld();
      operations = newOperations();
      continue;
    }
    if (smcccError(x0) !== null) continue;
    const where: Where = { world, setting, pages: ERAS[revision].pages };
    const breaches = answered(where, operations, named, row, decodeStatus(x0, revision));
    if (breaches.length > 0) found.set(number, breaches);
  }
  return found;
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

/** The first revision that was agreed on; where none was, the highest that the RMM says it has. */
function revisionSpoken(calls: readonly CheckedCall[]): RmiRevision | undefined {
  const versions = calls.map(({ version }) => version).filter(version => version !== null);
  const agreed = versions.find(
    ({ kind, lower }) => kind === 'success' && lower !== null && rmiRevision(lower),
  );
  const word = agreed?.lower ?? versions.find(({ higher }) => higher !== null)?.higher ?? null;
  return word === null ? undefined : (rmiRevision(word) ?? undefined);
}

/** A command whose text nobody has read did something. */
function notFollowed({ world }: Where, { call }: NamedCall): readonly LifeBreach[] {
  world.moved = call.number;
  obscure(world, null);
  return [];
}

interface Step {
  readonly named: NamedCall;
  readonly row: LifeRow | null;
}

function settingOf(steps: readonly Step[]): Setting {
  const done = steps.filter(({ named }) => named.call.x0 === 0n);
  const first = done.find(({ row }) => row !== null && changes(row));
  const asked = steps.find(({ named }) => callId(named.call.event.fid) === RMI_VERSION);
  return {
    complete: done.some(({ row }) => row?.quiet === true),
    fromBoot:
      asked !== undefined && (first === undefined || asked.named.call.number < first.named.call.number),
    parallel: new Set(steps.map(({ named }) => named.call.event.cpu)).size > 1,
    terminates: done.some(({ named }) => named.name === 'RMI_REALM_TERMINATE'),
  };
}

function changes({ granules, realm, rmm }: LifeRow): boolean {
  return (
    granules.some(({ change }) => change.to !== null) || realm !== null || (rmm !== null && rmm.to !== null)
  );
}
