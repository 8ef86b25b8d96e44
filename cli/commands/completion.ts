/** `rmitrace completion`: yargs' script for the shell, and what that script asks for, made from the table. */
import yargs from 'yargs';
import type { Command } from '../command.js';
import { EXIT } from '../exit-codes.js';
import { optionsOf } from '../parse.js';

/** What the script calls rmitrace with; the words typed so far follow. */
export const ASK_COMPLETIONS = '--get-yargs-completions';

export const completionCommand: Command = {
  name: 'completion',
  summary: 'print a script that completes commands, options and names in bash, zsh or fish',
  examples: [{ command: 'completion', says: 'append the output to ~/.bashrc, ~/.zshrc or config.fish' }],
  operands: { usage: '', min: 0, max: 0, says: '' },
  options: [],
  exits: '0 printed',

  async run() {
    yargs().scriptName('rmitrace').detectLocale(false).showCompletionScript();
    return EXIT.same;
  },
};

/**
 * What fits where the last of `words` is being typed; nothing where a file may stand. The first word is rmitrace's
 * name.
 */
export function completions(words: readonly string[], commands: readonly Command[]): readonly string[] {
  const typed = words.slice(1, -1);
  const current = words.at(-1) ?? '';
  const command = commands.find(({ name }) => typed.includes(name));
  const before = typed.at(-1)?.replace(/^--?/, '-');
  const valued = [...optionsOf(commands).values()].find(
    ({ name, alias, type }) => type !== 'boolean' && (before === `-${name}` || before === `-${alias}`),
  );
  return offered().filter(word => word.startsWith(current));

  function offered(): readonly string[] {
    if (valued !== undefined) return valued.choices ?? valued.words ?? [];
    if (current.startsWith('-')) {
      return [...optionsOf(command === undefined ? [] : [command]).keys()].map(name => `--${name}`);
    }
    if (command !== undefined) return command.operands.words ?? [];
    return [...commands.map(({ name }) => name), 'help'];
  }
}
