/** `rmitrace diff`: two traces beside each other. */
import { diff, diffJson, diffText } from '../../lib/cli.js';
import type { Command } from '../command.js';
import { EXIT } from '../exit-codes.js';
import { traceOf } from '../load.js';

export const diffCommand: Command = {
  name: 'diff',
  summary: 'compare two traces: what the machine answered and what the kernel did',
  examples: [
    { command: 'diff good.json good.json', says: 'nothing differs' },
    {
      command: 'diff good.json bad.json',
      says: 'the first difference decoded, its cause and its effects',
      story: true,
      exit: 1,
    },
    { command: 'diff --json old.json good.json', says: 'the same as JSON', exit: 1 },
  ],
  operands: {
    usage: 'A B',
    min: 2,
    max: 2,
    says: 'A and B are traces; one of them may be - for standard input',
  },
  options: [],
  exits: '0 nothing differs; 1 the traces differ',

  async run(io, args) {
    const [a = '', b = ''] = args.operands;
    const one = await traceOf(io, a);
    if (!one.ok) return io.trouble(one.trouble);
    const other = await traceOf(io, b);
    if (!other.ok) return io.trouble(other.trouble);
    const difference = diff(one.value.trace, other.value.trace);
    const exit = difference.verdict === 'same' ? EXIT.same : EXIT.different;
    const result = { difference, names: { a, b } };
    return io.report(
      exit,
      () => diffJson(result),
      () => diffText(result, io.paint),
    );
  },
};
