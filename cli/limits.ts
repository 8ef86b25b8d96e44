/** `--limit NAME=N`: how much is read of a trace before it is too large. */
import { parseCount, READ_LIMITS, type ReadOptions } from '../lib/cli.js';

const UNITS: ReadonlyMap<string, number> = new Map([
  ['', 1],
  ['K', 2 ** 10],
  ['M', 2 ** 20],
  ['G', 2 ** 30],
]);

const LIMIT_NAMES: readonly string[] = Object.keys(READ_LIMITS);

export type Limits =
  | { readonly ok: true; readonly value: ReadOptions }
  | { readonly ok: false; readonly what: string };

export function limitsOf(values: readonly string[]): Limits {
  const limits: Record<string, number> = {};
  for (const value of values) {
    const [, name = '', digits = '', unit = ''] = /^([A-Za-z]+)=(\d{1,12})([KMG]?)$/.exec(value) ?? [];
    const most = (parseCount(digits) ?? 0) * (UNITS.get(unit) ?? 1);
    if (!LIMIT_NAMES.includes(name) || !(most > 0)) return misspelt(value);
    limits[name] = most;
  }
  return { ok: true, value: limits };
}

function misspelt(value: string): Limits {
  const names = LIMIT_NAMES.join(', ');
  return {
    ok: false,
    what: `--limit takes NAME=N, like bytes=2G, not ${JSON.stringify(value)}; the names are ${names}`,
  };
}
