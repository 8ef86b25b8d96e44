/** Records of the init behind the check that cannot be of one boot. */
import { lookupRmiByName } from '../abi/rmi-commands.js';
import { callId, returnedIn } from '../abi/smccc.js';
import { INIT } from '../kernel/lines/init.js';
import { rowsOf } from '../kernel/lines.js';
import { isConfigured, isError } from '../kernel/realms.js';
import type { LogEvent, SmcEvent, TraceEvent } from '../model/events.js';
import { ZERO } from '../model/u64.js';

export interface LogContradiction {
  /** In words, without a full stop. */
  readonly text: string;
  /** The record that disagrees with an earlier one, by its place among the events, from 0. */
  readonly at: number;
}

interface LineAt {
  readonly event: LogEvent;
  readonly at: number;
  readonly names: readonly string[];
}

/** `refused`: the line of a check that refused, after which no init runs. `null` where nothing disagrees. */
export function initContradiction(
  events: readonly TraceEvent[],
  refused: LogEvent | null,
): LogContradiction | null {
  const lines = events.flatMap((event, at) => {
    const names =
      event.type === 'log' ? rowsOf(event).flatMap(({ name }) => (name in INIT ? [name] : [])) : [];
    return event.type === 'log' && names.length > 0 ? [{ event, at, names }] : [];
  });
  const [first] = lines.filter(({ names }) => !names.some(name => name.startsWith('initcall')));
  if (refused !== null && first !== undefined) return both(refused, first);
  return bothEnds(events, lines) ?? otherStatus(events, lines);
}

function both(one: LogEvent, { event, at }: LineAt): LogContradiction {
  return { text: `the kernel printed \`${one.text}\` and \`${event.text}\``, at };
}

/** An init that is done has not failed, and one that failed is not done. */
function bothEnds(events: readonly TraceEvent[], lines: readonly LineAt[]): LogContradiction | null {
  const done = lines.find(({ names }) => names.some(isConfigured));
  if (done === undefined) return null;
  // KVM's half comes later and is free to refuse; so may memory that is added later be unfit.
  const failed = lines.find(
    ({ event, at, names }) =>
      event.prefix === undefined && names.some(name => (at < done.at ? isFailure(name) : name in FAILED)),
  );
  if (failed !== undefined) return failed.at < done.at ? both(failed.event, done) : both(done.event, failed);
  const at = events.findIndex(
    event => event.type === 'return' && event.of === 'arm64_init_rmi' && event.value !== 0,
  );
  const returned = events[at];
  if (returned?.type !== 'return') return null;
  return {
    text: `the kernel printed \`${done.event.text}\`, and arm64_init_rmi returned ${returned.value}`,
    at,
  };
}

function isFailure(name: string): boolean {
  return isError(INIT[name as keyof typeof INIT]);
}

/** The command that each of these lines says was not answered RMI_SUCCESS. */
const FAILED: Readonly<Partial<Record<keyof typeof INIT, string>>> = {
  configFailed: 'RMI_RMM_CONFIG_SET',
  configFailedWith: 'RMI_RMM_CONFIG_SET',
  activateFailed: 'RMI_RMM_ACTIVATE',
  activateFailedWith: 'RMI_RMM_ACTIVATE',
};

function otherStatus(events: readonly TraceEvent[], lines: readonly LineAt[]): LogContradiction | null {
  for (const { event, at, names } of lines) {
    const command = names.map(name => FAILED[name as keyof typeof INIT]).find(each => each !== undefined);
    const call = command === undefined ? undefined : lastOf(events, command);
    if (call !== undefined && returnedIn(call, 0) === ZERO)
      return { text: `${command} was answered RMI_SUCCESS, and the kernel printed \`${event.text}\``, at };
  }
  return null;
}

/** The last record of the host's command; none of one that only follows from the line. */
function lastOf(events: readonly TraceEvent[], command: string): SmcEvent | undefined {
  const fid = lookupRmiByName(command);
  return events
    .filter(event => event.type === 'smc')
    .findLast(
      call =>
        fid !== null &&
        call.from === 'ns' &&
        callId(call.fid) === callId(fid) &&
        call.inferred?.fid === undefined,
    );
}
