/** The report of a replay, as text. */

import { callName } from '../../abi/decode.js';
import { lookupRmi, RMI_VERSION } from '../../abi/rmi-commands.js';
import { argumentsOf, callId } from '../../abi/smccc.js';
import type { Comparison } from '../../compare/causes.js';
import { type First, firstDivergence } from '../../compare/first.js';
import { agreedRevision } from '../../compare/handshake.js';
import { isOtherKernel } from '../../kernel/wanted.js';
import { commandLine, optionWords } from '../../model/command-line.js';
import { counted } from '../../model/count.js';
import { endText } from '../../model/end.js';
import type { TraceEvent } from '../../model/events.js';
import { hex } from '../../model/u64.js';
import type { Replay } from '../../replay/replay.js';
import type { UnknownsFinding } from '../../replay/unknowns.js';
import { editedText } from '../../trace/validate.js';
import { ignoredLines } from '../ignored.js';
import { listed, MOST_LISTED } from '../listed.js';
import { hunkRows, ranText } from '../patches.js';
import { inRanges } from '../ranges.js';
import type { ReplayResult } from '../results.js';
import { contradictionSentence, replaySentence } from '../sentences.js';
import { kernelText, machineRmmText, outcomeBrief } from '../words.js';
import {
  actionLines,
  cutShortLines,
  firstBlock,
  inputLines,
  othersThan,
  outcomeLines,
} from './comparison.js';
import { conformanceBlock } from './conformance.js';
import { visible } from './escape.js';
import { logLine } from './events.js';
import { block, columns, page } from './layout.js';
import { logDiff } from './log-diff.js';
import type { Paint } from './paint.js';
import { remarksBlock } from './remarks.js';

const SIDES = { a: 'recorded', b: 'replayed' } as const;

/** Sentence; log lines; outcomes; first difference; cause and effects; and what to do next. */
export function replayText(result: ReplayResult, paint: Paint): string {
  return [...replayPieces(result, paint)].join('');
}

/** The same in pieces, each soon made: a replay may differ in many places. */
export function* replayPieces(result: ReplayResult, paint: Paint): Generator<string, void, undefined> {
  const { replay, edited, conformance, verbose } = result;
  const colour = { same: paint.good, diverged: paint.bad, unanswered: paint.warn, undetermined: paint.warn }[
    replay.verdict
  ];
  yield page([
    colour(visible(replaySentence(replay))),
    ...ignoredLines(replay.ignored),
    ...(edited === null ? [] : [`${upperCase(editedText(edited))}.`]),
    ...(replay.contradiction === null || replay.verdict === 'diverged'
      ? []
      : [paint.warn(visible(contradictionSentence(replay.contradiction)))]),
    ...cutShortLines(replay.comparison, SIDES),
  ]);
  if (replay.unknowns?.matter === true) yield page(runs(replay, paint));
  else yield* differences(replay, paint);
  yield page([
    ...(conformance === null ? [] : conformanceBlock(conformance, paint)),
    ...block(paint.bold('patch'), patchLines(replay)),
    ...(verbose === true
      ? block(paint.bold('remarks'), remarksBlock(replay.replayed.header.kernel, replay.replayed.events))
      : []),
    ...block(paint.bold('notes'), notes(replay)),
    ...block(paint.bold('next'), next(result)),
  ]);
}

/** The lines that were compared, of each side in its own order. */
function logsOf({ pairs }: Comparison): {
  readonly a: readonly TraceEvent[];
  readonly b: readonly TraceEvent[];
} {
  const of = (side: 'a' | 'b') =>
    pairs
      .flatMap(pair => (pair[side]?.event.type === 'log' ? [pair[side]] : []))
      .sort((one, other) => one.number - other.number)
      .map(({ event }) => event);
  return { a: of('a'), b: of('b') };
}

/** Of lines that are alike in a long recording the first is held; how many there are besides stands below the diff. */
function logOf({ comparison, weighed }: Replay, paint: Paint): readonly string[] {
  const { a, b } = logsOf(comparison);
  const lines = logDiff(a, b, SIDES, paint);
  const alike = comparison.pairs.reduce(
    (sum, pair) => sum + (pair.a?.event.type === 'log' ? (pair.a.more?.count ?? 0) : 0),
    0,
  );
  const more = Math.max(alike, weighed.notListed);
  return lines.length === 0 || more === 0 ? lines : [...lines, `and ${counted(more, 'more recorded line')}`];
}

function patchLines({ replayed }: Replay): string[] {
  const { kernel } = replayed.header;
  const rows = hunkRows(kernel).map(([state = '', ...rest]) => [`  ${state}`, ...rest.map(visible)]);
  return rows.length === 0 ? [] : [`  ${visible(ranText(kernel))} ran`, ...columns(rows)];
}

