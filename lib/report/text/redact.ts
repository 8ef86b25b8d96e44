/** What `redact` prints: each text that was replaced, and by what. */
import { counted } from '../../model/count.js';
import type { Replaced } from '../../redact/placeholders.js';
import { visible } from './escape.js';
import { columns, page } from './layout.js';

export function redactText(replaced: readonly Replaced[], file: string): string {
  const rows = replaced.map(({ placeholder, was, says, times }) => [
    `  ${placeholder}`,
    times === 1 ? 'once' : `${times} times`,
    says,
    visible(was),
  ]);
  const said = replaced.length === 0 ? 'nothing to replace' : `${counted(replaced.length, 'text')} replaced`;
  return page([`${visible(file)}: ${said}`, ...columns(rows)]);
}
