/**
 * What a command found, as its report takes it: one type for each, whatever the format. Those of check and sweep, which
 * are printed as they come, stand with their printers; that of validate is the library's own.
 */

import type { Difference } from '../compare/diff.js';
import type { Conformance } from '../conformance/findings.js';
import type { TraceEvent } from '../model/events.js';
import type { Trace } from '../model/trace.js';
import type { Replay } from '../replay/replay.js';
import type { Minimised } from '../search/minimise-result.js';
import type { HandEdit } from '../trace/read.js';

/** The options of a replay, as the words of the commands that its report prints. */
export interface GivenOptions {
  /** Which kernel: --kernel, --wants, and what goes with C. */
  readonly kernel: readonly string[];
  /** Which RMM stands in. */
  readonly rmm: readonly string[];
  /** What else was asked for, but for edits. */
  readonly others: readonly string[];
}

export interface ReplayResult {
  readonly replay: Replay;
  /** What the trace is called in the commands that the report suggests. */
  readonly name: string;
  readonly given: GivenOptions;
  /** What shows that it was edited by hand; `null` where its seal fits. */
  readonly edited: HandEdit | null;
  /** What was found in the replayed answers; `null` where nobody asked. */
  readonly conformance: Conformance | null;
  /** Whether the remarks of a patch's reviewers are printed. */
  readonly verbose?: boolean;
}

export interface DiffResult {
  readonly difference: Difference;
  /** Default: those of the difference's traces, which are shortened where they are long. */
  readonly digests?: { readonly a: string; readonly b: string };
  /** What the two traces are called. */
  readonly names: { readonly a: string; readonly b: string };
  /** What they are called in the commands that the report suggests; `null`: it suggests none. Default: as `names` has it. */
  readonly files?: { readonly a: string; readonly b: string } | null;
  /** What shows that one was edited by hand; `null` where its seal fits. */
  readonly edited?: { readonly a: HandEdit | null; readonly b: HandEdit | null };
}

export interface ShowResult {
  readonly trace: Trace;
  /** The events to show, from 1; `null`: all of them, and the finding. */
  readonly numbers: readonly number[] | null;
  /** What was found in their answers; `null` where nobody asked. */
  readonly conformance: Conformance | null;
}

export interface MinimiseResult {
  readonly found: Minimised;
  /** What the trace is called. */
  readonly name: string;
  /** The options of a replay of it, but for its edits. */
  readonly options: readonly string[];
}

export interface FmtResult {
  readonly digest: string;
  /** Whether it was sealed again. */
  readonly sealed: boolean;
}

/** What a report shows of the events of a trace, which may be too many to be held. */
export interface ReportPart {
  /** How many events the trace has. */
  readonly count: number;
  /** The first of them; no block of a report has more. */
  readonly first: readonly TraceEvent[];
  /** The first lines that the kernel printed, and how many more there are. */
  readonly log: { readonly lines: readonly string[]; readonly more: number };
  /** How long its canonical text is. */
  readonly characters: number;
}

/** A trace of which there is a report for people. */
export interface ReportedTrace {
  readonly name: string;
  readonly trace: Trace;
  readonly digest: string;
  /** `null` where its seal fits. */
  readonly edited: HandEdit | null;
  /** Of a trace that is held in part, what a report shows of the whole. */
  readonly part?: ReportPart;
  /** Of such a trace: what breaks the specification in it. */
  readonly conformance?: Conformance;
}

export interface ReportAbout {
  readonly a: ReportedTrace;
  /** `null`: the report is of one trace. */
  readonly b: ReportedTrace | null;
  /** Of two that are held in part: what differs between the whole ones. */
  readonly difference?: Difference;
}
