/** How long a text is as JSON Schema counts it: in characters, of which some are two UTF-16 units. */
export function characters(text: string): number {
  return text.length - (text.match(/[\ud800-\udbff][\udc00-\udfff]/g)?.length ?? 0);
}
