/** Whether the whole RMI init came to realms, and if not, what ended it: from its events alone. */
import { isKernelCall } from '../abi/background.js';
import { ENOMEM } from '../abi/errno.js';
import { lookupRmi } from '../abi/rmi-commands.js';
import type { SmcEvent, TraceEvent } from '../model/events.js';
import { factNamed } from '../model/facts.js';
import type { NoRealms, OutcomeClass, Realms } from '../model/trace.js';
import { hex, ZERO } from '../model/u64.js';
import { INIT } from './lines/init.js';
import type { Line } from './lines/line.js';
import { rowsOf } from './lines.js';

/** The commands of the init, in its order. Those that carry one on, or belong to one, are none of them. */
const COMMANDS: ReadonlySet<string> = new Set([
  'RMI_FEATURES',
  'RMI_RMM_CONFIG_SET',
  'RMI_RMM_ACTIVATE',
  'RMI_GRANULE_TRACKING_GET',
  'RMI_GPT_L1_CREATE',
  'RMI_GPT_INFO',
]);

const CARRY_ON: ReadonlySet<string> = new Set([
  'RMI_OP_CONTINUE',
  'RMI_OP_MEM_DONATE',
  'RMI_OP_MEM_RECLAIM',
  'RMI_OP_CANCEL',
]);

/** The lines that say what was wrong, where that is no answer of the RMM. */
const SAYS: Readonly<Partial<Record<keyof typeof INIT, NoRealms>>> = {
  vmidBitmap: 'no-memory',
  configMemory: 'no-memory',
  granuleSize: 'granule-size',
  noLpa2In13: 'lpa2',
  noLpa2: 'lpa2',
  noSha256: 'sha-256',
};

/** Whether the events are those of a whole init. */
export function isOfInit(events: readonly TraceEvent[]): boolean {
  return events.some(isFactOfInit);
}

/** Of a whole init; `undefined` where it did not end. `returned`: what each function returned last. */
export function realmsOf(
  events: readonly TraceEvent[],
  returned: ReadonlyMap<string, number>,
  outcomeClass: OutcomeClass,
): Realms | undefined {
  if (!ENDED.has(outcomeClass)) return undefined;
  if (returned.has('static_branch_enable') || returned.get('is_rmi_available') === 1)
    return { available: true };
  if (outcomeClass !== 'accepted') return { available: false };

  const said = lineSaid(events);
  const line = said === undefined ? {} : { line: said.text };
  const why = said?.why ?? (said === undefined ? silently(events, returned) : 'call');
  if (why !== 'call') return { available: false, why, ...line };
  return { available: false, why, ...endingCall(events), ...line };
}

/** Ends after which a boot is not asked any more is one without. */
const ENDED: ReadonlySet<OutcomeClass> = new Set(['accepted', 'refused', 'quiet', 'not-reached']);

function isFactOfInit(event: TraceEvent): boolean {
  return event.type === 'fact' && factNamed(event.name)?.scope === 'init';
}

/** The first error line of the init. */
function lineSaid(events: readonly TraceEvent[]): { text: string; why: NoRealms } | undefined {
  for (const event of events) {
    const row = initRow(event);
    if (event.type === 'log' && row !== undefined && isError(row.line))
      return { text: event.text, why: SAYS[row.name as keyof typeof INIT] ?? 'call' };
  }
  return undefined;
}

function initRow(event: TraceEvent) {
  return event.type === 'log' ? rowsOf(event).find(({ name }) => name in INIT) : undefined;
}

/**
 * What the memory notifier prints too (from v17 on): of a kernel that is ready, these lines and the calls behind them are
 * of memory that was added later, and of no init.
 */
const OF_MEMORY: ReadonlySet<string> = new Set<keyof typeof INIT>([
  'trackingFailed',
  'trackingUnfit',
  'gptInfoFailed',
  'gptNotManaged',
]);

export function isOfMemory(row: string): boolean {
  return OF_MEMORY.has(row);
}

/** The init is done with these. */
export function isConfigured(row: string): boolean {
  return row === 'configured' || row === 'configured14';
}

/** Whether the line says that something failed. */
export function isError({ by }: Line): boolean {
  return 'pr_err' in by || 'kvm_err' in by;
}

/** Why it ended without a line of its own. */
function silently(events: readonly TraceEvent[], returned: ReadonlyMap<string, number>): NoRealms {
  const configured = events.some(event => initRow(event)?.line.text === INIT.configured.text);
  if (configured) return withoutKvm(events, returned);
  const noMemory = ['rmi_configure', 'arm64_init_rmi'].some(of => returned.get(of) === -ENOMEM);
  const { status } = endingCall(events);
  return noMemory && status === hex(ZERO) && !isLookedAt(returned) ? 'no-memory' : 'call';
}

/** Whether memory was found unfit: its error may be that of missing memory, too. */
function isLookedAt(returned: ReadonlyMap<string, number>): boolean {
  return (returned.get('rmi_init_metadata') ?? 0) !== 0;
}

/** The kernel is ready, and KVM's part enabled nothing. */
function withoutKvm(events: readonly TraceEvent[], returned: ReadonlyMap<string, number>): NoRealms {
  for (const event of events) {
    if (event.type !== 'log') continue;
    const reason = rowsOf(event).find(({ line }) => line.ends === 'gave-up')?.line.says?.reason;
    if (reason === 'el1-entry' || reason === 'kvm-disabled') return reason;
  }
  return (returned.get('kvm_arm_init') ?? 0) === 0 ? 'not-in-hyp' : 'kvm-gave-up';
}

/** The last command of the init, and the status that it came to; not the way out. */
function endingCall(events: readonly TraceEvent[]): Pick<Realms, 'call' | 'status'> {
  let call: string | undefined;
  let status: string | undefined;
  for (const event of events) {
    if (event.type !== 'smc' || !isKernelCall(event)) continue;
    const name = commandName(event);
    if (name === 'RMI_RMM_DEACTIVATE') break;
    if (!COMMANDS.has(name) && !CARRY_ON.has(name)) continue;
    if (COMMANDS.has(name)) call = name;
    const x0 = event.res?.[0] ?? null;
    status = x0 === null ? undefined : hex(x0);
  }
  return { ...(call === undefined ? {} : { call }), ...(status === undefined ? {} : { status }) };
}

function commandName({ fid }: SmcEvent): string {
  return lookupRmi(fid, '2.0')[0]?.name ?? '';
}
