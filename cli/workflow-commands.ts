/**
 * A runner of GitHub Actions obeys lines of a step's output: `##[name]` anywhere in one, and `::name::` behind blanks at
 * most. Names and texts of traces are printed there, and none of them may give orders.
 */

/** How a character is spelt that would make a line a command: in text as in JSON strings the evidence stays visible. */
export type Spelling = (char: string) => string;

export const IN_TEXT: Spelling = char => `\\x${hex(char).padStart(2, '0')}`;
export const IN_JSON: Spelling = char => `\\u${hex(char).padStart(4, '0')}`;

function hex(char: string): string {
  return (char.codePointAt(0) ?? 0).toString(16);
}

/** Whether a runner reads what is not a terminal. */
export function isObeyed(env: Readonly<Record<string, string | undefined>>): boolean {
  return (env.GITHUB_ACTIONS ?? '') !== '';
}

/** Takes the pieces of an output one after another; a command may begin in one and end in another. */
export function newDisarmer(): (text: string, spelling: Spelling) => string {
  let before = '';
  let atStart = true;
  return (text, spelling) => {
    let safe = '';
    for (const char of text) {
      const obeyed =
        (char === '[' && before.endsWith('##')) || (char === ':' && atStart && before.endsWith(':'));
      safe += obeyed ? spelling(char) : char;
      if (char === '\n' || char === '\r') atStart = true;
      else if (!/\s/.test(char) && !(char === ':' && !before.endsWith(':'))) atStart = false;
      before = (before + char).slice(-2);
    }
    return safe;
  };
}
