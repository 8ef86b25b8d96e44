/**
 * What a trace of millions of events tells, in memory that does not grow with it: of events that are alike the first and
 * the last, and gaps between them (lib/model/gaps.ts). As much state as a machine may have, and the first and last events,
 * stay as they are. Calls other than RMI_VERSION and RMI_FEATURES are alike by who made them, what they asked for and with
 * what status they came back; any other event by its text, and where there are too many texts, by its text without its
 * numbers.
 */
import { RMI_FEATURES, RMI_VERSION } from '../abi/rmi-commands.js';
import type { TraceEvent } from '../model/events.js';
import { newPartBuilder } from '../model/gaps.js';
import { hex } from '../model/u64.js';
import {
  type CallLine,
  callKind,
  callLine,
  fidIn,
  isAllSeen,
  likeCall,
  likeLine,
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
  /** How many of the events are lines of the kernel's log. */
  logs(): number;
}

/** A boot around the check is some forty events. */
const AS_THEY_ARE = 512;
/** How it ends. */
const LAST_ONES = 256;
/** A machine has 4096 CPUs at most, and 14 ID registers of each are recorded: of no machine is there more. */
const MOST_STATE = 2 ** 16;
/** So many kinds are told apart by their texts, and as many again by their texts without numbers. */
const MOST_KINDS = 4096;
/** A loop goes through few kinds of event. */
const RECENT_KINDS = 8;

const STATE = /^\{"type":"(?:mrs|fact|ftr)"/;
const LOG = '{"type":"log"';
const LOOKED_INTO: ReadonlySet<string> = new Set([RMI_VERSION, RMI_FEATURES].map(hex));

/** Of events that are alike the first and the last. */
interface Kind {
  readonly event: TraceEvent;
  /** The line of the last, since a line of a console and its call are held against each other. */
  room: Buffer;
  length: number;
  /** Matches others of its kind; `null` where they are to be told by their parts. */
  readonly pattern: RegExp | null;
  last: number;
}

const NO_LINE = { room: Buffer.alloc(0), length: 0 };
/** UTF-8 takes at most so many bytes for a unit of a string. */
const WIDEST = 3;

/** Copies it: a part of what was read would keep all of that in memory. */
function putLine(kind: Kind, text: string): void {
  if (kind.room.length < WIDEST * text.length) kind.room = Buffer.allocUnsafeSlow(WIDEST * text.length + 64);
  kind.length = kind.room.write(text);
}

export function newGist(): Gist {
  const events = newPartBuilder();
  const kinds = new Map<string, Kind>();
  let recentKinds: Kind[] = [];
  const recent: string[] = [];
  let state = 0;
  let allSeen = true;
  let logs = 0;

  function look(text: string, line: CallLine | null): void {
    if (!allSeen || line === null || isAllSeen(text, line)) return;
    allSeen = false;
    // Their patterns are of calls that were seen.
    recentKinds = [];
  }

  /** What an event is alike by, and a pattern of others that are; `null` where it takes longer to try than to look. */
  function likeness(
    text: string,
    line: CallLine | null,
  ): readonly [key: string, pattern: () => RegExp | null] {
    const isFull = kinds.size >= MOST_KINDS;
    if (line === null || LOOKED_INTO.has(fidIn(text, line))) {
      const key = withoutStamps(text);
      return isFull ? [withoutNumbers(key), () => likeLine(text)] : [key, () => null];
    }
    const call = callKind(text, line);
    const key = call.head + call.status + call.remarks;
    return [isFull ? withoutNumbers(key) : key, () => likeCall(text, line, call, !allSeen)];
  }

  function kindOf(text: string): Kind | null {
    for (const kind of recentKinds) if (kind.pattern?.test(text) === true) return kind;
    const line = callLine(text);
    look(text, line);
    const [key, pattern] = likeness(text, line);
    let kind = kinds.get(key) ?? null;
    if (kind === null && kinds.size < 2 * MOST_KINDS) {
      kind = { event: readMatched(text), ...NO_LINE, pattern: pattern(), last: 0 };
      kinds.set(key, kind);
    }
    if (kind !== null && kind.pattern !== null) recentKinds = [kind, ...recentKinds].slice(0, RECENT_KINDS);
    return kind;
  }

  return {
    wants: 'lines',
    line(text, number) {
      recent[(number - 1) % LAST_ONES] = text;
      if (text.startsWith(LOG)) logs += 1;
      const isState = state < MOST_STATE && STATE.test(text);
      if (isState) state += 1;
      if (number <= AS_THEY_ARE || isState) {
        look(text, callLine(text));
        events.push(readMatched(text));
        return;
      }
      const kind = kindOf(text);
      if (kind?.last === 0) events.push(kind.event);
      else events.pass(1);
      if (kind === null) return;
      putLine(kind, text);
      kind.last = events.length;
    },
    allSeen: () => allSeen,
    logs: () => logs,
    end() {
      for (const { room, length, last } of kinds.values())
        events.keep(last, readMatched(room.toString('utf8', 0, length)));
      for (let number = Math.max(1, events.length - LAST_ONES + 1); number <= events.length; number++)
        events.keep(number, readMatched(recent[(number - 1) % LAST_ONES] ?? ''));
      return events.events();
    },
  };
}
