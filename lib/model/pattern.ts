/** Regular expressions from texts that people give. */

/** A text as an expression has it that matches it alone. */
export function literal(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}

/** A whole text, in which `*` stands for any characters, newlines among them. */
export function wildcard(text: string): RegExp {
  return new RegExp(`^${text.split(/\*+/).map(literal).join('.*')}$`, 's');
}
