/**
 * Reports as JSON, one schema for all: schemas/report.schema.json. Events are spelt as a trace spells them; `a` and
 * `b` are the recorded and the replayed side, or the first and the second trace.
 */

import type { Pair } from '../compare/align.js';
import { type Comparison, type InputDifference, inputName } from '../compare/causes.js';
import type { Action, FlowEvent, StateEvent } from '../compare/events.js';
import { type First, firstDifference, firstDivergence } from '../compare/first.js';
import { agreedRevision } from '../compare/handshake.js';
import type { ComparedPair } from '../compare/pairs.js';
import type { Conformance } from '../conformance/findings.js';
import { outcomeIn } from '../kernel/outcome.js';
import type { TraceEvent } from '../model/events.js';
import { type Numbered, numbered } from '../model/gaps.js';
import type { Trouble } from '../model/result.js';
import type { Trace } from '../model/trace.js';
import { hex } from '../model/u64.js';
import type { Replaced } from '../redact/placeholders.js';
import type { Replay } from '../replay/replay.js';
import { digestOf } from '../trace/digest.js';
import type { Validation } from '../trace/validate.js';
import { wireOf } from '../trace/wire.js';
import type { Code } from './codes.js';
import { findingOf } from './finding.js';
import { listed, notListed } from './listed.js';
import type { List } from './lists.js';
import type { DiffResult, FmtResult, MinimiseResult, ReplayResult, ShowResult } from './results.js';
import { diffSentence, minimiseSentence, replaySentence, unansweredText } from './sentences.js';

export type Json = Readonly<Record<string, unknown>>;

/** The whole report of a command: what it found, and the exit code that goes with it. */
export function reportJson(command: string, exit: number, result: Json): Json {
  return { format: 'rmitrace-report', version: 1, command, exit, result };
}

/** How a report begins that is printed as it comes, up to the first member of its result: `exit` then stands last. */
export function reportOpening(command: string): string {
  return `{"format":"rmitrace-report","version":1,"command":"${command}","result":{`;
}

/** The report of a command that met trouble. */
export function troubleJson(command: string, trouble: Trouble): Json {
  return { format: 'rmitrace-report', version: 1, command, exit: 2, trouble };
}

export function replayJson({ replay, name, edited, conformance }: ReplayResult): Json {
  const { comparison, weighed, outcomes, kernel, rmm, edits, unanswered, answeredAnyway, unknowns } = replay;
  return {
    sentence: replaySentence(replay),
    verdict: replay.verdict,
    trace: { name, digest: recordedDigest(replay), editedByHand: edited !== null },
    kernel,
    rmm,
    outcomes,
    first: firstJson(firstDivergence(comparison, weighed.divergences)),
    causes: listed(comparison.causes).map(inputJson),
    effects: {
      answers: listed(comparison.effects).map(inputJson),
      deeds: listed(weighed.divergences).map(actionJson),
    },
    ...(comparison.cutShort === null ? {} : { cutShort: comparison.cutShort }),
    kernelIsCause: comparison.kernelIsCause,
    edits: edits.map(({ edit, place, before, after, event }) => ({
      rule: edit,
      place,
      before,
      after,
      event,
    })),
    unanswered: [
      ...replay.missing.map(({ key, edit }) => ({
        text: `the trace does not record ${key}`,
        nearest: null,
        differs: [],
        input: key,
        edit,
      })),
      ...listed(unanswered).map(missing => ({
        text: unansweredText(missing, agreedRevision(replay.recorded.events)),
        nearest: missing.nearest?.number ?? null,
        differs: missing.differs,
      })),
    ],
    answeredAnyway,
    notModelled: listed(weighed.notModelled).map(wireOf),
    ...notListed(replay),
    goesOn: weighed.goesOn,
    notReached: weighed.notReached,
    ...patchesJson(replay),
    ...ignoredJson(replay.ignored),
    unknowns:
      unknowns === null
        ? null
        : {
            unknowns: listed(unknowns.unknowns).map(({ edit }) => edit),
            matter: unknowns.matter,
            deciding: listed(unknowns.deciding).map(({ edit }) => edit),
            partAt: unknowns.partAt,
            runs: unknowns.runs.map(({ fill, outcome }) => ({ fill: hex(fill), outcome })),
          },
    ...conformanceJson(conformance),
  };
}

/** The header of a replay has it, and a trace that is held in part does not. */
function recordedDigest({ recorded, replayed }: Replay): string {
  return replayed.header.replay?.of ?? digestOf(recorded);
}

