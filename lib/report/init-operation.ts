/** Commands of the init that an RMM leaves incomplete, and what became of them: in words. */
import { callName } from '../abi/decode.js';
import { decodeStatus } from '../abi/rmi-status.js';
import { kernelCalls } from '../machine/recorded-calls.js';
import type { SmcEvent, TraceEvent } from '../model/events.js';
import { hex } from '../model/u64.js';

/** Of a command that the RMM did not complete at once: what became of it. */
export function leftIncomplete(events: readonly TraceEvent[], command: SmcEvent, rmm: string): string | null {
  if (!isIncomplete(command)) return null;
  const name = `${callName(command.fid, '2.0')}${range(command)}`;
  if (command.cc === '1.1')
    return `${rmm} leaves ${name} incomplete (${statusOf(command)}), and this kernel carries no operation on`;
  const carried = carriedOn(events, command);
  const cancel = carried.find(call => isCall(call, 'OP_CANCEL'));
  if (cancel !== undefined) {
    const done = isIncomplete(cancel)
      ? 'cancelled it'
      : `RMI_OP_CANCEL was answered ${statusOf(cancel)}: it stays open`;
    return `the kernel could not give ${rmm} what ${name} asks for, and ${done}`;
  }
  const last = carried.at(-1) ?? command;
  return isIncomplete(last)
    ? `with ${name} ${rmm} asks for what the kernel cannot do (${statusOf(last)}), and that cannot be cancelled: it stays open`
    : `${rmm} leaves ${name} incomplete, and ${callName(last.fid, '2.0')} was answered ${statusOf(last)}`;
}

/** The calls that go on with the operation of `command`. Those of the way out belong to another. */
function carriedOn(events: readonly TraceEvent[], command: SmcEvent): readonly SmcEvent[] {
  const after = kernelCalls(events.slice(events.indexOf(command))).map(({ call }) => call);
  const out = after.findIndex(call => isCall(call, 'RMM_DEACTIVATE'));
  return after.slice(0, out < 0 ? undefined : out).filter(isOperation);
}

/** Whether RMM_ACTIVATE was cancelled before `command`: v15 takes the status that is left for the command's own. */
export function isActivationCancelled(events: readonly TraceEvent[], command: SmcEvent): boolean {
  const before = kernelCalls(events.slice(0, events.indexOf(command))).map(({ call }) => call);
  const cancel = before.findIndex(call => isCall(call, 'OP_CANCEL'));
  const cancelled = before.slice(0, Math.max(cancel, 0)).findLast(isCommandOfInit);
  return cancelled !== undefined && isCall(cancelled, 'RMM_ACTIVATE');
}

/** And not a part of one: what carries it on, or makes memory ready for it. */
function isCommandOfInit(call: SmcEvent): boolean {
  return !isOperation(call) && !callName(call.fid, '2.0').startsWith('RMI_GRANULE_RANGE_');
}

function isOperation({ fid }: SmcEvent): boolean {
  return callName(fid, '2.0').startsWith('RMI_OP_');
}

export function isCall({ fid }: SmcEvent, name: string): boolean {
  return callName(fid, '2.0') === `RMI_${name}`;
}

function statusOf({ res }: SmcEvent): string {
  const x0 = res?.[0] ?? null;
  return x0 === null ? 'nothing' : decodeStatus(x0).text;
}

function isIncomplete(call: SmcEvent): boolean {
  return statusOf(call).startsWith('RMI_INCOMPLETE');
}

export function range({ args }: SmcEvent): string {
  return args.map(arg => (arg === null ? '' : ` ${hex(arg)}`)).join('');
}
