/** A line of a log with its layers taken off. */
import type { Level } from '../model/events.js';

export interface Line {
  /** From 1. */
  readonly number: number;
  /** What is left when all layers are off. */
  readonly text: string;
  /** As it stands in the file. */
  readonly raw: string;
  readonly marks: Marks;
  /** Its last word may have been cut off: the file ends here without a newline. */
  readonly torn: boolean;
  /** Nothing more of the record will come: what was cut is to be read as far as it is sure. */
  readonly final: boolean;
  /** The line so many above, as it stands in the file; `null` beyond what is kept. */
  readonly above: (back: number) => string | null;
  /** The line so many below. */
  readonly below: (on: number) => string | null;
}

/** What the layers of a line say of it. */
export interface Marks {
  /** The kernel's own stamp, in seconds. */
  readonly t?: string;
  /** A wall clock's stamp, as printed. */
  readonly wall?: string;
  readonly level?: Level;
  /** The boot that the journal says it is of. */
  readonly boot?: string;
  /** Whose console a harness says it is. */
  readonly tag?: string;
  /** How many mail quotes it stands in. */
  readonly quotes?: number;
}
