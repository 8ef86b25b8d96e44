/** The same of a trace that is not held in memory: two passes over its lines, most of which are passed on as they are. */
import { good, type Result } from '../model/result.js';
import type { Trace } from '../model/trace.js';
import type { LargeTrace } from '../trace/large.js';
import { canonicalLine } from '../trace/layout.js';
import { readMatched } from '../trace/read-canonical.js';
import { type LargeText, rewritten } from '../trace/rewrite.js';
import { mayTell } from './by-kind.js';
import type { Replaced } from './placeholders.js';
import { heldPart, newRedaction, type RedactOptions } from './redact.js';

export interface RedactedLarge {
  /** Its gist with the same pointers in place of the same; words are numbered as the gist has them. */
  readonly gist: Trace;
  readonly text: LargeText;
  /** Known once the text, or its digest, was gone through. */
  replaced(): readonly Replaced[];
}

/** Troubles: those of `LargeTrace`. */
export async function redactLarge(
  trace: LargeTrace,
  options: RedactOptions = {},
): Promise<Result<RedactedLarge>> {
  const { header, outcome } = trace.gist;
  const redaction = newRedaction(options);
  redaction.learn({ header });
  for await (const lines of trace.lines()) {
    if (!lines.ok) return lines;
    for (const line of lines.value) if (mayTell(line)) redaction.learn(readMatched(line));
  }
  redaction.learn({ outcome });
  let pass = redaction.newPass();
  const text = rewritten(trace, () => {
    pass = redaction.newPass();
    return {
      ...pass.changed({ header }),
      line: line =>
        mayTell(line) || pass.mayHaveWord(line) ? canonicalLine(pass.changed(readMatched(line))) : line,
      outcome: () => pass.changed({ outcome }).outcome,
    };
  });
  return good({ gist: heldPart(trace.gist, redaction.newPass()), text, replaced: () => pass.replaced() });
}
