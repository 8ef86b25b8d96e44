/** Which RMMs answer RMI_VERSION as a trace has it, in words for the end of a sentence. */
import { asksWithoutArgument, returnedIn } from '../abi/smccc.js';
import { rmmsAnswering } from '../compare/handshake.js';
import type { SmcEvent } from '../model/events.js';
import type { MachineHeader } from '../model/trace.js';
import { PROFILES } from '../rmm/profiles.js';
import { rmmText } from './words.js';

/** ` (TF-RMM 0.8 answers like this)`: the trace's own RMM; where it names none, all real ones that do. */
export function answeredSo(call: SmcEvent | null, { rmm: named, via }: MachineHeader): string {
  if (call === null) return '';
  if (call.rule !== undefined) return ` (edited: ${call.rule})`;
  const answering = rmmsAnswering(call);
  if (named !== null && via === 'pipe') return ` (${named}, behind a pipe)`;
  if (named !== null)
    return answering.includes(named)
      ? ` (${rmmText([named])} answers like this)`
      : ` (${rmmText([named])}${isUnverified(named) ? ', UNVERIFIED' : ''}${isKnownNotTo(call, named) ? ' does not answer like this' : ''})`;
  if (answering.length === 0) return '';
  return ` (${rmmText(answering)} answer${answering.length === 1 ? 's' : ''} like this)`;
}

/** Whether the RMM follows sources of which no build is known. */
function isUnverified(name: string): boolean {
  return PROFILES.some(profile => profile.name === name && profile.follows !== undefined);
}

/** Whether the whole answer is there, and a real release of that name gives another. */
function isKnownNotTo(call: SmcEvent, named: string): boolean {
  const isWhole = [0, 1, 2].every(x => returnedIn(call, x) !== null);
  const isReal = PROFILES.some(({ name, releases }) => name === named && releases.length > 0);
  return isWhole && isReal && !asksWithoutArgument(call);
}
