/** Runs the command that the command line names; gives its exit code. */
import { GENERATOR, spoolTrouble, trouble, visible } from '../lib/cli.js';
import { bisected, isBisecting, STOP } from './bisect.js';
import type { Args, Command } from './command.js';
import { WORK, work } from './commands/check-thread.js';
import { ASK_COMPLETIONS, completions } from './commands/completion.js';
import { COMMANDS } from './commands/index.js';
import { configured, withConfig } from './config.js';
import { EXIT } from './exit-codes.js';
import { commandHelp, mainHelp, shortHelp } from './help.js';
import { ASK_MAN, manPage } from './man.js';
import type { Globals } from './option.js';
import { BISECT } from './options.js';
import { globalsOf, parse } from './parse.js';
import { configText, PRINT_CONFIG } from './print-config.js';
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
  if (words[0] === ASK_MAN) {
    plain.print(manPage());
    return EXIT.same;
  }
  if (words[0] === WORK) return inThread(words, io);
  const parsed = parse(words, COMMANDS);
  switch (parsed.kind) {
    case 'run':
      return run(parsed.command, parsed.args, io);
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

/** Runs a command, with what the project's file gives it. */
async function run(command: Command, typed: Args, io: System['io']): Promise<number> {
  const values = configured(command, typed);
  const args = values.ok ? withConfig(typed, values.value) : typed;
  const made = io(command.name, globalsOf(args));
  const obeyed = async (given: Io): Promise<number> => {
    if (!values.ok) return given.trouble(values.trouble);
    if (args.flag(PRINT_CONFIG)) {
      given.print(configText(command, typed, values.value));
      return EXIT.same;
    }
    for (const { option, values: given, from } of values.value)
      for (const value of given) made.note(visible(`${from}: --${option} ${value}`));
    try {
      return await command.run(given, args);
    } catch (error) {
      const unkept = spoolTrouble(error);
      if (unkept === null) throw error;
      return given.trouble(unkept);
    }
  };
  return args.flag(BISECT.name) ? bisected(made, obeyed) : obeyed(made);
}

/** One of the threads of `check --jobs`, given the words of the command line. */
function inThread(words: System['words'], io: System['io']): Promise<number> {
  const parsed = parse(words.slice(1), COMMANDS);
  if (parsed.kind !== 'run') throw new Error('a thread was given no command');
  const { command, args, globals } = parsed;
  const values = configured(command, args);
  if (!values.ok) throw new Error(values.trouble.what);
  return work(io(command.name, globals), withConfig(args, values.value));
}
