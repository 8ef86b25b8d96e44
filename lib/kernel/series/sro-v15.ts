/**
 * rmi_sro_memxfer_execute of v15 and v16 (drivers/firmware/arm_rmm/rmi.c): a stateful operation to its end, with the memory
 * that it asks for. There is no bound, and an operation that cannot be cancelled is tried again whatever failed.
 */
import { ECANCELED, EINVAL, ENOSPC } from '../../abi/errno.js';
import type { Asking } from '../../model/port.js';
import { fromInt, type U64, wrap64, ZERO } from '../../model/u64.js';
import { int } from '../linux/c-types.js';
import { RMI_RETURN_STATUS } from '../revisions/rmi-smc.js';
import { type FormOf15, free_tail, pages, result, rmi_undelegate_range, type Sro } from './ranges-v15.js';
import { RMI_INCOMPLETE } from './rmi-header.js';
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
