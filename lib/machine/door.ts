/** An RMM's own door: what EL3 hands a call to, and what comes back. */
import type { U64 } from '../model/u64.js';

export type RmmReply =
  | { readonly kind: 'answer'; readonly res: readonly U64[]; readonly console: readonly string[] }
  | { readonly kind: 'silence' }
  /** The real one has an answer, and this one does not. */
  | { readonly kind: 'unanswered'; readonly text: string };

export interface Rmm {
  /** `x0` is the FID as it was issued; `args` x1 on, those left out being zero. */
  call(x0: U64, args: readonly U64[]): RmmReply;
}
