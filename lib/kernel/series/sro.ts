/**
 * Stateful RMI operations (SRO) of v15 and later: struct rmi_sro_state, the descriptors of its list, and the four calls that
 * carry an operation on. Which of them is made when is in sro-v15.ts and sro-next.ts.
 */
import type { Memory } from '../../model/events.js';
import type { Asking, KnownMemory } from '../../model/port.js';
import { bits, field, type U64, u64, withBits, wrap64, ZERO } from '../../model/u64.js';
import { type Warn, warningOnce } from '../linux/bug.js';
import type { Memblock } from '../linux/memory.js';
import type { arm_smccc_1_2_regs } from '../linux/smccc.js';
import type { RmiInvoke } from '../revisions/v17.js';
import {
  SMC_RMI_OP_CANCEL,
  SMC_RMI_OP_CONTINUE,
  SMC_RMI_OP_MEM_DONATE,
  SMC_RMI_OP_MEM_RECLAIM,
} from './rmi-header.js';

export const RMI_MAX_ADDR_LIST = 256;

export const RMI_OP_MEM_REQ_NONE = 0;
export const RMI_OP_MEM_REQ_DONATE = 1;
export const RMI_OP_MEM_REQ_RECLAIM = 2;

export const RMI_OP_MEM_DELEGATED = 0;
export const RMI_OP_MEM_UNDELEGATED = 1;

/** What the operations of one boot have in common. */
export interface Rmi {
  readonly mm: Memblock;
  readonly rmi_smccc_invoke: RmiInvoke;
  readonly WARN_ON_ONCE: Warn;
  /** Of a state in a request or a descriptor: bit 17 and 63 alone up to v16, then 18:17 and 63:62. */
  readonly stateBits: 1 | 2;
  /** How many calls were made. */
  calls(): number;
}

export function newRmi(mm: Memblock, invoke: RmiInvoke, stateBits: Rmi['stateBits']): Rmi {
  let calls = 0;
  const rmi_smccc_invoke: RmiInvoke = (...call) => {
    calls++;
    return invoke(...call);
  };
  return { mm, rmi_smccc_invoke, WARN_ON_ONCE: warningOnce(), stateBits, calls: () => calls };
}

/** struct rmi_sro_state. */
export interface rmi_sro_state {
  /** Its physical address. */
  readonly pa: U64;
  regs: arm_smccc_1_2_regs;
  addr_count: number;
  readonly addr_list: U64[];
}

/** Bits 9:8 of x0. */
export function RMI_RESULT_MEMREQ(a0: U64): number {
  return field(a0, 8, 2);
}

/** Bit 10 of x0. */
export function RMI_RESULT_CAN_CANCEL(a0: U64): boolean {
  return field(a0, 10, 1) === 1;
}

/** A request for memory, or a range of it: `count` blocks of `blockSize`, 0 for a page up to 3. */
export interface Blocks {
  readonly blockSize: number;
  readonly count: number;
  readonly state: number;
}

/** x2 of an answer that asks for memory. */
export function donateRequest(x2: U64, { stateBits }: Rmi): Blocks & { readonly contig: boolean } {
  return {
    blockSize: field(x2, 0, 2),
    count: field(x2, 2, 14),
    contig: field(x2, 16, 1) === 1,
    state: field(x2, 17, stateBits),
  };
}

/** An entry of the list: RMI_ADDR_RANGE_* of a descriptor. */
export function addrRange(entry: U64, { mm, stateBits }: Rmi): Blocks & { readonly addr: U64 } {
  return {
    blockSize: field(entry, 0, 2),
    count: field(entry, 2, mm.PAGE_SHIFT - 2),
    addr: withBits(bits(entry, 0, 52), 0, mm.PAGE_SHIFT, 0n),
    state: field(entry, 64 - stateBits, stateBits),
  };
}

/** The descriptor of a range at `phys`: each part as wide as its field. */
export function descriptor(phys: U64, { blockSize, count, state }: Blocks, { mm, stateBits }: Rmi): U64 {
  const addr = withBits(bits(phys, 0, 52), 0, mm.PAGE_SHIFT, 0n);
  const sized = withBits(withBits(addr, 0, 2, BigInt(blockSize)), 2, mm.PAGE_SHIFT - 2, BigInt(count));
  return withBits(sized, 64 - stateBits, stateBits, BigInt(state));
}

/** BIT(ARM64_HW_PGTABLE_LEVEL_SHIFT(3 - blockSize)): what a block has in bytes. */
export function blockBytes(blockSize: number, { mm: { PAGE_SHIFT } }: Rmi): bigint {
  return 1n << BigInt((PAGE_SHIFT - 3) * (blockSize + 1) + 3);
}

