/**
 * Stateful operations: RMM_ACTIVATE of an RMM that does not complete it at once. A rule says what it asks for meanwhile; no
 * RMM that was asked or read does any of it.
 */
import { statusWord } from '../abi/rmi-status.js';
import { type U64, u64, ZERO } from '../model/u64.js';

/** How RMM_ACTIVATE goes on. */
export interface OperationRule {
  /** What the RMM asks for. `reserved` is a memory request that means nothing. */
  readonly asks: 'nothing' | 'donation' | 'contiguous' | 'delegated' | 'return' | 'reserved';
  /** How often it is incomplete, or for how much it asks; `null`: for ever. */
  readonly times: bigint | null;
  /** Before the first call that goes on with the operation succeeds, so many are answered with this. */
  readonly first: { readonly status: 'BUSY' | 'BLOCKED'; readonly calls: bigint } | null;
  /** Whether the host may cancel it. */
  readonly cancels: boolean;
}

/** One that began and did not complete. */
export interface Operation {
  readonly handle: U64;
  readonly rule: OperationRule;
  /** What is left of `times`. */
  left: bigint | null;
  /** What is left of `first`. */
  refusals: bigint;
  /** Addresses of the granules that the host donated and was not given back. */
  readonly donated: U64[];
  cancelled: boolean;
}

export function newOperation(rule: OperationRule, handle: number): Operation {
  const refusals = rule.first?.calls ?? 0n;
  return { handle: u64(BigInt(handle)), rule, left: rule.times, refusals, donated: [], cancelled: false };
}

/** RmiOpMemReq, bits 9:8 of an x0 that is RMI_INCOMPLETE. */
export type MemoryRequest = 0 | 1 | 2 | 3;

/** What it asks for now; `null` once it is complete. */
export function asksFor({ rule, left, donated, cancelled }: Operation): MemoryRequest | null {
  if (cancelled) return donated.length > 0 ? 2 : left === 0n ? null : 0;
  switch (rule.asks) {
    case 'nothing':
      return left === 0n ? null : 0;
    case 'reserved':
      return 3;
    case 'return':
      if (left !== 0n) return 1;
      return donated.length > 0 ? 2 : null;
    default:
      return left === 0n ? null : 1;
  }
}

const CAN_CANCEL_BIT = 10n;
const MEMORY_REQUEST_BIT = 8n;

/** x0 of an operation that asks for `request`. */
export function incomplete({ rule, cancelled }: Operation, request: MemoryRequest): U64 {
  const cancel = rule.cancels && !cancelled ? 1n << CAN_CANCEL_BIT : 0n;
  return u64(statusWord('INCOMPLETE') | (BigInt(request) << MEMORY_REQUEST_BIT) | cancel);
}

const COUNT_BIT = 2n;
const CONTIGUOUS = 1n << 16n;
const STATE_BIT = 17n;
/** What a granule must be that is donated: 0 delegated, 1 the host's own. */
const UNDELEGATED = 1n;

/** The most granules that one call can bring. */
const MOST_DONATED = 256n;

/** How many granules it takes with one OP_MEM_DONATE. */
export function wantedNow({ rule, left }: Operation): bigint {
  if (left === null || rule.asks === 'donation' || rule.asks === 'delegated') return 1n;
  return left < MOST_DONATED || rule.asks === 'contiguous' ? left : MOST_DONATED;
}

/** x2: blocks of one granule, how many, whether in one piece, and in which state. Zero where it asks for none. */
export function donateWord(operation: Operation): U64 {
  if (asksFor(operation) !== 1) return ZERO;
  const { asks } = operation.rule;
  const state = asks === 'delegated' ? 0n : UNDELEGATED;
  const contiguous = asks === 'contiguous' ? CONTIGUOUS : 0n;
  return u64((wantedNow(operation) << COUNT_BIT) | contiguous | (state << STATE_BIT));
}
