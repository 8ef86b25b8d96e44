/** What the command line takes from the library. It is not published: lib/index.ts is what others take. */

export { type CompiledKernel, type CompileOptions, compileKernel } from './c-kernel/compile/compile.js';
export { makeFolder } from './c-kernel/compile/make-folder.js';
export { kernelSource } from './c-kernel/source/source.js';
export type { Given, GivenText, KernelSource } from './c-kernel/source/types.js';
export { CONDENSE_LIMITS, type CondenseLimits, LONG, withMost } from './compare/condense.js';
export { diff } from './compare/diff.js';
export { diffFiles, type FileDifference } from './compare/diff-files.js';
export { type Ignore, parseIgnore } from './compare/ignore.js';
export { type ComparedPair, type PairOf, pairedByName } from './compare/pairs.js';
export { conformance, conformanceOfReplay } from './conformance/check.js';
export { conformanceOfLines } from './conformance/check-lines.js';
export { type Conformance, hasFinding } from './conformance/findings.js';
export { unfiredText } from './edit/apply.js';
export type { Edit } from './edit/edit.js';
export { type EventFilter, parseFilter } from './edit/event-filter.js';
export { follows } from './edit/follow.js';
export { parseEdit, resolveEdit } from './edit/parse.js';
export { LOG_FORMAT_NAMES, LOG_FORMATS } from './import/formats/index.js';
export { FIELD_ROLES } from './import/formats/kprobe-fields.js';
export type { GivenMachine } from './import/given-machine.js';
export { type Imported, type ImportedBoot, importLogs } from './import/import.js';
export { type ReadTraceOrLog, readTraceOrLog } from './import/read.js';
export { builtIn, KERNEL_NAMES, kernelNamed, namesInScope, ownKernel } from './kernel/kernels.js';
export { outcomeOf } from './kernel/outcome.js';
export { recordedKernel } from './kernel/recorded.js';
export { DEFAULT_MACHINE, descriptionNamed, MACHINES, machineNamed } from './machine/built-in.js';
export { type MachineDescription, stateOf } from './machine/description.js';
export { machineFromText } from './machine/description-file.js';
export { rmmMemory } from './machine/emulated.js';
export { playback } from './machine/playback.js';
export { pipedStandIn, provenStandIn, type StandIn, standInFor, standInOn } from './machine/stand-in.js';
export { commandLine, optionWords } from './model/command-line.js';
export { counted, parseCount } from './model/count.js';
export { isSameEnd } from './model/end.js';
export type { TraceEvent } from './model/events.js';
export { countOf } from './model/gaps.js';
export { nearest, unknownName } from './model/nearest.js';
export type { AsyncKernel, Kernel } from './model/port.js';
export { bad, good, placedIn, type Result, type Trouble, trouble } from './model/result.js';
export { systemError } from './model/system-error.js';
export { SCOPES, type Scope, type Trace } from './model/trace.js';
export { TROUBLES } from './model/troubles.js';
export { readHex } from './model/u64.js';
export { record } from './record.js';
export type { Replaced } from './redact/placeholders.js';
export { redact } from './redact/redact.js';
export { type RedactedLarge, redactLarge } from './redact/redact-large.js';
export { type Checked, type CheckOptions, checkedRead, extentFor, type KernelOf } from './replay/check.js';
export { type CheckedOnce, checkOnce, type Known, newKnown } from './replay/check-once.js';
export { type CheckTotals, newCheckTotals } from './replay/check-totals.js';
export {
  type Extent,
  type Named,
  type ReadToRepeat,
  type ReadToReplay,
  readToRepeat,
  readToReplay,
} from './replay/read.js';
export { repeatedText } from './replay/repeated.js';
export { type Replay, type ReplayOptions, replay } from './replay/replay.js';
export { compareKernels } from './replay/two-kernels.js';
export { clusterJson, newClusters } from './report/check/cluster.js';
export { expectedResult } from './report/check/expected.js';
export { CHECK_FORMATS, type CheckFormat } from './report/check/formats.js';
export type { CheckEnd } from './report/check/printer.js';
export { compareChecks, mayBeCheck, readCheck } from './report/check/read.js';
export { type CheckResult, type CheckRow, newAlike, resultOf, troubleResult } from './report/check/row.js';
export { twoKernelsResult } from './report/check/two-kernels.js';
export { type Code, codesNamed } from './report/codes.js';
export { findingOf } from './report/finding.js';
export type { PageAssets } from './report/html/document.js';
export { ignoredText } from './report/ignored.js';
export { hasHandshake, importJson, importNotes } from './report/imported.js';
export {
  codesJson,
  diffJson,
  fmtJson,
  type Json,
  listJson,
  minimiseJson,
  pairsJson,
  recordJson,
  redactJson,
  replayJson,
  reportJson,
  showJson,
  troubleJson,
  validatedJson,
  validateJson,
} from './report/json.js';
export { LISTS, listOf } from './report/lists.js';
export { accountJson } from './report/report/account.js';
export { REPORT_FORMATS } from './report/report/formats.js';
export { reportedLarge } from './report/report/part.js';
export type { DiffResult, ReportAbout, ReportedTrace } from './report/results.js';
export { diffSentence } from './report/sentences.js';
export { aroundEvents, eventSetter } from './report/show-large.js';
export { SWEEP_FORMATS } from './report/sweep/formats.js';
export type { SweepPrinter } from './report/sweep/printer.js';
export { clusterText } from './report/text/cluster.js';
export { codesText } from './report/text/codes.js';
export { conformancePage } from './report/text/conformance.js';
export { diffText } from './report/text/diff.js';
export { visible } from './report/text/escape.js';
export { explainText } from './report/text/explain.js';
export { COLUMNS, wrapped } from './report/text/layout.js';
export { listText } from './report/text/list.js';
export { minimiseText } from './report/text/minimise.js';
export { type Paint, PLAIN } from './report/text/paint.js';
export { pairsText } from './report/text/pairs.js';
export { redactText } from './report/text/redact.js';
export { replayPieces, replayText } from './report/text/replay.js';
export { briefText, eventPrinter, showHead, showPieces, showText } from './report/text/show.js';
export { readableText, textconvPrinter, textconvText } from './report/text/textconv.js';
export { troubleText } from './report/text/trouble.js';
export { validateText } from './report/text/validate.js';
export { machineFailure, openPipedRmm, type PipedRmm } from './rmm/pipe/client.js';
export { serve } from './rmm/pipe/serve.js';
export type { RmmProfile } from './rmm/profile.js';
export { PROFILES, profileNamed, vouchedProfile } from './rmm/profiles.js';
export { type Config, configFromText } from './schema/config.js';
export { type Axis, axesOf } from './search/axes.js';
export { boundaryAxis } from './search/boundary.js';
export { newKeeper } from './search/keep-traces.js';
export { mergeSweeps } from './search/merge.js';
export { minimise } from './search/minimise.js';
export type { Minimised } from './search/minimise-result.js';
export { newCoverage } from './search/outcome-coverage.js';
export { type AnyPlan, planSweep, type SweptPipe, sweepMaxSteps } from './search/plan.js';
export { parseSeed, randomAxis } from './search/random.js';
export { parseShard, rowsOf } from './search/shard.js';
export { anySweepRows, everyEditFires, newTotals } from './search/sweep.js';
export type { Shard, SweepRow, SweepTable, SweepTotals } from './search/sweep-table.js';
export { byHandText } from './trace/by-hand.js';
export { type Inconsistency, inconsistencies } from './trace/consistency.js';
export { digestOf } from './trace/digest.js';
export { digestIn, type KeptEvents, type LargeTrace, largeTrace, openTwice } from './trace/large.js';
export { canonicalLine } from './trace/layout.js';
export { READ_LIMITS } from './trace/limits.js';
export { newLineSpool } from './trace/line-spool.js';
export type { OpenedSource, TraceSource } from './trace/open.js';
export { type HandEdit, type ReadOptions, type ReadTrace, readTrace, sealed } from './trace/read.js';
export { readMatched as readLine } from './trace/read-canonical.js';
export { readReadable } from './trace/readable.js';
export {
  firstInconsistency,
  type LargeText,
  sealedLarge,
  textOfLines,
  withSpooled,
} from './trace/rewrite.js';
export { isLarge, LARGE } from './trace/size.js';
export { spoolTrouble } from './trace/spool.js';
export { partialOf, targetOf } from './trace/target.js';
export { bytesOf, isDamage, unpacked } from './trace/text.js';
export { editedText, type Validation, validateTrace } from './trace/validate.js';
export { GENERATOR } from './trace/wire-frame.js';
export { type OnEvents, traceText, writeAsMade, writeLarge, writeTrace } from './trace/write.js';
