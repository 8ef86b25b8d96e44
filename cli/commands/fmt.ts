/** `rmitrace fmt`: a trace in the canonical layout, and, when asked for, sealed again. */
import { basename } from 'node:path';
import {
  commandLine,
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
import { nameOf, traceOf } from '../load.js';
import { OUTPUT, outputFile, outputOf, printTrace, writeOut } from '../outputs.js';

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
    const read = await traceOf(io, operand);
    if (!read.ok) return io.trouble(read.trouble);
    const { edited } = read.value;
    if (edited !== null && !args.flag('seal')) {
      const what = 'the trace was edited by hand, and fmt would seal it';
      const where = operand === '-' ? {} : { file: operand };
      return io.trouble(trouble('usage', what, where, 'give --seal to seal it'));
    }
    const trace = sealed(read.value);
    const wrong = args.flag('seal') ? cannotBe(trace, operand) : null;
    if (wrong !== null) return io.trouble(wrong);
    if (output.value === null) {
      printTrace(io, trace);
      return EXIT.same;
    }
    const name = operand === '-' ? undefined : basename(operand).replace(/\.json(\.gz)?$/, '');
    const file = await outputFile(output.value, trace, name);
    if (!file.ok) return io.trouble(file.trouble);
    const written = await writeOut(io, file.value, trace);
    if (!written.ok) return io.trouble(written.trouble);
    io.note(`${visible(file.value)}: ${edited === null ? 'written' : 'written and sealed again'}`);
    return io.report(EXIT.same, () => fmtJson({ trace, sealed: edited !== null }));
  },
};

/** What `validate` would find in the sealed trace first: a seal is put on no trace that cannot be true. */
function cannotBe(trace: Trace, operand: string): Trouble | null {
  for (const { what, ...where } of inconsistencies(trace)) {
    const next = `correct it first: \`${commandLine('validate', [operand])}\` lists all that is wrong`;
    return trouble('bad-value', what, { file: nameOf(operand), ...where }, next);
  }
  return null;
}
