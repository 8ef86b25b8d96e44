/** The lines between a host and an RMM behind a pipe, as pipe/protocol.md beside this file specifies them. */
import { afterCall, allRegisters, trimmed } from '../../abi/smccc.js';
import type { Memory } from '../../model/events.js';
import { bad, good, type Result, trouble } from '../../model/result.js';
import { hex, parseHex, type U64, ZERO } from '../../model/u64.js';
import { keyTwice, standsTwice } from '../../schema/key-twice.js';
import { found } from '../../schema/messages.js';
import { checkRmmAnswer, checkRmmCall, type RmmAnswerWire } from '../../schema/validate.js';

/** Who answers, and how another boot of it begins: it keeps no state, is told by a line, or is started again. */
export interface Hello {
  readonly name: string;
  readonly version: string | null;
  readonly boot: 'same' | 'line' | 'child';
}

export type FromRmm =
  | { readonly kind: 'hello'; readonly hello: Hello }
  | {
      readonly kind: 'answer';
      readonly res: readonly U64[];
      readonly console: readonly string[];
      readonly mem?: readonly Memory[];
    }
  | { readonly kind: 'unanswered'; readonly text: string }
  /** No such line. `text` lacks its subject: `answered …`. */
  | { readonly kind: 'wrong'; readonly text: string };

export type ToRmm =
  | { readonly kind: 'boot' }
  /** x0..x17, and the memory of the call before it. */
  | { readonly kind: 'call'; readonly x: readonly U64[]; readonly mem: readonly Memory[] };

export const BOOT_LINE = JSON.stringify({ boot: true });

/** `x` is x0..x17 as EL3 hands them over; zeros at its end are left out. */
export function callLine(x: readonly U64[], mem: readonly Memory[] = []): string {
  const [fid = ZERO, ...args] = x;
  return JSON.stringify({ fid: hex(fid), args: trimmed(args).map(hex), ...memoryWire(mem) });
}

/** An answer to a call with `x`, whole: x0..x17. */
export function parseAnswer(line: string, x: readonly U64[]): FromRmm {
  const value = parseJson(line);
  if (value === undefined)
    return { kind: 'wrong', text: `answered with a line that is not JSON: ${found(line)}` };
  const twice = keyTwice(line);
  if (twice !== null)
    return { kind: 'wrong', text: `answered with a line that has the key ${found(twice)} twice` };
  const checked = checkRmmAnswer(value);
  if (!checked.ok) {
    const where = checked.pointer === '' ? 'a line that' : `a line whose ${checked.pointer}`;
    return { kind: 'wrong', text: `answered with ${where} ${checked.message}` };
  }
  const { hello, res, unanswered, console, mem } = checked.value;
  if ([hello, res, unanswered].filter(part => part !== undefined).length !== 1) {
    return {
      kind: 'wrong',
      text: 'answered with a line that does not have exactly one of res, unanswered and hello',
    };
  }
  if (res === undefined && (console !== undefined || mem !== undefined)) {
    return { kind: 'wrong', text: `answered with a ${console === undefined ? 'mem' : 'console'} but no res` };
  }
  if (hello !== undefined) return { kind: 'hello', hello: helloOf(hello) };
  if (unanswered !== undefined) return { kind: 'unanswered', text: unanswered };
  const left = mem === undefined ? {} : { mem: memoryOf(mem, 'return') };
  return { kind: 'answer', res: afterCall(x, (res ?? []).map(register)), console: console ?? [], ...left };
}

export function helloLine({ name, version, boot }: Hello): string {
  return JSON.stringify({
    hello: { name, ...(version === null ? {} : { version }), ...(boot === 'same' ? {} : { boot }) },
  });
}

/** `x` is the call's, x0..x17; registers at the end that are as they would be without are left out. */
export function answerLine(
  res: readonly U64[],
  x: readonly U64[],
  console: readonly string[],
  mem: readonly Memory[] = [],
): string {
  const given = afterCall(x, []);
  const end = res.findLastIndex((value, at) => at === 0 || value !== given[at]) + 1;
  const said = console.length === 0 ? {} : { console };
  return JSON.stringify({ res: res.slice(0, end).map(hex), ...said, ...memoryWire(mem) });
}

export function unansweredLine(text: string): string {
  return JSON.stringify({ unanswered: text });
}

/** Troubles: `not-json`, `duplicate-key`, `bad-value`. */
export function parseCall(line: string): Result<ToRmm> {
  const next = 'lib/rmm/pipe/protocol.md describes the lines';
  const value = parseJson(line);
  if (value === undefined) return bad(trouble('not-json', `the line is not JSON: ${found(line)}`, {}, next));
  const twice = keyTwice(line);
  if (twice !== null) return bad(trouble('duplicate-key', standsTwice(twice), {}, next));
  const checked = checkRmmCall(value);
  if (!checked.ok) return bad(trouble('bad-value', checked.message, { pointer: checked.pointer }, next));
  const { fid, args, boot, mem } = checked.value;
  if (boot === true && fid === undefined && args === undefined && mem === undefined)
    return good({ kind: 'boot' });
  if (boot === true || fid === undefined || args === undefined)
    return bad(trouble('bad-value', 'the line must have fid and args, or boot alone', {}, next));
  const x = allRegisters([fid, ...args].map(register));
  return good({ kind: 'call', x, mem: memoryOf(mem ?? [], 'call') });
}

type MemoryWire = NonNullable<RmmAnswerWire['mem']>;

/** Without the words that nobody saw; nothing where there is no memory. */
function memoryWire(mem: readonly Memory[]): { readonly mem?: MemoryWire } {
  const known = mem.map(({ pa, words }) => ({
    pa: hex(pa),
    words: Object.fromEntries(
      words.flatMap(({ offset, value }) => (value === null ? [] : [[hex(offset), hex(value)]])),
    ),
  }));
  return known.length === 0 ? {} : { mem: known };
}

function memoryOf(wire: MemoryWire, at: Memory['at']): readonly Memory[] {
  return wire.map(({ pa, words }) => ({
    pa: register(pa),
    at,
    words: Object.entries(words).map(([offset, value]) => ({
      offset: register(offset),
      value: register(value),
    })),
  }));
}

function helloOf({ name, version, boot }: NonNullable<RmmAnswerWire['hello']>): Hello {
  return { name, version: version ?? null, boot: boot ?? 'same' };
}

/** The schema has seen its spelling. */
function register(text: string): U64 {
  const value = parseHex(text);
  if (value === null) throw new Error(`the schema let a spelling pass: ${text}`);
  return value;
}

/** `undefined` for what is no JSON: JSON itself has no such value. */
function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
