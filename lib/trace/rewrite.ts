/** A large trace written again, an event at a time: with another header, and some of its lines others than they were. */
import type { TraceEvent } from '../model/events.js';
import { good, type Result } from '../model/result.js';
import type { Header, Outcome, Trace } from '../model/trace.js';
import { type Inconsistency, newJudge } from './consistency.js';
import { digester } from './digest.js';
import type { EventLines } from './event-lines.js';
import { type LargeTrace, largeTrace } from './large.js';
import { CLOSE, canonicalLine, EVENTS_CLOSE, headerLines, outcomeLine, sealLine } from './layout.js';
import type { Opened } from './open.js';
import { resealed, withoutZeros } from './read.js';
import { readMatched } from './read-canonical.js';
import { newSpool } from './spool.js';

/** A trace that is made while it is written. */
export interface LargeText {
  readonly header: Header;
  /** Goes through the trace once more where its text was not asked for before. Troubles: those of `text`. */
  digest(): Promise<Result<string>>;
  /** Its canonical text in pieces, each of which lives until the next is asked for. Troubles: those of `LargeTrace`. */
  text(): AsyncGenerator<Result<Uint8Array>, void>;
}

export interface Rewriting {
  readonly header: Header;
  /** The line of an event, given as it was. Both are canonical, and without a comma. */
  line(text: string): string;
  /** Asked for after all events. */
  outcome(): Outcome | null;
}

export function asItIs({ gist: { header }, digest, text }: LargeTrace): LargeText {
  return { header, digest: async () => good(digest), text };
}

/** `begin` is called once for each time that the text is gone through, and once before. */
export function rewritten(trace: LargeTrace, begin: () => Rewriting): LargeText {
  return textFrom(begin().header, () => {
    const { line, outcome } = begin();
    async function* batches(): AsyncGenerator<Result<readonly string[]>, void> {
      for await (const lines of trace.lines()) yield lines.ok ? good(lines.value.map(line)) : lines;
    }
    return { batches: batches(), outcome };
  });
}

/** A trace of these lines, which are canonical and without a comma. */
export function textOfLines({ header, outcome }: Omit<Trace, 'events'>, lines: EventLines): LargeText {
  return textFrom(header, () => ({ batches: lines(), outcome: () => outcome }));
}

interface Body {
  readonly batches: ReturnType<EventLines>;
  /** Asked for after all of them. */
  outcome(): Outcome | null;
}

function textFrom(header: Header, begin: () => Body): LargeText {
  let known: string | null = null;
  async function* text(): AsyncGenerator<Result<Uint8Array>, void> {
    const { batches, outcome } = begin();
    const digest = digester(header);
    let count = 0;
    yield good(Buffer.from(`${headerLines(header).join('\n')}\n`));
    for await (const lines of batches) {
      if (!lines.ok) return yield lines;
      if (lines.value.length === 0) continue;
      const batch = `${count === 0 ? '' : ',\n'}${lines.value.join(',\n')}`;
      count += lines.value.length;
      digest.lines(batch);
      yield good(Buffer.from(batch));
    }
    const last = count === 0 ? '' : '\n';
    digest.lines(last);
    const ended = outcome();
    known = digest.digest(ended);
    const end = [EVENTS_CLOSE, outcomeLine(ended), sealLine(count, known), CLOSE, ''];
    yield good(Buffer.from(`${last}${end.join('\n')}`));
  }
  return {
    header,
    text,
    async digest() {
      if (known === null) for await (const piece of text()) if (!piece.ok) return piece;
      if (known === null) throw new Error('a text ends with its digest');
      return good(known);
    },
  };
}

/** What `use` makes of a text that is a trace. Troubles: those of making it. */
export async function withSpooled<T>(
  { text }: Pick<LargeText, 'text'>,
  use: (trace: LargeTrace) => Promise<T>,
): Promise<Result<T>> {
  const spool = newSpool();
  try {
    for await (const piece of text()) {
      if (!piece.ok) return piece;
      spool.put(piece.value);
    }
    const opened: Opened = {
      async *chunks() {
        yield* spool.chunks();
      },
      exceeds: async bytes => spool.size() > bytes,
      close: async () => {},
    };
    const limits = { bytes: Number.POSITIVE_INFINITY, events: Number.POSITIVE_INFINITY };
    const large = await largeTrace({ name: 'what is written', limits, opened }, 0);
    if (!large.ok || large.value === null) throw new Error('a trace was made that cannot be read back');
    return good(await use(large.value));
  } finally {
    spool.close();
  }
}

/** What `fmt --seal` writes of a large trace: the same as lib/trace/read.ts says of one that is held. */
export function sealedLarge(trace: LargeTrace): LargeText {
  const { edited, gist } = trace;
  if (edited === null) return asItIs(trace);
  return rewritten(trace, () => ({
    header: resealed(gist.header, edited),
    line: text => (ZEROS.test(text) ? canonicalLine(withoutZeros(readMatched(text))) : text),
    outcome: () => gist.outcome,
  }));
}

/** A call that may have trailing zeros to be left out. */
const ZEROS = /"cc":"1\.2",.*(?:"args":\[(?:[^\]]*,)?"0x0"\]|"res":\[[^\]]*,"0x0"\])/;

/** What is inconsistent first in what `sealedLarge` gives; `null` where nothing is. Troubles: those of `LargeTrace`. */
export async function firstInconsistency(trace: LargeTrace): Promise<Result<Inconsistency | null>> {
  const judge = newJudge(trace.gist.header);
  const sealed = (event: TraceEvent): TraceEvent => (trace.edited === null ? event : withoutZeros(event));
  let first: Inconsistency | null = null;
  const gone = await trace.scan({
    wants: 'doubtful events',
    begin() {},
    event(event, number) {
      first ??= judge.event(sealed(event), number);
    },
  });
  const [last] = judge.end();
  return gone.ok ? good(first ?? last ?? null) : gone;
}
