/** Ranges of granules in v15 and v16: delegated and undelegated as long as the RMM answers success, wherever it says it is. */
import { ECANCELED, ENOMEM, ENXIO } from '../../abi/errno.js';
import type { Asking } from '../../model/port.js';
import { fromInt, type U64, wrap64, ZERO } from '../../model/u64.js';
import { int } from '../linux/c-types.js';
import { RMI_RETURN_STATUS } from '../revisions/rmi-smc.js';
import {
  RMI_INCOMPLETE,
  SMC_RMI_GRANULE_RANGE_DELEGATE,
  SMC_RMI_GRANULE_RANGE_UNDELEGATE,
} from './rmi-header.js';
import {
  RMI_OP_MEM_DELEGATED,
  RMI_OP_MEM_REQ_NONE,
  RMI_RESULT_CAN_CANCEL,
  RMI_RESULT_MEMREQ,
  type Rmi,
  rmi_op_cancel,
  rmi_op_continue,
} from './sro.js';

/** What v16 changed. */
export interface FormOf15 {
  /** Memory of no size is refused, and contiguous memory whose size is no power of two. */
  readonly checksRequests: boolean;
  /** An operation that was cancelled ends with -ECANCELED, and not with the RMM's last status. */
  readonly tellsCancelled: boolean;
  /** A result is an int, cut to 32 bits; later a long. */
  readonly isInt: boolean;
}

export interface Sro extends Rmi {
  readonly form: FormOf15;
}

/** x0 of the last answer as the function returns it. */
export function result({ form }: Sro, a0: U64): U64 {
  return form.isInt ? fromInt(int(a0)) : a0;
}

/** For commands that are stateful but move no memory: x0 and x1 at the end. */
function* rmi_sro_execute(
  rmi: Sro,
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
    if (!RMI_RESULT_CAN_CANCEL(regs.a0)) break;
    regs = yield* rmi_op_cancel(rmi, handle);
    cancelled = rmi.form.tellsCancelled;
  }
  return { ret: cancelled ? fromInt(-ECANCELED) : result(rmi, regs.a0), out: regs.a1 };
}

/** Up to where the RMM has come, which need be no further than where it began. The result is an int, whatever ended it. */
function* range(rmi: Sro, fid: U64, from: U64, size: bigint) {
  const top = wrap64(from + size);
  let phys = from;
  let ret = ZERO;
  while (phys < top) {
    const did = yield* rmi_sro_execute(rmi, fid, [phys, top]);
    ret = did.ret;
    if (ret !== ZERO) break;
    phys = did.out;
  }
  return { failed: int(ret) !== 0, phys };
}

export function* rmi_undelegate_range(rmi: Sro, phys: U64, size: bigint): Asking<boolean> {
  return (yield* range(rmi, SMC_RMI_GRANULE_RANGE_UNDELEGATE, phys, size)).failed;
}

/** Pages for the RMM, delegated where it wants them so: their address, or the error. */
export function* pages(rmi: Sro, size: bigint, state: number): Asking<U64 | number> {
  const phys = rmi.mm.alloc_pages_exact(size);
  if (phys === null) return -ENOMEM;
  if (state !== RMI_OP_MEM_DELEGATED) return phys;
  const delegated = yield* range(rmi, SMC_RMI_GRANULE_RANGE_DELEGATE, phys, size);
  if (!delegated.failed) return phys;
  yield* rmi_undelegate_range(rmi, phys, wrap64(delegated.phys - phys));
  return -ENXIO;
}

/** The pages from `from` up to, but without, `size`, which the RMM did not take: page by page. */
export function* free_tail(rmi: Sro, phys: U64, from: bigint, size: bigint, state: number): Asking<void> {
  const { PAGE_SIZE } = rmi.mm;
  if (state !== RMI_OP_MEM_DELEGATED) return;
  for (let at = from; at < size; at += PAGE_SIZE) {
    const failed = yield* rmi_undelegate_range(rmi, wrap64(phys + at), PAGE_SIZE);
    yield* rmi.WARN_ON_ONCE(failed, 'free_delegated_page', 'rmi_undelegate_page(phys)');
  }
}
