/** The facts of the handshake that comparing and reporting go by: its call, what both sides agreed on, who answers so. */
import { type RmiRevision, rmiRevision } from '../abi/revision.js';
import { RMI_VERSION } from '../abi/rmi-commands.js';
import { asksWithoutArgument, returnedIn } from '../abi/smccc.js';
import { isVersionCall } from '../kernel/wanted.js';
import type { SmcEvent, TraceEvent } from '../model/events.js';
import type { RmmReply } from '../model/port.js';
import { type Seen, ZERO } from '../model/u64.js';
import { PROFILES } from '../rmm/profiles.js';
import { createRmm } from '../rmm/rmm.js';

/** The kernel's call of RMI_VERSION, if it made one: the last that it made. */
export function versionCall(events: readonly TraceEvent[]): SmcEvent | null {
  return events.findLast(isVersionCall) ?? null;
}

/** The revision that both sides speak after the handshake, by the answer's lower revision; `undefined` if none. */
export function agreedRevision(events: readonly TraceEvent[]): RmiRevision | undefined {
  const call = versionCall(events);
  const [x0 = null, x1 = null] = call?.res ?? [];
  if (call === null || x0 === null) return undefined;
  if (asksWithoutArgument(call)) return rmiRevision(x0) ?? undefined;
  return x0 === ZERO && x1 !== null ? (rmiRevision(x1) ?? undefined) : undefined;
}

/** The RMMs of real releases that answer RMI_VERSION just so, in the order of their releases. */
export function rmmsAnswering(call: SmcEvent): readonly string[] {
  const bare = asksWithoutArgument(call);
  const [requested = bare ? null : ZERO] = call.args;
  // x1 of a call without an argument is unknown; an RMM that ignores x1 answers the same.
  if (call.res === null || (requested === null && !bare)) return [];
  const answer = [0, 1, 2].map(x => returnedIn(call, x));
  return PROFILES.filter(({ presence, releases }) => presence === 'running' && releases.length > 0)
    .filter(({ version }) => !bare || version === 'word')
    .filter(profile =>
      sameAnswer(createRmm(profile, { features: new Map() }).call(RMI_VERSION, [requested ?? ZERO]), answer),
    )
    .map(({ name }) => name);
}

function sameAnswer(reply: RmmReply, answer: readonly Seen[]): boolean {
  if (reply.kind !== 'answer') return false;
  return answer.every((value, x) => value !== null && value === reply.res[x]);
}
