/** `rmitrace validate`: everything that can be said against a trace file. */
import {
  type Json,
  type Validation,
  validatedJson,
  validateJson,
  validateText,
  validateTrace,
} from '../../lib/cli.js';
import type { Command } from '../command.js';
import { EXIT } from '../exit-codes.js';
import { noteSlow, watchedSource } from '../load.js';

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
    const all: Json[] = [];
    let exit: number = EXIT.same;
    for (const operand of args.operands) {
      const validation = await validateTrace(await watchedSource(io, operand));
      exit = Math.max(exit, exitOf(validation));
      if (validation.slow === true) noteSlow(io, validation.name);
      if (io.json) all.push(validatedJson(validation));
      else io.print(validateText(validation, io.paint));
      await io.breathe();
    }
    return io.report(exit, () => validateJson(all));
  },
};

const NOT_READ: ReadonlySet<string> = new Set(['not-found', 'unreadable', 'unwritable']);

/** What is wrong with a file is what was asked; only a file that cannot be read at all is trouble. */
function exitOf({ findings }: Validation): number {
  if (findings.length === 0) return EXIT.same;
  return findings.some(({ code }) => NOT_READ.has(code)) ? EXIT.trouble : EXIT.different;
}
