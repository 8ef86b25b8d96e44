/**
 * A cache of answers: a newly booted emulated machine answers the same calls in the same order in the same way, so a
 * sweep asks it once.
 */
import type { Memory } from '../model/events.js';
import { wordsOf } from '../model/memory.js';
import type { Machine, Reply, SmcRequest } from '../model/port.js';
import type { Seen } from '../model/u64.js';

/** Answers the calls of one boot, in their order. */
export type Calls = (request: SmcRequest) => Reply;

/** A call, its answer, and the calls that were seen before it and after it. */
interface RememberedCall {
  readonly before: RememberedCall | null;
  readonly request: SmcRequest;
  readonly reply: Reply;
  readonly then: RememberedCall[];
}

/** This many calls are cached; any other call goes to a machine. A retry loop would fill memory. */
const MOST = 1000;

/** Each call of the result is a new boot of the machine that `boot` makes. */
export function rememberedReplies(boot: () => Machine): () => Calls {
  const first: RememberedCall[] = [];
  let remembered = 0;

  return () => {
    let last: RememberedCall | null = null;
    let known = first;
    let machine: Machine | null = null;
    return request => {
      const said = machine === null ? known.find(({ request: other }) => isSame(other, request)) : undefined;
      if (said !== undefined) {
        last = said;
        known = said.then;
        return said.reply;
      }
      if (machine === null) {
        machine = boot();
        for (const earlier of upTo(last)) machine.call(earlier);
      }
      const reply = machine.call(request);
      if (remembered < MOST) {
        const then: RememberedCall[] = [];
        const call: RememberedCall = { before: last, request, reply, then };
        known.push(call);
        last = call;
        known = then;
        remembered++;
      }
      return reply;
    };
  };
}

/** The requests of a boot up to this one, in their order. */
function upTo(last: RememberedCall | null): readonly SmcRequest[] {
  const requests: SmcRequest[] = [];
  for (let call = last; call !== null; call = call.before) requests.push(call.request);
  return requests.reverse();
}

function isSame(a: SmcRequest, b: SmcRequest): boolean {
  return (
    a.fid === b.fid &&
    a.via === b.via &&
    a.cc === b.cc &&
    a.cpu === b.cpu &&
    areSame(a.args, b.args) &&
    areSame(a.junk ?? NONE, b.junk ?? NONE) &&
    isSameMemory(a.mem, b.mem) &&
    isSameMemory(a.found, b.found)
  );
}

const NONE: readonly Seen[] = [];

function isSameMemory(a: readonly Memory[] | undefined, b: readonly Memory[] | undefined): boolean {
  // Most calls hand none over.
  return (a === undefined && b === undefined) || areSame(wordsOf(a), wordsOf(b));
}

function areSame(a: readonly Seen[], b: readonly Seen[]): boolean {
  return a.length === b.length && a.every((value, at) => value === b[at]);
}
