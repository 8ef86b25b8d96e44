/** Help, made from the table of commands: examples first. Its lines do not depend on the terminal's width. */
import { COLUMNS, type Paint, wrapped } from '../lib/cli.js';
import type { Command, Example } from './command.js';
import { diffCommand } from './commands/diff.js';
import { COMMANDS, GROUPS } from './commands/index.js';
import { recordCommand } from './commands/record.js';
import { replayCommand } from './commands/replay.js';
import { showCommand } from './commands/show.js';
import type { Option } from './option.js';
import { GLOBAL_OPTIONS } from './option.js';

/** In the order of the main job. */
const STORY = [recordCommand, showCommand, replayCommand, diffCommand];

export const PURPOSE =
  'Records, replays and compares how a Linux KVM host on Arm asks the RMM for its RMI revision.';

export const EXITS = [
  ['0', 'same, valid, done'],
  ['1', 'different, diverged, not valid, a conformance error'],
  ['2', 'trouble: wrong usage, a file that cannot be used, a bug'],
  ['128 + N', 'ended by signal N: hung up, interrupted, quit, terminated'],
] as const;

/** For who typed nothing. */
export function shortHelp(): string {
  return page([
    ...wrapped(PURPOSE, COLUMNS),
    '',
    'usage: rmitrace COMMAND [OPTIONS] [OPERANDS]',
    '',
    ...groupLines(text => text),
    '',
    ...wrapped(MORE, COLUMNS),
  ]);
}

const MORE = '`rmitrace help COMMAND` describes one command; `rmitrace help` lists options and exit codes.';

export function mainHelp({ bold }: Paint): string {
  const story = STORY.flatMap(({ examples }) => examples.filter(each => each.story === true));
  return page([
    'usage: rmitrace COMMAND [OPTIONS] [OPERANDS]',
    '',
    ...wrapped(PURPOSE, COLUMNS),
    '',
    bold('Examples'),
    ...exampleLines(story),
    '',
    ...groupLines(bold),
    '',
    bold('Options of every command'),
    ...optionLines(GLOBAL_OPTIONS),
    '',
    bold('Exit codes'),
    ...table(EXITS),
    '',
    ...wrapped(MORE, COLUMNS),
    'README.md explains each task; lib/README.md the design and every trouble code.',
  ]);
}

export function commandHelp(command: Command, { bold }: Paint): string {
  const { name, summary, examples, operands, options, exits } = command;
  const usage = ['rmitrace', name, ...(options.length === 0 ? [] : ['[OPTIONS]']), operands.usage];
  return page([
    `usage: ${usage.join(' ').trimEnd()}`,
    '',
    ...wrapped(`${summary.charAt(0).toUpperCase()}${summary.slice(1)}.`, COLUMNS),
    '',
    bold('Examples'),
    ...exampleLines(examples),
    ...(operands.says === ''
      ? []
      : ['', bold('Operands'), ...wrapped(operands.says, COLUMNS - 2).map(line => `  ${line}`)]),
    ...(options.length === 0 ? [] : ['', bold('Options'), ...optionLines(options)]),
    '',
    bold('Options of every command'),
    ...optionLines(GLOBAL_OPTIONS),
    '',
    bold('Exit codes'),
    ...[...exits.split('; '), ...(/(^|; )2 /.test(exits) ? [] : ['2 trouble'])].flatMap(exit =>
      wrapped(exit, COLUMNS - 4).map((line, at) => `${at === 0 ? '  ' : '    '}${line}`),
    ),
  ]);
}

function exampleLines(examples: readonly Example[]): string[] {
  return examples.flatMap(({ command, says, exit }) => [
    `  rmitrace ${command}`,
    ...wrapped(`${says}${exit === undefined ? '' : ` (exit ${exit})`}`, COLUMNS - 6).map(
      line => `      ${line}`,
    ),
  ]);
}

function groupLines(bold: (text: string) => string): string[] {
  const width = Math.max(...COMMANDS.map(({ name }) => name.length));
  return GROUPS.flatMap(({ title, commands }, at) => [
    ...(at === 0 ? [] : ['']),
    bold(title),
    ...table(
      commands.map(({ name, summary }) => [name, summary] as const),
      width,
    ),
  ]);
}

function optionLines(options: readonly Option[]): string[] {
  return table(options.map(option => [spelt(option), about(option)] as const));
}

export function spelt({ name, alias, value }: Option): string {
  const long = alias === undefined ? `    --${name}` : `-${alias}, --${name}`;
  return value === undefined ? long : `${long} ${value}`;
}

export function about({ says, choices, default: fallback, type }: Option): string {
  const all = choices === undefined ? '' : `; one of ${choices.join(', ')}`;
  const often = type === 'strings' ? '; may be given several times' : '';
  return `${says}${all}${often}${fallback === undefined ? '' : ` (default: ${fallback})`}`;
}

/** Two columns; the right one is wrapped. */
function table(rows: readonly (readonly [string, string])[], atLeast = 0): string[] {
  const width = Math.max(atLeast, ...rows.map(([left]) => left.length));
  return rows.flatMap(([left, right]) =>
    wrapped(right, COLUMNS - width - 4).map(
      (line, at) => `  ${(at === 0 ? left : '').padEnd(width)}  ${line}`,
    ),
  );
}

function page(lines: readonly string[]): string {
  return lines.map(line => `${line}\n`).join('');
}
