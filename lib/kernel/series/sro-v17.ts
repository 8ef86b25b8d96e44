/**
 * rmi_sro_memxfer_execute of v17 to v20 (drivers/firmware/arm_rmm/rmi.c): a stateful operation to its end, with the memory that
 * it asks for. What fails is cancelled once, and what cannot be cancelled is left open.
 */
import { ECANCELED, EINVAL, ENOMEM, ENOSPC } from '../../abi/errno.js';
import type { Asking } from '../../model/port.js';
import { fromInt, type U64, wrap64, ZERO } from '../../model/u64.js';
import { WARN_ON } from '../linux/bug.js';
import { int } from '../linux/c-types.js';
import { RMI_RETURN_STATUS } from '../revisions/rmi-smc.js';
import { type FormOf17, free_addr_range, pages, type Sro } from './ranges-v17.js';
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
  RMI_OP_MEM_UNDELEGATED,
  RMI_RESULT_CAN_CANCEL,
  RMI_RESULT_MEMREQ,
  type Rmi,
  rangeBytes,
  rmi_op_cancel,
  rmi_op_continue,
  rmi_op_mem_donate,
  rmi_op_mem_reclaim,
  type rmi_sro_state,
  swap,
} from './sro.js';

function* rmi_sro_donate_contig(rmi: Sro, sro: rmi_sro_state, handle: U64, request: Blocks): Asking<number> {
  const of = 'rmi_sro_donate_contig';
  const { mm, form } = rmi;
  const size = rangeBytes(request, rmi);
  if (yield* rmi.WARN_ON_ONCE(!isPowerOf2(size), of, '!is_power_of_2(size)')) return -EINVAL;
  if (form.limitsCount) {
    const tooMany = request.count >= 2 ** (mm.PAGE_SHIFT - 2);
    const condition = 'count > FIELD_MAX(RMI_ADDR_RANGE_COUNT_MASK)';
    if (yield* rmi.WARN_ON_ONCE(tooMany, of, condition)) return -EINVAL;
    if (mm.order(size) > mm.MAX_PAGE_ORDER) return -ENOMEM;
  }

  const known = sro.addr_list.slice(0, sro.addr_count).findIndex(entry => {
    const has = addrRange(entry, rmi);
    return isSameBlocks(has, request) && isAligned(has.addr, size);
  });
  if (known >= 0) {
    sro.addr_count--;
    swap(sro, sro.addr_count, known);
  } else {
    if (isFull(sro, 1)) {
      if (!form.makesRoom) return -ENOSPC;
      yield* rmi_sro_free(rmi, sro);
    }
    const phys = yield* pages(rmi, size, request.state);
    if (typeof phys === 'number') return phys;
    sro.addr_list[sro.addr_count] = descriptor(phys, request, rmi);
  }

  sro.regs = yield* rmi_op_mem_donate(rmi, handle, sro, sro.addr_count, 1);

  const given = size >> BigInt(mm.PAGE_SHIFT);
  const tooMany = yield* WARN_ON(sro.regs.a1 > given, of, 'out_regs->a1 > (size >> PAGE_SHIFT)');
  const donated_size = tooMany ? size : wrap64(sro.regs.a1 << BigInt(mm.PAGE_SHIFT));
  if (donated_size === size) return 0;
  if (donated_size === 0n) sro.addr_count++;
  else yield* free_addr_range(rmi, entryAt(sro, sro.addr_count), donated_size);
  return 0;
}

function* rmi_sro_donate_noncontig(
  rmi: Sro,
  sro: rmi_sro_state,
  handle: U64,
  request: Blocks,
): Asking<number> {
  const { mm, form } = rmi;
  const block: Blocks = { ...request, count: 1 };
  const bytes = blockBytes(block.blockSize, rmi);
  if (form.makesRoom && mm.order(bytes) > mm.MAX_PAGE_ORDER) return -ENOMEM;
  const count = form.makesRoom ? Math.min(request.count, RMI_MAX_ADDR_LIST) : request.count;

  let found = 0;
  let addr_list_start = sro.addr_count;
  for (let i = 0; i < addr_list_start && found < count; ) {
    if (!isSameBlocks(addrRange(entryAt(sro, i), rmi), block)) {
      i++;
      continue;
    }
    addr_list_start--;
    swap(sro, addr_list_start, i);
    found++;
  }

  const full = isFull(sro, count - found);
  if (full && !form.makesRoom) return -ENOSPC;
  // With some found and no room for the others, those go first, and the RMM asks again.
  const donatesFound = full && found > 0;
  if (full && !donatesFound) {
    yield* rmi_sro_free(rmi, sro);
    addr_list_start = 0;
  }
  for (; found < count && !donatesFound; found++) {
    const phys = yield* pages(rmi, bytes, request.state);
    if (typeof phys === 'number') return phys;
    sro.addr_list[sro.addr_count++] = descriptor(phys, block, rmi);
  }

  sro.regs = yield* rmi_op_mem_donate(rmi, handle, sro, addr_list_start, found);

  const granules = bytes >> BigInt(mm.PAGE_SHIFT);
  const given = BigInt(found) * granules;
  const tooMany = yield* rmi.WARN_ON_ONCE(
    sro.regs.a1 > given,
    'rmi_sro_donate_noncontig',
    'donated_granules > found * granules_per_block',
  );
  const donated = tooMany ? given : sro.regs.a1;
  let consumed = int(wrap64(donated / granules));
  if (donated % granules !== 0n) {
    const entry = entryAt(sro, addr_list_start + consumed);
    yield* free_addr_range(rmi, entry, (donated % granules) << BigInt(mm.PAGE_SHIFT));
    consumed++;
  }
  sro.addr_list.copyWithin(addr_list_start, addr_list_start + consumed, addr_list_start + found);
  sro.addr_count -= consumed;
  return 0;
}