/** What a range has in bytes, as an unsigned long. */
export function rangeBytes({ blockSize, count }: Blocks, rmi: Rmi): bigint {
  return wrap64(blockBytes(blockSize, rmi) * BigInt(count));
}

/** Whether entries of the list have these blocks, and may be given again. */
export function isSameBlocks(a: Blocks, b: Blocks): boolean {
  return a.blockSize === b.blockSize && a.count === b.count && a.state === b.state;
}

/** IS_ALIGNED; to nothing but 0 where `size` is 0. */
export function isAligned(value: U64, size: bigint): boolean {
  return (value & wrap64(size - 1n)) === ZERO;
}

/** is_power_of_2. */
export function isPowerOf2(size: bigint): boolean {
  return size !== 0n && (size & (size - 1n)) === 0n;
}

/** rmi_sro_ensure_capacity: whether `count` more entries have no place in the list. */
export function isFull({ addr_count }: rmi_sro_state, count: number): boolean {
  return count > RMI_MAX_ADDR_LIST - addr_count;
}

const ADDR_LIST_OFFSET = 0x98n;
const ENTRY_BYTES = 8n;

/** The list of addresses from entry `from` on, where the RMM finds it. */
function listAt({ pa, addr_list }: rmi_sro_state, from: number, count: number): Memory {
  const words = addr_list.slice(from, from + count);
  return {
    pa: wrap64(pa + ADDR_LIST_OFFSET + ENTRY_BYTES * BigInt(from)),
    at: 'call',
    words: words.map((value, at) => ({ offset: u64(ENTRY_BYTES * BigInt(at)), value })),
  };
}

const RMI_CONTINUE_KEEP_GOING = ZERO;

export function rmi_op_continue({ rmi_smccc_invoke }: Rmi, handle: U64): Asking<arm_smccc_1_2_regs> {
  return rmi_smccc_invoke(SMC_RMI_OP_CONTINUE, [handle, RMI_CONTINUE_KEEP_GOING]);
}

export function rmi_op_cancel({ rmi_smccc_invoke }: Rmi, handle: U64): Asking<arm_smccc_1_2_regs> {
  return rmi_smccc_invoke(SMC_RMI_OP_CANCEL, [handle]);
}

/** Gives the RMM `count` entries of the list from `from` on; no flags. */
export function rmi_op_mem_donate(
  { rmi_smccc_invoke }: Rmi,
  handle: U64,
  sro: rmi_sro_state,
  from: number,
  count: number,
): Asking<arm_smccc_1_2_regs> {
  const list = listAt(sro, from, count);
  return rmi_smccc_invoke(SMC_RMI_OP_MEM_DONATE, [handle, list.pa, u64(BigInt(count))], [list]);
}

/** Lets the RMM write up to `capacity` entries behind those of the list, and reads what it wrote. */
export function* rmi_op_mem_reclaim(
  { rmi_smccc_invoke }: Rmi,
  handle: U64,
  sro: rmi_sro_state,
  capacity: number,
): Asking<arm_smccc_1_2_regs> {
  const list = listAt(sro, sro.addr_count, 0);
  const args = [handle, list.pa, u64(BigInt(capacity))];
  const regs = yield* rmi_smccc_invoke(SMC_RMI_OP_MEM_RECLAIM, args, [list]);
  const after: KnownMemory | undefined = regs.mem.find(({ pa }) => pa === list.pa);
  for (let at = 0; at < capacity; at++) {
    const entry = after?.words.get(u64(ENTRY_BYTES * BigInt(at)));
    if (entry !== undefined) sro.addr_list[sro.addr_count + at] = entry;
  }
  return regs;
}

/** An entry that nobody wrote is zero here: no memory. */
export function entryAt({ addr_list }: rmi_sro_state, at: number): U64 {
  return addr_list[at] ?? ZERO;
}

export function swap({ addr_list }: rmi_sro_state, a: number, b: number): void {
  const [first, second] = [addr_list[a] ?? ZERO, addr_list[b] ?? ZERO];
  addr_list[a] = second;
  addr_list[b] = first;
}

/** The kernel goes round for ever without a call: nothing outside it can tell. */
export function* spins(of: string): Asking<never> {
  const text = `the kernel never returns: ${of} goes round without making a call`;
  yield { ask: 'stop', code: 'step-limit', text };
  throw new Error('a run goes on after its end');
}
