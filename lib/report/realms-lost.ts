/** Why a boot has no realms although the revision was agreed on: what comes after the check, read from its events. */

import { callName } from '../abi/decode.js';
import { errnoText } from '../abi/errno.js';
import { RMI_FEATURES } from '../abi/rmi-commands.js';
import { decodeStatus } from '../abi/rmi-status.js';
import { callId } from '../abi/smccc.js';
import { INIT } from '../kernel/lines/init.js';
import { rowsOf } from '../kernel/lines.js';
import { isConfigured, isError, isOfMemory } from '../kernel/realms.js';
import { kernelCalls } from '../machine/recorded-calls.js';
import type { SmcEvent, TraceEvent } from '../model/events.js';
import { field, hex, ZERO } from '../model/u64.js';

/** Of the lines of the init that tell a failure, what a person can do with them; the others speak for themselves. */
const MEANS: Readonly<Partial<Record<keyof typeof INIT, string>>> = {
  granuleSize: "the RMM has no granules of the host's page size",
  configFailed: "the RMM refused it: it is active already, or has no granules of the host's page size",
  configFailedWith: "the RMM refused it: it is active already, or has no granules of the host's page size",
  noLpa2: 'the host uses LPA2 and the RMM has none',
  noLpa2In13: 'the host uses LPA2 and the RMM has none',
};

/** The calls of the init whose refusal ends it. GPT_L1_CREATE may be refused where the table is there already. */
const NEEDED: ReadonlySet<string> = new Set([
  'RMI_FEATURES',
  'RMI_RMM_CONFIG_SET',
  'RMI_RMM_ACTIVATE',
  'RMI_GRANULE_TRACKING_GET',
  'RMI_GPT_INFO',
]);

/** In words, without a full stop; `null` where the events tell of no loss. */
export function realmsLost(recorded: readonly TraceEvent[]): string | null {
  const events = ofInit(recorded);
  const returned = byInitcall(events);
  const why = byLine(events) ?? refusedCall(events) ?? byPageSize(events);
  if (why !== null) return returned === null ? why : `${why}; ${returned}`;
  return returned ?? byNvhe(events);
}

/** Without what a kernel that is ready does with memory that is added. */
function ofInit(events: readonly TraceEvent[]): readonly TraceEvent[] {
  const done = events.findIndex(event => rowNames(event).some(isConfigured));
  const isLater = (event: TraceEvent) =>
    rowNames(event).some(isOfMemory) ||
    (event.type === 'smc' && ASKS_OF_MEMORY.has(callName(event.fid, '2.0')));
  return done < 0 ? events : events.filter((event, at) => at < done || !isLater(event));
}

function rowNames(event: TraceEvent): readonly string[] {
  return event.type === 'log' ? rowsOf(event).map(({ name }) => name) : [];
}

const ASKS_OF_MEMORY: ReadonlySet<string> = new Set(['RMI_GRANULE_TRACKING_GET', 'RMI_GPT_INFO']);

function byLine(events: readonly TraceEvent[]): string | null {
  for (const event of events) {
    if (event.type !== 'log') continue;
    const row = rowsOf(event).find(({ name, line }) => name in INIT && isError(line));
    if (row === undefined) continue;
    const means = MEANS[row.name as keyof typeof INIT];
    const refused = refusedCall(events);
    const call = refused === null ? '' : `; ${refused}`;
    return `the kernel says "${event.text}"${means === undefined ? '' : ` (${means})`}${call}`;
  }
  return null;
}

/** `GRANULE_TRACKING_GET 0x10040000000 was answered RMI_ERROR_INPUT`. */
function refusedCall(events: readonly TraceEvent[]): string | null {
  const call = kernelCalls(events).find(
    ({ call }) => NEEDED.has(callName(call.fid, '2.0')) && isRefused(call),
  )?.call;
  if (call === undefined) return null;
  const [x0 = null] = call.res ?? [];
  const args = call.args.map(arg => (arg === null ? '' : ` ${hex(arg)}`)).join('');
  return `${callName(call.fid, '2.0')}${args} was answered ${x0 === null ? 'nothing' : decodeStatus(x0).text}`;
}

const RETRIED = ['RMI_BUSY', 'RMI_BLOCKED', 'RMI_INCOMPLETE'];

function isRefused({ res }: SmcEvent): boolean {
  const x0 = res?.[0] ?? null;
  return x0 !== null && x0 !== ZERO && !RETRIED.some(name => decodeStatus(x0).text.startsWith(name));
}

/** RmiFeatureRegister1: GRAN_SZ_4KB, 16KB and 64KB in bits 0 to 2. */
const GRANULE_BIT: ReadonlyMap<unknown, number> = new Map([
  [4096, 0],
  [16384, 1],
  [65536, 2],
]);

/** Where the RMM has no granules of the host's page size. */
export function byPageSize(events: readonly TraceEvent[]): string | null {
  const fact = events.find(event => event.type === 'fact' && event.name === 'page_size');
  const bit = fact?.type === 'fact' ? GRANULE_BIT.get(fact.value) : undefined;
  const read = kernelCalls(events).find(
    ({ call }) => callId(call.fid) === RMI_FEATURES && call.args[0] === 1n && call.res?.[0] === ZERO,
  )?.call;
  const x1 = read?.res?.[1] ?? null;
  if (fact?.type !== 'fact' || bit === undefined || x1 === null || field(x1, bit, 1) === 1) return null;
  return `the host has ${Math.floor((fact.value as number) / 1024)}K pages, and the RMM has no granules of that size (RmiFeatureRegister1 is ${hex(x1)})`;
}

function byInitcall(events: readonly TraceEvent[]): string | null {
  const failed = events.find(
    event => event.type === 'return' && event.of === 'arm64_init_rmi' && event.value !== 0,
  );
  return failed?.type === 'return' ? `arm64_init_rmi returned ${errnoText(failed.value)}` : null;
}

/** From v14 on, where the check's line has no prefix, KVM's half gives up in silence on a host that is not at EL2. */
function byNvhe(events: readonly TraceEvent[]): string | null {
  return isNvhe(events) && !events.some(isKvmsLine)
    ? 'the host runs at EL1 (nVHE), and this KVM offers realms only at EL2 (VHE); it says nothing'
    : null;
}

/** Before v14 nothing refuses such a host, and a realm on it fails when it runs: what a finding adds for them. */
export function nvheRemark(events: readonly TraceEvent[]): string {
  return isNvhe(events) && events.some(isKvmsLine)
    ? ' But the host runs at EL1 (nVHE), where realms do not run; from v14 on KVM offers none there.'
    : '';
}

function isKvmsLine(event: TraceEvent): boolean {
  return (
    event.type === 'log' &&
    event.prefix === 'kvm' &&
    rowsOf(event).some(({ name }) => name === 'rmiAbiVersion')
  );
}

function isNvhe(events: readonly TraceEvent[]): boolean {
  const isFalse = (name: string) =>
    events.some(event => event.type === 'fact' && event.name === name && event.value === false);
  // A kernel that was entered at EL1 has no KVM at all.
  return isFalse('in_hyp_mode') && !isFalse('hyp_mode_available');
}
