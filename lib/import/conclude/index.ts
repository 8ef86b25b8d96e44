/** Everything that is concluded, in order: what a rule adds the next may go by. */
import type { Placed } from '../collect.js';
import { FACTS, RME } from './facts.js';
import { FIRMWARE } from './firmware.js';
import { IGNORED } from './ignored.js';
import { INIT_CALLS } from './init.js';
import type { Conclusion, Context } from './rule.js';
import { HANG, SILENCE } from './silence.js';
import { VERSION } from './version.js';

export const CONCLUSIONS: readonly Conclusion[] = [
  IGNORED,
  VERSION,
  FIRMWARE,
  INIT_CALLS,
  SILENCE,
  HANG,
  RME,
  FACTS,
];

export function conclude(placed: readonly Placed[], context: Context): readonly Placed[] {
  return CONCLUSIONS.reduce((records, { apply }) => apply(records, context), placed);
}
