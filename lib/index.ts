/** The public API of rmitrace. lib/README.md tells how the parts hang together. */

export type { Pair, Relation } from './compare/align.js';
export { type Comparison, compareEvents, type InputDifference } from './compare/causes.js';
export {
  type Conformance,
  type ConformanceFinding,
  conformance,
  hasFinding,
} from './compare/conformance.js';
export type { ConformanceRule, Severity } from './compare/conformance-rule.js';
export { RULES as CONFORMANCE_RULES } from './compare/conformance-rules.js';
export { type Difference, diff } from './compare/difference.js';
export { type First, firstDifference, firstDivergence, lastAgreed } from './compare/first.js';
export { neverFired } from './compare/many.js';
export { type Replay, type ReplayOptions, replay, type Verdict } from './compare/replay.js';
export { type CompiledKernel, type CompileOptions, compileKernel } from './compile/compile.js';
export type { FileReached, LineReached } from './compile/coverage.js';
export { makeFolder } from './compile/folder.js';
export { ABIS, type Abi } from './compile/headers.js';
export { type BuiltInKernel, builtIn, KERNEL_NAMES, KERNELS, kernelNamed } from './kernel/kernels.js';
export { outcomeOf } from './kernel/outcome.js';
export { ownKernel } from './kernel/own.js';
export { recordedKernel } from './kernel/recorded.js';
export { kernelSource } from './kernel/source/kernel-source.js';
export * from './kernel/source/source.js';
export { describe, type MachineDescription } from './machine/description.js';
export { type EventEdit, parseEdit, type Rule, resolveEdit } from './machine/edit-grammar.js';
export {
  type Change,
  type Edits,
  editedMachine,
  newEdits,
  type Unfired,
  unfiredText,
} from './machine/edits.js';
export { emulate } from './machine/emulated.js';
export { machineFromText } from './machine/file.js';
export { DEFAULT_MACHINE, MACHINES, machineNamed } from './machine/machines.js';
export { machineFailure, openPipedRmm, type PipedRmm, type PipedRmmOptions } from './machine/piped-rmm.js';
export { type Playback, playback, type Unanswered } from './machine/playback.js';
export type { RmmProfile } from './machine/profile.js';
export { PROFILES, profileNamed } from './machine/profiles.js';
export { type ServeOptions, serve } from './machine/serve.js';
export { autoProfile, pipedStandIn, type StandIn, standInFor } from './machine/stand-in.js';
export { parseCount } from './model/count.js';
export type { Covered, Proposal } from './model/coverage.js';
export * from './model/events.js';
export type { Failure, Minimised } from './model/minimised.js';
export { nearest, unknownName } from './model/nearest.js';
export * from './model/port.js';
export * from './model/result.js';
export * from './model/sweep.js';
export * from './model/trace.js';
export { hex, parseHex, type Seen, type U64, u64 } from './model/u64.js';
export { type RecordOptions, record } from './record.js';
export { type Finding, findingOf, type Possibility } from './report/finding.js';
export {
  checkJson,
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
export { type Checked, checkedAs, checkText, conformanceOf, totals } from './report/text/check.js';
export { coverageText } from './report/text/coverage.js';
export { diffText } from './report/text/diff.js';
export { visible } from './report/text/escape.js';
export { linesReachedText } from './report/text/lines-reached.js';
export { LISTS, type ListName, listJson, listText } from './report/text/list.js';
export { minimiseText } from './report/text/minimise.js';
export { type Paint, PLAIN } from './report/text/paint.js';
export { replayText } from './report/text/replay.js';
export { showText } from './report/text/show.js';
export { troubleText } from './report/text/trouble.js';
export { type Validated, validateJson, validateText } from './report/text/validate.js';
export { type RunOptions, runAsync, runSync } from './run.js';
export { type Axis, axesOf } from './search/axes.js';
export { boundaryAxis } from './search/boundary.js';
export { coverage } from './search/coverage.js';
export { type Kept, newKeeper } from './search/keep.js';
export { type Merged, mergeSweeps } from './search/merge.js';
export { minimise } from './search/minimise.js';
export type { Part } from './search/part.js';
export { planSweep, SWEEP_MAX_STEPS, type SweepPlan } from './search/plan.js';
export { type QuickCheck, quickCheck } from './search/quick.js';
export { parseSeed, randomAxis } from './search/random.js';
export { type Calls, rememberedReplies } from './search/replies.js';
export { parseShard, rowsOf } from './search/shard.js';
export { everyEditFires, newTotals, sweepRows } from './search/sweep.js';
export { digestOf } from './trace/digest.js';
export { GENERATOR } from './trace/generator.js';
export { type HandEdit, type ReadOptions, type ReadTrace, readTrace } from './trace/read.js';
export { sealed } from './trace/seal.js';
export type { TraceSource } from './trace/source.js';
export { editedText, type Validation, validateTrace } from './trace/validate.js';
export { traceLines, traceText, writeTrace } from './trace/write.js';
