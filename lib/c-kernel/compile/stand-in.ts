/** What stands in for a source's revision where the source does not say: whose RMI headers, what they want, who calls it. */
import { builtIn, KERNELS } from '../../kernel/kernels.js';
import type { KernelSource } from '../source/types.js';
import type { HeaderSet } from './include-files.js';

export interface StandInRevision {
  /** By `--abi`: else by what the source looks like. */
  readonly headers: HeaderSet | undefined;
  /** The revision of the RMI to ask for. */
  readonly wants: string;
  /** The kernel that `wants` is from, as it was named; `null` where nothing names one. */
  readonly as: string | null;
  /** Whether kvm_arm_init calls the check only at EL2; `null` where nothing tells. */
  readonly onlyInHypMode: boolean | null;
}

const WANTS = '2.0';

/** `abi`: the revision that the user names; else the subject of the mail does. A name that no kernel has is passed over. */
export function revisionFor(source: KernelSource, abi: string | undefined): StandInRevision {
  const as = abi ?? source.revision;
  const revision = as === null ? undefined : builtIn(as);
  return {
    headers: abi === undefined || revision === undefined ? undefined : headersOf(revision.name),
    wants: revision?.wants ?? WANTS,
    as: revision === undefined ? null : as,
    onlyInHypMode: source.onlyInHypMode ?? revision?.frame.onlyInHypMode ?? null,
  };
}

/** The last headers up to that revision, in the order of the series. */
function headersOf(name: string): HeaderSet {
  const at = KERNELS.findIndex(kernel => kernel.name === name);
  const sets: readonly HeaderSet[] = ['next', 'v17'];
  return sets.find(set => KERNELS.findIndex(kernel => kernel.name === set) <= at) ?? 'v13';
}
