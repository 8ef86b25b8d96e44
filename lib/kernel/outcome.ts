/**
 * How a boot ended, computed from its events alone: by the kernel's own line if it printed one, else by the answer,
 * else by why it never asked.
 */
import { isKernelCall } from '../abi/background.js';
import { fieldOf } from '../abi/id-registers.js';
import { NOT_SUPPORTED_64 } from '../abi/smccc.js';
import type { FactValue, SmcEvent, TraceEvent } from '../model/events.js';
import type { End, Outcome, OutcomeClass, Reason, Trace } from '../model/trace.js';
import { field, type Seen } from '../model/u64.js';
import type { ReadValues, Says } from './lines/line.js';
import { rowsOf, tellingRow } from './lines.js';
import { conduitOf } from './linux/smccc.js';
import { isOfInit, realmsOf } from './realms.js';
import { realmStateName } from './revisions/queries.js';
import { SZ_4K } from './revisions/rfc.js';

/** The functions whose return is the check's, whatever the series called it. */
const CHECKS = ['rmi_check_version', 'rme_check_version', 'rmm_check_version'];

/** The ends that a check's own lines tell, and the one that KVM's tell where it gives up before the check. */
const CHECKED: readonly OutcomeClass[] = ['accepted', 'refused'];
const GAVE_UP: readonly OutcomeClass[] = ['not-reached'];

/** The outcome of a run or a recording. If the events do not show it, the class is `undetermined`. */
export function outcomeOf(events: readonly TraceEvent[]): Outcome {
  const returned = returnsOf(events);
  const check = checkOf(returned);
  const { class: outcomeClass, ...finding } = endOf(events);
  const realm = returned.get('kvm_is_realm');
  const state = realmStateName(returned.get('kvm_realm_state') ?? -1);
  const rec = returned.get('vcpu_is_rec');
  const init = returned.get('kvm_arm_init');
  return {
    class: outcomeClass,
    ...finding,
    ...(check === undefined ? {} : { return: check }),
    key: returned.has('static_branch_enable'),
    ...(realm === undefined ? {} : { kvm_is_realm: realm !== 0 }),
    ...(state === undefined ? {} : { kvm_realm_state: state }),
    ...(rec === undefined ? {} : { vcpu_is_rec: rec !== 0 }),
    ...(init === undefined ? {} : { kvm_init: init }),
  };
}

/** The outcome of a trace: nobody knows the static key of a boot that a log or a person tells of, unless it was enabled. */
export function outcomeIn({ header, events }: Pick<Trace, 'header' | 'events'>): Outcome {
  const outcome = outcomeOf(events);
  const elsewhere = header.kernel.via === 'imported' || header.machine.via === 'imported';
  return elsewhere && !outcome.key ? { ...outcome, key: null } : outcome;
}

/** Where the check ended, without what the functions around it returned; and what the whole init came to. */
export function endOf(events: readonly TraceEvent[]): End {
  const end = stopped(events) ?? printed(events, CHECKED) ?? unsaid(events, returnsOf(events));
  const realms = isOfInit(events) ? realmsOf(events, returnsOf(events), end.class) : undefined;
  return realms === undefined ? end : { ...end, realms };
}

/** Why a boot that ended as `end` crashed or did not come back, where the run says it; `null` for any other. */
export function faultBehind(end: End, events: readonly TraceEvent[]): string | null {
  if (!FAULTED.has(end.class)) return null;
  const fault = events.find(event => event.type === 'fault');
  return fault?.type === 'fault' ? fault.text : null;
}

const FAULTED: ReadonlySet<OutcomeClass> = new Set(['crashed', 'did-not-return']);

function returnsOf(events: readonly TraceEvent[]): ReadonlyMap<string, number> {
  const returned = new Map<string, number>();
  for (const event of events) if (event.type === 'return') returned.set(event.of, event.value);
  return returned;
}

function checkOf(returned: ReadonlyMap<string, number>): number | undefined {
  return CHECKS.map(name => returned.get(name)).find(value => value !== undefined);
}

const FAULTS: Readonly<Record<string, OutcomeClass>> = {
  unanswered: 'unanswered',
  'step-limit': 'did-not-return',
  timeout: 'did-not-return',
  crashed: 'crashed',
};

function stopped(events: readonly TraceEvent[]): End | null {
  const fault = events.find(event => event.type === 'fault');
  if (fault !== undefined) return { class: FAULTS[fault.code] ?? 'undetermined' };
  const lost = events.some(event => event.type === 'smc' && event.res === null && isKernelCall(event));
  return lost ? { class: 'did-not-return' } : null;
}

/** What the first line that tells one of these ends says came of the check. */
function printed(events: readonly TraceEvent[], ends: readonly OutcomeClass[]): End | null {
  for (const event of events) {
    const end = event.type === 'log' ? endSaid(event.text) : null;
    if (end !== null && ends.includes(end.class)) return end;
  }
  return null;
}

