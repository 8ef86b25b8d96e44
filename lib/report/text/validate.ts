/** What `validate` prints: a line a finding, or that there is none. */
import type { Validation, ValidationFinding } from '../../trace/validate.js';
import { visible } from './escape.js';
import { page } from './layout.js';
import type { Paint } from './paint.js';
import { placeText } from './trouble.js';

export interface Validated {
  readonly name: string;
  readonly validation: Validation;
}

export function validateText(all: readonly Validated[], paint: Paint): string {
  return page(
    all.flatMap(({ name, validation }) => {
      const { findings, more, read } = validation;
      if (findings.length === 0) {
        const events = read?.trace.events.length ?? 0;
        return [paint.good(`${visible(name)}: valid, ${events} events, ${read?.digest ?? ''}`)];
      }
      const lines = findings.map(finding =>
        (finding.code === 'edited' ? paint.warn : paint.bad)(findingText(finding)),
      );
      return more ? [...lines, `${visible(name)}: and more`] : lines;
    }),
  );
}

/** `bad-value`, `edited`, … stands before the text: a stable code to look up in lib/README.md. */
function findingText({ code, what, where, next }: ValidationFinding): string {
  return visible(`${placeText(where)}${code}: ${what} (${next})`);
}

/** The same as data. */
export function validateJson(all: readonly Validated[]): Readonly<Record<string, unknown>> {
  return {
    traces: all.map(({ name, validation: { findings } }) => ({
      name,
      valid: findings.length === 0,
      findings,
    })),
  };
}
