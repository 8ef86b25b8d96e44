/** The public API of rmitrace. lib/README.md tells how the parts hang together. */

export { type CompiledKernel, type CompileOptions, compileKernel } from './c-kernel/compile/compile.js';
export { ABIS, type Abi } from './c-kernel/compile/include-files.js';
export type { FileReached, LineReached } from './c-kernel/compile/line-coverage.js';
export { makeFolder } from './c-kernel/compile/make-folder.js';
export { kernelSource } from './c-kernel/source/source.js';
export * from './c-kernel/source/types.js';
export type { Pair, Relation } from './compare/align.js';
export { type Comparison, compareEvents, type InputDifference } from './compare/causes.js';
export { type Difference, diff } from './compare/diff.js';
export { type First, firstDifference, firstDivergence, lastAgreed } from './compare/first.js';
export {
  type Conformance,
  type ConformanceFinding,
  conformance,
  conformanceOfReplay,
  hasFinding,
} from './conformance/check.js';
export type { ConformanceRule, Severity } from './conformance/rule.js';
export { RULES as CONFORMANCE_RULES } from './conformance/rules.js';
export {
  type AppliedEdits,
  applyEdits,
  type Change,
  editedMachine,
  type Unfired,
  unfiredText,
} from './edit/apply.js';
export { type Edit, type GivenEdit, type NumberedEdit, parseEdit, resolveEdit } from './edit/parse.js';
export type { LogFormat } from './import/format.js';
export { LOG_FORMAT_NAMES, LOG_FORMATS } from './import/formats/index.js';
export { type Imported, type ImportOptions, importLogs } from './import/import.js';
export type { Note, Severity as NoteSeverity } from './import/notes.js';
export {
  type BuiltInKernel,
  builtIn,
  KERNEL_NAMES,
  KERNELS,
  kernelNamed,
  ownKernel,
} from './kernel/kernels.js';
export { outcomeOf } from './kernel/outcome.js';
export { recordedKernel } from './kernel/recorded.js';
export { DEFAULT_MACHINE, MACHINES, machineNamed } from './machine/built-in.js';
export { describe, type MachineDescription } from './machine/description.js';
export { machineFromText } from './machine/description-file.js';
export { emulate } from './machine/emulated.js';
export { type Playback, playback, type Unanswered } from './machine/playback.js';
export { autoProfile, pipedStandIn, type StandIn, standInFor } from './machine/stand-in.js';
export { parseCount } from './model/count.js';
export * from './model/events.js';
export { nearest, unknownName } from './model/nearest.js';
export * from './model/port.js';
export * from './model/result.js';
export * from './model/trace.js';
export { hex, parseHex, type Seen, type U64, u64 } from './model/u64.js';
export { type RecordOptions, record } from './record.js';
export { type Checked, type CheckOptions, check, type KernelOf } from './replay/check.js';
export { type CheckTotals, newCheckTotals } from './replay/check-totals.js';
export { type Replay, type ReplayOptions, replay, type Verdict } from './replay/replay.js';
export { checkJson } from './report/check/json.js';
export type { CheckPrinter } from './report/check/printer.js';
export { checkText } from './report/check/text.js';
export { type Finding, findingOf, type Possibility } from './report/finding.js';
export {
  diffJson,
  minimiseJson,
  recordJson,
  replayJson,
  reportJson,
  showJson,
  troubleJson,
} from './report/json.js';
export { diffSentence, replaySentence } from './report/sentences.js';
export { sweepCsv } from './report/sweep/csv.js';
export { sweepJson } from './report/sweep/json.js';
export { sweepMarkdown } from './report/sweep/markdown.js';
export type { SweepPrinter } from './report/sweep/printer.js';
export { sweepText } from './report/sweep/text.js';
export { diffText } from './report/text/diff.js';
export { visible } from './report/text/escape.js';
export { LISTS, type ListName, listJson, listText } from './report/text/list.js';
export { minimiseText } from './report/text/minimise.js';
export { type Paint, PLAIN } from './report/text/paint.js';
export { replayText } from './report/text/replay.js';
export { showText } from './report/text/show.js';
export { troubleText } from './report/text/trouble.js';
export { type Validated, validateJson, validateText } from './report/text/validate.js';
export { machineFailure, openPipedRmm, type PipedRmm, type PipedRmmOptions } from './rmm/pipe/client.js';
export { type ServeOptions, serve } from './rmm/pipe/serve.js';
export type { RmmProfile } from './rmm/profile.js';
export { PROFILES, profileNamed } from './rmm/profiles.js';
export { type RunOptions, runAsync, runSync } from './run.js';
export { type Axis, axesOf } from './search/axes.js';
export { boundaryAxis } from './search/boundary.js';
export { type QuickCheck, quickCheck } from './search/fast-check.js';
export { type Kept, newKeeper } from './search/keep-traces.js';
export { type Merged, mergeSweeps } from './search/merge.js';
export { minimise } from './search/minimise.js';
export type { Failure, Minimised } from './search/minimise-result.js';
export { newCoverage } from './search/outcome-coverage.js';
export type { Covered, Proposal } from './search/outcome-coverage-result.js';
export { planSweep, SWEEP_MAX_STEPS, type SweepPlan } from './search/plan.js';
export { parseSeed, randomAxis } from './search/random.js';
export type { Part } from './search/read-part.js';
export { type Calls, rememberedReplies } from './search/reply-cache.js';
export { parseShard, rowsOf } from './search/shard.js';
export { everyEditFires, newTotals, sweepRows } from './search/sweep.js';
export * from './search/sweep-table.js';
export { digestOf } from './trace/digest.js';
export type { TraceSource } from './trace/open.js';
export { type HandEdit, type ReadOptions, type ReadTrace, readTrace, sealed } from './trace/read.js';
export { editedText, type Validation, validateTrace } from './trace/validate.js';
export { GENERATOR } from './trace/wire-frame.js';
export { traceLines, traceText, writeTrace } from './trace/write.js';
