/**
 * RMI 1.0: DEN0137 1.0, A2.1.5 (realms), A2.2.3 (granules), A2.3.4 (RECs), and the conditions of each command (B4.3). 1.1 has
 * the same commands, and more of which nobody has read the text: those are not in the table.
 */
import { type LifeTable, lifeTable } from './row.js';

export const LIVES_1: LifeTable = lifeTable({
  VERSION: {},
  FEATURES: {},
  GRANULE_DELEGATE: { granules: { pa: 'UNDELEGATED -> DELEGATED' }, quiet: true },
  GRANULE_UNDELEGATE: { granules: { pa: 'DELEGATED -> UNDELEGATED' }, quiet: true },

  // The starting RTTs stand in its parameters.
  REALM_CREATE: { granules: { rd: 'DELEGATED -> RD' }, realm: 'NULL -> NEW', moves: true },
  REALM_ACTIVATE: {
    granules: { rd: 'RD' },
    realm: 'NEW -> ACTIVE',
    refusals: { any: 'ACTIVE SYSTEM_OFF' },
  },
  // RMI_ERROR_REALM means that it is live, whatever its state.
  REALM_DESTROY: {
    granules: { rd: 'RD -> DELEGATED' },
    realm: 'NEW ACTIVE SYSTEM_OFF -> NULL',
    notLive: true,
    moves: true,
  },

  REC_AUX_COUNT: { granules: { rd: 'RD' } },
  // Its auxiliary granules stand in its parameters. RMI_ERROR_REALM may also mean that there are too many RECs.
  REC_CREATE: { granules: { rd: 'RD', rec: 'DELEGATED -> REC' }, realm: 'NEW', moves: true },
  REC_DESTROY: { granules: { rec: 'REC -> DELEGATED' }, moves: true },
  // A realm turns itself off while it runs.
  REC_ENTER: {
    granules: { rec: 'REC' },
    realm: 'ACTIVE -> ACTIVE SYSTEM_OFF',
    refusals: { 0: 'NEW', 1: 'SYSTEM_OFF' },
    quiet: true,
  },
  PSCI_COMPLETE: { granules: { rec: 'REC', target_rec: 'REC' } },

  RTT_CREATE: { granules: { rd: 'RD', rtt: 'DELEGATED -> RTT' }, table: 'create', quiet: true },
  RTT_DESTROY: { granules: { rd: 'RD', '>rtt_pa': 'RTT -> DELEGATED' }, table: 'destroy', quiet: true },
  RTT_FOLD: { granules: { rd: 'RD', '>rtt_pa': 'RTT -> DELEGATED' }, obscures: true, quiet: true },
  RTT_READ_ENTRY: { granules: { rd: 'RD' }, table: 'read', quiet: true },
  RTT_INIT_RIPAS: {
    granules: { rd: 'RD' },
    realm: 'NEW',
    table: 'ripas',
    refusals: { any: 'ACTIVE SYSTEM_OFF' },
    quiet: true,
  },
  RTT_SET_RIPAS: { granules: { rd: 'RD', rec: 'REC' }, quiet: true },
  RTT_MAP_UNPROTECTED: { granules: { rd: 'RD' }, obscures: true, quiet: true },
  RTT_UNMAP_UNPROTECTED: { granules: { rd: 'RD' }, obscures: true, quiet: true },

  DATA_CREATE: {
    granules: { rd: 'RD', data: 'DELEGATED -> DATA' },
    realm: 'NEW',
    table: 'map',
    refusals: { any: 'ACTIVE SYSTEM_OFF' },
    quiet: true,
  },
  DATA_CREATE_UNKNOWN: { granules: { rd: 'RD', data: 'DELEGATED -> DATA' }, table: 'map', quiet: true },
  DATA_DESTROY: { granules: { rd: 'RD', '>data_pa': 'DATA -> DELEGATED' }, table: 'unmap', quiet: true },
});
