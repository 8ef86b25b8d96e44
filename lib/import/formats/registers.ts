/** Registers as a trace of instructions writes them: read when they are asked for, since nearly all are written again. */
import { REGISTERS } from '../../abi/smccc.js';
import type { Seen } from '../../model/u64.js';
import { anyHex } from '../hex.js';

export interface Registers {
  /** `digits`: hex with or without `0x`; `null` where what was written is not sure. Registers above x17 are passed over. */
  write(number: number, digits: string | null): void;
  /** Lets go of the text that the digits are a part of. */
  settle(): void;
  /** x0 to x17. */
  shown(): readonly Seen[];
}

export function newRegisters(): Registers {
  const values: Seen[] = Array.from({ length: REGISTERS }, () => null);
  const written: (string | null)[] = Array.from({ length: REGISTERS }, () => null);
  let isWritten = false;
  const settle = (): void => {
    if (!isWritten) return;
    isWritten = false;
    for (const [number, digits] of written.entries()) {
      if (digits === null) continue;
      values[number] = anyHex(digits);
      written[number] = null;
    }
  };
  return {
    write(number, digits) {
      if (number >= REGISTERS) return;
      written[number] = digits;
      if (digits === null) values[number] = null;
      else isWritten = true;
    },
    settle,
    shown() {
      settle();
      return [...values];
    },
  };
}

/** The characters of a text without what begins a record inside a line, or a layer that may stand anywhere in one. */
export const PLAIN = 'A-Za-z\\d .,#+!{}()*/\\]-';
/** The text of an instruction in them, with one address in brackets; of a hundred characters at most. */
export const INSTRUCTION = `[${PLAIN}]{0,50}(?:\\[(?![ \\d])[${PLAIN}]{0,49})?`;

/** The cores of a trace by their names: the same one comes many times in a row. */
export function newCores<Core>(newCore: (name: string) => Core): {
  of(name: string): Core;
  all(): readonly Core[];
} {
  const cores = new Map<string, Core>();
  let latest: { readonly name: string; readonly core: Core } | null = null;
  return {
    of(name) {
      if (latest?.name === name) return latest.core;
      const core = cores.get(name) ?? newCore(name);
      cores.set(name, core);
      latest = { name, core };
      return core;
    },
    all: () => [...cores.values()],
  };
}
