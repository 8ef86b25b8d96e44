/** C on an LP64 machine, where the init depends on it. */
import { field, type U64 } from '../../model/u64.js';

/** An `unsigned long` assigned to an `unsigned short`: the low 16 bits. `%d` prints it as it is. */
export function unsigned_short(value: U64): number {
  return field(value, 0, 16);
}

/** An `unsigned long` assigned to an `int`, or returned as one: the low 32 bits, signed, as `%d` prints them. */
export function int(value: U64): number {
  const low = field(value, 0, 32);
  return low < 2 ** 31 ? low : low - 2 ** 32;
}
