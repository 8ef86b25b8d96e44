/** A layer: what a terminal, a logger, a mailer or a CI system put around a line of a console. */
import type { Marks } from './line.js';

export interface Layer {
  readonly name: string;
  /** One line for a person. */
  readonly says: string;
  /** What it begins with: one character. Without it the layer may be anywhere in a line. */
  readonly begins?: RegExp;
  /**
   * Takes itself off a line; `null` where it is not there. Linear in the length of the line. `above` gives the lines
   * before it, for layers that spread a record over several.
   */
  readonly peel: (text: string, above: (back: number) => string | null) => Peeled | null;
}

export interface Peeled {
  readonly text: string;
  readonly marks?: Marks;
}

/** A layer that is a match at the front of the line; `marks` says what its groups mean. */
export function prefix(
  name: string,
  says: string,
  begins: RegExp,
  pattern: RegExp,
  marks: (groups: Readonly<Record<string, string | undefined>>) => Marks = () => ({}),
): Layer {
  return {
    name,
    says,
    begins,
    peel(text) {
      const match = pattern.exec(text);
      if (match === null || match[0] === '') return null;
      return { text: text.slice(match[0].length), marks: marks(match.groups ?? {}) };
    },
  };
}
