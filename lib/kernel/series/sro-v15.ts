/**
 * rmi_sro_memxfer_execute of v15 and v16 (drivers/firmware/arm_rmm/rmi.c): a stateful operation to its end, with the memory
 * that it asks for. There is no bound, and an operation that cannot be cancelled is tried again whatever failed.
 */
import { ECANCELED, EINVAL, ENOMEM, ENOSPC, ENXIO } from '../../abi/errno.js';
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
  addrRange,
  type Blocks,
  blockBytes,
  descriptor,
  donateRequest,
  entryAt,
  isAligned,
  isFull,
  isPowerOf2,
  isSameBlocks,
  RMI_MAX_ADDR_LIST,
  RMI_OP_MEM_DELEGATED,
  RMI_OP_MEM_REQ_DONATE,
  RMI_OP_MEM_REQ_NONE,
  RMI_OP_MEM_REQ_RECLAIM,
  RMI_RESULT_CAN_CANCEL,
  RMI_RESULT_MEMREQ,
  type Rmi,
  rangeBytes,
  rmi_op_cancel,
  rmi_op_continue,
  rmi_op_mem_donate,
  rmi_op_mem_reclaim,
  type rmi_sro_state,
  spins,
  swap,
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

interface Sro extends Rmi {
  readonly form: FormOf15;
}

const result = ({ form }: Sro, a0: U64): U64 => (form.isInt ? fromInt(int(a0)) : a0);

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

/** Up to where the RMM has come, which need be no further than where it began. */
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
  return { failed: ret !== ZERO, phys };
}

function* rmi_undelegate_range(rmi: Sro, phys: U64, size: bigint): Asking<boolean> {
  return (yield* range(rmi, SMC_RMI_GRANULE_RANGE_UNDELEGATE, phys, size)).failed;
}

/** Pages for the RMM, delegated where it wants them so: their address, or the error. */
function* pages(rmi: Sro, size: bigint, state: number): Asking<U64 | number> {
  const phys = rmi.mm.alloc_pages_exact(size);
  if (phys === null) return -ENOMEM;
  if (state !== RMI_OP_MEM_DELEGATED) return phys;
  const delegated = yield* range(rmi, SMC_RMI_GRANULE_RANGE_DELEGATE, phys, size);
  if (!delegated.failed) return phys;
  yield* rmi_undelegate_range(rmi, phys, wrap64(delegated.phys - phys));
  return -ENXIO;
}

/** The pages from `from` up to, but without, `size`, which the RMM did not take: page by page. */
function* free_tail(rmi: Sro, phys: U64, from: bigint, size: bigint, state: number): Asking<void> {
  const { PAGE_SIZE } = rmi.mm;
  if (state !== RMI_OP_MEM_DELEGATED) return;
  for (let at = from; at < size; at += PAGE_SIZE) {
    const failed = yield* rmi_undelegate_range(rmi, wrap64(phys + at), PAGE_SIZE);
    yield* rmi.WARN_ON_ONCE(failed, 'free_delegated_page', 'rmi_undelegate_page(phys)');
  }
}

function* rmi_sro_donate_contig(rmi: Sro, sro: rmi_sro_state, handle: U64, request: Blocks): Asking<number> {
  const of = 'rmi_sro_donate_contig';
  const size = rangeBytes(request, rmi);
  if (rmi.form.checksRequests && (yield* rmi.WARN_ON_ONCE(!isPowerOf2(size), of, '!is_power_of_2(size)')))
    return -EINVAL;

  const known = sro.addr_list.slice(0, sro.addr_count).findIndex(entry => {
    const has = addrRange(entry, rmi);
    return isSameBlocks(has, request) && isAligned(has.addr, size);
  });
  if (known >= 0) {
    sro.addr_count--;
    swap(sro, sro.addr_count, known);
  } else {
    if (isFull(sro, 1)) return -ENOSPC;
    const phys = yield* pages(rmi, size, request.state);
    if (typeof phys === 'number') return phys;
    sro.addr_list[sro.addr_count] = descriptor(phys, request, rmi);
  }

  sro.regs = yield* rmi_op_mem_donate(rmi, handle, sro, sro.addr_count, 1);

  const donated_granules = sro.regs.a1;
  const donated_size = wrap64(donated_granules << BigInt(rmi.mm.PAGE_SHIFT));
  if (donated_granules === ZERO) {
    sro.addr_count++;
  } else if (donated_size < size) {
    const { addr } = addrRange(entryAt(sro, sro.addr_count), rmi);
    yield* free_tail(rmi, addr, donated_size, size, request.state);
  }
  return 0;
}