/** What a line by itself tells of the check, whatever its prefix is; `null` for one that tells nothing. */
export function endSaid(text: string): End | null {
  const row = tellingRow(text);
  if (row?.line.says === undefined) return null;
  return withRevisions(row.line.says, row.values);
}

/** A sweep reads millions of lines: V8 takes far longer to spread members into an object than to set them. */
function withRevisions({ class: outcomeClass, reason }: Says, { lower, higher }: ReadValues): End {
  const end: { -readonly [K in keyof End]: End[K] } = { class: outcomeClass };
  if (reason !== undefined) end.reason = reason;
  if (lower !== undefined) end.lower = lower;
  if (higher !== undefined) end.higher = higher;
  return end;
}

/**
 * The check printed nothing. One that is known to have failed was quiet, even where KVM then gave up (from v14 on it
 * comes before KVM); one that never ran was not reached, or stopped by a guard of its caller.
 */
function unsaid(events: readonly TraceEvent[], returned: ReadonlyMap<string, number>): End {
  const check = checkOf(returned);
  if (check === 0) return { class: 'undetermined' };
  if (check === undefined) {
    const gaveUp = printed(events, GAVE_UP);
    if (gaveUp !== null) return gaveUp;
    const init = returned.get('kvm_arm_init');
    const guard = init === undefined ? null : guardedBy(events);
    if (guard !== null) return { class: 'quiet', reason: guard };
    if (wasSilent(events)) return quiet(events);
    return { class: init === undefined || init === 0 ? 'undetermined' : 'not-reached' };
  }
  return quiet(events);
}

function quiet(events: readonly TraceEvent[]): End {
  const reason = quietReason(events);
  return reason === null ? { class: 'quiet' } : { class: 'quiet', reason };
}

/**
 * KVM's init ends with its mode line, and every check comes before it: a mode line without a line of the check proves a
 * check that was silent, or none. An answer on which every kernel of the series prints a line contradicts that.
 */
function wasSilent(events: readonly TraceEvent[]): boolean {
  const call = calls(events).at(-1);
  if (call !== undefined && call.res?.[0] !== NOT_SUPPORTED_64) return false;
  return events.some(
    event => event.type === 'log' && rowsOf(event).some(({ line }) => line.ends === 'initialized'),
  );
}

/**
 * The guards around the check of RFC to v12, in a boot that is known to have gone on without it. The page size first:
 * it stops each of these kernels, and what the kernel runs at only those to v8, which the events do not tell apart.
 */
function guardedBy(events: readonly TraceEvent[]): Reason | null {
  const facts = factsOf(events);
  if (calls(events).length > 0) return null;
  if (facts.has('page_size') && facts.get('page_size') !== SZ_4K) return 'page-size';
  return facts.get('in_hyp_mode') === false ? 'not-in-hyp' : null;
}

function quietReason(events: readonly TraceEvent[]): Reason | null {
  const call = calls(events).at(-1);
  if (call !== undefined) return call.res?.[0] === NOT_SUPPORTED_64 ? 'not-supported' : null;
  if (sanitisedRme(events) === 0) return hiddenBy(events) ?? 'no-rme';
  const facts = factsOf(events);
  if (!facts.has('conduit') || !facts.has('smccc_version')) return null;
  // Without a call there was no conduit, or none that this kernel takes: from v20 on, HVC is none.
  return conduitOf(facts.get('conduit'), facts.get('smccc_version')) === 'smc' ? null : 'no-conduit';
}

function factsOf(events: readonly TraceEvent[]): ReadonlyMap<string, FactValue> {
  return new Map(events.filter(event => event.type === 'fact').map(event => [event.name, event.value]));
}

function sanitisedRme(events: readonly TraceEvent[]): number | null {
  const ftr = events.filter(event => event.type === 'ftr').find(event => event.reg === 'ID_AA64PFR0_EL1');
  if (ftr !== undefined) return rme(ftr.value);
  // No kernel read it in this trace. RME is sanitised to the lowest of all CPUs, and is 0 where any CPU lacks it.
  const raw = events.filter(event => event.type === 'mrs').filter(event => event.reg === 'ID_AA64PFR0_EL1');
  return raw.some(event => rme(event.value) === 0) ? 0 : null;
}

/** The first CPU without RME, on a machine where another has it. */
function hiddenBy(events: readonly TraceEvent[]): Reason | null {
  const raw = events.filter(event => event.type === 'mrs').filter(event => event.reg === 'ID_AA64PFR0_EL1');
  const without = raw.find(event => rme(event.value) === 0);
  const some = raw.some(event => (rme(event.value) ?? 0) > 0);
  return some && without !== undefined ? `rme-hidden-by-cpu${without.cpu}` : null;
}

function rme(value: Seen): number | null {
  const layout = fieldOf('ID_AA64PFR0_EL1', 'RME');
  return value === null || layout === null ? null : field(value, layout.lsb, layout.width);
}

function calls(events: readonly TraceEvent[]): readonly SmcEvent[] {
  return events.filter(event => event.type === 'smc').filter(call => isKernelCall(call));
}
