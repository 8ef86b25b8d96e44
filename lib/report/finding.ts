/** What happened in a boot, in one sentence. */
import { callName } from '../abi/decode.js';
import { errnoText } from '../abi/errno.js';
import { reservedBits, revisionText } from '../abi/revision.js';
import { decodeStatus, mayBeRevision, statusWord } from '../abi/rmi-status.js';
import { asksWithoutArgument } from '../abi/smccc.js';
import { withCallers } from '../compare/callers.js';
import { agreedRevision, versionCall } from '../compare/handshake.js';
import { logContradiction } from '../import/contradiction.js';
import { conduitOf } from '../kernel/linux/smccc.js';
import { outcomeOf } from '../kernel/outcome.js';
import { wantedIn } from '../kernel/wanted.js';
import { playback } from '../machine/playback.js';
import { kernelCalls } from '../machine/recorded-calls.js';
import type { FactValue, TraceEvent } from '../model/events.js';
import type { Outcome, Trace } from '../model/trace.js';
import { field, hex, ZERO } from '../model/u64.js';
import { afterwards, withoutArgument } from './after-the-check.js';
import { answeredSo } from './answered-so.js';
import { copiedLine } from './copied-line.js';
import { initSentence } from './init-finding.js';
import { contradictory, type Possibility, rmmFailure, untold } from './log-evidence.js';
import { possibilities } from './possibilities.js';
import { inRanges } from './ranges.js';
import { nvheRemark, realmsLost } from './realms-lost.js';
import { faultOf } from './words.js';

export interface Finding {
  readonly sentence: string;
  /** Empty where the events decide. */
  readonly possible: readonly Possibility[];
}

export function findingOf(recorded: Trace): Finding {
  const trace = withCallers(recorded);
  const outcome = outcomeOf(trace.events);
  const copied = outcome.class === 'undetermined' ? copiedLine(trace.events) : null;
  if (copied !== null) return copied;
  if (isUntold(trace, outcome)) return untold(trace);
  const contradiction = trace.header.machine.via === 'imported' ? logContradiction(trace.events) : null;
  if (contradiction !== null) return contradictory(contradiction);
  return { sentence: sentence(trace, outcome), possible: possibilities(trace, outcome) };
}

function sentence(trace: Trace, outcome: Outcome): string {
  const { class: outcomeClass, reason = '' } = outcome;
  const failed = faultOf(trace.events);
  const fault = failed?.text ?? '';
  switch (outcomeClass) {
    case 'accepted':
    case 'refused':
      return `${asked(trace, outcome)}${afterwards(trace.events, outcome)}`;
    case 'quiet': {
      const unstarted = reason === 'not-supported' ? rmmFailure(trace.events) : null;
      if (unstarted !== null && trace.header.machine.via === 'imported')
        return `No realms: EL3 answered RMI_VERSION itself, because ${unstarted}.${afterwards(trace.events, outcome)}`;
      return `No RMI line: ${quiet(trace, reason)}.${afterwards(trace.events, outcome)}`;
    }
    case 'not-reached':
      return `KVM gave up before the check: ${NOT_REACHED[reason] ?? `kvm_arm_init returned ${errnoText(outcome.kvm_init ?? 0)}`}.`;
    case 'did-not-return':
      return fault === '' ? hang(trace.events) : `The boot does not end: ${fault}${repeating(trace.events)}.`;
    case 'unanswered':
      return `The boot stops where it has no answer: ${fault}.`;
    case 'crashed':
      return `The kernel under test crashed: ${fault}.`;
    case 'undetermined':
      if (fault === '') return undetermined(trace);
      return `The ${failed?.of === 'kernel' ? 'kernel under test' : 'machine'} failed: ${fault}.`;
  }
}

const NOT_REACHED: Readonly<Record<string, string>> = {
  'el1-entry': 'the kernel was entered at EL1, so there is no HYP mode',
  'kvm-disabled': 'it is disabled on the command line (kvm-arm.mode=none)',
};

