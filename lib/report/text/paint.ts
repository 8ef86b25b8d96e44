/** Colours by what they mean. A report is the same text with and without them. */
export interface Paint {
  readonly bold: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly good: (text: string) => string;
  readonly bad: (text: string) => string;
  readonly warn: (text: string) => string;
}

const as = (text: string): string => text;

export const PLAIN: Paint = { bold: as, dim: as, good: as, bad: as, warn: as };
