/** The words of a TF-RMM record as registers: what is shown and no more. */

import { lookupRmi, lookupRmiByName } from '../../abi/rmi-commands.js';
import { parseStatus } from '../../abi/rmi-status.js';
import { padded } from '../../abi/smccc.js';
import { type Seen, type U64, u64 } from '../../model/u64.js';
import { hexWord, isHexWord } from '../hex.js';
import type { Line } from '../line.js';

/** How many arguments 0.1 and 0.2 show of each call. */
export const WIDE_ARGUMENTS = 5;
const MOST_ARGUMENTS = 7;
const MOST_RESULTS = 5;

/**
 * The commands of the handshake, with the numbers of arguments and results that releases show on success. A record of
 * one with other numbers is damaged; of the rest, whose lists changed more often, any number is taken.
 */
const SHOWN: ReadonlyMap<string, { readonly args: readonly number[]; readonly results: readonly number[] }> =
  new Map([
    ['VERSION', { args: [0, 1], results: [2] }],
    ['FEATURES', { args: [1], results: [1] }],
    ['RMM_CONFIG_SET', { args: [1], results: [0] }],
    ['RMM_CONFIG_GET', { args: [1], results: [0] }],
    ['RMM_ACTIVATE', { args: [0], results: [0] }],
    ['RMM_DEACTIVATE', { args: [0], results: [0] }],
    // One argument and two results in v0.9.0, one more of each in HEAD.
    ['GRANULE_TRACKING_GET', { args: [1, 2], results: [2, 3] }],
    ['GPT_L1_CREATE', { args: [1], results: [0] }],
    ['GPT_INFO', { args: [2], results: [2] }],
    ['REALM_CREATE', { args: [2], results: [0] }],
    ['REALM_ACTIVATE', { args: [1], results: [0] }],
    ['REALM_DESTROY', { args: [1], results: [0] }],
    ['REC_CREATE', { args: [3], results: [0] }],
    ['REC_DESTROY', { args: [1], results: [0] }],
    ['REC_AUX_COUNT', { args: [1], results: [1] }],
  ]);

export function argumentsFit(name: string, count: number): boolean {
  const most = SHOWN.get(name)?.args.at(-1) ?? MOST_ARGUMENTS;
  return count <= most;
}

/** x1 on; of 0.1 and 0.2 what the command does not have is what the caller left there. */
export function readArguments(
  name: string,
  shown: readonly string[],
  wide: boolean,
  versionWord: boolean,
): { readonly args: readonly Seen[]; readonly junk: { readonly junk?: readonly Seen[] } } {
  const values = shown.map(hexWord);
  if (!wide) return { args: values, junk: {} };
  // That age's RMI_VERSION had no argument.
  const own = versionWord ? 0 : argumentCount(name);
  return { args: values.slice(0, own), junk: { junk: values.slice(own) } };
}

function argumentCount(name: string): number {
  const fid = lookupRmiByName(`RMI_${name}`);
  const [command] = fid === null ? [] : lookupRmi(fid, '1.0');
  return Math.min(command?.args?.length ?? WIDE_ARGUMENTS, WIDE_ARGUMENTS);
}

interface Shown {
  readonly name: string;
  readonly status: string;
  /** What follows the status: index, results, and what a person wrote there. */
  readonly words: readonly string[];
  readonly wide: boolean;
  /** What the first argument is, as it is printed; `''` where there is none. */
  readonly requested: string;
  /** The width of the name's field. */
  readonly column: number;
  readonly line: Line;
}

export interface Answer {
  readonly res: readonly Seen[];
  /** It is the version itself, where others have a status. */
  readonly word: boolean;
  readonly open: boolean;
  readonly weak: boolean;
  readonly lost: string | null;
}

export function readAnswer(shown: Shown): Answer | 'cut' | null {
  const { status, words, line, name } = shown;
  const noted = words.findIndex(word => !isHexWord(word));
  const numbers = noted < 0 ? words : words.slice(0, noted);
  const open = noted < 0;
  // The last word of a torn line may be the first half of a longer one.
  const doubtful = open && line.torn;
  if (isHexWord(status)) {
    // Where the version is the word itself, nothing follows it.
    if (numbers.length > (name === 'VERSION' ? 0 : MOST_RESULTS)) return null;
    const cut = doubtful && numbers.length === 0;
    const res = [cut ? null : hexWord(status), ...numbers.map(hexWord)];
    const lost = cut ? 'the last number of a record, which may be longer' : null;
    // A revision has a major that is not 0.
    const weak = name !== 'VERSION' || status.length < LEAST_REVISION;
    return { res: padded(res), word: name === 'VERSION', open, weak, lost };
  }
  const code = codeOf(status, shown.column);
  if (code === null) return cutStatus(shown, open);
  return withResults(shown, code, numbers, open, doubtful);
}

/** A status that no table has: the beginning of one, or none at all. */
function cutStatus({ status, line, words }: Shown, open: boolean): Answer | 'cut' | null {
  if (words.length > 0 || !open || !STATUS_NAMES.some(name => name.startsWith(status))) return null;
  if (!line.final) return 'cut';
  const lost = 'the end of a record: what the call answered';
  return { res: padded([]), word: false, open: false, weak: false, lost };
}

