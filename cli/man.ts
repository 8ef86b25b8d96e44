/** The man page rmitrace(1), made from the table of commands, in the macros of man(7). */
import { GENERATOR, TROUBLES } from '../lib/cli.js';
import type { Command, Example } from './command.js';
import { GROUPS } from './commands/index.js';
import { about, EXITS, PURPOSE, spelt } from './help.js';
import { GLOBAL_OPTIONS, type Option } from './option.js';

/** What the build asks for, to install it with the package. */
export const ASK_MAN = '--man';

export function manPage(): string {
  const lines = [
    `.TH RMITRACE 1 "" "${GENERATOR.name} ${GENERATOR.version}" "User Commands"`,
    '.SH NAME',
    roff('rmitrace - record, replay and diff the RMI handshake of a KVM host on Arm'),
    '.SH SYNOPSIS',
    '.B rmitrace',
    roff('COMMAND [OPTIONS] [OPERANDS]'),
    '.SH DESCRIPTION',
    roff(PURPOSE),
    ...GROUPS.flatMap(({ title, commands }) => [
      `.SH ${roff(title.toUpperCase())}`,
      ...commands.flatMap(commandLines),
    ]),
    '.SH OPTIONS OF EVERY COMMAND',
    ...optionLines(GLOBAL_OPTIONS),
    '.SH EXIT STATUS',
    ...EXITS.flatMap(([code, means]) => ['.TP', roff(code), roff(means)]),
    '.SH DIAGNOSTICS',
    roff('Trouble has a code, a place and a next step. The codes:'),
    ...Object.entries(TROUBLES).flatMap(([code, { means, next }]) => [
      '.TP',
      `.B ${roff(code)}`,
      roff(`${means}: ${next}`),
    ]),
  ];
  return lines.map(line => `${line}\n`).join('');
}

function commandLines({ name, summary, examples, operands, options, exits }: Command): readonly string[] {
  const usage = ['rmitrace', name, ...(options.length === 0 ? [] : ['[OPTIONS]']), operands.usage];
  return [
    `.SS ${roff(usage.join(' ').trimEnd())}`,
    roff(`${summary.charAt(0).toUpperCase()}${summary.slice(1)}.`),
    ...(operands.says === '' ? [] : ['.PP', roff(operands.says)]),
    ...optionLines(options),
    ...(examples.length === 0 ? [] : ['.PP', 'Examples:']),
    ...examples.flatMap(exampleLines),
    '.PP',
    roff(`Exit status: ${exits}.`),
  ];
}

function optionLines(options: readonly Option[]): readonly string[] {
  return options.flatMap(option => ['.TP', `.B ${roff(spelt(option).trim())}`, roff(about(option))]);
}

function exampleLines({ command, says, exit }: Example): readonly string[] {
  return [
    '.TP',
    `.B ${roff(`rmitrace ${command}`)}`,
    roff(`${says}${exit === undefined ? '' : ` (exit ${exit})`}`),
  ];
}

/** A text as man(7) has it: no request at its beginning, each hyphen the one of ASCII, to be copied. */
function roff(text: string): string {
  return text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replaceAll('…', '...')
    .replace(/^(?=[.'])/, '\\&');
}
