/**
 * What a line of the kernel is: its text, with a place for each value, and how it is printed. Both ways come of the one
 * row: `printed` puts values into the places, `readBack` takes them out again.
 */
import type { Level } from '../../model/events.js';
import { literal } from '../../model/pattern.js';
import type { OutcomeClass, Reason, Scope } from '../../model/trace.js';
import { lx, type U64 } from '../../model/u64.js';

/** The functions that print: each is a level, and KVM's prefix or none. The pr_ functions have no pr_fmt here. */
export const PRINTERS = {
  kvm_info: { level: 'info', prefix: 'kvm' },
  kvm_err: { level: 'err', prefix: 'kvm' },
  kvm_debug: { level: 'debug', prefix: 'kvm' },
  pr_info: { level: 'info', prefix: undefined },
  pr_err: { level: 'err', prefix: undefined },
  pr_warn: { level: 'warn', prefix: undefined },
  printk_debug: { level: 'debug', prefix: undefined },
} as const satisfies Readonly<Record<string, { readonly level: Level; readonly prefix: 'kvm' | undefined }>>;

export type Printer = keyof typeof PRINTERS;

/** A revision as `%d.%d` prints it. */
export interface Revision {
  readonly major: number;
  readonly minor: number;
}

/** What stands in a place, by its conversion. All but the last are C's; a place may list its words instead: `{who:n|h}`. */
interface Conversions {
  '%d': number;
  '%u': number;
  '%lu': number | bigint;
  '%ld': number | bigint;
  '%d.%d': Revision;
  '%llx': U64;
  '%#016llx': U64;
  '%s': string;
  /** Whatever follows, to the end. */
  '...': string;
}

/**
 * What each prints, and what it reads. No conversion reads the character that stands behind its place, and `...` comes
 * last: so a line is read in one pass, whatever stands in it.
 */
const CONVERSIONS: {
  readonly [C in keyof Conversions]: {
    readonly print: (value: Conversions[C]) => string;
    readonly reads: string;
  };
} = {
  '%d': { print: String, reads: '-?\\d+' },
  '%u': { print: String, reads: '\\d+' },
  '%lu': { print: String, reads: '\\d+' },
  '%ld': { print: String, reads: '-?\\d+' },
  '%d.%d': { print: ({ major, minor }) => `${major}.${minor}`, reads: '-?\\d+\\.\\d+' },
  '%llx': { print: value => lx(value), reads: '[0-9a-f]+' },
  // A width of 16 counts the 0x.
  '%#016llx': { print: value => `0x${lx(value, 14, '0')}`, reads: '0x[0-9a-f]{14,16}' },
  '%s': { print: String, reads: '\\w+' },
  '...': { print: String, reads: '[^]*' },
};

type Words<Kind extends string> = Kind extends `${infer Word}|${infer Rest}` ? Word | Words<Rest> : Kind;
type ValueOf<Kind extends string> = Kind extends keyof Conversions ? Conversions[Kind] : Words<Kind>;

/** The values that the places of a text take, by name. */
export type ValuesOf<Text extends string> = Text extends `${string}{${infer Name}:${infer Kind}}${infer Rest}`
  ? { readonly [N in Name]: ValueOf<Kind> } & ValuesOf<Rest>
  : unknown;

/** What the line tells of the check. Its places `lower` and `higher` are the revisions of the outcome. */
export interface Says {
  readonly class: Extract<OutcomeClass, 'accepted' | 'refused' | 'not-reached'>;
  readonly reason?: Reason;
}

/**
 * Which part of a boot prints it. `early`: KVM, long before its init. `check`: the check itself, as KVM's line where KVM
 * calls it. `kvm`: kvm_arm_init. `init`: what comes after a good version in whole series.
 */
export type Part = 'early' | 'bring-up' | 'check' | 'kvm' | 'init';

/** By each function that prints it, the revision of the check or the era of KVM that was the first to do so. */
export type By = Readonly<Partial<Record<Printer, string>>>;

