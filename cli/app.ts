/** Runs the command that the command line names; gives its exit code. */
import { GENERATOR, trouble } from '../lib/cli.js';
import { bisected, isBisecting, STOP } from './bisect.js';
import { WORK, work } from './commands/check-thread.js';
import { ASK_COMPLETIONS, completions } from './commands/completion.js';
import { COMMANDS } from './commands/index.js';
import { EXIT } from './exit-codes.js';
import { commandHelp, mainHelp, shortHelp } from './help.js';
import type { Globals } from './option.js';
import { BISECT } from './options.js';
import { parse } from './parse.js';
import type { Io, System } from './process.js';
import { takeProcess } from './signals.js';

const PLAIN_GLOBALS: Globals = { json: false, color: 'auto', quiet: false, debug: false };

export async function main(): Promise<void> {
  const { system, end } = takeProcess();
  end(await rmitrace(system));
}

/** Runs the command and gives its exit code. */
export async function rmitrace(system: System): Promise<number> {
  try {
    return await obey(system);
  } catch (error) {
    const code = system.bug(error);
    return isBisecting(system.words) ? STOP : code;
  }
}

async function obey({ words, io }: System): Promise<number> {
  const plain = io('', PLAIN_GLOBALS);
  if (words[0] === ASK_COMPLETIONS) {
    plain.print(
      completions(words.slice(2), COMMANDS)
        .map(word => `${word}\n`)
        .join(''),
    );
    return EXIT.same;
  }
  if (words[0] === WORK) return inThread(words, io);
  const parsed = parse(words, COMMANDS);
  switch (parsed.kind) {
    case 'run': {
      const { command, globals, args } = parsed;
      const run = (given: Io) => command.run(given, args);
      const made = io(command.name, globals);
      return args.flag(BISECT.name) ? bisected(made, run) : run(made);
    }
    case 'help':
      plain.print(parsed.command === null ? mainHelp(plain.paint) : commandHelp(parsed.command, plain.paint));
      return EXIT.same;
    case 'version':
      plain.print(`${GENERATOR.name} ${GENERATOR.version}\n`);
      return EXIT.same;
    case 'nothing':
      for (const line of shortHelp().trimEnd().split('\n')) plain.note(line);
      return EXIT.trouble;
    case 'misuse': {
      const { what, command, globals } = parsed;
      const next = `see \`rmitrace ${command === null ? '' : `${command} `}--help\``;
      const code = io(command ?? '', globals).trouble(trouble('usage', what, {}, next));
      return isBisecting(words) ? STOP : code;
    }
  }
}

/** One of the threads of `check --jobs`, given the words of the command line. */
function inThread(words: System['words'], io: System['io']): Promise<number> {
  const parsed = parse(words.slice(1), COMMANDS);
  if (parsed.kind !== 'run') throw new Error('a thread was given no command');
  return work(io(parsed.command.name, parsed.globals), parsed.args);
}
