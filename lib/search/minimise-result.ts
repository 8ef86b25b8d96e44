/** The result of minimising a set of edits that make a replay fail. */
import type { End } from '../model/trace.js';

/** How a replay fails: two equal failures fail the same way. */
export interface Failure {
  readonly verdict: 'diverged' | 'unanswered' | 'undetermined';
  readonly outcome: End;
  /** The kernel's first different action, in words; `null` if only the outcome differs. */
  readonly first: string | null;
}

/** `so`: as with all edits. `never-fired`: one of the edits finds nothing to change without the others. */
export type Ending = 'fails-so' | 'fails-otherwise' | 'passes' | 'never-fired';

/** One replay that was tried. */
export interface Step {
  readonly edits: readonly string[];
  readonly ends: Ending;
}

export interface Minimised {
  /** `null`: with all edits the replay still acts as recorded. */
  readonly failure: Failure | null;
  /** Why the kernel crashed or did not come back in it, where it did; else `null`. */
  readonly why: string | null;
  readonly edits: readonly string[];
  /** The edits that are needed. Empty: none is, or the replay does not fail. */
  readonly smallest: readonly string[];
  /** Whether every smaller set was tried; else only that none of these can be left out. */
  readonly proven: boolean;
  readonly steps: readonly Step[];
}
