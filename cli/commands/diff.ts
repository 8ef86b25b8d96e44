/** `rmitrace diff`: two traces beside each other. */
import {
  CONDENSE_LIMITS,
  type ComparedPair,
  diffJson,
  diffText,
  LONG,
  pairsJson,
  pairsText,
  parseCount,
  withMost,
} from '../../lib/cli.js';
import type { Command } from '../command.js';
import { EXIT } from '../exit-codes.js';
import { misuse } from '../load.js';
import { IGNORE, ignoreOf } from '../load-ignore.js';
import type { Io } from '../process.js';
import { comparedMany } from './diff-many.js';
import { comparedTwo } from './diff-two.js';

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
    {
      name: 'most',
      type: 'string',
      value: 'N',
      default: String(CONDENSE_LIMITS.most),
      says: `of traces of more than ${LONG} events, compare no further once more than N events differ`,
    },
    IGNORE,
    {
      name: 'verify',
      type: 'boolean',
      says: 'also check the digests, and in large traces the lines that are equal, which are taken for valid otherwise',
    },
  ],
  exits: '0 nothing differs; 1 the traces differ',

  async run(io, args) {
    const [a = '', b = ''] = args.operands;
    const labels = args.many('label');
    if (labels.length === 1 || labels.length > 2)
      return io.trouble(misuse('diff', '--label names both sides: give it twice'));
    const ignore = ignoreOf(args);
    if (!ignore.ok) return io.trouble(ignore.trouble);
    const many = await comparedMany(io, a, b, ignore.value);
    if (!many.ok) return io.trouble(many.trouble);
    if (many.value !== null) return reportPairs(io, many.value);
    const most = parseCount(args.one('most') ?? '');
    if (args.one('most') !== undefined && (most === null || most === 0))
      return io.trouble(misuse('diff', '--most takes a number from 1 up'));
    const limits = most === null ? CONDENSE_LIMITS : withMost(most);
    const compared = await comparedTwo(io, a, b, {
      limits,
      verify: args.flag('verify'),
      ignore: ignore.value,
    });
    if (!compared.ok) return io.trouble(compared.trouble);
    await io.breathe();
    const exit = compared.value.difference.verdict === 'same' ? EXIT.same : EXIT.different;
    const [left = a, right = b] = labels;
    const files = labels.length === 0 ? { a, b } : null;
    const result = { ...compared.value, names: { a: left, b: right }, files };
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
