/**
 * Command lines of rmitrace that are printed to be copied. The one place that builds them: whatever a file is called, and
 * whatever a header says, a shell gives rmitrace the words that were meant, and nothing else happens.
 */

/** Also bidi and other format characters: a terminal would obey them. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u;

/** A word as a shell takes it. What a terminal would obey is spelt in octal, in the quotes $'…' (POSIX.1-2024, 2.2.4). */
export function quoted(word: string): string {
  if (UNSEEN.test(word)) return `$'${Array.from(word, char => spelt(char)).join('')}'`;
  if (/^[\w./:@%+,-]+$/.test(word)) return word;
  return `'${word.replaceAll("'", "'\\''")}'`;
}

function spelt(char: string, unseen: RegExp = UNSEEN): string {
  if (char === "'" || char === '\\') return `\\${char}`;
  if (!unseen.test(char)) return char;
  const bytes = [...new TextEncoder().encode(char)];
  return bytes.map(byte => `\\${byte.toString(8).padStart(3, '0')}`).join('');
}

/** The words of an option; a value that looks like an option is joined to its name. */
export function optionWords(name: string, value: string): readonly string[] {
  return value.startsWith('-') ? [`--${name}=${value}`] : [`--${name}`, value];
}

/** The words of `rmitrace COMMAND OPERANDS OPTIONS`; operands that look like options stand behind `--`. */
export function commandWords(
  command: string,
  operands: readonly string[],
  options: readonly string[] = [],
): readonly string[] {
  const dashes = operands.some(operand => operand.startsWith('-') && operand !== '-');
  const words = dashes ? [...options, '--', ...operands] : [...operands, ...options];
  return ['rmitrace', command, ...words];
}

/** The same as one line. */
export function commandLine(
  command: string,
  operands: readonly string[],
  options: readonly string[] = [],
): string {
  return shellLine(commandWords(command, operands, options));
}

/** Words as a line for a shell. */
export function shellLine(words: readonly string[]): string {
  return words.map(quoted).join(' ');
}

/**
 * A command for a mail: in ASCII, in lines of at most `width` characters, none of them a patch, an ed command or scissors to
 * programs that look for these. A backslash at the end of each but the last joins them again for a shell. A word that is
 * too long for a line goes on in the first column of the next.
 */
export function commandInLines(words: readonly string[], width: number): readonly string[] {
  const lines: string[] = [];
  const most = width - INDENT.length - ' \\'.length;
  let line = '';
  for (const word of words) {
    const joined = line === '' ? inMail(word) : `${line} ${inMail(word)}`;
    if (joined.length + ' \\'.length <= width) {
      line = joined;
      continue;
    }
    const [first = '', ...rest] = pieces(word, most);
    if (line !== '') lines.push(`${line} \\`);
    line = line === '' ? first : `${INDENT}${first}`;
    for (const piece of rest) {
      lines.push(`${line}\\`);
      line = piece;
    }
  }
  return [...lines, line];
}

const INDENT = '    ';
const SCISSORS = />[8%]|[8%]</;
const NOT_IN_MAIL = /[^\x20-\x7e]|[<>]/;

function inMail(word: string): string {
  const isPlain = /^[\x20-\x7e]*$/.test(word) && !SCISSORS.test(word);
  return isPlain ? quoted(word) : `$'${Array.from(word, char => spelt(char, NOT_IN_MAIL)).join('')}'`;
}

/** The same where it begins a line: nothing but an option stands there without quotes. */
function atStart(word: string): string {
  const text = inMail(word);
  return /^[$']|^--[a-z]/.test(text) ? text : `'${text}'`;
}

/** A word in quoted pieces that are one word where nothing stands between them. */
function pieces(word: string, width: number): readonly string[] {
  const found: string[] = [];
  let piece = '';
  for (const char of word) {
    if (piece !== '' && atStart(piece + char).length > width) {
      found.push(atStart(piece));
      piece = '';
    }
    piece += char;
  }
  return [...found, atStart(piece)];
}
