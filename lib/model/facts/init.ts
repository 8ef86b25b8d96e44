/** The facts that decide the RMI init after the check, in the order in which recordings have them. */
import type { FactRow } from './row.js';
import { ADDRESS, BOOLEAN } from './values.js';

export const INIT_FACTS = [
  {
    name: 'memory',
    values: { kind: 'regions', nomap: true },
    default: '0x80000000+0x20000000',
    member: 'memory',
    says: 'The regions of memblock.memory, ascending and not merged: base and size, `:nomap` for MEMBLOCK_NOMAP.',
  },
  {
    name: 'rmm_dram',
    values: { kind: 'regions', nomap: false },
    default: '0x80000000+0x20000000',
    member: 'rmmDram',
    says: 'The DRAM that the RMM was told of at its boot. Where only `memory` is described, all of that.',
  },
  {
    name: 'device_windows',
    values: { kind: 'regions', nomap: false },
    default: '0x40000000+0xa000',
    member: 'deviceWindows',
    says: 'The windows of non-coherent device memory that the RMM was told of.',
  },
  {
    name: 'pa_width',
    values: { kind: 'number', least: 32, most: 52 },
    default: 48,
    member: 'paWidth',
    says: 'How many bits a physical address has: the RMM refuses addresses beyond.',
  },
  {
    name: 'lpa2',
    values: BOOLEAN,
    default: true,
    member: 'lpa2',
    says: 'The host uses LPA2 with its page size, as system_supports_lpa2() gives it; with 64K pages there is none.',
  },
  {
    name: 'vmid_bits',
    values: { kind: 'one-of', values: [8, 16] },
    default: 16,
    member: 'vmidBits',
    says: 'kvm_get_vmid_bits(): the size of the VMID bitmap of RFC to v12.',
  },
  {
    name: 'config_page',
    values: ADDRESS,
    default: '0x9ffff000',
    member: 'configPage',
    says: 'The physical address of the page that RMM_CONFIG_SET is given. By default the last page of the first region of `memory` that is not NOMAP.',
  },
  {
    name: 'sro_object',
    values: ADDRESS,
    default: '0x9fffe000',
    member: 'sroObject',
    says: 'The physical address of struct rmi_sro_state; its list of addresses is at 0x98 in it. By default the page before `config_page`.',
  },
  {
    name: 'donated_memory',
    values: ADDRESS,
    default: '0x90000000',
    member: 'donatedMemory',
    says: 'From here upwards the kernel takes the pages that it donates to the RMM. By default the middle of that region.',
  },
  {
    name: 'allocation_fails',
    values: {
      kind: 'one-of',
      values: ['nothing', 'vmid-bitmap', 'config-page', 'sro-object', 'donated-memory', 'memory-notifier'],
    },
    default: 'nothing',
    member: 'allocationFails',
    says: 'The one allocation of the init, or registration of its notifier, that fails with -ENOMEM.',
  },
  {
    name: 'leftover_x2',
    values: ADDRESS,
    default: '0x0',
    member: 'leftoverX2',
    says: 'What x2 holds where a call by SMCCC 1.1 with one argument leaves it as it was: v13 asks GRANULE_TRACKING_GET so, and later RMMs read the top of the range there.',
  },
  {
    name: 'initcall_debug',
    values: BOOLEAN,
    default: false,
    member: 'initcallDebug',
    says: 'The command line has initcall_debug: a debug line before and after each initcall.',
  },
] as const satisfies readonly FactRow[];
