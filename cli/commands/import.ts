/** `rmitrace import`: a boot that really happened, as a trace. */
import {
  findingOf,
  good,
  hasHandshake,
  type ImportedBoot,
  importJson,
  importNotes,
  type Result,
  trouble,
  visible,
} from '../../lib/cli.js';
import type { Command } from '../command.js';
import { EXIT } from '../exit-codes.js';
import { isFolder } from '../files.js';
import { LOG_OPTIONS, type ReadLogs, readLogs } from '../load-logs.js';
import { fileIn, OUTPUT, outputOf, printTrace, writeOut } from '../outputs.js';
import type { Io } from '../process.js';

export const importCommand: Command = {
  name: 'import',
  summary: 'make a trace from the logs of a boot: consoles of kernel, RMM and EL3, dmesg, recorded calls',
  examples: [
    { command: 'import console.log -o boot.json', says: 'the console of a boot as a trace' },
    {
      command: 'import console.log --machine fvp -o boot.json',
      says: 'with what else is known of the machine',
    },
    {
      command: 'import console.log | rmitrace replay - --kernel next --rmm tf-rmm-0.9',
      says: 'what would another kernel do there, on another RMM?',
      exit: 1,
    },
  ],
  operands: {
    usage: 'LOG...',
    min: 1,
    max: Number.POSITIVE_INFINITY,
    says: 'each LOG is a console, dmesg or recorded calls, all of one boot; - is standard input',
  },
  options: [...LOG_OPTIONS, { ...OUTPUT, default: 'standard output' }],
  exits:
    '0 imported; 1 the log has no handshake, or --strict and data was lost; 2 the log has several boots, and --boot names none',

  async run(io, args) {
    const output = outputOf(io, 'import', args);
    if (!output.ok) return io.trouble(output.trouble);
    const to = output.value;
    const read = await readLogs(io, 'import', args);
    if (!read.ok) return io.trouble(read.trouble);
    const { imported, boots, lost } = read.value;
    const folder = to !== null && (to.endsWith('/') || (await isFolder(to)));
    const [first, second] = boots;
    if (second !== undefined && !folder) return io.trouble(severalBoots(boots));
    const exit = boots.length > 0 && boots.every(hasHandshake) && !lost ? EXIT.same : EXIT.different;
    for (const [at, boot] of boots.entries()) {
      const file =
        to === null ? good(null) : await fileOf(to, folder, boot, boots.length > 1 ? at + 1 : null);
      if (!file.ok) return io.trouble(file.trouble);
      if (file.value === null) {
        printTrace(io, boot.trace);
      } else {
        const logs = args.operands.map(log => ({ file: log, what: 'log' }));
        const written = await writeOut(io, file.value, boot.trace, logs);
        if (!written.ok) return io.trouble(written.trouble);
      }
      tell(io, read.value, boot, file.value);
    }
    if (first === undefined) {
      io.note('No handshake in the log: it has no line of EL3, an RMM or KVM.');
      tellNotes(io, imported.notes);
    }
    return io.report(exit, () => importJson(imported, boots));
  },
};

function fileOf(
  output: string,
  folder: boolean,
  { trace }: ImportedBoot,
  number: number | null,
): Promise<Result<string>> | Result<string> {
  if (!folder) return good(output);
  const { kernel, machine } = trace.header;
  return fileIn(output, [...(number === null ? [] : [`boot-${number}`]), kernel.name, machine.name]);
}

/** The finding, and below it what was lost or contradicts. */
function tell(io: Io, { imported }: ReadLogs, boot: ImportedBoot, file: string | null): void {
  const sentence = visible(findingOf(boot.trace).sentence);
  io.note(file === null ? sentence : `${visible(file)}: ${sentence}`);
  for (const { severity, text } of importNotes(imported, boot)) {
    if (severity !== 'inferred' && severity !== 'info') io.note(`  ${severity}: ${visible(text)}`);
  }
}

/** What is said of logs that hold no boot. */
function tellNotes(io: Io, notes: ReadLogs['imported']['notes']): void {
  for (const { severity, what } of notes) if (severity !== 'info') io.note(`  ${severity}: ${visible(what)}`);
}

/** A soak log has hundreds. */
const MOST_NAMED = 10;

function severalBoots(boots: readonly ImportedBoot[]) {
  const list = boots
    .slice(0, MOST_NAMED)
    .map(({ from, to, trace }, at) => `${at + 1}: lines ${from} to ${to}: ${findingOf(trace).sentence}`);
  if (boots.length > MOST_NAMED) list.push('`explain` has all of them.');
  const next = 'name one with --boot N, or write all of them with -o FOLDER/';
  return trouble('several-boots', `the log has ${boots.length} boots: ${list.join(' ')}`, {}, next);
}
