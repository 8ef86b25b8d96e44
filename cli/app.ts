/** Runs the command that the command line names; gives its exit code. */
import { GENERATOR, trouble } from '../lib/cli.js';
import { bisected, isBisecting, STOP } from './bisect.js';
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
