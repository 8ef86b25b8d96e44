/** --format, for reports that come in several. */
import type { Args } from './command.js';
import type { Option } from './option.js';
import type { Io } from './process.js';

interface Format {
  readonly name: string;
  readonly is: 'text' | 'data' | 'orders';
}

/** The formats of a report, the first of them the default. */
type Formats<F extends Format> = readonly [F, ...F[]];

export function formatOption(formats: Formats<Format>): Option {
  return {
    name: 'format',
    type: 'string',
    value: 'FORMAT',
    default: formats[0].name,
    choices: formats.map(({ name }) => name),
    says: 'the format of the report; --json is --format json',
  };
}

/** The one that was asked for, and what prints it. */
export function formatOf<F extends Format>(
  formats: Formats<F>,
  io: Io,
  args: Args,
): { readonly format: F; readonly put: (text: string) => void } {
  const name = io.json ? 'json' : args.one('format');
  const format = formats.find(each => each.name === name) ?? formats[0];
  const put = { text: io.print, data: io.data, orders: io.orders }[format.is];
  return { format, put };
}
