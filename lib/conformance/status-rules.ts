/** The rules about x0, whatever the command, and about what is left in the registers beside its outputs. */
import { RMI_REVISIONS, type RmiRevision, reservedBits, revisionText, rmiRevision } from '../abi/revision.js';
import { lookupRmi } from '../abi/rmi-commands.js';
import { decodeStatus, type Status } from '../abi/rmi-status.js';
import { NOT_SUPPORTED_64, smcccError } from '../abi/smccc.js';
import { field, hex, type U64, u64 } from '../model/u64.js';
import { type CheckedCall, isSeen } from './calls.js';
import type { Breach, ConformanceRule } from './rule.js';

const RKBWJD = 'DEN0137 1.0, B1.2 (RKBWJD)';

export const STATUS_RULES: readonly ConformanceRule[] = [
  {
    id: 'RMI-ANSWER-1',
    severity: 'note',
    sentence: 'A call comes back.',
    source: 'no source that was read limits the time of a call',
    unverified: true,
    *check({ x0 }) {
      if (x0 === undefined)
        yield { register: null, what: 'the call never came back, so there is nothing to check' };
    },
  },
  {
    id: 'RMI-STATUS-1',
    severity: 'error',
    sentence: "x0 holds a status of the revision, or SMCCC's NOT_SUPPORTED in all 64 bits.",
    source: 'DEN0137, the status codes of 1.0 and of the 2.0 draft; of 1.1 those of TF-RMM 0.8',
    *check({ x0, revision }) {
      if (x0 === undefined || x0 === null || x0 === NOT_SUPPORTED_64) return;
      const { name } = decodeStatus(x0, revision);
      if (name !== null && smcccError(x0) === null) return;
      yield { register: 'x0', what: `${hex(x0)} is ${noStatus(x0, name)}${inRevision(revision)}` };
    },
  },
  {
    id: 'RMI-STATUS-2',
    severity: 'error',
    sentence: 'Bits 63:16 of x0 are zero; for RMI_INCOMPLETE, bits 63:11.',
    source: 'DEN0137, the command return code: RmiCommandReturnCode of 1.0, RmiResult of the 2.0 draft',
    *check(call) {
      const { x0, status } = known(call);
      if (status === null || status.stray === 0n) return;
      const old =
        reservedBits(x0) === 0n
          ? `, or revision ${revisionText(x0)} in place of a status, as from RMMs before EAC4`
          : '';
      yield { register: 'x0', what: `${hex(x0)} has bits ${hex(status.stray)} set${old}` };
    },
  },
  {
    id: 'RMI-STATUS-3',
    severity: 'error',
    sentence: 'Success has no index: all of x0 is zero.',
    source: 'DEN0137 1.0, B1.7 (INJQFG), and RmiResult of the 2.0 draft; Linux compares all of x0',
    *check(call) {
      const { x0, status } = known(call);
      if (status?.name === 'RMI_SUCCESS' && status.index !== 0)
        yield { register: 'x0', what: `${hex(x0)} is success with index ${status.index}` };
    },
  },
  {
    id: 'RMI-STATUS-4',
    severity: 'warning',
    sentence:
      'Only a status with an index has one in bits 15:8 of x0: in 1.0 RMI_ERROR_REALM and RMI_ERROR_RTT, in 2.0 ' +
      'RMI_ERROR_RTT, RMI_ERROR_RTT_AUX, RMI_ERROR_PSMMU_ST and RMI_ERROR_DPT.',
    source:
      'DEN0137, the command return code of 1.0 and of the 2.0 draft; 1.1 is taken for 1.0 with RMI_ERROR_RTT_AUX',
    *check(call) {
      const { status } = known(call);
      if (status === null || status.index === 0 || OTHER_FIELDS.has(status.name ?? '')) return;
      const { revision } = call;
      const revisions = revision === undefined ? RMI_REVISIONS : [revision];
      if (revisions.some(each => WITH_INDEX[each].has(status.name ?? ''))) return;
      yield { register: 'x0', what: `it is ${status.text}, which has no index${inRevision(revision)}` };
    },
  },
  {
    id: 'RMI-OUTPUT-1',
    severity: 'error',
    sentence:
      "In 1.0 a register of x1 to x16 that is not an output is zero on return, or keeps the caller's value.",
    source: `${RKBWJD}; SMCCC preserves registers that are not results`,
    check: call => left(call, 'changed'),
  },
  {
    id: 'RMI-OUTPUT-2',
    severity: 'note',
    sentence:
      "In 1.0 a register of x1 to x16 that is not an output is zero on return, not the caller's value.",
    source: RKBWJD,
    check: call => left(call, 'kept'),
  },
];

/** RMI_INCOMPLETE has other fields there, and success is the rule before. */
const OTHER_FIELDS: ReadonlySet<string> = new Set(['RMI_SUCCESS', 'RMI_INCOMPLETE']);

/** Which statuses have an index; in 2.0 it is a level. */
const WITH_INDEX: Readonly<Record<RmiRevision, ReadonlySet<string>>> = {
  '1.0': new Set(['RMI_ERROR_REALM', 'RMI_ERROR_RTT']),
  '1.1': new Set(['RMI_ERROR_REALM', 'RMI_ERROR_RTT', 'RMI_ERROR_RTT_AUX']),
  '2.0': new Set(['RMI_ERROR_RTT', 'RMI_ERROR_RTT_AUX', 'RMI_ERROR_PSMMU_ST', 'RMI_ERROR_DPT']),
};

const LAST_OUTPUT = 16;

/** What stands in the registers beside the outputs of 1.0 and is not zero: one breach for all of them. */
function* left({ event, revision, version, x0 }: CheckedCall, which: 'kept' | 'changed'): Iterable<Breach> {
  const { fid, args, res } = event;
  const agreed = version?.kind === 'success' && version.lower !== null ? rmiRevision(version.lower) : null;
  if ((revision ?? agreed) !== '1.0' || !isSeen(x0) || x0 === NOT_SUPPORTED_64) return;
  const command = lookupRmi(fid, '1.0').find(({ revisions }) => revisions.includes('1.0'));
  const outputs = command?.results?.length ?? LAST_OUTPUT;
  const found = (res ?? []).flatMap((value, x) => {
    const isOutput = x <= outputs || x > LAST_OUTPUT;
    return isOutput || value === null || value === 0n || (args[x - 1] === value) !== (which === 'kept')
      ? []
      : [{ x, value }];
  });
  const [first] = found;
  const callers = which === 'kept' ? ', as the caller had it' : '';
  if (first !== undefined)
    yield {
      register: `x${first.x}`,
      what: found.map(({ x, value }) => `x${x} is ${hex(value)}${callers}`).join('; '),
    };
}

/** A status that the revision has; `null` for any other x0. */
export function known({ x0, revision }: CheckedCall): { readonly x0: U64; readonly status: Status | null } {
  if (!isSeen(x0)) return { x0: u64(0n), status: null };
  const status = decodeStatus(x0, revision);
  return { x0, status: status.name === null || smcccError(x0) !== null ? null : status };
}

function noStatus(x0: U64, name: string | null): string {
  if (x0 === 0xffff_ffffn) return "a 32-bit -1, neither SMCCC's NOT_SUPPORTED nor a status";
  return name === null ? `not a status: ${field(x0, 0, 8)} is not defined` : `SMCCC's ${name}, not a status`;
}

/** ` of RMI 1.0`, to follow what a revision has; nothing where none was agreed. */
export function inRevision(revision: RmiRevision | undefined): string {
  return revision === undefined ? '' : ` in RMI ${revision}`;
}