function upperCase(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function* differences(replay: Replay, paint: Paint): Generator<string, void, undefined> {
  const { comparison, weighed, recorded, outcomes } = replay;
  const revision = agreedRevision(recorded.events);
  const first = firstDivergence(comparison, weighed.divergences);
  const reached =
    weighed.notReached === 0
      ? []
      : [
          `  the replay stops there: ${weighed.notReached === 1 ? 'one recorded event was' : `${weighed.notReached} recorded events were`} not reached`,
        ];
  yield page(block(paint.bold('log'), logOf(replay, paint)));
  yield page([
    ...block(paint.bold('outcome'), outcomeLines(outcomes.recorded, outcomes.replayed, SIDES)),
    ...firstBlock('first divergence', first, comparison, recorded.events, SIDES, paint),
    ...block(paint.bold('cause'), causes(replay, first)),
  ]);
  const others = othersThan(first, weighed.divergences);
  if (comparison.effects.length + others.length + reached.length === 0) return;
  const answers = listedOf(comparison.effects, effect => inputLines(effect, SIDES, revision, first));
  yield page(['', paint.bold('effects'), ...answers]);
  const most = Math.min(others.length, MOST_LISTED);
  for (let at = 0; at < most; at += ACTIONS) {
    const some = others.slice(at, Math.min(at + ACTIONS, most));
    yield page(some.flatMap(action => actionLines(action, SIDES, revision)));
  }
  yield page([...beyondLines(others.length), ...reached]);
}

function listedOf<Item>(
  all: readonly Item[],
  lines: (item: Item) => readonly string[],
  others = 0,
): readonly string[] {
  return [...listed(all).flatMap(lines), ...beyondLines(all.length, others)];
}

function beyondLines(count: number, others = 0): readonly string[] {
  const more = Math.max(0, count - MOST_LISTED) + others;
  return more === 0 ? [] : [`  and ${more} more`];
}

/** So many are made into lines in a few milliseconds. */
const ACTIONS = 1000;

/** What the kernel does with the unknowns at 0, at all ones and at a pattern. */
function runs({ unknowns }: Replay, paint: Paint): string[] {
  const rows = (unknowns?.runs ?? []).map(({ fill, outcome }) => [
    `  unknown = ${hex(fill)}`,
    endText(outcome),
    outcomeBrief(outcome).join(', '),
  ]);
  return block(paint.bold('runs'), columns(rows));
}

function causes(replay: Replay, first: First | null): string[] {
  const { comparison, kernel, rmm, recorded, weighed } = replay;
  const revision = agreedRevision(recorded.events);
  const counts =
    replay.missing.length === 0 &&
    weighed.divergences.length > 0 &&
    kernel.replayed.name !== 'recorded' &&
    (otherKernel(replay) || comparison.kernelIsCause);
  const [was, is] = [visible(kernelText(kernel.recorded)), visible(kernelText(kernel.replayed))];
  const rmms = `  the RMM: recorded ${visible(machineRmmText(recorded.header.machine))}, replayed ${visible(rmm ?? '')}`;
  return [
    ...(counts
      ? [
          replay.contradiction !== null
            ? `  ${visible(replay.contradiction.text)}`
            : !otherKernel(replay)
              ? `  the kernel itself: ${is} does not act as recorded`
              : `  the kernel: recorded ${was}; replayed ${is}`,
        ]
      : []),
    ...(rmm !== null && comparison.causes.length > 0 ? [rmms] : []),
    ...listedOf(comparison.causes, cause => inputLines(cause, SIDES, revision, first), replay.notHeld),
  ];
}

function otherKernel({ kernel }: Replay): boolean {
  return kernel.replayed.name !== 'recorded' && isOtherKernel(kernel.recorded, kernel.replayed);
}

/** What a kernel does not set of a command's inputs is left as it was, and an RMM that looks at it may answer otherwise. */
function otherInputs({ comparison, rmm }: Replay): readonly string[] {
  if (rmm !== null) return [];
  const names = comparison.pairs.flatMap(({ a, b }) => {
    if (a?.event.type !== 'smc' || b?.event.type !== 'smc') return [];
    const [recorded, replayed] = [argumentsOf(a.event).length, argumentsOf(b.event).length];
    const inputs = lookupRmi(a.event.fid, '2.0')[0]?.args?.length ?? 0;
    const same = recorded === replayed || Math.min(recorded, replayed) >= inputs;
    return same || callId(a.event.fid) === RMI_VERSION ? [] : [callName(a.event.fid, '2.0')];
  });
  return [...new Set(names)].map(
    name =>
      `  the kernels give ${name} different numbers of inputs: an RMM may answer the replayed call otherwise (ask one with --rmm)`,
  );
}

function notes(replay: Replay): string[] {
  const { weighed, unknowns, answeredAnyway, kernel } = replay;
  const { name } = kernel.replayed;
  const lines: string[] = [];
  if (weighed.notModelled.length > 0) {
    lines.push(`  not modelled by kernel ${visible(name)}, and not compared:`);
    for (const log of listed(weighed.notModelled)) lines.push(`    ${logLine(log)}`);
    const more = weighed.notListed + Math.max(0, weighed.notModelled.length - MOST_LISTED);
    if (more > 0) lines.push(`    and ${counted(more, 'more line')}`);
  }
  if (weighed.goesOn > 0) {
    const calls = weighed.goesOn === 1 ? 'one call' : `${weighed.goesOn} calls`;
    lines.push(`  the recording goes on: ${calls} after the last of kernel ${visible(name)}`);
  }
  lines.push(...otherInputs(replay));
  if (answeredAnyway)
    lines.push('  --answer-anyway: a call that was not recorded got the nearest recorded answer');
  if (unknowns !== null && !unknowns.matter) {
    const places = placesOf(unknowns);
    lines.push(
      `  nobody saw ${places.join(', ')}; the kernel acts the same with any value${unknowns.limited ? ' that fits the recording' : ''}`,
    );
  }
  if (unknowns?.matter === true && unknowns.partAt !== null) {
    lines.push(`  the runs differ from event ${unknowns.partAt} of the replay on`);
  }
  return lines;
}

/** Beyond so many inputs, those of all answers to one call are named together. */
const MOST_UNSEEN = 1000;

function placesOf({ unknowns, places }: UnknownsFinding): readonly string[] {
  const edits = unknowns.map(({ edit }) => edit);
  if (edits.length <= MOST_UNSEEN) return inRanges(edits);
  return inRanges(places ?? [...new Set(edits.map(edit => edit.replace(/#\d+\.(?=x|mem)/, '.')))]);
}

/** So many commands are printed; one register of many CPUs would give thousands. */
const MOST_SETTLED = 16;
const MOST_TOGETHER = 4;

/** Commands that lead on: for an unknown, a request without an answer, two causes at once. */
function next({ replay, name, given }: ReplayResult): string[] {
  const { unknowns, unanswered, answeredAnyway, comparison, edits, weighed } = replay;
  const again = (...options: readonly (readonly string[])[]) => commandLine('replay', [name], options.flat());
  const sets = setOptions(edits.map(({ edit }) => edit));
  if (unknowns?.matter === true) {
    const deciding = unknowns.deciding.length > 0 ? unknowns.deciding : unknowns.unknowns;
    // Before the others, since the first edit wins; without those that made the unknown.
    const others = setOptions(edits.filter(({ after }) => after !== 'unknown').map(({ edit }) => edit));
    const settles = (unseen: readonly { readonly edit: string }[]): string => {
      const settled = setOptions(unseen.map(({ edit }) => `${edit}=0x…`));
      return `  settle it: ${again(given.kernel, given.rmm, given.others, settled, others)}`;
    };
    // Each alone changes what the kernel does: a few are settled together.
    if (deciding.length <= MOST_TOGETHER) return [settles(deciding)];
    const lines = deciding.slice(0, MOST_SETTLED).map(unseen => settles([unseen]));
    const more = deciding.length - lines.length;
    return more === 0 ? lines : [...lines, `  and ${more} more in the same way`];
  }
  if (replay.missing.length > 0) {
    const supplied = setOptions(replay.missing.map(({ key, edit }) => edit ?? `${key}=0x…`));
    return [
      '  supply what is missing, with the values that the machine had, for example:',
      `    ${again(given.kernel, given.rmm, given.others, sets, supplied)}`,
    ];
  }
  if (unanswered.length > 0 && !answeredAnyway) {
    const asks = again(given.kernel, given.others, sets, ['--rmm', 'PROFILE']);
    const near = unanswered.some(({ nearest }) => nearest !== null);
    const anyway = again(given.kernel, given.rmm, given.others, sets, ['--answer-anyway']);
    return columns([
      ['  ask an emulated RMM:', `${asks}   (or --rmm auto)`],
      ...(near ? [['  take the nearest answer:', anyway]] : []),
    ]);
  }
  if (!otherKernel(replay) || comparison.causes.length === 0 || weighed.divergences.length === 0) return [];
  return [
    '  kernel and machine both changed; these commands change one at a time:',
    `    ${again(given.kernel, given.others)}`,
    `    ${again(given.rmm, given.others, sets)}`,
  ];
}

function setOptions(edits: readonly string[]): readonly string[] {
  return [...new Set(edits)].flatMap(edit => optionWords('set', edit));
}
