/** The sentence that opens a report of replay, check, diff or minimise. */

import { callName } from '../abi/decode.js';
import type { RmiRevision } from '../abi/revision.js';
import { type Comparison, type InputDifference, inputName } from '../compare/causes.js';
import type { Difference } from '../compare/diff.js';
import { agreedRevision } from '../compare/handshake.js';
import { isOtherKernel } from '../kernel/wanted.js';
import type { Unanswered } from '../machine/playback.js';
import { counted } from '../model/count.js';
import { endText } from '../model/end.js';
import { hex } from '../model/u64.js';
import { type Contradiction, contradictionOf } from '../replay/contradiction.js';
import type { KernelName, Replay } from '../replay/replay.js';
import type { Minimised } from '../search/minimise-result.js';
import { editedText } from '../trace/validate.js';
import { changeText, isPartly, ranText, withPatches } from './patches.js';
import { inRanges } from './ranges.js';
import type { DiffResult } from './results.js';
import { endWithFault } from './words.js';

/** What happened in a replay, in one sentence. */
export function replaySentence(replay: Replay): string {
  const { verdict, outcomes, comparison, unanswered } = replay;
  const recorded = endWithFault(outcomes.recorded, replay.recorded.events);
  const replayed = endWithFault(outcomes.replayed, replay.replayed.events);
  if (verdict === 'undetermined') {
    return replay.unknowns?.matter === true
      ? `Undetermined: what the kernel does depends on ${dependsOn(replay)}, which nobody saw.`
      : `Undetermined: ${notRecorded(replay)}.`;
  }
  if (verdict === 'unanswered' && replay.missing.length > 0) return `Unanswered: ${missingText(replay)}.`;
  const [missing] = unanswered;
  if (missing !== undefined && !replay.answeredAnyway)
    return `Unanswered: ${unansweredText(missing, agreedRevision(replay.recorded.events))}.`;
  if (verdict === 'unanswered') return `Unanswered: ${replay.unansweredAt ?? ''}.`;
  if (verdict === 'diverged' && replay.outOfSteps)
    return `Stopped: the replay reached its step limit before the recording's end, ${recorded}; give it more with --max-steps.`;
  const anyway = anywayText(replay);
  if (verdict === 'diverged' && replay.contradiction !== null)
    return `Diverged: ${replay.contradiction.text}.`;
  if (verdict === 'diverged') {
    const outcome =
      replay.kernel.replayed.name === 'recorded'
        ? 'the machine does not answer as recorded'
        : replay.weighed.outcomeDiffers
          ? `${recorded} became ${replayed}`
          : recorded === replayed
            ? `${recorded} both times, but not in the same way`
            : `the recording ends ${recorded}, the replay ${replayed}`;
    return `Diverged: ${outcome}${anyway}; ${causeText(replay)}.`;
  }
  if (replay.kernel.replayed.name === 'recorded')
    return `Same: the machine answered every recorded call as recorded${anyway}.`;
  const kernel = replay.replayed.header.kernel;
  const partly = isPartly(kernel);
  const effect = `No effect on the kernel${partly ? `, of which ${ranText(kernel)} ran` : ''}`;
  const different = comparison.causes.length + comparison.effects.length + replay.notHeld;
  if (different > 0) return `${effect}: ${inputs(different)} and it still ends ${replayed}${anyway}.`;
  const edits = replay.edits.length;
  if (edits > 0)
    return `${effect}: ${edits === 1 ? 'one value was' : `${edits} values were`} edited and it still ends ${replayed}${anyway}.`;
  // What did not run is not the same.
  if (partly)
    return `Same for what ran: ${ranText(kernel)}; the replay does what was recorded, ${replayed}${anyway}.`;
  return `Same: the replay${withPatches(kernel)} does what was recorded, ${replayed}${anyway}.`;
}

/** What else was answered than the recorded requests. */
function anywayText({ answeredAnyway, filled, rmm }: Replay): string {
  if (filled > 0) return ` (${rmm} answering what was not recorded)`;
  return answeredAnyway ? ' (with the nearest answers to calls that were not recorded)' : '';
}

