/** `rmitrace validate`: everything that can be said against a trace file. */
import { reportJson, type Validation, validateJson, validateText, validateTrace } from '../../lib/cli.js';
import type { Command } from '../command.js';
import { EXIT } from '../exit-codes.js';
import { sourceOf } from '../load.js';
import { jsonText } from '../process.js';

export const validateCommand: Command = {
  name: 'validate',
  summary: 'check that files are complete, unedited traces, and list what is wrong with them',
  examples: [
    { command: 'validate good.json bad.json', says: 'two files' },
    { command: 'validate traces/*.json', says: 'a folder of them' },
  ],
  operands: {
    usage: 'TRACE...',
    min: 1,
    max: Number.POSITIVE_INFINITY,
    says: 'TRACE is a file; - is standard input',
  },
  options: [],
  exits: '0 all are valid; 1 at least one is not; 2 a file cannot be read',

  async run(io, args) {
    const all: { name: string; validation: Validation }[] = [];
    for (const operand of args.operands) {
      const source = sourceOf(io, operand);
      all.push({ name: source.name, validation: await validateTrace(source) });
    }
    const exit = Math.max(...all.map(({ validation }) => exitOf(validation)));
    if (io.json) io.data(jsonText(reportJson('validate', exit, validateJson(all))));
    else io.print(validateText(all, io.paint));
    return exit;
  },
};

/** What is wrong with a file is what was asked; only a file that cannot be read at all is trouble. */
function exitOf({ findings }: Validation): number {
  if (findings.length === 0) return EXIT.same;
  return findings.some(({ code }) => code === 'not-found' || code === 'unreadable')
    ? EXIT.trouble
    : EXIT.different;
}
