/** `rmitrace serve`: an emulated RMM as the child of somebody else. */
import { DEFAULT_MACHINE, MACHINES, profileNamed, serve } from '../../lib/index.js';
import type { Command } from '../command.js';
import { EXIT } from '../exit-codes.js';
import { machineOf, misuse, rulesOf } from '../load.js';
import { RMM, SET } from '../options.js';

export const serveCommand: Command = {
  name: 'serve',
  summary: 'an emulated RMM for tests in any language: a line of JSON a call on stdin, answered on stdout',
  examples: [
    {
      command: 'serve --rmm tf-rmm-0.8 </dev/null',
      says: 'says who it is; then a line a call, until its input ends',
    },
  ],
  operands: {
    usage: '[MACHINE]',
    min: 0,
    max: 1,
    says: `MACHINE is whose feature registers the RMM shows, as record takes it; default ${DEFAULT_MACHINE}`,
    words: MACHINES.map(machine => machine.name),
  },
  options: [{ ...RMM, default: "the machine's own" }, SET],
  exits: '0 the input ended; 2 a line was no call, or an edit never fired',

  async run(io, args) {
    if (io.json) return io.trouble(misuse('serve', '--json: what serve prints is for whoever asks it'));
    const [operand] = args.operands;
    if (operand === '-') return io.trouble(misuse('serve', 'standard input is for the calls'));
    const machine = await machineOf(io, operand);
    if (!machine.ok) return io.trouble(machine.trouble);
    const profile = profileNamed(args.one('rmm') ?? machine.value.rmm);
    if (!profile.ok) return io.trouble(profile.trouble);
    const rules = await rulesOf(args.many('set'), 'an RMM that is served has no trace');
    if (!rules.ok) return io.trouble(rules.trouble);
    const served = await serve(io.input(), line => io.print(`${line}\n`), {
      profile: profile.value,
      features: machine.value.features,
      rules: rules.value,
    });
    return served.ok ? EXIT.same : io.trouble(served.trouble);
  },
};