/** What happened between two traces, in one sentence; `names` are those of the files. */
export function diffSentence(
  difference: Difference,
  names: DiffResult['names'],
  edited: DiffResult['edited'] = { a: null, b: null },
): string {
  const { verdict, outcomes, comparison } = difference;
  const a = endWithFault(outcomes.a, difference.a.events);
  const b = endWithFault(outcomes.b, difference.b.events);
  const [left, right] = [oneSided(comparison, 'a'), oneSided(comparison, 'b')];
  const unknown = [
    ...(left.length === 0 ? [] : [`; ${names.a} does not record ${left.join(', ')}`]),
    ...(right.length === 0 ? [] : [`; ${names.b} does not record ${right.join(', ')}`]),
  ].join('');
  if (verdict === 'same')
    return `Same${unknown === '' ? '' : ' in all that both record'}: both end ${a}${unknown}.`;
  const ends = a === b ? `both end ${a}` : `${names.a} ends ${a}, ${names.b} ends ${b}`;
  const [cause] = comparison.causes;
  if (difference.twoCauses) return `Different: ${ends}; the kernels differ, and so do the machines.`;
  const byHand = handEdits(difference, names, edited)
    .map(each => `; ${each}`)
    .join('');
  if (comparison.kernelIsCause && byHand !== '') return `Different: ${ends}${byHand}.`;
  const [cpus, others] = [difference.a.header.machine.cpus, difference.b.header.machine.cpus];
  if (comparison.kernelIsCause && cpus !== others)
    return `Different: ${ends}; the machines differ: ${names.a} has ${counted(cpus, 'CPU')}, ${names.b} ${others}.`;
  if (comparison.kernelIsCause && comparison.unseen.length > 0)
    return `Different: ${ends}; whether the inputs were the same is not known, since nobody saw ${named(comparison.unseen).join(', ')}.`;
  if (comparison.kernelIsCause)
    return `Different: ${ends}; the kernels did different things on the same inputs.`;
  return cause === undefined
    ? `Different: ${ends}${byHand}.`
    : `Different: ${ends}; the cause is ${inputText(cause, agreedRevision(difference.a.events))}${byHand}.`;
}

/** Which of the two traces a person edited, as their seals or what contradicts in them show. */
function handEdits(
  { a, b }: Difference,
  names: DiffResult['names'],
  edited: NonNullable<DiffResult['edited']>,
): readonly string[] {
  return (['a', 'b'] as const).flatMap(side => {
    const contradiction = contradictionOf(side === 'a' ? a : b);
    if (contradiction !== null) return [`in ${names[side]} ${contradiction.text}`];
    const seal = edited[side];
    return seal === null ? [] : [`${names[side]}: ${editedText(seal)}`];
  });
}

/** What is left of a set of edits, in one sentence. */
export function minimiseSentence({ failure, edits, smallest, proven }: Minimised): string {
  const all = edits.length === 1 ? 'the edit' : `all ${edits.length} edits`;
  if (failure === null) return `No effect: with ${all} the kernel still acts as recorded.`;
  if (smallest.length === 0) return 'Fails without any edit: the edits are not the cause.';
  const which = smallest.join(' ');
  if (smallest.length === edits.length) return `Fails only with ${all}: ${which}.`;
  const more = proven ? '' : '; none of them can be left out, but not every smaller set was tried';
  return `Fails with ${smallest.length} of ${edits.length} edits: ${which}${more}.`;
}

/** The state that this side does not record, and the other does. */
function oneSided(comparison: Comparison, side: 'a' | 'b'): readonly string[] {
  return named(comparison.oneSided.filter(input => input[side] === null).map(inputName));
}

function named(keys: readonly string[]): readonly string[] {
  return keys.length > NAMED ? [...keys.slice(0, NAMED), `and ${keys.length - NAMED} more`] : keys;
}

/** Most missing inputs that the sentence names; the report lists them all. */
const NAMED = 4;

