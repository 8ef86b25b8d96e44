/** `rmitrace import`: a boot that really happened, as a trace. */
import { findingOf, visible } from '../../lib/cli.js';
import type { Command } from '../command.js';
import { EXIT } from '../exit-codes.js';
import { FROM, importedFrom } from '../load-logs.js';
import { OUTPUT, outputFile, printTrace, writeOut } from '../outputs.js';

export const importCommand: Command = {
  name: 'import',
  summary:
    "make a trace of a boot's logs: the consoles of the kernel, the RMM and EL3, and what recorded calls",
  examples: [],
  operands: {
    usage: 'LOG...',
    min: 1,
    max: Number.POSITIVE_INFINITY,
    says: 'LOGs of one boot; - is standard input',
  },
  options: [FROM, { ...OUTPUT, default: 'standard output' }],
  exits: '0 imported; 1 the logs hold no handshake',

  async run(io, args) {
    const imported = await importedFrom(io, 'import', args);
    if (!imported.ok) return io.trouble(imported.trouble);
    const { trace } = imported.value;
    const output = args.one('output');
    const sentence = visible(findingOf(trace).sentence);
    if (output === undefined || output === '-') {
      printTrace(io, trace);
      io.note(sentence);
      return EXIT.same;
    }
    const file = await outputFile(output, trace);
    if (!file.ok) return io.trouble(file.trouble);
    const written = await writeOut(io, file.value, trace);
    if (!written.ok) return io.trouble(written.trouble);
    io.note(`${visible(file.value)}: ${sentence}`);
    return EXIT.same;
  },
};
