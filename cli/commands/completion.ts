/** `rmitrace completion`: a script for the shell, and what that script asks for, made from the table of commands. */
import { unknownName } from '../../lib/cli.js';
import type { Command } from '../command.js';
import { EXIT } from '../exit-codes.js';
import { GLOBAL_OPTIONS } from '../option.js';
import { optionsOf } from '../parse.js';

/** What the scripts call rmitrace with; `--`, and the words typed up to the cursor follow, the first being its name. */
export const ASK_COMPLETIONS = '--complete';

/** Each gives the words before the cursor and the one under it, and leaves files to the shell. */
const SCRIPTS: ReadonlyMap<string, string> = new Map([
  [
    'bash',
    `_rmitrace() {
  local IFS=$'\\n'
  COMPREPLY=($(rmitrace ${ASK_COMPLETIONS} -- "\${COMP_WORDS[@]:0:COMP_CWORD+1}"))
}
complete -o bashdefault -o default -F _rmitrace rmitrace
`,
  ],
  [
    'zsh',
    `#compdef rmitrace
_rmitrace() {
  local -a offered
  offered=(\${(f)"$(rmitrace ${ASK_COMPLETIONS} -- "\${(@)words[1,CURRENT]}")"})
  if (( \${#offered} )); then compadd -a offered; else _files; fi
}
if [[ "\${zsh_eval_context[-1]}" == loadautofunc ]]; then _rmitrace "$@"; else compdef _rmitrace rmitrace; fi
`,
  ],
  [
    'fish',
    `function __rmitrace
  rmitrace ${ASK_COMPLETIONS} -- (commandline -opc) (commandline -ct)
end
complete -c rmitrace -a '(__rmitrace)'
`,
  ],
]);

const SHELLS = [...SCRIPTS.keys()];

export const completionCommand: Command = {
  name: 'completion',
  summary: 'print a script that completes commands, options and names in bash, zsh or fish',
  examples: [
    {
      command: 'completion',
      says: 'for your shell; append the output to ~/.bashrc, ~/.zshrc or config.fish',
    },
    { command: 'completion zsh', says: 'for another one' },
  ],
  operands: {
    usage: '[SHELL]',
    min: 0,
    max: 1,
    says: `SHELL is one of ${SHELLS.join(', ')}; default $SHELL`,
    words: () => SHELLS,
  },
  options: [],
  exits: '0 printed',

  async run(io, args) {
    const [shell = SHELLS.find(name => name === io.shell) ?? 'bash'] = args.operands;
    const script = SCRIPTS.get(shell);
    if (script === undefined) return io.trouble(unknownName('shell', shell, SHELLS));
    io.print(script);
    return EXIT.same;
  },
};

/**
 * What fits where the last of `words` is being typed; nothing where a file may stand. The first word is rmitrace's name. An
 * option offers what its own command takes; before there is a command, what any takes.
 */
export function completions(words: readonly string[], commands: readonly Command[]): readonly string[] {
  // bash takes `--rmm=tf` for three words, the others for one.
  const typed = words.slice(1, -1).filter(word => word !== '=');
  const last = words.at(-1) ?? '';
  const option = /^--[^=]+(?==)/.exec(last)?.[0];
  const before = option ?? typed.at(-1);
  const start = option === undefined ? '' : `${option}=`;

  const name = typed.find(word => word === HELP || commands.some(command => command.name === word));
  const command = commands.filter(each => each.name === name);
  const options = (command.length === 0 ? commands : command).flatMap(each => each.options);
  const valued = [...GLOBAL_OPTIONS, ...options].filter(
    ({ name, alias, type }) => type !== 'boolean' && (before === `--${name}` || before === `-${alias}`),
  );
  return [...new Set(offered())]
    .map(word => `${start}${word}`)
    .filter(word => word.startsWith(last === '=' ? '' : last));

  function offered(): readonly string[] {
    if (valued.length > 0) return valued.flatMap(({ choices, words }) => choices ?? words?.() ?? []);
    if (last.startsWith('-')) return [...optionsOf(command).keys()].map(each => `--${each}`);
    if (command.length > 0) return command.flatMap(({ operands }) => operands.words?.() ?? []);
    return [...commands.map(each => each.name), ...(name === HELP ? [] : [HELP])];
  }
}

const HELP = 'help';
