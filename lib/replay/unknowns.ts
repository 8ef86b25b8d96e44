/**
 * Inputs that nobody knows. A replay with unknowns is run three times, with every unknown 0, all ones, and a fixed
 * pattern: where the kernel does the same each time, the unknowns did not matter.
 */

import { actionDifferences, flowOfTrace, stateOfTrace } from '../compare/events.js';
import { selectorName } from '../edit/call-selector.js';
import { limitsOf } from '../machine/limits.js';
import { kernelCalls } from '../machine/recorded-calls.js';
import type { TraceEvent } from '../model/events.js';
import { lengthOf } from '../model/gaps.js';
import { unknownWords, withKnownWords } from '../model/memory.js';
import type { Limit, MachineState } from '../model/port.js';
import type { Outcome } from '../model/trace.js';
import { ALL_ONES, type U64, u64, ZERO } from '../model/u64.js';

/** The three values; the pattern has no two equal bytes, so that a shift or a mask shows. */
export const FILLS: readonly [U64, U64, U64] = [ZERO, ALL_ONES, u64(0x0123456789abcdefn)];

/** One input that nobody knows. */
export interface Unknown {
  /** As an edit's left side names it: `RMI_VERSION#1.x1`, `cpu0.ID_AA64PFR0_EL1`. */
  readonly edit: string;
  /** Where it stands among the events it was found in. */
  readonly event: number;
  /** Which register of an answer, or which word of the memory after it; `null` for state. */
  readonly register: number | string | null;
}

export interface UnknownsFinding {
  readonly unknowns: readonly Unknown[];
  /** How many more there are. */
  readonly more: number;
  /** All of them, those of all answers to one call together; `null` where that is to be made of `unknowns`. */
  readonly places: readonly string[] | null;
  /** Whether the kernel acts differently with different values of them. */
  readonly matter: boolean;
  /** Those that alone change what the kernel does, all others being 0. */
  readonly deciding: readonly Unknown[];
  /** The event of the first run from which the runs differ. */
  readonly partAt: number | null;
  /** Whether of some of them more is known than nothing: only values that agree with it were tried. */
  readonly limited: boolean;
  /** How each of the three runs ends. */
  readonly runs: readonly { readonly fill: U64; readonly outcome: Outcome }[];
}

/** The unknowns among the state and the answers of a run. */
export function unknownsOf(events: readonly TraceEvent[]): readonly Unknown[] {
  const found: Unknown[] = [];
  for (const [edit, { number, event }] of stateOfTrace(events)) {
    if (event.type !== 'fact' && event.value === null) found.push({ edit, event: number, register: null });
  }
  const turns = new Map<string, number>();
  for (const { number, call } of kernelCalls(events)) {
    const name = selectorName(call.fid);
    const turn = (turns.get(name) ?? 0) + 1;
    turns.set(name, turn);
    for (const [register, value] of call.res?.entries() ?? []) {
      if (value === null) found.push({ edit: `${name}#${turn}.x${register}`, event: number, register });
    }
    for (const word of unknownWords(call.mem))
      found.push({ edit: `${name}#${turn}.${word}`, event: number, register: word });
  }
  return found;
}

/** More groups than this are not weighed one by one: the work stays linear in the length of the trace. */
const MOST_GROUPS = 64;

/**
 * The unknowns that are weighed together: those of one register on all CPUs, and each register of an answer; where
 * those are too many, the same register of all answers to one call. `null` where even then there are too many.
 */
export function groupsOf(unknowns: readonly Unknown[]): readonly (readonly Unknown[])[] | null {
  for (const nameOf of [ofOneAnswer, ofAllAnswers]) {
    const groups = new Map<string, Unknown[]>();
    for (const unknown of unknowns) {
      const name = nameOf(unknown);
      const group = groups.get(name);
      if (group === undefined) groups.set(name, [unknown]);
      else group.push(unknown);
    }
    if (groups.size <= MOST_GROUPS) return [...groups.values()];
  }
  return null;
}

function ofOneAnswer({ edit, register }: Unknown): string {
  return register === null ? edit.replace(/^cpu\d+\./, '') : edit;
}

function ofAllAnswers(unknown: Unknown): string {
  return ofOneAnswer(unknown).replace(/#\d+\.(?=x|mem)/, '.');
}

/** What is known of unknowns all the same, by their names. */
export type LimitOf = (edit: string) => Limit | undefined;

/** Of a recording, with the limits of the state that it is replayed on. */
export function limitOf(events: readonly TraceEvent[], state: MachineState['limits']): LimitOf {
  const { status } = limitsOf(events);
  const limits = new Map<string, Limit>(state);
  for (const { edit, event, register } of unknownsOf(events)) {
    const limit = register === 0 ? status.get(event) : undefined;
    if (limit !== undefined) limits.set(edit, limit);
  }
  return edit => limits.get(edit);
}

/** The same events with these unknowns known: each the value, or what it may be in place of that. */
export function withKnown(
  events: readonly TraceEvent[],
  unknowns: readonly Unknown[],
  fill: U64,
  limit: LimitOf,
): readonly TraceEvent[] {
  const known = new Map<number, Map<Unknown['register'], U64>>();
  for (const { edit, event, register } of unknowns) {
    const registers = known.get(event) ?? new Map();
    known.set(event, registers.set(register, limit(edit)?.(fill) ?? fill));
  }
  let number = 0;
  return events.map(event => {
    number += lengthOf(event);
    const registers = known.get(number);
    if (registers === undefined) return event;
    if (event.type === 'mrs' || event.type === 'ftr')
      return { ...event, value: registers.get(null) ?? event.value };
    if (event.type !== 'smc' || event.res === null) return event;
    return {
      ...event,
      res: event.res.map((old, register) => registers.get(register) ?? old),
      ...(event.mem && { mem: withKnownWords(event.mem, word => registers.get(word)) }),
    };
  });
}

/** The event of a at which two runs of the same kernel part; `null` where they do the same to the end. */
export function partingEvent(a: readonly TraceEvent[], b: readonly TraceEvent[]): number | null {
  if (a === b) return null;
  const [ours, theirs] = [flowOfTrace(a), flowOfTrace(b)];
  const longer = Math.max(ours.length, theirs.length);
  for (let at = 0; at < longer; at++) {
    const [left, right] = [ours[at], theirs[at]];
    const alike =
      left !== undefined && right !== undefined && actionDifferences(left.event, right.event).length === 0;
    if (!alike) return left?.number ?? right?.number ?? null;
  }
  return null;
}
