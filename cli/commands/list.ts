/** `rmitrace list`: the built-in names. */
import { descriptionNamed, LISTS, listJson, listOf, listText, MACHINES, unknownName } from '../../lib/cli.js';
import type { Command } from '../command.js';
import { EXIT } from '../exit-codes.js';
import { misuse } from '../load.js';
import type { Io } from '../process.js';

export const listCommand: Command = {
  name: 'list',
  summary: 'list the built-in kernels, machines or RMMs, or the codes that reports print',
  examples: [
    { command: 'list kernels', says: 'the kernels that ask' },
    { command: 'list machines', says: 'the machines they boot on' },
    {
      command: 'list machines qemu-max',
      says: 'the description of one: save it, edit it, and give the file to record',
    },
    { command: 'list rmms', says: 'the RMMs that answer' },
    { command: 'list codes', says: 'the words of reports, and what they mean; also `explain CODE`' },
  ],
  operands: {
    usage: `${LISTS.join('|')} [MACHINE]`,
    min: 1,
    max: 2,
    says: 'which list to print; after machines, the one whose description to print as JSON',
    words: () => LISTS,
  },
  options: [],
  exits: '0 listed',

  async run(io, args) {
    const [operand = '', machine] = args.operands;
    const name = LISTS.find(each => each === operand);
    if (name === undefined) return io.trouble(unknownName('list', operand, LISTS));
    if (machine !== undefined) return describeMachine(io, name, machine);
    const list = listOf(name);
    return io.report(
      EXIT.same,
      () => listJson(list),
      () => listText(list),
    );
  },
};

/** As a description's file has it, so that `record` takes what was saved. */
function describeMachine(io: Io, list: string, name: string): number {
  if (list !== 'machines') return io.trouble(misuse('list', `only machines have a description, not ${list}`));
  if (io.json) return io.trouble(misuse('list', 'a description is JSON by itself: leave --json out'));
  const found = descriptionNamed(name);
  if (found === null)
    return io.trouble(
      unknownName(
        'machine',
        name,
        MACHINES.map(machine => machine.name),
      ),
    );
  io.print(`${JSON.stringify(found, null, 2)}\n`);
  return EXIT.same;
}
