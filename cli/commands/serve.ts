/** `rmitrace serve`: an emulated RMM as the child of somebody else. */
import { DEFAULT_MACHINE, MACHINES, profileNamed, rmmMemory, serve } from '../../lib/cli.js';
import type { Command } from '../command.js';
import { EXIT } from '../exit-codes.js';
import { machineOf, misuse } from '../load.js';
import { editsOf } from '../load-edits.js';
import { noteSources } from '../load-rmm.js';
import { RMM, SET } from '../options.js';

export const serveCommand: Command = {
  name: 'serve',
  summary: 'emulate an RMM for tests in any language: a JSON line per call on stdin, an answer on stdout',
  examples: [
    {
      command: 'serve --rmm tf-rmm-0.8 </dev/null',
      says: 'prints its name, then an answer per call until its input ends',
    },
  ],
  operands: {
    usage: '[MACHINE]',
    min: 0,
    max: 1,
    says: `the RMM has the feature registers of MACHINE, a name or file as for record; default ${DEFAULT_MACHINE}`,
    words: () => MACHINES.map(machine => machine.name),
  },
  options: [{ ...RMM, default: "the machine's own" }, SET],
  exits: '0 the input ended; 2 a line was not a call, or an edit was not used',

  async run(io, args) {
    if (io.json) return io.trouble(misuse('serve', '--json: serve prints its answers alone, no report'));
    const [operand] = args.operands;
    if (operand === '-')
      return io.trouble(misuse('serve', '- is not possible: standard input has the calls'));
    const machine = await machineOf(io, operand);
    if (!machine.ok) return io.trouble(machine.trouble);
    const profile = profileNamed(args.one('rmm') ?? machine.value.rmm);
    if (!profile.ok) return io.trouble(profile.trouble);
    noteSources(io, profile.value);
    const edits = await editsOf(args.many('set'), 'serve has no trace');
    if (!edits.ok) return io.trouble(edits.trouble);
    const served = await serve(io.input(), line => io.print(`${line}\n`), {
      profile: profile.value,
      features: machine.value.features,
      memory: rmmMemory(machine.value),
      edits: edits.value,
    });
    return served.ok ? EXIT.same : io.trouble(served.trouble);
  },
};
