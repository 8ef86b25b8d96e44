/**
 * From the words of the command line to a command and its arguments. Options and operands are checked here against the
 * table of commands, so that a misspelt word gets a suggestion; cli/argv.ts splits the words.
 */
import { nearest } from '../lib/cli.js';
import { beforeDashes, type Taken, takeApart, type WordProblem } from './argv.js';
import type { Args, Command } from './command.js';
import { limitsOf } from './limits.js';
import type { Option } from './option.js';
import { GLOBAL_OPTIONS, type Globals } from './option.js';
import { PRINT_CONFIG } from './print-config.js';

/** A usage error: what is wrong, and the command whose help explains it. */
export interface Misuse {
  readonly kind: 'misuse';
  readonly what: string;
  readonly command: string | null;
  readonly globals: Globals;
}

export type Parsed =
  | Misuse
  | { readonly kind: 'run'; readonly command: Command; readonly args: Args; readonly globals: Globals }
  /** `null`: of rmitrace as a whole. */
  | { readonly kind: 'help'; readonly command: Command | null }
  | { readonly kind: 'version' }
  | { readonly kind: 'nothing' };

export function parse(words: readonly string[], commands: readonly Command[]): Parsed {
  const typed = beforeDashes(words);
  const options = optionsOf(commands);
  // For words that cannot be parsed: their trouble is still printed as JSON if that was asked for.
  const plain: Globals = { json: typed.some(asksForJson), color: 'auto', quiet: false, debug: false };
  const named = typed.find(word => commands.some(({ name }) => name === word)) ?? null;
  const misuse = (what: string, command = named): Misuse => ({
    kind: 'misuse',
    what,
    command,
    globals: plain,
  });
  const help = (name: string | undefined): Parsed => {
    const command = commands.find(each => each.name === name) ?? null;
    return command === null && name !== undefined
      ? misuse(noCommand(name, commands))
      : { kind: 'help', command };
  };

  if (typed.includes('--help') || typed.includes('-h')) {
    return help(named ?? typed.find(word => !word.startsWith('-') && word !== 'help'));
  }
  const apart = takeApart(words, options);
  if (!apart.ok) return misuse(said(apart.problem, options));
  const { taken } = apart;
  const [name, ...operands] = taken.operands;
  if (name === 'help') {
    const [of, more] = operands;
    if (more !== undefined)
      return misuse(`help takes [COMMAND]: ${JSON.stringify(more)} is one operand too many`, null);
    return help(of === 'help' ? undefined : of);
  }
  if (taken.flag('help')) return help(name);
  if (taken.flag('version')) return { kind: 'version' };
  if (name === undefined) return { kind: 'nothing' };

  const command = commands.find(each => each.name === name);
  if (command === undefined) return misuse(noCommand(name, commands), null);
  const wrong = wrongUse(command, taken, operands);
  if (wrong !== null) return misuse(wrong, name);
  return { kind: 'run', command, args: { ...taken, operands }, globals: globalsOf(taken) };
}

/** Every option of every command: one name means one thing everywhere, so that it may stand before the command too. */
export function optionsOf(commands: readonly Command[]): ReadonlyMap<string, Option> {
  const all = [...GLOBAL_OPTIONS, ...commands.flatMap(({ options }) => options)];
  return new Map(all.map(option => [option.name, option]));
}

/** Whether a word asks for JSON, here where the words may not be understood. */
function asksForJson(word: string, at: number, words: readonly string[]): boolean {
  return word === '--json' || word === '--format=json' || (word === 'json' && words[at - 1] === '--format');
}

/** What every command takes, as it was given. */
export function globalsOf(args: Args): Globals {
  return {
    json: args.flag('json') || args.one('format') === 'json',
    color: args.one('color') ?? 'auto',
    quiet: args.flag('quiet'),
    debug: args.flag('debug'),
    ...limitsIn(args.many('limit')),
  };
}

/** Those that are misspelt `wrongUse` has refused. */
function limitsIn(values: readonly string[]): Pick<Globals, 'limits'> {
  const limits = limitsOf(values);
  return limits.ok && values.length > 0 ? { limits: limits.value } : {};
}

function noCommand(name: string, commands: readonly Command[]): string {
  const names = [...commands.map(each => each.name), 'help'];
  return unknown(`${JSON.stringify(name)} is not a command`, name, names);
}

function unknown(what: string, name: string, names: readonly string[]): string {
  const meant = nearest(name, names);
  return meant === null ? what : `${what}; did you mean ${meant}?`;
}

function said({ kind, option }: WordProblem, options: ReadonlyMap<string, Option>): string {
  switch (kind) {
    case 'unknown': {
      const what = `there is no option ${option}`;
      return option.startsWith('--')
        ? unknown(
            what,
            option,
            [...options.keys()].map(each => `--${each}`),
          )
        : what;
    }
    case 'no-value':
      return `${option} needs a value`;
    case 'takes-no-value':
      return `${option} takes no value`;
  }
}

/** What does not fit the command; `null` where all does. */
function wrongUse(command: Command, { given }: Taken, operands: readonly string[]): string | null {
  const options = new Map([...GLOBAL_OPTIONS, ...command.options].map(option => [option.name, option]));
  const [format] = given.get('format') ?? [];
  if (given.has('json') && format !== undefined && format !== 'json')
    return `--json and --format ${format} name two formats`;
  for (const [name, values] of given) {
    const option = options.get(name);
    if (option === undefined) return `${command.name} does not take --${name}`;
    if (option.type === 'string' && values.length > 1) return `--${name} is given more than once`;
    const odd = values.find(value => option.choices?.includes(value) === false);
    if (odd !== undefined) {
      return unknown(
        `--${name} takes ${option.choices?.join(', ')}, not ${JSON.stringify(odd)}`,
        odd,
        option.choices ?? [],
      );
    }
  }
  const limits = limitsOf(given.get('limit') ?? []);
  if (!limits.ok) return limits.what;
  const { usage, min, max } = command.operands;
  const takes = usage === '' ? 'no operands' : usage;
  if (operands.length < min && !given.has(PRINT_CONFIG)) {
    // Whoever forgot it may have meant a pipe.
    const piped = /standard input/.test(command.operands.says ?? '') ? ', or - for standard input' : '';
    return `${command.name} needs ${takes}${piped}`;
  }
  if (operands.length > max) {
    return `${command.name} takes ${takes}: ${JSON.stringify(operands[max])} is one operand too many`;
  }
  const inputs = operands.filter(operand => operand === '-');
  return inputs.length > 1 ? 'standard input (-) can be read only once' : null;
}
