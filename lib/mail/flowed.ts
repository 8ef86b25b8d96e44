/** RFC 3676, format=flowed: lines stuffed with a space, and broken where they end in one. */
import type { Line } from './lines.js';
import { depthOf, quoteOf, underQuote } from './quote.js';

/** Without the space that keeps a line from being taken for a quote or a paragraph's end. */
export function unstuffed(lines: readonly Line[]): readonly Line[] {
  return lines.map(each => (each.text.startsWith(' ') ? { ...each, text: each.text.slice(1) } : each));
}

/** Broken lines whole again, after `unstuffed`. A lone space is a patch's empty line, `-- ` a signature. */
export function joined(lines: readonly Line[]): readonly Line[] {
  const whole: { text: string[]; quote: string; line: number; open: boolean }[] = [];
  for (const { text, line } of lines) {
    const last = whole.at(-1);
    const quote = quoteOf(text);
    const open = text.endsWith(' ') && !/^(-- | )?$/.test(text.slice(quote.length));
    if (last?.open === true && depthOf(last.quote) === depthOf(quote)) {
      last.text.push(underQuote(text, quote) ?? text);
      last.open = open;
    } else {
      whole.push({ text: [text], quote, line, open });
    }
  }
  return whole.map(({ text, line }) => ({ text: text.join(''), line }));
}
