/** What a machine's description says about the rest of kvm_arm_init, and what cannot be. */
import { fieldOf } from '../abi/id-registers.js';
import { ERAS, STEP_NAMES, type StepName, type StepNeeds, stepOf } from '../model/kvm.js';
import { unknownName } from '../model/nearest.js';
import { bad, good, placedIn, type Result, trouble } from '../model/result.js';
import { field, parseHex, type U64, ZERO } from '../model/u64.js';
import { defaults } from '../schema/generated/machine.js';
import type { MachineWire } from '../schema/validate.js';
import type { Boot } from './facts.js';

export type KvmDescription = Required<NonNullable<MachineWire['kvm']>>;

/** The machine that it is said of. */
export interface KvmHost extends Boot {
  readonly nv2: boolean;
  /** The boot CPU's. */
  readonly registers: ReadonlyMap<string, U64>;
}

/**
 * ID_AA64MMFR0_EL1 of a CPU whose description has none: 52 bits, LPA2 and FEAT_FGT, as QEMU 10.2's -cpu max shows in
 * what Linux 6.12 prints; the fields that nothing prints are UNVERIFIED.
 */
export const MMFR0: U64 = parseHex('0x2100032310201126') ?? ZERO;

/** Troubles: `bad-machine`, `unknown-name`, each with a pointer into the file. */
export function describeKvm(wire: MachineWire['kvm'], host: KvmHost): Result<KvmDescription> {
  const kvm: KvmDescription = { ...defaults.kvm, ...wire };
  const { fails } = kvm;
  if (fails !== null && STEP_NAMES.every(name => name !== fails.at)) {
    return bad(placedIn({ pointer: '/kvm/fails/at' }, unknownName('step', fails.at, STEP_NAMES)));
  }
  const given = new Set(Object.keys(wire ?? {}));
  for (const { at, wrong, next } of IMPOSSIBLE) {
    const what = wrong({ kvm, host, given });
    if (what !== null) return bad(trouble('bad-machine', what, { pointer: at }, next));
  }
  return good(kvm);
}

interface Described {
  readonly kvm: KvmDescription;
  readonly host: KvmHost;
  /** The members that the file gives itself. */
  readonly given: ReadonlySet<string>;
}

interface Impossible {
  /** Pointer into the file. */
  readonly at: string;
  /** What contradicts what; `null` where nothing does. */
  readonly wrong: (said: Described) => string | null;
  readonly next: string;
}

