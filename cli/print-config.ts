/** --print-config: the value of each option of a command, and where it comes from. */
import { visible } from '../lib/cli.js';
import type { Args, Command } from './command.js';
import type { Configured } from './config.js';
import { GLOBAL_OPTIONS } from './option.js';

export const PRINT_CONFIG = 'print-config';

/** A line an option that has a value; the command is not run. */
export function configText({ options }: Command, args: Args, values: readonly Configured[]): string {
  const found = new Map(values.map(each => [each.option, each]));
  const rows = [...options, ...GLOBAL_OPTIONS]
    .filter(({ name }) => name !== PRINT_CONFIG)
    .flatMap(({ name, type, default: usual }): (readonly [string, string, string])[] => {
      const typed = args.many(name);
      if (args.flag(name)) return [[name, type === 'boolean' ? 'yes' : typed.join(' '), 'the command line']];
      const given = found.get(name);
      if (given !== undefined) return [[name, given.values.join(' '), given.from]];
      return usual === undefined ? [] : [[name, usual, 'the default']];
    });
  const widths = [0, 1].map(at => Math.max(...rows.map(row => visible(row[at] ?? '').length)));
  return rows
    .map(([name, value, from]) =>
      [visible(name).padEnd(widths[0] ?? 0), visible(value).padEnd(widths[1] ?? 0), visible(from)].join('  '),
    )
    .map(line => `${line}\n`)
    .join('');
}
