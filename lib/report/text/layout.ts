/** Columns and blocks of a text report. Nothing depends on the terminal's width. */

/** What a terminal has at least. */
export const COLUMNS = 80;

/** Lines of left-aligned columns, two spaces between; the last column is not padded. */
export function columns(rows: readonly (readonly string[])[], indent = ''): string[] {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [at, cell] of row.entries()) widths[at] = Math.max(widths[at] ?? 0, cell.length);
  }
  return rows.map(row => {
    const cells = row.map((cell, at) => (at === row.length - 1 ? cell : cell.padEnd(widths[at] ?? 0)));
    return `${indent}${cells.join('  ')}`.trimEnd();
  });
}

/** A heading and its lines, set off by a blank line; nothing where there are no lines. */
export function block(heading: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ['', heading, ...lines];
}

/** One newline after every line. */
export function page(lines: readonly string[]): string {
  return lines.map(line => `${line}\n`).join('');
}

/** Lines of at most `width`, broken at blanks; a word that is longer has a line of its own. */
export function wrapped(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}