function missingText({ missing, kernel }: Replay): string {
  const [first, ...others] = missing.map(({ key }) => `\`${key}\``);
  const more = others.length > NAMED ? `, and ${others.length - NAMED} more inputs` : '';
  const nor = others.length === 0 ? '' : `; nor ${others.slice(0, NAMED).join(', ')}${more}`;
  return `this trace does not record ${first}, which ${kernel.replayed.name} reads first${nor}`;
}

/** What a trace lacks whose replay can be compared with nothing. */
function notRecorded({ kernel, outcomes }: Replay): string {
  if (kernel.replayed.name === 'recorded') return 'this trace records no call that could be made again';
  return `this trace does not record how the check ended; the replay ends ${endText(outcomes.replayed)}`;
}

/** Why a request has no answer, in words; `revision`: what kernel and RMM agreed on. */
export function unansweredText(
  { request, nearest, differs }: Unanswered,
  revision: RmiRevision | undefined,
): string {
  const asked = `${callName(request.fid, revision)}${request.args.map(arg => ` ${hex(arg)}`).join('')}`;
  if (nearest === null) return `the kernel asks ${asked}, and no call of that kind was recorded`;
  if (differs.length > 0) {
    const where = differs.map(d => `${d.register} ${d.recorded}`).join(', ');
    return `the kernel asks ${asked}, but event ${nearest.number} was recorded with ${where}, so its answer does not apply`;
  }
  if (nearest.call.via !== request.via) {
    return `the kernel asks ${asked} by ${request.via.toUpperCase()}, but event ${nearest.number} was recorded by ${nearest.call.via.toUpperCase()}`;
  }
  return `the kernel asks ${asked} once more than was recorded`;
}

/** `v13 (wants 2.0)`. */
function kernelWants({ name, wants }: KernelName): string {
  return wants === null ? name : `${name} (wants ${wants})`;
}

/** What a trace that contradicts itself shows, as a sentence. */
export function contradictionSentence({ text }: Contradiction): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

function causeText(replay: Replay): string {
  const { comparison, kernel, rmm } = replay;
  const { recorded, replayed } = kernel;
  const [cause] = comparison.causes;
  const made = replay.replayed.header.kernel;
  const patched = `${withPatches(made)}${changeText(made)}`;
  const kernels = !isOtherKernel(recorded, replayed)
    ? `the kernel itself${patched}`
    : `the kernel: recorded ${kernelWants(recorded)}, replayed ${kernelWants(replayed)}${patched}`;
  // The recorded calls are made again, whatever is answered: what differs is the machine's.
  const repeats = replayed.name === 'recorded';
  if (cause === undefined && repeats) return 'the cause is a call that could not be made again as recorded';
  if (cause === undefined) return `the cause is ${kernels}`;
  if (comparison.kernelIsCause && !repeats) return `the first cause is ${kernels}`;
  const others = comparison.causes.length - 1 + replay.notHeld;
  const more = others > 0 ? `, and ${inputs(others)} too` : '';
  const by = cause.edit === null && rmm !== null && cause.kind === 'answer' ? `, from ${rmm}` : '';
  return `the cause is ${inputText(cause, agreedRevision(replay.recorded.events))}${by}${more}`;
}

function inputText(input: InputDifference, revision: RmiRevision | undefined): string {
  const { kind, a, b, edit } = input;
  const event = (a ?? b)?.event;
  const edited = edit === null ? '' : ', edited';
  if (kind === 'answer' && event?.type === 'smc')
    return `the answer to ${callName(event.fid, revision)} (event ${a?.number ?? b?.number}${edited})`;
  return `${inputName(input)}${edited === '' ? '' : ' (edited)'}`;
}

function inputs(count: number): string {
  return count === 1 ? 'one input differs' : `${count} inputs differ`;
}

function dependsOn({ unknowns }: Replay): string {
  const list = (unknowns?.deciding.length ?? 0) > 0 ? unknowns?.deciding : unknowns?.unknowns;
  return inRanges((list ?? []).map(({ edit }) => edit)).join(', ');
}
