/**
 * The built-in machines, in the form of a description file. All but the recorded ones differ from `fvp` in one thing.
 */
import { unknownName } from '../model/nearest.js';
import { bad, type Result } from '../model/result.js';
import type { MachineWire } from '../schema/validate.js';
import { describe, type MachineDescription } from './description.js';

/** ID_AA64PFR0_EL1 of a CPU with RME and SVE, and the same with another RME field (bits 55:52). */
const RME_1 = '0x1211111123111112';
const RME_0 = '0x1201111123111112';
const RME_2 = '0x1221111123111112';

/** The RMM's feature registers on QEMU 10.2, `-cpu max,x-rme=on`, as TF-RMM 0.8 and 0.9 gave them. */
const FEATURES = {
  '1': ['0x28f34317f34'],
  '2': ['0x317f34', '0x142a9', '0x0', '0x3', '0x0'],
};

/** Invented except for its feature registers, which are QEMU's: no FVP's have been published. */
const FVP: NamedMachine = {
  format: 'rmitrace-machine',
  version: 1,
  name: 'fvp',
  description: 'one CPU with RME, kernel at EL2, conduit SMC, TF-RMM 0.9',
  cpus: [{ registers: { ID_AA64PFR0_EL1: RME_1 } }],
  features: FEATURES,
};

/** A machine's file with its one-line summary. */
export interface NamedMachine extends MachineWire {
  description: string;
}

/** 2 GiB, as Linux listed them; the RMM's own is reserved. Which windows of devices that RMM was told of is not known. */
const QEMU_BELOW = { base: '0x40000000', size: '0x100000' };
const QEMU_ABOVE = { base: '0x41900000', size: '0x7e700000' };

const QEMU_MAX: NamedMachine = {
  ...FVP,
  name: 'qemu-max',
  description: 'a recorded machine: QEMU 10.2 -cpu max,x-rme=on, RME 2, SVE hint, TF-RMM 0.8',
  cpus: [{ registers: { ID_AA64PFR0_EL1: '0x1321001121112222' } }],
  sveHint: true,
  rmm: 'tf-rmm-0.8',
  init: {
    memory: [QEMU_BELOW, { base: '0x40100000', size: '0x1800000', nomap: true }, QEMU_ABOVE],
    rmmDram: [QEMU_BELOW, QEMU_ABOVE],
    deviceWindows: [],
  },
};

/** Debian's kernel has no check: an RMM would answer one that it never had. */
const DEBIAN: NamedMachine = { ...QEMU_MAX, sveHint: false, rmm: 'none', kvm: { era: 'linux-6.1' } };

export const MACHINES: readonly NamedMachine[] = [
  FVP,
  QEMU_MAX,
  {
    ...FVP,
    name: 'no-rme',
    description: 'no RME in hardware, so no RMM',
    cpus: [{ registers: { ID_AA64PFR0_EL1: RME_0 } }],
    rmm: 'none',
    features: {},
  },
  {
    ...FVP,
    name: 'big-little-hides-rme',
    description: 'four CPUs; CPU3 has no RME, so the kernel sees none',
    cpus: [{ count: 3, registers: { ID_AA64PFR0_EL1: RME_1 } }, { registers: { ID_AA64PFR0_EL1: RME_0 } }],
  },
  {
    ...FVP,
    name: 'big-little-rme-2-1',
    description: 'two CPUs, RME 2 and RME 1',
    cpus: [{ registers: { ID_AA64PFR0_EL1: RME_2 } }, { registers: { ID_AA64PFR0_EL1: RME_1 } }],
  },
  { ...FVP, name: 'conduit-none', description: 'firmware tables name no conduit', conduit: 'none' },
  {
    ...FVP,
    name: 'conduit-hvc',
    description: 'firmware tables say HVC: a hypervisor below answers, not the RMM; kernel at EL1 (nVHE)',
    conduit: 'hvc',
    hypervisor: 'nvhe',
  },
  {
    ...FVP,
    name: 'el1-entry',
    description: 'kernel entered at EL1, under a hypervisor that it reaches by HVC: no HYP mode',
    entry: 'el1',
    conduit: 'hvc',
  },
  { ...FVP, name: 'kvm-disabled', description: 'kvm-arm.mode=none', kvmArmMode: 'none' },
  {
    ...FVP,
    name: 'nvhe',
    description: 'kvm-arm.mode=nvhe: kernel at EL1, its hypervisor at EL2',
    kvmArmMode: 'nvhe',
  },
  { ...FVP, name: 'hvhe', description: 'kernel at EL1, its hypervisor uses VHE at EL2', hypervisor: 'hvhe' },
  {
    ...FVP,
    name: 'protected',
    description: 'kvm-arm.mode=protected: pKVM, kernel at EL1',
    kvmArmMode: 'protected',
  },
  {
    ...FVP,
    name: 'nested',
    description: 'kvm-arm.mode=nested on a CPU with FEAT_NV2: kernel at EL2',
    kvmArmMode: 'nested',
    nv2: true,
  },
  {
    ...QEMU_MAX,
    name: 'qemu-linux-6.12',
    description: 'qemu-max as the CCA series on Linux 6.12-rc1 booted it: for --scope kvm',
    kvm: { era: 'linux-6.12', coarseTrapHandlers: 554 },
  },
  {
    ...DEBIAN,
    name: 'debian-6.1-nvhe',
    description: 'qemu-max as Debian 6.1 booted it with kvm-arm.mode=nvhe, without an RMM: for --scope kvm',
    kvmArmMode: 'nvhe',
  },
  {
    ...DEBIAN,
    name: 'debian-6.1-protected',
    description: 'the same with kvm-arm.mode=protected',
    kvmArmMode: 'protected',
  },
  { ...FVP, name: 'pages-16k', description: 'kernel with 16K pages', pageSize: 16384 },
  { ...FVP, name: 'pages-64k', description: 'kernel with 64K pages', pageSize: 65536 },
];

/** Where the user names none. */
export const DEFAULT_MACHINE = 'fvp';

/** The description of a built-in machine, as a file that can be edited; `null` where there is none of that name. */
export function descriptionNamed(name: string): NamedMachine | null {
  return MACHINES.find(machine => machine.name === name) ?? null;
}

/** The machine `name`. Trouble: `unknown-name`. */
export function machineNamed(name: string): Result<MachineDescription> {
  const found = MACHINES.find(machine => machine.name === name);
  if (found !== undefined) return describe(found);
  const names = MACHINES.map(machine => machine.name);
  return bad(unknownName('machine', name, names));
}