function withResults(
  { name, status, line, wide, requested }: Shown,
  code: Code,
  numbers: readonly string[],
  open: boolean,
  doubtful: boolean,
): Answer | 'cut' | null {
  const indexed = status === 'RMI_ERROR_RTT' || (status === 'RMI_ERROR_REALM' && name === 'REC_ENTER');
  const [index = '0', ...rest] = indexed ? numbers : ['0', ...numbers];
  const least = leastResults(name, status, wide);
  const short = (indexed && numbers.length === 0) || rest.length < least;
  if ((short || isBeheaded(name, rest)) && open && !line.final) return 'cut';
  if (rest.length > mostResults(name, status, wide)) return null;
  const x0 =
    code.value === null || (indexed && numbers.length === 0) ? null : indexedStatus(index, code.value);
  const values: Seen[] = rest.map(hexWord);
  const last = rest.at(-1) ?? '';
  const cutNumber =
    values.length > 0 &&
    (((doubtful || short) && mayBeLonger(last, name, short ? requested : null)) || isBeheaded(name, rest));
  if (cutNumber) values[values.length - 1] = null;
  const cutName = doubtful && numbers.length === 0 && STATUS_NAMES.some(other => longer(other, status));
  const lost =
    short || cutNumber || cutName
      ? 'the end of a record: the last of its registers, which may be longer'
      : null;
  // TF-RMM grants what it was asked for, and shows no values of a call that failed, but for a few statuses: two pieces
  // that read otherwise do not belong together.
  const granted = status === 'RMI_SUCCESS' && rest[0] === requested;
  const refused = status !== 'RMI_SUCCESS' && !WITH_VALUES.includes(status) && !wide;
  const weak = rest.length > 0 && (refused || (name === 'VERSION' && !granted));
  return { res: padded([cutName ? null : x0, ...values]), word: false, open, weak, lost };
}

function longer(other: string, status: string): boolean {
  return other !== status && other.startsWith(status);
}

/** The digits of 1.0 as a word. */
const LEAST_REVISION = 5;

/**
 * A revision whose major is not 0 is whole: without its last digit it would have major 0. Where something was cut off
 * behind the lower one, it is known by being what was asked for.
 */
function mayBeLonger(word: string, name: string, requested: string | null): boolean {
  return name !== 'VERSION' || word.length < LEAST_REVISION || (requested !== null && word !== requested);
}

/** A higher revision below the lower one, that a longer word would mend: the end of it was cut off. */
function isBeheaded(name: string, [lower = '', higher = '']: readonly string[]): boolean {
  return name === 'VERSION' && higher !== '' && higher !== '0' && higher.length < lower.length;
}

function leastResults(name: string, status: string, wide: boolean): number {
  return status === 'RMI_SUCCESS' || wide ? (SHOWN.get(name)?.results[0] ?? 0) : 0;
}

function mostResults(name: string, status: string, wide: boolean): number {
  if (status === 'RMI_SUCCESS' || wide) return SHOWN.get(name)?.results.at(-1) ?? MOST_RESULTS;
  // A build that shows the values of a refusal too shows as many as of a success.
  return WITH_VALUES.includes(status) ? MOST_RESULTS : (SHOWN.get(name)?.results.at(-1) ?? 0);
}

/** A handle and a request for memory; the results of RTT_DESTROY and its like. */
const WITH_VALUES: readonly string[] = ['RMI_INCOMPLETE', 'RMI_ERROR_RTT'];

/** The index is x0 without its low eight bits, and not cut to eight itself. */
function indexedStatus(index: string, code: U64): Seen {
  const high = hexWord(index);
  return high === null || high >= 1n << 56n ? null : u64((high << 8n) | code);
}

interface Code {
  /** `null` where the name is known, and not the whole of x0. */
  readonly value: U64 | null;
}

/** 5 and 6 changed places between 0.7 and 0.8, and the width of the name's field with 0.8. */
const OLD_COLUMN = 29;
const NEW_COLUMN = 33;

/** Names that not every release gives one number. */
const BY_COLUMN: ReadonlyMap<string, ReadonlyMap<number, bigint>> = new Map([
  [
    'RMI_ERROR_DEVICE',
    new Map([
      [OLD_COLUMN, 5n],
      [NEW_COLUMN, 6n],
    ]),
  ],
  [
    'RMI_ERROR_NOT_SUPPORTED',
    new Map([
      [OLD_COLUMN, 6n],
      [NEW_COLUMN, 5n],
    ]),
  ],
  ['RMI_ERROR_IN_USE', new Map([[OLD_COLUMN, 5n]])],
]);

/** Statuses with more in x0 than their number: a level that is not printed, a request for memory. */
const WITH_MORE: readonly string[] = [
  'RMI_INCOMPLETE',
  'RMI_ERROR_RTT_AUX',
  'RMI_ERROR_PSMMU_ST',
  'RMI_ERROR_DPT',
];

const STATUS_NAMES: readonly string[] = [
  'RMI_SUCCESS',
  'RMI_ERROR_INPUT',
  'RMI_ERROR_REALM',
  'RMI_ERROR_REC',
  'RMI_ERROR_RTT',
  'RMI_ERROR_IN_USE',
  'RMI_ERROR_NOT_SUPPORTED',
  'RMI_ERROR_DEVICE',
  'RMI_ERROR_RTT_AUX',
  'RMI_ERROR_PSMMU_ST',
  'RMI_ERROR_DPT',
  'RMI_BUSY',
  'RMI_ERROR_GLOBAL',
  'RMI_ERROR_TRACKING',
  'RMI_INCOMPLETE',
  'RMI_BLOCKED',
  'RMI_ERROR_GPT',
  'RMI_ERROR_GRANULE',
];

function codeOf(status: string, column: number): Code | null {
  const byColumn = BY_COLUMN.get(status);
  if (byColumn !== undefined) {
    const value = byColumn.get(column);
    return { value: value === undefined ? null : u64(value) };
  }
  if (WITH_MORE.includes(status)) return { value: null };
  const value = STATUS_NAMES.includes(status) ? parseStatus(status) : null;
  return value === null ? null : { value };
}
