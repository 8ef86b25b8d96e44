/** The shape of a canonical line, as schemas/lines.js makes it of the schema: patterns are sources of regular expressions. */

export type Shape =
  | { readonly pattern: string }
  /** An array. */
  | { readonly item: Shape; readonly least: number; readonly most: number }
  /** An object of these members, in their order. */
  | { readonly members: readonly LineMember[] }
  /** An object of any keys of the pattern `key`, each once. */
  | { readonly key: string; readonly of: Shape; readonly most: number };

export interface LineMember {
  readonly key: string;
  readonly shape: Shape;
  /** Whether it is always there. */
  readonly always: boolean;
}
