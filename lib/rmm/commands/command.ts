/** A command as an emulated RMM has it: when it may be called, what it answers, what the console shows. */
import { statusWord } from '../../abi/rmi-status.js';
import type { Memory } from '../../model/events.js';
import { type Seen, type U64, ZERO } from '../../model/u64.js';
import type { Logged } from '../console.js';
import type { World } from '../world.js';

export interface Command extends Logged {
  /** In which state of the RMM it is not refused with RMI_ERROR_GLOBAL; `begun` is any but `init`. */
  readonly states: 'any' | 'init' | 'active' | 'begun';
  /** Whether the line of a call that succeeded is printed. That of any other is. */
  readonly logsSuccess: boolean;
  readonly run: (world: World, call: Called) => Done;
}

export interface Called {
  /** x1 on. */
  readonly args: readonly U64[];
  /** What the caller hands over with it. */
  readonly mem: readonly Memory[];
}

export type Done =
  | {
      /** x0 on. */
      readonly res: readonly U64[];
      /** What the RMM wrote. */
      readonly wrote?: Omit<Memory, 'at'>;
    }
  /** Why there is no answer, to follow "the emulated RMM does not". */
  | { readonly unanswered: string };

export const SUCCESS = statusWord('SUCCESS');
const ERROR_INPUT = statusWord('ERROR_INPUT');

export function done(...res: readonly U64[]): Done {
  return { res };
}

export function refused(...others: readonly U64[]): Done {
  return { res: [ERROR_INPUT, ...others] };
}

/** x`register`, zero where the caller left it so. */
export function argument({ args }: Called, register: number): U64 {
  return args[register - 1] ?? ZERO;
}

/** The word at `offset` of the page at `pa` as the caller left it; `null` where the call does not say. */
export function word({ mem }: Called, pa: U64, offset: bigint): Seen {
  const words = mem.filter(memory => memory.pa === pa && memory.at === 'call').flatMap(({ words }) => words);
  return words.findLast(each => each.offset === offset)?.value ?? null;
}

export function isAligned(address: U64, bytes: bigint): boolean {
  return address % bytes === 0n;
}
