/** `rmitrace fmt`: a trace in the canonical layout, and, when asked for, sealed again. */
import {
  commandLine,
  digestOf,
  fmtJson,
  inconsistencies,
  sealed,
  type Trace,
  type Trouble,
  trouble,
  visible,
} from '../../lib/cli.js';
import type { Command } from '../command.js';
import { EXIT } from '../exit-codes.js';
import { nameOf, withTrace } from '../load.js';
import { OUTPUT, outputFile, outputOf, printWritten, traceName, type Written, writeOut } from '../outputs.js';
import type { Io } from '../process.js';

export const fmtCommand: Command = {
  name: 'fmt',
  summary: 'write a trace in the canonical layout, one event per line; seal it again with --seal',
  examples: [
    { command: 'fmt good.json -o good.json.gz', says: 'the same trace, compressed' },
    {
      command: 'fmt good.json --seal -o good.json',
      says: 'in place; the header says that it was sealed again',
    },
  ],
  operands: { usage: 'TRACE', min: 1, max: 1, says: 'TRACE is a file; - is standard input' },
  options: [
    { name: 'seal', type: 'boolean', says: 'seal a trace that was edited by hand; its header will say so' },
    { ...OUTPUT, default: 'standard output' },
  ],
  exits: '0 written',

  async run(io, args) {
    const [operand = ''] = args.operands;
    const output = outputOf(io, 'fmt', args);
    if (!output.ok) return io.trouble(output.trouble);
    const put = (trace: Written, digest: string, wasEdited: boolean) =>
      writeFormatted(io, operand, output.value, { trace, digest, sealed: wasEdited });
    const refuse = () => {
      const what = 'the trace was edited by hand, and fmt would seal it';
      const where = operand === '-' ? {} : { file: operand };
      return io.trouble(trouble('usage', what, where, 'give --seal to seal it'));
    };
    return withTrace(io, operand, {
      suits: () => !args.flag('seal'),
      // It is canonical already, and written as it is.
      large: async trace => (trace.edited === null ? put(trace, trace.digest, false) : refuse()),
      whole: async read => {
        const wasEdited = read.edited !== null;
        if (wasEdited && !args.flag('seal')) return refuse();
        const trace = sealed(read);
        const wrong = args.flag('seal') ? cannotBe(trace, operand) : null;
        return wrong === null ? put(trace, digestOf(trace), wasEdited) : io.trouble(wrong);
      },
    });
  },
};

interface Formatted {
  readonly trace: Written;
  readonly digest: string;
  /** Whether it is sealed again. */
  readonly sealed: boolean;
}

/** To standard output where `output` is `null`. */
async function writeFormatted(
  io: Io,
  operand: string,
  output: string | null,
  { trace, digest, sealed: wasEdited }: Formatted,
): Promise<number> {
  if (output === null) return printWritten(io, trace);
  const file = await outputFile(output, trace, traceName(operand));
  if (!file.ok) return io.trouble(file.trouble);
  const written = await writeOut(io, file.value, trace);
  if (!written.ok) return io.trouble(written.trouble);
  io.note(`${visible(file.value)}: ${wasEdited ? 'written and sealed again' : 'written'}`);
  return io.report(EXIT.same, () => fmtJson({ digest, sealed: wasEdited }));
}

/** What `validate` would find in the sealed trace first: a seal is put on no trace that cannot be true. */
function cannotBe(trace: Trace, operand: string): Trouble | null {
  for (const { what, ...where } of inconsistencies(trace)) {
    const next = `correct it first: \`${commandLine('validate', [operand])}\` lists all that is wrong`;
    return trouble('bad-value', what, { file: nameOf(operand), ...where }, next);
  }
  return null;
}
