/**
 * The one escaper between a file's text and a terminal: C0, C1, DEL, bidi and other format characters, line and
 * paragraph separators and lone surrogates are shown, not dropped, so that the evidence stays visible.
 */

/**
 * Text without anything that moves the cursor, rings, colours or changes the reading direction. A newline shows as
 * `\n`.
 */
export function visible(text: string): string {
  return text.replace(UNSEEN, char => SHORT.get(char) ?? spelt(char.codePointAt(0) ?? 0));
}

/** JSON that means the same, and in which nothing is unseen but its line feeds. */
export function visibleJson(json: string): string {
  return json.replace(UNSEEN, char => (char === '\n' ? char : char.split('').map(unit).join('')));
}

function unit(char: string): string {
  return `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;
const SHORT: ReadonlyMap<string, string> = new Map([
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
]);

function spelt(code: number): string {
  if (code < 0x100) return `\\x${code.toString(16).padStart(2, '0')}`;
  return code < 0x10000 ? `\\u${code.toString(16).padStart(4, '0')}` : `\\u{${code.toString(16)}}`;
}
