/** `rmitrace new`: a file to begin with, to be edited by hand. */
import {
  byHandText,
  DEFAULT_MACHINE,
  descriptionNamed,
  importLogs,
  MACHINES,
  trouble,
  unknownName,
} from '../../lib/cli.js';
import type { Args, Command } from '../command.js';
import { EXIT } from '../exit-codes.js';
import { misuse } from '../load.js';
import { givenMachine, MACHINE } from '../load-logs.js';
import type { Io } from '../process.js';

const KINDS = ['trace', 'machine'] as const;

export const newCommand: Command = {
  name: 'new',
  summary: 'print a file to be edited by hand: a trace made of lines of a log, or a machine description',
  examples: [
    {
      command: "new trace 'kvm [1]: RMI ABI version 2.0' --machine fvp",
      says: 'what the line shows, on a machine like fvp; to be saved and edited',
    },
    { command: 'new machine qemu-max', says: 'a description for record to begin with' },
  ],
  operands: {
    usage: 'trace LINE...|machine [MACHINE]',
    min: 1,
    max: Number.POSITIVE_INFINITY,
    says: `LINE is a line of a boot's log, MACHINE a name from \`rmitrace list machines\`; default ${DEFAULT_MACHINE}`,
    words: () => [...KINDS, ...MACHINES.map(({ name }) => name)],
  },
  options: [MACHINE],
  exits: '0 printed',

  async run(io, args) {
    const [operand = '', ...rest] = args.operands;
    if (io.json) return io.trouble(misuse('new', 'what new prints is JSON by itself: leave --json out'));
    const kind = KINDS.find(each => each === operand);
    if (kind === undefined) return io.trouble(unknownName('kind of file', operand, KINDS));
    return kind === 'trace' ? newTrace(io, args, rest) : newMachine(io, args, rest);
  },
};

const ABOUT_TRACES = [
  'Members that begin with x- are remarks. Take them out or leave them: nothing reads them.',
  'An smc needs fid and res, where null is a register that nobody saw; a log needs text. The rest has defaults.',
  'State is one mrs for each CPU, and facts; state that is not here is unknown, and a replay says what it misses.',
  'rmitrace validate FILE lists what is wrong, and rmitrace fmt FILE --seal -o FILE writes the rest out.',
];

async function newTrace(io: Io, args: Args, lines: readonly string[]): Promise<number> {
  if (lines.length === 0) return io.trouble(misuse('new', 'new trace needs a line of a log'));
  const machine = await givenMachine(io, args.one(MACHINE.name));
  if (!machine.ok) return io.trouble(machine.trouble);
  const bytes = Buffer.from(`${lines.join('\n')}\n`);
  const options = machine.value === null ? {} : { machine: machine.value };
  const imported = await importLogs([{ name: 'the line', bytes }], options);
  if (!imported.ok) return io.trouble(imported.trouble);
  const [boot] = imported.value.boots;
  if (boot === undefined) {
    const next = 'give a line of the kernel, the RMM or EL3, in quotes, as the log has it';
    return io.trouble(trouble('not-a-log', 'the line is of no handshake', {}, next));
  }
  io.data(byHandText(boot.trace, ABOUT_TRACES));
  return EXIT.same;
}

const ABOUT_MACHINES = [
  'Members that begin with x- are remarks. schemas/machine.schema.json says what each member means, and its default.',
  'cpus describes the ID registers of each CPU, or of count CPUs that are alike; RME is bits 55:52 of ID_AA64PFR0_EL1.',
  'rmm is a name from rmitrace list rmms, or null where EL3 has none; features are what RMI_FEATURES answers.',
  'rmitrace record FILE boots a kernel on it.',
];

function newMachine(io: Io, args: Args, [name = DEFAULT_MACHINE, more]: readonly string[]): number {
  if (more !== undefined) return io.trouble(misuse('new', `new machine takes one name, not ${more} as well`));
  if (args.one(MACHINE.name) !== undefined)
    return io.trouble(misuse('new', '--machine is for new trace; new machine takes the name itself'));
  const found = descriptionNamed(name);
  if (found === null) {
    const names = MACHINES.map(machine => machine.name);
    return io.trouble(unknownName('machine', name, names));
  }
  const { format, version, ...rest } = found;
  const described = { format, version, 'x-about': ABOUT_MACHINES, ...rest, name: `like-${name}` };
  io.data(`${JSON.stringify(described, null, 2)}\n`);
  return EXIT.same;
}
