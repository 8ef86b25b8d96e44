/** A member of a canonical line, as schemas/lines.js makes it: the source of a pattern for its value. */
export interface LineMember {
  readonly key: string;
  readonly pattern: string;
  /** Whether every line of the type has it. */
  readonly always: boolean;
}