/** What was left out of the comparison, where something was. */
function ignoredJson(rules: readonly string[]): Json {
  return rules.length === 0 ? {} : { ignored: rules };
}

/** The patches of a compiled kernel, each with its hunks, and whether they ran. */
export function patchesJson({ replayed }: Replay): Json {
  const { patches } = replayed.header.kernel.compiled ?? {};
  return patches === undefined ? {} : { patches };
}

export function diffJson({ difference, names, digests, edited }: DiffResult): Json {
  const { comparison, outcomes, twoCauses, verdict } = difference;
  const { a, b } = digests ?? { a: digestOf(difference.a), b: digestOf(difference.b) };
  return {
    sentence: diffSentence(difference, names, edited),
    verdict,
    a: { name: names.a, digest: a },
    b: { name: names.b, digest: b },
    outcomes,
    ...comparisonJson(comparison),
    ...ignoredJson(difference.ignored),
    twoCauses,
  };
}

/** What `diff` found of many, by name. */
export function pairsJson(pairs: readonly ComparedPair[]): Json {
  return { pairs };
}

export function minimiseJson({ found, name }: MinimiseResult): Json {
  const { failure, edits, smallest, proven, steps } = found;
  const fails = failure !== null;
  return { sentence: minimiseSentence(found), trace: name, fails, failure, edits, smallest, proven, steps };
}

export function showJson({ trace, numbers, conformance }: ShowResult): Json {
  return {
    ...findingOf(trace),
    outcome: outcomeIn(trace),
    events: shown(trace.events, numbers).map(({ number, event }) => ({ number, event: wireOf(event) })),
    ...conformanceJson(conformance),
  };
}

function shown(
  events: readonly TraceEvent[],
  numbers: readonly number[] | null,
): readonly Numbered<TraceEvent>[] {
  const all = [...numbered(events)];
  if (numbers === null) return all;
  const wanted = new Set(numbers);
  return all.filter(({ number }) => wanted.has(number));
}

/** What `record` made, where the trace itself went to a file. */
export function recordJson(trace: Trace): Json {
  return { ...findingOf(trace), outcome: outcomeIn(trace), digest: digestOf(trace) };
}

/** What `fmt` wrote to a file. */
export function fmtJson({ digest, sealed }: FmtResult): Json {
  return { digest, sealed };
}

/** What words of reports mean. */
export function codesJson(codes: readonly Code[]): Json {
  return { codes };
}

/** The texts that were replaced stand in it: it is for whoever redacts, not for whom the trace is sent to. */
export function redactJson(digest: string, replaced: readonly Replaced[]): Json {
  return { digest, replaced };
}

export function validateJson(all: readonly Json[]): Json {
  return { traces: all };
}

/** One of the files of `validate`. */
export function validatedJson({ name, findings }: Validation): Json {
  return { name, valid: findings.length === 0, findings };
}

export function listJson({ name, columns, rows }: List): Json {
  return {
    list: name,
    rows: rows.map(row => Object.fromEntries(columns.map(({ key }, at) => [key, row[at] ?? '']))),
  };
}

/** Only where it was asked for. */
export function conformanceJson(found: Conformance | null): Json {
  return found === null ? {} : { conformance: found };
}

function comparisonJson(comparison: Comparison): Json {
  return {
    first: firstJson(firstDifference(comparison)),
    causes: comparison.causes.map(inputJson),
    oneSided: comparison.oneSided.map(inputJson),
    effects: { answers: comparison.effects.map(inputJson), deeds: comparison.actions.map(actionJson) },
    ...(comparison.cutShort === null ? {} : { cutShort: comparison.cutShort }),
    kernelIsCause: comparison.kernelIsCause,
  };
}

export function firstJson(first: First | null): Json | null {
  if (first === null) return null;
  return first.kind === 'input' ? inputJson(first.input) : actionJson(first.action);
}

function inputJson(input: InputDifference): Json {
  const { kind, a, b, differs, edit } = input;
  return { kind, name: inputName(input), a: side(a), b: side(b), differs, rule: edit };
}

function actionJson({ relation, a, b, differs }: Pair): Json {
  return { kind: 'deed', relation, a: side(a), b: side(b), differs };
}

function side(found: (Numbered<StateEvent | FlowEvent> & Pick<Action, 'more'>) | null): Json | null {
  const event: TraceEvent | undefined = found?.event;
  if (found === null || event === undefined) return null;
  const { number, more } = found;
  return { number, event: wireOf(event), ...(more === undefined ? {} : { more }) };
}
