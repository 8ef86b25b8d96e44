/** Which table a revision has. */
import type { RmiRevision } from '../../abi/revision.js';
import type { NamedCall } from './places.js';
import type { PageBits } from './ranges.js';
import { LIVES_1 } from './rmi-1.js';
import { LIVES_2 } from './rmi-2.js';
import type { LifeRow, LifeTable } from './row.js';

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

export function rowOf({ name }: NamedCall, revision: RmiRevision): LifeRow | null {
  return ERAS[revision].table.get(name ?? '') ?? null;
}

export function pagesOf(revision: RmiRevision): PageBits {
  return ERAS[revision].pages;
}

/** Whether its success makes something another than it was. */
export function changes({ granules, realm, rmm }: LifeRow): boolean {
  return (
    granules.some(({ change }) => change.to !== null) || realm !== null || (rmm !== null && rmm.to !== null)
  );
}
