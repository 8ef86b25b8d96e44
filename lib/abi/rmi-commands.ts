/** The RMI command table of all revisions, by FID. */
import type { U64 } from '../model/u64.js';
import type { RmiRevision } from './revision.js';
import { RMI_1_0 } from './rmi-1.0.js';
import { RMI_1_1 } from './rmi-1.1.js';
import { RMI_2_0 } from './rmi-2.0.js';
import type { RmiRemark, RmiRow } from './rmi-row.js';
import { callId, standardFid } from './smccc.js';

export interface RmiCommand extends RmiRemark {
  readonly fid: U64;
  /** With its prefix: `RMI_VERSION`. */
  readonly name: string;
  /** The revisions in which the number has this meaning. */
  readonly revisions: readonly RmiRevision[];
  /** Names of x1 on at the call; `null` where nobody read them. */
  readonly args: readonly string[] | null;
  /** Names of x1 on at the return; `null` where nobody read them. x0 is always the status. */
  readonly results: readonly string[] | null;
}

/**
 * What a FID may mean, its SVE hint ignored; empty when no revision has it.
 *
 * With a revision: its commands of that number, a draft's after the final one; where the revision has none, those of
 * the others, since RMMs and hosts mix them (TF-RMM v0.9.0 speaks 2.0 and still answers 0172).
 * Without: one command if all revisions agree on the name, else every candidate, oldest revision first.
 */
export function lookupRmi(fid: U64, revision?: RmiRevision): readonly RmiCommand[] {
  const candidates = BY_FID.get(callId(fid)) ?? [];
  const ofRevision = candidates.filter(
    ({ revisions }) => revision !== undefined && revisions.includes(revision),
  );
  return ofRevision.length > 0 ? ofRevision : agreed(candidates);
}

/** The FID of a command by its name with its prefix, `RMI_VERSION`; `null` for a name that no revision has. */
export function lookupRmiByName(name: string): U64 | null {
  return RMI_COMMANDS.find(command => command.name === name)?.fid ?? null;
}

/** The two commands whose answers are read here. */
export const RMI_VERSION: U64 = standardFid(0x150);
export const RMI_FEATURES: U64 = standardFid(0x165);

/** Every row of the table, oldest revision first; a number that several revisions use stands here several times. */
export const RMI_COMMANDS: readonly RmiCommand[] = [
  ...RMI_1_0.map(row => command(row, ['1.0', '1.1'])),
  ...RMI_1_1.map(row => command(row, ['1.1'])),
  ...RMI_2_0.map(row => command(row, ['2.0'])),
];

const BY_FID: ReadonlyMap<U64, readonly RmiCommand[]> = byFid(RMI_COMMANDS);

function byFid(commands: readonly RmiCommand[]): ReadonlyMap<U64, readonly RmiCommand[]> {
  const found = new Map<U64, RmiCommand[]>();
  for (const entry of commands) found.set(entry.fid, [...(found.get(entry.fid) ?? []), entry]);
  return found;
}

function command(row: RmiRow, revisions: readonly RmiRevision[]): RmiCommand {
  const [number, name, args, results, remark = {}] = row;
  return {
    fid: standardFid(number),
    name: `RMI_${name}`,
    revisions,
    args: words(args),
    results: words(results),
    ...remark,
  };
}

function words(list: string | null): readonly string[] | null {
  if (list === null) return null;
  return list === '' ? [] : list.split(' ');
}

/** The newest of the candidates whose arguments are known, if all have one name; else all. */
function agreed(candidates: readonly RmiCommand[]): readonly RmiCommand[] {
  const names = new Set(candidates.map(({ name }) => name));
  if (names.size > 1) return candidates;
  const best = candidates.findLast(({ args }) => args !== null) ?? candidates.at(-1);
  return best === undefined ? [] : [best];
}
