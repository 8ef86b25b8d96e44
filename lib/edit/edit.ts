/** An edit once it is parsed: which input it selects, which part of it, and the new value. */
import type { FactValue } from '../model/events.js';
import { bad, type Result, trouble } from '../model/result.js';
import type { Seen, U64 } from '../model/u64.js';

/** An edit whose place is known. */
export interface Edit {
  readonly kind: 'edit';
  /** As its user spelt it: what the trace and the report name. */
  readonly text: string;
  readonly selector: Selector;
  readonly target: Target;
  /** A register's new value, `null` for unknown; a fact's new value. `null` where the target says it all. */
  readonly value: Seen | FactValue | Drawn;
}

export type Selector =
  /** The call recorded as event `number`. */
  | { readonly kind: 'event'; readonly number: number }
  | {
      readonly kind: 'call';
      /** `null`: every call. */
      readonly fid: U64 | null;
      readonly where: readonly { readonly register: number; readonly value: U64 }[];
      readonly turns: Turns | null;
    }
  | { readonly kind: 'register'; readonly reg: string; readonly cpus: Cpus | null }
  | { readonly kind: 'fact'; readonly name: string };

/** CPUs by their numbers, the first and the last; all of them where there is `null` in its place. */
export interface Cpus {
  readonly from: number;
  readonly to: number;
}

/** Which of the calls that fit: the `from`th, then every `step`th up to the `to`th (`null`: without end). */
export interface Turns {
  readonly from: number;
  readonly to: number | null;
  readonly step: number;
}

export type Target =
  /** x0..x17 of an answer. */
  | { readonly kind: 'answer'; readonly register: number }
  /** A word of the memory that the call points to, by its byte offset there. */
  | { readonly kind: 'memory'; readonly offset: U64 }
  /** The whole of an answer. */
  | { readonly kind: 'reply'; readonly reply: WholeReply }
  | { readonly kind: 'bits'; readonly name: string; readonly lsb: number; readonly width: number }
  /** The whole of a register or a fact. */
  | { readonly kind: 'whole' };

/**
 * `unknown`: nobody saw any register. `silence`: the call never comes back. `busy`: RMI_BUSY in the machine's stead,
 * which is not asked and keeps its answer for the next such request.
 */
export const WHOLE_REPLIES = ['unknown', 'silence', 'busy'] as const;

export type WholeReply = (typeof WHOLE_REPLIES)[number];

/** A value drawn from the sequence that `seed` begins: model/splitmix64.ts. */
export interface Drawn {
  readonly seed: U64;
}

export function isDrawn(value: Edit['value']): value is Drawn {
  return typeof value === 'object' && value !== null;
}

/** An edit by event number: only the trace tells what it means. */
export interface NumberedEdit {
  readonly kind: 'numbered';
  readonly text: string;
  readonly number: number;
  readonly field: string | null;
  readonly value: string;
}

/** An edit as a person gives it. */
export type GivenEdit = Edit | NumberedEdit;

export function refused(text: string, what: string, next: string): Result<never> {
  return bad(trouble('bad-edit', `the edit ${JSON.stringify(text)} cannot be read: ${what}`, {}, next));
}

export function notAValue(text: string, value: string): Result<never> {
  return refused(
    text,
    `${JSON.stringify(value)} is not a value`,
    'give 0x… in lower case, a decimal, a revision M.m, a status like RMI_ERROR_INPUT, random(SEED), or unknown',
  );
}
