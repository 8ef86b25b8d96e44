/** The rules of RMI_FEATURES. */
import { decodeFeatureRegister, type FeatureRegister } from '../abi/feature-registers.js';
import { RMI_REVISIONS, type RmiRevision } from '../abi/revision.js';
import { RMI_FEATURES } from '../abi/rmi-commands.js';
import { callId } from '../abi/smccc.js';
import { hex, type U64, u64, ZERO } from '../model/u64.js';
import type { CheckedCall } from './calls.js';
import type { ConformanceRule } from './rule.js';
import { inRevision, known } from './status-rules.js';

export const FEATURE_RULES: readonly ConformanceRule[] = [
  {
    id: 'RMI-FEATURES-1',
    severity: 'warning',
    sentence:
      'Reserved bits of a feature register are zero; a register that the revision does not have is all zero.',
    source:
      "DEN0137, register 0 of 1.0 and the registers of the 2.0 draft, with what Linux's header for 2.0-bet3 adds; of 1.1 " +
      'the layout of TF-RMM 0.8',
    *check(call) {
      const { index, value } = registerOf(call) ?? NOTHING;
      const { revision } = call;
      const reserved = isBeyond(index, revision) ? ZERO : reservedOf(index, value, revision);
      if (reserved === 0n) return;
      yield {
        register: 'x1',
        what: `register ${index} is ${hex(value)}, with ${hex(reserved)} in bits that are reserved${inRevision(revision)}`,
      };
    },
  },
  {
    id: 'RMI-FEATURES-2',
    severity: 'error',
    sentence: 'RMI_FEATURES succeeds, whatever its index: it has no failure condition.',
    source: 'DEN0137, RMI_FEATURES: B4.3.4 of 1.0, and the 2.0 draft',
    *check(call) {
      const { status } = known(call);
      if (callId(call.event.fid) !== RMI_FEATURES || call.early || status === null) return;
      if (status.name === 'RMI_SUCCESS' || TRY_AGAIN.has(status.name ?? '')) return;
      yield { register: 'x0', what: `x0 is ${status.text}` };
    },
  },
  {
    id: 'RMI-FEATURES-3',
    severity: 'error',
    sentence: 'In 1.0 RMI_FEATURES gives 0 for any index but 0.',
    source: 'DEN0137 1.0, RMI_FEATURES (B4.3.4)',
    *check(call) {
      const { index, value } = registerOf(call) ?? NOTHING;
      if (isBeyond(index, call.revision) && value !== 0n)
        yield { register: 'x1', what: `register ${index} is ${hex(value)}` };
    },
  },
];

/** What 2.0 answers to a call that is to be made again. */
const TRY_AGAIN: ReadonlySet<string> = new Set(['RMI_BUSY', 'RMI_BLOCKED']);

interface Register {
  readonly index: U64;
  readonly value: U64;
}

const NOTHING: Register = { index: ZERO, value: ZERO };

/** The register that a successful RMI_FEATURES answers; `null` for any other call, and where it was not seen. */
function registerOf({ event, x0 }: CheckedCall): Register | null {
  const index = event.args[0] ?? null;
  const value = event.res?.[1] ?? null;
  if (callId(event.fid) !== RMI_FEATURES || x0 !== ZERO || index === null || value === null) return null;
  return { index, value };
}

function isBeyond(index: U64, revision: RmiRevision | undefined): boolean {
  return revision === '1.0' && index !== 0n;
}

/** The bits that no layout of that register has; before a revision is agreed, those of all revisions count. */
function reservedOf(index: U64, value: U64, revision: RmiRevision | undefined): U64 {
  const layouts = revision === undefined ? RMI_REVISIONS : [revision];
  const rests = layouts.map((each): FeatureRegister => decodeFeatureRegister(index, value, each));
  return u64(rests.reduce((left: bigint, { rest }) => left & rest, value));
}
