/**
 * Splits the command line into options and operands with yargs. Its defaults would spoil some words: it would read
 * `0x10` as a number and `a.b` as an object, and let `--set` take the operands. Operands are read from its `_`, so that
 * `-` and everything after `--` arrive as they were typed.
 */
import { Parser } from 'yargs/helpers';
import type { Args } from './command.js';
import type { Option } from './option.js';

export interface Taken extends Args {
  /** The values of each option that was given, by its name; a flag's are empty. */
  readonly given: ReadonlyMap<string, readonly string[]>;
}

export interface WordProblem {
  readonly kind: 'unknown' | 'no-value' | 'takes-no-value';
  /** As it was typed, without a value. */
  readonly option: string;
}

type TakenApart =
  | { readonly ok: true; readonly taken: Taken }
  | { readonly ok: false; readonly problem: WordProblem };

const PARSER = {
  'parse-numbers': false,
  'parse-positional-numbers': false,
  'dot-notation': false,
  'greedy-arrays': false,
  'camel-case-expansion': false,
  'boolean-negation': false,
  'strip-aliased': true,
} as const;

/** The words in which an option may stand: a word there that begins with `--` is never a value. */
export function beforeDashes(words: readonly string[]): readonly string[] {
  const end = words.indexOf('--');
  return end < 0 ? words : words.slice(0, end);
}

export function takeApart(words: readonly string[], options: ReadonlyMap<string, Option>): TakenApart {
  // Before yargs sees them: it throws on names like `--constructor`, and takes `--json=no` for false.
  for (const word of beforeDashes(words)) {
    const { typed, name, equals } = /^(?<typed>--(?<name>[^=]+))(?<equals>=?)/s.exec(word)?.groups ?? {};
    if (name === undefined || typed === undefined) continue;
    const option = options.get(name);
    if (option === undefined) return problem('unknown', typed);
    if (option.type === 'boolean' && equals !== '') return problem('takes-no-value', typed);
  }
  const read = byYargs(words, options);
  if (!('argv' in read)) return read;

  const given = new Map<string, readonly string[]>();
  for (const [key, value] of Object.entries(read.argv)) {
    if (key === '_' || key === '$0') continue;
    const option = options.get(key);
    if (option === undefined) return problem('unknown', `-${key}`);
    const values = option.type === 'boolean' ? [] : [value].flat().map(String);
    if (values.includes('')) return problem('no-value', `--${key}`);
    given.set(key, values);
  }
  const taken: Taken = {
    operands: read.argv._.map(String),
    given,
    flag: name => given.has(name),
    one: name => given.get(name)?.[0],
    many: name => given.get(name) ?? [],
  };
  return { ok: true, taken };
}

function problem(kind: WordProblem['kind'], option: string): Extract<TakenApart, { ok: false }> {
  return { ok: false, problem: { kind, option } };
}

function byYargs(words: readonly string[], options: ReadonlyMap<string, Option>) {
  const all = [...options.values()];
  const named = (boolean: boolean) =>
    all.filter(({ type }) => (type === 'boolean') === boolean).map(({ name }) => name);
  const valued = named(false);
  const { argv, error } = Parser.detailed(withEquals(words, options), {
    configuration: PARSER,
    boolean: named(true),
    string: valued,
    narg: Object.fromEntries(valued.map(name => [name, 1])),
    alias: Object.fromEntries(
      all.flatMap(({ name, alias }) => (alias === undefined ? [] : [[name, [alias]]])),
    ),
  });
  if (error === null) return { argv };
  const name = /following: (?<name>\S+)$/.exec(error.message)?.groups?.name;
  if (name === undefined) throw error;
  const long = options.has(name) ? name : all.find(({ alias }) => alias === name)?.name;
  return problem('no-value', `--${long ?? name}`);
}

/** `-oFILE`, which yargs would take for five flags, as `-o=FILE`. */
function withEquals(words: readonly string[], options: ReadonlyMap<string, Option>): string[] {
  const letters = [...options.values()].filter(({ type }) => type !== 'boolean').map(({ alias }) => alias);
  const end = beforeDashes(words).length;
  return words.map((word, at) => {
    const { letter, value } = /^-(?<letter>[a-z])(?<value>[^=].*)$/s.exec(word)?.groups ?? {};
    return at < end && letter !== undefined && letters.includes(letter) ? `-${letter}=${value}` : word;
  });
}
