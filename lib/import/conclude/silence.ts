/** What the kernel did not print: KVM's init went on to its end, and the check before it said nothing. */
import { RMI_VERSION } from '../../abi/rmi-commands.js';
import { tellsOfNoStart, tellsOfStart } from '../../abi/rmm-boot.js';
import { callId, NOT_SUPPORTED_64 } from '../../abi/smccc.js';
import type { Placed } from '../collect.js';
import { isMode, isOfCheck } from '../rows.js';
import { because, type Conclusion, concluded, inferred, unrecordedCall } from './rule.js';

/** Of the check in every revision: RFC to v13 call it so or by an older name. */
const CHECK = 'rmi_check_version';
const ENXIO = -6;

export const SILENCE: Conclusion = {
  says: 'that the check failed and printed nothing, from an answer of -1 and a mode line with no RMI line before it',
  apply(placed, context) {
    if (placed.some(isCheckLine)) return placed;
    const call = placed.findLastIndex(isRefusedVersion);
    const initcall = placed.findIndex(
      ({ reading }) =>
        reading.kind === 'return' && reading.of === 'arm64_init_rmi' && reading.value === ENXIO,
    );
    const end = placed.findIndex(
      ({ reading }, at) => at > call && reading.kind === 'log' && isMode(reading.row),
    );
    const proof = placed[initcall >= 0 ? initcall : call >= 0 && end >= 0 ? end : -1];
    if (proof === undefined) return placed;
    const why = `${because(context, proof)}, and no RMI line before it`;
    const reading = { kind: 'return', of: CHECK, value: ENXIO, inferred: inferred(['value'], why) } as const;
    const at = initcall >= 0 ? initcall : call + 1;
    return [...placed.slice(0, at), concluded(reading, proof), ...placed.slice(at)];
  },
};

function isCheckLine({ reading }: Placed): boolean {
  return reading.kind === 'log' && isOfCheck(reading.row);
}

function isRefusedVersion({ reading }: Placed): boolean {
  return (
    reading.kind === 'call' &&
    reading.from === 'ns' &&
    reading.fid !== null &&
    callId(reading.fid) === RMI_VERSION &&
    reading.res?.[0] === NOT_SUPPORTED_64
  );
}

export const HANG: Conclusion = {
  says: 'that RMI_VERSION never came back, where an RMM started and the log ends at the nv lines, right before the call',
  apply(placed, context) {
    const last = placed.at(-1);
    if (last === undefined || last.reading.kind !== 'log') return placed;
    const { row, prefix, goesOn } = last.reading;
    const started = placed.find(({ reading }) => reading.kind === 'console' && tellsOfStart(reading.text));
    // The first of the two nv lines alone may be the last of a log that was cut off.
    const stops = row === 'nvFine' && prefix === 'kvm' && goesOn !== true;
    const failed = placed.some(({ reading }) => reading.kind === 'console' && tellsOfNoStart(reading.text));
    const asked = placed.some(
      ({ reading }) => reading.kind === 'call' && reading.from === 'ns' && reading.fid === RMI_VERSION,
    );
    if (!stops || failed || started === undefined || asked || placed.some(isCheckLine)) return placed;
    const why = `${because(context, last)}: the log ends here, where KVM asks next, and an RMM was started (${because(context, started)})`;
    return [...placed, concluded(unrecordedCall([null], null, ['never came back'], why), last)];
  },
};
