/** Ranges of granules from v17 on: delegated and undelegated as far as the RMM comes, which must be further each time. */
import { ECANCELED, ENOMEM, ENXIO } from '../../abi/errno.js';
import type { Asking } from '../../model/port.js';
import { fromInt, type U64, wrap64, ZERO } from '../../model/u64.js';
import { WARN_ON } from '../linux/bug.js';
import { int } from '../linux/c-types.js';
import { RMI_RETURN_STATUS } from '../revisions/rmi-smc.js';
import {
  RMI_INCOMPLETE,
  SMC_RMI_GRANULE_RANGE_DELEGATE,
  SMC_RMI_GRANULE_RANGE_UNDELEGATE,
} from './rmi-header.js';
import {
  addrRange,
  RMI_OP_MEM_DELEGATED,
  RMI_OP_MEM_REQ_NONE,
  RMI_OP_MEM_UNDELEGATED,
  RMI_RESULT_CAN_CANCEL,
  RMI_RESULT_MEMREQ,
  type Rmi,
  rangeBytes,
  rmi_op_cancel,
  rmi_op_continue,
} from './sro.js';

/** What v20 changed. */
export interface FormOf17 {
  /** Memory in another state than delegated or undelegated is refused, and not freed. */
  readonly knowsStates: boolean;
  /** A range that the RMM does not get on with is left to the caller, with how far it came. */
  readonly leavesToCaller: boolean;
  /** The list of addresses makes room where it is full, and a longer request is met in part. */
  readonly makesRoom: boolean;
  /** A contiguous request for more than a descriptor can count is refused. */
  readonly limitsCount: boolean;
  /** What a memory request is that no draft has. */
  readonly unknownRequest: number;
}

export interface Sro extends Rmi {
  readonly form: FormOf17;
}

/** For commands that are stateful but move no memory: the result, and x1 at the end. */
function* rmi_sro_execute(
  rmi: Rmi,
  fid: U64,
  args: readonly U64[],
): Asking<{ readonly ret: U64; readonly out: U64 }> {
  let regs = yield* rmi.rmi_smccc_invoke(fid, args);
  const handle = regs.a1;
  let cancelled = false;
  while (RMI_RETURN_STATUS(regs.a0) === RMI_INCOMPLETE) {
    if (RMI_RESULT_MEMREQ(regs.a0) === RMI_OP_MEM_REQ_NONE) {
      regs = yield* rmi_op_continue(rmi, handle);
      continue;
    }
    yield* rmi.WARN_ON_ONCE(true, 'rmi_sro_execute', '1');
    if (!RMI_RESULT_CAN_CANCEL(regs.a0)) return { ret: regs.a0, out: regs.a1 };
    if (cancelled) break;
    regs = yield* rmi_op_cancel(rmi, handle);
    cancelled = true;
  }
  return { ret: cancelled ? fromInt(-ECANCELED) : regs.a0, out: regs.a1 };
}

interface Range {
  readonly failed: boolean;
  /** How far it came. */
  readonly phys: U64;
  /** The RMM answered success, and came no further. */
  readonly stuck: boolean;
}

function* range(rmi: Rmi, of: string, fid: U64, from: U64, size: bigint): Asking<Range> {
  const top = wrap64(from + size);
  let phys = from;
  while (phys < top) {
    const { ret, out } = yield* rmi_sro_execute(rmi, fid, [phys, top]);
    // What ended the range is a long, and what the caller is given an int of it.
    if (ret !== ZERO) return { failed: int(ret) !== 0, phys, stuck: false };
    if (yield* WARN_ON(out <= phys, of, 'out_top <= phys')) return { failed: true, phys, stuck: true };
    phys = out;
  }
  return { failed: false, phys, stuck: false };
}

function* rmi_undelegate_range(rmi: Rmi, phys: U64, size: bigint): Asking<boolean> {
  return (yield* range(rmi, 'rmi_undelegate_range', SMC_RMI_GRANULE_RANGE_UNDELEGATE, phys, size)).failed;
}

/** Pages for the RMM, delegated where it wants them so: their address, or the error. */
export function* pages(rmi: Sro, size: bigint, state: number): Asking<U64 | number> {
  const phys = rmi.mm.alloc_pages_exact(size);
  if (phys === null) return -ENOMEM;
  if (state !== RMI_OP_MEM_DELEGATED) return phys;
  const did = yield* range(rmi, 'rmi_delegate_range', SMC_RMI_GRANULE_RANGE_DELEGATE, phys, size);
  if (!did.failed) return phys;
  if (did.stuck && !rmi.form.leavesToCaller) {
    // Before v20 the whole range is undelegated here, and how far it came is never set: the caller then undelegates from
    // the start up to whatever its stack held, which is nothing here.
    yield* rmi_undelegate_range(rmi, phys, size);
    return -ENXIO;
  }
  yield* rmi_undelegate_range(rmi, phys, wrap64(did.phys - phys));
  return -ENXIO;
}

/** What stands behind the first `consumed` bytes of a range is the host's again. */
export function* free_addr_range(rmi: Sro, entry: U64, consumed: bigint): Asking<void> {
  const of = 'free_addr_range';
  const { addr, state, ...blocks } = addrRange(entry, rmi);
  const known = state === RMI_OP_MEM_DELEGATED || state === RMI_OP_MEM_UNDELEGATED;
  const condition = '(state != RMI_OP_MEM_DELEGATED) && (state != RMI_OP_MEM_UNDELEGATED)';
  if (rmi.form.knowsStates && (yield* WARN_ON(!known, of, condition))) return;

  if (state !== RMI_OP_MEM_DELEGATED) return;
  const size = wrap64(rangeBytes({ ...blocks, state }, rmi) - consumed);
  const failed = yield* rmi_undelegate_range(rmi, wrap64(addr + consumed), size);
  yield* WARN_ON(failed, of, 'rmi_undelegate_range(phys, size)');
}
