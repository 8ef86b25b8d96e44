/** What a kernel may ask, as C-like calls: each yields one Ask and gives the value that it is sent. */
import type { FactValue, FtrEvent, ReturnEvent, WarnEvent } from '../../model/events.js';
import type { FactName } from '../../model/facts.js';
import type { Answer, Asking, KnownMemory, SmcRequest } from '../../model/port.js';
import { parseRegions, type Region } from '../../model/regions.js';
import { parseHex, type U64, ZERO } from '../../model/u64.js';

/** A fact of the machine: lib/model/facts.ts says what it may be. */
export function fact(name: FactName): Asking<FactValue> {
  return factByName(name);
}

/** The same by a name that C gives. */
export function* factByName(name: string): Asking<FactValue> {
  const answer = yield { ask: 'fact', name };
  return answer.ask === 'fact' ? answer.value : mismatch(answer);
}

/** A fact that is a number; 0 where a trace edited by hand has something else there. */
export function* count(name: FactName): Asking<number> {
  const value = yield* fact(name);
  return typeof value === 'number' ? value : 0;
}

/** A fact that is a physical address; 0 where a trace edited by hand has something else there. */
export function* address(name: FactName): Asking<U64> {
  return parseHex(String(yield* fact(name))) ?? ZERO;
}

/** A fact that is regions of memory; none where a trace edited by hand has something else there. */
export function* regions(name: FactName): Asking<readonly Region[]> {
  return parseRegions(String(yield* fact(name))) ?? [];
}

/** The raw register on every CPU, boot CPU first; empty where the machine has only its sanitised value. */
export function* mrs(reg: string): Asking<readonly U64[]> {
  const answer = yield { ask: 'mrs', reg };
  return answer.ask === 'mrs' ? answer.values : mismatch(answer);
}

/** The sanitised register as the machine gives it. Only for a register that has no raw values. */
export function* ftr(reg: string): Asking<U64> {
  const answer = yield { ask: 'ftr', reg };
  return answer.ask === 'ftr' ? answer.value : mismatch(answer);
}

/** x0..x3, or x0..x17 for calling convention 1.2, after the call. */
export function* smc(request: SmcRequest): Asking<readonly U64[]> {
  const answer = yield { ask: 'smc', request };
  return answer.ask === 'smc' ? answer.res : mismatch(answer);
}

/** The same for a call that hands memory over: `mem` is that memory after it. */
export function* smcWithMemory(
  request: SmcRequest,
): Asking<{ readonly res: readonly U64[]; readonly mem: readonly KnownMemory[] }> {
  const answer = yield { ask: 'smc', request };
  return answer.ask === 'smc' ? answer : mismatch(answer);
}

/** Something the kernel puts out besides its lines, which lib/kernel/linux/printk.ts prints. */
export function* emit(event: WarnEvent | ReturnEvent | FtrEvent): Asking<void> {
  yield { ask: 'emit', event };
}

/** Runs `body`, and puts down what it returned under the name of the function that it is. */
export function* returning(of: string, body: Asking<number>): Asking<number> {
  const value = yield* body;
  yield { ask: 'emit', event: { type: 'return', of, value } };
  return value;
}

function mismatch(answer: Answer): never {
  throw new Error(`the run answered another question: ${answer.ask}`);
}
