/** `rmitrace record`: a boot of a kernel on an emulated machine. */
import {
  DEFAULT_MACHINE,
  findingOf,
  good,
  kernelNamed,
  MACHINES,
  machineFailure,
  type OnEvents,
  type Result,
  record,
  recordJson,
  SCOPES,
  showText,
  type Trace,
  visible,
  vouchedProfile,
} from '../../lib/cli.js';
import type { Command } from '../command.js';
import { EXIT } from '../exit-codes.js';
import { machineOf, maxStepsOf, misuse, noteAlias, noteUnverified, traceOf } from '../load.js';
import { COMPILING, withCompiled } from '../load-c-kernel.js';
import { editsOf } from '../load-edits.js';
import { pipedRmm } from '../load-rmm.js';
import { AFTER, KERNEL, MAX_STEPS, RMM, RMM_TIMEOUT, SCOPE, SET, WANTS } from '../options.js';
import { OUTPUT, outputOf, printTrace, writeOutAsMade } from '../outputs.js';
import type { Io } from '../process.js';

const DEFAULT_KERNEL = 'v13';

export const recordCommand: Command = {
  name: 'record',
  summary: 'boot a kernel on an emulated machine, and record what passes between them',
  examples: [
    {
      command: 'record fvp --rmm tf-rmm-0.9 -o good.json',
      says: 'an RMM that has the revision KVM asks for',
      story: true,
    },
    { command: 'record qemu-max -o old.json', says: 'a real machine, whose TF-RMM 0.8 is too old' },
    {
      command: `record --rmm 'exec:while read x; do echo "{\\"res\\":[\\"0x1\\"]}"; done'`,
      says: 'your own RMM; the trace goes to standard output',
    },
    {
      command: 'record --set RMI_VERSION.x0=-1 -o traces/',
      says: 'an edited answer; the file is named after kernel, machine and RMM',
    },
    {
      command: 'record --scope init --kernel v14 --rmm tf-rmm-0.9 -o init.json',
      says: 'the whole RMI init after the check, and why there are no realms',
    },
    {
      command: 'record debian-6.1-nvhe --scope kvm -o kvm.json',
      says: "every line of KVM's init, not only those around the check",
    },
    {
      command: 'record --after good.json --kernel v14 --scope init -o second.json',
      says: 'the second kernel of a kexec: its RMM is as the first left it',
    },
  ],
  operands: {
    usage: '[MACHINE]',
    min: 0,
    max: 1,
    says: `MACHINE is a name from \`rmitrace list machines\`, or a description file (.json); default ${DEFAULT_MACHINE}`,
    words: () => MACHINES.map(machine => machine.name),
  },
  options: [
    {
      ...RMM,
      value: 'PROFILE|exec:COMMAND',
      words: () => [...(RMM.words?.() ?? []), 'exec:'],
      default: "the machine's own",
      says: `${RMM.says}; exec: a command that answers in JSON lines`,
    },
    RMM_TIMEOUT,
    { ...KERNEL, default: DEFAULT_KERNEL },
    WANTS,
    ...COMPILING,
    SCOPE,
    AFTER,
    SET,
    MAX_STEPS,
    { ...OUTPUT, default: 'standard output; on a terminal, what `show` prints' },
  ],
  exits: '0 recorded, whatever the outcome',

  run: withCompiled('record', async (io, args, compiled) => {
    const output = outputOf(io, 'record', args);
    if (!output.ok) return io.trouble(output.trouble);
    const scope = SCOPES.find(scope => scope === args.one('scope')) ?? 'rmi';
    const name = args.one('kernel') ?? DEFAULT_KERNEL;
    if (name === 'recorded')
      return io.trouble(misuse('record', '--kernel recorded needs a trace: use replay'));
    const kernel =
      compiled === null ? kernelNamed(name, args.one('wants'), scope) : good(compiled.inScope(scope));
    if (!kernel.ok) return io.trouble(kernel.trouble);
    const after = await tracesAfter(io, args.many('after'));
    if (!after.ok) return io.trouble(after.trouble);
    const before = after.value.at(-1);
    const machine = await machineOf(io, args.operands[0] ?? before?.header.machine.name);
    if (!machine.ok) return io.trouble(machine.trouble);
    const edits = await editsOf(args.many('set'), 'nothing is recorded yet');
    if (!edits.ok) return io.trouble(edits.trouble);
    const maxSteps = maxStepsOf('record', args);
    if (!maxSteps.ok) return io.trouble(maxSteps.trouble);
    const piped = pipedRmm(io, 'record', args);
    if (!piped.ok) return io.trouble(piped.trouble);
    const boot = async (onEvents: OnEvents) => {
      const recording = record(kernel.value, machine.value, {
        rmm: piped.value ?? args.one('rmm') ?? rmmOf(before) ?? machine.value.rmm,
        edits: edits.value,
        after: after.value,
        onEvents,
        ...maxSteps.value,
      });
      return recording.finally(() => piped.value?.close());
    };
    const notes = () => {
      noteAlias(io, name, scope);
      if (compiled === null) noteUnverified(io, kernel.value);
    };
    if (output.value === null) {
      const recorded = await boot(async () => {});
      if (!recorded.ok) return io.trouble(recorded.trouble);
      notes();
      const trace = recorded.value;
      if (io.terminal && args.one(OUTPUT.name) === undefined) {
        io.print(showText({ trace, numbers: null, conformance: null }, io.paint));
      } else {
        printTrace(io, trace);
        io.note(visible(findingOf(trace).sentence));
      }
      const failed = machineFailure(trace.events);
      return failed === null ? EXIT.same : io.trouble(failed);
    }
    const written = await writeOutAsMade(io, output.value, boot, [
      ...args.operands.map(file => ({ file, what: 'machine description' })),
      ...args.many('kernel').map(file => ({ file, what: 'source of the kernel' })),
    ]);
    if (!written.ok) return io.trouble(written.trouble);
    notes();
    const { trace, path } = written.value;
    const failed = machineFailure(trace.events);
    if (failed !== null) return io.trouble(failed);
    io.note(`${visible(path)}: ${visible(findingOf(trace).sentence)}`);
    return io.report(EXIT.same, () => recordJson(trace));
  }),
};

/** The traces of --after, in order. */
async function tracesAfter(io: Io, operands: readonly string[]): Promise<Result<readonly Trace[]>> {
  const traces: Trace[] = [];
  for (const operand of operands) {
    const read = await traceOf(io, operand);
    if (!read.ok) return read;
    traces.push(read.value.trace);
  }
  return good(traces);
}

/** The RMM of an earlier boot, where its name says which one that is. */
function rmmOf(before: Trace | undefined): string | undefined {
  return before === undefined ? undefined : vouchedProfile(before.header.machine)?.name;
}
