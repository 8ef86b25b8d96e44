/** A validation error as a sentence about the file: what was expected, and what was found. */
import type { Complaint } from './validator.js';

/** What each pattern of the schemas asks for; test/trace.test.ts holds this table against the schemas. */
export const PATTERNS: ReadonlyMap<string, string> = new Map([
  ['^0[xX][0-9A-Fa-f]{1,16}$', 'must be 0x and up to 16 hex digits, like 0xc4000150'],
  [
    '^0x(0|[1-9a-f][0-9a-f]{0,15})$',
    'must be a 64-bit hex value in lower case without leading zeros, like 0xc4000150',
  ],
  ['^(0|[1-9][0-9]{0,4})\\.(0|[1-9][0-9]{0,4})$', 'must be a revision, major.minor, like 1.0'],
  ['^-?[0-9]{1,20}\\.-?[0-9]{1,20}$', 'must be a revision as the kernel prints it, like 1.0'],
  ['^sha256:[0-9a-f]{64}$', 'must be sha256: and 64 lower-case hex digits'],
  ['^RMI_[A-Z0-9_]{1,60}$', 'must be the name of an RMI command, like RMI_VERSION'],
  ['^[A-Z][A-Z0-9_]{0,63}$', 'must be the name of a register in capitals, like ID_AA64PFR0_EL1'],
  ['^[A-Za-z_][A-Za-z0-9_.]{0,127}$', 'must be the name of a C function'],
  ['^[a-z][a-z0-9_]{0,63}$', 'must be the name of a fact in lower case, like page_size'],
  ['^[0-9]{1,12}(\\.[0-9]{1,9})?$', 'must be a time in seconds as a log prints it, like 0.123456'],
  ['^x-[!-~]{1,62}$', 'must be x- and up to 62 printable ASCII characters without spaces'],
  ['^[1-9][0-9]{0,4}$', 'must be a major RMI revision, like 1'],
  ['^(none|(?=.)(G0)?(G1)?C?D?)$', 'must be none, or some of G0, G1, C and D in that order, like G0G1'],
  [
    '^(no-rme|rme-hidden-by-cpu(0|[1-9][0-9]{0,3})|not-supported|no-conduit|page-size|not-in-hyp|el1-entry|kvm-disabled)$',
    'must be one of no-rme, rme-hidden-by-cpuN, not-supported, no-conduit, page-size, not-in-hyp, el1-entry, kvm-disabled',
  ],
]);

const TYPES: ReadonlyMap<string, string> = new Map([
  ['object', 'an object'],
  ['array', 'an array'],
  ['string', 'a string'],
  ['integer', 'a whole number'],
  ['number', 'a number'],
  ['boolean', 'true or false'],
  ['null', 'null'],
]);

const FOUND_LENGTH = 60;

/** A value as a message may show it: short, on one line, and never walked into. */
export function found(value: unknown): string {
  if (Array.isArray(value)) return 'an array';
  if (typeof value === 'object' && value !== null) return 'an object';
  if (typeof value !== 'string') return String(value);
  return JSON.stringify(value.length > FOUND_LENGTH ? `${value.slice(0, FOUND_LENGTH)}…` : value);
}

const word = (type: unknown): string => TYPES.get(String(type)) ?? String(type);
const listed = (values: unknown): string =>
  (Array.isArray(values) ? values : [values]).map(String).join(', ');

const many = (limit: unknown, one: string, more: string): string =>
  `${String(limit)} ${limit === 1 ? one : more}`;

type Say = (params: Complaint['params']) => string;

const KEYWORDS: ReadonlyMap<string, Say> = new Map<string, Say>([
  ['type', ({ type }) => `must be ${(Array.isArray(type) ? type : [type]).map(word).join(' or ')}`],
  ['const', ({ allowedValue }) => `must be ${JSON.stringify(allowedValue)}`],
  ['enum', ({ allowedValues }) => `must be one of ${listed(allowedValues)}`],
  ['pattern', ({ pattern }) => PATTERNS.get(String(pattern)) ?? `must match ${String(pattern)}`],
  ['minimum', ({ limit }) => `must be ${String(limit)} or more`],
  ['maximum', ({ limit }) => `must be ${String(limit)} or less`],
  ['multipleOf', ({ multipleOf }) => `must be a multiple of ${String(multipleOf)}`],
  ['minLength', ({ limit }) => `must have at least ${many(limit, 'character', 'characters')}`],
  ['maxLength', ({ limit }) => `must have at most ${many(limit, 'character', 'characters')}`],
  ['minItems', ({ limit }) => `must have at least ${many(limit, 'entry', 'entries')}`],
  ['maxItems', ({ limit }) => `must have at most ${many(limit, 'entry', 'entries')}`],
  ['minProperties', ({ limit }) => `must have at least ${many(limit, 'key', 'keys')}`],
  ['maxProperties', ({ limit }) => `must have at most ${many(limit, 'key', 'keys')}`],
]);

export interface Mismatch {
  readonly pointer: string;
  readonly message: string;
  /** The key that is not there, where that is what is wrong. */
  readonly missing?: string;
}

/** Keywords whose complaint is about a key, not a value: where it points, and what it says. */
const ABOUT_KEYS: ReadonlyMap<string, (params: Complaint['params']) => { key: string; message: string }> =
  new Map([
    ['required', ({ missingProperty }) => ({ key: String(missingProperty), message: 'is missing' })],
    [
      'additionalProperties',
      ({ additionalProperty }) => ({
        key: String(additionalProperty),
        message: 'is a key that this version does not know (keys of your own begin with x-)',
      }),
    ],
  ]);

export function escapeKey(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1');
}

/** The value that a JSON pointer names. */
function at(value: unknown, pointer: string): unknown {
  let here = value;
  for (const part of pointer.split('/').slice(1)) {
    if (typeof here !== 'object' || here === null) return undefined;
    const key = part.replaceAll('~1', '/').replaceAll('~0', '~');
    here = Object.getOwnPropertyDescriptor(here, key)?.value;
  }
  return here;
}

export function mismatchOf(complaint: Complaint, value: unknown): Mismatch {
  const { instancePath: pointer, keyword, params, propertyName } = complaint;
  const aboutKey = ABOUT_KEYS.get(keyword)?.(params);
  if (aboutKey !== undefined) {
    const missing = keyword === 'required' ? { missing: aboutKey.key } : {};
    return { pointer: `${pointer}/${escapeKey(aboutKey.key)}`, message: aboutKey.message, ...missing };
  }
  const expected = KEYWORDS.get(keyword)?.(params) ?? complaint.message ?? `breaks the rule ${keyword}`;
  if (propertyName !== undefined) {
    return { pointer: `${pointer}/${escapeKey(propertyName)}`, message: `has a key that ${expected}` };
  }
  return { pointer, message: `${expected}; found ${found(at(value, pointer))}` };
}
