/** The same of a trace that is not held in memory: two passes over its lines, most of which are passed on as they are. */
import { good, type Result } from '../model/result.js';
import type { Trace } from '../model/trace.js';
import { eachLine } from '../trace/event-lines.js';
import type { LargeTrace } from '../trace/large.js';
import { type LargeText, rewritten } from '../trace/rewrite.js';
import type { Tells } from './lines.js';
import type { Replaced } from './placeholders.js';
import { heldPart, newRedaction, type RedactOptions } from './redact.js';

export interface RedactedLarge {
  /** Its gist with the same pointers in place of the same; words are numbered as the gist has them. */
  readonly gist: Trace;
  readonly text: LargeText;
  /** Whether a pointer in a register is replaced. */
  readonly changesRegisters: boolean;
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
  const told = newToldList();
  redaction.learn({ header });
  const learnt = await eachLine(trace.lines, line => {
    told.push(redaction.learnLine(line));
    return 'next';
  });
  if (!learnt.ok) return learnt;
  redaction.learn({ outcome });
  let pass = redaction.newPass();
  const text = rewritten(trace, () => {
    pass = redaction.newPass();
    let at = 0;
    return {
      ...pass.changed({ header }),
      line: line => pass.line(line, told.at(at++)),
      outcome: () => pass.changed({ outcome }).outcome,
    };
  });
  return good({
    gist: heldPart(trace.gist, redaction.newPass()),
    changesRegisters: redaction.changesRegisters(),
    text,
    replaced: () => pass.replaced(),
  });
}

/** What each line tells, a byte a line: to look for it costs more than to read the line again. */
interface ToldList {
  push(told: Tells): void;
  at(place: number): Tells;
}

const TELLS: readonly Tells[] = ['nothing', 'pointers', 'perhaps'];

function newToldList(): ToldList {
  let bytes = new Uint8Array(2 ** 16);
  let length = 0;
  return {
    push(told) {
      if (length === bytes.length) {
        const longer = new Uint8Array(2 * length);
        longer.set(bytes);
        bytes = longer;
      }
      bytes[length++] = TELLS.indexOf(told);
    },
    at: place => TELLS[bytes[place] ?? 0] ?? 'nothing',
  };
}
