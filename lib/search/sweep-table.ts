/** A sweep's table: rows are machines and what they answer, columns are kernels, cells what came of the boot. */
import type { End, Scope } from '../model/trace.js';

export interface SweepColumn {
  readonly kernel: string;
  /** The revision that it asks for, `M.m`. */
  readonly wants: string | null;
}

/** The I-th of N parts, from 1. */
export interface Shard {
  readonly part: number;
  readonly of: number;
}

/** One axis of edited inputs: what it edits, and all values of it, or how they are made. */
export interface SweepAxis {
  readonly places: readonly string[];
  readonly count: number;
  /** As they were given; `null` where they are made. */
  readonly values: readonly string[] | null;
  /** `boundary`, or `random` with its seed; `null` where they were given. */
  readonly made: string | null;
}

/** What is swept: two tables that are alike here have the same rows. */
export interface SweepTable {
  readonly columns: readonly SweepColumn[];
  readonly machines: readonly string[];
  /** Empty: each machine's own. */
  readonly rmms: readonly string[];
  readonly axes: readonly SweepAxis[];
  /** Left out where it is `rmi`. */
  readonly scope?: Scope;
  /** Of the whole, whatever the part. */
  readonly rows: number;
  readonly maxSteps: number;
}

export interface SweepRow {
  /** In the whole table, from 1. */
  readonly row: number;
  readonly machine: string;
  readonly rmm: string;
  /** One for each place of each axis, in their order. */
  readonly values: readonly string[];
  /** One for each column. */
  readonly cells: readonly End[];
  /** Why C crashed or did not come back, one for each column, `null` of any other; left out where none did. */
  readonly whys?: readonly (string | null)[];
  /** Whether the columns disagree. */
  readonly differs: boolean;
}

export interface SweepTotals {
  readonly rows: number;
  readonly differ: number;
  /** For each column how often it came to which class and reason (endKey). */
  readonly columns: readonly ReadonlyMap<string, number>[];
}
