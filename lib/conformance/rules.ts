/** The rules that answers are held against: a row a rule. Those about RMI_VERSION stand in version-conformance.ts. */
import { decodeFeatureRegister, type FeatureRegister } from '../abi/feature-registers.js';
import { RMI_REVISIONS, reservedBits, revisionText } from '../abi/revision.js';
import { RMI_FEATURES } from '../abi/rmi-commands.js';
import { decodeStatus, type Status } from '../abi/rmi-status.js';
import { callId, NOT_SUPPORTED_64, smcccError } from '../abi/smccc.js';
import { field, hex, type U64, u64 } from '../model/u64.js';
import type { CheckedCall } from './calls.js';
import type { ConformanceRule } from './rule.js';
import { VERSION_RULES } from './version-rules.js';

const STATUS_RULES: readonly ConformanceRule[] = [
  {
    id: 'RMI-ANSWER-1',
    severity: 'note',
    sentence: 'A call comes back.',
    source: 'no source that was read limits the time of a call',
    unverified: true,
    *check({ x0 }) {
      if (x0 === undefined)
        yield { register: null, what: 'it never came back, and there is nothing to check' };
    },
  },
  {
    id: 'RMI-STATUS-1',
    severity: 'error',
    sentence: "x0 holds a status of the revision, or SMCCC's NOT_SUPPORTED in all 64 bits.",
    source: 'the status tables of TF-RMM and Linux, by revision',
    unverified: true,
    *check({ x0, revision }) {
      if (x0 === undefined || x0 === null || x0 === NOT_SUPPORTED_64) return;
      const { name } = decodeStatus(x0, revision);
      if (name !== null && smcccError(x0) === null) return;
      yield { register: 'x0', what: `${hex(x0)} is ${noStatus(x0, name)}${of(revision)}` };
    },
  },
  {
    id: 'RMI-STATUS-2',
    severity: 'error',
    sentence: 'Bits 63:16 of x0 are zero; for RMI_INCOMPLETE, bits 63:11.',
    source:
      'the packing of TF-RMM (lib/common/include/status.h) and Linux (RMI_RETURN_STATUS, RMI_RETURN_INDEX)',
    unverified: true,
    *check(call) {
      const { x0, status } = known(call);
      if (status === null || status.stray === 0n) return;
      const old =
        reservedBits(x0) === 0n
          ? `, or revision ${revisionText(x0)} in place of a status, as RMMs before EAC4 answer`
          : '';
      yield { register: 'x0', what: `${hex(x0)} has ${hex(status.stray)} there${old}` };
    },
  },
  {
    id: 'RMI-STATUS-3',
    severity: 'error',
    sentence: 'Success has no index: all of x0 is zero.',
    source: 'Linux compares all of x0 with RMI_SUCCESS',
    unverified: true,
    *check(call) {
      const { x0, status } = known(call);
      if (status?.name === 'RMI_SUCCESS' && status.index !== 0)
        yield { register: 'x0', what: `${hex(x0)} is success with index ${status.index}` };
    },
  },
  {
    id: 'RMI-STATUS-4',
    severity: 'warning',
    sentence: 'Only RMI_ERROR_REALM, RMI_ERROR_RTT and RMI_ERROR_RTT_AUX have an index in bits 15:8 of x0.',
    source: "TF-RMM's console prints an index for RTT, and for REALM after REC_ENTER",
    unverified: true,
    *check(call) {
      const { status } = known(call);
      if (status === null || status.index === 0 || MAY_HAVE_INDEX.has(status.name ?? '')) return;
      yield { register: 'x0', what: `it is ${status.text}` };
    },
  },
];

/** RMI_INCOMPLETE has other fields there, and success is the rule before. */
const MAY_HAVE_INDEX: ReadonlySet<string> = new Set([
  'RMI_SUCCESS',
  'RMI_ERROR_REALM',
  'RMI_ERROR_RTT',
  'RMI_ERROR_RTT_AUX',
  'RMI_INCOMPLETE',
]);

const FEATURE_RULES: readonly ConformanceRule[] = [
  {
    id: 'RMI-FEATURES-1',
    severity: 'warning',
    sentence:
      'Reserved bits of a feature register are zero; a register that the revision does not have is all zero.',
    source: "the layouts of Linux's and TF-RMM's headers, by revision",
    unverified: true,
    *check({ event, revision, x0 }) {
      const [index = null] = event.args;
      const value = event.res?.[1] ?? null;
      if (callId(event.fid) !== RMI_FEATURES || x0 !== 0n || index === null || value === null) return;
      const reserved = reservedOf(index, value, revision);
      if (reserved === 0n) return;
      yield {
        register: 'x1',
        what: `register ${index} is ${hex(value)}, with ${hex(reserved)} in bits that are reserved${of(revision)}`,
      };
    },
  },
];

/** Every rule, in the order in which the findings of one answer stand. */
export const RULES: readonly ConformanceRule[] = [...STATUS_RULES, ...VERSION_RULES, ...FEATURE_RULES];

/** A status that the revision has; `null` for any other x0. */
function known({ x0, revision }: CheckedCall): { readonly x0: U64; readonly status: Status | null } {
  if (x0 === undefined || x0 === null) return { x0: u64(0n), status: null };
  const status = decodeStatus(x0, revision);
  return { x0, status: status.name === null || smcccError(x0) !== null ? null : status };
}

function noStatus(x0: U64, name: string | null): string {
  if (x0 === 0xffff_ffffn) return "a 32-bit -1, and neither SMCCC's NOT_SUPPORTED nor a status";
  return name === null ? `no status: there is none ${field(x0, 0, 8)}` : `${name} of SMCCC, and no status`;
}

function of(revision: string | undefined): string {
  return revision === undefined ? '' : ` of RMI ${revision}`;
}

/** The bits that no layout of that register has; before a revision is agreed, those of all revisions count. */
function reservedOf(index: U64, value: U64, revision: (typeof RMI_REVISIONS)[number] | undefined): U64 {
  const layouts = revision === undefined ? RMI_REVISIONS : [revision];
  const rests = layouts.map((each): FeatureRegister => decodeFeatureRegister(index, value, each));
  return u64(rests.reduce((left: bigint, { rest }) => left & rest, value));
}
