/** What facts may be: read from the text of an edit, and judged in a trace. */
import { parseCount } from '../count.js';
import type { FactValue } from '../events.js';
import { parseRegions, regionsText } from '../regions.js';
import { hex, readHex } from '../u64.js';
import { parseVersion } from '../version.js';

export type FactValues =
  | { readonly kind: 'boolean' }
  /** `are` names them where they are too many to be listed. */
  | { readonly kind: 'one-of'; readonly values: readonly (string | number)[]; readonly are?: string }
  /** A whole number of at most nine digits, and a multiple of `step`. */
  | { readonly kind: 'number'; readonly least: number; readonly most: number; readonly step?: number }
  /** A 64-bit value in the one spelling that files have. */
  | { readonly kind: 'address' }
  /** Regions of memory, ascending: `BASE+SIZE,…`, each with `:nomap` where that is so and `nomap` allows it. */
  | { readonly kind: 'regions'; readonly nomap: boolean }
  /** `M.m`. */
  | { readonly kind: 'version' }
  | {
      readonly kind: 'pattern';
      readonly pattern: RegExp;
      /** Characters of the longest. */
      readonly longest: number;
      readonly are: string;
    };

export const BOOLEAN = { kind: 'boolean' } as const;
export const ADDRESS = { kind: 'address' } as const;
/** 16 bits: more than any kernel has of what is counted. */
export const COUNT = { kind: 'number', least: 0, most: 65_535 } as const;

/** The value that `text` is; `null` where it is none of `values`. */
export function readFactValue(values: FactValues, text: string): FactValue | null {
  switch (values.kind) {
    case 'boolean':
      return text === 'true' ? true : text === 'false' ? false : null;
    case 'one-of':
      return values.values.find(value => String(value) === text) ?? null;
    case 'number':
      return readNumber(values, text);
    case 'address': {
      const address = readHex(text);
      return address === null ? null : hex(address);
    }
    case 'regions': {
      const regions = parseRegions(text);
      const fits = regions !== null && (values.nomap || regions.every(({ nomap }) => !nomap));
      return fits && regionsText(regions) === text ? text : null;
    }
    case 'version':
      return parseVersion(text) === null ? null : text;
    case 'pattern':
      return values.pattern.test(text) ? text : null;
  }
}

/** A value that a person typed, in the spelling that facts have: an address is hex like any register. */
export function speltFact(values: FactValues, value: FactValue): FactValue {
  if (values.kind !== 'address' || typeof value !== 'string') return value;
  return readFactValue(values, value) ?? value;
}

/** What `value` must be and is not, to follow the name of its fact; `null` where it is one of `values`. */
export function wrongFactValue(values: FactValues, value: FactValue): string | null {
  return readFactValue(values, String(value)) === value ? null : `must be ${requirement(values)}`;
}

function readNumber(values: Extract<FactValues, { kind: 'number' }>, text: string): number | null {
  const negative = text.startsWith('-');
  const size = parseCount(negative ? text.slice(1) : text);
  if (size === null || (negative && size === 0)) return null;
  const value = negative ? -size : size;
  const fits = value >= values.least && value <= values.most && value % (values.step ?? 1) === 0;
  return fits ? value : null;
}

function requirement(values: FactValues): string {
  switch (values.kind) {
    case 'boolean':
      return 'one of true, false';
    case 'one-of':
      return `one of ${values.values.join(', ')}`;
    case 'number': {
      const step = values.step === undefined ? '' : `, a multiple of ${values.step}`;
      return `a whole number from ${values.least} to ${values.most}${step}`;
    }
    case 'address':
      return '64 bits in hex, like 0x8040000';
    case 'regions':
      return `none, or regions, ascending, like 0x80000000+0x20000000,0xa0000000+0x1000${values.nomap ? ':nomap' : ''}`;
    case 'version':
      return 'a version, major.minor';
    case 'pattern':
      return values.are;
  }
}
