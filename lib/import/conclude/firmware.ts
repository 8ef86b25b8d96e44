/** Calls of RMI_VERSION that firmware made before there was a kernel: a UEFI asks, to find out whether there is an RMM. */
import { RMI_VERSION } from '../../abi/rmi-commands.js';
import { callId, NOT_SUPPORTED_64 } from '../../abi/smccc.js';
import type { Placed } from '../collect.js';
import { isMode, isOfCheck } from '../rows.js';
import { because, type Conclusion, inferred } from './rule.js';

export const FIRMWARE: Conclusion = {
  says: "that a call before the kernel's first line is the firmware's, where the kernel made its own or printed nothing",
  apply(placed, context) {
    const start = placed.findIndex(({ reading }) => reading.kind === 'start' && reading.of === 'kernel');
    const from = placed[start];
    if (from === undefined || !(isAskedAfter(placed, start) || isSilent(placed))) return placed;
    const why = because(context, from);
    return placed.map((each, at) => {
      const { reading } = each;
      // A kernel's console may begin late: a call that its line is about is its own.
      if (at > start || reading.kind !== 'call' || !isVersion(each) || reading.inferred?.x1 !== undefined)
        return each;
      return {
        ...each,
        reading: { ...reading, firmwares: true, inferred: { ...reading.inferred, ...inferred(['by'], why) } },
      };
    });
  },
};

function isVersion({ reading }: Placed): boolean {
  return (
    reading.kind === 'call' &&
    reading.from === 'ns' &&
    reading.fid !== null &&
    callId(reading.fid) === RMI_VERSION
  );
}

function isAskedAfter(placed: readonly Placed[], start: number): boolean {
  return placed.some((each, at) => at > start && isVersion(each));
}

/** KVM's init went to its end without a line of the check, though every answer but -1 has one. */
function isSilent(placed: readonly Placed[]): boolean {
  const logs = placed.flatMap(({ reading }) => (reading.kind === 'log' ? [reading] : []));
  const answered = placed.some(
    each => isVersion(each) && each.reading.kind === 'call' && each.reading.res?.[0] !== NOT_SUPPORTED_64,
  );
  const said = logs.some(({ row }) => isOfCheck(row));
  return answered && !said && logs.some(({ row }) => isMode(row));
}
