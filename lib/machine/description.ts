/**
 * A machine before any call: from its file (schemas/machine.schema.json, checked by then) to the state that a kernel
 * sees. What the file leaves out gets its default; an impossible machine is refused.
 */
import { parseRevision } from '../abi/revision.js';
import { parseCount } from '../model/count.js';
import type { MachineState } from '../model/port.js';
import { bad, good, placedIn, type Result, trouble } from '../model/result.js';
import type { Scope } from '../model/trace.js';
import { readHex, type U64 } from '../model/u64.js';
import { profileNamed } from '../rmm/profiles.js';
import type { Features } from '../rmm/rmm.js';
import { defaults } from '../schema/generated/machine.js';
import type { MachineWire } from '../schema/validate.js';
import { describeInit, type InitDescription } from './description-init.js';
import { describeKvm, type KvmDescription, type KvmHost, MMFR0 } from './description-kvm.js';
import { atEl2, type Boot, factsOf } from './facts.js';

/** A description, and what holds where it says nothing. */
type Whole = Parts & Required<Pick<Parts, Exclude<keyof typeof defaults, 'init' | 'kvm'>>>;
type Parts = Omit<MachineWire, 'init' | 'kvm'>;

export interface MachineDescription extends Boot {
  readonly name: string;
  readonly description: string;
  /** Raw ID registers of each CPU, boot CPU first; the same registers on every one. */
  readonly cpus: readonly ReadonlyMap<string, U64>[];
  readonly nv2: boolean;
  readonly conduit: 'smc' | 'hvc' | 'none';
  readonly smcccVersion: string;
  /** The name of a profile. */
  readonly rmm: string;
  readonly features: Features;
  readonly init: InitDescription;
  readonly kvm: KvmDescription;
  /** As it was given: what it says of each fact of every recording is in here. */
  readonly given: Whole;
}

/** Troubles: `bad-machine`, `unknown-name`, each with a pointer into the file. */
export function describe(file: MachineWire): Result<MachineDescription> {
  const cpus = cpusOf(file);
  if (!cpus.ok) return cpus;
  const whole: Whole = { ...defaults, ...file };
  const features = featuresOf(whole.features);
  if (!features.ok) return features;
  const rmm = profileNamed(whole.rmm);
  if (!rmm.ok) return bad(placedIn({ pointer: '/rmm' }, rmm.trouble));

  const init = describeInit(file.init, whole.pageSize);
  if (!init.ok) return init;

  const frame = {
    name: file.name,
    description: file.description ?? '',
    cpus: cpus.value,
    entry: whole.entry,
    hypervisor: hypervisorOf(file),
    kvmArmMode: whole.kvmArmMode,
    nv2: whole.nv2,
    conduit: whole.conduit,
    smcccVersion: whole.smcccVersion,
    rmm: rmm.value.name,
    features: features.value,
    init: init.value,
    given: whole,
  };
  const kvm = describeKvm(file.kvm, hostOf(frame));
  return kvm.ok ? possible({ ...frame, kvm: kvm.value }) : kvm;
}

/** What the machine is before any call, as recordings of `scope` have it. */
export function stateOf(machine: MachineDescription, scope: Scope = 'rmi'): MachineState {
  const cpus = scope === 'kvm' ? machine.cpus.map(withMmfr0) : machine.cpus;
  const names = [...(cpus[0]?.keys() ?? [])];
  return {
    mrs: new Map(names.map(name => [name, cpus.map(registers => registers.get(name) ?? null)])),
    facts: factsOf(machine, { rmi: machine.given, init: machine.init, kvm: machine.kvm }, scope),
    ftr: new Map(),
  };
}

function withMmfr0(registers: ReadonlyMap<string, U64>): ReadonlyMap<string, U64> {
  return registers.has('ID_AA64MMFR0_EL1') ? registers : new Map([...registers, ['ID_AA64MMFR0_EL1', MMFR0]]);
}

function hostOf(machine: Omit<MachineDescription, 'kvm'>): KvmHost {
  return { ...machine, registers: machine.cpus[0] ?? new Map() };
}

