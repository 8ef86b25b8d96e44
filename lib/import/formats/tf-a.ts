/**
 * TF-A's console at EL3: `LEVEL: `, padded to nine columns. `Failed to boot up RMM. Ignoring RMI call` is an answer: EL3
 * gives x0 = SMC_UNK, -1, and leaves the other registers as the caller had them (services/std_svc/rmmd).
 */
import { ALL_ONES } from '../../model/u64.js';
import type { Found, LogFormat, Reading } from '../format.js';
import { bare } from '../layers/index.js';
import type { Line } from '../line.js';
import { AROUND } from '../stretches.js';

export const TF_A: LogFormat = {
  name: 'tf-a',
  says: "TF-A's console: how the RMM's boot went, and calls that EL3 answered itself",
  anchors: [
    'BL31: v',
    'BL31: Preparing for EL3',
    'RMM',
    'TRP: ',
    'Booting Trusted Firmware',
    'Granule Protection',
  ],
  looks: /BL31: |RMMD|RMM (?:setup|init|Failed)|Initializing RMM|TRP: |Booting Trusted|Granule Protection/,
  records: '(?:NOTICE|INFO|WARNING|ERROR|VERBOSE): {1,4}RMMD: [ -~]+\\r?',
  open: () => ({ read }),
};

const PREFIXED = /^(?<level>NOTICE|INFO|WARNING|ERROR|VERBOSE): {1,4}(?<what>\S.*)$/;

/** What tells how the RMM's boot went. A person's remark may stand behind it. */
const KEPT: readonly RegExp[] = [
  /^BL31: v\S/,
  /^BL31: Initializing RMM\b/,
  /^BL31: RMM initialization failed\b/,
  /^BL31: Preparing for EL3 exit to normal world\b/,
  /^Enabling Granule Protection Checks\b/,
  /^RMM setup done\b/,
  /^RMM init (?:start|end)\b/,
  /^RMM init failed: -?\d+/,
  /^RMM Failed to initialize\. Ignoring for CPU\d+/,
  /^RMMD: /,
  /^TRP: /,
];

const REFUSED = /^RMMD: Failed to boot up RMM\. Ignoring RMI call/;
const FIRMWARE = /^(?:Booting Trusted Firmware|BL1: v\S|BL2: v\S)/;

function read(line: Line): Found | null {
  const { text } = line;
  const { what = '' } = PREFIXED.exec(text)?.groups ?? {};
  if (what === '') return null;
  if (REFUSED.test(what)) {
    const call = { kind: 'call', by: 'el3', text, fid: null, from: 'ns', cpu: null, cc: null } as const;
    return { readings: [{ ...call, via: 'smc', args: [], res: [ALL_ONES, null, null, null] }] };
  }
  if (FIRMWARE.test(what)) return { readings: [{ kind: 'start', of: 'firmware', text }] };
  if (!KEPT.some(pattern => pattern.test(what))) return null;
  const kept: Reading = { kind: 'console', src: 'el3', text };
  const start: readonly Reading[] = what.startsWith('BL31: v')
    ? [{ kind: 'start', of: 'firmware', text }]
    : [];
  return { readings: [...start, kept, ...(/^RMM init start\b/.test(what) ? complaints(line) : [])] };
}

/** What the RMM itself says while it starts has no prefix; only what goes wrong there is of use later. */
function complaints(line: Line): readonly Reading[] {
  const found: Reading[] = [];
  for (let on = 1; on <= AROUND; on++) {
    const raw = line.below(on);
    if (raw === null) break;
    const { text } = bare(raw);
    if (PREFIXED.test(text)) break;
    if (COMPLAINT.test(text) && !OWN_RECORD.test(text))
      found.push({ kind: 'console', src: 'rmm', text, below: on });
  }
  return found;
}

const COMPLAINT = /invalid|fail|error|assert|unexpected|panic|unable|cannot|mismatch/i;
/** What tf-rmm.ts reads for itself. */
const OWN_RECORD = /^(?:SMC_|Booting RMM|Attestation init|Unexpected exception|\[ *\d)/;
