/** Outcomes, machines and RMMs in words, for every format. */

import { errnoText } from '../abi/errno.js';
import { type RmiRevision, rmiRevision } from '../abi/revision.js';
import { RMI_VERSION } from '../abi/rmi-commands.js';
import { asksWithoutArgument, callId, returnedIn } from '../abi/smccc.js';
import { faultBehind } from '../kernel/outcome.js';
import { kernelCalls } from '../machine/recorded-calls.js';
import { endText } from '../model/end.js';
import type { FaultEvent, SmcEvent, TraceEvent } from '../model/events.js';
import type { RmmReply } from '../model/port.js';
import type { End, MachineHeader, Outcome } from '../model/trace.js';
import { type Seen, ZERO } from '../model/u64.js';
import { PROFILES } from '../rmm/profiles.js';
import { createRmm } from '../rmm/rmm.js';

/** The rest of an outcome: what the check and the init returned, and what the queries answer. */
export function outcomeDetails(outcome: Outcome): readonly string[] {
  const { kvm_is_realm, kvm_realm_state, vcpu_is_rec } = outcome;
  return rest(outcome, [
    ...(kvm_is_realm === undefined ? [] : [`kvm_is_realm ${kvm_is_realm}`]),
    ...(kvm_realm_state === undefined ? [] : [`kvm_realm_state ${kvm_realm_state}`]),
    ...(vcpu_is_rec === undefined ? [] : [`vcpu_is_rec ${vcpu_is_rec}`]),
  ]);
}

/** What counts most of the rest, for a line beside another outcome. */
export function outcomeBrief(outcome: Outcome): readonly string[] {
  return rest(outcome, []);
}

function rest({ return: check, key, kvm_init }: Outcome, queries: readonly string[]): readonly string[] {
  return [
    ...(check === undefined ? [] : [`check returned ${errnoText(check)}`]),
    ...(key === null ? [] : [`static key ${key ? 'on' : 'off'}`]),
    ...queries,
    ...(kvm_init === undefined ? [] : [`kvm_arm_init returned ${errnoText(kvm_init)}`]),
  ];
}

/** The kernel's call of RMI_VERSION, if it made one: the last that it made. */
export function versionCall(events: readonly TraceEvent[]): SmcEvent | null {
  return kernelCalls(events).findLast(({ call }) => callId(call.fid) === RMI_VERSION)?.call ?? null;
}

/** The revision that both sides speak after the handshake, by the answer's lower revision; `undefined` if none. */
export function agreedRevision(events: readonly TraceEvent[]): RmiRevision | undefined {
  const call = versionCall(events);
  const [x0 = null, x1 = null] = call?.res ?? [];
  if (call === null || x0 === null) return undefined;
  if (asksWithoutArgument(call)) return rmiRevision(x0) ?? undefined;
  return x0 === ZERO && x1 !== null ? (rmiRevision(x1) ?? undefined) : undefined;
}

/** The first fault of a run: where it could not go on. */
export function faultOf(events: readonly TraceEvent[]): FaultEvent | null {
  return events.find(event => event.type === 'fault') ?? null;
}

/** How a boot ended; of one that crashed or did not end by itself, with why. */
export function endWithFault(outcome: End, events: readonly TraceEvent[]): string {
  const why = faultBehind(outcome, events);
  return why === null ? endText(outcome) : `${endText(outcome)} (${why})`;
}

/** The RMM that a trace names; of a machine that was there for real, nobody knows that there was none. */
export function machineRmmText({ rmm, via }: Pick<MachineHeader, 'rmm' | 'via'>): string {
  return rmm ?? (via === 'imported' ? 'not known' : 'none');
}

/** How a person calls RMMs: `TF-RMM 0.8`, `TF-RMM 0.5 and 0.6, and RMM profile islet`, `RMM profiles spec and islet`. */
export function rmmText(names: readonly string[]): string {
  const releases = names.flatMap(name => RELEASE.exec(name)?.[1] ?? []);
  const profiles = names.filter(name => !RELEASE.test(name));
  return [
    ...(releases.length === 0 ? [] : [`TF-RMM ${inWords(releases)}`]),
    ...(profiles.length === 0 ? [] : [`RMM profile${profiles.length === 1 ? '' : 's'} ${inWords(profiles)}`]),
  ].join(', and ');
}

/** Others of TF-RMM's are builds between releases. */
const RELEASE = /^tf-rmm-(\d+\.\d+)$/;

/** `a`, `a and b`, `a, b and c`. */
function inWords(list: readonly string[]): string {
  const last = list.at(-1) ?? '';
  return list.length < 2 ? last : `${list.slice(0, -1).join(', ')} and ${last}`;
}

/** `v13, wants 2.0`. */
export function kernelText({
  name,
  wants,
}: {
  readonly name: string;
  readonly wants: string | null;
}): string {
  return wants === null ? name : `${name}, wants ${wants}`;
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
