/** One row of a command table, as the table's file spells it. */

/**
 * Number (bits 15:0 of the FID), name without RMI_, arguments from x1 on, results from x1 on, and what there is to
 * say. Names stand in one string, separated by spaces; '' is none, `null` is a list that was not read anywhere, and
 * `arg1 …` / `out1 …` is a list of which only the length is known.
 */
export type RmiRow =
  | readonly [number: number, name: string, args: string | null, results: string | null]
  | readonly [number: number, name: string, args: string | null, results: string | null, remark: RmiRemark];

export interface RmiRemark {
  /** What a reader of the row should know. */
  readonly note?: string;
  /** The number or the name was concluded, not read in the revision's own sources. */
  readonly unverified?: true;
  /** The row holds in this draft of the revision only. */
  readonly draft?: string;
}
