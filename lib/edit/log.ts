/** The log of edits as they are applied: what they changed, or why they were not used. */
import type { InputKey } from '../model/input-key.js';
import { hex, type Seen } from '../model/u64.js';
import type { Edit } from './edit.js';

/** One value that an edit changed: of which call or state, and how. */
export interface Change {
  readonly edit: string;
  /** What was changed; an answer's calls are not counted. */
  readonly place: InputKey;
  readonly before: string;
  readonly after: string;
  /** The recorded event that it was, where playback knows. */
  readonly event: number | null;
}

/** An edit that was not used, and why. */
export interface Unfired {
  readonly edit: Edit;
  readonly why: string;
}

export interface EditLog {
  /** So far, in their order. */
  changes(): readonly Change[];
  /** `change` is asked what it was only by who wants to know: a row of a sweep does not. */
  fired(edit: Edit, change: () => Omit<Change, 'edit'>): void;
  missed(edit: Edit, why: string): void;
  /** `never` gives the reason for an edit that no call reached. */
  unfired(edits: readonly Edit[], never: (edit: Edit) => string): readonly Unfired[];
}

export const TAKEN = 'earlier edits already set everything that it sets';

export function newEditLog(): EditLog {
  // A row of a sweep has a log of its own, which nobody asks: it is to cost little.
  const fired: { readonly edit: Edit; readonly change: () => Omit<Change, 'edit'> }[] = [];
  let misses: Map<Edit, string> | undefined;
  return {
    changes: () => fired.map(({ edit, change }) => ({ edit: edit.text, ...change() })),
    fired: (edit, change) => void fired.push({ edit, change }),
    missed(edit, why) {
      misses ??= new Map();
      misses.set(edit, why);
    },
    unfired(edits, never) {
      const used = new Set(fired.map(({ edit }) => edit));
      return edits
        .filter(edit => !used.has(edit))
        .map(edit => ({ edit, why: misses?.get(edit) ?? never(edit) }));
    },
  };
}

/** A register's value as a change spells it. */
export function spelt(value: Seen): string {
  return value === null ? 'unknown' : hex(value);
}