function* rmi_sro_donate_noncontig(
  rmi: Sro,
  sro: rmi_sro_state,
  handle: U64,
  request: Blocks,
): Asking<number> {
  const { count, state } = request;
  const block: Blocks = { ...request, count: 1 };
  const bytes = blockBytes(block.blockSize, rmi);
  let found = 0;
  let addr_list_start = sro.addr_count;
  for (let i = 0; i < addr_list_start && found < count; i++) {
    if (!isSameBlocks(addrRange(entryAt(sro, i), rmi), block)) continue;
    addr_list_start--;
    swap(sro, addr_list_start, i);
    found++;
    i--;
  }

  if (isFull(sro, count - found)) return -ENOSPC;

  for (; found < count; found++) {
    const phys = yield* pages(rmi, bytes, state);
    if (typeof phys === 'number') return phys;
    sro.addr_list[sro.addr_count++] = descriptor(phys, block, rmi);
  }

  sro.regs = yield* rmi_op_mem_donate(rmi, handle, sro, addr_list_start, found);

  const granules = bytes >> BigInt(rmi.mm.PAGE_SHIFT);
  const given = BigInt(found) * granules;
  const of = 'rmi_sro_donate_noncontig';
  const tooMany = yield* rmi.WARN_ON_ONCE(
    sro.regs.a1 > given,
    of,
    'donated_granules > found * granules_per_unit',
  );
  const donated = tooMany ? given : sro.regs.a1;
  let consumed = int(wrap64(donated / granules));
  if (donated % granules !== 0n) {
    const { addr } = addrRange(entryAt(sro, addr_list_start + consumed), rmi);
    yield* free_tail(rmi, addr, (donated % granules) << BigInt(rmi.mm.PAGE_SHIFT), bytes, state);
    consumed++;
  }
  sro.addr_list.copyWithin(addr_list_start, addr_list_start + consumed, addr_list_start + found);
  sro.addr_count -= consumed;
  return 0;
}

function* rmi_sro_donate(rmi: Sro, sro: rmi_sro_state, handle: U64): Asking<number> {
  const request = donateRequest(sro.regs.a2, rmi);
  if (yield* rmi.WARN_ON_ONCE(request.count === 0, 'rmi_sro_donate', '!count'))
    return rmi.form.checksRequests ? -EINVAL : 0;
  const donate = request.contig ? rmi_sro_donate_contig : rmi_sro_donate_noncontig;
  return yield* donate(rmi, sro, handle, request);
}

function* rmi_sro_reclaim(rmi: Sro, sro: rmi_sro_state, handle: U64): Asking<number> {
  if (isFull(sro, 1)) yield* rmi_sro_free(rmi, sro);

  const capacity = RMI_MAX_ADDR_LIST - sro.addr_count;
  sro.regs = yield* rmi_op_mem_reclaim(rmi, handle, sro, capacity);
  const tooMany = sro.regs.a1 > BigInt(capacity);
  yield* rmi.WARN_ON_ONCE(tooMany, 'rmi_sro_reclaim', 'out_regs->a1 > capacity');
  sro.addr_count += tooMany ? capacity : int(sro.regs.a1);
  return 0;
}

function* rmi_sro_free(rmi: Sro, sro: rmi_sro_state): Asking<void> {
  for (let i = 0; i < sro.addr_count; i++) {
    const entry = addrRange(entryAt(sro, i), rmi);
    if (entry.state !== RMI_OP_MEM_DELEGATED) continue;
    const failed = yield* rmi_undelegate_range(rmi, entry.addr, rangeBytes(entry, rmi));
    yield* rmi.WARN_ON_ONCE(failed, 'rmi_sro_free', 'rmi_undelegate_range(addr, size)');
  }
  sro.addr_count = 0;
}

function* rmi_sro_memxfer_execute(rmi: Sro, sro: rmi_sro_state): Asking<U64> {
  const of = 'rmi_sro_memxfer_execute';
  const handle = sro.regs.a1;
  let cancelled = false;
  while (RMI_RETURN_STATUS(sro.regs.a0) === RMI_INCOMPLETE) {
    const calls = rmi.calls();
    const can_cancel = RMI_RESULT_CAN_CANCEL(sro.regs.a0);
    const request = RMI_RESULT_MEMREQ(sro.regs.a0);
    let ret = 0;
    if (request === RMI_OP_MEM_REQ_NONE) sro.regs = yield* rmi_op_continue(rmi, handle);
    else if (request === RMI_OP_MEM_REQ_DONATE) ret = yield* rmi_sro_donate(rmi, sro, handle);
    else if (request === RMI_OP_MEM_REQ_RECLAIM) ret = yield* rmi_sro_reclaim(rmi, sro, handle);
    else ret = (yield* rmi.WARN_ON_ONCE(true, of, '1')) ? 1 : 0;

    if (ret !== 0) {
      if (can_cancel) {
        sro.regs = yield* rmi_op_cancel(rmi, handle);
        cancelled = rmi.form.tellsCancelled;
      }
      const over = RMI_RETURN_STATUS(sro.regs.a0) !== RMI_INCOMPLETE;
      if (yield* rmi.WARN_ON_ONCE(over, of, 'RMI_RETURN_STATUS(regs->a0) != RMI_INCOMPLETE'))
        return fromInt(ret);
    }
    if (rmi.calls() === calls) yield* spins(of);
  }

  return cancelled ? fromInt(-ECANCELED) : result(rmi, sro.regs.a0);
}

/** Issues the command, and carries it on to its end: x0 then, or an error. `pa` is where struct rmi_sro_state is. */
export function* rmi_sro_memxfer_cmd(
  rmi: Rmi,
  form: FormOf15,
  pa: U64,
  fid: U64,
  ...args: readonly U64[]
): Asking<U64> {
  const both: Sro = { ...rmi, form };
  const sro: rmi_sro_state = {
    pa,
    regs: yield* rmi.rmi_smccc_invoke(fid, args),
    addr_count: 0,
    addr_list: [],
  };
  const ret = yield* rmi_sro_memxfer_execute(both, sro);
  yield* rmi_sro_free(both, sro);
  return ret;
}
