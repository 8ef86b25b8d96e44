/** `rmitrace redact`: a trace without what tells who made it and where, to be attached to a mail. */
import {
  digestOf,
  isSameEnd,
  outcomeOf,
  ownKernel,
  type ReadTrace,
  type Redacted,
  recordedKernel,
  redact,
  redactJson,
  redactText,
  replay,
  type Trace,
  trouble,
} from '../../lib/cli.js';
import type { Command } from '../command.js';
import { EXIT } from '../exit-codes.js';
import { traceOf } from '../load.js';
import { OUTPUT, outputFile, outputOf, printTrace, traceName, writeOut } from '../outputs.js';
import type { Io } from '../process.js';

export const redactCommand: Command = {
  name: 'redact',
  summary: 'replace what tells who made a trace and where, so that it can be attached to a mail',
  examples: [
    { command: 'redact good.json -o public.json', says: 'list what was replaced, and write the rest' },
    {
      command: 'redact good.json --also fvp -o public.json',
      says: 'and a word that no rule can know, wherever it stands',
    },
  ],
  operands: { usage: 'TRACE', min: 1, max: 1, says: 'TRACE is a file, or a log; - is standard input' },
  options: [
    { name: 'also', type: 'strings', value: 'WORD', says: 'replace this word too, wherever it stands' },
    {
      name: 'keep',
      type: 'strings',
      value: 'TEXT',
      says: 'leave this text as it is, whatever it looks like',
    },
    { ...OUTPUT, default: 'standard output' },
  ],
  exits: '0 written',

  async run(io, args) {
    const [operand = ''] = args.operands;
    const output = outputOf(io, 'redact', args);
    if (!output.ok) return io.trouble(output.trouble);
    const read = await traceOf(io, operand);
    if (!read.ok) return io.trouble(read.trouble);
    const { edited } = read.value;
    const where = operand === '-' ? {} : { file: operand };
    if (edited !== null) {
      const what = 'the trace was edited by hand, and redact would seal it';
      return io.trouble(trouble('usage', what, where, 'seal it first: rmitrace fmt --seal'));
    }
    const redacted = redact(read.value.trace, { also: args.many('also'), keep: args.many('keep') });
    if (!(await replaysAsBefore(read.value, redacted.trace))) {
      const what = `without ${redacted.replaced.map(({ was }) => was).join(', ')} it would end or replay otherwise`;
      return io.trouble(
        trouble('usage', what, where, 'leave what the replay compares as it is: --keep TEXT'),
      );
    }
    return write(io, operand, output.value, redacted);
  },
};

async function write(io: Io, operand: string, output: string | null, redacted: Redacted): Promise<number> {
  if (output === null) {
    printTrace(io, redacted.trace);
    io.note(redactText(redacted, 'standard output').trimEnd());
    return EXIT.same;
  }
  const file = await outputFile(output, redacted.trace, traceName(operand));
  if (!file.ok) return io.trouble(file.trouble);
  const written = await writeOut(io, file.value, redacted.trace, [
    { file: operand, what: 'trace with the names' },
  ]);
  if (!written.ok) return io.trouble(written.trouble);
  return io.report(
    EXIT.same,
    () => redactJson(redacted),
    () => redactText(redacted, file.value),
  );
}

/** On its own kernel, and on the recorded calls where that is no built-in one. How the recording ended stays as well. */
async function replaysAsBefore({ trace, digest }: ReadTrace, redacted: Trace): Promise<boolean> {
  if (!isSameEnd(outcomeOf(trace.events), outcomeOf(redacted.events))) return false;
  const own = ownKernel(trace);
  const verdictOf = async (each: Trace, its: string) => {
    const kernel = own.ok ? own.value : recordedKernel(each.events, each.header.scope);
    const replayed = await replay(each, kernel, { digest: its });
    return replayed.ok ? replayed.value.verdict : replayed.trouble.code;
  };
  return (await verdictOf(trace, digest)) === (await verdictOf(redacted, digestOf(redacted)));
}
