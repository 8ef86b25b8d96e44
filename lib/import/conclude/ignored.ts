/**
 * Calls that EL3 answered itself because the RMM did not boot: it prints that it ignores one, not which. The first that a
 * kernel makes is RMI_VERSION, and after -1 it makes no other.
 */
import { RMI_VERSION } from '../../abi/rmi-commands.js';
import type { Placed } from '../collect.js';
import { isEnd } from '../rows.js';
import { because, type Conclusion, inferred, noted } from './rule.js';

export const IGNORED: Conclusion = {
  says: 'that the call which EL3 ignored is RMI_VERSION, where a kernel made it',
  apply(placed, context) {
    const ignored = placed.flatMap((each, at) => (isIgnored(each) ? [at] : []));
    const only = ignored.length === 1 ? ignored[0] : kernelsOwn(placed, ignored);
    return placed.map((each, at) => {
      if (each.reading.kind !== 'call' || !isIgnored(each)) return each;
      if (at !== only) {
        noted(context, 'info', 'a call that EL3 answered with -1 without saying which it was', each);
        return each;
      }
      const why = `${because(context, each)} (RMI_VERSION is the first call that a kernel makes)`;
      return {
        ...each,
        reading: { ...each.reading, fid: RMI_VERSION, args: [null], inferred: inferred(['fid'], why) },
      };
    });
  },
};

function isIgnored({ reading }: Placed): boolean {
  return reading.kind === 'call' && reading.by === 'el3' && reading.fid === null;
}

/** The first between the kernel's records and the end of its KVM's init. */
function kernelsOwn(placed: readonly Placed[], ignored: readonly number[]): number | undefined {
  const kernel = placed.findIndex(
    ({ reading }) => reading.kind === 'log' || (reading.kind === 'start' && reading.of === 'kernel'),
  );
  const end = placed.findIndex(({ reading }) => reading.kind === 'log' && isEnd(reading.row));
  return kernel < 0 ? undefined : ignored.find(at => at > kernel && (end < 0 || at < end));
}
