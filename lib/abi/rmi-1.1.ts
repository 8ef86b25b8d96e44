/**
 * What RMI 1.1 adds to 1.0 (TF-RMM v0.8.0 built with RMM_V1_1). Device assignment was still moving: names are those
 * of v0.8.0 and of the 1.1-era headers of tf-a-tests, and most argument lists were not read.
 */
import type { RmiRow } from './rmi-row.js';

/** v0.8.0 answers 0172 and 0173, and tf-a-tests has these names for them; TF-RMM's own header was not read. */
const FROM_TF_A_TESTS = { note: 'number and name from tf-a-tests', unverified: true } as const;

export const RMI_1_1: readonly RmiRow[] = [
  [0x156, 'PDEV_AUX_COUNT', 'arg1', 'out1'],
  [0x160, 'VDEV_AUX_COUNT', 'arg1 arg2', 'out1'],
  [0x163, 'RTT_DEV_MEM_VALIDATE', 'arg1 arg2 arg3 arg4', 'out1'],
  [0x16a, 'VSMMU_CREATE', null, null, { note: 'no handler in TF-RMM' }],
  [0x16b, 'VSMMU_DESTROY', null, null, { note: 'no handler in TF-RMM' }],
  [0x16c, 'VSMMU_MAP', null, null, { note: 'no handler in TF-RMM' }],
  [0x16d, 'VSMMU_UNMAP', null, null, { note: 'no handler in TF-RMM' }],
  [
    0x16e,
    'PSMMU_MSI_CONFIG',
    null,
    null,
    { note: 'no handler in TF-RMM; the number is RMM_CONFIG_SET in 2.0' },
  ],
  [0x16f, 'PSMMU_IRQ_NOTIFY', null, null, { note: 'no handler in TF-RMM' }],
  [0x172, 'DEV_MEM_MAP', 'arg1 arg2 arg3 arg4', '', FROM_TF_A_TESTS],
  [0x173, 'DEV_MEM_UNMAP', 'arg1 arg2 arg3', 'out1 out2', FROM_TF_A_TESTS],
  [0x174, 'PDEV_ABORT', null, null],
  [0x175, 'PDEV_COMMUNICATE', null, null],
  [0x176, 'PDEV_CREATE', null, null],
  [0x177, 'PDEV_DESTROY', null, null],
  [0x178, 'PDEV_GET_STATE', null, null],
  [0x179, 'PDEV_IDE_RESET', null, null],
  [0x17a, 'PDEV_IDE_KEY_REFRESH', null, null, { note: 'PDEV_NOTIFY in earlier drafts', unverified: true }],
  [0x17b, 'PDEV_SET_PUBKEY', null, null],
  [0x17c, 'PDEV_STOP', null, null],
  [0x17d, 'RTT_AUX_CREATE', null, null],
  [0x17e, 'RTT_AUX_DESTROY', null, null],
  [0x17f, 'RTT_AUX_FOLD', null, null],
  [0x180, 'RTT_AUX_MAP_PROTECTED', null, null],
  [0x181, 'RTT_AUX_MAP_UNPROTECTED', null, null],
  [0x183, 'RTT_AUX_UNMAP_PROTECTED', null, null],
  [0x184, 'RTT_AUX_UNMAP_UNPROTECTED', null, null],
  [0x185, 'VDEV_ABORT', null, null],
  [0x186, 'VDEV_COMMUNICATE', null, null],
  [0x187, 'VDEV_CREATE', null, null],
  [0x188, 'VDEV_DESTROY', null, null],
  [0x189, 'VDEV_GET_STATE', null, null],
  [0x18a, 'VDEV_STOP', null, null, { note: 'VDEV_UNLOCK in later drafts', unverified: true }],
  [0x18b, 'RTT_SET_S2AP', 'rd rec start end', 'top'],
  [0x18c, 'MEC_SET_SHARED', 'arg1', ''],
  [0x18d, 'MEC_SET_PRIVATE', 'arg1', ''],
  [0x18e, 'VDEV_COMPLETE', 'arg1 arg2', ''],
];