interface About<B extends By> {
  readonly by: B;
  readonly says?: Says;
  /** The names of the lines whose place this one took: from its first kernel on those are not printed any more. */
  readonly insteadOf?: readonly string[];
  /** The last kernel that prints it, where nothing took its place. */
  readonly until?: string;
  /** kvm_arm_init prints nothing after it: it went well, or is given up. */
  readonly ends?: 'initialized' | 'gave-up';
  /** Its text does not end in a newline; it is a record of its own all the same. */
  readonly newline?: false;
}

export interface Line<Text extends string = string, B extends By = By> extends About<B> {
  readonly text: Text;
  readonly part: Part;
  /** The smallest scope of a boot that has it. */
  readonly scope: Scope;
  readonly pieces: readonly Piece[];
  /** Anchored, with a group for each place, by its name. */
  readonly pattern: RegExp;
}

/** Text as it stands, or a place. */
type Piece = string | Place;

interface Place {
  readonly name: string;
  readonly print: (value: never) => string;
  readonly reads: string;
}

/** Makes the rows of one part. */
export function linesOf(where: { readonly part: Part; readonly scope: Scope }) {
  return <const Text extends string, const B extends By>(text: Text, about: About<B>): Line<Text, B> => {
    const pieces = piecesOf(text);
    let pattern: RegExp | undefined;
    return {
      ...about,
      ...where,
      text,
      pieces,
      // Most runs read few of the rows, and every run has all of them.
      get pattern() {
        pattern ??= patternOf(pieces);
        return pattern;
      },
    };
  };
}

function patternOf(pieces: readonly Piece[], group = (name: string) => `?<${name}>`): RegExp {
  const source = pieces.map(piece =>
    typeof piece === 'string' ? literal(piece) : `(${group(piece.name)}${piece.reads})`,
  );
  return new RegExp(`^${source.join('')}$`);
}

function piecesOf(text: string): readonly Piece[] {
  return text.split(/(\{[^}]*\})/).flatMap((piece): readonly Piece[] => {
    const [, name, kind = ''] = /^\{(\w+):([^}]*)\}$/.exec(piece) ?? [];
    if (name === undefined) return piece === '' ? [] : [piece];
    return [{ name, ...(isConversion(kind) ? CONVERSIONS[kind] : wordsOf(kind)) }];
  });
}

function isConversion(kind: string): kind is keyof Conversions {
  return Object.hasOwn(CONVERSIONS, kind);
}

function wordsOf(kind: string) {
  return { print: String, reads: kind.split('|').map(literal).join('|') };
}

/** The text of a line with its values in their places. */
export function printed<Text extends string>(line: Line<Text>, values: ValuesOf<Text>): string {
  const given = values as Readonly<Record<string, never>>;
  let text = '';
  for (const piece of line.pieces)
    text += typeof piece === 'string' ? piece : piece.print(given[piece.name] as never);
  return text;
}

/** What stands in the places of a text, by their names. */
export type ReadValues = Readonly<Record<string, string>>;

/** What stands in the places of a text, as it stands there; `null` where the text is not of this line. */
export function readBack(line: Line, text: string): ReadValues | null {
  return readerOf(line)(text);
}

/** The same for many texts: groups with names take V8 longer, and so does a pattern that its first words rule out. */
export function readerOf({ pieces }: Line): (text: string) => ReadValues | null {
  const opening = typeof pieces[0] === 'string' ? pieces[0] : '';
  const names = pieces.flatMap(piece => (typeof piece === 'string' ? [] : [piece.name]));
  let pattern: RegExp | undefined;
  return text => {
    if (!text.startsWith(opening)) return null;
    pattern ??= patternOf(pieces, () => '');
    const match = pattern.exec(text);
    if (match === null) return null;
    const values: Record<string, string> = {};
    for (let at = 0; at < names.length; at++) values[names[at] ?? ''] = match[at + 1] ?? '';
    return values;
  };
}

/** The words that the line opens with, before its first value: `Unsupported RMI ABI`. */
export function openingOf(line: Line): string {
  return /^[\w ]*\w/.exec(String(line.pieces[0]))?.[0] ?? '';
}
