/** The marks that mail programs put before what they quote: `> `, `>`, `| `, `> > `, `>>`. */

/** The quote marks that a line begins with; empty where there are none. */
export function quoteOf(text: string): string {
  return /^ ?(?:[>|] ?)+/.exec(text)?.[0] ?? '';
}

/** How often it is quoted. */
export function depthOf(quote: string): number {
  return quote.replaceAll(' ', '').length;
}

/** The text after the quote marks, white space kept; `null` for a line with fewer marks. */
export function underQuote(text: string, quote: string): string | null {
  if (text.startsWith(quote)) return text.slice(quote.length);
  if (text === quote.trimEnd()) return '';
  const marks = depthOf(quote);
  if (depthOf(quoteOf(text)) < marks) return null;
  // The same depth with other spaces, as where one program quotes what another has quoted.
  let at = 0;
  for (let seen = 0; seen < marks; at += 1) if (text[at] !== ' ') seen += 1;
  return text.slice(quote.endsWith(' ') && text[at] === ' ' ? at + 1 : at);
}
