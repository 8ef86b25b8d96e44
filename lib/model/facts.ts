/**
 * The facts of a machine, by the scope whose recordings have them. Edits, the check of traces, machine descriptions, their
 * schema and the documents take from here which facts there are and what they may be.
 */
import { INIT_FACTS } from './facts/init.js';
import { KVM_FACTS } from './facts/kvm.js';
import { RMI_FACTS } from './facts/rmi.js';
import type { FactRow } from './facts/row.js';
import { SCOPES, type Scope } from './trace.js';

const ROWS = { rmi: RMI_FACTS, init: INIT_FACTS, kvm: KVM_FACTS } as const satisfies Readonly<
  Record<Scope, readonly FactRow[]>
>;

/** Recordings of a scope have the facts of these: a scope is around those before it. */
const WITHIN: Readonly<Record<Scope, readonly Scope[]>> = {
  rmi: ['rmi'],
  init: ['rmi', 'init'],
  kvm: ['rmi', 'kvm'],
};

type Row = (typeof ROWS)[Scope][number];

export type FactName = Row['name'];

/** The facts that no one member of a description says. */
export type ConcludedFact = Extract<Row, { member: null }>['name'];

export interface Fact extends FactRow {
  /** The smallest scope whose recordings have it. */
  readonly scope: Scope;
}

export const FACTS: readonly Fact[] = SCOPES.flatMap(scope =>
  ROWS[scope].map((row: FactRow) => ({ ...row, scope })),
);

/** The facts of a recording of `scope`, in its order. */
export function factsIn(scope: Scope): readonly Fact[] {
  return FACTS.filter(fact => WITHIN[scope].includes(fact.scope));
}

const BY_NAME: ReadonlyMap<string, Fact> = new Map(FACTS.map(fact => [fact.name, fact]));

/** The fact of that name; `null` where there is none here: a trace may have facts of a later version. */
export function factNamed(name: string): Fact | null {
  return BY_NAME.get(name) ?? null;
}
