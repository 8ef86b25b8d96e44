/** What a whole RMI init came to after the revision was agreed on, in one sentence: why there are no realms. */
import { callName } from '../abi/decode.js';
import { errnoText } from '../abi/errno.js';
import { decodeStatus, statusWord } from '../abi/rmi-status.js';
import { memoryCategory, trackingState } from '../abi/rmi-values.js';
import { NOT_SUPPORTED_64, returnedIn } from '../abi/smccc.js';
import { kernelCalls } from '../machine/recorded-calls.js';
import type { SmcEvent, TraceEvent, WarnEvent } from '../model/events.js';
import type { NoRealms, Outcome, Realms, Trace } from '../model/trace.js';
import { hex, parseHex, type Seen, type U64, u64, ZERO } from '../model/u64.js';
import { isActivationCancelled, isCall, leftIncomplete, range } from './init-operation.js';
import { byPageSize } from './realms-lost.js';
import { rmmText } from './words.js';

/** `so`: which RMMs answer RMI_VERSION like that. */
export function initSentence(
  { header, events }: Trace,
  outcome: Outcome,
  realms: Realms,
  so: string,
): string {
  const { lower = '?' } = outcome;
  const { wants } = header.kernel;
  const isWanted = wants === null || lower === wants;
  if (realms.available) {
    const key = outcome.key ? '' : " The key stays off: KVM's part is not in this series.";
    const configured = kernelCalls(events).some(({ call }) => isCall(call, 'RMM_ACTIVATE'));
    const ready = configured ? ', and the RMM is configured' : '';
    const agreed = isWanted
      ? `KVM and the RMM agree on RMI ${lower}${so}`
      : `KVM asked for ${wants} and accepts RMI ${lower}, which was not asked for`;
    return `Realms are available: ${agreed}${ready}.${key}`;
  }
  const rmm = header.machine.rmm === null ? 'the RMM' : rmmText([header.machine.rmm]);
  const why =
    realms.why === undefined || realms.why === 'call' ? byCall(events, realms, rmm) : WHY[realms.why];
  const said = realms.line === undefined ? silence(events, realms) : `; the kernel says "${realms.line}"`;
  const rest = [returnText(events), stillActive(events)].flatMap(text =>
    text === null ? [] : [`; ${text}`],
  );
  return `No realms, although RMI ${lower} was ${isWanted ? 'agreed' : 'accepted'}: ${why}${said}${rest.join('')}.`;
}

const WHY: Readonly<Record<Exclude<NoRealms, 'call'>, string>> = {
  'granule-size': "the RMM has no granules of the host's page size",
  lpa2: 'the host uses LPA2 and the RMM has none',
  'sha-256': 'KVM needs SHA-256 measurements and the RMM has none',
  'no-memory': 'the kernel could not allocate what the init needs',
  'not-in-hyp': 'the host runs at EL1 (nVHE), and this KVM offers realms only at EL2 (VHE)',
  'el1-entry': 'the kernel was entered at EL1, so there is no KVM that could offer them',
  'kvm-disabled': 'KVM is disabled on the command line (kvm-arm.mode=none)',
  'kvm-gave-up': 'KVM itself gave up',
};

/** A command that ended an init, with what stands in it. */
interface Ending {
  readonly call: SmcEvent;
  readonly x0: Seen;
  /** x1 on as the kernel set them. */
  readonly args: readonly Seen[];
  readonly rmm: string;
  /** Whether an address that it names is none of the machine's. */
  readonly beyond: boolean;
  /** Whether the same command went through before. */
  readonly again: boolean;
}

/** Of what two drafts mean by a command, the differences that end an init: the first that fits tells. */
const DRAFTS: readonly ((ending: Ending) => string | null)[] = [
  ({ call, x0, args, rmm }) =>
    isCall(call, 'GRANULE_TRACKING_GET') && args.length >= 2 && x0 === ZERO && returnedIn(call, 3) === ZERO
      ? `this kernel asks GRANULE_TRACKING_GET with two inputs, ${rmm} knows one (x3, where the kernel goes on, is 0x0)`
      : null,
  ({ call, rmm }) => (isBack(call) ? stuck(call, 3, rmm) : null),
  ({ call, x0, args, rmm, beyond, again }) =>
    isCall(call, 'GRANULE_TRACKING_GET') &&
    args.length === 1 &&
    x0 === statusWord('ERROR_INPUT') &&
    !beyond &&
    !again
      ? `this kernel asks GRANULE_TRACKING_GET with one input, ${rmm} knows two (x2, which the kernel leaves as it is, holds ${hex(call.junk?.[0] ?? ZERO)})`
      : null,
  ({ call, args }) =>
    isCall(call, 'GPT_INFO') && args[0] === u64(1n)
      ? 'this kernel goes on at the state that RMI_GPT_INFO answered and not at its top, and asks from address 1 on'
      : null,
  ({ call, x0, rmm }) =>
    x0 === NOT_SUPPORTED_64
      ? `${rmm} does not know ${callName(call.fid, '2.0')}, which this kernel asks`
      : null,
  ({ call, x0, rmm }) =>
    isCall(call, 'GPT_L1_CREATE') && x0 === statusWord('ERROR_GLOBAL')
      ? `${rmm} answers GPT_L1_CREATE with RMI_ERROR_GLOBAL where firmware has made the table, this kernel goes on after RMI_ERROR_GPT alone`
      : null,
  ({ call, x0, rmm }) =>
    isCall(call, 'RMM_CONFIG_SET') && x0 === statusWord('ERROR_GLOBAL')
      ? `${rmm} is active already, or becoming so: it was not reset before this boot`
      : null,
  ({ call, x0, rmm }) => (isCall(call, 'GRANULE_TRACKING_GET') && x0 === ZERO ? tracked(call, rmm) : null),
  ({ call, x0, args, rmm }) => {
    if (!isCall(call, 'GPT_INFO') || x0 !== ZERO) return null;
    const next = returnedIn(call, 1);
    return next !== null && next <= (args[0] ?? ZERO)
      ? stuck(call, 1, rmm)
      : `${rmm} says of${range(call)} that the GPT is not managed by firmware (x2 is ${hex(returnedIn(call, 2) ?? ZERO)})`;
  },
];

