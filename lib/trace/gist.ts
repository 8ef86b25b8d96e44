/**
 * What a trace of millions of events tells, in memory that does not grow with it: of events that are alike the first and
 * the last, and gaps between them (lib/model/gaps.ts). State, and the first and last events, stay as they are. Calls other
 * than RMI_VERSION and RMI_FEATURES are alike by who made them, what they asked for and with what status they came back;
 * any other event by its text, and where there are too many texts, by its text without its numbers.
 */
import { RMI_FEATURES, RMI_VERSION } from '../abi/rmi-commands.js';
import type { TraceEvent } from '../model/events.js';
import { newPartBuilder } from '../model/gaps.js';
import { hex } from '../model/u64.js';
import {
  type CallKind,
  callKind,
  callLine,
  fidIn,
  isAllSeen,
  plainLine,
  withoutNumbers,
  withoutStamps,
} from './call-line.js';
import { readMatched } from './read-canonical.js';
import type { LineVisitor } from './scan-canonical.js';

export interface Gist extends LineVisitor {
  /** To be called once, at the end of the trace. */
  end(): readonly TraceEvent[];
  /** Whether every register of every call was seen, and every call came back. */
  allSeen(): boolean;
}

/** A boot around the check is some forty events. */
const AS_THEY_ARE = 512;
/** How it ends. */
const LAST_ONES = 256;
/** So many kinds are told apart by their texts, and as many again by their texts without numbers. */
const MOST_KINDS = 4096;
/** A loop goes through few kinds of call. */
const RECENT_CALLS = 8;

const STATE = /^\{"type":"(?:mrs|fact|ftr)"/;
const LOOKED_INTO: ReadonlySet<string> = new Set([RMI_VERSION, RMI_FEATURES].map(hex));

/** Of events that are alike: the first stands for the last. */
interface Kind {
  readonly event: TraceEvent;
  /** Matches others of its kind; `null` where they are to be told by their parts. */
  readonly pattern: RegExp | null;
  last: number;
}

export function newGist(): Gist {
  const events = newPartBuilder();
  const kinds = new Map<string, Kind>();
  const recentCalls: Kind[] = [];
  const recent: string[] = [];
  let allSeen = true;

  /** What an event is alike by; of a call, its parts as well. */
  function keyOf(text: string, call: CallKind | null): string {
    const key = call === null ? withoutStamps(text) : call.head + call.status + call.remarks;
    return kinds.size < MOST_KINDS || kinds.has(key) ? key : withoutNumbers(key);
  }

  function kindOf(text: string): Kind | null {
    for (const kind of recentCalls) if (kind.pattern?.test(text) === true) return kind;
    const line = callLine(text);
    allSeen &&= line === null || isAllSeen(text, line);
    const call = line === null || LOOKED_INTO.has(fidIn(text, line)) ? null : callKind(text, line);
    const key = keyOf(text, call);
    let kind = kinds.get(key) ?? null;
    if (kind === null && kinds.size < 2 * MOST_KINDS) {
      kind = { event: readMatched(text), pattern: call === null ? null : plainLine(call), last: 0 };
      kinds.set(key, kind);
    }
    if (kind !== null && kind.pattern !== null) {
      recentCalls.unshift(kind);
      recentCalls.length = Math.min(recentCalls.length, RECENT_CALLS);
    }
    return kind;
  }

  return {
    wants: 'lines',
    line(text, number) {
      recent[(number - 1) % LAST_ONES] = text;
      if (number <= AS_THEY_ARE || STATE.test(text)) {
        const line = callLine(text);
        allSeen &&= line === null || isAllSeen(text, line);
        events.push(readMatched(text));
        return;
      }
      const kind = kindOf(text);
      if (kind?.last === 0) events.push(kind.event);
      else events.pass(1);
      if (kind !== null) kind.last = events.length;
    },
    allSeen: () => allSeen,
    end() {
      for (const { event, last } of kinds.values()) events.keep(last, event);
      for (let number = Math.max(1, events.length - LAST_ONES + 1); number <= events.length; number++)
        events.keep(number, readMatched(recent[(number - 1) % LAST_ONES] ?? ''));
      return events.events();
    },
  };
}
