/** C on an LP64 machine, where the init depends on it. */
import { field, type U64 } from '../model/u64.js';

/** An `unsigned long` assigned to an `unsigned short`: the low 16 bits. `%d` prints it as it is. */
export function unsigned_short(value: U64): number {
  return field(value, 0, 16);
}
