/** Outcome coverage: which ends of a kernel's check a set of traces reaches. */

/** A replay that would reach an end. */
export interface Proposal {
  /** The trace's name. */
  readonly trace: string;
  /** The profile that answers in place of the trace; `null`: the trace answers. */
  readonly rmm: string | null;
  readonly set: readonly string[];
}

export interface Covered {
  readonly kernel: string;
  readonly wants: string | null;
  /** Class, and reason in parentheses. */
  readonly end: string;
  /** The first trace that reaches it. */
  readonly reachedBy: string | null;
  /** `null` where it is reached, or nothing that was tried reaches it. */
  readonly edit: Proposal | null;
}