/** kvm-arm.mode=nvhe and =protected turn VHE off before the kernel chooses its level, as QEMU's Debian 6.1 boots show. */
function hypervisorOf({ kvmArmMode, hypervisor }: MachineWire): Boot['hypervisor'] {
  if (kvmArmMode === 'nvhe') return 'nvhe';
  return hypervisor ?? (kvmArmMode === 'protected' ? 'nvhe' : defaults.hypervisor);
}

/** Refuses what no machine can be. */
function possible(machine: MachineDescription): Result<MachineDescription> {
  if (parseRevision(machine.smcccVersion) === null) {
    return bad(
      trouble(
        'bad-machine',
        `smcccVersion ${machine.smcccVersion} does not fit the word of SMCCC_VERSION`,
        { pointer: '/smcccVersion' },
        'write it like "1.5": a major up to 32767, a minor up to 65535',
      ),
    );
  }
  if (machine.conduit === 'hvc' && atEl2(machine)) {
    return bad(
      trouble(
        'bad-machine',
        'conduit "hvc" with a kernel at EL2: an HVC from EL2 goes to EL2 itself',
        { pointer: '/conduit' },
        'give "conduit": "smc", or a kernel at EL1 with "hypervisor": "nvhe" or "entry": "el1"',
      ),
    );
  }
  if (machine.kvmArmMode === 'nested' && machine.entry === 'el2' && machine.hypervisor !== 'vhe') {
    return bad(
      trouble(
        'bad-machine',
        `kvmArmMode "nested" with hypervisor "${machine.hypervisor}": nested virtualisation needs a kernel at EL2`,
        { pointer: '/kvmArmMode' },
        'give "hypervisor": "vhe", or another kvmArmMode',
      ),
    );
  }
  return good(machine);
}

/** NR_CPUS of an arm64 kernel as distributions build it. */
const MAX_CPUS = 4096;

function cpusOf({ cpus }: MachineWire): Result<readonly ReadonlyMap<string, U64>[]> {
  const total = cpus.reduce((sum, { count = 1 }) => sum + count, 0);
  if (total > MAX_CPUS) {
    const next = 'describe fewer';
    return bad(
      trouble(
        'bad-machine',
        `${total} CPUs are more than the maximum of ${MAX_CPUS}`,
        { pointer: '/cpus' },
        next,
      ),
    );
  }
  const all: ReadonlyMap<string, U64>[] = [];
  for (const [index, cpu] of cpus.entries()) {
    const registers = new Map<string, U64>();
    for (const [name, text] of Object.entries(cpu.registers)) {
      const pointer = `/cpus/${index}/registers/${name}`;
      const value = readHex(text);
      if (value === null) return notHex(text, pointer);
      registers.set(name, value);
    }
    all.push(...Array.from({ length: cpu.count ?? 1 }, () => registers));
    const [first] = all;
    const odd = first === undefined ? undefined : oddOneOut(first, registers);
    if (odd !== undefined) {
      return bad(
        trouble(
          'bad-machine',
          `cpus[${index}] and the boot CPU do not both describe ${odd}`,
          { pointer: `/cpus/${index}/registers` },
          'describe the same registers on every CPU',
        ),
      );
    }
  }
  return good(all);
}

/** A register that only one of the two has. */
function oddOneOut(one: ReadonlyMap<string, U64>, other: ReadonlyMap<string, U64>): string | undefined {
  return [...one.keys(), ...other.keys()].find(name => one.has(name) !== other.has(name));
}

function featuresOf(wire: Readonly<Record<string, readonly string[]>>): Result<Features> {
  const features = new Map<number, readonly U64[]>();
  for (const [major, texts] of Object.entries(wire)) {
    const registers: U64[] = [];
    for (const [index, text] of texts.entries()) {
      const value = readHex(text);
      if (value === null) return notHex(text, `/features/${major}/${index}`);
      registers.push(value);
    }
    features.set(parseCount(major) ?? 0, registers);
  }
  return good(features);
}

function notHex(text: string, pointer: string): Result<never> {
  const next = 'write it like 0x1211111123111112';
  return bad(
    trouble('bad-machine', `${JSON.stringify(text)} is not a 64-bit register value`, { pointer }, next),
  );
}
