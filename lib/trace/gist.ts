/**
 * What a trace of millions of events tells, in memory that hardly grows with it: of calls that are alike, and of lines, the
 * first and the last stay, and between them stands an event that says nothing. State, the first and last events, RMI_VERSION and
 * RMI_FEATURES stay as they are; of other calls it counts who made them, what they asked for and with what status they came
 * back. Events keep their numbers, so whoever looks for the first, the last or any event of a kind finds what the whole trace
 * has.
 */
import { RMI_FEATURES, RMI_VERSION } from '../abi/rmi-commands.js';
import type { TraceEvent } from '../model/events.js';
import { hex } from '../model/u64.js';
import { readMatched } from './read-canonical.js';
import type { LineVisitor } from './scan-canonical.js';

export interface Gist extends LineVisitor {
  /** As many as the trace has; to be called once, at its end. */
  end(): readonly TraceEvent[];
  /** Whether every register of every call was seen, and every call came back. */
  allSeen(): boolean;
}

/** In the place of an event of which there is one like it before and after. */
const REPEATED: TraceEvent = { type: 'x-repeated' };

/** A boot around the check is some forty events. */
const AS_THEY_ARE = 4096;
/** How it ends. */
const LAST_ONES = 256;
/** Beyond so many kinds, each event of another kind is kept. */
const MOST_KINDS = 2 ** 17;

const STATE = /^\{"type":"(?:mrs|fact|ftr)"/;
const CALL = '{"type":"smc"';
const UNSEEN = 'null';
/** By 1.1 four registers come back; those that are left out nobody saw. */
const SHORT_ANSWER = /"cc":"1\.1",.*"res":\[[^,\]]*(?:,[^,\]]*){0,2}\]/;
/** What follows the registers of a call that says nothing else. */
const PLAIN = /^(?:,"t":"[^"]*")?(?:,"line":\d+)?\}$/;
const STAMPS = /,"(?:t":"[^"]*"|line":\d+)(?=[,}])/g;
const LOOKED_INTO: ReadonlySet<string> = new Set([RMI_VERSION, RMI_FEATURES].map(fid => `"${hex(fid)}"`));

export function newGist(): Gist {
  const events: TraceEvent[] = [];
  const kinds = new Map<string, { readonly event: TraceEvent; last: number }>();
  const recent: string[] = [];
  let allSeen = true;
  return {
    wants: 'lines',
    line(text, number) {
      recent[(number - 1) % LAST_ONES] = text;
      const isCall = text.startsWith(CALL);
      allSeen &&= !(isCall && (text.includes(UNSEEN) || SHORT_ANSWER.test(text)));
      if (number <= AS_THEY_ARE || STATE.test(text)) {
        events.push(readMatched(text));
        return;
      }
      const kind = (isCall ? kindOfCall(text) : null) ?? text.replace(STAMPS, '');
      const known = kinds.get(kind);
      if (known !== undefined) {
        known.last = events.length;
        events.push(REPEATED);
        return;
      }
      const event = readMatched(text);
      if (kinds.size < MOST_KINDS) kinds.set(kind, { event, last: events.length });
      events.push(event);
    },
    allSeen: () => allSeen,
    end() {
      for (const { event, last } of kinds.values()) events[last] = event;
      for (let at = Math.max(0, events.length - LAST_ONES); at < events.length; at++)
        events[at] = readMatched(recent[at % LAST_ONES] ?? '');
      return events;
    },
  };
}

/** From, conduit, convention, FID and status of a canonical line; `null` for a call that is kept as it is. */
function kindOfCall(text: string): string | null {
  const from = text.indexOf(',"from":');
  const args = text.indexOf(',"args":[', from);
  const res = text.indexOf(',"res":', args);
  const end = text.startsWith(',"res":null', res) ? res + ',"res":null'.length : text.indexOf(']', res) + 1;
  const fid = text.slice(text.lastIndexOf('"', args - 2), args);
  if (LOOKED_INTO.has(fid) || !PLAIN.test(text.slice(end))) return null;
  const comma = text.indexOf(',', res + 1);
  return text.slice(from, args) + text.slice(res, comma > 0 && comma < end ? comma : end);
}
