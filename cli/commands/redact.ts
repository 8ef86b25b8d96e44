/** `rmitrace redact`: a trace without what tells who made it and where, to be attached to a mail. */
import { type Replaced, redact, redactJson, redactLarge, redactText, trouble } from '../../lib/cli.js';
import type { Command } from '../command.js';
import { EXIT } from '../exit-codes.js';
import { withTrace } from '../load.js';
import {
  digestOfWritten,
  OUTPUT,
  outputFile,
  outputOf,
  printWritten,
  traceName,
  type Written,
  writeOut,
} from '../outputs.js';
import type { Io } from '../process.js';
import { largeReplaysAsBefore, replaysAsBefore } from './redact-replay.js';

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
    const options = { also: args.many('also'), keep: args.many('keep') };
    const where = operand === '-' ? {} : { file: operand };
    const refuseEdited = () => {
      const what = 'the trace was edited by hand, and redact would seal it';
      return io.trouble(trouble('usage', what, where, 'seal it first: rmitrace fmt --seal'));
    };
    const refuseOther = (replaced: readonly Replaced[]) => {
      const what = `without ${replaced.map(({ was }) => was).join(', ')} it would end or replay otherwise`;
      const next = 'leave what the replay compares as it is: --keep TEXT';
      return io.trouble(trouble('usage', what, where, next));
    };
    return withTrace(io, operand, {
      async large(trace) {
        if (trace.edited !== null) return refuseEdited();
        const redacted = await redactLarge(trace, options);
        if (!redacted.ok) return io.trouble(redacted.trouble);
        const { text, replaced } = redacted.value;
        const asBefore = await largeReplaysAsBefore(trace, redacted.value);
        if (!asBefore.ok) return io.trouble(asBefore.trouble);
        if (asBefore.value) return write(io, operand, output.value, text, replaced);
        const gone = await text.digest();
        return gone.ok ? refuseOther(replaced()) : io.trouble(gone.trouble);
      },
      async whole(read) {
        if (read.edited !== null) return refuseEdited();
        const { trace, replaced } = redact(read.trace, options);
        if (!(await replaysAsBefore(read, trace))) return refuseOther(replaced);
        return write(io, operand, output.value, trace, () => replaced);
      },
    });
  },
};

/** `replaced` is known once the trace is written. */
async function write(
  io: Io,
  operand: string,
  output: string | null,
  trace: Written,
  replaced: () => readonly Replaced[],
): Promise<number> {
  if (output === null) {
    const exit = await printWritten(io, trace);
    if (exit === EXIT.same) io.note(redactText(replaced(), 'standard output').trimEnd());
    return exit;
  }
  const file = await outputFile(output, trace, traceName(operand));
  if (!file.ok) return io.trouble(file.trouble);
  const written = await writeOut(io, file.value, trace, [{ file: operand, what: 'trace with the names' }]);
  if (!written.ok) return io.trouble(written.trouble);
  if (!io.json) {
    io.print(redactText(replaced(), file.value));
    return EXIT.same;
  }
  const digest = await digestOfWritten(trace);
  if (!digest.ok) return io.trouble(digest.trouble);
  return io.report(EXIT.same, () => redactJson(digest.value, replaced()));
}
