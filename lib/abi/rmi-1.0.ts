/** The commands of RMI 1.0 (TF-RMM tag rmm-spec-v1.0-rel0: handler table, lib/smc/include/smc-rmi.h). 1.1 kept them. */
import type { RmiRow } from './rmi-row.js';

export const RMI_1_0: readonly RmiRow[] = [
  [
    0x150,
    'VERSION',
    'requested',
    'lower higher',
    { note: 'x0 alone, and it the revision, before EAC4; no x2 in EAC4' },
  ],
  [0x151, 'GRANULE_DELEGATE', 'pa', ''],
  [0x152, 'GRANULE_UNDELEGATE', 'pa', ''],
  [0x153, 'DATA_CREATE', 'rd data ipa src flags', '', { note: 'argument order of TF-RMM' }],
  [0x154, 'DATA_CREATE_UNKNOWN', 'rd data ipa', ''],
  [0x155, 'DATA_DESTROY', 'rd ipa', 'data_pa top'],
  [0x157, 'REALM_ACTIVATE', 'rd', ''],
  [0x158, 'REALM_CREATE', 'rd params', ''],
  [0x159, 'REALM_DESTROY', 'rd', ''],
  [0x15a, 'REC_CREATE', 'rd rec params', ''],
  [0x15b, 'REC_DESTROY', 'rec', ''],
  [0x15c, 'REC_ENTER', 'rec run', ''],
  [0x15d, 'RTT_CREATE', 'rd rtt ipa level', ''],
  [0x15e, 'RTT_DESTROY', 'rd ipa level', 'rtt_pa top'],
  [0x15f, 'RTT_MAP_UNPROTECTED', 'rd ipa level s2tte', ''],
  [0x161, 'RTT_READ_ENTRY', 'rd ipa level', 'level state s2tte ripas'],
  [0x162, 'RTT_UNMAP_UNPROTECTED', 'rd ipa level', 'top'],
  [0x164, 'PSCI_COMPLETE', 'rec target_rec status', ''],
  [0x165, 'FEATURES', 'index', 'value'],
  [0x166, 'RTT_FOLD', 'rd ipa level', 'rtt_pa'],
  [0x167, 'REC_AUX_COUNT', 'rd', 'count'],
  [0x168, 'RTT_INIT_RIPAS', 'rd base top', 'top'],
  [0x169, 'RTT_SET_RIPAS', 'rd rec base top', 'top'],
];