const IMPOSSIBLE: readonly Impossible[] = [
  {
    at: '/kvm/era',
    wrong: ({ kvm, host }) => {
      const newer = [
        [host.kvmArmMode !== null, 'linux-6.1', `kvmArmMode "${host.kvmArmMode}"`],
        [host.kvmArmMode === 'nested', 'linux-6.12', 'kvmArmMode "nested"'],
        [host.hypervisor === 'hvhe', 'linux-6.12', 'hypervisor "hvhe"'],
        [host.nv2, 'linux-6.12', 'nv2'],
        [kvm.brokenCntvoff, 'linux-2026', 'brokenCntvoff'],
      ] as const;
      const found = newer.find(([has, from]) => has && ERAS.indexOf(kvm.era) < ERAS.indexOf(from));
      return found === undefined ? null : `era "${kvm.era}" with ${found[2]}, which came with ${found[1]}`;
    },
    next: 'give a later era, or leave the other out',
  },
  {
    at: '/kvm/hypMemory',
    wrong: ({ host, given }) =>
      given.has('hypMemory') && !isProtected(host)
        ? 'hypMemory without a protected hypervisor: no memory is reserved'
        : null,
    next: 'give "kvmArmMode": "protected", or leave hypMemory out',
  },
  {
    at: '/kvm/sve',
    wrong: ({ kvm: { sve } }) =>
      sve !== null && sve.maxVirtualisableVl > sve.maxVl
        ? `guests cannot have vectors of ${sve.maxVirtualisableVl} bytes: the longest has ${sve.maxVl}`
        : null,
    next: 'give maxVirtualisableVl at most maxVl',
  },
  {
    at: '/kvm/sve',
    wrong: ({ kvm: { sve }, host, given }) =>
      given.has('sve') && sve !== null && fieldValue(host, 'ID_AA64PFR0_EL1', 'SVE') === 0
        ? 'sve with a boot CPU whose ID_AA64PFR0_EL1.SVE is 0'
        : null,
    next: 'set the SVE field, or leave sve out',
  },
  {
    at: '/kvm/gic',
    wrong: ({ kvm, given }) => {
      const odd = GIC_MEMBERS.find(([member, needs]) => given.has(member) && !needs.includes(kvm.gic));
      return odd === undefined ? null : `${odd[0]} with gic "${kvm.gic}", which has none`;
    },
    next: 'leave it out, or give another gic',
  },
  {
    at: '/kvm/gicv',
    wrong: ({ kvm }) => (kvm.gic === 'v2' && kvm.gicv === '0x0' ? 'gic "v2" without a GICV' : null),
    next: 'give its physical address, like "gicv": "0x8040000"',
  },
  {
    at: '/kvm/brokenCntvoff',
    wrong: ({ kvm, host }) =>
      kvm.brokenCntvoff && (host.hypervisor === 'nvhe' || fieldValue(host, 'ID_AA64MMFR0_EL1', 'ECV') === 0)
        ? 'brokenCntvoff is worked around only with VHE or hVHE, and FEAT_ECV'
        : null,
    next: 'give "hypervisor": "vhe" or "hvhe", or leave brokenCntvoff out',
  },
  {
    at: '/kvm/fails',
    wrong: said => {
      const name = failing(said);
      if (name === null || reached(name, said)) return null;
      return `the step "${name}" never runs on this machine, so it cannot fail`;
    },
    next: 'lib/kernel/README.md says what each step needs',
  },
  {
    at: '/kvm/fails/error',
    wrong: said => {
      const name = failing(said);
      if (name === null || said.kvm.fails?.error === undefined) return null;
      const { fixed, error } = stepOf(name);
      return fixed === true ? `the step "${name}" always fails with -${error}` : null;
    },
    next: 'leave error out',
  },
  {
    at: '/kvm/fails/index',
    wrong: said => {
      const name = failing(said);
      if (name === null || said.kvm.fails?.index === undefined) return null;
      return stepOf(name).indexed === true ? null : `the step "${name}" has no index`;
    },
    next: 'leave index out',
  },
];

/** Which members speak of a part that only such interrupt controllers have. */
const GIC_MEMBERS: readonly (readonly [member: string, needs: readonly KvmDescription['gic'][]])[] = [
  ['maintenanceInterrupt', ['v2', 'v3']],
  ['nonArchitecturalVgic', ['v2', 'v3']],
  ['gicv', ['v2', 'v3']],
  ['gicv3Traps', ['v3']],
];

function failing({ kvm }: Described): StepName | null {
  return STEP_NAMES.find(name => name === kvm.fails?.at) ?? null;
}

const REACHED: Readonly<Record<StepNeeds, (said: Described) => boolean>> = {
  nothing: () => true,
  nv: ({ kvm }) => ERAS.indexOf(kvm.era) >= ERAS.indexOf('linux-6.12'),
  nvhe: ({ host }) => host.hypervisor !== 'vhe',
  protected: ({ host }) => isProtected(host),
  gic: ({ kvm }) => kvm.gic !== 'none' && kvm.maintenanceInterrupt !== 0,
  tracing: ({ kvm }) => kvm.era === 'linux-2026',
};

/** Early exits come before any step. */
function reached(name: StepName, said: Described): boolean {
  const { entry, kvmArmMode } = said.host;
  return entry === 'el2' && kvmArmMode !== 'none' && REACHED[stepOf(name).needs](said);
}

function isProtected({ entry, hypervisor, kvmArmMode }: KvmHost): boolean {
  return entry === 'el2' && kvmArmMode === 'protected' && hypervisor !== 'vhe';
}

function fieldValue({ registers }: KvmHost, reg: string, name: string): number | null {
  const layout = fieldOf(reg, name);
  const value = registers.get(reg);
  return layout === null || value === undefined ? null : field(value, layout.lsb, layout.width);
}
