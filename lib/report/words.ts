/** Outcomes, kernels, machines and RMMs in words, for every format. */
import { errnoText } from '../abi/errno.js';
import { faultBehind } from '../kernel/outcome.js';
import { endText } from '../model/end.js';
import type { FaultEvent, TraceEvent } from '../model/events.js';
import type { End, MachineHeader, Outcome } from '../model/trace.js';

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
