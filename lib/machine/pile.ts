/**
 * The recorded calls that wait for a request. Each request is looked up and not searched for: a trace may have millions
 * of calls. A call waits under the registers that were seen of it, as far as the asker sets them too.
 */
import { argumentsOf, callId } from '../abi/smccc.js';
import { memoryDifferences, wordsOf } from '../model/memory.js';
import type { SmcRequest } from '../model/port.js';
import { hex, type Seen } from '../model/u64.js';
import { type RecordedCall, requestDifferences } from './recorded-calls.js';

export interface Pile {
  /** Takes the first call that is left and is the same as the request; `null` where there is none. */
  take(request: SmcRequest): RecordedCall | null;
  /** The call of the same FID with the fewest differing registers: one that is left before one that was taken. */
  nearest(request: SmcRequest): RecordedCall | null;
}

/** Calls in order; those before `from` are taken. */
interface Queue {
  readonly calls: RecordedCall[];
  from: number;
}

/** Calls of one FID and conduit of which the same registers were seen: `seen` has their places among the arguments. */
interface Shape {
  readonly calls: RecordedCall[];
  readonly length: number;
  readonly seen: readonly number[];
  /** By how many of their arguments are compared, and then by the values of those that were seen. */
  readonly compared: Map<number, Map<string, Queue>>;
}

export function newPile(calls: readonly RecordedCall[]): Pile {
  const taken = new Set<RecordedCall>();
  const shapes = new Map<string, Map<string, Shape>>();
  const sameFid = new Map<bigint, RecordedCall[]>();
  for (const recorded of calls) {
    const { call } = recorded;
    const fid = callId(call.fid);
    inList(sameFid, fid, recorded);
    const ofCall = inMap(shapes, `${call.via} ${fid}`, () => new Map<string, Shape>());
    const args = argumentsOf(call);
    const seen = [...args.keys()].filter(at => args[at] !== null);
    const made = (): Shape => ({ calls: [], length: args.length, seen, compared: new Map() });
    inMap(ofCall, `${args.length}:${seen}`, made).calls.push(recorded);
  }
  const near = new Map<string, Queue>();

  return {
    take(request) {
      let first: RecordedCall | null = null;
      const args = argumentsOf(request);
      for (const shape of shapes.get(`${request.via} ${callId(request.fid)}`)?.values() ?? []) {
        const queue = queueOf(shape, args);
        const found = queue === undefined ? null : firstLeft(queue, taken, request);
        if (found !== null && (first === null || found.number < first.number)) first = found;
      }
      if (first !== null) taken.add(first);
      return first;
    },
    nearest(request) {
      const fid = callId(request.fid);
      const key = `${request.cc} ${fid} ${keyOf(request.args)} ${keyOf(wordsOf(request.mem))}`;
      const queue = inMap(near, key, () => ({ calls: nearestOf(sameFid.get(fid) ?? [], request), from: 0 }));
      return firstLeft(queue, taken) ?? queue.calls[0] ?? null;
    },
  };
}

/** The calls of this shape that are the same as a request with these arguments. */
function queueOf(shape: Shape, args: readonly Seen[]): Queue | undefined {
  const both = Math.min(shape.length, args.length);
  const seen = shape.seen.filter(at => at < both);
  const valuesOf = (of: readonly Seen[]) => keyOf(seen.map(at => of[at] ?? null));
  const queues = inMap(shape.compared, both, () => {
    const made = new Map<string, Queue>();
    for (const recorded of shape.calls) {
      const key = valuesOf(argumentsOf(recorded.call));
      inMap(made, key, () => ({ calls: [], from: 0 })).calls.push(recorded);
    }
    return made;
  });
  return queues.get(valuesOf(args));
}

/** With a `request`, only one that had the same memory: few requests have any. */
function firstLeft(
  queue: Queue,
  taken: ReadonlySet<RecordedCall>,
  request?: SmcRequest,
): RecordedCall | null {
  for (; queue.from < queue.calls.length; queue.from++) {
    const next = queue.calls[queue.from];
    if (next === undefined || taken.has(next)) continue;
    if (request?.mem === undefined || hasMemoryOf(next, request)) return next;
    const later = queue.calls.slice(queue.from + 1);
    return later.find(call => !taken.has(call) && hasMemoryOf(call, request)) ?? null;
  }
  return null;
}

function hasMemoryOf({ call }: RecordedCall, request: SmcRequest): boolean {
  return memoryDifferences(call.mem, request.mem, 'call').length === 0;
}

function nearestOf(calls: readonly RecordedCall[], request: SmcRequest): RecordedCall[] {
  let fewest = Number.POSITIVE_INFINITY;
  let nearest: RecordedCall[] = [];
  for (const recorded of calls) {
    const { length } = requestDifferences(recorded.call, request);
    if (length > fewest) continue;
    if (length < fewest) nearest = [];
    fewest = length;
    nearest.push(recorded);
  }
  return nearest;
}

function keyOf(values: readonly Seen[]): string {
  return values.map(value => (value === null ? '?' : hex(value))).join();
}

function inMap<K, V>(map: Map<K, V>, key: K, made: () => V): V {
  const known = map.get(key);
  if (known !== undefined) return known;
  const value = made();
  map.set(key, value);
  return value;
}

function inList<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  inMap(map, key, (): V[] => []).push(value);
}
