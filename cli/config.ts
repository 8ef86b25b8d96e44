/**
 * rmitrace.json: what a project takes where the command line says nothing. It stands in the current folder or above it, up to
 * the repository's top; it names built-in kernels and RMMs alone, so that no project runs code by it.
 */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import {
  bad,
  builtIn,
  type Config,
  configFromText,
  good,
  kernelNamed,
  parseIgnore,
  profileNamed,
  type Result,
  systemError,
  trouble,
} from '../lib/cli.js';
import type { Args, Command } from './command.js';
import { CONFIG_FILE } from './files.js';
import { IGNORE } from './load-ignore.js';
import type { Option } from './option.js';

/** More than any such file needs; of a device there is no end. */
const MOST_BYTES = 1 << 20;

/** A value that the command line did not give, and where it comes from. */
export interface Configured {
  readonly option: string;
  /** One, but of an option that may be given several times. */
  readonly values: readonly string[];
  readonly from: string;
}

/** What the project's file gives the command; nothing where there is no file. Troubles: those of reading it, `bad-value`. */
export function configured(command: Command, args: Args): Result<readonly Configured[]> {
  const path = configPath(resolve('.'));
  if (path === null) return good([]);
  const file = relative('.', path);
  const config = readConfig(path, file);
  if (!config.ok) return config;
  const all: Configured[] = [];
  for (const { option, values } of valuesOf(config.value, command.name)) {
    const several = values.length > 1 || option === IGNORE.name;
    const known = command.options.find(({ name, type }) => name === option && (several || type === 'string'));
    if (known === undefined || values.length === 0 || isGiven(args, option)) continue;
    const wrong = wrongValue(known, values);
    if (wrong !== null) {
      const where = { file, pointer: option === 'format' ? `/format/${command.name}` : `/${option}` };
      return bad(trouble('bad-value', wrong, where, 'the schema is schemas/config.schema.json'));
    }
    all.push({ option, values, from: file });
  }
  return good(all);
}

/** The arguments with what the file gives. */
export function withConfig(args: Args, values: readonly Configured[]): Args {
  const found = new Map(values.map(each => [each.option, each.values]));
  const one = (name: string) => args.one(name) ?? found.get(name)?.[0];
  return {
    ...args,
    one,
    flag: name => args.flag(name) || found.has(name),
    many: name => found.get(name) ?? args.many(name),
  };
}

/** In the folder, or above it as far as the repository goes; where there is no repository, in the folder alone. */
function configPath(folder: string): string | null {
  const here = join(folder, CONFIG_FILE);
  if (existsSync(here)) return here;
  for (let at = folder, found: string | null = null; ; at = dirname(at)) {
    const path = join(at, CONFIG_FILE);
    if (found === null && existsSync(path)) found = path;
    if (existsSync(join(at, '.git'))) return found;
    if (dirname(at) === at) return null;
  }
}

function readConfig(path: string, file: string): Result<Config> {
  const next = 'mend or remove it';
  try {
    const found = statSync(path);
    if (!found.isFile() && !found.isDirectory())
      return bad(trouble('unreadable', 'the file is a pipe or a device', { file }, next));
    if (found.size > MOST_BYTES)
      return bad(trouble('too-large', 'the file is larger than 1 MiB', { file }, next));
    return configFromText(readFileSync(path, 'utf8'), file);
  } catch (error) {
    const system = systemError(error);
    if (system === null) throw error;
    return bad(trouble('unreadable', `the file cannot be read: ${system.text}`, { file }, next));
  }
}

/** What a file says for a command. A trace of --expect is compared with others, and nothing is replayed. */
function valuesOf(config: Config, command: string): readonly Omit<Configured, 'from'>[] {
  const { kernel, rmm, format = {}, ignore = {} } = config;
  const formats: Readonly<Record<string, string | undefined>> = { ...format };
  const { events = [], logs = [], registers = [] } = ignore;
  const rules = [
    ...events.map(type => `event:${type}`),
    ...logs.map(text => `log:${text}`),
    ...registers.map(name => `register:${name}`),
  ];
  const single = Object.entries({ kernel, rmm, format: formats[command] }).flatMap(([option, value]) =>
    value === undefined ? [] : [{ option, values: [value] }],
  );
  return [...single, { option: IGNORE.name, values: rules }];
}

/** Options that leave no room for one that only the file gives. */
const INSTEAD: Readonly<Record<string, readonly string[]>> = {
  kernel: ['expect'],
  rmm: ['expect'],
  format: ['json'],
};

function isGiven(args: Args, option: string): boolean {
  return [option, ...(INSTEAD[option] ?? [])].some(name => args.flag(name));
}

/** What is wrong with a value, in words; `null` where nothing is. */
function wrongValue({ name, choices }: Option, values: readonly string[]): string | null {
  if (name === IGNORE.name) {
    const rules = parseIgnore(values);
    return rules.ok ? null : rules.trouble.what;
  }
  const [value = ''] = values;
  if (name === 'kernel') {
    if (builtIn(value) !== undefined) return null;
    const named = kernelNamed(value);
    return named.ok ? null : named.trouble.what;
  }
  if (name === 'rmm') {
    const named = value === 'auto' ? null : profileNamed(value);
    return named === null || named.ok ? null : named.trouble.what;
  }
  if (choices === undefined || choices.includes(value)) return null;
  return `--${name} takes ${choices.join(', ')}, not ${JSON.stringify(value)}`;
}
