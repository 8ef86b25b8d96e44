/** The facts that decide the check and the lines around it, in the order in which recordings have them. */
import type { FactRow } from './row.js';
import { BOOLEAN } from './values.js';

export const RMI_FACTS = [
  {
    name: 'hyp_mode_available',
    values: BOOLEAN,
    default: true,
    member: null,
    says: 'The kernel was entered at EL2.',
  },
  {
    name: 'in_hyp_mode',
    values: BOOLEAN,
    default: true,
    member: null,
    says: 'The kernel runs at EL2 (VHE).',
  },
  {
    name: 'kvm_mode',
    values: { kind: 'one-of', values: ['default', 'protected', 'nv', 'none'] },
    default: 'default',
    member: null,
    says: 'kvm-arm.mode, as kvm_get_mode() gives it.',
  },
  {
    name: 'hvhe',
    values: BOOLEAN,
    default: false,
    member: null,
    says: 'The hypervisor of a kernel at EL1 uses VHE at EL2: `h` instead of `n` in the mode line.',
  },
  {
    name: 'nv2',
    values: BOOLEAN,
    default: false,
    member: 'nv2',
    says: 'The kernel has the nested virtualisation capability: `+NV2` in the mode line.',
  },
  {
    name: 'page_size',
    values: { kind: 'one-of', values: [4096, 16384, 65536] },
    default: 4096,
    member: 'pageSize',
    says: "The kernel's page size in bytes; RFC to v12 ask only if it is 4096.",
  },
  {
    name: 'conduit',
    values: { kind: 'one-of', values: ['smc', 'hvc', 'none'] },
    default: 'smc',
    member: 'conduit',
    says: 'The conduit that firmware tables name.',
  },
  {
    name: 'smccc_version',
    values: { kind: 'version' },
    default: '1.5',
    member: 'smcccVersion',
    says: 'The SMCCC version that firmware implements, major.minor; below 1.1 no call leaves the kernel.',
  },
  {
    name: 'sve_hint',
    values: BOOLEAN,
    default: false,
    member: 'sveHint',
    says: 'The kernel sets bit 16 of the FID: no live SVE state.',
  },
] as const satisfies readonly FactRow[];
