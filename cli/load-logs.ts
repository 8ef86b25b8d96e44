/** Logs that commands take. */
import { type Imported, importLogs, LOG_FORMAT_NAMES, LOG_FORMATS, type Result } from '../lib/cli.js';
import type { Args } from './command.js';
import { misuse, sourceOf } from './load.js';
import type { Option } from './option.js';
import type { Io } from './process.js';

export const FROM: Option = {
  name: 'from',
  type: 'strings',
  value: 'FORMAT',
  words: LOG_FORMAT_NAMES,
  default: 'whatever a line looks like',
  says: `reads lines of this format alone: ${LOG_FORMAT_NAMES.join(', ')}`,
};

/** The trace of the logs that the operands name. */
export async function importedFrom(io: Io, command: string, args: Args): Promise<Result<Imported>> {
  const names = args.many(FROM.name);
  const odd = names.find(name => !LOG_FORMAT_NAMES.includes(name));
  if (odd !== undefined) {
    const trouble = misuse(
      command,
      `--from takes ${LOG_FORMAT_NAMES.join(', ')}, not ${JSON.stringify(odd)}`,
    );
    return { ok: false, trouble };
  }
  const formats = names.length === 0 ? LOG_FORMATS : LOG_FORMATS.filter(({ name }) => names.includes(name));
  return importLogs(
    args.operands.map(operand => sourceOf(io, operand)),
    { formats },
  );
}
