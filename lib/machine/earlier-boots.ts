/**
 * Earlier boots on a machine whose RMM was not reset between them, as with kexec: their calls are made again, so that the
 * RMM is as they left it.
 */
import { callName } from '../abi/decode.js';
import { returnedIn } from '../abi/smccc.js';
import type { SmcEvent } from '../model/events.js';
import type { AsyncMachine, Reply, SmcRequest } from '../model/port.js';
import { bad, good, type Result, trouble } from '../model/result.js';
import type { Trace } from '../model/trace.js';
import { hex } from '../model/u64.js';
import { kernelCalls } from './recorded-calls.js';

/**
 * Makes the calls of `boots` on `machine`, in order. Trouble `other-rmm`: it answers one otherwise than was recorded, or a
 * call cannot be made again, so that nobody knows how that boot left its RMM.
 */
export async function afterBoots(machine: AsyncMachine, boots: readonly Trace[]): Promise<Result<void>> {
  for (const { events } of boots) {
    for (const { number, call } of kernelCalls(events)) {
      const request = requestOf(call);
      if (request === null) return other(number, call, 'was made with a register that nobody saw');
      const differs = differenceOf(call, await machine.call(request));
      if (differs !== null) return other(number, call, differs);
    }
  }
  return good(undefined);
}

function requestOf({ cpu, via, cc, fid, args, junk = [], mem = [] }: SmcEvent): SmcRequest | null {
  const known = args.filter(arg => arg !== null);
  if (known.length < args.length) return null;
  const before = mem.filter(({ at }) => at === 'call');
  const left = junk.filter(value => value !== null);
  return {
    ...{ cpu, via, cc, fid, args: known },
    ...(left.length === junk.length && left.length > 0 ? { junk: left } : {}),
    ...(before.length === 0 ? {} : { mem: before }),
  };
}

/** What of the answer is not as it was recorded. An edited answer was the edit's, and says nothing of the RMM. */
function differenceOf(call: SmcEvent, reply: Reply): string | null {
  if (call.rule !== undefined) return null;
  if (reply.kind === 'fault')
    return call.res === null && call.inferred?.res !== undefined ? null : `has no answer now: ${reply.text}`;
  if (call.res === null) return reply.kind === 'silence' ? null : 'never came back, and does now';
  if (reply.kind === 'silence') return 'came back, and does not now';
  for (const [at, now] of reply.res.entries()) {
    const was = returnedIn(call, at);
    if (was !== null && now !== null && was !== now)
      return `was answered with x${at} ${hex(was)}, and is now with ${hex(now)}`;
  }
  return null;
}

function other(event: number, { fid }: SmcEvent, what: string): Result<never> {
  const next = 'name the machine and the RMM of that boot: `rmitrace show` says which they were';
  return bad(trouble('other-rmm', `in the boot before, ${callName(fid)} ${what}`, { event }, next));
}
