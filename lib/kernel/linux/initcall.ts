/** do_one_initcall (init/main.c) with initcall_debug: a line before each initcall, and one with what it returned. */
import type { Asking } from '../../model/port.js';
import { ZERO } from '../../model/u64.js';
import { LINES } from '../lines.js';
import { fact } from './asks.js';
import { INIT_TASK, printk_debug } from './printk.js';

/** The size of a function, and how long it ran: nothing decides them: both are 0 here. */
const SIZE = ZERO;
const USECS = 0;

export function* initcall<T>(of: string, body: Asking<T>): Asking<T> {
  const debug = (yield* fact('initcall_debug')) === true;
  if (debug) yield* printk_debug(LINES.initcallCalling, { of, size: SIZE, pid: INIT_TASK });
  const value = yield* body;
  const ret = typeof value === 'number' ? value : 0;
  if (debug) yield* printk_debug(LINES.initcallReturned, { of, size: SIZE, ret, usecs: USECS });
  return value;
}
