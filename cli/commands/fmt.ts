/** `rmitrace fmt`: a trace in the canonical layout, and, when asked for, sealed again. */
import {
  commandLine,
  firstInconsistency,
  fmtJson,
  good,
  type HandEdit,
  type Inconsistency,
  inconsistencies,
  sealed,
  sealedLarge,
  type Trouble,
  trouble,
  visible,
} from '../../lib/cli.js';
import type { Command } from '../command.js';
import { EXIT } from '../exit-codes.js';
import { nameOf, withTrace } from '../load.js';
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
    const put = (trace: Written, wasEdited: boolean) =>
      writeFormatted(io, operand, output.value, { trace, sealed: wasEdited });
    const refuse = () => {
      const what = 'the trace was edited by hand, and fmt would seal it';
      const where = operand === '-' ? {} : { file: operand };
      return io.trouble(trouble('usage', what, where, 'give --seal to seal it'));
    };
    const isRefused = (edited: HandEdit | null) => edited !== null && !args.flag('seal');
    return withTrace(io, operand, {
      kept: 'none',
      async large(trace) {
        if (isRefused(trace.edited)) return refuse();
        const wrong = args.flag('seal') ? await firstInconsistency(trace) : good(null);
        if (!wrong.ok) return io.trouble(wrong.trouble);
        if (wrong.value !== null) return io.trouble(cannotBe(wrong.value, operand));
        return put(sealedLarge(trace), trace.edited !== null);
      },
      async whole(read) {
        if (isRefused(read.edited)) return refuse();
        const trace = sealed(read);
        const [wrong] = args.flag('seal') ? inconsistencies(trace) : [];
        return wrong === undefined ? put(trace, read.edited !== null) : io.trouble(cannotBe(wrong, operand));
      },
    });
  },
};

interface Formatted {
  readonly trace: Written;
  /** Whether it is sealed again. */
  readonly sealed: boolean;
}

/** To standard output where `output` is `null`. */
async function writeFormatted(
  io: Io,
  operand: string,
  output: string | null,
  { trace, sealed: wasEdited }: Formatted,
): Promise<number> {
  if (output === null) return printWritten(io, trace);
  const file = await outputFile(output, trace, traceName(operand));
  if (!file.ok) return io.trouble(file.trouble);
  const written = await writeOut(io, file.value, trace);
  if (!written.ok) return io.trouble(written.trouble);
  io.note(`${visible(file.value)}: ${wasEdited ? 'written and sealed again' : 'written'}`);
  if (!io.json) return EXIT.same;
  const digest = await digestOfWritten(trace);
  if (!digest.ok) return io.trouble(digest.trouble);
  return io.report(EXIT.same, () => fmtJson({ digest: digest.value, sealed: wasEdited }));
}

/** What `validate` would find in the sealed trace first: a seal is put on no trace that cannot be true. */
function cannotBe({ what, ...where }: Inconsistency, operand: string): Trouble {
  const next = `correct it first: \`${commandLine('validate', [operand])}\` lists all that is wrong`;
  return trouble('bad-value', what, { file: nameOf(operand), ...where }, next);
}