function asked(trace: Trace, outcome: Outcome): string {
  const wants = wantedIn(trace);
  const call = versionCall(trace.events);
  const x0 = call?.res?.[0] ?? null;
  const { realms } = outcome;
  if (outcome.class === 'accepted' && realms !== undefined)
    return initSentence(trace, outcome, realms, answeredSo(call, trace.header.machine));
  if (call !== null && x0 !== null && asksWithoutArgument(call))
    return withoutArgument(outcome, x0, wants, answeredSo(call, trace.header.machine));
  return outcome.class === 'accepted' ? accepted(trace, outcome) : refused(trace, outcome);
}

/** The call that has no answer: RMI_VERSION, or a feature register after a good one. */
function hang(events: readonly TraceEvent[]): string {
  const call = kernelCalls(events).findLast(recorded => recorded.call.res === null)?.call;
  const name = call === undefined ? 'A call' : callName(call.fid, agreedRevision(events));
  // Nobody saw the call: that it was made follows from where the log ends.
  return call?.inferred?.fid === undefined
    ? `${name} never came back: the boot hangs in that call.`
    : `${name} never came back, unless the log was cut off: it ends where KVM makes that call next.`;
}

/** What a kernel asked last when its steps or its time ran out. */
function repeating(events: readonly TraceEvent[]): string {
  const [last, before] = kernelCalls(events)
    .slice(-2)
    .map(({ call }) => call)
    .reverse();
  const x0 = last?.res?.[0] ?? null;
  if (last === undefined || x0 === null) return '';
  const how = before?.fid === last.fid ? 'repeats' : 'made its last call,';
  const revision = agreedRevision(events);
  return `; it ${how} ${callName(last.fid, revision)}, which is answered ${decodeStatus(x0, revision).text}`;
}

function accepted(trace: Trace, { lower = '?' }: Outcome): string {
  const { header, events } = trace;
  const wants = wantedIn(trace);
  const call = versionCall(events);
  const odd = call?.res?.[1] ?? null;
  const word = odd === null ? '' : ` (x1 is ${hex(odd)})`;
  const lost = realmsLost(events);
  if (lost !== null) {
    const so = lower === wants || wants === null ? answeredSo(call, header.machine) : '';
    return `No realms, although RMI ${lower} was agreed on${so}: ${lost}.`;
  }
  if (wants === null || lower === wants) {
    return odd !== null && revisionText(odd) === lower && reservedBits(odd) === ZERO
      ? `KVM and the RMM agree on RMI ${lower}${answeredSo(call, header.machine)}.${nvheRemark(events)}`
      : `KVM accepts RMI ${lower}${word}.`;
  }
  return `KVM asked for ${wants} and accepts RMI ${lower}: the RMM answered success with a revision that was not asked for${word}.`;
}

function refused(trace: Trace, outcome: Outcome): string {
  const { header, events } = trace;
  const { lower = '?', higher = lower } = outcome;
  const names = outcome.higher === undefined ? `v${lower}` : `v${lower} - v${higher}`;
  const wants = wantedIn(trace) ?? 'another revision';
  const call = versionCall(events);
  const x0 = call?.res?.[0] ?? null;
  const so = answeredSo(call, header.machine);
  if (x0 !== null && x0 !== statusWord('ERROR_INPUT')) {
    const what = mayBeRevision(x0)
      ? `revision ${revisionText(x0)} where a status belongs`
      : decodeStatus(x0).text;
    return `No realms: KVM asked for ${wants}, and x0 is ${hex(x0)}, ${what}${so}.`;
  }
  if (lower === '0.0' && higher === '0.0') {
    return `No realms: KVM asked for ${wants}, and the RMM refused and named no revision that it has${so}.`;
  }
  if (lower === wants || higher === wants) {
    return `No realms: KVM asked for ${wants}, and the RMM refused but names ${names}${so}.`;
  }
  // v3 to v6 print the lower revision alone.
  if (outcome.higher === undefined)
    return `No realms: KVM asked for ${wants}, the RMM refused and names ${lower}${so}.`;
  const has = lower === higher ? `${lower} only` : `${lower} to ${higher}`;
  return `No realms: KVM asked for ${wants}, the RMM has ${has}${so}.`;
}

