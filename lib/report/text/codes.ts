/** What `explain CODE` prints: what a word of a report means, once for each thing that it is a word for. */
import type { Code } from '../codes.js';
import { COLUMNS, page, wrapped } from './layout.js';

export function codesText(codes: readonly Code[]): string {
  return page(
    codes.flatMap(({ name, kind, means, next }, at) => [
      ...(at === 0 ? [] : ['']),
      `${name} (${kind})`,
      ...[means, next].flatMap(text => wrapped(text, COLUMNS - 2)).map(line => `  ${line}`),
    ]),
  );
}
