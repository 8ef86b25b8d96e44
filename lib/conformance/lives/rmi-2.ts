/**
 * RMI 2.0: a draft of DEN0137 between bet0 and bet1, A2.1 to A2.3 and the conditions of each command (B4.5), with RMM_DEACTIVATE
 * of bet3. Sources disagree on whether RMM_CONFIG_GET and GRANULE_TRACKING_GET are answered before RMM_ACTIVATE, and TF-RMM
 * does: here they are.
 */
import { type LifeTable, lifeTable } from './row.js';

/** All but a few commands need it; RMI_ERROR_GLOBAL then says that it is not so. */
const ACTIVE = { rmm: 'ACTIVE', global: true } as const;

export const LIVES_2: LifeTable = lifeTable({
  VERSION: {},
  FEATURES: {},
  RMM_CONFIG_SET: { rmm: 'INIT', global: true },
  RMM_CONFIG_GET: {},
  RMM_STATE_GET: {},
  RMM_ACTIVATE: { rmm: 'INIT -> ACTIVE', global: true, moves: true },
  // RMI_ERROR_GLOBAL may also mean that a granule is delegated.
  RMM_DEACTIVATE: { rmm: 'ACTIVE -> INIT', moves: true },
  GRANULE_TRACKING_GET: {},
  GPT_INFO: {},

  GRANULE_RANGE_DELEGATE: {
    ...ACTIVE,
    granules: { 'base..out_top': 'UNDELEGATED -> DELEGATED' },
    quiet: true,
  },
  GRANULE_RANGE_UNDELEGATE: {
    ...ACTIVE,
    granules: { 'base..out_top': 'DELEGATED -> UNDELEGATED' },
    quiet: true,
  },

  REALM_CREATE: { ...ACTIVE, granules: { rd: 'DELEGATED -> RD' }, realm: 'NULL -> NEW', moves: true },
  REALM_ACTIVATE: {
    ...ACTIVE,
    granules: { rd: 'RD' },
    realm: 'NEW -> ACTIVE',
    refusals: { any: 'ACTIVE SYSTEM_OFF ZOMBIE' },
  },
  REALM_TERMINATE: { ...ACTIVE, granules: { rd: 'RD' }, realm: 'NEW ACTIVE SYSTEM_OFF -> ZOMBIE' },
  REALM_DESTROY: {
    ...ACTIVE,
    granules: { rd: 'RD -> DELEGATED' },
    realm: 'ZOMBIE -> NULL',
    notLive: true,
    moves: true,
  },

  REC_CREATE: {
    ...ACTIVE,
    granules: { rd: 'RD', rec: 'DELEGATED -> REC' },
    realm: 'NEW',
    moves: true,
  },
  REC_DESTROY: { ...ACTIVE, granules: { rec: 'REC -> DELEGATED' }, moves: true },
  REC_ENTER: {
    ...ACTIVE,
    granules: { rec: 'REC' },
    realm: 'ACTIVE -> ACTIVE SYSTEM_OFF',
    refusals: { any: 'NEW SYSTEM_OFF ZOMBIE' },
    quiet: true,
  },
  // The draft has one argument fewer than TF-RMM: only the first is sure.
  PSCI_COMPLETE: { ...ACTIVE, granules: { rec: 'REC' } },

  RTT_CREATE: { ...ACTIVE, granules: { rd: 'RD', rtt: 'DELEGATED -> RTT' }, table: 'create', quiet: true },
  RTT_DESTROY: {
    ...ACTIVE,
    granules: { rd: 'RD', '>rtt_pa': 'RTT -> DELEGATED' },
    table: 'destroy',
    quiet: true,
  },
  RTT_FOLD: {
    ...ACTIVE,
    granules: { rd: 'RD', '>rtt_pa': 'RTT -> DELEGATED' },
    obscures: true,
    quiet: true,
  },
  RTT_READ_ENTRY: { ...ACTIVE, granules: { rd: 'RD' }, table: 'read', quiet: true },
  RTT_INIT_RIPAS: {
    ...ACTIVE,
    granules: { rd: 'RD' },
    realm: 'NEW',
    table: 'ripas',
    refusals: { any: 'ACTIVE SYSTEM_OFF ZOMBIE' },
    quiet: true,
  },
  RTT_SET_RIPAS: { ...ACTIVE, granules: { rd: 'RD', rec: 'REC' }, quiet: true },
  RTT_UNPROT_MAP: { ...ACTIVE, granules: { rd: 'RD' }, obscures: true, quiet: true },
  RTT_UNPROT_UNMAP: { ...ACTIVE, granules: { rd: 'RD' }, obscures: true, quiet: true },

  RTT_DATA_MAP_INIT: {
    ...ACTIVE,
    granules: { rd: 'RD', data: 'DELEGATED -> DATA' },
    realm: 'NEW',
    table: 'map',
    refusals: { any: 'ACTIVE SYSTEM_OFF ZOMBIE' },
    quiet: true,
  },
  RTT_DATA_MAP: {
    ...ACTIVE,
    granules: { rd: 'RD', '@oaddr': 'DELEGATED -> DATA' },
    table: 'map',
    quiet: true,
  },
  RTT_DATA_UNMAP: {
    ...ACTIVE,
    granules: { rd: 'RD', '>@range': 'DATA -> DELEGATED' },
    table: 'unmap',
    quiet: true,
  },
});