function quiet({ header, events }: Trace, reason: string): string {
  const rme = rmeOfCpus(events);
  if (reason.startsWith('rme-hidden-by-cpu')) {
    const having = rme.find(({ value }) => value !== 0);
    const lacking = rme.filter(({ value }) => value === 0).map(({ cpu }) => `cpu${cpu}`);
    return `RME is ${having?.value} on CPU${having?.cpu} but 0 on ${cpusText(lacking)}, so the kernel never asked`;
  }
  if (reason === 'no-rme')
    return `RME is 0${rme.length === 1 ? ` on CPU${rme[0]?.cpu}` : ''}, so the kernel never asked`;
  if (reason === 'not-supported') {
    const { via = 'smc' } = versionCall(events) ?? {};
    const by = via === 'hvc' ? ' by HVC, which a hypervisor answers and not the RMM,' : '';
    const why =
      via === 'smc' && header.machine.via === 'emulated'
        ? (WHY_EMULATED[header.machine.rmm ?? ''] ?? '')
        : '';
    return `RMI_VERSION${by} was answered NOT_SUPPORTED, which the kernel does not report${why}`;
  }
  const { facts } = playback(events).state;
  if (reason === 'page-size')
    return `the host has ${pages(facts.get('page_size'))} pages, and this kernel asks only where they are 4K`;
  if (reason === 'not-in-hyp') return 'the kernel runs at EL1, and this one asks only where it runs at EL2';
  if (reason === 'no-conduit') {
    if (conduitOf(facts.get('conduit'), facts.get('smccc_version')) === 'hvc')
      return 'the conduit is HVC, and this kernel asks by SMC alone';
    return `conduit ${facts.get('conduit')}, SMCCC ${facts.get('smccc_version')}: the kernel makes no call and treats that as NOT_SUPPORTED`;
  }
  return 'the check failed and printed nothing';
}

function pages(size: FactValue | undefined): string {
  return typeof size === 'number' ? `${size / 1024}K` : 'other';
}

/** `CPU1, CPU2 and CPU3`; runs of CPUs as inRanges writes them. */
function cpusText(cpus: readonly string[]): string {
  const list = inRanges(cpus).join(', ').replaceAll('cpu', 'CPU');
  return list.replace(/, (?=[^,]*$)/, ' and ');
}

/** Why an emulated machine answers NOT_SUPPORTED; of a real one only its firmware can tell. */
const WHY_EMULATED: Readonly<Record<string, string>> = {
  '': ': there is no RMM behind EL3',
  failed: ': the RMM failed to boot',
};

function rmeOfCpus(events: readonly TraceEvent[]): readonly { cpu: number; value: number }[] {
  const known: { cpu: number; value: number }[] = [];
  for (const event of events) {
    if (event.type !== 'mrs' || event.reg !== 'ID_AA64PFR0_EL1' || event.value === null) continue;
    known.push({ cpu: event.cpu, value: field(event.value, 52, 4) });
  }
  return known;
}

function undetermined({ header, events }: Trace): string {
  const call = versionCall(events);
  const what = header.machine.via === 'imported' ? 'log' : 'trace';
  if (call === null)
    return `The ${what} does not show how the check ended: it has neither its call nor its line.`;
  const [x0 = null] = call.res ?? [];
  const status = x0 === null ? 'with a status that nobody saw' : decodeStatus(x0).text;
  return `RMI_VERSION was answered ${status}, but the ${what} has no line or return that shows how the kernel took it.`;
}

/** Whether a log has neither the call nor its line. */
function isUntold({ header, events }: Trace, outcome: Outcome): boolean {
  const open = outcome.class === 'quiet' ? outcome.reason === undefined : outcome.class === 'undetermined';
  return header.machine.via === 'imported' && open && versionCall(events) === null;
}
