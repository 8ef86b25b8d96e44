/** `rmitrace list`: the built-in names. */
import { LISTS, listJson, listOf, listText, unknownName } from '../../lib/cli.js';
import type { Command } from '../command.js';
import { EXIT } from '../exit-codes.js';

export const listCommand: Command = {
  name: 'list',
  summary: 'list the built-in kernels, machines or RMMs',
  examples: [
    { command: 'list kernels', says: 'the kernels that ask' },
    { command: 'list machines', says: 'the machines they boot on' },
    { command: 'list rmms', says: 'the RMMs that answer' },
  ],
  operands: { usage: LISTS.join('|'), min: 1, max: 1, says: 'which list to print', words: () => LISTS },
  options: [],
  exits: '0 listed',

  async run(io, args) {
    const [operand = ''] = args.operands;
    const name = LISTS.find(each => each === operand);
    if (name === undefined) return io.trouble(unknownName('list', operand, LISTS));
    const list = listOf(name);
    return io.report(
      EXIT.same,
      () => listJson(list),
      () => listText(list),
    );
  },
};
