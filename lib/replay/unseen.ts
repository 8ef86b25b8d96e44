/** What nobody saw of the answers of a trace that is held in part, as the recorded kernel is given them again. */
import { isKernelCall } from '../abi/background.js';
import { RETURNED } from '../abi/smccc.js';
import { selectorName } from '../edit/call-selector.js';
import { limitsOf } from '../machine/limits.js';
import type { SmcEvent } from '../model/events.js';
import { unknownWords } from '../model/memory.js';
import { good, type Result } from '../model/result.js';
import type { Outcome, Trace } from '../model/trace.js';
import type { U64 } from '../model/u64.js';
import { type CallLine, callLine, isAllSeen } from '../trace/call-line.js';
import { type EventLines, eachLine } from '../trace/event-lines.js';
import { readMatched } from '../trace/read-canonical.js';
import { callsOf, isLastOf, mayReplayMore, newCallFilter, repeatedCall } from './repeated.js';
import { FILLS, type Unknown, type UnknownsFinding } from './unknowns.js';

export interface Unseen {
  /** The first of them. */
  readonly unknowns: readonly Unknown[];
  /** How many more there are. */
  readonly more: number;
  /** All of them, those of all answers to one call together: `RMI_VERSION.x1`. */
  readonly places: readonly string[];
  /** Whether of some of them more is known than nothing. */
  readonly limited: boolean;
}

/** So many stand for themselves. */
const MOST = 10_000;

/** `null` where a call did not come back before the last: then the replay ends there. Trouble: that of the lines. */
export async function unseenIn(
  part: Trace,
  lines: EventLines,
  most: number = MOST,
): Promise<Result<Unseen | null>> {
  const { last, others } = callsOf(part);
  const { status } = limitsOf(part.events);
  const isCall = newCallFilter();
  const turnOf = newTurns();
  const collected = newCollector(status, most);
  let endsEarly = false;
  const gone = await eachLine(lines, (text, number) => {
    if (number > last) return 'end';
    const line = callLine(text);
    if (line === null || others.has(number)) return 'next';
    const known = isCall(text);
    if (known === false) return 'next';
    if (known === true && !text.startsWith(NEVER_BACK, line.res) && !mayReplayMore(text, line)) {
      const { name, turn } = turnOf.line(text.slice(line.from, line.args), text);
      if (!isAllSeen(text, line))
        for (const register of unseenRegisters(text, line)) collected.add({ name, turn }, number, register);
      return 'next';
    }
    const call = readMatched(text);
    if (call.type !== 'smc' || !isKernelCall(call)) return 'next';
    const turn = turnOf.call(call.fid);
    const events = repeatedCall(call);
    endsEarly = isLastOf(events) && number < last;
    const [made] = events;
    if (made?.type === 'smc') collected.call(turn, number, made);
    return endsEarly ? 'end' : 'next';
  });
  if (!gone.ok) return gone;
  return good(endsEarly ? null : collected.all());
}

export interface UnseenCollector {
  /** `event`: the number of the recorded call. */
  add(of: Turn, event: number, register: number | string): void;
  call(of: Turn, event: number, replayed: SmcEvent): void;
  all(): Unseen;
}

export function newCollector(status: ReadonlyMap<number, unknown>, most: number = MOST): UnseenCollector {
  const unknowns: Unknown[] = [];
  const places = new Set<string>();
  let [more, limited] = [0, false];
  const add: UnseenCollector['add'] = ({ name, turn }, event, register) => {
    const of = typeof register === 'number' ? `x${register}` : register;
    places.add(`${name}.${of}`);
    limited ||= register === 0 && status.has(event);
    if (unknowns.length < most) unknowns.push({ edit: `${name}#${turn}.${of}`, event, register });
    else more += 1;
  };
  return {
    add,
    call(of, event, { res, mem }) {
      for (const [register, value] of res?.entries() ?? []) if (value === null) add(of, event, register);
      for (const word of unknownWords(mem)) add(of, event, word);
    },
    all: () => ({ unknowns, more, places: [...places], limited }),
  };
}

/** What is unknown of state is in every part of a trace; the kernel does the same whatever it is given. */
export function withUnseen(
  found: UnknownsFinding | null,
  { unknowns, more, places, limited }: Unseen,
  outcome: Outcome,
): UnknownsFinding | null {
  const state = found?.unknowns.filter(({ register }) => register === null) ?? [];
  if (state.length + unknowns.length === 0) return null;
  return {
    unknowns: [...state, ...unknowns],
    more,
    places: [...state.map(({ edit }) => edit), ...places],
    matter: false,
    limited: limited || found?.limited === true,
    deciding: [],
    partAt: null,
    runs: FILLS.map(fill => ({ fill, outcome })),
  };
}

const NEVER_BACK = ',"res":null';
const OLD = ',"cc":"1.1"';
const VALUES = ',"res":['.length;
const NULL = 'null';

/** Of a call that came back and says nothing else. */
function unseenRegisters(text: string, { from, args, res, end }: CallLine): readonly number[] {
  const values = text.slice(res + VALUES, end - 1).split(',');
  const isOld = text.slice(from, args).includes(OLD);
  const count = Math.max(values.length, isOld ? RETURNED['1.1'] : 0);
  return Array.from({ length: count }, (_, at) => at).filter(at => (values[at] ?? NULL) === NULL);
}

export interface Turns {
  /** A call by the part of its line that says what it asks for. */
  line(head: string, text: string): Turn;
  call(fid: U64): Turn;
}

export interface Turn {
  readonly name: string;
  readonly turn: number;
}

/** How often each command was called. */
export function newTurns(): Turns {
  const turns = new Map<string, { readonly name: string; turn: number }>();
  const heads = new Map<string, { readonly name: string; turn: number }>();
  const of = (name: string): { readonly name: string; turn: number } => {
    const known = turns.get(name) ?? { name, turn: 0 };
    turns.set(name, known);
    return known;
  };
  return {
    line(head, text) {
      let count = heads.get(head);
      if (count === undefined) {
        const call = readMatched(text);
        count = of(call.type === 'smc' ? selectorName(call.fid) : '');
        heads.set(head, count);
      }
      count.turn += 1;
      return count;
    },
    call(fid) {
      const count = of(selectorName(fid));
      count.turn += 1;
      return count;
    },
  };
}