function byCall(events: readonly TraceEvent[], { call: name, status }: Realms, rmm: string): string {
  const calls = kernelCalls(events)
    .map(({ call }) => call)
    .filter(({ fid }) => callName(fid, '2.0') === name);
  // An answer that sent the kernel back is the reason for what it asked then.
  const call = calls.find(isBack) ?? calls.at(-1);
  if (call === undefined) return 'the init did not come to its end';
  const pages = isCall(call, 'RMM_CONFIG_SET') ? byPageSize(events) : null;
  if (pages !== null) return pages;
  const operation = leftIncomplete(events, call, rmm);
  if (operation !== null) return operation;
  const last = status === undefined ? null : parseHex(status);
  const answered = `${callName(call.fid, '2.0')}${range(call)} was answered ${last === null ? 'nothing' : decodeStatus(last).text}`;
  if (last === statusWord('ERROR_GLOBAL') && isActivationCancelled(events, call))
    return `this kernel cancelled RMI_RMM_ACTIVATE and went on as if the RMM were active; ${answered}`;
  const [x0, args] = [call.res?.[0] ?? null, call.args];
  const again = calls.some(each => each !== call && each.res?.[0] === ZERO);
  const ending: Ending = { call, x0, args, rmm, beyond: isBeyond(events, args), again };
  for (const draft of DRAFTS) {
    const text = draft(ending);
    if (text !== null) return text;
  }
  return answered;
}

function isBeyond(events: readonly TraceEvent[], args: readonly Seen[]): boolean {
  const width = events.find(event => event.type === 'fact' && event.name === 'pa_width');
  if (width?.type !== 'fact' || typeof width.value !== 'number') return false;
  const end = 1n << BigInt(width.value);
  return args.some(arg => arg !== null && arg >= end);
}

/** Whether a range of addresses was answered with a top that is no further than its base. */
function isBack(call: SmcEvent): boolean {
  const [base = null, top = null] = call.args;
  const next = returnedIn(call, 3);
  return (
    isCall(call, 'GRANULE_TRACKING_GET') &&
    call.res?.[0] === ZERO &&
    base !== null &&
    top !== null &&
    next !== null &&
    next <= base
  );
}

function stuck(call: SmcEvent, register: number, rmm: string): string {
  return `${rmm} answers ${callName(call.fid, '2.0')}${range(call)} with an end that is no further than where it began (x${register} is ${hex(returnedIn(call, register) ?? ZERO)})`;
}

function tracked(call: SmcEvent, rmm: string): string {
  const told = (x: number, show: (value: U64) => string) => {
    const value = returnedIn(call, x);
    return value === null ? 'unknown' : show(value);
  };
  const [category, state] = [told(1, memoryCategory), told(2, trackingState)];
  return `${rmm} tracks the memory${range(call)} as ${category} ${state}, not as CONVENTIONAL FINE`;
}

/** An RMM that could not be deactivated keeps kexec and hibernation from working. */
function stillActive(events: readonly TraceEvent[]): string | null {
  const active = events.some(
    event => event.type === 'return' && event.of === 'is_rmm_active' && event.value === 1,
  );
  return active ? 'the RMM stays active, and the kernel refuses kexec' : null;
}

/** KVM has lines of its own for these, and the finding goes on with them. */
const KVM_SAYS: ReadonlySet<NoRealms | undefined> = new Set(['el1-entry', 'kvm-disabled', 'kvm-gave-up']);

/** A warning prints a backtrace, and not what was wrong. */
function silence(events: readonly TraceEvent[], { why }: Realms): string {
  if (KVM_SAYS.has(why)) return '';
  const out = events.findIndex(event => event.type === 'smc' && isCall(event, 'RMM_DEACTIVATE'));
  const before = events.slice(0, out < 0 ? undefined : out);
  const last = kernelCalls(before).at(-1)?.call;
  const warning = before.slice(last === undefined ? 0 : before.indexOf(last)).find(isWarning);
  return warning === undefined
    ? '; no line says so'
    : `; no line says so, only the backtrace of a WARN_ON in ${warning.of}`;
}

function isWarning(event: TraceEvent): event is WarnEvent {
  return event.type === 'warn';
}

function returnText(events: readonly TraceEvent[]): string | null {
  const init = events.find(event => event.type === 'return' && event.of === 'arm64_init_rmi');
  return init?.type === 'return' && init.value !== 0
    ? `arm64_init_rmi returned ${errnoText(init.value)}`
    : null;
}
