/** What is known of one fact of a machine. */
import type { FactValue } from '../events.js';
import type { FactValues } from './values.js';

export interface FactRow {
  readonly name: string;
  readonly values: FactValues;
  /** What it is for a machine whose description says nothing. */
  readonly default: FactValue;
  /**
   * The member of a machine's description that says it, in the part of the fact's scope: `gic` of scope `kvm` is
   * /kvm/gic. `null`: it follows from several members, and lib/machine/facts.ts says how.
   */
  readonly member: string | null;
  /** What it is where the description has no such member, or `null` for the part that the member stands in. */
  readonly without?: FactValue;
  /** What it is and what it decides, for the documents and the schema. */
  readonly says: string;
}
