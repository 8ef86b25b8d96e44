/**
 * The kernel that asks exactly what a trace's kernel asked, in order, and puts out nothing of its own: it tests the
 * machine alone.
 */
import { isKernelCall } from '../abi/background.js';
import type { TraceEvent } from '../model/events.js';
import type { Asking, Kernel } from '../model/port.js';
import type { Scope } from '../model/trace.js';
import { ZERO } from '../model/u64.js';
import { smc } from './linux/asks.js';

/** `events` are a trace's; background calls are not asked again. An argument nobody saw is asked as 0. */
export function recordedKernel(events: readonly TraceEvent[], scope: Scope): Kernel {
  const calls = events.filter(event => event.type === 'smc').filter(call => isKernelCall(call));
  return {
    name: 'recorded',
    wants: null,
    scope,
    models: () => false,
    *boot(): Asking<number> {
      for (const { cpu, via, cc, fid, args, mem = [] } of calls) {
        const before = mem.filter(({ at }) => at === 'call');
        const known = before.length === 0 ? {} : { mem: before };
        yield* smc({ cpu, via, cc, fid, args: args.map(arg => arg ?? ZERO), ...known });
      }
      return 0;
    },
  };
}
