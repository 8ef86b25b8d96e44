/**
 * WARN_ON and WARN_ON_ONCE (include/asm-generic/bug.h). What they print differs from tree to tree; the event names the function
 * and the condition.
 */
import type { Asking } from '../../model/port.js';
import { emit } from './asks.js';

export type Warn = (condition: boolean, of: string, text: string) => Asking<boolean>;

/** Whether `condition` holds, after a warning that names it where it does. */
export const WARN_ON: Warn = (condition, of, text) => warning(condition, of, text, condition);

/** WARN_ON_ONCE of one boot: each place warns the first time alone. */
export function warningOnce(): Warn {
  const warned = new Set<string>();
  return (condition, of, text) => {
    const place = `${of} ${text}`;
    const first = condition && !warned.has(place);
    if (first) warned.add(place);
    return warning(condition, of, text, first);
  };
}

function* warning(condition: boolean, of: string, text: string, now: boolean): Asking<boolean> {
  if (now) yield* emit({ type: 'warn', of, text });
  return condition;
}
