/** What a patch changes around the check: rows of ID registers, and what is asked of a VM. */
import { emit } from '../kernel/linux/asks.js';
import type { FtrField, FtrTables } from '../kernel/linux/ftr-tables.js';
import { realmStateValue } from '../kernel/revisions/queries.js';
import type { Asking } from '../model/port.js';
import type { ChangedRow } from './child.js';
import type { Parts } from './source/types.js';

/** A row that is added stands for the field at its place: two rows of one field would be a table that does not boot. */
export function changedTables(tables: FtrTables, rows: readonly ChangedRow[]): FtrTables {
  if (rows.length === 0) return tables;
  return new Map(
    [...tables].map(([reg, table]) => {
      // `ftr_id_aa64pfr0` is the table of ID_AA64PFR0_EL1.
      const own = rows.filter(each => `${each.table.slice('ftr_'.length).toUpperCase()}_EL1` === reg);
      const kept = table.filter(({ lsb }) => !own.some(({ row }) => row.lsb === lsb));
      const added = own
        .filter(({ change }) => change === 'added')
        .map(({ row }): FtrField => ({ name: '', ...row }));
      return [reg, [...added, ...kept]];
    }),
  );
}

/**
 * The queries of a VM that its user asked to be a realm, in each state that the source has. Those of a new VM are put down
 * as they always are; those of another state where they alone are not what the series answers.
 */
export function* theirQueries(
  { queries, states }: Pick<Parts, 'queries' | 'states'>,
  enabled: () => boolean,
  ask: (query: string, state: string) => Asking<number>,
): Asking<void> {
  const fresh = states.find(state => realmStateValue(state) === 0) ?? states[0] ?? '';
  const isExpected = (query: string, state: string, value: number): boolean =>
    value === expected(query, state, enabled());
  const news: { readonly query: string; readonly value: number }[] = [];
  for (const query of queries) news.push({ query, value: yield* ask(query, fresh) });
  for (const { query } of news.filter(({ query, value }) => isExpected(query, fresh, value))) {
    for (const state of states) {
      const value = yield* ask(query, state);
      if (!isExpected(query, state, value)) yield* emit({ type: 'return', of: query, value });
    }
  }
  for (const { query, value } of news) yield* emit({ type: 'return', of: query, value });
}

/** `null` where nothing is: of the number of a state that the series does not have. */
function expected(query: string, state: string, enabled: boolean): number | null {
  if (query === 'kvm_realm_state') return realmStateValue(state);
  return query === 'kvm_is_realm' && enabled ? 1 : 0;
}