function* rmi_sro_donate(rmi: Sro, sro: rmi_sro_state, handle: U64): Asking<number> {
  const of = 'rmi_sro_donate';
  const request = donateRequest(sro.regs.a2, rmi);
  const { state } = request;
  if (yield* rmi.WARN_ON_ONCE(request.count === 0, of, '!RMI_DONATE_COUNT(donatereq)')) return -EINVAL;
  const known = state === RMI_OP_MEM_DELEGATED || state === RMI_OP_MEM_UNDELEGATED;
  const condition = '(state != RMI_OP_MEM_DELEGATED) && (state != RMI_OP_MEM_UNDELEGATED)';
  if (rmi.form.knowsStates && (yield* rmi.WARN_ON_ONCE(!known, of, condition))) return -EINVAL;
  const donate = request.contig ? rmi_sro_donate_contig : rmi_sro_donate_noncontig;
  return yield* donate(rmi, sro, handle, request);
}

function* rmi_sro_reclaim(rmi: Sro, sro: rmi_sro_state, handle: U64): Asking<number> {
  const of = 'rmi_sro_reclaim';
  if (isFull(sro, 1)) yield* rmi_sro_free(rmi, sro);

  const capacity = RMI_MAX_ADDR_LIST - sro.addr_count;
  sro.regs = yield* rmi_op_mem_reclaim(rmi, handle, sro, capacity);
  const over = RMI_RETURN_STATUS(sro.regs.a0) !== RMI_INCOMPLETE;
  if (yield* rmi.WARN_ON_ONCE(over, of, 'RMI_RESULT_STATUS(out_regs->a0) != RMI_INCOMPLETE')) return -EINVAL;
  const tooMany = sro.regs.a1 > BigInt(capacity);
  yield* rmi.WARN_ON_ONCE(tooMany, of, 'out_regs->a1 > capacity');
  sro.addr_count += tooMany ? capacity : int(sro.regs.a1);
  return 0;
}

function* rmi_sro_free(rmi: Sro, sro: rmi_sro_state): Asking<void> {
  for (let i = 0; i < sro.addr_count; i++) yield* free_addr_range(rmi, entryAt(sro, i), ZERO);
  sro.addr_count = 0;
}

function* rmi_sro_memxfer_execute(rmi: Sro, sro: rmi_sro_state): Asking<U64> {
  const of = 'rmi_sro_memxfer_execute';
  const handle = sro.regs.a1;
  let cancelled = false;
  while (RMI_RETURN_STATUS(sro.regs.a0) === RMI_INCOMPLETE) {
    const can_cancel = RMI_RESULT_CAN_CANCEL(sro.regs.a0);
    const request = RMI_RESULT_MEMREQ(sro.regs.a0);
    let ret = 0;
    if (request === RMI_OP_MEM_REQ_NONE) {
      sro.regs = yield* rmi_op_continue(rmi, handle);
    } else if (request === RMI_OP_MEM_REQ_DONATE) {
      ret = yield* rmi_sro_donate(rmi, sro, handle);
    } else if (request === RMI_OP_MEM_REQ_RECLAIM) {
      ret = yield* rmi_sro_reclaim(rmi, sro, handle);
    } else {
      yield* rmi.WARN_ON_ONCE(true, of, '1');
      ret = rmi.form.unknownRequest;
    }
    if (ret === 0) continue;

    if (yield* rmi.WARN_ON_ONCE(!can_cancel, of, '!can_cancel')) return fromInt(ret);
    if (yield* rmi.WARN_ON_ONCE(cancelled, of, 'cancelled')) break;
    sro.regs = yield* rmi_op_cancel(rmi, handle);
    cancelled = true;
    const over = RMI_RETURN_STATUS(sro.regs.a0) !== RMI_INCOMPLETE;
    if (yield* rmi.WARN_ON_ONCE(over, of, 'RMI_RESULT_STATUS(regs->a0) != RMI_INCOMPLETE'))
      return fromInt(ret);
  }

  return cancelled ? fromInt(-ECANCELED) : sro.regs.a0;
}

/** Issues the command, and carries it on to its end: x0 then, or an error. `pa` is where struct rmi_sro_state is. */
export function* rmi_sro_memxfer_cmd(
  rmi: Rmi,
  form: FormOf17,
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
