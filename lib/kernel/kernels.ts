/** The built-in kernels by name. A name means that one patch alone, in the frame of kvm_arm_init. */
import { parseRevision } from '../abi/revision.js';
import type { LogEvent } from '../model/events.js';
import { nearest } from '../model/nearest.js';
import type { Asking, Kernel } from '../model/port.js';
import { bad, good, type Result } from '../model/result.js';
import type { RealmState } from '../model/trace.js';
import { kvm_arm_init } from './arm.js';
import { emit, returning } from './asks.js';
import { bringUp, type System } from './cpufeature.js';
import { ftrTables } from './ftr-tables.js';
import * as v13 from './v13.js';

/** A patch that checks the RMI revision, and what it is known by. */
export interface BuiltInKernel {
  readonly name: string;
  /** The revision that its headers want, `M.m`. */
  readonly wants: string;
  readonly date: string;
  readonly title: string;
  readonly summary: string;
  /** Whether its register table has the RME field. */
  readonly rme: boolean;
  readonly kvm_init_rmi: (system: System, abi: v13.Abi) => Asking<void>;
  readonly queries: () => Asking<void>;
}

export const KERNELS: readonly BuiltInKernel[] = [
  {
    name: 'v13',
    wants: '2.0',
    date: '2026-03-18',
    title: '[PATCH v13 07/48] arm64: RMI: Check for RMI support at KVM init',
    summary: 'asks only where the RME field is set; prints the range; the static key stays off',
    rme: true,
    kvm_init_rmi: v13.kvm_init_rmi,
    queries: newRealm,
  },
];

/** Numbering of enum realm_state. */
const REALM_STATES: readonly RealmState[] = [
  'REALM_STATE_NONE',
  'REALM_STATE_NEW',
  'REALM_STATE_ACTIVE',
  'REALM_STATE_DYING',
  'REALM_STATE_DEAD',
];

export function realmStateName(value: number): RealmState | undefined {
  return REALM_STATES[value];
}

/** What v13's queries answer for a VM that its user asked to be a realm, right after init. */
function* newRealm(): Asking<void> {
  const arch: v13.kvm_arch = { is_realm: true, realm: { state: 'REALM_STATE_NONE' } };
  yield* emit({ type: 'return', of: 'kvm_is_realm', value: v13.kvm_is_realm(arch) ? 1 : 0 });
  yield* emit({
    type: 'return',
    of: 'kvm_realm_state',
    value: REALM_STATES.indexOf(v13.kvm_realm_state(arch)),
  });
  yield* emit({ type: 'return', of: 'vcpu_is_rec', value: v13.vcpu_is_rec() ? 1 : 0 });
}

/**
 * The built-in kernel `name`, asking for `wants` (`M.m`, 0..32767 and 0..65535) or for what its patch asks.
 * Troubles: `no-kernel`, `bad-value`.
 */
export function kernelNamed(name: string, wants?: string): Result<Kernel> {
  const found = KERNELS.find(kernel => kernel.name === name);
  if (found === undefined) {
    const meant = nearest(name, [...KERNELS.map(kernel => kernel.name), 'recorded']);
    const hint = meant === null ? '' : `did you mean ${meant}? `;
    return bad(
      'no-kernel',
      `no kernel is called ${JSON.stringify(name)}`,
      {},
      `${hint}\`rmitrace list kernels\` names them`,
    );
  }
  const abi = parseRevision(wants ?? found.wants);
  if (abi === null) {
    const range = 'two decimals M.m, M up to 32767 and m up to 65535';
    return bad(
      'bad-value',
      `${JSON.stringify(wants)} is not a revision: ${range}`,
      {},
      'ask like `--wants 2.0`',
    );
  }
  return good(bootable(found, abi));
}

function bootable(kernel: BuiltInKernel, abi: v13.Abi): Kernel {
  const tables = ftrTables({ rme: kernel.rme });
  return {
    name: kernel.name,
    wants: `${abi.major}.${abi.minor}`,
    scope: 'rmi',
    models: modelled,
    *boot() {
      const system = yield* bringUp(tables);
      const init = kvm_arm_init(() => kernel.kvm_init_rmi(system, abi));
      const value = yield* returning('kvm_arm_init', init);
      if (value === 0) yield* kernel.queries();
      return value;
    },
  };
}

/** The lines of scope `rmi`; of any other line of a real boot this kernel says nothing. */
const MODELLED: readonly { readonly prefix: 'kvm' | undefined; readonly text: RegExp }[] = [
  { prefix: undefined, text: /^CPU features: (SANITY CHECK: |Unsupported CPU feature variation detected)/ },
  { prefix: 'kvm', text: /^HYP mode not available$/ },
  { prefix: 'kvm', text: /^KVM disabled from command line$/ },
  { prefix: 'kvm', text: /^Unsupported RMI ABI \(/ },
  { prefix: 'kvm', text: /^RMI ABI version / },
  { prefix: 'kvm', text: /VHE(\+NV2)? mode initialized successfully$/ },
];

function modelled(log: LogEvent): boolean {
  return MODELLED.some(line => line.prefix === log.prefix && line.text.test(log.text));
}
