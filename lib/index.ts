/** The public API of rmitrace. lib/API.md says of each name what it is. */

export { type CompiledKernel, type CompileOptions, compileKernel } from './c-kernel/compile/compile.js';
export type { HeaderSet } from './c-kernel/compile/include-files.js';
export type { FileReached, LineReached } from './c-kernel/compile/line-coverage.js';
export { kernelSource } from './c-kernel/source/source.js';
export type {
  CutFile,
  Entry,
  EntryName,
  Given,
  GivenText,
  GivenTree,
  KernelSource,
  NotAtHand,
  Origin,
  SourceFile,
} from './c-kernel/source/types.js';
export type { Pair, Relation } from './compare/align.js';
export type { Comparison, InputDifference } from './compare/causes.js';
export { type Difference, diff } from './compare/diff.js';
export { type Ignore, parseIgnore } from './compare/ignore.js';
export { conformance } from './conformance/check.js';
export type { Conformance, ConformanceFinding, MoreFindings } from './conformance/findings.js';
export type { ConformanceRule, Severity } from './conformance/rule.js';
export type { Edit, GivenEdit, NumberedEdit } from './edit/edit.js';
export type { Change, Unfired } from './edit/log.js';
export { parseEdit, resolveEdit } from './edit/parse.js';
export type { GivenMachine } from './import/given-machine.js';
export { type Imported, type ImportedBoot, type ImportOptions, importLogs } from './import/import.js';
export type { Note, PlaceInLog } from './import/notes.js';
export type { Tally } from './import/tally.js';
export type { InitLevel } from './kernel/boot.js';
export { kernelNamed, ownKernel } from './kernel/kernels.js';
export { recordedKernel } from './kernel/recorded.js';
export { type BuiltInKernel, KERNELS } from './kernel/revisions/index.js';
export { MACHINES, machineNamed } from './machine/built-in.js';
export type { MachineDescription } from './machine/description.js';
export { machineFromText } from './machine/description-file.js';
export type { Unanswered } from './machine/playback.js';
export { autoProfile, pipedStandIn, type StandIn, standInFor } from './machine/stand-in.js';
export type {
  CallingConvention,
  Conduit,
  ConsoleEvent,
  Decoration,
  FactEvent,
  FactValue,
  FaultCode,
  FaultEvent,
  ForeignEvent,
  FtrEvent,
  Level,
  LogEvent,
  Memory,
  MrsEvent,
  ReturnEvent,
  SmcEvent,
  Source,
  TraceEvent,
  WarnEvent,
  World,
} from './model/events.js';
export type { InputKey } from './model/input-key.js';
export type {
  Answer,
  Ask,
  Asking,
  AsyncAsking,
  AsyncKernel,
  AsyncMachine,
  ConsoleLine,
  Kernel,
  MachineState,
  Reply,
  SmcRequest,
} from './model/port.js';
export type { Place, Result, Trouble, TroubleCode } from './model/result.js';
export type {
  CompiledHeader,
  Edited,
  End,
  Header,
  KernelHeader,
  MachineHeader,
  NoRealms,
  Outcome,
  OutcomeClass,
  RealmState,
  Realms,
  Reason,
  ReplayHeader,
  Scope,
  Trace,
} from './model/trace.js';
export { hex, parseHex, type Seen, type U64, u64 } from './model/u64.js';
export { type RecordOptions, record } from './record.js';
export { type Checked, type CheckOptions, check, type KernelOf } from './replay/check.js';
export { type CheckTotals, newCheckTotals } from './replay/check-totals.js';
export { type Replay, type ReplayOptions, replay, type Verdict } from './replay/replay.js';
export { compareKernels, type Ran, type TwoKernels, type TwoKernelsOptions } from './replay/two-kernels.js';
export type { Unknown, UnknownsFinding } from './replay/unknowns.js';
export { type Finding, findingOf } from './report/finding.js';
export type { Possibility } from './report/log-evidence.js';
export { diffSentence, replaySentence } from './report/sentences.js';
export { troubleText } from './report/text/trouble.js';
export { openPipedRmm, type PipedRmm, type PipedRmmOptions } from './rmm/pipe/client.js';
export type { RmmProfile } from './rmm/profile.js';
export { PROFILES, profileNamed } from './rmm/profiles.js';
export type { RunOptions } from './run.js';
export { type Axis, axesOf, type ListedEdit } from './search/axes.js';
export { boundaryAxis } from './search/boundary.js';
export { planSweep, type SweepOptions, type SweepPlan } from './search/plan.js';
export { randomAxis } from './search/random.js';
export { sweepRows } from './search/sweep.js';
export type { SweepAxis, SweepColumn, SweepRow, SweepTable } from './search/sweep-table.js';
export type { TraceSource } from './trace/open.js';
export { type HandEdit, type ReadOptions, type ReadTrace, readTrace } from './trace/read.js';
export { type ValidateOptions, type Validation, validateTrace } from './trace/validate.js';
export { traceText, writeTrace } from './trace/write.js';
