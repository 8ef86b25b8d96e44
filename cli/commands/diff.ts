/** `rmitrace diff`: two traces beside each other. */
import { type ComparedPair, diff, diffJson, diffText, pairsJson, pairsText } from '../../lib/cli.js';
import type { Command } from '../command.js';
import { EXIT } from '../exit-codes.js';
import { misuse, traceOf } from '../load.js';
import type { Io } from '../process.js';
import { comparedMany } from './diff-many.js';

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
    {
      command: 'diff traces traces',
      says: 'two folders, by name; so are two reports of `check --json`',
    },
    { command: 'diff --json old.json good.json', says: 'the same as JSON', exit: 1 },
  ],
  operands: {
    usage: 'A B',
    min: 2,
    max: 2,
    says: 'A and B are traces, folders of them, or reports of `check --json`; a trace may be - for standard input',
  },
  options: [
    {
      name: 'label',
      type: 'strings',
      value: 'NAME',
      default: 'what they are called',
      says: 'what the report calls A, and given again, B',
    },
  ],
  exits: '0 nothing differs; 1 the traces differ',

  async run(io, args) {
    const [a = '', b = ''] = args.operands;
    const labels = args.many('label');
    if (labels.length === 1 || labels.length > 2)
      return io.trouble(misuse('diff', '--label names both sides: give it twice'));
    const many = await comparedMany(io, a, b);
    if (!many.ok) return io.trouble(many.trouble);
    if (many.value !== null) return reportPairs(io, many.value);
    const one = await traceOf(io, a);
    if (!one.ok) return io.trouble(one.trouble);
    const other = await traceOf(io, b);
    if (!other.ok) return io.trouble(other.trouble);
    await io.breathe();
    const difference = diff(one.value.trace, other.value.trace);
    await io.breathe();
    const exit = difference.verdict === 'same' ? EXIT.same : EXIT.different;
    const [left = a, right = b] = labels;
    const edited = { a: one.value.edited, b: other.value.edited };
    const files = labels.length === 0 ? { a, b } : null;
    const result = { difference, names: { a: left, b: right }, files, edited };
    return io.report(
      exit,
      () => diffJson(result),
      () => diffText(result, io.paint),
    );
  },
};

/** Trouble wins over a difference: the answer is not known then. */
function reportPairs(io: Io, pairs: readonly ComparedPair[]): number {
  const verdicts = new Set(pairs.map(({ verdict }) => verdict));
  const alike = [...verdicts].every(verdict => verdict === 'same');
  const exit = verdicts.has('trouble') ? EXIT.trouble : alike ? EXIT.same : EXIT.different;
  return io.report(
    exit,
    () => pairsJson(pairs),
    () => pairsText(pairs, io.paint),
  );
}
