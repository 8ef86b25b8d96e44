/** What `validate` prints of a file: a line a finding, or that there is none. */
import type { Validation, ValidationFinding } from '../../trace/validate.js';
import { visible } from './escape.js';
import { page } from './layout.js';
import type { Paint } from './paint.js';
import { placeText } from './trouble.js';

export function validateText({ name, findings, more, whole }: Validation, paint: Paint): string {
  if (findings.length === 0) {
    const { count = 0, digest = '' } = whole ?? {};
    return page([paint.good(`${visible(name)}: valid, ${count} events, ${digest}`)]);
  }
  const lines = findings.map(finding =>
    (finding.code === 'edited' ? paint.warn : paint.bad)(findingText(finding)),
  );
  return page(more ? [...lines, `${visible(name)}: and more`] : lines);
}

/** `bad-value`, `edited`, … stands before the text: a stable code to look up in lib/README.md. */
function findingText({ code, what, where, next }: ValidationFinding): string {
  return visible(`${placeText(where)}${code}: ${what} (${next})`);
}
