/** RMMs that do something wrong on purpose, to see what a kernel makes of it. Each wraps an RMM that does not. */
import { RMI_VERSION } from '../abi/rmi-commands.js';
import { statusWord } from '../abi/rmi-status.js';
import { afterCall, callId } from '../abi/smccc.js';
import type { Rmm, RmmReply } from '../model/port.js';
import { splitmix64 } from '../model/splitmix64.js';
import { ALL_ONES, bits, field, type U64, u64, withBits, ZERO } from '../model/u64.js';

export type Misbehaviour =
  /** The first `calls` calls, whatever they are, are answered with this status and nothing else; `null`: all. */
  | { readonly kind: 'status-first'; readonly x0: U64; readonly calls: bigint | null }
  /** RMI_VERSION is answered with this x0; its revisions are what they would be. */
  | { readonly kind: 'status'; readonly x0: U64 }
  /** RMI_VERSION's lower and higher have this bit set as well. */
  | { readonly kind: 'stray'; readonly bit: number }
  /** RMI_VERSION's lower is in x2, its higher in x1. */
  | { readonly kind: 'swapped' }
  /** Every call gets a random answer: see `drawn`. */
  | { readonly kind: 'random'; readonly seed: U64 };

/** `rmm` with `what` wrong. It counts the calls that it is given, so it lives as long as `rmm` does. */
export function misbehaving(rmm: Rmm, what: Misbehaviour): Rmm {
  let calls = 0n;
  return {
    call(x0, args, mem) {
      calls += 1n;
      switch (what.kind) {
        case 'status-first':
          return what.calls === null || calls <= what.calls
            ? answer([what.x0], args)
            : rmm.call(x0, args, mem);
        case 'random':
          return answer(drawn(what.seed, calls), args);
        default:
          return callId(x0) === RMI_VERSION ? spoilt(rmm.call(x0, args, mem), what) : rmm.call(x0, args, mem);
      }
    },
  };
}

type OfVersion = Exclude<Misbehaviour, { kind: 'status-first' | 'random' }>;

function spoilt(reply: RmmReply, what: OfVersion): RmmReply {
  if (reply.kind !== 'answer') return reply;
  const [x0 = ZERO, lower = ZERO, higher = ZERO, ...rest] = reply.res;
  switch (what.kind) {
    case 'status':
      return { ...reply, res: [what.x0, ...reply.res.slice(1)] };
    case 'stray':
      return { ...reply, res: [x0, withStray(lower, what.bit), withStray(higher, what.bit), ...rest] };
    case 'swapped':
      return { ...reply, res: [x0, higher, lower, ...rest] };
  }
}

function withStray(word: U64, bit: number): U64 {
  return withBits(word, bit, 1, 1n);
}

/** An answer of its own to whatever was asked, emulated or not: x0..x3, and x4 on as the caller left them. */
function answer(results: readonly U64[], args: readonly U64[]): RmmReply {
  return { kind: 'answer', res: afterCall([ZERO, ...args], results), console: [] };
}

/** What may trip a check: success and not, an index, BUSY, BLOCKED, -1 in 64 and in 32 bits, any status. */
const STATUSES: readonly (U64 | 'any')[] = [
  ...(['SUCCESS', 'SUCCESS', 'SUCCESS', 'ERROR_INPUT', 'ERROR_INPUT', 'ERROR_INPUT'] as const).map(
    statusWord,
  ),
  u64(0x100n),
  ...(['BUSY', 'BLOCKED'] as const).map(statusWord),
  ...[0xffff_ffffn, 0x2_0000n].map(u64),
  ALL_ONES,
  'any',
  'any',
  'any',
  'any',
];

/** Existing revisions and others next to them, with bit 31 and bit 32, and any word. */
const WORDS: readonly (U64 | 'any')[] = [
  ...[0x1_0000n, 0x1_0001n, 0x2_0000n, 0x2_0000n, 0x2_0000n, 0x2_0001n, 0x3_0000n, 0n].map(u64),
  ...[0x1_ffffn, 0x7fff_ffffn, 0x8002_0000n, 0x1_0002_0000n].map(u64),
  ALL_ONES,
  'any',
  'any',
  'any',
];

/** x0, x1 and x2 of the n-th answer. Each takes two values of the generator: which of its 16 it is, and any 64 bits. */
function drawn(seed: U64, call: bigint): readonly U64[] {
  return [STATUSES, WORDS, WORDS].map((values, x) => {
    const n = (call - 1n) * 6n + BigInt(x) * 2n + 1n;
    const value = values[field(splitmix64(seed, n), 0, 4)] ?? 'any';
    const any = splitmix64(seed, n + 1n);
    // Half of the random words are of 32 bits: more would never look like a revision or a status.
    return value !== 'any' ? value : field(any, 63, 1) === 1 ? any : bits(any, 0, 32);
  });
}
