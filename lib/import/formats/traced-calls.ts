/** Calls of which a tracer shows the entry in one record and the return in another, or the entry alone. */
import { isRmi } from '../../abi/background.js';
import { lookupRmi } from '../../abi/rmi-commands.js';
import { PASSED, RETURNED } from '../../abi/smccc.js';
import type { CallingConvention, Conduit } from '../../model/events.js';
import type { Seen, U64 } from '../../model/u64.js';
import type { CallReading } from '../format.js';

export interface Entry {
  /** The line that it is on, from 1. */
  readonly line: number;
  readonly fid: U64;
  /** x1 on, as far as they are shown. */
  readonly args: readonly Seen[];
  readonly cpu: number | null;
  readonly cc: CallingConvention | null;
  readonly via: Conduit;
}

/** A call as the line `at` completes it. `res`: x0 on, as far as they are shown; none where the log has no return. */
export function tracedCall(
  { line, fid, args, cpu, cc, via }: Entry,
  res: readonly Seen[],
  at: number,
): CallReading {
  // The call with which the RMM hands a result back, which no host makes.
  const from = isRmi(fid) && !isRmi(fid, 'realm') ? 'realm' : 'ns';
  const call = {
    kind: 'call',
    by: 'tracer',
    text: null,
    fid,
    from,
    cpu,
    cc,
    via,
    below: line - at,
  } as const;
  const results = upTo(res, RETURNED[cc ?? '1.1']);
  if (cc === '1.2') return { ...call, args: upTo(args, PASSED[cc]), res: results };
  const own = isRmi(fid) ? (lookupRmi(fid, '1.0')[0]?.args?.length ?? args.length) : args.length;
  const junk = args.slice(own, args.findLastIndex(value => value !== null) + 1);
  return {
    ...call,
    args: upTo(args.slice(0, own), own),
    res: results,
    ...(junk.length === 0 ? {} : { junk }),
  };
}

/** At least so many registers: those that nobody saw are `null`. */
function upTo(values: readonly Seen[], count: number): readonly Seen[] {
  return Array.from({ length: Math.max(count, values.length) }, (_, at) => values[at] ?? null);
}

/** The calls that are under way, by the task or the CPU that makes them: neither makes two at once. */
export interface OpenCalls {
  get(key: string): Entry | undefined;
  /** With another one under way, its return was not recorded. */
  enter(key: string, entry: Entry): void;
  leave(key: string): void;
  /** Those of one CPU, or all. */
  on(cpu: number | null): readonly (readonly [key: string, entry: Entry])[];
}

/** A log with more tasks than this under way at once shows no returns. */
const MOST_OPEN = 4096;

export function openCalls(): OpenCalls {
  const open = new Map<string, Entry>();
  return {
    get: key => open.get(key),
    enter(key, entry) {
      open.delete(key);
      const [oldest] = open.keys();
      if (open.size >= MOST_OPEN && oldest !== undefined) open.delete(oldest);
      open.set(key, entry);
    },
    leave: key => void open.delete(key),
    on: cpu => [...open].filter(([, entry]) => cpu === null || entry.cpu === null || entry.cpu === cpu),
  };
}
