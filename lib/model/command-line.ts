/**
 * Command lines of rmitrace that are printed to be copied. The one place that builds them: whatever a file is called, and
 * whatever a header says, a shell gives rmitrace the words that were meant, and nothing else happens.
 */

/** Also bidi and other format characters: a terminal would obey them. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u;

/** A word as a shell takes it. What a terminal would obey is spelt in octal, in the quotes $'…' (POSIX.1-2024, 2.2.4). */
export function quoted(word: string): string {
  if (UNSEEN.test(word)) return `$'${Array.from(word, spelt).join('')}'`;
  if (/^[\w./:@%+,-]+$/.test(word)) return word;
  return `'${word.replaceAll("'", "'\\''")}'`;
}

function spelt(char: string): string {
  if (char === "'" || char === '\\') return `\\${char}`;
  if (!UNSEEN.test(char)) return char;
  const bytes = [...new TextEncoder().encode(char)];
  return bytes.map(byte => `\\${byte.toString(8).padStart(3, '0')}`).join('');
}

/** The words of an option; a value that looks like an option is joined to its name. */
export function optionWords(name: string, value: string): readonly string[] {
  return value.startsWith('-') ? [`--${name}=${value}`] : [`--${name}`, value];
}

/** `rmitrace COMMAND OPERANDS OPTIONS`; operands that look like options stand behind `--`. */
export function commandLine(
  command: string,
  operands: readonly string[],
  options: readonly string[] = [],
): string {
  const dashes = operands.some(operand => operand.startsWith('-') && operand !== '-');
  const words = dashes ? [...options, '--', ...operands] : [...operands, ...options];
  return ['rmitrace', command, ...words].map(quoted).join(' ');
}
