/**
 * The fields of a kprobe event, and the registers that they are. A person chooses their names (`--map`); without that,
 * names that say it are known, and the kernel's own: the n-th unnamed one is `argN` (Documentation/trace/kprobetrace.rst).
 */
import { parseCount } from '../../model/count.js';
import type { Seen } from '../../model/u64.js';
import { u64, wrap64 } from '../../model/u64.js';
import { anyHex } from '../hex.js';

export interface Field {
  readonly name: string;
  readonly value: Seen;
}

/** `k=v …`; an array `k={a,b}` is as many fields as it has elements, from the number in its name or from 0. */
export function fieldsOf(text: string): readonly Field[] {
  return text.split(/\s+/).flatMap(word => {
    const equals = word.indexOf('=');
    if (equals <= 0) return [];
    const [name, value] = [word.slice(0, equals), word.slice(equals + 1)];
    if (!value.startsWith('{')) return [{ name, value: registerOf(value) }];
    if (!value.endsWith('}')) return [];
    return value
      .slice(1, -1)
      .split(',')
      .map((element, at) => ({ name: `x${at}`, value: registerOf(element) }));
  });
}

/** Hex with `0x`, or a decimal of the types u64 and s64; `null` for a fault, a string or a symbol. */
function registerOf(word: string): Seen {
  if (word.startsWith('0x')) return anyHex(word);
  if (/^\d{1,20}$/.test(word)) return BigInt(word) < 1n << 64n ? u64(BigInt(word)) : null;
  return /^-\d{1,19}$/.test(word) ? wrap64(BigInt(word)) : null;
}

/** The registers from x0 on that the fields show; `undefined` where none of them is x0. */
export function registersIn(
  fields: readonly Field[],
  side: 'entry' | 'return',
  names: ReadonlyMap<string, string>,
): readonly Seen[] | undefined {
  const byNumber = new Map<number, Seen>();
  for (const [at, { name, value }] of fields.entries()) {
    const number = numberOf(name, at, side, names);
    if (number !== null && number <= LAST && !byNumber.has(number)) byNumber.set(number, value);
  }
  if (!byNumber.has(0)) return undefined;
  const last = Math.max(...byNumber.keys());
  return Array.from({ length: last + 1 }, (_, number) => byNumber.get(number) ?? null);
}

/** x17, of SMCCC 1.2. */
const LAST = 17;

/** Names that say that a field is the FID. */
export const FID = /^(?:fid|fn|fnid|func|(?:smc_?|func_?|function_?|fn_?)id)$/i;
const STATUS = /^(?:ret|retval|rc|status|result)$/i;
const NUMBERED = /^(?:[axr]|reg|res|ret)(?<number>\d{1,2})$/i;
const UNNAMED = /^arg(?<number>\d{1,2})$/;

function numberOf(
  name: string,
  at: number,
  side: 'entry' | 'return',
  names: ReadonlyMap<string, string>,
): number | null {
  const roles = ROLES[side];
  const mapped = roles.findIndex(role => names.get(role) === name);
  if (mapped >= 0) return mapped;
  // Who says which fields they are says it of all of this side.
  if (roles.some(role => names.has(role))) return null;
  if (side === 'entry' ? FID.test(name) : STATUS.test(name)) return 0;
  const numbered = NUMBERED.exec(name)?.groups?.number;
  if (numbered !== undefined) return parseCount(numbered);
  const unnamed = UNNAMED.exec(name)?.groups?.number;
  if (unnamed === undefined) return null;
  // A name of the kernel's counts from 1; behind a FID, a person's counts the arguments.
  const number = parseCount(unnamed);
  return number === at + 1 ? at : number;
}

const NUMBERS = Array.from({ length: LAST + 1 }, (_, number) => number);
const ROLES = {
  entry: NUMBERS.map(number => (number === 0 ? 'fid' : `a${number}`)),
  return: NUMBERS.map(number => `r${number}`),
} as const;

/** What `--map` may name. */
export const FIELD_ROLES: readonly string[] = [...ROLES.entry, ...ROLES.return];
