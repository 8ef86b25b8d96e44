/** The facts of a machine before any call: what its description says, and what follows from several parts of it. */
import type { FactValue } from '../model/events.js';
import type { FactRow } from '../model/facts/row.js';
import { speltFact } from '../model/facts/values.js';
import { type ConcludedFact, factsIn } from '../model/facts.js';
import type { Scope } from '../model/trace.js';

/** How the kernel is entered, and where KVM's own code runs once the command line had its say. */
export interface Boot {
  readonly entry: 'el2' | 'el1';
  /** `vhe` is a kernel at EL2. */
  readonly hypervisor: 'vhe' | 'nvhe' | 'hvhe';
  readonly kvmArmMode: 'none' | 'protected' | 'nvhe' | 'nested' | null;
}

/** The part of a description that says the facts of each scope. */
export type Parts = Readonly<Record<Scope, object>>;

/** The facts that a recording of `scope` has, in its order. */
export function factsOf(boot: Boot, parts: Parts, scope: Scope): ReadonlyMap<string, FactValue> {
  return new Map(
    factsIn(scope).map(fact => [
      fact.name,
      fact.member === null ? concluded(fact.name, boot) : said(parts[fact.scope], fact.member, fact),
    ]),
  );
}

const CONCLUSIONS: Readonly<Record<ConcludedFact, (boot: Boot) => FactValue>> = {
  hyp_mode_available: ({ entry }) => entry === 'el2',
  in_hyp_mode: atEl2,
  kvm_mode: kvmMode,
  hvhe: ({ hypervisor }) => hypervisor === 'hvhe',
  kvm_mode_ignored: modeIgnored,
};

const CONCLUSION_OF: ReadonlyMap<string, (boot: Boot) => FactValue> = new Map(Object.entries(CONCLUSIONS));

function concluded(name: string, boot: Boot): FactValue {
  const conclude = CONCLUSION_OF.get(name);
  if (conclude === undefined) throw new Error(`nothing says what the fact ${name} is`);
  return conclude(boot);
}

/** `member` is a path, like `hypMemory.base`. */
function said(part: object, member: string, { name, values, without }: FactRow): FactValue {
  let here: unknown = part;
  for (const key of member.split('.'))
    here =
      typeof here === 'object' && here !== null
        ? Object.getOwnPropertyDescriptor(here, key)?.value
        : undefined;
  if (typeof here === 'boolean' || typeof here === 'number' || typeof here === 'string')
    return speltFact(values, here);
  if (without === undefined) throw new Error(`a machine has no ${member}, which is its fact ${name}`);
  return without;
}

/** Whether the kernel runs at EL2. */
export function atEl2({ entry, hypervisor }: Boot): boolean {
  return entry === 'el2' && hypervisor === 'vhe';
}

/**
 * kvm_get_mode(): `none` counts even without EL2; without EL2 every other word is ignored, and so is `protected` in a
 * kernel that stays at EL2 ("Protected KVM not available with VHE").
 */
function kvmMode(boot: Boot): string {
  if (boot.kvmArmMode === 'none') return 'none';
  if (boot.entry === 'el1') return 'default';
  if (boot.kvmArmMode === 'protected') return atEl2(boot) ? 'default' : 'protected';
  return boot.kvmArmMode === 'nested' ? 'nv' : 'default';
}

/** `none` counts even without EL2; every other word needs it, and `protected` a kernel that is not at it. */
function modeIgnored({ entry, hypervisor, kvmArmMode }: Boot): boolean {
  if (kvmArmMode === null || kvmArmMode === 'none') return false;
  return entry === 'el1' || (kvmArmMode === 'protected' && hypervisor === 'vhe');
}
